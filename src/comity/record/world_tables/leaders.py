"""Leaders in office from Archigos and REIGN, one row a spell."""

from __future__ import annotations

import calendar
import datetime as dt
from pathlib import Path

import numpy as np

from comity.core.errors import Problem
from comity.core.world_tables import Leaders, StateNumbers
from comity.record.world_tables.columns import (
    CellError,
    Cells,
    Column,
    raise_problems,
    read_cells,
    text_of,
    whole,
)
from comity.record.world_tables.state_numbers import load_state_numbers

ARCHIGOS_TITLE = "the leader table of Archigos"
REIGN_TITLE = "the leader list of REIGN"

_STILL = "still in office"


def read_archigos(path: Path) -> Leaders:
    """Return the spells of Archigos (4.1), one row a leader's time in office.

    States come from the column ``ccode``, or from ``state`` where a table has ISO codes already.

    Parameters
    ----------
    path
        The table as distributed, tab-separated or CSV, gzip or plain.

    Raises
    ------
    DataError
        The file is missing, another table, or a leader leaves before entering: each with its line,
        column and what to do.
    """
    columns = [
        Column("leader", (), text_of),
        Column("startdate", (), _day),
        Column("enddate", (), _day),
        Column("exit", (), text_of),
        *_state_columns(),
    ]
    cells = read_cells(path, columns, title=ARCHIGOS_TITLE)
    start = np.array(cells.texts("startdate"), "datetime64[D]")
    end = np.array(cells.texts("enddate"), "datetime64[D]")
    how = np.array(cells.texts("exit"))
    return _leaders(path, cells, start, end, np.char.lower(how) == _STILL, how, "archigos")


def read_reign(path: Path) -> Leaders:
    """Return the spells of REIGN's leader list.

    REIGN gives the month in which a leader left: the spell ends on the day on which the next one of
    the same state began in that month, else on the last day of the month. A leader without a month
    of leaving was in office when the list closed, taken as the last day that it mentions.

    Parameters and errors as `read_archigos`.
    """
    columns = [
        Column("leader", (), text_of),
        Column("sdate", (), whole(1, 31, None)),
        Column("smonth", (), whole(1, 12, None)),
        Column("syear", (), whole(1800, 2199, None)),
        Column("emonth", (), whole(1, 12, 0)),
        Column("eyear", (), whole(1800, 2199, 0)),
        *_state_columns(),
    ]
    cells = read_cells(path, columns, title=REIGN_TITLE)
    parts = zip(*(cells.ints(name).tolist() for name in ("syear", "smonth", "sdate")), strict=True)
    start = np.array([_date(*part) for part in parts], "datetime64[D]")
    left = list(zip(cells.ints("eyear").tolist(), cells.ints("emonth").tolist(), strict=True))
    is_in_office = np.array([not year or not month for year, month in left])
    closed = max(start.max(), *(_date(y, m, 31) for y, m in left if y and m), start.max())
    state = _states(path, cells, start)
    after = {(code, str(day)[:7]): day for code, day in sorted(zip(state, start, strict=True))}
    end = np.array(
        [
            closed if not (year and month)
            else _until(after.get((code, f"{year:04d}-{month:02d}")), first, year, month)
            for code, first, (year, month) in zip(state, start, left, strict=True)
        ],
        "datetime64[D]",
    )  # fmt: skip
    how = np.where(is_in_office, "Still in Office", "")
    return _leaders(path, cells, start, end, is_in_office, how, "reign")


def _until(
    following: np.datetime64 | None, start: np.datetime64, year: int, month: int
) -> np.datetime64:
    return following if following is not None and following > start else _date(year, month, 31)


def _date(year: int, month: int, day: int) -> np.datetime64:
    last = calendar.monthrange(year, month)[1]
    return np.datetime64(dt.date(year, month, min(day, last)), "D")


def _day(text: str) -> str:
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d%b%Y"):
        try:
            return dt.datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    raise CellError("must be a day, as in 2012-12-26")


def _state_columns() -> list[Column]:
    return [
        Column("state", (), text_of, is_required=False),
        Column("ccode", (), whole(1, 999, 0), is_required=False),
    ]


def _states(path: Path, cells: Cells, start: np.ndarray) -> list[str]:
    """Return the ISO code of every row, from ``state`` or else from ``ccode``."""
    if "state" in cells.columns:
        found = cells.texts("state")
        wrong = [row for row, code in enumerate(found) if len(code) != 3 or not code.isupper()]
        must, fix = (
            "must be an ISO 3166 alpha-3 code",
            "Write JPN for Japan, or give ccode instead.",
        )
        raise_problems(path, [cells.problem(r, "state", must, found[r], fix) for r in wrong])
        return found
    if "ccode" not in cells.columns:
        must = 'must have the column "ccode", or "state" with ISO codes'
        raise_problems(path, [Problem(path.name, 1, "ccode", must, "neither", "Add one.")])
    numbers: StateNumbers = load_state_numbers()
    years = start.astype("datetime64[Y]").astype(int) + 1970
    codes = cells.ints("ccode").tolist()
    return [numbers.iso(code, int(year)) for code, year in zip(codes, years, strict=True)]


def _leaders(
    path: Path, cells: Cells, start: np.ndarray, end: np.ndarray, is_in_office: np.ndarray,
    how: np.ndarray, source: str,
) -> Leaders:  # fmt: skip
    backwards = np.flatnonzero(end < start)
    must, fix = "a leader must not leave before entering", "Correct one of the two days."
    raise_problems(
        path,
        [
            cells.problem(int(row), "leader", must, f"{start[row]} to {end[row]}", fix)
            for row in backwards
        ],
    )
    state = np.array(_states(path, cells, start))
    order = np.lexsort((start, state))
    return Leaders(
        state=state[order], leader=np.array(cells.texts("leader"))[order], start=start[order],
        end=end[order], is_in_office=is_in_office[order], how_left=how[order], source=source,
    )  # fmt: skip

"""Alliances and their members from ATOP (Alliance Treaty Obligations and Provisions).

The files are those of the release as CSV: ``atop..a.csv``, one row an alliance, and
``atop..m.csv``, one row a member, alliance and phase. Versions 3 to 5 share the columns read here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import Problem
from comity.core.world_tables import UNCODED, AllianceMembers, Alliances
from comity.record.world_tables.columns import (
    Cells,
    Column,
    one_of,
    raise_problems,
    read_cells,
    text_of,
    whole,
)

ALLIANCE_TITLE = "the alliance-level table of ATOP"
MEMBER_TITLE = "the member-level table of ATOP"

PROVISIONS = (
    "defense", "offense", "neutral", "nonagg", "consul", "organ1", "organ2", "milcon", "milaid",
    "intcom", "base", "contrib", "subord", "medarb", "asymm", "specthrt", "wartime",
)  # fmt: skip
"""Provisions that are read where the file has them.

``consul``: consult in a crisis. ``organ1``, ``organ2``: an organization, 0 none, 1 regular meetings
of officials, 2 a named body, 3 a body of its own with permanent staff. ``milcon``: contact of the
armed forces in peace, 0 none to 3 joint exercises and plans. ``intcom``: integrated command.
"""

MAX_MEMBERS = 80

_DATE_PARTS = (("yr", 0, 2199), ("mo", -9, 12), ("day", -9, 31))


def _dates(stem: str) -> list[Column]:
    # An open end is 0; a month or day that is not known is blank or negative.
    return [
        Column(f"{stem}{part}" if not stem.endswith("_") else f"{part}{stem[:-1]}", (),
               whole(low, high, None if part == "yr" else 0))
        for part, low, high in _DATE_PARTS
    ]  # fmt: skip


def _yes(name: str, *, is_required: bool = True) -> Column:
    return Column(name, (), one_of({"0": 0, "1": 1}), is_required)


def read_atop_alliances(path: Path) -> Alliances:
    """Return the alliances of ATOP.

    Parameters
    ----------
    path
        The alliance-level table as distributed, CSV, gzip or plain.

    Raises
    ------
    DataError
        The file is missing, another table, or holds rows that contradict themselves: each with its
        line, column and what to do.
    """
    columns = [
        Column("atopid", (), whole(1, 99_999, None)),
        *_dates("beg"),
        *_dates("end"),
        _yes("bilat"),
        Column("term", (), one_of({"0": 0, "1": 1, "2": 2, "3": 3})),
        Column("version", (), text_of, is_required=False),
    ]
    slots = tuple(f"mem{number}" for number in range(1, MAX_MEMBERS + 1))
    cells = read_cells(path, columns, title=ALLIANCE_TITLE, extra=(*slots, *PROVISIONS))
    begin, end, ending = _triple(cells, "beg"), _triple(cells, "end"), cells.ints("term")
    used = [cells.ints(slot) for slot in slots if slot in cells.columns]
    table = np.stack(used, axis=1) if used else np.zeros((len(ending), 0), np.int64)
    members = tuple(tuple(int(code) for code in row if code > 0) for row in table)
    problems = [
        *_twice(cells, cells.ints("atopid")),
        *_order(cells, begin, end, "endyr"),
        *(
            cells.problem(int(row), "term", "an alliance with a way of ending needs a year of end",
                          f"term {ending[row]}", "Correct endyr or term.")
            for row in np.flatnonzero((ending > 0) & (end[:, 0] == 0))
        ),
        *(
            cells.problem(row, "mem1", "an alliance has two members or more", len(members[row]),
                          "Correct the members.")
            for row in range(len(members))
            if len(members[row]) < 2
        ),
    ]  # fmt: skip
    raise_problems(path, problems)
    provisions = _provisions(cells)
    return Alliances(
        atopid=cells.ints("atopid"), begin=begin, end=end, ending=ending,
        is_bilateral=cells.ints("bilat") == 1,
        is_wartime=provisions.get("wartime", np.zeros(len(end), np.int64)) == 1,
        members=members, provisions=provisions,
        last_year=int(max(begin[:, 0].max(), end[:, 0].max())), version=_version(cells),
    )  # fmt: skip


def read_atop_members(path: Path) -> AllianceMembers:
    """Return the spells of membership of ATOP; parameters and errors as `read_atop_alliances`."""
    columns = [
        Column("atopid", (), whole(1, 99_999, None)),
        Column("member", (), whole(1, 9999, None)),  # above 999: outside the state system
        *_dates("ent_"),
        *_dates("exit_"),
        Column("version", (), text_of, is_required=False),
    ]
    cells = read_cells(path, columns, title=MEMBER_TITLE, extra=PROVISIONS)
    entry = np.stack([cells.ints(f"{part}ent") for part in ("yr", "mo", "day")], axis=1)
    left = np.stack([cells.ints(f"{part}exit") for part in ("yr", "mo", "day")], axis=1)
    entry, left = np.maximum(entry, 0), np.maximum(left, 0)
    raise_problems(path, _order(cells, entry, left, "yrexit"))
    return AllianceMembers(
        atopid=cells.ints("atopid"), ccode=cells.ints("member"), entry=entry, exit=left,
        provisions=_provisions(cells), version=_version(cells),
    )  # fmt: skip


def _triple(cells: Cells, stem: str) -> NDArray[np.int64]:
    parts = [cells.ints(f"{stem}{part}") for part in ("yr", "mo", "day")]
    return np.maximum(np.stack(parts, axis=1), 0)


def _provisions(cells: Cells) -> dict[str, NDArray[np.int64]]:
    return {
        name: np.where(cells.ints(name) < 0, UNCODED, cells.ints(name))
        for name in PROVISIONS
        if name in cells.columns
    }


def _version(cells: Cells) -> str:
    text = cells.texts("version")[0] if "version" in cells.columns else ""
    try:
        return f"{float(text):.4g}"  # some releases write 4.01 as 4.0100002
    except ValueError:
        return text


def _order(
    cells: Cells, begin: NDArray[np.int64], end: NDArray[np.int64], column: str
) -> list[Problem]:
    wrong = np.flatnonzero((end[:, 0] > 0) & (end[:, 0] < begin[:, 0]))
    return [
        cells.problem(int(row), column, f"must not be before {begin[row, 0]}", end[row, 0],
                      "Correct one of the years; 0 stands for none.")
        for row in wrong
    ]  # fmt: skip


def _twice(cells: Cells, atopid: NDArray[np.int64]) -> list[Problem]:
    seen: set[int] = set()
    problems: list[Problem] = []
    for row, number in enumerate(atopid.tolist()):
        if number in seen:
            fix = "Keep one row an alliance; a table of alliance-years is another file."
            problems.append(cells.problem(row, "atopid", "must appear once", number, fix))
        seen.add(number)
    return problems

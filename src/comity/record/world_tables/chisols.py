"""State-years of CHISOLS: changes in the source of leader support (Mattes, Leeds & Matsumura).

The file is the state-year form of the release (4.0 and 5.0), as CSV or tab-separated text. The
columns of single changes run from 1 to the number that the release needs.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from comity.core.errors import Problem
from comity.core.world_tables import UNCODED, SupportYears
from comity.record.world_tables.columns import (
    Cells,
    Column,
    one_of,
    raise_problems,
    read_cells,
    text_of,
    whole,
)

TITLE = "the state-year table of CHISOLS"
MAX_CHANGES = 12

_DEMOCRACY = {"0": 0, "1": 1, "Transition Year": UNCODED, "-88": UNCODED}
_OTHER = {"0": 0, "1": 1, "Not Applicable": 0, "-9": 0, "Transition Year": 0, "-88": 0, "": 0}
_KINDS = {
    "sp": "single_party", "per": "personalist", "mil": "military", "indmil": "indirect_military",
    "mon": "monarchy", "warlord": "warlord", "olig": "oligarchy", "hybrid": "hybrid",
    "other": "other", "parl": "parliamentary", "pres": "presidential", "mixed": "mixed",
}  # fmt: skip


def read_chisols(path: Path) -> SupportYears:
    """Return the state-years of CHISOLS.

    Parameters
    ----------
    path
        The state-year table as distributed, CSV or tab-separated, gzip or plain.

    Raises
    ------
    DataError
        The file is missing, another table (the leader form, say), or holds rows that contradict
        themselves: each with its line, column and what to do.
    """
    columns = [
        Column("ccode", (), whole(1, 999, None)),
        Column("year", (), whole(1800, 2199, None)),
        Column("leader", (), text_of),
        Column("totalldrtrans", (), whole(0, 99, None)),
        Column("solschange", (), whole(0, 99, None)),
        Column("dem", (), one_of(_DEMOCRACY)),
        *(Column(name, (), one_of(_OTHER)) for name in _KINDS),
        Column("version", (), text_of, is_required=False),
        *(Column(f"solschange{n}", (), whole(0, 1), False) for n in range(1, MAX_CHANGES + 1)),
        *(Column(f"solschmo{n}", (), whole(-99, 12, 0), False) for n in range(1, MAX_CHANGES + 1)),
    ]
    cells = read_cells(path, columns, title=TITLE)
    is_placed = cells.ints("dem") >= 0
    raise_problems(path, _twice(cells))
    return SupportYears(
        ccode=cells.ints("ccode"), year=cells.ints("year"), is_democracy=cells.ints("dem"),
        kinds={word: is_placed & (cells.ints(name) == 1) for name, word in _KINDS.items()},
        n_leader_changes=cells.ints("totalldrtrans"),
        n_support_changes=cells.ints("solschange"),
        leaders=tuple(_names(text) for text in cells.texts("leader")),
        change_months=_months(cells),
        version=cells.texts("version")[0] if "version" in cells.columns else "",
    )  # fmt: skip


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in re.split("[,;]", text) if name.strip())


def _months(cells: Cells) -> tuple[tuple[int, ...], ...]:
    """Return the months of the changes of each row; an undated change has month 0."""
    numbers = [n for n in range(1, MAX_CHANGES + 1) if f"solschmo{n}" in cells.columns]
    changed = [cells.ints(f"solschange{n}") for n in numbers]
    month = [np.maximum(cells.ints(f"solschmo{n}"), 0) for n in numbers]
    return tuple(
        tuple(int(m[row]) for c, m in zip(changed, month, strict=True) if c[row] == 1)
        for row in range(len(cells.lines))
    )


def _twice(cells: Cells) -> list[Problem]:
    seen: set[tuple[int, int]] = set()
    problems: list[Problem] = []
    keys = zip(cells.ints("ccode").tolist(), cells.ints("year").tolist(), strict=True)
    for row, key in enumerate(keys):
        if key in seen:
            must, fix = "a state has one row a year", "Keep one; the leader form is another file."
            problems.append(cells.problem(row, "year", must, f"{key[0]} in {key[1]} again", fix))
        seen.add(key)
    return problems

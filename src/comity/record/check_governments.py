"""Governments that follow each other."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from comity.core.errors import Problem
from comity.core.rows import Government
from comity.record.draft import Draft
from comity.record.located import Located
from comity.record.repeats import repeated


def check_governments(draft: Draft) -> list[Problem]:
    """Return unknown states and coalitions, governments that overlap, and states without one.

    Acting heads may overlap the head they stand in for. Gaps are allowed, because the record may
    be silent about a state's past; but every state has a government on the last day.
    """
    problems: list[Problem] = []
    must = "must be the code of a state in case.toml"
    for row, code in draft.governments.codes("state"):
        unknown = row.unknown("state", must, code, draft.codes)
        problems += unknown
        coalition = row.value.get("coalition", "")
        if not unknown and coalition:
            must_coalition = f"must be a coalition of {code} in case.toml"
            known = draft.coalitions_of(code)
            problems += row.unknown("coalition", must_coalition, coalition, known)
    rows = draft.governments.rows
    keys = ((row, f"{row.value.state}/{row.value.start}") for row in rows)
    problems += [
        Problem(p.file, p.row, p.column, p.must, p.found, "Give one of them another day.")
        for p in repeated(keys, "start", "a state's start of a government")
    ]
    for code in sorted({row.value.state for row in rows}):
        problems += _overlaps([row for row in rows if row.value.state == code])
    if draft.as_of is not None and draft.governments.cells is not None:
        seated = {row.value.state for row in rows if _holds_on(row.value, draft.as_of)}
        # A row that does not hold may be the missing government: say nothing of its state.
        valid = {row.row for row in rows}
        seated |= {
            row.value.get("state", "") for row in draft.governments.cells if row.row not in valid
        }
        for item in draft.states.items:
            if item.value.code not in seated:
                must = f"needs a government in office on {draft.as_of} in governments.csv"
                problems.append(item.problem("code", must, item.value.code))
    return problems


def _holds_on(row: Government, day: dt.date) -> bool:
    return row.start <= day and (row.end is None or day < row.end)


def _overlaps(rows: list[Located[Government]]) -> list[Problem]:
    regular = sorted((row for row in rows if not row.value.acting), key=lambda r: r.value.start)
    problems: list[Problem] = []
    for before, after in pairwise(regular):
        end = before.value.end
        if end is None or after.value.start < end:
            found = f"{after.value.start}, before {end or 'an open end'}"
            must = f"must not begin before the government of row {before.row} ends"
            nearest = f'Nearest: "{end}".' if end else f"End row {before.row} on that day."
            fix = f"{nearest} Or mark one of the two as acting."
            problems.append(Problem(after.file, after.row, "start", must, found, fix))
    return problems

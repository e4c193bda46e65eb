"""Days and months that must lie inside the case."""

from __future__ import annotations

import datetime as dt

from comity.core.errors import Problem
from comity.core.months import month_of, month_start, month_text
from comity.record.draft import Draft
from comity.record.tables import Table

EARLIEST_MONTH = -70 * 12
"""January 1900: a case that begins before it is a slip of the pen."""

LATEST_YEAR = 2200


def check_dates(draft: Draft) -> list[Problem]:
    """Return days after the case closes or before it opens, and a case that has no months."""
    problems: list[Problem] = []
    if draft.as_of is None:
        return problems
    if draft.head is not None:
        if draft.as_of.year > LATEST_YEAR:
            must = f"must not lie after the year {LATEST_YEAR}"
            problems.append(draft.head.problem("as_of", must, str(draft.as_of)))
        first = draft.head.value.first_month
        if not EARLIEST_MONTH <= first <= month_of(draft.as_of):
            must = f"must lie between 1900-01 and as_of ({draft.as_of})"
            problems.append(draft.head.problem("first_month", must, month_text(first)))
    start = None
    if draft.first_month is not None and draft.first_month >= EARLIEST_MONTH:
        start = month_start(min(draft.first_month, month_of(draft.as_of)))
    problems += _outside(draft.events, "date", start, draft.as_of)
    tables: list[tuple[Table, tuple[str, ...]]] = [
        (draft.governments, ("start", "end")),
        (draft.agreements, ("signed",)),
        (draft.statuses, ("date",)),
        (draft.disputes, ("opened", "flares", "settled")),
    ]
    for table, columns in tables:
        for column in columns:
            problems += _outside(table, column, None, draft.as_of)
    return problems


def _outside(table: Table, column: str, first: dt.date | None, last: dt.date) -> list[Problem]:
    problems: list[Problem] = []
    for row, day in table.days(column):
        if day > last:
            must = f"must not lie after the case closes ({last})"
            fix = f'Nearest: "{last}". Take it out or move as_of.'
            problems.append(row.problem(column, must, str(day), fix))
        elif first is not None and day < first:
            must = f"must not lie before the case opens ({first})"
            fix = f'Nearest: "{first}". Take it out or move first_month.'
            problems.append(row.problem(column, must, str(day), fix))
    return problems

"""Windows of the record: how long they are, and which rows lie in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from comity.core.case import Case
from comity.core.claims import Window
from comity.core.months import month_start, month_words
from comity.core.rows import Event

DAYS_A_YEAR = 365.25


def window_days(case: Case, window: Window | None) -> tuple[dt.date, dt.date]:
    """Return first and last recorded day of a window; the whole record when there is none.

    The last day lies before the first when the window lies outside the record.
    """
    first, last = window or (case.first_month, case.last_month)
    start = month_start(max(first, case.first_month))
    return start, min(month_start(last + 1) - dt.timedelta(days=1), case.as_of)


def window_years(case: Case, window: Window | None) -> float:
    """Return the length of the recorded part of a window, in years; 0 outside the record."""
    start, end = window_days(case, window)
    return max(0, (end - start).days + 1) / DAYS_A_YEAR


def window_words(case: Case, window: Window | None) -> str:
    """Return a window for people."""
    first, last = window or (case.first_month, case.last_month)
    return month_words(first) if first == last else f"{month_words(first)} to {month_words(last)}"


def concerns(event: Event, states: tuple[str, str]) -> bool:
    """Whether an act is one between the two states, or an act of a third toward both of them."""
    one, other = states
    if one in event.source and other in event.target:
        return True
    if other in event.source and one in event.target:
        return True
    return not {one, other} & set(event.source) and {one, other} <= set(event.target)


def rows_in(
    case: Case, window: Window | None, *, dyad: str = "", kinds: tuple[str, ...] = ()
) -> list[Event]:
    """Return the recorded acts of a window, of a pair and of some kinds where these are named.

    A row whose source is its target is context, not an act.
    """
    start, end = window_days(case, window)
    pair = _pair(case, dyad)
    return [
        event
        for event in case.events
        if start <= event.date <= end
        and event.source != event.target
        and (not kinds or event.kind in kinds)
        and (pair is None or concerns(event, pair))
    ]


def row_names(rows: Iterable[Event]) -> list[str]:
    """Return the names by which a reader finds rows of the record: ``events:E164``."""
    return [f"events:{event.id}" for event in rows]


def _pair(case: Case, dyad: str) -> tuple[str, str] | None:
    if not dyad:
        return None
    one, other = case.index.dyad_label(dyad).split("-")
    return one, other

"""A case as it stood on an earlier day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from comity.core.case import Case, StateEntry
from comity.core.errors import ConfigError
from comity.core.months import month_of, month_start, parse_month
from comity.core.rows import Dispute, Government
from comity.core.things import prospect_ids


def parse_day(text: str) -> dt.date:
    """Return the day written as ``YYYY-MM-DD``, or the last day of the month ``YYYY-MM``.

    Raises
    ------
    ConfigError
        The text is neither.

    >>> parse_day("2019-08"), parse_day("2019-08-22")
    (datetime.date(2019, 8, 31), datetime.date(2019, 8, 22))
    """
    try:
        if len(text) == len("2019-08"):
            return month_start(parse_month(text) + 1) - dt.timedelta(days=1)
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f'--as-of: a day is written as YYYY-MM-DD or a month as YYYY-MM; found "{text}". '
            "Write for example 2019-08."
        ) from None


def cut_case(case: Case, day: dt.date) -> Case:
    """Return the case as it stood on a day: with every row removed that lies after it.

    Later ends, settlements, flares and changes of status are removed from the rows that stay. What
    the case says of its own last day is not known earlier and follows from rules instead:

    - when a president's term ends, and which one it is, from the inauguration and the term's
      length (see `terms_on`); other offices have no known end, and no hand-over is known ahead;
    - whether a docket is open, from its last flare: within `QUIET_MONTHS` and not settled.

    Outcomes about agreements that did not exist yet are left out. Judged numbers, scenarios and
    claims are left as they are: they were written later, as were severities, depths and the choice
    of what was recorded at all. Cut on its own last day a case stays what it is.

    Raises
    ------
    ConfigError
        The day lies outside the record or in its first month.
    """
    if not month_start(case.first_month + 1) <= day <= case.as_of:
        raise ConfigError(
            "--as-of: the day must lie at least one month into the record, from "
            f"{month_start(case.first_month + 1)} to {case.as_of}; found {day}. "
            "Choose a day in between."
        )
    agreements = tuple(row for row in case.agreements if row.signed is None or row.signed <= day)
    governments = tuple(
        row
        if row.end is None or row.end <= day
        else row.model_copy(update={"end": None, "left": ""})
        for row in case.governments
        if row.start <= day
    )
    outcomes = _askable(case, {row.id for row in agreements})
    # A copy would take along what was computed once from the longer record (months, index).
    return Case.model_construct(
        **{
            **dict(case),
            "as_of": day,
            "content_hash": "",
            "events": tuple(row for row in case.events if row.date <= day),
            "governments": governments,
            "states": tuple(
                entry
                if day == case.as_of
                else entry.model_copy(update=terms_on(entry, governments, day))
                for entry in case.states
            ),
            "outcomes": tuple(item for item in case.outcomes if item.id in outcomes),
            "headline_outcomes": tuple(name for name in case.headline_outcomes if name in outcomes),
            "agreements": agreements,
            "statuses": tuple(
                row
                for row in case.statuses
                if row.date <= day and row.agreement in {item.id for item in agreements}
            ),
            "disputes": tuple(
                _docket_on(row, day, case.as_of) for row in case.disputes if row.opened <= day
            ),
        }
    )


def terms_on(
    entry: StateEntry, governments: tuple[Government, ...], day: dt.date
) -> dict[str, Any]:
    """Return what is known of a state's terms on a day: new values of its entry's keys.

    Terms of a one-term president run from the last inauguration, acting heads left out; those of a
    two-term president by the calendar, since a vice-president serves out the term, and a leader's
    terms are counted over all spells. A state without a recorded head counts back from its entry.
    Terms end on the day of the month on which the head took office; one that ends on a later day of
    the cut month ends in the month after, the first that is simulated.

    Parameters
    ----------
    entry
        The state's entry, as of a later day.
    governments
        Governments of all states that began by then.
    day
        The last day that is known.
    """
    known: dict[str, Any] = {"scheduled": ()}
    term, later = entry.term_months, entry.next_term_month
    if term is None or later is None or not entry.office.endswith("_president"):
        return {**known, "next_term_month": None}
    own = [row for row in governments if row.state == entry.code and not row.acting]
    last = max(own, key=lambda row: row.start, default=None)
    by_calendar = last is None or entry.office == "two_term_president"
    anchor = later if last is None or by_calendar else month_of(last.start)
    is_past = last is None or day.day >= last.start.day
    ended = month_of(day) if is_past else month_of(day) - 1  # a term that ends by then has ended
    # The first end of a term after that, counted from the anchor in either direction.
    following = anchor + term * (1 + (ended - anchor) // term)
    known["next_term_month"] = max(following, month_of(day) + 1)
    known["terms_served"] = 1
    if last is not None and by_calendar:
        spells = [row for row in own if row.leader == last.leader]
        known["terms_served"] = sum(_terms_of(row, anchor, term, ended) for row in spells)
    return known


def _terms_of(spell: Government, anchor: int, term: int, ended: int) -> int:
    """Return in how many terms of the calendar a spell has been, up to a month."""
    first = month_of(spell.start)
    last = ended if spell.end is None else month_of(spell.end) - 1
    return 1 + (last - anchor) // term - (first - anchor) // term


def _docket_on(row: Dispute, day: dt.date, as_of: dt.date) -> Dispute:
    """Return a docket as it stood on a day."""
    from comity.record.dockets import is_quiet

    cut = row.model_copy(
        update={
            "flares": tuple(flare for flare in row.flares if flare <= day),
            "settled": row.settled if row.settled and row.settled <= day else None,
        }
    )
    if day == as_of:
        return cut
    is_open = not cut.settled and not is_quiet(cut, month_of(day))
    return cut.model_copy(update={"is_active": is_open})


def _askable(case: Case, agreements: set[str]) -> set[str]:
    """Return the ids of outcomes that do not ask about agreements that are not there."""
    new = {row.id for scenario in case.scenarios for row in scenario.agreements}
    there = agreements | new | set(prospect_ids(case.with_role("spoke")))
    return {item.id for item in case.outcomes if not item.agreement or item.agreement in there}

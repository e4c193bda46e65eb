"""A case as a forecaster would have had it at an earlier month: what a backtest stands on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from comity.core.case import Case, StateEntry
from comity.core.months import month_of
from comity.record.dockets import is_quiet
from comity.study.cut import cut_case


def stand_at(case: Case, day: dt.date) -> Case:
    """Return the case as it stood on a day: no later row, and no later knowledge of those there.

    Beyond what `cut_case` removes: a docket is active when it is not settled and flared in the
    twelve months before (the record's own rule), not by its present mark; a state's next end of
    term follows from the last inauguration and the length of a term; no scheduled change is known.
    Outcomes, claims, questions and scenarios were written later and are dropped. Judged numbers,
    severities, depths and orientations stay as they are: they were judged by people who knew how it
    went on, which no cut can undo.

    Raises
    ------
    ConfigError
        The day lies outside the record or in its first month.
    """
    cut = cut_case(case, day)
    # A case keeps what it has worked out of its rows, so the cut is built anew from its fields.
    values = {name: getattr(cut, name) for name in Case.model_fields}
    values["states"] = tuple(
        entry.model_copy(update=known_term(cut, entry)) for entry in cut.states
    )
    values["disputes"] = tuple(
        row.model_copy(update={"is_active": not row.settled and not is_quiet(row, cut.last_month)})
        for row in cut.disputes
    )
    values |= {
        "outcomes": (), "headline_outcomes": (), "claims": (), "questions": (), "scenarios": (),
    }  # fmt: skip
    return Case(**values)


def known_term(case: Case, entry: StateEntry) -> dict[str, Any]:
    """Return what is known of a state's next term, from the record and the term's length alone."""
    spells = [row for row in case.governments if row.state == entry.code and not row.acting]
    if not entry.term_months or not spells:
        return {"scheduled": ()}
    last = max(spells, key=lambda row: row.start)
    begun = 1 + (case.last_month - month_of(last.start)) // entry.term_months
    earlier = sum(row.leader == last.leader for row in spells) - 1
    return {
        "scheduled": (),
        "next_term_month": month_of(last.start) + begun * entry.term_months,
        "terms_served": begun + earlier if entry.office == "two_term_president" else 1,
    }

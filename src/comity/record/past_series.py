"""The past of an outcome: what the record says in every month of the thing that it asks about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.months import month_of, month_start
from comity.core.outcomes import Outcome
from comity.core.past import PastSeries
from comity.core.rows import Dispute
from comity.record.dockets import open_months

Floats = NDArray[np.float64]
Reading = Callable[[Case, Outcome], PastSeries | None]
MEETING_KINDS = ("summit", "joint_statement")
"""Kinds of event that the record uses for a meeting of two heads."""
TALK_KINDS = ("summit", "visit", "joint_statement", "agreement_signed")
"""Kinds of event that the record uses for talks of hub and proliferator."""


def past_series(case: Case, outcome: Outcome) -> PastSeries | None:
    """Return the monthly series that an outcome is read off, over the recorded months.

    Of what the record says, not of what the model means by it: a flare is a dated flare of any
    docket of the pair, a new government a head who is not acting, an agreement in force one whose
    recorded status is. None for what the record does not hold (relations, which are measured;
    alignment; answers to demands; stages of talks beyond the first).
    """
    reading = _READINGS.get(outcome.kind)
    return None if reading is None else reading(case, outcome)


def flare_series(case: Case, dyad: str) -> Floats:
    """Return 1 in months with a flare of a docket of the pair, (time,)."""
    return _months_of(case, (day for row in _dockets(case, dyad) for day in row.flares))


def head_changes(case: Case, state: str, *, of_support: bool = False) -> Floats:
    """Return 1 in months in which a head who is not acting takes office, (time,).

    With ``of_support`` only where the coalition is another than that of the head before.
    """
    heads = sorted(
        (row for row in case.governments if row.state == state and not row.acting),
        key=lambda row: row.start,
    )
    days = (
        after.start
        for before, after in pairwise(heads)
        if not of_support or after.coalition != before.coalition
    )
    return _months_of(case, days)


def status_series(case: Case, agreement: str) -> Floats:
    """Return 1 in months at whose end the agreement is in force, NaN before its first status."""
    rows = sorted(
        (row for row in case.statuses if row.agreement == agreement), key=lambda row: row.date
    )
    out = np.full(len(case.months), np.nan)
    for row in rows:  # a later row overwrites from its month on
        out[max(month_of(row.date) - case.first_month, 0) :] = row.status == "in_force"
    return out


def _dockets(case: Case, dyad: str) -> list[Dispute]:
    return [row for row in case.disputes if set(row.parties) == set(dyad.split("-"))]


def _open(case: Case, dyad: str) -> Floats:
    flags = [open_months(row, case.months) for row in _dockets(case, dyad)]
    return np.any(flags, axis=0).astype(float) if flags else np.zeros(len(case.months))


def _in_office(case: Case, outcome: Outcome) -> PastSeries:
    out = np.full(len(case.months), np.nan)
    for place, month in enumerate(case.months):
        day = min(month_start(int(month) + 1) - dt.timedelta(days=1), case.as_of)
        if (head := case.incumbent(outcome.state, day)) is not None:
            out[place] = head.coalition == outcome.coalition
    return PastSeries("state", out)


def _met(case: Case, states: set[str], kinds: Iterable[str]) -> PastSeries:
    days = (
        row.date
        for row in case.events
        if row.kind in kinds and {*row.source, *row.target} == states
    )
    return PastSeries("event", _months_of(case, days))


def _mediated(case: Case, outcome: Outcome) -> PastSeries:
    pair = set(outcome.dyad.split("-"))
    days = (
        row.date
        for row in case.events
        if row.kind == "mediation" and case.hub in row.source and pair <= {*row.target}
    )
    return PastSeries("event", _months_of(case, days))


def _declared(case: Case, outcome: Outcome) -> PastSeries:
    pair = set(outcome.dyad.split("-"))
    days = (
        row.signed
        for row in case.agreements
        if row.form == "statement" and set(row.parties) == pair and row.signed is not None
    )
    return PastSeries("event", _months_of(case, days))


def _talks(case: Case, outcome: Outcome) -> PastSeries | None:
    if outcome.at_least != 1:
        return None
    return _met(case, {case.hub, outcome.state}, TALK_KINDS)


def _months_of(case: Case, days: Iterable[dt.date]) -> Floats:
    out = np.zeros(len(case.months))
    for day in days:
        place = month_of(day) - case.first_month
        if 0 <= place < len(out):
            out[place] = 1
    return out


_READINGS: dict[str, Reading] = {
    "flare_by": lambda case, x: PastSeries("event", flare_series(case, x.dyad)),
    "dispute_open": lambda case, x: PastSeries("state", _open(case, x.dyad)),
    "dispute_open_months": lambda case, x: PastSeries(
        "months", _open(case, x.dyad), float(x.at_least or 1)
    ),
    "agreement_in_force": lambda case, x: PastSeries("state", status_series(case, x.agreement)),
    "coalition_in_office": _in_office,
    "government_changed": lambda case, x: PastSeries("event", head_changes(case, x.state)),
    "support_changed": lambda case, x: PastSeries(
        "event", head_changes(case, x.state, of_support=True)
    ),
    "summit_by": lambda case, x: _met(case, set(x.dyad.split("-")), MEETING_KINDS),
    "trilateral_by": lambda case, x: _met(case, {case.hub, *case.with_role("spoke")}, ("summit",)),
    "mediated_by": _mediated,
    "declaration_by": _declared,
    "stage_reached": _talks,
}

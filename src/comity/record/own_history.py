"""The record as one history: the monthly series that futures have too, in the same form."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.months import month_of
from comity.core.outcomes import Outcome, OutcomeKind
from comity.record.incumbents import incumbents
from comity.record.past_series import past_series

Series = dict[str, dict[str, NDArray[np.float64]]]


def own_history(case: Case) -> Series:
    """Return monthly series by table and entity, (1, time) each.

    Tables and units are those of simulated futures: ``flares`` counts the dated flares of a docket,
    ``coalition`` is numbered within the state and -1 where nobody is recorded in office, the
    others are 1 where it happened or held: ``dispute_open``, ``mediated`` and ``summits`` by pair,
    ``trilateral``, ``changed`` by state.
    """
    states, dyads = case.index.codes, case.index.dyads
    return {
        "flares": {row.id: _flares(case, row.flares) for row in case.disputes},
        "dispute_open": {dyad: _read(case, "dispute_open", dyad=dyad) for dyad in dyads},
        "mediated": {dyad: _read(case, "mediated_by", dyad=dyad) for dyad in dyads},
        "summits": {dyad: _read(case, "summit_by", dyad=dyad) for dyad in dyads},
        "trilateral": {"": _read(case, "trilateral_by")},
        "changed": {state: _read(case, "government_changed", state=state) for state in states},
        "coalition": {state: row[None] for state, row in _coalitions(case).items()},
    }


def histories_without(case: Case, dyad: str) -> Iterator[Series]:
    """Yield the record without one docket of the pair each: how much it rests on a single one."""
    for docket in case.disputes:
        if set(docket.parties) == set(dyad.split("-")):
            others = tuple(row for row in case.disputes if row.id != docket.id)
            yield own_history(case.model_copy(update={"disputes": others}))


def _read(case: Case, kind: OutcomeKind, **of: str) -> NDArray[np.float64]:
    asked = Outcome(id="own", words="own", kind=kind, lead_months=1, **of)  # pyright: ignore
    found = past_series(case, asked)
    assert found is not None
    return found.values[None]


def _flares(case: Case, days: tuple[object, ...]) -> NDArray[np.float64]:
    counts = np.zeros((1, len(case.months)))
    for day in days:
        place = month_of(day) - case.first_month  # pyright: ignore
        if 0 <= place < counts.shape[1]:
            counts[0, place] += 1
    return counts


def _coalitions(case: Case) -> dict[str, NDArray[np.float64]]:
    office = incumbents(case)
    found: dict[str, NDArray[np.float64]] = {}
    for number, state in enumerate(case.index):
        own = [row.id for row in case.coalitions if row.state == state]
        rows = [case.governments[row].coalition if row >= 0 else "" for row in office[number]]
        found[state] = np.array([own.index(name) if name in own else -1 for name in rows], float)
    return found

"""Parts of drivers whose timing something outside the pair has set: what designs are made of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.drivers import NOBODY, DesignPart
from comity.core.judged import JudgedNumber
from comity.core.months import month_of
from comity.record.dockets import open_months
from comity.record.hostility import remembered_hostility
from comity.record.hub_drivers import of_two_spokes, spoke_fear
from comity.record.incumbents import scheduled_changes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Parts = tuple[DesignPart, ...]
COURT = "court_ruling"
TESTS = ("missile_test", "nuclear_test")
MAX_SEVERITY = 3.0


def orientation_part(case: Case, by_state: Floats, office: Ints) -> Parts:
    """Return the steps of orientation at scheduled changes of government, added up.

    ``by_state`` is what each state's government contributes, (dyad, 2, time).
    """
    is_scheduled = scheduled_changes(case, office)
    values = np.zeros((case.index.n_dyads, by_state.shape[2]))
    moved: set[tuple[int, int]] = set()
    for dyad, pair in enumerate(case.index.pairs.tolist()):
        for side, state in enumerate(pair):
            step = np.diff(by_state[dyad, side], prepend=by_state[dyad, side, 0])
            step[~is_scheduled[state]] = 0.0
            moved |= {(state, time) for time in np.flatnonzero(step).tolist()}
            values[dyad] += np.cumsum(step)
    return (
        DesignPart(
            name="scheduled-turnover",
            words="changes of government at the end of fixed terms",
            grade="B",
            assumption="who won had nothing to do with where this relation was going",
            values=values,
            n_events=len(moved),
        ),
    )


def court_part(case: Case, load: Floats) -> Parts:
    """Return the load of disputes that is open only because a court ruled in that month."""
    rulings = {
        (event.date, issue)
        for event in case.events
        if event.kind == COURT
        for issue in (event.issue, event.issue.partition(".")[0])
    }
    rest = np.zeros_like(load)
    months: set[tuple[str, int]] = set()
    for docket in case.disputes:
        issues = {*docket.issues, docket.issue}
        ruled = {day for day in docket.flares if any((day, issue) in rulings for issue in issues)}
        months |= {(docket.id, month_of(day)) for day in ruled}
        others = docket.model_copy(
            update={"flares": tuple(day for day in docket.flares if day not in ruled)}
        )
        dyad = case.index.dyad_number("-".join(docket.parties))
        is_open = open_months(others, case.months) if others.flares else np.zeros(len(case.months))
        rest[dyad] += is_open * docket.severity / MAX_SEVERITY
    inside = {(docket, month) for docket, month in months if month in set(case.months.tolist())}
    return (
        DesignPart(
            name="court-dockets",
            words="rulings whose month the court's docket set",
            grade="B",
            assumption="courts did not wait for, or answer to, the state of the relation",
            values=load - rest,
            n_events=len(inside),
        ),
    )


def tests_part(case: Case) -> Parts:
    """Return the threat that both states of a pair take in from dated tests alone."""
    sources = case.with_role("proliferator")
    felt = remembered_hostility(case, sources, lambda event: event.kind in TESTS)
    i, j = case.index.pairs.T
    dates = {event.date for event in case.events
             if event.kind in TESTS and set(event.source) & set(sources)}  # fmt: skip
    return (
        DesignPart(
            name="test-dates",
            words="dates of the common adversary's tests",
            grade="B",
            assumption="the adversary did not choose its dates by the relation of the two",
            values=np.minimum(felt[i], felt[j]),
            n_events=len(dates),
        ),
    )


def administrations_part(
    case: Case, numbers: Mapping[str, JudgedNumber], office: Ints
) -> tuple[Parts, Parts]:
    """Return shared and unequal fear as the hub's administrations alone would have it.

    The threat is held at its mean over the record.
    """
    felt = remembered_hostility(case, case.with_role("proliferator"))
    held = np.broadcast_to(felt.mean(axis=1, keepdims=True), felt.shape)
    values = of_two_spokes(case, spoke_fear(case, numbers, office, held))
    hub = office[case.index.number(case.hub)]
    changes = np.flatnonzero((np.diff(hub) != 0) & (hub[1:] != NOBODY))
    spoke = case.with_role("spoke")
    moved = spoke_fear(case, numbers, office, held)[[case.index.number(code) for code in spoke]]
    n_events = int((np.abs(np.diff(moved, axis=1)).max(axis=0, initial=0.0)[changes] > 0).sum())
    return tuple(
        (
            DesignPart(
                name="hub-administrations",
                words="changes of the hub's administration",
                grade="B",
                assumption="nothing else that came with a new administration moved the two spokes "
                "toward or away from each other",
                values=one,
                n_events=n_events,
            ),
        )
        for one in values
    )  # pyright: ignore[reportReturnType]

"""Density of working channels, month by month, by the rule that the futures follow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.judged import JudgedNumber
from comity.core.months import month_of
from comity.record.counts import act_pairs
from comity.record.dockets import open_months
from comity.record.history import agreements_in_force

Floats = NDArray[np.float64]
MEETING = "summit"
YEAR = 12
MOST_SEVERE = 3


def channel_density(case: Case, numbers: Mapping[str, JudgedNumber]) -> Floats:
    """Return the density of channels of every pair of allies, 0 to 1, (dyad, time).

    ``K <- K + growth (1 - K) mean(meetings, open channels, agreements in force) - loss K rupture -
    decay K``, from ``density.default`` in the first month. A rupture is a flare of the highest
    severity. Pairs that are not allies (hub and spokes) stay at 0.

    Notes
    -----
    The level at the start is judged, and so is every rate. What the series shows of the record is
    when channels grew and when they were torn.
    """
    rate = {name: numbers[f"channels.{name}"].central
            for name in ("growth", "rupture_loss", "decay", "summits_full")}  # fmt: skip
    allies = {*case.with_role("hub"), *case.with_role("spoke")}
    meetings, in_force = _meetings(case), agreements_in_force(case)
    density = np.zeros(meetings.shape)
    for number, label in enumerate(case.index.dyads):
        if not set(label.split("-")) <= allies:
            continue
        is_open, is_torn = _severe(case, label)
        held = in_force[number] / max(in_force[number].max(), 1)
        inputs = np.minimum(meetings[number] / rate["summits_full"], 1) + ~is_open + held
        level = numbers["density.default"].central
        for time in range(meetings.shape[1]):
            moved = rate["growth"] * (1 - level) * inputs[time] / 3
            level += moved - (rate["rupture_loss"] * is_torn[time] + rate["decay"]) * level
            density[number, time] = level
    return density


def _meetings(case: Case) -> Floats:
    """Return meetings at the top in the twelve months up to each, (dyad, time)."""
    held = np.zeros((case.index.n_dyads, len(case.months)))
    for event in case.events:
        time = month_of(event.date) - case.first_month
        if event.kind == MEETING and 0 <= time < held.shape[1]:
            for pair in {frozenset(pair) for pair in act_pairs(event)}:
                held[case.index.dyad_number("-".join(pair)), time] += 1
    total = np.cumsum(np.pad(held, ((0, 0), (YEAR, 0))), axis=1)
    return total[:, YEAR:] - total[:, :-YEAR]


def _severe(case: Case, label: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return months with an open docket, and months with a flare, of the highest severity."""
    is_open, is_torn = np.zeros((2, len(case.months)), bool)
    for docket in case.disputes:
        if (
            docket.severity < MOST_SEVERE
            or case.index.dyad_label("-".join(docket.parties)) != label
        ):
            continue
        is_open |= open_months(docket, case.months)
        flares = [month_of(day) - case.first_month for day in docket.flares]
        is_torn[[time for time in flares if 0 <= time < len(is_torn)]] = True
    return is_open, is_torn

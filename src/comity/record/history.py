"""Recorded histories of the drivers, month by month."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.history import DriverHistory
from comity.core.months import month_of
from comity.core.rows import Government
from comity.core.states import COMPONENTS, component_toward
from comity.record.dockets import open_months
from comity.record.incumbents import month_ends

Floats = NDArray[np.float64]
MEDIATION_MONTHS = 3
"""Months for which an act of mediation counts: its own and two after."""

MAX_DEPTH = 3.0
MAX_SEVERITY = 3.0


def driver_history(case: Case) -> DriverHistory:
    """Return what the record says of the drivers in every recorded month.

    Parameters
    ----------
    case
        The case; orientations are the central values of its judged numbers.

    Returns
    -------
    history
        Orientation of states and pairs, dispute load, mediation, agreement stock. A month takes
        the government in office and the agreements in force on its last day, the last month those
        on ``as_of``. Where nobody is recorded in office the orientation is 0, as it is toward a
        state whose roles have no component.
    """
    months, days = case.months, month_ends(case)
    states = _state_orientation(case, days)
    return DriverHistory(
        months=months,
        state_orientation=states,
        orientation=_pair_orientation(case, states),
        dispute_load=_dispute_load(case),
        mediation=_mediation(case),
        agreement_stock=_agreement_stock(case, days),
    )


def government_orientation(case: Case, government: Government) -> Floats:
    """Return a government's orientation, shape (component,): its own or its coalition's."""
    name = f"coalitions.{government.state}.{government.coalition}"
    own = (
        government.toward_hub,
        government.toward_partner,
        government.toward_rival,
        government.toward_proliferator,
    )
    return np.array(
        [
            case.parameters[f"{name}.{component}"].central if value is None else value
            for component, value in zip(COMPONENTS, own, strict=True)
        ],
        np.float64,
    )


def _state_orientation(case: Case, days: list[dt.date]) -> Floats:
    values = np.zeros((len(case.index), len(COMPONENTS), len(days)))
    for number, code in enumerate(case.index):
        spells = sorted((row for row in case.governments if row.state == code), key=_start)
        # Later starts overwrite earlier ones, so that an acting head stands for the head.
        for row in spells:
            held = [row.start <= day and (row.end is None or day < row.end) for day in days]
            values[number][:, np.array(held)] = government_orientation(case, row)[:, None]
    return values


def _start(row: Government) -> dt.date:
    return row.start


def _pair_orientation(case: Case, states: Floats) -> Floats:
    values = np.zeros((case.index.n_dyads, states.shape[2]))
    toward = [component_toward(entry.roles) for entry in case.entries]
    for dyad, (i, j) in enumerate(case.index.pairs):
        for state, other in ((i, j), (j, i)):
            if toward[other] >= 0:
                values[dyad] += states[state, toward[other]] / 2
    return values


def _dispute_load(case: Case) -> Floats:
    values = np.zeros((case.index.n_dyads, len(case.months)))
    for docket in case.disputes:
        dyad = case.index.dyad_number("-".join(docket.parties))
        values[dyad] += open_months(docket, case.months) * docket.severity / MAX_SEVERITY
    return values


def _mediation(case: Case) -> Floats:
    values = np.zeros((case.index.n_dyads, len(case.months)))
    hubs = set(case.with_role("hub"))
    for event in case.events:
        if event.kind != "mediation" or not hubs.intersection(event.source):
            continue
        parties = sorted(set(event.target) - hubs)
        first = month_of(event.date) - case.first_month
        for pair in combinations(parties, 2):
            dyad = case.index.dyad_number("-".join(pair))
            values[dyad, first : first + MEDIATION_MONTHS] = 1.0
    return values


def agreements_in_force(case: Case) -> Floats:
    """Return how many agreements two states have in force at each month's end, (dyad, time)."""
    return _agreements(case, month_ends(case), [1.0] * len(case.agreements))


def _agreement_stock(case: Case, days: list[dt.date]) -> Floats:
    return _agreements(case, days, [item.depth / MAX_DEPTH for item in case.agreements])


def _agreements(case: Case, days: list[dt.date], worth: list[float]) -> Floats:
    values = np.zeros((case.index.n_dyads, len(days)))
    for agreement, each in zip(case.agreements, worth, strict=True):
        rows = [row for row in case.statuses if row.agreement == agreement.id]
        rows.sort(key=lambda row: row.date)
        in_force = np.zeros(len(days))
        for row in rows:
            since = np.array([row.date <= day for day in days])
            in_force[since] = float(row.status == "in_force")
        for pair in combinations(agreement.parties, 2):
            dyad = case.index.dyad_number("-".join(pair))
            values[dyad] += in_force * each
    return values

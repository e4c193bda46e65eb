"""Outcomes: yes or no for every member of a block, from its trace.

A trace is in single precision, and so is what it is compared with: equal stays equal.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.errors import ConfigError
from comity.core.outcomes import Outcome, outcome_faults
from comity.core.rows import STATUSES
from comity.simulate.block import Plan
from comity.simulate.layout import Layout
from comity.simulate.rules.turnover import SUPPORT
from comity.simulate.scenario import things_of
from comity.simulate.trace import Trace

IN_FORCE = STATUSES.index("in_force")


def asked_outcomes(case: Case, n_months: int) -> tuple[Outcome, ...]:
    """Return the case's outcomes that fall due within the horizon, in order.

    Raises
    ------
    ConfigError
        An outcome asks about something that the simulated case does not have.
    """
    asked = tuple(item for item in case.outcomes if 1 <= item.lead(case.last_month) <= n_months)
    for outcome in asked:
        _check(case, outcome)
    return asked


def _check(case: Case, outcome: Outcome) -> None:
    new = tuple(row for scenario in case.scenarios for row in scenario.agreements)
    faults = outcome_faults(outcome, things_of(case, new))
    if faults:
        raise ConfigError(f'outcome "{outcome.id}", {faults[0]}')


def outcome_happened(plan: Plan, outcome: Outcome, trace: Trace, block: int) -> NDArray[np.bool_]:
    """Return whether the outcome happens in each member of a block, (member,)."""
    layout = plan.layout
    lead = outcome.lead(layout.start_month)
    if outcome.dyad:
        pair = layout.index.dyad_number(outcome.dyad)
        if outcome.kind == "relation_above_start":
            before = np.float32(plan.start_relation[pair, plan.draw_of(block)])
            return np.asarray(trace.relation[pair, lead - 1] > before)
        return _pair_happened(layout, outcome, trace, pair, lead)
    if outcome.state:
        return _state_happened(layout, outcome, trace, lead)
    return _system_happened(layout, outcome, trace, lead)


def _pair_happened(
    layout: Layout, outcome: Outcome, trace: Trace, pair: int, lead: int
) -> NDArray[np.bool_]:
    last = lead - 1
    match outcome.kind:
        case "relation_share_above":
            assert outcome.share is not None
            level = np.float32(math.log(outcome.share / (1 - outcome.share)))
            return np.asarray(trace.relation[pair, last] > level)
        case "dispute_open":
            return np.asarray(trace.is_open[pair, last] > 0)
        case "dispute_open_months":
            return _in_months(trace.is_open[pair, :lead], outcome)
        case "summit_months":
            return _in_months(trace.summits[pair, :lead], outcome)
        case "mediated_months":
            return _in_months(trace.mediated[pair, :lead], outcome)
        case "declaration_by":
            both = set(layout.index.dyads[pair].split("-"))
            new = [
                row
                for row in range(layout.n_recorded, len(layout.agreements))
                if set(layout.agreement_parties[row]) == both
            ]
            return np.any(trace.status[new, :lead] == IN_FORCE, axis=(0, 1))
        case "summit_by":
            return np.any(trace.summits[pair, :lead] > 0, axis=0)
        case "mediated_by":
            return np.any(trace.mediated[pair, :lead] > 0, axis=0)
        case _:
            own = layout.constants.docket_pair == pair
            return np.any(trace.flares[own, :lead] > 0, axis=(0, 1))


def _in_months(rows: NDArray[np.uint8], outcome: Outcome) -> NDArray[np.bool_]:
    """Return whether so many months hold, from (month, member)."""
    assert outcome.at_least is not None
    return (rows > 0).sum(axis=0, dtype=np.int64) >= outcome.at_least


def _state_happened(layout: Layout, outcome: Outcome, trace: Trace, lead: int) -> NDArray[np.bool_]:
    last = lead - 1
    match outcome.kind:
        case "stage_reached":
            assert outcome.at_least is not None
            row = layout.proliferators.index(outcome.state)
            return np.any(trace.stage[row, :lead] >= outcome.at_least, axis=0)
        case "alignment_above":
            row = layout.spokes.index(outcome.state)
            domains = {"security": trace.alignment_security, "economy": trace.alignment_economy}
            return np.asarray(domains[outcome.domain][row, last] > np.float32(outcome.share))
        case "coalition_in_office":
            number = layout.coalitions.index((outcome.state, outcome.coalition))
            state = layout.index.number(outcome.state)
            return np.asarray(trace.coalition[state, last] == number)
        case _:
            least = SUPPORT if outcome.kind == "support_changed" else 1
            return np.any(trace.change[layout.index.number(outcome.state), :lead] >= least, axis=0)


def _system_happened(
    layout: Layout, outcome: Outcome, trace: Trace, lead: int
) -> NDArray[np.bool_]:
    last = lead - 1
    match outcome.kind:
        case "trilateral_by":
            return np.any(trace.trilateral[0, :lead] > 0, axis=0)
        case "public_good_above":
            return np.asarray(trace.public_good[0, last] > np.float32(outcome.share))
        case "coordinates":
            row = layout.demands.index(outcome.demand)
            return np.asarray(trace.coordination[row, last] > 0)
        case "coordinates_by":
            row = layout.demands.index(outcome.demand)
            return np.any(trace.coordination[row, :lead] > 0, axis=0)
        case "coordinates_any_by":
            return np.any(trace.coordination[:, :lead] > 0, axis=(0, 1))
        case _:
            if outcome.agreement not in layout.agreements:  # another scenario brings it about
                return np.zeros(trace.status.shape[2], bool)
            row = layout.agreements.index(outcome.agreement)
            return np.asarray(trace.status[row, last] == IN_FORCE)

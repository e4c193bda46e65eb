"""Outcomes: yes or no for every member of a block, from its trace or while it is simulated.

`outcome_happened` says what each kind means, of a trace; `watched` says it as the table of
conditions that `comity.simulate.watch` follows month by month, without one.

A trace is in single precision, and so is what it is compared with: equal stays equal.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.errors import ConfigError
from comity.core.outcomes import Outcome, outcome_faults
from comity.core.rows import STATUSES
from comity.simulate.layout import Layout
from comity.simulate.rules.turnover import SUPPORT
from comity.simulate.scenario import things_of
from comity.simulate.trace import Trace
from comity.simulate.watch import HIGHEST, NOTHING, SOURCES, Watch

if TYPE_CHECKING:
    from comity.simulate.block import Plan

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
            return np.asarray(trace.relation[pair, last] > np.float32(_share_logit(outcome)))
        case "dispute_open":
            return np.asarray(trace.is_open[pair, last] > 0)
        case "dispute_open_months":
            return _in_months(trace.is_open[pair, :lead], outcome)
        case "summit_months":
            return _in_months(trace.summits[pair, :lead], outcome)
        case "mediated_months":
            return _in_months(trace.mediated[pair, :lead], outcome)
        case "declaration_by":
            new = _new_rows(layout, pair)
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
            return np.asarray(domains[outcome.domain][row, last] > np.float32(_share(outcome)))
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
            return np.asarray(trace.public_good[0, last] > np.float32(_share(outcome)))
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


@dataclass(frozen=True)
class _Condition:
    """On one entity, in every month up to the outcome's or in that alone; see `Watch`."""

    source: str
    row: int
    every_month: bool = False
    above: float = 0.0
    above_start: bool = False
    low: int = 1
    high: int = HIGHEST


def watched(layout: Layout, outcomes: Sequence[Outcome]) -> Watch:
    """Return the table that finds outcomes while a block is simulated."""
    rows = [(o, one) for o, item in enumerate(outcomes) for one in _conditions(layout, item)]
    last = [outcomes[o].lead(layout.start_month) - 1 for o, _ in rows]
    least = [item.at_least if item.kind.endswith("_months") else 1 for item in outcomes]

    def column(values: Iterable[object]) -> NDArray[np.int64]:
        return np.array(list(values), np.int64)

    return NOTHING._replace(
        source=column(SOURCES.index(one.source) for _, one in rows),
        row=column(one.row for _, one in rows),
        first=column(
            0 if one.every_month else month for (_, one), month in zip(rows, last, strict=True)
        ),
        last=column(last),
        above=np.array([one.above for _, one in rows], np.float64),
        is_above_start=column(one.above_start for _, one in rows),
        low=column(one.low for _, one in rows),
        high=column(one.high for _, one in rows),
        outcome=column(o for o, _ in rows),
        at_least=column(least),
        until=column([max(last, default=-2)]),
    )


def found_in(watch: Watch, members: int) -> NDArray[np.bool_]:
    """Return what a slot's watch has found of a block's first members, (outcome, member)."""
    return watch.held[:, :members] >= watch.at_least[:, None]


def _conditions(layout: Layout, outcome: Outcome) -> list[_Condition]:
    if outcome.dyad:
        return _pair_conditions(layout, outcome, layout.index.dyad_number(outcome.dyad))
    if outcome.state:
        return _state_conditions(layout, outcome)
    return _system_conditions(layout, outcome)


def _pair_conditions(layout: Layout, outcome: Outcome, pair: int) -> list[_Condition]:
    match outcome.kind:
        case "relation_above_start":
            return [_Condition("relation", pair, above_start=True)]
        case "relation_share_above":
            return [_Condition("relation", pair, above=_share_logit(outcome))]
        case "dispute_open":
            return [_Condition("is_open", pair)]
        case "dispute_open_months":
            return [_Condition("is_open", pair, every_month=True)]
        case "summit_months" | "summit_by":
            return [_Condition("summits", pair, every_month=True)]
        case "mediated_months" | "mediated_by":
            return [_Condition("mediated", pair, every_month=True)]
        case "declaration_by":
            in_force = {"every_month": True, "low": IN_FORCE, "high": IN_FORCE}
            return [_Condition("status", row, **in_force) for row in _new_rows(layout, pair)]
        case _:
            own = np.flatnonzero(layout.constants.docket_pair == pair)
            return [_Condition("flares", int(row), every_month=True) for row in own]


def _state_conditions(layout: Layout, outcome: Outcome) -> list[_Condition]:
    match outcome.kind:
        case "stage_reached":
            row = layout.proliferators.index(outcome.state)
            return [_Condition("stage", row, every_month=True, low=outcome.at_least or 0)]
        case "alignment_above":
            row = layout.spokes.index(outcome.state)
            return [_Condition(f"alignment_{outcome.domain}", row, above=_share(outcome))]
        case "coalition_in_office":
            number = layout.coalitions.index((outcome.state, outcome.coalition))
            row = layout.index.number(outcome.state)
            return [_Condition("coalition", row, low=number, high=number)]
        case _:
            least = SUPPORT if outcome.kind == "support_changed" else 1
            row = layout.index.number(outcome.state)
            return [_Condition("change", row, every_month=True, low=least)]


def _system_conditions(layout: Layout, outcome: Outcome) -> list[_Condition]:
    match outcome.kind:
        case "trilateral_by":
            return [_Condition("trilateral", 0, every_month=True)]
        case "public_good_above":
            return [_Condition("public_good", 0, above=_share(outcome))]
        case "coordinates" | "coordinates_by":
            row = layout.demands.index(outcome.demand)
            return [_Condition("coordination", row, every_month=outcome.kind != "coordinates")]
        case "coordinates_any_by":
            rows = range(len(layout.demands))
            return [_Condition("coordination", row, every_month=True) for row in rows]
        case _:
            if outcome.agreement not in layout.agreements:
                return []
            row = layout.agreements.index(outcome.agreement)
            return [_Condition("status", row, low=IN_FORCE, high=IN_FORCE)]


def _new_rows(layout: Layout, pair: int) -> list[int]:
    """Return the agreements of just this pair that are not recorded."""
    both = set(layout.index.dyads[pair].split("-"))
    return [
        row
        for row in range(layout.n_recorded, len(layout.agreements))
        if set(layout.agreement_parties[row]) == both
    ]


def _share(outcome: Outcome) -> float:
    assert outcome.share is not None
    return outcome.share


def _share_logit(outcome: Outcome) -> float:
    return math.log(_share(outcome) / (1 - _share(outcome)))

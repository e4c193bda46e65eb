"""Outcomes: yes or no for every member of a block, from its trace."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.errors import ConfigError, ParameterError, nearest_match
from comity.core.outcomes import Outcome
from comity.core.rows import STATUSES
from comity.simulate.block import Plan
from comity.simulate.rules.turnover import SUPPORT
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
    known: list[tuple[str, str, list[str]]] = []
    if outcome.state:
        known.append(("state", outcome.state, list(case.index.codes)))
    if outcome.coalition:
        own = [row.id for row in case.coalitions if row.state == outcome.state]
        known.append((f"coalition of {outcome.state}", outcome.coalition, own))
    if outcome.agreement:
        rows = [*case.agreements, *(new for item in case.scenarios for new in item.agreements)]
        codes = set(case.index.codes)
        names = [row.id for row in rows if len(codes.intersection(row.parties)) > 1]
        known.append(("agreement between two or more of its states", outcome.agreement, names))
    for noun, found, allowed in known:
        if found not in allowed:
            hint = nearest_match(found, allowed)
            raise ConfigError(
                f'outcome "{outcome.id}": the case has no {noun} "{found}". {hint}'.rstrip()
            )
    if outcome.dyad:
        try:
            case.index.dyad_number(outcome.dyad)
        except ParameterError as problem:
            raise ConfigError(f'outcome "{outcome.id}": {problem}') from None


def outcome_happened(plan: Plan, outcome: Outcome, trace: Trace, block: int) -> NDArray[np.bool_]:
    """Return whether the outcome happens in each member of a block, (member,)."""
    layout = plan.layout
    lead = outcome.lead(layout.start_month)
    last = lead - 1
    if outcome.dyad:
        pair = layout.index.dyad_number(outcome.dyad)
        match outcome.kind:
            case "relation_above_start":
                before = plan.start_relation[pair, plan.draws_of(block)]
                return np.asarray(trace.relation[pair, last] > before)
            case "relation_share_above":
                assert outcome.share is not None
                level = math.log(outcome.share / (1 - outcome.share))
                return np.asarray(trace.relation[pair, last] > level)
            case "dispute_open":
                return np.asarray(trace.is_open[pair, last] > 0)
            case "dispute_open_months":
                months = trace.is_open[pair, :lead].sum(axis=0, dtype=np.int64)
                assert outcome.at_least is not None
                return months >= outcome.at_least
            case _:
                own = layout.constants.docket_pair == pair
                return np.any(trace.flares[own, :lead] > 0, axis=(0, 1))
    if outcome.agreement:
        if outcome.agreement not in layout.agreements:  # another scenario brings it about
            return np.zeros(trace.status.shape[2], bool)
        row = layout.agreements.index(outcome.agreement)
        return np.asarray(trace.status[row, last] == IN_FORCE)
    state = layout.index.number(outcome.state)
    if outcome.kind == "coalition_in_office":
        number = layout.coalitions.index((outcome.state, outcome.coalition))
        return np.asarray(trace.coalition[state, last] == number)
    least = SUPPORT if outcome.kind == "support_changed" else 1
    return np.any(trace.change[state, :lead] >= least, axis=0)

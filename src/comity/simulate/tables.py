"""Months of members as tables: what `keep_paths` returns and what a file of full paths holds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core.outcomes import Outcome
from comity.simulate.block import Plan, Slot
from comity.simulate.outcomes import outcome_happened
from comity.simulate.rules.turnover import SUPPORT

Tables = dict[str, NDArray[Any]]


def entities(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return the entities of every monthly table, in order; one without a name stands for all."""
    layout = plan.layout
    pairs, states, spokes = layout.index.dyads, layout.index.codes, layout.spokes
    return {
        "paths": pairs,
        "changed": states,
        "support_changed": states,
        "coalition": states,
        "status": layout.agreements,
        "flares": layout.dockets,
        "dispute_open": pairs,
        "mediated": pairs,
        "summits": pairs,
        "trilateral": ("",),
        "coordination": layout.demands,
        "stage": layout.proliferators,
        "alignment_security": spokes,
        "alignment_economy": spokes,
        "public_good": ("",),
    }


_FLOATS = {"paths", "alignment_security", "alignment_economy", "public_good"}
_NUMBERS = {"coalition", "status", "flares", "stage"}


def empty_tables(plan: Plan, outcomes: tuple[Outcome, ...], n_members: int) -> Tables:
    """Return room for some members: monthly tables (member, entity, time), then by member."""
    tables: Tables = {
        name: np.empty(
            (n_members, len(names), plan.layout.n_months),
            np.float32 if name in _FLOATS else np.int8 if name in _NUMBERS else bool,
        )
        for name, names in entities(plan).items()
    }
    tables["outcomes"] = np.empty((n_members, len(outcomes)), bool)
    tables["out_of_range"] = np.empty(n_members, bool)
    return tables


def fill_tables(
    tables: Tables, plan: Plan, outcomes: tuple[Outcome, ...], slot: Slot, block: int, rows: slice
) -> None:
    """Write a block's members into these rows of the tables."""
    n, trace = plan.members(block), slot.trace
    own_number = trace.coalition - plan.layout.constants.first_coalition[:-1, None, None]
    found = {
        "paths": trace.relation,
        "changed": trace.change > 0,
        "support_changed": trace.change >= SUPPORT,
        "coalition": own_number,
        "status": trace.status,
        "flares": trace.flares,
        "dispute_open": trace.is_open > 0,
        "mediated": trace.mediated > 0,
        "summits": trace.summits > 0,
        "trilateral": trace.trilateral > 0,
        "coordination": trace.coordination > 0,
        "stage": trace.stage,
        "alignment_security": trace.alignment_security,
        "alignment_economy": trace.alignment_economy,
        "public_good": trace.public_good,
    }
    for name, values in found.items():
        tables[name][rows] = np.moveaxis(values[:, :, :n], 2, 0)
    for k, outcome in enumerate(outcomes):
        tables["outcomes"][rows, k] = outcome_happened(plan, outcome, trace, block)[:n]
    tables["out_of_range"][rows] = slot.world.out_of_range[0, :n] > 0

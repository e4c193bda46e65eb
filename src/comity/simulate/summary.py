"""Summaries made while blocks come in, so that memory does not grow with the members.

Per pair and month: a histogram of the relation in 4,800 bins over ±12 logits (quantiles are read
off it by interpolation, to about a thousandth of a logit), the sum in each parameter draw, the sum
of squares. Per outcome: how often it happened in each draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from comity.core.outcomes import Outcome
from comity.simulate.block import Plan, Slot
from comity.simulate.outcomes import outcome_happened
from comity.simulate.rules.relations import BOUND

N_BINS = 4800
_PER_LOGIT = N_BINS / (2 * BOUND)


@njit(nogil=True)
def add_relations(relation, draw, members, counts, sums, squares, center):
    """Add a block's relations to the histogram, the sums per draw and the squares.

    ``center`` (dyad,) is taken off before squares and sums, against cancellation.
    """
    for k in range(relation.shape[0]):
        for t in range(relation.shape[1]):
            row, into, count = relation[k, t], sums[k, t], counts[k, t]
            square = squares[k, t]  # member by member, so that block size does not matter
            for b in range(members):
                value = row[b] - center[k]
                into[draw[b]] += value
                square += value * value
            squares[k, t] = square
            for b in range(members):
                place = int((row[b] + BOUND) * _PER_LOGIT)
                count[min(place, N_BINS - 1)] += 1


@dataclass(frozen=True)
class Summary:
    """Running sums of one scenario."""

    plan: Plan
    outcomes: tuple[Outcome, ...]
    members: NDArray[np.int64]  # (draw,)
    counts: NDArray[np.int64]  # (dyad, month, bin)
    sums: NDArray[np.float64]  # (dyad, month, draw)       relation less center
    squares: NDArray[np.float64]  # (dyad, month)
    center: NDArray[np.float64]  # (dyad,)
    is_open: NDArray[np.int64]  # (dyad, month)
    happened: NDArray[np.int64]  # (outcome, draw)
    out_of_range: NDArray[np.int64]  # (1,)

    def add(self, slot: Slot, block: int) -> None:
        """Add one block; blocks must come in order."""
        plan, trace = self.plan, slot.trace
        n = plan.members(block)
        draw = plan.draws_of(block)
        np.add.at(self.members, draw[:n], 1)
        add_relations(trace.relation, draw, n, self.counts, self.sums, self.squares, self.center)
        self.is_open[...] += trace.is_open[:, :, :n].sum(axis=2, dtype=np.int64)
        for row, outcome in enumerate(self.outcomes):
            yes = outcome_happened(plan, outcome, trace, block)[:n]
            np.add.at(self.happened[row], draw[:n], yes.astype(np.int64))
        self.out_of_range[0] += slot.world.out_of_range[0, :n].sum()

    def relation_quantiles(self, levels: tuple[float, ...]) -> NDArray[np.float64]:
        """Return quantiles read off the histogram, (level, dyad, month)."""
        edges = np.linspace(-BOUND, BOUND, N_BINS + 1)
        reached = np.cumsum(self.counts, axis=-1)
        out = np.empty((len(levels), *reached.shape[:2]))
        for k, t in np.ndindex(*reached.shape[:2]):
            row = reached[k, t]
            for q, level in enumerate(levels):
                wanted = level * row[-1]
                place = int(np.searchsorted(row, wanted))
                before = row[place - 1] if place else 0
                part = (wanted - before) / max(row[place] - before, 1)
                out[q, k, t] = edges[place] + part * (edges[1] - edges[0])
        return out


def new_summary(plan: Plan, outcomes: tuple[Outcome, ...]) -> Summary:
    """Return empty sums for a run."""
    pairs, months = plan.layout.index.n_dyads, plan.layout.n_months
    return Summary(
        plan=plan,
        outcomes=outcomes,
        members=np.zeros(plan.n_draws, np.int64),
        counts=np.zeros((pairs, months, N_BINS), np.int64),
        sums=np.zeros((pairs, months, plan.n_draws)),
        squares=np.zeros((pairs, months)),
        center=plan.start_relation.mean(axis=1),
        is_open=np.zeros((pairs, months), np.int64),
        happened=np.zeros((len(outcomes), plan.n_draws), np.int64),
        out_of_range=np.zeros(1, np.int64),
    )

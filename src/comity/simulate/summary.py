"""Summaries made while blocks come in, so that memory does not grow with the members.

Per pair and month: a histogram of the relation in 2,400 bins over ±12 logits (quantiles are read
off it by interpolation, to about a thousandth of a logit), the sum in each parameter draw, the sum
of squares. Per outcome: how often it happened in each draw.

A histogram of all pairs and months is larger than the nearest caches, and a block touches a little
of everything. So blocks wait as numbers of bins, two bytes each, until some two thousand members
have come; a pair and month then takes all of them at once. Whole numbers have no order to keep.

Sums of float64 depend on their order. Every sum runs in four lanes, member j of a draw in lane
j mod 4, so that the size of a block does not matter and four members are added at a time.
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

N_BINS = 2400
N_SUMS = 4
MOST_WAITING = 2048
"""Members that wait for the histogram; no block has more."""
_PER_LOGIT = N_BINS / (2 * BOUND)


@njit(nogil=True, error_model="numpy")
def add_sums(row, center, members, sums, squares):
    """Add (value - center) and its square to four lanes each; ``row`` is (member,)."""
    s0, s1, s2, s3 = sums[0], sums[1], sums[2], sums[3]
    q0, q1, q2, q3 = squares[0], squares[1], squares[2], squares[3]
    whole = members - members % N_SUMS
    for b in range(0, whole, N_SUMS):
        v0, v1 = row[b] - center, row[b + 1] - center
        v2, v3 = row[b + 2] - center, row[b + 3] - center
        s0, s1, s2, s3 = s0 + v0, s1 + v1, s2 + v2, s3 + v3
        q0, q1, q2, q3 = q0 + v0 * v0, q1 + v1 * v1, q2 + v2 * v2, q3 + v3 * v3
    sums[0], sums[1], sums[2], sums[3] = s0, s1, s2, s3
    squares[0], squares[1], squares[2], squares[3] = q0, q1, q2, q3
    for b in range(whole, members):
        value = row[b] - center
        sums[b - whole] += value
        squares[b - whole] += value * value


@njit(nogil=True, error_model="numpy")
def add_relations(relation, members, sums, squares, center):
    """Add a block's relations, (month, dyad, member), and their squares, less ``center``.

    ``sums`` and ``squares`` (dyad, month, lane), ``center`` (dyad,), which is taken off against
    cancellation.
    """
    for t in range(relation.shape[0]):
        for k in range(relation.shape[1]):
            add_sums(relation[t, k], center[k], members, sums[k, t], squares[k, t])


@njit(nogil=True, error_model="numpy")
def add_bins(relation, members, waiting, first):
    """Put the bins of a block's relations in wait, from member ``first`` of ``waiting`` on."""
    for t in range(relation.shape[0]):
        for k in range(relation.shape[1]):
            row, place = relation[t, k, :members], waiting[k, t, first : first + members]
            for b in range(members):
                place[b] = min(np.int32((row[b] + BOUND) * _PER_LOGIT), N_BINS - 1)


@njit(nogil=True, error_model="numpy")
def add_waiting(waiting, members, counts):
    """Add the first members that wait to the histogram, ``counts`` (dyad, month, bin)."""
    for k in range(counts.shape[0]):
        for t in range(counts.shape[1]):
            place, count = waiting[k, t], counts[k, t]
            for b in range(members):
                count[place[b]] += 1


@njit(nogil=True)
def add_bytes(rows, members, into):
    """Add the members of each row, (month, entity, member), to ``into``, (entity, month)."""
    for t in range(rows.shape[0]):
        for k in range(rows.shape[1]):
            row, total = rows[t, k], np.int32(0)
            for b in range(members):
                total += np.int32(row[b])
            into[k, t] += total


@dataclass(frozen=True)
class Summary:
    """Running sums of one scenario."""

    plan: Plan
    outcomes: tuple[Outcome, ...]
    members: NDArray[np.int64]  # (draw,)
    counts: NDArray[np.uint32]  # (dyad, month, bin)       of members that do not wait
    waiting: NDArray[np.uint16]  # (dyad, month, member)   bins
    n_waiting: NDArray[np.int64]  # (1,)
    sums: NDArray[np.float64]  # (dyad, month, draw)       relation less center
    draw_sums: NDArray[np.float64]  # (dyad, month, lane)  of the draw under way
    square_sums: NDArray[np.float64]  # (dyad, month, lane)
    center: NDArray[np.float64]  # (dyad,)
    is_open: NDArray[np.int64]  # (dyad, month)
    happened: NDArray[np.int64]  # (outcome, draw)
    out_of_range: NDArray[np.int64]  # (1,)

    def add(self, slot: Slot, block: int) -> None:
        """Add one block; blocks must come in order."""
        plan, trace, written = self.plan, slot.trace, slot.written
        n, draw = plan.members(block), plan.draw_of(block)
        self.members[draw] += n
        if self.n_waiting[0] + n > MOST_WAITING:
            self._count()
        add_relations(written.relation, n, self.draw_sums, self.square_sums, self.center)
        add_bins(written.relation, n, self.waiting, self.n_waiting[0])
        self.n_waiting[0] += n
        if plan.ends_draw(block):
            self.sums[:, :, draw] = self.draw_sums.sum(axis=-1)
            self.draw_sums[...] = 0.0
        add_bytes(written.is_open, n, self.is_open)
        for row, outcome in enumerate(self.outcomes):
            yes = outcome_happened(plan, outcome, trace, block)[:n]
            self.happened[row, draw] += np.count_nonzero(yes)
        self.out_of_range[0] += slot.world.out_of_range[0, :n].sum()

    def _count(self) -> None:
        """Add those who wait to the histogram."""
        add_waiting(self.waiting, self.n_waiting[0], self.counts)
        self.n_waiting[0] = 0

    @property
    def squares(self) -> NDArray[np.float64]:
        """Sum of the squares of relation less center, (dyad, month)."""
        return self.square_sums.sum(axis=-1)

    def relation_quantiles(self, levels: tuple[float, ...]) -> NDArray[np.float64]:
        """Return quantiles read off the histogram, (level, dyad, month)."""
        self._count()
        edges = np.linspace(-BOUND, BOUND, N_BINS + 1)
        reached = np.cumsum(self.counts, axis=-1, dtype=np.int64)
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
        counts=np.zeros((pairs, months, N_BINS), np.uint32),
        waiting=np.zeros((pairs, months, MOST_WAITING), np.uint16),
        n_waiting=np.zeros(1, np.int64),
        sums=np.zeros((pairs, months, plan.n_draws)),
        draw_sums=np.zeros((pairs, months, N_SUMS)),
        square_sums=np.zeros((pairs, months, N_SUMS)),
        center=plan.start_relation.mean(axis=1),
        is_open=np.zeros((pairs, months), np.int64),
        happened=np.zeros((len(outcomes), plan.n_draws), np.int64),
        out_of_range=np.zeros(1, np.int64),
    )

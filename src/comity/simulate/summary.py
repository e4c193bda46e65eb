"""Summaries made while blocks come in, so that memory does not grow with the members.

Per pair and month: a histogram of the relation in 2,400 bins over ±12 logits (quantiles are read
off it by interpolation, to about a thousandth of a logit), the sum in each parameter draw, the sum
of squares. Per outcome: how often it happened in each draw.

All of it is whole numbers, summed of a block by `comity.simulate.tally` while it is simulated, and
whole numbers have no order to keep: neither blocks nor threads matter to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from comity.core.outcomes import Outcome
from comity.simulate.block import Plan, Slot, count_waiting
from comity.simulate.rules.relations import BOUND
from comity.simulate.tally import HALF_BITS, N_BINS, N_STEPS, SQUARE_BITS

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
STEP = 2 * BOUND / N_STEPS
"""Logits in which relations are summed."""
_GROUP = 40
"""Bins of a histogram that are looked at together."""


@dataclass(frozen=True)
class Moments:
    """Sums of the relation less ``center``, in logits."""

    center: Floats  # (dyad, month)
    sums: Floats  # (dyad, month, draw)
    squares: Floats  # (dyad, month)


@dataclass(frozen=True)
class Summary:
    """Running sums of one scenario."""

    plan: Plan
    outcomes: tuple[Outcome, ...]
    members: Counts  # (draw,)
    counts: NDArray[np.uint32]  # (dyad, month, bin)     of members that do not wait
    steps: Counts  # (draw, month, dyad)                 see `comity.simulate.tally`
    squares: Counts  # (2, month, dyad)
    is_open: Counts  # (month, dyad)
    happened: Counts  # (draw, outcome)
    out_of_range: Counts  # (1,)
    slots: dict[int, Slot] = field(default_factory=dict)  # all whose blocks were added, by id
    lock: Lock = field(default_factory=Lock)  # of all sums but the histogram
    pair_locks: tuple[Lock, ...] = ()  # of the histogram

    def add(self, slot: Slot, block: int) -> None:
        """Add one block; called in the thread that simulated it."""
        n, draw, tally = self.plan.members(block), self.plan.draw_of(block), slot.tally
        with self.lock:
            self.members[draw] += n
            self.steps[draw] += tally.steps
            self.squares[...] += tally.squares
            self.is_open[...] += tally.is_open
            self.happened[draw] += slot.watch.happened
            self.out_of_range[0] += np.count_nonzero(slot.world.out_of_range[0, :n])
            self.slots[id(slot)] = slot
        tally.place[0] += n
        if tally.place[0] + self.plan.block_size > tally.bins.shape[2]:
            self._count(slot)

    def count_waiting(self) -> None:
        """Add those who wait to the histogram; no block may be under way."""
        for slot in self.slots.values():
            self._count(slot)

    def _count(self, slot: Slot) -> None:
        """Add those who wait in a slot, pair by pair, so that threads can do so side by side."""
        for k, lock in enumerate(self.pair_locks):
            with lock:
                count_waiting(self.plan, slot.tally, k, self.counts)
        slot.tally.place[0] = 0

    def moments(self) -> Moments:
        """Return the sums as numbers, each less the mean against cancellation."""
        n = self.members.sum()
        total = self.steps.sum(axis=0)  # (month, dyad)
        center = total // n
        sums = np.empty((*total.T.shape, self.members.size))  # (dyad, month, draw)
        for t in range(total.shape[0]):
            sums[:, t] = self.steps[:, t].T - center[t][:, None] * self.members
        sums *= STEP
        low, high, whole, middle = (rows.astype(object) for rows in (*self.squares, total, center))
        squares = (high * 2**HALF_BITS + low) * 2**SQUARE_BITS
        apart = squares - 2 * middle * whole + int(n) * middle * middle
        return Moments(
            center=center.T * STEP - BOUND,
            sums=sums,
            squares=np.maximum(apart.astype(np.float64).T, 0.0) * STEP**2,
        )

    def relation_quantiles(self, levels: tuple[float, ...]) -> Floats:
        """Return quantiles read off the histogram, (level, dyad, month)."""
        self.count_waiting()
        pairs, months, _ = self.counts.shape
        ask = np.array(levels)[:, None]
        out = np.empty((len(levels), pairs, months))
        for k in range(pairs):
            out[:, k] = _quantile_bins(self.counts[k], ask) * (2 * BOUND / N_BINS) - BOUND
        return out


def _quantile_bins(counts: NDArray[np.uint32], ask: Floats) -> Floats:
    """Return quantiles of histograms (month, bin) in bins, (level, month), of levels (level, 1).

    A quantile is looked for among groups of bins, then among the bins of one group.
    """
    months = np.arange(len(counts))
    grouped = counts.reshape(len(counts), -1, _GROUP)
    reached = np.cumsum(grouped.sum(axis=2, dtype=np.uint32), axis=1, dtype=np.int64)
    wanted = ask * reached[:, -1]
    need = np.ceil(wanted).astype(np.int64)[..., None]
    group = np.sum(reached < need, axis=2)
    here = grouped[months, group].astype(np.int64)  # (level, month, bin of the group)
    upto = np.cumsum(here, axis=2)
    upto += (reached[months, group] - upto[..., -1])[..., None]
    place = np.sum(upto < need, axis=2)[..., None]
    inside = np.take_along_axis(here, place, 2)[..., 0]
    below = np.take_along_axis(upto, place, 2)[..., 0] - inside
    return group * _GROUP + place[..., 0] + (wanted - below) / np.maximum(inside, 1)


def new_summary(plan: Plan, outcomes: tuple[Outcome, ...]) -> Summary:
    """Return empty sums for a run."""
    pairs, months = plan.layout.index.n_dyads, plan.layout.n_months
    return Summary(
        plan=plan,
        outcomes=outcomes,
        members=np.zeros(plan.n_draws, np.int64),
        counts=np.zeros((pairs, months, N_BINS), np.uint32),
        steps=np.zeros((plan.n_draws, months, pairs), np.int64),
        squares=np.zeros((2, months, pairs), np.int64),
        is_open=np.zeros((months, pairs), np.int64),
        happened=np.zeros((plan.n_draws, len(outcomes)), np.int64),
        out_of_range=np.zeros(1, np.int64),
        pair_locks=tuple(Lock() for _ in range(pairs)),
    )

"""What is summed and counted of a block while it is simulated, so that its months need not be kept.

A relation in single precision, as paths have it, is taken as a whole number of steps of 3e-10
logits above the lowest possible one, and its square as a whole number too. Whole numbers have no
order to keep: however members are shared among blocks and threads, sums are the same to the last
bit.

A histogram of all pairs and months is larger than the nearest caches, and a block touches a little
of everything. So blocks wait as numbers of bins, two bytes each, until the slot has no room for
another block; a pair and month then takes all of them at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import part

N_BINS = 2400
_BITS = 25
N_STEPS = N_BINS << _BITS
"""Steps from the lowest to the highest relation, below 2**37."""
SQUARE_BITS = 22
"""Squares are in units of 2**22 steps squared, so that those of a block fit into 64 bits."""
_ROUNDED = 2.0**52
_MANTISSA = (1 << 52) - 1
_ROOT = 2.0 ** (-SQUARE_BITS // 2)
MOST_WAITING = 8192
"""Members that wait for the histogram in all slots together, unless there are many slots."""
LEAST_WAITING = 1024
"""Members that may wait in each slot."""
HALF_BITS = 32
_HALF = (1 << HALF_BITS) - 1

Counts = NDArray[np.int64]


class Tally(NamedTuple):
    """Sums of one block over its members, and the bins of the blocks that wait in its slot."""

    members: Counts  # (1,)                     members of the block that count: its first
    scale: NDArray[np.float64]  # (2,)          highest relation, steps per logit
    bins: NDArray[np.uint16]  # (month, dyad, waiting member)
    place: Counts  # (1,)                       where the bins of the block begin
    steps: Counts  # (month, dyad)              sum of the relations in steps
    squares: Counts  # (2, month, dyad)         of their squares: what is below 2**32, the rest
    is_open: Counts  # (month, dyad)            members with an open docket


def waiting_each(n_slots: int, block_size: int) -> int:
    """Return how many members may wait in each slot."""
    return max(MOST_WAITING // n_slots, LEAST_WAITING, block_size)


def empty_tally(bound: float, months: int, pairs: int, waiting: int) -> Tally:
    """Return room for the sums of relations of at most ``bound``; nothing is summed of 0 pairs."""
    return Tally(
        members=np.zeros(1, np.int64),
        scale=np.array([bound, N_STEPS / (2 * bound)]),
        bins=np.zeros((months, pairs, waiting), np.uint16),
        place=np.zeros(1, np.int64),
        steps=np.zeros((months, pairs), np.int64),
        squares=np.zeros((2, months, pairs), np.int64),
        is_open=np.zeros((months, pairs), np.int64),
    )


@part()
def tally_month(w, tally, t):
    """Sum and count this month of the world.

    A relation in steps is added to 2**52, where neighbouring numbers of float64 are 1 apart: that
    rounds it, and its mantissa is the whole number. One is taken off each square, which is then
    never rounded up, so that where nothing varies no variance is left.
    """
    n, first = tally.members[0], tally.place[0]
    per_logit = tally.scale[1]
    lowest = tally.scale[0] * per_logit + _ROUNDED
    for k in range(tally.bins.shape[1]):
        relation, load = w.relation[k, :n], w.load[k, :n]
        bins = tally.bins[t, k, first : first + n]
        total, square, n_open = np.int64(0), np.int64(0), np.int64(0)
        for b in range(n):
            rounded = np.float64(np.float32(relation[b])) * per_logit + lowest
            step = rounded.view(np.int64)
            bins[b] = min(np.uint16(step >> _BITS), np.uint16(N_BINS - 1))
            total += step & _MANTISSA
            root = (rounded - _ROUNDED) * _ROOT
            square += (root * root + _ROUNDED).view(np.int64) & _MANTISSA
            n_open += load[b] > 0
        square -= n
        tally.steps[t, k], tally.is_open[t, k] = total, n_open
        tally.squares[0, t, k], tally.squares[1, t, k] = square & _HALF, square >> HALF_BITS


@part()
def count_bins(tally, pair, counts):
    """Add the relations of a pair that wait to the histogram, (dyad, month, bin)."""
    n = tally.place[0]
    for t in range(counts.shape[1]):
        bins, count = tally.bins[t, pair, :n], counts[pair, t]
        for b in range(n):
            count[bins[b]] += np.uint32(1)

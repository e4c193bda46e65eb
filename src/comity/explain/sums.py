"""What the evidence says of the coefficients: information and score, summed over pairs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from comity.core.drivers import NOBODY
from comity.core.errors import ShapeError
from comity.core.evidence import RelationEvidence
from comity.explain.gather import gather_pairs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PAIRS_A_CHUNK = 256  # sums are added chunk by chunk, so that threads do not change them


@dataclass(frozen=True)
class Sums:
    """Normal equations of one draw of the measurement.

    Shared coefficients are the columns in their order, then the periods. ``own_*`` hold each
    pair's government effects, pair after pair; ``own_information`` their square blocks, flat.
    """

    information: Floats  # (shared, shared)
    score: Floats  # (shared,)
    own_offset: Ints  # (pair + 1,)
    square_offset: Ints  # (pair + 1,)
    own_information: Floats
    own_shared: Floats  # (own, shared)
    own_score: Floats  # (own,)
    by_pair: Floats  # (pair, shared, shared), or none
    by_pair_score: Floats
    n_factors: int
    n_proper: int  # factors of positive precision
    squares: float  # sum of squared standardized innovations of the proper ones

    @property
    def n_shared(self) -> int:
        """Shared coefficients."""
        return len(self.score)


def respond(values: Floats, memory: float) -> Floats:
    """Return how far a driver's changes have come to act, shaped like ``values``.

    ``s(t) = memory s(t-1) + (1 - memory) (Z(t-1) - mean Z)``, time last; before the first month the
    driver is taken to have stood where it stands in it.
    """
    moved = values - values.mean(axis=-1, keepdims=True)
    out = np.empty_like(moved)
    out[..., 0] = moved[..., 0]
    state = memory * moved[..., :1]
    out[..., 1:], _ = lfilter([1 - memory], [1, -memory], moved[..., :-1], axis=-1, zi=state)
    return out


def gather(
    evidence: RelationEvidence,
    columns: Floats,
    *,
    draw: int,
    memory: float,
    period: Ints | None = None,
    government: Ints | None = None,
    by_pair: bool = False,
    n_threads: int = 0,
) -> Sums:
    """Return the normal equations under one draw of the measurement.

    Parameters
    ----------
    evidence
        Of every pair.
    columns
        Design matrix of the shared coefficients, (pair, column, time), responses already formed.
    draw
        Which draw of ``evidence``.
    memory
        Of the government effects, as of the drivers.
    period
        Period of each month, (time,), -1 for none; its effect is shared by all pairs.
    government
        Pair of governments of each month, (pair, time), `NOBODY` for none.
    by_pair
        Also keep the shared sums of each pair.
    n_threads
        0 uses every core; results do not depend on it.
    """
    n_pairs, n_times = evidence.index.n_dyads, len(evidence.months)
    if columns.shape[0] != n_pairs or columns.shape[2] != n_times:
        raise ShapeError(
            f"columns must have shape (pair, column, time) = ({n_pairs}, any, {n_times}); found "
            f"{columns.shape}. Give every pair each column in every month."
        )
    period = np.full(n_times, -1) if period is None else period
    n_periods = int(period.max(initial=-1)) + 1
    if government is None:
        government = np.full((n_pairs, n_times), NOBODY)
    own_offset, square_offset = own_offsets(government)
    n_shared = columns.shape[1] + n_periods
    n_own = int(own_offset[-1])
    own_information = np.zeros(int(square_offset[-1]))
    own_shared, own_score = np.zeros((n_own, n_shared)), np.zeros(n_own)
    kept = n_pairs if by_pair else 0
    per_pair, per_pair_score = np.zeros((kept, n_shared, n_shared)), np.zeros((kept, n_shared))
    site = np.ascontiguousarray(evidence.site[draw], np.float64)

    def run(first: int) -> tuple[Floats, Floats, Floats]:
        information, score = np.zeros((n_shared, n_shared)), np.zeros(n_shared)
        tally = np.zeros(3)
        gather_pairs(
            first, min(first + PAIRS_A_CHUNK, n_pairs), evidence.offset, evidence.time, site,
            evidence.memory[draw], evidence.variance[draw], evidence.start, columns, period,
            n_periods, government, own_offset, square_offset, memory, information, score,
            own_information, own_shared, own_score, per_pair, per_pair_score, tally,
        )  # fmt: skip
        return information, score, tally

    parts = in_order(run, range(0, n_pairs, PAIRS_A_CHUNK), n_threads or os.cpu_count() or 1)
    information, score, tally = (np.sum([part[k] for part in parts], axis=0) for k in range(3))
    return Sums(
        information, score, own_offset, square_offset, own_information, own_shared, own_score,
        per_pair, per_pair_score, int(tally[0]), int(tally[0] - tally[2]), float(tally[1]),
    )  # fmt: skip


def own_offsets(government: Ints) -> tuple[Ints, Ints]:
    """Return where each pair's own coefficients, and their square block, begin and end."""
    n_own = government.max(axis=1, initial=NOBODY) + 1
    zero = np.zeros(1, np.int64)
    return (
        np.concatenate([zero, np.cumsum(n_own)]),
        np.concatenate([zero, np.cumsum(n_own**2)]),
    )


def in_order(function, items: Sequence[int] | range, n_threads: int) -> list:
    """Return ``function`` of each item, in order; compiled loops run side by side."""
    if n_threads == 1 or len(items) == 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(function, items))

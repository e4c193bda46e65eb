"""Forward filter, backward smoother and joint path draws on the lattice; no approximation but it.

A month forward is two matrix products: flares move, then levels. Arrays are (mean, level, flare);
``likelihood`` is (time, theta), scaled so that each row's largest entry is 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.measure.quarrels.lattice import Lattice
from comity.measure.quarrels.loops import backward_steps, forward_steps, leap_steps, leaps_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Forward:
    """Filtered probabilities, and what path draws need besides.

    ``moved`` is the filtered law of the month before with its flare moved on, not its level.
    """

    log_score: Floats  # (time,)        log predictive density of each month's acts
    filtered: Floats  # (time, mean, level, flare); empty unless kept
    moved: Floats  # like filtered; the first month's is not used

    @property
    def log_evidence(self) -> float:
        """Log probability of the whole record."""
        return float(self.log_score.sum())


def scaled_rows(rows: Floats) -> tuple[Floats, Floats]:
    """Return rows of log-likelihood as likelihoods with largest entry 1, and their log scale."""
    top = rows.max(axis=1)
    return np.exp(rows - top[:, None]), top


def forward(
    lattice: Lattice, rows: Floats, *, keep: bool = False, dtype: type = np.float64
) -> Forward:
    """Run the filter over log-likelihood rows, (time, theta)."""
    likelihood, top = scaled_rows(rows)
    shape = (len(rows) if keep else 0, *lattice.start.shape)
    store, moved, score = np.empty(shape, dtype), np.empty(shape, dtype), np.empty(len(rows))
    forward_steps(
        np.ascontiguousarray(lattice.start, dtype),
        np.ascontiguousarray(lattice.flare_step, dtype),
        np.ascontiguousarray(lattice.level_step.transpose(0, 2, 1), dtype),
        likelihood.astype(dtype), is_silent(rows), lattice.place, store, moved, score,
    )  # fmt: skip
    return Forward(score + top, store, moved)


def evidence(lattice: Lattice, rows: Floats, dtype: type = np.float64) -> float:
    """Return the log probability of a record: `forward`, with silent months taken in one leap."""
    seen = np.flatnonzero(~is_silent(rows))
    if len(seen) == 0:
        return float(rows[:, 0].sum())
    likelihood, top = scaled_rows(rows[seen])
    gaps = np.diff(seen, prepend=0)
    lengths = np.unique(gaps[gaps > 0])
    flare_leap = np.empty((len(lengths), *lattice.flare_step.shape), dtype)
    leaps_of(np.ascontiguousarray(lattice.flare_step, dtype), lengths, flare_leap)
    n_mean, n_level, _ = lattice.level_step.shape
    level_leap = np.empty((n_mean, len(lengths), n_level, n_level), dtype)
    for m in range(n_mean):
        leaps_of(np.ascontiguousarray(lattice.level_step[m].T, dtype), lengths, level_leap[m])
    leaps = np.where(gaps > 0, np.searchsorted(lengths, gaps), -1)
    score = np.empty(len(seen))
    leap_steps(
        np.ascontiguousarray(lattice.start, dtype), leaps, flare_leap, level_leap,
        likelihood.astype(dtype), lattice.place, score,
    )  # fmt: skip
    return float(score.sum() + top.sum())


def is_silent(rows: Floats) -> NDArray[np.bool_]:
    """Whether a month's row says nothing, (time,)."""
    return np.ptp(rows, axis=1) == 0


def backward(lattice: Lattice, rows: Floats, filtered: Floats) -> Floats:
    """Return smoothed probabilities, shaped like ``filtered``."""
    likelihood, _ = scaled_rows(rows)
    dtype, out = filtered.dtype, np.empty_like(filtered)
    backward_steps(
        np.ascontiguousarray(lattice.flare_step.T, dtype),
        np.ascontiguousarray(lattice.level_step, dtype),
        likelihood.astype(dtype), is_silent(rows), lattice.place, filtered, out,
    )  # fmt: skip
    return out


def sample_paths(
    lattice: Lattice, done: Forward, uniforms: Floats
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw joint paths of level and flare backward, as positions in the lattice, (draw, time).

    ``uniforms`` is (draw, time, 2). Given the next month, the level is drawn from the filtered law
    whose flare has been moved on; then the flare given that level.
    """
    n_draws, n_months = uniforms.shape[:2]
    level, flare = (np.empty((n_draws, n_months), np.int64) for _ in range(2))
    last = done.filtered[-1]
    flat = _choose(np.broadcast_to(last.reshape(1, -1), (n_draws, last.size)), uniforms[:, -1, 0])
    mean, level[:, -1], flare[:, -1] = np.unravel_index(flat, last.shape)
    level_back = lattice.level_step.transpose(0, 2, 1)
    flare_back = np.ascontiguousarray(lattice.flare_step.T)
    for t in range(n_months - 2, -1, -1):
        weight = done.moved[t + 1][mean, :, flare[:, t + 1]] * level_back[mean, level[:, t + 1]]
        level[:, t] = _choose(weight, uniforms[:, t, 0])
        weight = done.filtered[t][mean, level[:, t]] * flare_back[flare[:, t + 1]]
        flare[:, t] = _choose(weight, uniforms[:, t, 1])
    return level, flare


def _choose(weight: Floats, uniform: Floats) -> NDArray[np.int64]:
    """Return one position per row, drawn in proportion to its weights."""
    edges = np.cumsum(weight, axis=1, dtype=np.float64)
    return (edges < (uniform * edges[:, -1])[:, None]).sum(axis=1)

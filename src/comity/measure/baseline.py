"""The baseline: discounted counts per directed dyad, shrunk to the pool, beta-binomial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from comity.core.history import EventCounts
from comity.core.relations import PredictiveScore

Floats = NDArray[np.float64]
START = ((2.0, 256.0), (0.25, 32.0), (1.0, 256.0))
"""First grid: half-life in months, strength of the pool in acts, concentration."""
LIMITS = ((0.05, 1e5), (1e-4, 1e5), (0.05, 1e6))
"""Beyond these a baseline no longer changes: the limit itself is then the best point."""
N_FINE = 7  # points an axis between the coarse best point's neighbours
BLOCK_MONTHS = 6
N_BOOTSTRAP = 2000


@dataclass(frozen=True)
class Smoothing:
    """Exponential smoothing as fitted, and its log score of each directed cell with acts.

    ``is_interior`` tells whether the best point lies inside the grid in every direction; where it
    does not, the grid was widened to a limit beyond which nothing changes.
    """

    half_life_months: float
    strength_acts: float
    concentration: float
    cell_score: Floats  # (cell,)   cells in the order of np.nonzero(volume)
    is_interior: bool


def fit_smoothing(counts: EventCounts) -> Smoothing:
    """Fit the baseline by its own one-step log score, on a grid wide enough for its best point."""
    low, high = ([pair[k] for pair in START] for k in (0, 1))
    while True:
        axes = [_octaves(a, b) for a, b in zip(low, high, strict=True)]
        best = _best(counts, axes)
        wider = False
        for k, (axis, position) in enumerate(zip(axes, best, strict=True)):
            if position == 0 and low[k] / 4 >= LIMITS[k][0]:
                low[k] /= 4
                wider = True
            if position == len(axis) - 1 and high[k] * 4 <= LIMITS[k][1]:
                high[k] *= 4
                wider = True
        if not wider:
            break
    interior = all(0 < position < len(axis) - 1 for axis, position in zip(axes, best, strict=True))
    fine = [
        np.geomspace(axis[max(p - 1, 0)], axis[min(p + 1, len(axis) - 1)], N_FINE)
        for axis, p in zip(axes, best, strict=True)
    ]
    chosen = [float(axis[p]) for axis, p in zip(fine, _best(counts, fine), strict=True)]
    return Smoothing(*chosen, cell_score=smoothing_score(counts, *chosen), is_interior=interior)


def smoothing_score(
    counts: EventCounts, half_life_months: float, strength_acts: float, concentration: float
) -> Floats:
    """Return the log probability of each cell's cooperative acts given its volume, (cell,)."""
    past = _past_share(counts, half_life_months)
    return _cell_score(counts, *past, strength_acts, concentration)


def score_against_baseline(
    counts: EventCounts, model_score: Floats, baseline: Smoothing, generator: np.random.Generator
) -> PredictiveScore:
    """Compare one-step log scores cell by cell.

    ``model_score`` has one value per directed cell with acts, in the order of
    ``np.nonzero(counts.volume)``. The 95% interval of the mean difference is a bootstrap of blocks
    of six calendar months.
    """
    _, time = np.nonzero(counts.volume)
    difference = model_score - baseline.cell_score
    block = time // BLOCK_MONTHS
    n_blocks = int(block.max()) + 1
    total = np.bincount(block, weights=difference, minlength=n_blocks)
    size = np.bincount(block, minlength=n_blocks)
    drawn = generator.integers(n_blocks, size=(N_BOOTSTRAP, n_blocks))
    means = total[drawn].sum(axis=1) / np.maximum(size[drawn].sum(axis=1), 1)
    low, high = np.quantile(means, [0.025, 0.975])
    return PredictiveScore(
        baseline="exponential smoothing",
        n_cells=len(difference),
        model_mean=float(model_score.mean()),
        baseline_mean=float(baseline.cell_score.mean()),
        difference_low=float(low),
        difference_high=float(high),
    )


def _octaves(low: float, high: float) -> Floats:
    return np.geomspace(low, high, round(np.log2(high / low)) + 1)


def _best(counts: EventCounts, axes: list[Floats]) -> tuple[int, ...]:
    strength, concentration = axes[1][:, None, None], axes[2][:, None]  # cells trail
    score = np.array(
        [
            _cell_score(counts, *_past_share(counts, half_life), strength, concentration).sum(-1)
            for half_life in axes[0]
        ]
    )
    return tuple(int(position) for position in np.unravel_index(score.argmax(), score.shape))


def _past_share(counts: EventCounts, half_life_months: float) -> tuple[Floats, Floats, Floats]:
    """Return discounted cooperative acts, acts, and the pool's share before each cell, (cell,)."""
    keep = 2.0 ** (-1.0 / half_life_months)
    shape = counts.cooperative.shape
    acts = np.stack([counts.cooperative, counts.volume]).astype(float)
    past = np.zeros((2, *shape))
    for t in range(1, shape[1]):
        past[:, :, t] = keep * (past[:, :, t - 1] + acts[:, :, t - 1])
    pool = (past[0].sum(axis=0) + 1) / (past[1].sum(axis=0) + 2)
    dyad, time = np.nonzero(counts.volume)
    return past[0, dyad, time], past[1, dyad, time], pool[time]


def _cell_score(
    counts: EventCounts,
    cooperative: Floats,
    volume: Floats,
    pool: Floats,
    strength: float | Floats,
    concentration: float | Floats,
) -> Floats:
    place = np.nonzero(counts.volume)
    n, c = counts.volume[place], counts.cooperative[place]
    share = np.clip((cooperative + strength * pool) / (volume + strength), 1e-9, 1 - 1e-9)
    a, b = concentration * share, concentration * (1 - share)
    choose = gammaln(n + 1) - gammaln(c + 1) - gammaln(n - c + 1)
    rising = gammaln(a + c) - gammaln(a) + gammaln(b + n - c) - gammaln(b)
    return choose + rising - gammaln(concentration + n) + gammaln(concentration)

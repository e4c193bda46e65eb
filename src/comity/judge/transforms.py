"""Where what came lay in the forecast: probability integral transforms of whole distributions.

For an honest forecast F of a quantity without atoms, F(y) is uniform [1]_. For counts it is not,
and a random number u between F(y - 1) and F(y) takes its place. Averaged over that number [2]_, a
case spreads its weight over the bins that the step from F(y - 1) to F(y) crosses:

    mass_j(y) = overlap of the step with bin j / height of the step,

whose mean over an honest F is the width of the bin, and whose variance is the sum over y of
overlap^2 / height, less the squared width. So nothing is drawn, and the band of honest forecasts is
known: cases that hang together are given the strongest dependence there is, their standard
deviations added; clusters are independent and many, so that a share is close to normal.

References
----------
.. [1] Dawid (1984). Present position and potential developments: some personal views: statistical
   theory: the prequential approach. Journal of the Royal Statistical Society A 147(2).
.. [2] Czado, Gneiting & Held (2009). Predictive model assessment for count data. Biometrics 65(4).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from comity.core.backtest import N_PIT_BINS, PitBin

Floats = NDArray[np.float64]
BAND = 0.9
_EDGES = np.linspace(0, 1, N_PIT_BINS + 1)


def count_transform(chances: Floats, counted: int) -> tuple[Floats, Floats]:
    """Return mass in every bin and its standard deviation if honest, (bin,) each.

    ``chances`` are the probabilities of 0, 1, ... acts, (n + 1,), which sum to 1.
    """
    upper = np.minimum(np.cumsum(chances), 1.0)
    upper[-1] = 1.0
    lower = np.concatenate([np.zeros(1), upper[:-1]])
    height = upper - lower
    overlap = np.minimum(upper[:, None], _EDGES[1:]) - np.maximum(lower[:, None], _EDGES[:-1])
    overlap = np.maximum(overlap, 0.0)  # (count, bin)
    share = np.divide(overlap, height[:, None], where=height[:, None] > 0, out=0 * overlap)
    if height[counted] <= 0:  # called impossible: all weight where the step would be
        share[counted, min(int(lower[counted] * N_PIT_BINS), N_PIT_BINS - 1)] = 1.0
    variance = (overlap * share).sum(axis=0) - (1 / N_PIT_BINS) ** 2
    return share[counted], np.sqrt(np.maximum(variance, 0.0))


def normal_transform(mean: Floats, sd: Floats, draws: Floats) -> tuple[Floats, Floats]:
    """Return mass in every bin and its standard deviation if honest, (unit, bin) each.

    ``draws`` are of what came where it is known with an error only, (draw, unit): a draw of what is
    now thought to have come stands to the forecast as the truth itself would. Their mean varies
    less than one of them does; the standard deviation is that of one.
    """
    place = np.minimum((ndtr((draws - mean) / sd) * N_PIT_BINS).astype(int), N_PIT_BINS - 1)
    mass = (place[..., None] == np.arange(N_PIT_BINS)).mean(axis=0)
    width = 1 / N_PIT_BINS
    return mass, np.full(mass.shape, np.sqrt(width * (1 - width)))


def transform_histogram(mass: Floats, spread: Floats, together: ArrayLike) -> tuple[PitBin, ...]:
    """Return share and 90% band of every bin, from mass and spread of the cases, (case, bin) each.

    ``together`` says which cases hang together, (case,), whole numbers or words.

    Raises
    ------
    ValueError
        There is no case.
    """
    n = len(mass)
    if not n:
        raise ValueError("a histogram of transforms needs at least one case; found none")
    _, cluster = np.unique(together, return_inverse=True)
    total = np.zeros((int(cluster.max()) + 1, mass.shape[1]))
    np.add.at(total, cluster, spread)
    half = ndtri((1 + BAND) / 2) * np.sqrt((total**2).sum(axis=0)) / n
    width = 1 / mass.shape[1]
    return tuple(
        PitBin(float(share), max(0.0, width - float(wide)), min(1.0, width + float(wide)))
        for share, wide in zip(mass.mean(axis=0), half, strict=True)
    )

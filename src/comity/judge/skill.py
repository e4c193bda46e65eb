"""What a forecast gains over a baseline, with an interval that knows what hangs together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
COVERAGE = 0.95
N_DRAWS = 2000
LEAST_BLOCKS = 5
"""Blocks below which no interval is given: a resample of four says nothing of the tails."""
POWER = 0.8


@dataclass(frozen=True)
class Gain:
    """A mean difference, its 95% interval and standard error; NaN where there are too few blocks.

    ``detectable`` is the true mean difference that would be told from zero (95%, two-sided) four
    times out of five with so much data: (1.96 + 0.84) standard errors.
    """

    mean: float
    low: float
    high: float
    se: float
    n: int
    n_blocks: int

    @property
    def detectable(self) -> float:
        """The smallest true gain that would be found with a chance of 0.8."""
        return float(ndtri((1 + COVERAGE) / 2) + ndtri(POWER)) * self.se


def block_gain(difference: ArrayLike, block: ArrayLike, generator: np.random.Generator) -> Gain:
    """Return the mean of paired differences with a bootstrap of whole blocks.

    Parameters
    ----------
    difference
        Score of the baseline less that of the forecast, case by case, (case,); NaN is left out.
    block
        Which block each case belongs to, (case,), whole numbers or words: cases of one block may
        depend on each other. Months in runs for a series, pairs for a panel, the subject for
        questions.
    generator
        Random numbers.

    Notes
    -----
    Blocks are drawn with replacement, as many as there are, and the mean is taken over the cases
    of those drawn [1]_.

    References
    ----------
    .. [1] Kunsch (1989). The jackknife and the bootstrap for general stationary observations.
       Annals of Statistics 17(3).
    """
    gain = np.asarray(difference, float)
    kept = ~np.isnan(gain)
    gain, names = gain[kept], np.asarray(block)[kept]
    nan = float("nan")
    if not len(gain):
        return Gain(nan, nan, nan, nan, 0, 0)
    _, number = np.unique(names, return_inverse=True)
    n_blocks = int(number.max()) + 1
    mean = float(gain.mean())
    if n_blocks < LEAST_BLOCKS:
        return Gain(mean, nan, nan, nan, len(gain), n_blocks)
    total = np.bincount(number, weights=gain, minlength=n_blocks)
    size = np.bincount(number, minlength=n_blocks)
    drawn = generator.integers(n_blocks, size=(N_DRAWS, n_blocks))
    means = total[drawn].sum(axis=1) / size[drawn].sum(axis=1)
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Gain(mean, float(low), float(high), float(means.std(ddof=1)), len(gain), n_blocks)

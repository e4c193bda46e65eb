"""What one pair of states can never show: how little a mean over one government's time is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def mean_sd(memory: ArrayLike, n_months: int) -> Floats:
    r"""Return the standard deviation of a mean over some months, in stationary standard deviations.

    For an autoregression of the first order,

    .. math:: \frac{\mathrm{Var}\,\bar x}{\mathrm{Var}\,x} =
              \frac1n\left[\frac{1+\rho}{1-\rho} - \frac{2\rho(1-\rho^n)}{n(1-\rho)^2}\right]

    >>> mean_sd([0.96, 0.996], 60).round(2).tolist()
    [0.72, 0.96]
    """
    rho = np.asarray(memory, np.float64)
    n = n_months
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = ((1 + rho) / (1 - rho) - 2 * rho * (1 - rho**n) / (n * (1 - rho) ** 2)) / n
    return np.sqrt(np.where(rho >= 1 - 1e-9, 1.0, ratio))


def government_mean_sd(memory: Sequence[float], variance: Sequence[float], n_months: int) -> float:
    """Return the same for a sum of components, each with its memory and stationary variance.

    >>> round(government_mean_sd([0.96, 0.5], [1.0, 0.0], 60), 2)
    0.72
    """
    weight = np.asarray(variance, np.float64)
    parts = mean_sd(memory, n_months) ** 2 * weight
    return float(np.sqrt(parts.sum() / weight.sum()))

"""Exact intervals and direction probabilities for counts, rates and shares.

Notation: k successes or events in n trials or T years; Jeffreys prior (half an event) throughout
for probabilities, exact (Clopper-Pearson, Garwood, conditional binomial) limits for intervals of
rates. All intervals hold 80%.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincinv, gammainc, gammaincinv

TAIL = 0.1
_GRID = (np.arange(2000) + 0.5) / 2000


def share_interval(k: int, n: int) -> tuple[float, float]:
    """Return the 80% interval of a share from the Beta(k + 1/2, n - k + 1/2) posterior."""
    low, high = betaincinv(k + 0.5, n - k + 0.5, [TAIL, 1 - TAIL])
    return float(low), float(high)


def share_above(k: int, n: int, value: float) -> float:
    """Return the probability that a share is above ``value``."""
    return float(1 - betainc(k + 0.5, n - k + 0.5, np.clip(value, 0, 1)))


def share_exceeds(k: int, n: int, k2: int, n2: int, margin: float = 0.0) -> float:
    """Return the probability that the first share exceeds the second by more than ``margin``."""
    second = betaincinv(k2 + 0.5, n2 - k2 + 0.5, _GRID)
    return float(np.mean([share_above(k, n, float(value) + margin) for value in second]))


def rate_interval(k: int, years: float) -> tuple[float, float]:
    """Return the exact 80% interval of a Poisson rate per year [1]_.

    References
    ----------
    .. [1] Garwood (1936). Fiducial limits for the Poisson distribution. Biometrika 28.
    """
    low = float(gammaincinv(k, TAIL)) if k else 0.0
    return low / years, float(gammaincinv(k + 1, 1 - TAIL)) / years


def rate_above(k: int, years: float, value: float) -> float:
    """Return the probability that a rate per year is above ``value``."""
    return float(1 - gammainc(k + 0.5, years * value))


def ratio_interval(k: int, years: float, k2: int, years2: float) -> tuple[float, float]:
    """Return the 80% interval of a ratio of rates, exact given the sum of the counts [1]_.

    No event in the second window leaves the upper end open (infinity).

    References
    ----------
    .. [1] Przyborowski & Wilenski (1940). Homogeneity of results in testing samples from Poisson
       series. Biometrika 31.
    """
    low = float(betaincinv(k, k2 + 1, TAIL)) if k else 0.0
    high = float(betaincinv(k + 1, k2, 1 - TAIL)) if k2 else 1.0
    scale = years2 / years
    return scale * low / (1 - low), scale * high / (1 - high) if high < 1 else float("inf")


def ratio_above(k: int, years: float, k2: int, years2: float, ratio: float = 1.0) -> float:
    """Return the probability that the first rate is more than ``ratio`` times the second."""
    edge = ratio * years / (ratio * years + years2)
    return float(1 - betainc(k + 0.5, k2 + 0.5, edge))

"""The one likelihood that every baseline shares: beta-binomial, by expected share."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64] | Floats

SMALL = 8  # up to so many acts a product is cheaper than two log-gammas
LEAST_SHARE = 1e-6
"""Forecast shares are kept this far from 0 and 1, so that no outcome is impossible."""


@njit(cache=True, nogil=True)
def _log_rising(a: float, n: float) -> float:
    if n <= SMALL:
        product = 1.0
        for k in range(int(n)):
            product *= a + k
        return math.log(product)
    return math.lgamma(a + n) - math.lgamma(a)


@njit(cache=True, nogil=True)
def _log_probs(successes, failures, share, concentration, out):
    for i in range(len(out)):
        s, f, k = successes[i], failures[i], concentration[i]
        p = min(max(share[i], LEAST_SHARE), 1 - LEAST_SHARE)
        n = s + f
        choose = math.lgamma(n + 1) - math.lgamma(s + 1) - math.lgamma(f + 1)
        rising = _log_rising(k * p, s) + _log_rising(k * (1 - p), f) - _log_rising(k, n)
        out[i] = choose + rising


def beta_binomial_log_prob(
    successes: Counts, failures: Counts, share: Floats, concentration: Floats
) -> Floats:
    """Return the log probability of the successes given successes + failures.

    All four broadcast together. The share of a period is Beta with mean ``share`` and
    ``concentration`` acts, so the variance of the successes among n acts is
    n p (1 - p) (n + k) / (1 + k). A cell without acts scores zero: nothing was at stake.
    """
    arrays = np.broadcast_arrays(successes, failures, share, concentration)
    one, two, three, four = (np.ascontiguousarray(array, float).ravel() for array in arrays)
    out = np.empty(one.shape)
    _log_probs(one, two, three, four, out)
    return out.reshape(arrays[0].shape)

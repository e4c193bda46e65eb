"""Proper scores of forecasts, on arrays: smaller is better in all of them.

Notation
--------
p — probability of yes — 0 to 1; y — what happened; F — distribution function of the forecast;
X, X′ — independent draws of the forecast; Φ, φ — standard normal distribution and density.

====================  ==========================================  =======================
score                 formula                                     unit
====================  ==========================================  =======================
Brier                 (p − y)²                                    squared probability
log                   −log p(y)                                   nats
ranked probability    Σ_k (F_k − 1{y ≤ k})²                       squared probability
CRPS                  E|X − y| − ½ E|X − X′|                      that of y
quantile              2 (1{y < q} − τ)(q − y)                     that of y
interval              high − low + (2/α) · distance outside       that of y
energy                E‖X − y‖ − ½ E‖X − X′‖                      that of y
====================  ==========================================  =======================

The forms are those of Gneiting & Raftery (2007). All broadcast their arguments; NaN in gives NaN
out. Probabilities outside [0, 1] and intervals that are turned around are refused by whoever builds
them, not here: these functions are formulas.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]
_ROOT_PI = float(np.sqrt(np.pi))
_PAIRS_AT_ONCE = 256  # rows of a distance matrix that are held in memory


def brier_score(probability: ArrayLike, happened: ArrayLike) -> Floats:
    """Return the squared distance of a probability from what happened, 1 for yes and 0 for no.

    >>> brier_score([0.9, 0.5], [True, False])
    array([0.01, 0.25])
    """
    return (np.asarray(probability, float) - np.asarray(happened, float)) ** 2


def log_score(probability: ArrayLike, happened: ArrayLike) -> Floats:
    """Return minus the log of the probability given to what happened, in nats.

    Infinite where what happened was called impossible.

    >>> log_score([0.9, 0.5], [True, False]).round(3)
    array([0.105, 0.693])
    """
    p, y = np.broadcast_arrays(np.asarray(probability, float), np.asarray(happened, float))
    with np.errstate(divide="ignore"):
        return -np.log(np.where(y > 0.5, p, 1 - p) + 0 * y)


def ranked_probability_score(probabilities: ArrayLike, happened: ArrayLike) -> Floats:
    """Return the ranked probability score of forecasts over ordered classes.

    Parameters
    ----------
    probabilities
        Probability of each class, in order, on the last axis, (..., class).
    happened
        Position of the class that happened, (...).

    Notes
    -----
    Not divided by the number of classes; with two classes it is the Brier score.

    >>> round(float(ranked_probability_score([0.2, 0.5, 0.3], 0)), 2)
    0.73
    """
    p = np.asarray(probabilities, float)
    y = np.asarray(happened)[..., None]
    at_most = np.cumsum(p, axis=-1)[..., :-1]
    return ((at_most - (y <= np.arange(p.shape[-1] - 1))) ** 2).sum(axis=-1)


def crps_ensemble(members: ArrayLike, observed: ArrayLike, *, fair: bool = False) -> Floats:
    """Return the CRPS of forecasts given as draws on the last axis, (..., member).

    From sorted members in O(m log m). With ``fair`` the second term is averaged over pairs of
    different members, which scores the distribution behind a small ensemble and not the ensemble.

    >>> float(crps_ensemble([0.0, 1.0], 0.0))
    0.25
    """
    x = np.sort(np.asarray(members, float), axis=-1)
    y = np.asarray(observed, float)[..., None]
    m = x.shape[-1]
    near = np.abs(x - y).mean(axis=-1)
    # Σ_i Σ_j |x_i − x_j| = 2 Σ_i (2i − m + 1) x_(i), i from 0
    apart = 2 * (x * (2 * np.arange(m) - m + 1)).sum(axis=-1)
    pairs = m * (m - 1) if fair else m * m
    return near - 0.5 * apart / max(pairs, 1)


def crps_normal(mean: ArrayLike, sd: ArrayLike, observed: ArrayLike) -> Floats:
    """Return the CRPS of normal forecasts; with ``sd`` 0 it is the absolute error.

    Closed form of Gneiting, Raftery, Westveld & Goldman (2005).

    >>> round(float(crps_normal(0.0, 1.0, 0.0)), 4)
    0.2337
    """
    mean, sd, y = np.broadcast_arrays(*(np.asarray(x, float) for x in (mean, sd, observed)))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (y - mean) / sd
        score = sd * (z * (2 * ndtr(z) - 1) + 2 * _density(z) - 1 / _ROOT_PI)
    return np.where(sd == 0, np.abs(y - mean), score)[()]


def crps_normal_mixture(
    means: ArrayLike, sds: ArrayLike, observed: ArrayLike, weights: ArrayLike | None = None
) -> Floats:
    """Return the CRPS of mixtures of normals, components on the last axis, (..., component).

    Weights are equal where absent. Closed form of Grimit, Gneiting, Berrocal & Johnson (2006).
    """
    means, sds = np.broadcast_arrays(np.asarray(means, float), np.asarray(sds, float))
    n = means.shape[-1]
    w = np.full(n, 1 / n) if weights is None else np.asarray(weights, float)
    y = np.asarray(observed, float)[..., None]
    near = (w * _mean_distance(y - means, sds)).sum(axis=-1)
    both = np.hypot(sds[..., :, None], sds[..., None, :])
    gap = means[..., :, None] - means[..., None, :]
    apart = np.einsum("...i,...ij,...j->...", w, _mean_distance(gap, both), w)
    return near - 0.5 * apart


def quantile_score(quantile: ArrayLike, level: ArrayLike, observed: ArrayLike) -> Floats:
    """Return twice the pinball loss of a quantile; its mean over all levels is the CRPS."""
    q, tau, y = (np.asarray(x, float) for x in (quantile, level, observed))
    return 2 * (np.where(y < q, 1.0, 0.0) - tau) * (q - y)


def interval_score(
    low: ArrayLike, high: ArrayLike, observed: ArrayLike, *, coverage: float
) -> Floats:
    """Return the interval score of central intervals that claim to hold ``coverage``, 0 to 1.

    >>> interval_score([0.0, 0.0], [1.0, 1.0], [0.5, 2.0], coverage=0.8)
    array([ 1., 11.])
    """
    low, high, y = (np.asarray(x, float) for x in (low, high, observed))
    outside = np.maximum(low - y, 0) + np.maximum(y - high, 0)
    return high - low + 2 / (1 - coverage) * outside


def energy_score(members: ArrayLike, observed: ArrayLike) -> Floats:
    """Return the energy score of one joint forecast: draws (member, part) against (part,).

    The many-dimensional CRPS, with Euclidean distances; a block of pairs at a time.
    """
    x, y = np.asarray(members, float), np.asarray(observed, float)
    near = np.linalg.norm(x - y, axis=-1).mean()
    apart = sum(
        np.linalg.norm(x[k : k + _PAIRS_AT_ONCE, None] - x, axis=-1).sum()
        for k in range(0, len(x), _PAIRS_AT_ONCE)
    )
    return near - 0.5 * apart / len(x) ** 2


def _density(z: Floats) -> Floats:
    return np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)


def _mean_distance(gap: Floats, sd: Floats) -> Floats:
    """Return E|Z| for Z normal around ``gap``; |gap| where nothing varies."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = gap / sd
        mean = gap * (2 * ndtr(z) - 1) + 2 * sd * _density(z)
    return np.where(sd == 0, np.abs(gap), mean)

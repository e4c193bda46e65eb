"""A hierarchical model without dynamics: every dyad has a level, and it never moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from comity.core.states import StateIndex
from comity.measure.baselines.climatology import CONCENTRATION
from comity.measure.baselines.search import Parameter

Floats = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
MAX_STEPS = 25
TOLERANCE = 1e-6  # logits


def _sd(name: str, start: float) -> Parameter:
    return Parameter(name, "log", start, 0.03, 5.0)


@dataclass(frozen=True)
class StaticHierarchy:
    """logit share = pool + source + target + dyad, all partially pooled, the same in every period.

    The two directions of a dyad are correlated. Effects are at their Laplace approximation given
    all periods known; a cell of n acts weighs n (1 + k) / (n + k), as its beta-binomial variance
    says. The forecast adds what is not known about the dyad's level to the Beta's spread.
    """

    index: StateIndex
    name: str = "static hierarchy"
    parameters: tuple[Parameter, ...] = (
        Parameter("pool_logit", "linear", 1.5, -5.0, 5.0),
        _sd("source_sd", 0.5),
        _sd("target_sd", 0.5),
        _sd("dyad_sd", 1.0),
        Parameter("dyad_correlation", "logit", 0.6, 0.02, 0.98),
        CONCENTRATION,
    )

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return moments of the share over the level's posterior, (directed, times)."""
        concentration = values[-1]
        volume = successes + failures
        worth = (1 + concentration) / (volume + concentration)
        good, every = np.cumsum(np.stack([worth * successes, worth * volume]), axis=2)
        share, total = np.empty((2, len(successes), len(times)))
        mean = np.full(len(successes), values[0])
        for k, time in enumerate(times):
            known = time - lead
            mean, variance = posterior(self.index, good[:, known], every[:, known], values, mean)
            share[:, k], total[:, k] = beta_of(mean, variance, concentration)
        return share, total


def beta_of(mean: Floats, variance: Floats, concentration: float) -> tuple[Floats, Floats]:
    """Return share and concentration of the Beta with the moments of a spread-out one.

    The given Beta has logit share N(mean, variance) and ``concentration``.
    """
    nodes = expit(mean[:, None] + np.sqrt(variance)[:, None] * NODES)
    share = nodes @ WEIGHTS
    whole = share * (1 - share)
    spread = nodes**2 @ WEIGHTS - share**2
    beside = (whole - spread) / (1 + concentration)
    return share, whole / (spread + beside) - 1


def posterior(
    index: StateIndex, successes: Floats, volume: Floats, values: Sequence[float], start: Floats
) -> tuple[Floats, Floats]:
    """Return mode and variance of each directed dyad's logit share, (directed,) each.

    Newton steps on the joint density of dyad, source and target effects. A dyad's two effects are
    eliminated first (2 x 2), which leaves one system of twice the number of states.
    """
    pool, source_sd, target_sd, dyad_sd, correlation, _ = values
    first, back = index.directions.T
    a, b = index.pairs.T
    n = len(index)
    det = dyad_sd**2 * (1 - correlation**2)
    q, cross = 1 / det, -correlation / det  # prior precision of the two directions
    prior = np.repeat([source_sd**-2.0, target_sd**-2.0], n)
    level = start.copy()
    matrix, gain = np.empty((0, 0)), np.empty(0)
    for _ in range(MAX_STEPS):
        p = expit(level)
        weight = volume * p * (1 - p)
        h = weight * (level - pool) + successes - volume * p  # weight times working observation
        w1, w2 = weight[first] + q, weight[back] + q
        size = w1 * w2 - cross**2
        v11, v22, v12 = w2 / size, w1 / size, -cross / size  # inverse of (weight + precision)
        # Precision of the pair's working observations around their offset: W - W V W.
        p11 = weight[first] - weight[first] ** 2 * v11
        p22 = weight[back] - weight[back] ** 2 * v22
        p12 = -weight[first] * weight[back] * v12
        r1 = h[first] - weight[first] * (v11 * h[first] + v12 * h[back])
        r2 = h[back] - weight[back] * (v12 * h[first] + v22 * h[back])
        matrix = _normal_matrix(n, a, b, p11, p22, p12) + np.diag(prior)
        ends = np.concatenate([a, b + n, b, a + n])
        right = np.bincount(ends, np.concatenate([r1, r1, r2, r2]), minlength=2 * n)
        effect = np.linalg.solve(matrix, right)
        o1, o2 = effect[a] + effect[n + b], effect[b] + effect[n + a]
        t1, t2 = h[first] + q * o1 + cross * o2, h[back] + cross * o1 + q * o2
        new = np.empty_like(level)
        new[first], new[back] = pool + v11 * t1 + v12 * t2, pool + v12 * t1 + v22 * t2
        change = new - level
        level = level + np.clip(change, -2.0, 2.0)
        gain = np.stack([v11, v22, v12])
        if np.abs(change).max() < TOLERANCE:
            break
    return level, _variances(n, a, b, first, back, np.linalg.inv(matrix), gain, q, cross)


def _normal_matrix(n, a, b, p11, p22, p12):
    """Return X' P X, X the indicators of source and target of the two directions of each pair."""
    rows = [a, b + n, a, b + n, b, a + n, b, a + n, a, a, b + n, b + n, b, a + n, b, a + n]
    columns = [a, b + n, b + n, a, b, a + n, a + n, b, b, a + n, b, a + n, a, a, b + n, b + n]
    value = [p11] * 4 + [p22] * 4 + [p12] * 8
    flat = np.concatenate(rows) * 2 * n + np.concatenate(columns)
    return np.bincount(flat, np.concatenate(value), minlength=4 * n * n).reshape(2 * n, 2 * n)


def _variances(n, a, b, first, back, inverse, gain, q, cross):
    v11, v22, v12 = gain
    g11, g12 = v11 * q + v12 * cross, v11 * cross + v12 * q
    g21, g22 = v12 * q + v22 * cross, v12 * cross + v22 * q
    s1 = inverse[a, a] + inverse[b + n, b + n] + 2 * inverse[a, b + n]
    s2 = inverse[b, b] + inverse[a + n, a + n] + 2 * inverse[b, a + n]
    s12 = inverse[a, b] + inverse[a, a + n] + inverse[b + n, b] + inverse[b + n, a + n]
    out = np.empty(2 * len(a))
    out[first] = v11 + g11**2 * s1 + 2 * g11 * g12 * s12 + g12**2 * s2
    out[back] = v22 + g21**2 * s1 + 2 * g21 * g22 * s12 + g22**2 * s2
    return out

"""State effects: what a state is like as a source and as a target, toward all others.

The lasting mean of source i toward target j is N(s_i + r_j, tau^2). In half-sum and half-difference
of a pair the two residuals are independent, so that effects follow from generalized least squares
on what the acts alone say about the pair's lasting means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.states import StateIndex

Floats = NDArray[np.float64]
LEAST_INFORMATION = 1e-6  # below it, in units of the prior precision, a pair says nothing
FIRST_SD = 0.5
SD_SCALE = 1.0  # half-normal prior of the sd of effects over states, judged wide


@dataclass(frozen=True)
class StateEffects:
    """Effects of states, first all as sources, then all as targets, and their uncertainty."""

    mean: Floats  # (2 state,)
    covariance: Floats  # (2 state, 2 state)
    source_sd: float
    target_sd: float

    @classmethod
    def none(cls, n_states: int) -> StateEffects:
        """Return effects of zero, before anything is known."""
        n = 2 * n_states
        return cls(np.zeros(n), np.zeros((n, n)), FIRST_SD, FIRST_SD)

    def start(self, index: StateIndex, effects: Floats | None = None) -> Floats:
        """Return prior means of the lasting half-sum and half-difference, (pair, 2)."""
        half_sum, half_difference = design(index)
        b = self.mean if effects is None else effects
        return np.stack([half_sum @ b, half_difference @ b], axis=1)

    def draw(self, z: Floats) -> Floats:
        """Return one draw of the effects from standard normal ``z``, (2 state,)."""
        values, vectors = np.linalg.eigh(self.covariance)
        return self.mean + vectors @ (np.sqrt(np.maximum(values, 0)) * z)


def design(index: StateIndex) -> tuple[Floats, Floats]:
    """Return how effects enter the lasting half-sum and half-difference, each (pair, 2 state)."""
    n, pairs = len(index), index.pairs
    rows = np.arange(len(pairs))
    half_sum, half_difference = np.zeros((2, len(pairs), 2 * n))
    for column, sign in ((0, 1.0), (1, -1.0)):
        half_sum[rows, pairs[:, column]] = half_sum[rows, n + pairs[:, 1 - column]] = 0.5
        half_difference[rows, pairs[:, column]] = 0.5 * sign
        half_difference[rows, n + pairs[:, 1 - column]] = 0.5 * sign
    return half_sum, half_difference


def fit_effects(
    index: StateIndex,
    before: StateEffects,
    mean: Floats,
    variance: Floats,
    prior_variance: Floats,
) -> StateEffects:
    """Return state effects from posterior moments of the pairs' lasting means.

    Parameters
    ----------
    index
        States.
    before
        Effects under which the moments were computed.
    mean, variance
        Posterior mean and variance of each pair's lasting half-sum and half-difference, (pair, 2).
    prior_variance
        Their prior variances, (2,).
    """
    n = len(index)
    start = before.start(index)
    information = np.maximum(1 / variance - 1 / prior_variance, 0)  # of the acts alone
    known = information > LEAST_INFORMATION / prior_variance
    safe = np.where(known, information, 1.0)
    seen = (mean / variance - start / prior_variance) / safe
    weight = np.where(known, 1 / (prior_variance + 1 / safe), 0.0)
    precision = np.concatenate(
        [np.full(n, before.source_sd**-2.0), np.full(n, before.target_sd**-2.0)]
    )
    gram, moment = np.diag(precision), np.zeros(2 * n)
    for side, rows in enumerate(design(index)):
        gram = gram + rows.T @ (weight[:, side, None] * rows)
        moment += rows.T @ (weight[:, side] * np.where(known[:, side], seen[:, side], 0.0))
    covariance = np.asarray(np.linalg.inv(gram), np.float64)
    effects = covariance @ moment
    square = effects**2 + np.diag(covariance)
    return StateEffects(effects, covariance, _sd(square[:n]), _sd(square[n:]))


def _sd(square: Floats) -> float:
    """Return the sd over states that maximizes expected log density plus a half-normal prior."""
    total, n = float(square.sum()), len(square)
    # root of v^2 / SD_SCALE^2 + n v - total = 0 in v = sd^2
    v = 2 * total / (n + np.sqrt(n**2 + 4 * total / SD_SCALE**2))
    return float(np.sqrt(max(v, 1e-4)))

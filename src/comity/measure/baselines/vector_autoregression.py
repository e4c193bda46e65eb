"""A Bayesian vector autoregression of each dyad's log counts, with a Minnesota prior."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import expit

from comity.core.errors import ParameterError
from comity.core.states import StateIndex
from comity.measure.baselines.climatology import CONCENTRATION
from comity.measure.baselines.search import Parameter

Floats = NDArray[np.float64]

STICKS = {1: ((0, 1), (2, 3)), 2: ((1,), (0,)), 3: ((3,), (2,))}
"""Quad classes that are successes and failures of each stick."""


@dataclass(frozen=True)
class MinnesotaRegression:
    """Eight series a dyad, log(1 + count) by class and direction, regressed on their last values.

    Each dyad has its own coefficients. A priori a series is ``persistence`` times its own last
    value, other series count nothing; own coefficients spread by ``tightness``, others by
    ``tightness * cross_weight`` in units of the two series' scales, lag l by 1 / l of that, and the
    constant by ``constant_sd`` scales. Scales are pooled over dyads: the sd of first differences
    in the periods known. With G and B the median forecasts of the two kinds of acts, the share is
    a logistic curve of log((G + offset_acts) / (B + offset_acts)). With a lead the regression is on
    values ``lead`` periods earlier.

    Parameters
    ----------
    acts
        Acts by class, (directed_dyad, time, quad_class); read up to ``t - lead`` like the rest.
    stick
        1 cooperative against conflictual, 2 material among cooperative, 3 material among
        conflictual.
    lags
        Past values that enter, at least 1.
    """

    index: StateIndex
    acts: NDArray[np.int64] | Floats
    stick: int = 1
    lags: int = 1
    name: str = "Minnesota BVAR"
    parameters: tuple[Parameter, ...] = (
        Parameter("persistence", "linear", 0.6, -0.2, 1.2),
        Parameter("tightness", "log", 0.2, 0.01, 3.0),
        Parameter("cross_weight", "log", 0.3, 0.02, 3.0),
        Parameter("constant_sd", "log", 1.0, 0.03, 20.0),
        Parameter("offset_acts", "log", 1.0, 0.02, 50.0),
        Parameter("link_at_zero", "linear", 0.5, -5.0, 5.0),
        Parameter("link_slope", "linear", 0.7, -1.0, 3.0),
        CONCENTRATION,
    )

    def __post_init__(self) -> None:
        if self.stick not in STICKS or self.lags < 1:
            raise ParameterError(
                "MinnesotaRegression needs a stick of 1, 2 or 3 and at least one lag; found stick "
                f"{self.stick} and {self.lags} lags. Give stick=1, lags=1 for the plain form."
            )

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return shares linked to the counts forecast, (directed, times)."""
        *prior, offset, at_zero, slope, concentration = values
        counts = self.median_counts(tuple(prior), times, lead)
        good, bad = (counts[..., classes].sum(axis=-1) for classes in map(list, STICKS[self.stick]))
        share = expit(at_zero + slope * np.log((good + offset) / (bad + offset)))
        return share, np.full(share.shape, concentration)

    def median_counts(self, prior: tuple[float, ...], times: range, lead: int) -> Floats:
        """Return the median forecast counts at each of ``times``, (directed, times, quad_class)."""
        directions = self.index.directions
        known = np.log1p(self.acts[:, : times[-1] - lead + 1].astype(float))
        series = known[directions]  # (dyad, direction, time, class)
        series = np.ascontiguousarray(series.transpose(0, 2, 1, 3)).reshape(
            len(directions), known.shape[1], 8
        )
        active = series.any(axis=(1, 2))
        scale = np.stack([_scale(series[active], time - lead) for time in times])
        mean = np.zeros((len(series), len(times), 8))
        if active.any():
            mean[active] = _forecast_pairs(
                series[active], scale, np.array(times), lead, self.lags, np.array(prior)
            )
        counts = np.maximum(np.expm1(np.minimum(mean, 20.0)), 0.0)
        out = np.zeros((self.index.n_directed, len(times), 4))
        for side in (0, 1):
            out[directions[:, side]] = counts[:, :, 4 * side : 4 * side + 4]
        return out


def _scale(series: Floats, last: int) -> Floats:
    steps = np.diff(series[:, : last + 1], axis=1) if last > 0 else series[:, :1]
    by_class = np.sqrt((steps**2).reshape(-1, 2, 4).mean(axis=(0, 1)) + 1e-4)
    return np.tile(by_class, 2)


@njit(cache=True, nogil=True, error_model="numpy")
def _solve(matrix, right, factor, work):
    """Solve matrix @ x = right by Cholesky, in place of right; factor keeps the lower triangle."""
    n = len(right)
    for i in range(n):
        for j in range(i + 1):
            s = matrix[i, j]
            for k in range(j):
                s -= factor[i, k] * factor[j, k]
            factor[i, j] = math.sqrt(s) if i == j else s / factor[j, j]
    for i in range(n):
        s = right[i]
        for k in range(i):
            s -= factor[i, k] * work[k]
        work[i] = s / factor[i, i]
    for i in range(n - 1, -1, -1):
        s = work[i]
        for k in range(i + 1, n):
            s -= factor[k, i] * right[k]
        right[i] = s / factor[i, i]


@njit(cache=True, nogil=True, error_model="numpy")
def _forecast_pairs(series, scale, times, lead, lags, prior):
    """Return the posterior mean forecast of each series at each time, (dyad, times, series)."""
    persistence, tightness, cross_weight, constant_sd = prior
    n_pairs, _, m = series.shape
    width = 1 + m * lags
    mean = np.empty((n_pairs, len(times), m))
    x = np.empty(width)
    matrix, factor = np.empty((width, width)), np.zeros((width, width))
    right, work = np.empty(width), np.empty(width)
    for p in range(n_pairs):
        xx, xy = np.zeros((width, width)), np.zeros((width, m))
        row = lead + lags - 1  # first period whose regressors are all known
        for place in range(len(times)):
            last = times[place] - lead
            while row <= last:
                _regressors(series[p], row - lead, lags, x)
                for i in range(width):
                    for j in range(i + 1):
                        xx[i, j] += x[i] * x[j]
                    for k in range(m):
                        xy[i, k] += x[i] * series[p, row, k]
                row += 1
            _regressors(series[p], last, lags, x)
            for k in range(m):
                own = scale[place, k] ** 2
                for i in range(width):
                    for j in range(i + 1):
                        matrix[i, j] = xx[i, j] / own
                    right[i] = xy[i, k] / own
                    if i == 0:
                        matrix[i, i] += 1 / (constant_sd**2 * own)
                    else:
                        source, lag = (i - 1) % m, (i - 1) // m + 1
                        sd = tightness / lag
                        if source != k:
                            sd *= cross_weight * scale[place, k] / scale[place, source]
                        matrix[i, i] += 1 / sd**2
                        if source == k and lag == 1:
                            right[i] += persistence / sd**2
                _solve(matrix, right, factor, work)
                m_k = 0.0
                for i in range(width):
                    m_k += x[i] * right[i]
                mean[p, place, k] = m_k
    return mean


@njit(cache=True, nogil=True, error_model="numpy")
def _regressors(series, last, lags, x):
    """Fill x with one and the values at last, last - 1, ...; zero before the record."""
    m = series.shape[1]
    x[0] = 1.0
    for lag in range(lags):
        for k in range(m):
            x[1 + lag * m + k] = series[last - lag, k] if last - lag >= 0 else 0.0

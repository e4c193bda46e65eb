"""What the measurement expects of acts some months ahead, from rows up to the last month only.

Under one draw of the hyper-parameters the filter leaves a Gaussian over the six latent parts of a
pair. With a the monthly memory of a part and v its stationary variance, h months later

    mean a^h m,    covariance (a^h a^h') * C + diag((1 - a^(2h)) v),

projected on a direction and put through the logistic curve at Gauss-Hermite nodes. Draws, classes
of volatility and nodes together are the components of a mixture of beta-binomials.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from comity.core.class_counts import ClassCounts
from comity.core.count_forecasts import CountForecast
from comity.core.errors import ParameterError
from comity.core.history import EventCounts
from comity.measure import kernels
from comity.measure.filter import filter_last
from comity.measure.likelihood_table import likelihood_table
from comity.measure.mixture import DIRECTIONS
from comity.measure.mode import class_vectors
from comity.measure.model import VOLATILITY_WEIGHTS, default_priors
from comity.measure.panel import panel_of
from comity.measure.volatility import class_weights

Floats = NDArray[np.float64]
N_NODES = 9
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(N_NODES)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def forecast_shares(
    counts: EventCounts,
    natural: Floats,
    leads: Sequence[int],
    *,
    others: Sequence[ClassCounts] = (),
    source: int = 0,
) -> tuple[CountForecast, ...]:
    """Return what is expected of every directed dyad's acts, one forecast a lead.

    Parameters
    ----------
    counts
        Directed acts by month; all are read, none later exists.
    natural
        Draws of the hyper-parameters, (draw, hyper-parameter), as `fit_relations` returns them for
        these counts: ``Relations.hyperparameter_draws``.
    leads
        Months after the last one, 1 or more.
    others
        Further sources of events, as given to `fit_relations`.
    source
        Whose acts are forecast: 0 those of ``counts``, k those of the k-th further source.

    Raises
    ------
    ParameterError
        A lead is below 1, or there is no such source.
    """
    if min(leads, default=1) < 1 or not 0 <= source <= len(others):
        raise ParameterError(
            f"leads must be 1 or more and source 0 to {len(others)}; found leads {list(leads)} and "
            f"source {source}. Name a source that was given."
        )
    panel = panel_of(counts, others).observed()  # silent months say nothing and only take time
    last = panel.offset[1:] - 1
    heard = np.diff(panel.offset) > 0
    silent = np.where(heard, counts.months[-1] - panel.month[last], 0)  # months since the last act
    tail = default_priors()["tone_tail"].location
    place = kernels.SOURCE + 2 * source
    rows: list[list[tuple[Floats, Floats, Floats]]] = [[] for _ in leads]
    for point in natural:
        vectors = class_vectors(point, tail, panel.n_sources)
        table = likelihood_table(panel, *vectors)
        runs = [filter_last(panel, vector, table) for vector in vectors]
        _, after = class_weights(panel, np.array([run[0] for run in runs]))
        weights = np.where(heard, after[:, last], np.array(VOLATILITY_WEIGHTS)[:, None])
        for vector, (_, mean, covariance), weight in zip(vectors, runs, weights, strict=True):
            intercept, concentration = vector[place], vector[place + 1]
            for number, lead in enumerate(leads):
                centre, variance = _ahead(vector, mean, covariance, lead + silent)
                logit = intercept + centre + np.sqrt(variance) * _NODES[:, None, None]
                part = _WEIGHTS[:, None, None] * weight[:, None] / len(natural)
                rows[number].append(
                    (expit(logit), np.full(logit.shape, concentration), part + 0 * logit)
                )
    return tuple(_joined(counts, parts) for parts in rows)


def _ahead(
    vector: Floats, mean: Floats, covariance: Floats, months: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return mean and variance of both directions, (pair, direction), so many ``months`` on."""
    memory = vector[kernels.MEMORY : kernels.MEMORY + kernels.N_LATENT] ** months[:, None]
    stationary = vector[kernels.VARIANCE : kernels.VARIANCE + kernels.N_LATENT]
    later = covariance * memory[:, :, None] * memory[:, None, :]
    later += ((1 - memory**2) * stationary)[:, :, None] * np.eye(kernels.N_LATENT)
    variance = np.einsum("ri,kij,rj->kr", DIRECTIONS, later, DIRECTIONS)
    return (mean * memory) @ DIRECTIONS.T, np.maximum(variance, 0)


def _joined(counts: EventCounts, parts: list[tuple[Floats, Floats, Floats]]) -> CountForecast:
    """Put nodes, classes and draws behind each other, and directions in their order."""
    directions = counts.index.directions
    out: list[Floats] = []
    for arrays in zip(*parts, strict=True):
        stacked = np.concatenate(arrays)  # (component, pair, direction)
        by_directed = np.empty((len(stacked), counts.index.n_directed))
        by_directed[:, directions] = stacked
        out.append(by_directed)
    return CountForecast(*out)

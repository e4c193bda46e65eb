"""Readings under one draw of the hyper-parameters, and their mixture over draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.measure import kernels
from comity.measure.changes import FLARE, flare_limits, flare_tails
from comity.measure.filter import filter_panel
from comity.measure.likelihood_table import LikelihoodTable, likelihood_table
from comity.measure.model import VOLATILITY_NODES
from comity.measure.panel import Panel
from comity.measure.paths import normals, sample_last, sample_paths, uniforms
from comity.measure.smoother import smooth_panel
from comity.measure.volatility import class_weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DIRECTIONS = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, -1, -1, -1]], float)
PAIR = np.array([[1, 1, 1, 0, 0, 0]], float)
LEVEL = np.array([[1, 1, 0, 0, 0, 0]], float)
"""How readings weight the latent vector: both directions, their half-sum, that without flare."""


@dataclass(frozen=True)
class Reading:
    """Means and variances of relations, intercept included, under one hyper-parameter draw.

    Moments have shape (2, step, reading): mean, then variance, over the volatility classes of the
    pair. Paths have shape (draw, step).
    """

    directed: Floats
    pair: Floats
    level: Floats
    flare: Floats  # (2, step)            probability of a flare down and up
    filtered_directed: Floats
    filtered_pair: Floats
    cell_score: Floats  # (step, direction)
    pair_paths: Floats
    level_paths: Floats
    last: Floats  # (draw, pair, 3)       filtered mean, level and flare after the last step
    last_volatility: Floats  # (draw, pair)   log volatility in units of its spread
    class_weight: Floats  # (class, pair)     posterior probability of each volatility class
    last_move: float


def read_relations(
    panel: Panel, parameters: Sequence[Floats], *, n_paths: int, seed: int, draw: int
) -> Reading:
    """Filter, smooth and draw paths under one draw of the hyper-parameters.

    ``panel`` holds every month of every pair; ``parameters`` one vector for each volatility class.
    Random numbers depend on ``seed`` and ``draw`` only.
    """
    table = likelihood_table(panel, *parameters)  # classes differ in their dynamics only
    classes = [read_class(panel, vector, table, n_paths, seed, draw) for vector in parameters]
    before, after = class_weights(panel, np.array([one.evidence for one in classes]))
    last = panel.offset[1:] - 1
    given_all = after[:, last]  # (class, pair)
    spread = given_all[:, panel.pair]

    def mixed(name: str, weight: Floats) -> Floats:
        return mix(np.array([getattr(one, name) for one in classes]), weight)

    with np.errstate(divide="ignore"):  # a class may have lost all its weight
        score = np.array([one.cell_score for one in classes]) + np.log(before)[..., None]
    uniform = uniforms(seed, "measure/relation/class", draw, (n_paths, panel.n_pairs))
    chosen = (uniform[None] > np.cumsum(given_all, axis=0)[:-1, None]).sum(axis=0)

    def picked(name: str, by: Ints) -> Floats:
        values = np.array([getattr(one, name) for one in classes])  # (class, draw, ...)
        by = by.reshape(by.shape + (1,) * (values.ndim - 3))
        return np.take_along_axis(values, by[None], axis=0)[0]

    with np.errstate(invalid="ignore"):  # NaN where a direction had no acts
        cell_score = np.logaddexp.reduce(score, axis=0)
    return Reading(
        directed=mixed("directed", spread),
        pair=mixed("pair", spread),
        level=mixed("level", spread),
        flare=np.einsum("ks,kts->ts", spread, np.array([one.flare for one in classes])),
        filtered_directed=mixed("filtered_directed", after),
        filtered_pair=mixed("filtered_pair", after),
        cell_score=cell_score,
        pair_paths=picked("pair_paths", chosen[:, panel.pair]),
        level_paths=picked("level_paths", chosen[:, panel.pair]),
        last=picked("last", chosen),
        last_volatility=np.array(VOLATILITY_NODES)[chosen],
        class_weight=given_all,
        last_move=max(one.last_move for one in classes),
    )


@dataclass(frozen=True)
class ClassReading:
    """What `Reading` holds, for one volatility class, and the log evidence of each step."""

    evidence: Floats  # (step,)
    directed: Floats
    pair: Floats
    level: Floats
    flare: Floats
    filtered_directed: Floats
    filtered_pair: Floats
    cell_score: Floats
    pair_paths: Floats
    level_paths: Floats
    last: Floats
    last_move: float


def read_class(
    panel: Panel, parameters: Floats, table: LikelihoodTable, n_paths: int, seed: int, draw: int
) -> ClassReading:
    """Filter, smooth and draw paths under one vector of parameters."""
    intercept = parameters[kernels.SOURCE]
    filtered = filter_panel(panel, parameters, table)
    smoothed = smooth_panel(panel, parameters, table)

    def project(mean: Floats, covariance: Floats, weights: Floats) -> Floats:
        variance = np.einsum("ri,kij,rj->kr", weights, covariance, weights, optimize=True)
        return np.stack([intercept + mean @ weights.T, np.maximum(variance, 0)])

    after, given_all = (filtered.mean, filtered.covariance), (smoothed.mean, smoothed.covariance)
    noise = normals(seed, "measure/relation/path", draw, (n_paths, panel.n_steps, kernels.N_LATENT))
    relation, level = sample_paths(panel, parameters, smoothed, noise)
    noise = normals(seed, "measure/relation/last", draw, (n_paths, panel.n_pairs, 3))
    return ClassReading(
        evidence=filtered.evidence,
        directed=project(*given_all, DIRECTIONS),
        pair=project(*given_all, PAIR),
        level=project(*given_all, LEVEL),
        flare=flare_tails(
            smoothed.mean[:, FLARE], smoothed.covariance[:, FLARE, FLARE], flare_limits()["flare"]
        ),
        filtered_directed=project(*after, DIRECTIONS),
        filtered_pair=project(*after, PAIR),
        cell_score=filtered.cell_score,
        pair_paths=intercept + relation,
        level_paths=intercept + level,
        last=sample_last(panel, filtered, noise),
        last_move=smoothed.last_move,
    )


def mix(moments: Floats, weight: Floats) -> Floats:
    """Return mean and variance of a mixture, (2, step, reading).

    ``moments`` has shape (class, 2, step, reading), ``weight`` (class, step).
    """
    mean = np.einsum("ks,ksr->sr", weight, moments[:, 0])
    square = np.einsum("ks,ksr->sr", weight, moments[:, 1] + (moments[:, 0] - mean) ** 2)
    return np.stack([mean, square])


def mixture_moments(moments: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return mean and sd of an equally weighted mixture of (mean, variance) stacks."""
    stacked = np.array(moments)  # (draw, 2, step, reading)
    mean = stacked[:, 0].mean(axis=0)
    variance = stacked[:, 1].mean(axis=0) + stacked[:, 0].var(axis=0)
    return mean, np.sqrt(variance)

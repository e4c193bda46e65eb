"""Readings under one draw of the hyper-parameters, and their mixture over draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.measure import kernels
from comity.measure.filter import filter_panel
from comity.measure.panel import Panel
from comity.measure.paths import normals, sample_last, sample_paths
from comity.measure.smoother import smooth_panel

Floats = NDArray[np.float64]
DIRECTIONS = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, -1, -1, -1]], float)
PAIR = np.array([[1, 1, 1, 0, 0, 0]], float)
LEVEL = np.array([[1, 1, 0, 0, 0, 0]], float)
"""How readings weight the latent vector: both directions, their half-sum, that without flare."""


@dataclass(frozen=True)
class Reading:
    """Means and variances of relations, intercept included, under one hyper-parameter draw.

    Moments have shape (2, step, reading): mean, then variance. Paths have shape (draw, step).
    """

    directed: Floats
    pair: Floats
    level: Floats
    filtered_directed: Floats
    filtered_pair: Floats
    cell_score: Floats  # (step, direction)
    pair_paths: Floats
    level_paths: Floats
    last: Floats  # (draw, dyad, 3)    filtered mean, level and flare after the last step
    last_move: float


def read_relations(
    panel: Panel, parameters: Floats, *, n_paths: int, seed: int, draw: int
) -> Reading:
    """Filter, smooth and draw paths under one draw of the hyper-parameters.

    ``panel`` holds every month of every pair. Random numbers depend on ``seed`` and ``draw`` only.
    """
    intercept = parameters[kernels.C]
    filtered = filter_panel(panel, parameters)
    smoothed = smooth_panel(panel, parameters)

    def project(mean: Floats, covariance: Floats, weights: Floats) -> Floats:
        variance = np.einsum("ri,kij,rj->kr", weights, covariance, weights, optimize=True)
        return np.stack([intercept + mean @ weights.T, np.maximum(variance, 0)])

    after, given_all = (filtered.mean, filtered.covariance), (smoothed.mean, smoothed.covariance)
    noise = normals(seed, "measure/relation/path", draw, (n_paths, panel.n_steps, kernels.N_LATENT))
    relation, level = sample_paths(panel, parameters, smoothed, noise)
    n_dyads = len(panel.offset) - 1
    return Reading(
        directed=project(*given_all, DIRECTIONS),
        pair=project(*given_all, PAIR),
        level=project(*given_all, LEVEL),
        filtered_directed=project(*after, DIRECTIONS),
        filtered_pair=project(*after, PAIR),
        cell_score=filtered.cell_score,
        pair_paths=intercept + relation,
        level_paths=intercept + level,
        last=sample_last(
            panel, filtered, normals(seed, "measure/relation/last", draw, (n_paths, n_dyads, 3))
        ),
        last_move=smoothed.last_move,
    )


def mixture_moments(moments: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return mean and sd of an equally weighted mixture of (mean, variance) stacks."""
    stacked = np.array(moments)  # (draw, 2, step, reading)
    mean = stacked[:, 0].mean(axis=0)
    variance = stacked[:, 1].mean(axis=0) + stacked[:, 0].var(axis=0)
    return mean, np.sqrt(variance)

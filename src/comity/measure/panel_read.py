"""Readings of every pair of a panel under one fit, in runs of pairs that fit into memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from comity.core.class_counts import ClassCounts
from comity.core.panel_readings import PanelReadings
from comity.measure import kernels
from comity.measure.class_panel import every_period, panel_of_classes
from comity.measure.filter import filter_panel
from comity.measure.likelihood_table import LikelihoodTable, likelihood_table
from comity.measure.mixture import DIRECTIONS, PAIR, mix
from comity.measure.mode import in_threads
from comity.measure.panel import Panel
from comity.measure.panel_fit import PanelFit, chunks
from comity.measure.smoother import smooth_channels
from comity.measure.volatility import class_weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WEIGHTS = np.vstack([DIRECTIONS, PAIR])  # both directions and their half-sum
JOINT = kernels.N_CHANNELS - 1  # the channel that observes the half-sum


def read_panel(
    fit: PanelFit,
    counts: ClassCounts,
    *,
    smooth: bool = False,
    n_threads: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> PanelReadings:
    """Return where every pair of the panel stands in every period.

    Parameters
    ----------
    fit
        Hyper-parameters and state effects, of the same states, stick and sources.
    counts
        Acts by class.
    smooth
        Also read every pair from all periods; about five times the work.
    n_threads
        0 uses every core; results do not depend on it.
    progress
        Called with a step's name and the share done.

    Notes
    -----
    The intervals carry the uncertainty of the pair's volatility and state, not that of the
    hyper-parameters and state effects, which hundreds of pairs pin down.
    """
    index, n_times = counts.index, len(counts.months)
    panel = replace(panel_of_classes(counts, fit.stick), start=fit.effects.start(index))
    periods = (counts.months - counts.months[0]) // counts.period_months
    filtered = np.empty((2, index.n_dyads, n_times, len(WEIGHTS)), np.float32)
    smoothed = np.empty((2, index.n_dyads if smooth else 0, n_times, 1), np.float32)
    n_threads = n_threads or os.cpu_count() or 1
    runs = chunks(index.n_dyads, n_threads)
    done = [0]

    def read(pairs: Ints) -> None:
        part = every_period(panel.of_pairs(pairs), periods)
        table = likelihood_table(part, *fit.vectors)
        kinds = [_read_class(part, vector, table, smooth) for vector in fit.vectors]
        _, weight = class_weights(part, np.array([kind[0] for kind in kinds]))
        place = slice(pairs[0], pairs[-1] + 1)
        filtered[:, place] = _moments([kind[1] for kind in kinds], weight, n_times)
        if smooth:
            last = weight[:, part.offset[1:] - 1][:, part.pair]
            smoothed[:, place] = _moments([kind[2] for kind in kinds], last, n_times)
        done[0] += 1
        if progress is not None:
            progress("reading pairs", done[0] / len(runs))

    in_threads(read, runs, n_threads)
    directed = np.empty((2, index.n_directed, n_times), np.float32)
    directed[:, index.directions] = filtered[..., :2].transpose(0, 1, 3, 2)
    trials = np.zeros((index.n_directed, n_times), np.int64)
    np.add.at(trials, (counts.directed, counts.time), sum(fit.stick.split(counts.acts)))
    n = len(index)
    return PanelReadings(
        index=index,
        months=counts.months,
        period_months=counts.period_months,
        stick=fit.stick.name,
        filtered_mean=directed[0],
        filtered_sd=directed[1],
        dyad_filtered_mean=filtered[0, ..., 2],
        dyad_filtered_sd=filtered[1, ..., 2],
        dyad_mean=smoothed[0, ..., 0],
        dyad_sd=smoothed[1, ..., 0],
        n_trials=trials,
        state_effects=fit.effects.mean.reshape(2, n),
        state_effect_sd=(fit.effects.source_sd, fit.effects.target_sd),
        hyperparameters=fit.hyperparameters,
        n_fitted_pairs=fit.n_fitted_pairs,
    )


def _read_class(
    panel: Panel, parameters: Floats, table: LikelihoodTable, smooth: bool
) -> tuple[Floats, Floats, Floats]:
    """Return a class's evidence by step, filtered and smoothed moments, (2, step, reading)."""
    filtered = filter_panel(panel, parameters, table, with_scores=False)
    intercept = parameters[kernels.SOURCE]
    after = _project(filtered.mean, filtered.covariance, WEIGHTS, intercept)
    if not smooth:
        return filtered.evidence, after, np.empty((2, 0, 1))
    means, variances = smooth_channels(panel, parameters, table)
    pair = np.stack([intercept + means[:, JOINT], np.maximum(variances[:, JOINT], 0)])
    return filtered.evidence, after, pair[..., None]


def _project(mean: Floats, covariance: Floats, weights: Floats, intercept: float) -> Floats:
    flat = covariance.reshape(len(covariance), -1)
    pick = np.einsum("ri,rj->ijr", weights, weights).reshape(-1, len(weights))
    return np.stack([intercept + mean @ weights.T, np.maximum(flat @ pick, 0)])


def _moments(kinds: list[Floats], weight: Floats, n_times: int) -> Floats:
    """Return mean and sd over volatility classes, (2, pair, time, reading)."""
    mixed = mix(np.array(kinds), weight)
    return np.stack([mixed[0], np.sqrt(mixed[1])]).reshape(2, -1, n_times, mixed.shape[2])

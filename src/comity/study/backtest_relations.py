"""Forecasts of relations by the measurement's own walk and by simple rules: mean and sd."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from comity.core.relations import Relations

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
GAINS = np.linspace(0.05, 1.0, 20)
"""Gains of the smoothing among which the one that forecast best is taken."""


def walked(relations: Relations, pairs: Ints, leads: Sequence[int]) -> tuple[Floats, Floats]:
    """Return mean and sd of the pairs some months on, (lead, pair) each.

    Level and flare of every posterior draw of the last month go on as autoregressions, without
    drivers.
    """
    start = relations.start
    mean, sd = np.empty((2, len(leads), len(pairs)))
    for place, lead in enumerate(leads):
        centre = start.intercept[:, None] + start.mean[:, pairs]
        variance = np.zeros(centre.shape)
        for part, memory, step in (
            (start.level, start.level_memory, start.level_step_sd),
            (start.flare, start.flare_memory, start.flare_step_sd),
        ):
            a = memory[:, None]
            centre = centre + a**lead * part[:, pairs]
            grown = np.where(a < 1, (1 - a ** (2 * lead)) / np.maximum(1 - a**2, 1e-12), lead)
            variance = variance + step[:, pairs] ** 2 * grown
        mean[place] = centre.mean(axis=0)
        sd[place] = np.sqrt(variance.mean(axis=0) + centre.var(axis=0))
    return mean, sd


def simple_relations(
    relations: Relations, pairs: Ints, leads: Sequence[int]
) -> dict[str, tuple[Floats, Floats]]:
    """Return mean and sd of the pairs by rule, (lead, pair) each.

    Rules read the filtered relation of each month, which knows no later row, and its variance now.
    Persistence and smoothing add the mean square of their own past errors so many months ahead.
    """
    series = relations.dyad_filtered_mean[pairs]  # (pair, time)
    now = relations.dyad_filtered_sd[pairs, -1] ** 2
    spread = relations.dyad_filtered_sd[pairs] ** 2
    n_leads, shape = len(leads), (len(leads), len(pairs))
    out: dict[str, tuple[Floats, Floats]] = {}
    for name, part in (("climatology", slice(None)), ("last twelve months", slice(-12, None))):
        mean = series[:, part].mean(axis=1)
        sd = np.sqrt(series[:, part].var(axis=1) + spread[:, part].mean(axis=1))
        out[name] = (np.tile(mean, (n_leads, 1)), np.tile(sd, (n_leads, 1)))
    pool = series.mean()
    whole = np.sqrt(series.var() + spread.mean())
    out["global mean"] = (np.full(shape, pool), np.full(shape, whole))
    persistent, smoothed = np.empty((2, 2, *shape))
    for place, lead in enumerate(leads):
        error = (series[:, lead:] - series[:, :-lead]) ** 2
        persistent[:, place] = series[:, -1], np.sqrt(now + error.mean(axis=1))
        best = min((_smoothing(series, lead, gain) for gain in GAINS), key=lambda x: x[1].mean())
        smoothed[:, place] = best[0], np.sqrt(now + best[1])
    out["persistence"] = (persistent[0], persistent[1])
    out["exponential smoothing"] = (smoothed[0], smoothed[1])
    return out


def _smoothing(series: Floats, lead: int, gain: float) -> tuple[Floats, Floats]:
    """Return the smoothed level now and the mean square of its past errors, (pair,) each."""
    level = np.empty(series.shape)
    level[:, 0] = series[:, 0]
    for t in range(1, series.shape[1]):
        level[:, t] = level[:, t - 1] + gain * (series[:, t] - level[:, t - 1])
    error = (series[:, lead:] - level[:, :-lead]) ** 2
    return level[:, -1], error.mean(axis=1)

"""Sums and means of Goldstein weights: shown beside the reading, with what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ShapeError

Floats = NDArray[np.float64]

SUM_CAUTION = (
    "A sum grows with the number of reports: where most reported acts are cooperative, more news "
    "raises it, also when the news is of a quarrel."
)
MEAN_CAUTION = (
    "A mean does not know how many acts it rests on: one act counts as much as a hundred. "
    "It has no interval."
)
WEIGHTS_CAUTION = (
    "The weights are averages of judges' ratings on an ordinal scale: that an attack is worse than "
    "a protest is known, by how many points is not."
)


@dataclass(frozen=True)
class GoldsteinScores:
    """Goldstein weights of the acts of each directed dyad and month; larger is more cooperative."""

    total: Floats  # (directed_dyad, time)                 zero without acts
    mean: Floats  # (directed_dyad, time)                  NaN without acts
    n_acts: NDArray[np.int64]  # (directed_dyad, time)
    cautions: tuple[str, ...] = (SUM_CAUTION, MEAN_CAUTION, WEIGHTS_CAUTION)


def goldstein_scores(
    weight: Floats,
    directed: NDArray[np.int64],
    time: NDArray[np.int64],
    *,
    n_directed: int,
    n_times: int,
) -> GoldsteinScores:
    """Return the sum and the mean of Goldstein weights by directed dyad and month.

    Parameters
    ----------
    weight
        Goldstein weight of each act, -10 to 8.3, (act,).
    directed, time
        Directed dyad of each act and its position in months, (act,).

    Raises
    ------
    ShapeError
        The three arrays differ in length, or an act lies outside the table.
    """
    weight = np.asarray(weight, np.float64)
    if not (weight.shape == directed.shape == time.shape) or weight.ndim != 1:
        raise ShapeError(
            "goldstein_scores: weight, directed and time must be one axis of equal length; found "
            f"{weight.shape}, {directed.shape} and {time.shape}. Give every act all three."
        )
    if len(weight) and not (
        0 <= directed.min() <= directed.max() < n_directed
        and 0 <= time.min() <= time.max() < n_times
    ):
        raise ShapeError(
            f"goldstein_scores: acts must lie within {n_directed} directed dyads and {n_times} "
            f"months; found directed dyads {directed.min()} to {directed.max()} and months "
            f"{time.min()} to {time.max()}. Count with the same states and months."
        )
    cell = np.asarray(directed, np.int64) * n_times + time
    count = np.bincount(cell, minlength=n_directed * n_times).reshape(n_directed, n_times)
    total = np.bincount(cell, weights=weight, minlength=count.size).reshape(count.shape)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return GoldsteinScores(total.astype(np.float64), mean, count.astype(np.int64))

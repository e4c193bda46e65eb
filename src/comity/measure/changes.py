"""Flares and turning points of all pairs, from the fast measurement.

Flares are Gaussian here: a month's probability is that of a mixture of Gaussians over volatility
classes and hyper-parameter draws. Turning points are counted over the joint draws of level paths.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from comity.core.changes import Changes
from comity.core.quarrels import Quarrel, TurningPoint
from comity.core.states import StateIndex
from comity.measure.kernels import MEMORY, VARIANCE
from comity.measure.model import VOLATILITY_WEIGHTS
from comity.measure.quarrels.model import quarrel_thresholds
from comity.measure.quarrels.spells import find_quarrels, find_turning_points
from comity.measure.quarrels.turning import level_changes, share_beyond

Floats = NDArray[np.float64]
Paths = NDArray[np.float32]
LEVEL, FLARE = 1, 2
"""Places of the half-sum's level and flare in the latent vector."""


def flare_tails(mean: Floats, variance: Floats, threshold: float) -> Floats:
    """Return the probabilities of a Gaussian flare below -threshold and above it, (2, ...)."""
    sd = np.sqrt(np.maximum(variance, 1e-18))
    return np.stack([ndtr((-threshold - mean) / sd), ndtr((mean - threshold) / sd)])


def find_changes(
    index: StateIndex,
    months: NDArray[np.int64],
    flare: Floats,
    paths: Paths,
    level_paths: Paths,
    usual: dict[str, float],
) -> Changes:
    """Return flares and turning points of every pair.

    Parameters
    ----------
    index
        The states; pairs in its order.
    months
        Consecutive, months since 1970-01.
    flare
        Probabilities of a flare down and up, (2, dyad, time).
    paths, level_paths
        Joint draws of the pairs' relation and level, (draw, dyad, time), in logits.
    usual
        `usual_rates`.
    """
    limits = flare_limits()
    shape = index.n_dyads, len(months)
    down, up, moved = (np.empty(shape) for _ in range(3))
    quarrels: list[Quarrel] = []
    turns: list[TurningPoint] = []
    for pair, dyad in enumerate(index.dyads):
        change = level_changes(level_paths[:, pair], int(limits["turning_months"]))
        down[pair], up[pair] = share_beyond(change, limits["turning_point"])
        moved[pair] = change.mean(axis=0)
        flares = paths[:, pair] - level_paths[:, pair]
        mean, listed = flares.mean(axis=0), limits["listed"]
        quarrels += find_quarrels(dyad, months, flare[0, pair], mean, flares, listed)
        turns += find_turning_points(
            dyad, months, down[pair], up[pair], moved[pair], listed, int(limits["turning_months"])
        )
    return Changes(
        flare_down=flare[0],
        flare_up=flare[1],
        turning_down=down,
        turning_up=up,
        level_change=moved,
        quarrels=tuple(quarrels),
        turning_points=tuple(turns),
        usual=usual,
        thresholds=limits,
        n_paths=len(level_paths),
    )


def flare_limits() -> dict[str, float]:
    """Return the judged thresholds by name."""
    return {name: entry.value for name, entry in quarrel_thresholds().items()}


def usual_rates(parameters: Sequence[Sequence[Floats]]) -> dict[str, float]:
    """Return the chances of flare and turning point in a month of which nothing is known.

    Parameters
    ----------
    parameters
        For each hyper-parameter draw the kernels' vector of each volatility class.

    Returns
    -------
    chance
        Of ``flare_down``, ``flare_up``, ``turning_down`` and ``turning_up``. Either way the same:
        the stationary law is symmetric.
    """
    limits = flare_limits()
    n = int(limits["turning_months"])
    weight = np.repeat([-1.0 / n, 1.0 / n], n)
    apart = np.abs(np.subtract.outer(np.arange(2 * n), np.arange(2 * n)))
    flares, turns = 0.0, 0.0
    for vectors in parameters:
        for vector, share in zip(vectors, VOLATILITY_WEIGHTS, strict=True):
            variance = vector[VARIANCE + LEVEL] * vector[MEMORY + LEVEL] ** apart
            spread = np.sqrt(max(weight @ variance @ weight, 1e-18))
            sd = np.sqrt(max(vector[VARIANCE + FLARE], 1e-18))
            flares += share * float(ndtr(-limits["flare"] / sd)) / len(parameters)
            turns += share * float(ndtr(-limits["turning_point"] / spread)) / len(parameters)
    return {"flare_down": flares, "flare_up": flares, "turning_down": turns, "turning_up": turns}

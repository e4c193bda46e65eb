"""Do chances come true as often as they say: reliability with consistency bands.

CORP [1]_: what happened, sorted by the chance that was said, is recalibrated by isotonic
regression, so nobody chooses bins. With S the mean Brier score, R that of the recalibrated chances
and B that of the overall frequency,

    miscalibration = S - R,    discrimination = B - R,    uncertainty = B,
    S = miscalibration - discrimination + uncertainty.

The band of each chance holds 90% of what its recalibrated frequency would be if every chance were
right: outcomes are drawn from the chances and recalibrated in the same way [2]_. Cases that hang
together come out by one number between them (yes where it lies below their chance), the strongest
dependence there is: the band then errs on the wide side.

References
----------
.. [1] Dimitriadis, Gneiting & Jordan (2021). Stable reliability diagrams for probabilistic
   classifiers. PNAS 118(8).
.. [2] Brocker & Smith (2007). Increasing the reliability of reliability diagrams. Weather and
   Forecasting 22(3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import isotonic_regression

from comity.core.scorecard import Reliability, ReliabilityPoint
from comity.judge.scores import brier_score

Floats = NDArray[np.float64]
BAND = 0.9
N_DRAWS = 1000


def reliability(
    probability: ArrayLike,
    happened: ArrayLike,
    generator: np.random.Generator,
    *,
    together: ArrayLike | None = None,
) -> Reliability:
    """Return the reliability diagram of chances and what happened, (case,) each.

    ``together`` says which cases hang together, (case,), whole numbers or words: windows of one
    unit that overlap. Without it every case is one of its own.

    Raises
    ------
    ValueError
        There is no case.
    """
    p, y = np.asarray(probability, float), np.asarray(happened, float)
    if not len(p):
        raise ValueError("a reliability diagram needs at least one forecast; found none")
    said, place, count = np.unique(p, return_inverse=True, return_counts=True)
    found = recalibrated(place, count, y)
    cluster = np.arange(len(p)) if together is None else np.unique(together, return_inverse=True)[1]
    draws = generator.uniform(size=(N_DRAWS, int(cluster.max()) + 1))[:, cluster] < p
    shown = np.array([recalibrated(place, count, draw.astype(float)) for draw in draws])
    low, high = np.quantile(shown, [(1 - BAND) / 2, (1 + BAND) / 2], axis=0)
    points = tuple(
        ReliabilityPoint(float(said[k]), int(count[k]), *map(float, (found[k], low[k], high[k])))
        for k in range(len(said))
    )
    return Reliability(points, *brier_parts(p, y))


def brier_parts(probability: ArrayLike, happened: ArrayLike) -> tuple[float, float, float]:
    """Return miscalibration, discrimination and uncertainty of the mean Brier score."""
    p, y = np.asarray(probability, float), np.asarray(happened, float)
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    score = brier_score(p, y).mean()
    best = brier_score(recalibrated(place, count, y)[place], y).mean()
    base = brier_score(y.mean(), y).mean()
    return float(score - best), float(base - best), float(base)


def recalibrated(place: NDArray[np.int64], count: NDArray[np.int64], happened: Floats) -> Floats:
    """Return the isotonic frequency of each distinct chance, ascending, (chance,).

    ``place`` is the position of each case's chance, ``count`` how many cases share it.
    """
    share = np.bincount(place, weights=happened, minlength=len(count)) / count
    return isotonic_regression(share, weights=count.astype(float)).x

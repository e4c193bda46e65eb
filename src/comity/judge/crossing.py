"""Where a curve that is known with noise crosses a level.

Between a point that is surely below the level and the next one that is surely above it, the curve
is fitted by isotonic regression and read off where the fit, joined by straight lines, meets the
level. Nothing is assumed of its shape elsewhere, so that a curve may cross several times. Surely:
by more sampling errors than any of the curve's points would show by chance once in twenty times if
the curve lay on the level. The interval of a crossing is a jackknife over batches of worlds.

References
----------
.. [1] Barlow, Bartholomew, Bremner and Brunk (1972). Statistical inference under order
   restrictions. Wiley.
.. [2] Efron (1982). The jackknife, the bootstrap and other resampling plans. SIAM.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.stats import norm, t

from comity.core.errors import ParameterError
from comity.core.thresholds import Crossing, CurveReading, Floats

FALSE_ALARM = 0.05
"""Chance that a curve lying on the level shows any point surely off it on a given side."""
TAIL = 0.1
"""Chance that a threshold lies beyond either end of its interval."""
CLOSER = 8
"""Values within a cell in which a curve crosses."""
MOST_CLOSER = 3
"""Crossings that are looked at closer, the first ones."""
ROUNDING = 1e-12
"""A curve without sampling error within this of the level lies on it."""


def read_curve(
    values: Floats, mean: Floats, se: Floats, level: float, batches: Floats | None = None
) -> CurveReading:
    """Return how a curve stands to a level, and where it crosses.

    Parameters
    ----------
    values
        (point,) increasing.
    mean, se
        (point,) the curve and its sampling errors; zero where nothing was sampled.
    level
        In the unit of the curve.
    batches
        (batch, point) means over equal parts of the worlds, whose mean is ``mean``; without them a
        crossing has no interval of its own.

    Raises
    ------
    ParameterError
        Fewer than two points, or values that do not increase.
    """
    if values.size < 2 or np.any(np.diff(values) <= 0):
        raise ParameterError(
            f"points: two or more increasing values are needed to find a crossing; found "
            f"{values.size}."
        )
    sides = _sides(mean - level, se)
    sure = np.flatnonzero(sides)
    if not sure.size:
        return CurveReading("unresolved", (), values.size)
    found = tuple(
        _cross(values, mean, se, level, batches, int(i), int(j))
        for i, j in pairwise(sure)
        if sides[i] != sides[j]
    )
    if found:
        return CurveReading("crosses", found, values.size - sure.size)
    side = int(sides[sure[0]])
    leans = bool(np.any(side * (mean - level) < 0))
    return CurveReading("above" if side > 0 else "below", (), values.size - sure.size, leans)


def closer_values(values: Floats, reading: CurveReading) -> Floats:
    """Return values within the cells in which a curve crosses, to ask it there again.

    Between two values a curve is read by a straight line. Where it bends, that misses by up to a
    part of the cell, which no sampling error knows of; asked again at `CLOSER` values within the
    cell, by about the square of ``CLOSER + 1`` less.
    """
    cells = {int(np.searchsorted(values, one.value)) for one in reading.crossings[:MOST_CLOSER]}
    parts = [
        np.linspace(values[end - 1], values[end], CLOSER + 2)[1:-1]
        for end in sorted(cells)
        if 0 < end < values.size
    ]
    return np.concatenate(parts) if parts else np.empty(0)


def _sides(gap: Floats, se: Floats) -> NDArray[np.int64]:
    """Return 1 for points surely above, -1 surely below, 0 for the rest."""
    errors = float(norm.ppf(1 - FALSE_ALARM / gap.size))
    return np.where(np.abs(gap) > np.maximum(errors * se, ROUNDING), np.sign(gap), 0).astype(int)


def _cross(
    values: Floats, mean: Floats, se: Floats, level: float, batches: Floats | None, i: int, j: int
) -> Crossing:
    part = slice(i, j + 1)
    rises = bool(mean[j] > mean[i])
    weights = _weights(se[part])

    def place(curve: Floats) -> float:
        return _meets(values[part], (curve - level) * (1 if rises else -1), weights)

    value = place(mean[part])
    if batches is None or not np.any(se[part]):
        return Crossing(value, value, value, 0.0, rises)
    n = batches.shape[0]
    total = batches[:, part].sum(axis=0)
    without = np.array([place((total - own[part]) / (n - 1)) for own in batches])
    error = float(np.sqrt((n - 1) / n * np.sum((without - without.mean()) ** 2)))
    reach = float(t.ppf(1 - TAIL, n - 1)) * error
    low, high = max(value - reach, float(values[0])), min(value + reach, float(values[-1]))
    return Crossing(value, low, high, error, rises)


def _weights(se: Floats) -> Floats:
    """Return weights by precision; a point without error among others gets the largest of them."""
    positive = se[se > 0]
    return np.ones(se.size) if not positive.size else 1 / np.maximum(se, positive.min()) ** 2


def _meets(values: Floats, gap: Floats, weights: Floats) -> float:
    """Return where the isotonic fit of a rising curve meets zero; an end if it never does."""
    fit = np.asarray(isotonic_regression(gap, weights=weights).x)
    below, above = np.flatnonzero(fit < 0), np.flatnonzero(fit > 0)
    if not below.size or not above.size:
        return float(values[0] if not below.size else values[-1])
    last, first = int(below[-1]), int(above[0])
    if first - last > 1:  # a stretch of the fit lies on the level
        return float((values[last + 1] + values[first - 1]) / 2)
    share = fit[last] / (fit[last] - fit[first])
    return float(values[last] + share * (values[first] - values[last]))

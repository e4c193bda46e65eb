"""The modes of the hyper-parameters that matter: two starts, climbed and polished."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.measure.ascent import climb
from comity.measure.mode import Mode, Objective, curvature_scale, polish
from comity.measure.model import NAMES

Floats = NDArray[np.float64]
STARTS = ((0.4, 2.0), (7.0, 0.3))  # half-life of the level over its prior median, sd of means
LEVEL_HALF_LIFE, MEAN_SD = NAMES.index("level_half_life"), NAMES.index("mean_sd")
SAME_BASIN = 0.3  # points this near to a mode, in sd, are the same one
NEGLIGIBLE = 12.0  # a mode this far below the best carries no weight, in nats


def find_modes(objective: Objective) -> tuple[Mode, ...]:
    """Return the modes that matter, best first.

    Pairs may differ for good because their means do, or because levels hardly ever return: short
    records often admit both, with a valley between. The search starts once on either side.
    """
    climbed: list[Mode] = []
    for half_life, mean_sd in STARTS:
        start = objective.start.copy()
        start[LEVEL_HALF_LIFE], start[MEAN_SD] = (
            start[LEVEL_HALF_LIFE] + np.log(half_life),
            np.log(mean_sd),
        )
        climbed.append(climb(objective, start[: objective.n_free]))
    climbed.sort(key=lambda one: -one.value)
    found: list[Mode] = []
    for one in climbed:
        if one.value < climbed[0].value - NEGLIGIBLE or any(
            _is_near(one.point, mode) for mode in found
        ):
            continue
        mode = polish(objective, one.point, one.value)
        if not any(_is_near(mode.point, other) for other in found):
            found.append(mode)
    found.sort(key=lambda mode: -mode.value)
    return tuple(mode for mode in found if mode.value > found[0].value - NEGLIGIBLE)


def _is_near(point: Floats, mode: Mode) -> bool:
    """Whether a point lies within the basin of a mode that has been polished."""
    axes, scale = curvature_scale(mode.hessian)
    return bool(np.abs((axes.T @ (point - mode.point)) / scale).max() < SAME_BASIN)

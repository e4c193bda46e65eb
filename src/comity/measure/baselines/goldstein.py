"""Exponential smoothing of the mean Goldstein score, linked to a share."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from comity.core.class_counts import QUAD_CLASSES
from comity.measure.baselines.climatology import CONCENTRATION
from comity.measure.baselines.search import Parameter

Floats = NDArray[np.float64]


@cache
def class_weights() -> tuple[float, ...]:
    """Return the judged Goldstein weight of each quad class, in the order of `QUAD_CLASSES`."""
    text = (files("comity.measure.baselines") / "class_weights.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return tuple(float(table[name.replace(" ", "_")]["weight"]) for name in QUAD_CLASSES)


@dataclass(frozen=True)
class GoldsteinSmoothing:
    """A level per directed dyad, in units of Goldstein's scale, smoothed over periods with acts.

    The level starts at the dyads' common start and moves by ``gain`` of the way to each period's
    mean score, less for few acts (``strength_acts``). The share is a logistic curve of the level.

    Parameters
    ----------
    acts
        Acts by class, (directed_dyad, time, quad_class); read up to ``t - lead`` like the rest.
    """

    acts: NDArray[np.int64] | Floats
    name: str = "Goldstein-mean ETS"
    parameters: tuple[Parameter, ...] = (
        Parameter("start_level", "linear", 2.0, -9.0, 9.0),
        Parameter("gain", "logit", 0.4, 0.02, 0.95),
        Parameter("first_gain", "logit", 0.5, 0.02, 0.98),
        Parameter("strength_acts", "log", 2.0, 0.05, 200.0),
        Parameter("link_at_zero", "linear", 0.0, -4.0, 4.0),
        Parameter("link_slope", "linear", 0.3, -3.0, 3.0),
        CONCENTRATION,
    )
    weights: tuple[float, ...] = field(default_factory=class_weights)

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return the curve's share at each smoothed level, (directed, times)."""
        start, gain, first_gain, strength, at_zero, slope, concentration = values
        known = self.acts[:, : times[-1] - lead + 1]
        volume = known.sum(axis=-1)
        mean = known @ np.array(self.weights) / np.maximum(volume, 1)
        seen = volume > 0
        is_first = seen & (np.cumsum(seen, axis=1) == 1)
        move = np.where(is_first, first_gain, gain) * volume / (volume + strength)
        level = np.full(len(known), start)
        out = np.empty((len(known), len(times)))
        for t in range(known.shape[1]):
            level = level + move[:, t] * (mean[:, t] - level)
            if t + lead >= times[0]:
                out[:, t + lead - times[0]] = level
        return expit(at_zero + slope * out), np.full(out.shape, concentration)

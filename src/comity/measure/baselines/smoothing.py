"""Exponential smoothing of a dyad's share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.measure.baselines.climatology import CONCENTRATION, POOL
from comity.measure.baselines.search import Parameter

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ExponentialSmoothing:
    """A level per directed dyad that moves part of the way to each period's share.

    The period's share is first shrunk to the level by ``strength_acts``, so a period of few acts
    moves the level less. A silent period leaves it. The level starts at the pool, and its first
    movement is by ``first_gain``, not ``gain``: the pool says less than a dyad's own past.
    """

    name: str = "exponential smoothing"
    parameters: tuple[Parameter, ...] = (
        POOL,
        Parameter("gain", "logit", 0.4, 0.02, 0.95),
        Parameter("first_gain", "logit", 0.7, 0.02, 0.98),
        Parameter("strength_acts", "log", 2.0, 0.05, 200.0),
        CONCENTRATION,
    )

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return each level as it stood at the last period known, (directed, times)."""
        pool, gain, first_gain, strength, concentration = values
        volume = successes + failures
        seen = volume > 0
        is_first = seen & (np.cumsum(seen, axis=1) == 1)
        move = np.where(is_first, first_gain, gain) * volume / (volume + strength)
        share = successes / np.maximum(volume, 1)
        level = np.full(len(successes), pool)
        out = np.empty((len(successes), len(times)))
        for t in range(times[-1] - lead + 1):
            level = level + move[:, t] * (share[:, t] - level)
            if t + lead >= times[0]:
                out[:, t + lead - times[0]] = level
        return out, np.full(out.shape, concentration)

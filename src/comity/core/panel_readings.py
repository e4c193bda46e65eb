"""Readings of a whole panel of states: what the measure room hands on about the world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.relations import share
from comity.core.states import StateIndex

Floats32 = NDArray[np.float32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PanelReadings:
    """One stick of every pair of a panel, period by period, in logits with intercept.

    ``filtered`` readings use periods up to their own, and hyper-parameters and state effects from
    all periods given. ``smoothed`` ones use all periods, and are empty where they were not wanted.
    """

    index: StateIndex
    months: NDArray[np.int64]  # (time,)             first month of each period
    period_months: int
    stick: str
    filtered_mean: Floats32  # (directed_dyad, time)
    filtered_sd: Floats32
    dyad_filtered_mean: Floats32  # (dyad, time)
    dyad_filtered_sd: Floats32
    dyad_mean: Floats32  # (dyad, time)              smoothed
    dyad_sd: Floats32
    n_trials: NDArray[np.int64]  # (directed_dyad, time)
    state_effects: Floats  # (2, state)              as a source, as a target
    state_effect_sd: tuple[float, float]
    hyperparameters: dict[str, float]
    n_fitted_pairs: int

    def share(self, dyad: str) -> Floats:
        """Return the expected share of successes of a pair, filtered, (time,)."""
        return share(self.dyad_filtered_mean[self.index.dyad_number(dyad)])

"""What changed between pairs: flares and turning points, as probabilities by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.quarrels import Quarrel, TurningPoint

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Changes:
    """Flares and turning points of every pair, month by month, from all recorded months.

    A flare lies beyond ``thresholds["flare"]``; across a turning point the level's mean of
    ``thresholds["turning_months"]`` months differs by more than ``thresholds["turning_point"]``
    from that of as many months up to and with it. NaN where a window leaves the record. ``usual``
    holds the same four probabilities for a month of which nothing is known, by name.
    """

    flare_down: Floats  # (dyad, time)
    flare_up: Floats  # (dyad, time)
    turning_down: Floats  # (dyad, time)
    turning_up: Floats  # (dyad, time)
    level_change: Floats  # (dyad, time)      posterior mean of the level's change, logit
    quarrels: tuple[Quarrel, ...]  # by pair, then in time
    turning_points: tuple[TurningPoint, ...]  # by pair, then in time
    usual: dict[str, float]
    thresholds: dict[str, float]
    n_paths: int  # draws behind a turning point's probability

    @property
    def monte_carlo_se(self) -> float:
        """Largest standard error of a turning point's probability from the number of draws."""
        return 0.5 / float(np.sqrt(max(1, self.n_paths)))

    def quarrels_of(self, dyad: str) -> tuple[Quarrel, ...]:
        """Return the listed quarrels of a pair, in time."""
        return tuple(item for item in self.quarrels if item.dyad == dyad)

    def turning_points_of(self, dyad: str) -> tuple[TurningPoint, ...]:
        """Return the listed turning points of a pair, in time."""
        return tuple(item for item in self.turning_points if item.dyad == dyad)

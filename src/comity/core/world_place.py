"""Places of a case's pairs among all pairs of the world: what the measure room hands on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WorldPlaces:
    """Where pairs stand among all pairs of an event store, month by month: 0 coldest, 100 warmest.

    Levels of different sources of events are not comparable. So the places come from a reading of
    the store alone, and say nothing of the relation measured from a case's own record.

    A place is NaN while the pair has had no act in the store, and in a month in which fewer than
    `comity.measure.world.LEAST_PAIRS` other pairs acted.
    """

    months: NDArray[np.int64]  # (time,)
    dyads: tuple[str, ...]
    place: Floats  # (dyad, time)            posterior mean percentage of pairs that stand lower
    low: Floats  # (dyad, time)              place of the 10% quantile of the pair's relation
    high: Floats  # (dyad, time)             place of its 90% quantile
    n_pairs: NDArray[np.int64]  # (time,)    pairs of the world with acts in the month
    n_states: int
    n_left_out: int  # states of the store with too few acts to be among those measured
    n_fitted_pairs: int  # pairs behind the hyper-parameters
    sources: tuple[str, ...]

    def row(self, dyad: str) -> int:
        """Return the position of a pair, given as in ``dyads``."""
        return self.dyads.index(dyad)

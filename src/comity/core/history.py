"""Recorded histories of the drivers: what the record room hands to measure and simulate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.states import StateIndex


@dataclass(frozen=True)
class EventCounts:
    """Directed acts by month, and the judged tone of each act.

    ``cooperative + conflictual`` is the volume. Tones are listed act by act, sorted by month.
    """

    index: StateIndex
    months: NDArray[np.int64]  # (time,)
    cooperative: NDArray[np.int64]  # (directed_dyad, time)
    conflictual: NDArray[np.int64]  # (directed_dyad, time)
    tone: NDArray[np.float64]  # (act,)                  -10..10
    tone_directed: NDArray[np.int64]  # (act,)           directed dyad
    tone_time: NDArray[np.int64]  # (act,)               position in months
    tone_cooperative: NDArray[np.bool_]  # (act,)
    act_row: NDArray[np.int64]  # (act,)                 position of the event in the record
    source: str = "curated chronology"

    @property
    def volume(self) -> NDArray[np.int64]:
        """Acts per directed dyad and month."""
        return self.cooperative + self.conflictual


@dataclass(frozen=True)
class DriverHistory:
    """Monthly series of the drivers that the record holds, one value per pair or state.

    Units: orientation in [-1, 1]; dispute load in thirds of severity summed over open dockets;
    mediation 1 in months with a mediating act in the last three months, else 0; agreement stock in
    depth thirds summed over agreements in force between the two.
    """

    months: NDArray[np.int64]  # (time,)
    state_orientation: NDArray[np.float64]  # (state, component, time)
    orientation: NDArray[np.float64]  # (dyad, time)
    dispute_load: NDArray[np.float64]  # (dyad, time)
    mediation: NDArray[np.float64]  # (dyad, time)
    agreement_stock: NDArray[np.float64]  # (dyad, time)

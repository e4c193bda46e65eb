"""What the acts say of relations month by month: what the measure room hands to the explain room.

A relation cannot be regressed as if it had been seen. What can be handed on without loss is the
evidence itself: for every month with acts, the Gaussian factor by which its acts entered the
measurement, and the law by which relations move when nothing is known to drive them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ShapeError
from comity.core.states import StateIndex

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
N_LATENT = 6
"""Mean, level and flare of a pair's half-sum, then of its half-difference."""
N_CHANNELS = 3
"""The first state toward the second, back, and both jointly."""


@dataclass(frozen=True)
class RelationEvidence:
    """Gaussian evidence on every pair's relation, under several draws of the measurement.

    Steps are the months of a pair in which a channel has acts; steps of pair k are ``offset[k]`` to
    ``offset[k + 1] - 1``. The relation of a channel is the half-sum of the latent vector's first
    three entries, plus that of the last three times 1, -1 or 0. All in logits, larger is warmer,
    without the intercept.
    """

    index: StateIndex
    months: Ints  # (time,)                       months since 1970-01, one a period
    period_months: int
    offset: Ints  # (dyad + 1,)
    time: Ints  # (step,)                         position in months, increasing within a pair
    site: Floats  # (draw, step, channel, 2)      precision, and precision times mean
    memory: Floats  # (draw, latent)              autoregression per period; 1 for the lasting mean
    variance: Floats  # (draw, dyad, latent)      stationary variance; of the mean, its prior's
    start: (
        Floats  # (dyad, 2)                    prior mean of the lasting half-sum, half-difference
    )

    def __post_init__(self) -> None:
        draws, steps, pairs = len(self.memory), len(self.time), self.index.n_dyads
        wanted = {
            "offset": (pairs + 1,),
            "site": (draws, steps, N_CHANNELS, 2),
            "memory": (draws, N_LATENT),
            "variance": (draws, pairs, N_LATENT),
            "start": (pairs, 2),
        }
        for name, shape in wanted.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ShapeError(
                    f"RelationEvidence.{name} must have shape {shape}; found {found}. "
                    "Give every draw, pair and step its own entry."
                )

    @property
    def n_draws(self) -> int:
        """Draws of the measurement's hyper-parameters."""
        return len(self.memory)

    @property
    def pair(self) -> Ints:
        """Pair of each step, (step,)."""
        return np.repeat(np.arange(self.index.n_dyads), np.diff(self.offset))

    def without(self, is_left_out: NDArray[np.bool_]) -> RelationEvidence:
        """Return the evidence as if the marked steps, (step,), had no acts."""
        site = self.site.copy()
        site[:, is_left_out] = 0.0
        return RelationEvidence(
            self.index, self.months, self.period_months, self.offset, self.time, site,
            self.memory, self.variance, self.start,
        )  # fmt: skip

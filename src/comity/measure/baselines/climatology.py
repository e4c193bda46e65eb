"""Baselines that know averages only: of the world, and of the dyad shrunk to the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.measure.baselines.search import Parameter

Floats = NDArray[np.float64]

POOL = Parameter("pool_share", "logit", 0.6, 0.02, 0.98)
"""Share that a dyad without history is expected to show; fitted, not the mean over acts, which a
few loud dyads would dominate."""
STRENGTH = Parameter("strength_acts", "log", 3.0, 0.05, 200.0)
"""Acts that the pool is worth beside a dyad's own."""
CONCENTRATION = Parameter("concentration", "log", 10.0, 0.3, 1000.0)


@dataclass(frozen=True)
class GlobalMean:
    """One share and one concentration for every directed dyad and period."""

    name: str = "global mean"
    parameters: tuple[Parameter, ...] = (POOL, CONCENTRATION)

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return the two fitted numbers everywhere, (directed, times)."""
        shape = (len(successes), len(times))
        return np.full(shape, values[0]), np.full(shape, values[1])


@dataclass(frozen=True)
class Climatology:
    """The dyad's mean over all its periods, shrunk to the world; no period counts for more.

    A period of n acts weighs n / (1 + n / cap): many acts of one period share its circumstances.
    """

    name: str = "climatology"
    parameters: tuple[Parameter, ...] = (
        POOL, STRENGTH, Parameter("cap_acts", "log", 30.0, 0.5, 5000.0), CONCENTRATION,
    )  # fmt: skip

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return shrunk means of all periods known, (directed, times)."""
        pool, strength, cap, concentration = values
        weight = 1 / (1 + (successes + failures) / cap)
        until = np.array(times) - lead
        own = np.cumsum(weight * successes, axis=1)[:, until]
        other = np.cumsum(weight * failures, axis=1)[:, until]
        share = (own + strength * pool) / (own + other + strength)
        return share, np.full(share.shape, concentration)


@dataclass(frozen=True)
class Persistence:
    """The share of the last period with acts, shrunk to the world by its own volume."""

    name: str = "persistence"
    parameters: tuple[Parameter, ...] = (POOL, STRENGTH, CONCENTRATION)

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return the last shares known, (directed, times); the pool where none is."""
        pool, strength, concentration = values
        period = np.where(successes + failures > 0, np.arange(successes.shape[1]), -1)
        last = np.maximum.accumulate(period, axis=1)[:, np.array(times) - lead]
        row = np.arange(len(successes))[:, None]
        own = np.where(last >= 0, successes[row, last], 0.0)
        other = np.where(last >= 0, failures[row, last], 0.0)
        share = (own + strength * pool) / (own + other + strength)
        return share, np.full(share.shape, concentration)

"""Discounted counts: the past remembered as acts that fade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.states import StateIndex
from comity.measure.baselines.climatology import POOL
from comity.measure.baselines.search import Parameter

Floats = NDArray[np.float64]

KEEP = Parameter("keep", "logit", 0.4, 0.02, 0.98)
STRENGTH = Parameter("strength_acts", "log", 2.5, 0.05, 200.0)


@dataclass(frozen=True)
class DiscountedCounts:
    """Successes and failures that fade by ``keep`` a period, and a Beta share from what is left.

    A period of n acts enters with n (1 + n / cap)^-damping acts: many acts of one period share its
    circumstances. The forecast is Beta with the faded successes and failures plus the pool's
    ``strength_acts``: its concentration is the number of acts remembered, so a well-known dyad is
    forecast sharply and an unknown one widely.
    """

    name: str = "discounted counts"
    parameters: tuple[Parameter, ...] = (
        POOL,
        KEEP,
        STRENGTH,
        Parameter("cap_acts", "log", 3.0, 0.1, 1000.0),
        Parameter("damping", "log", 0.7, 0.2, 2.0),
    )

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return mean and number of the acts remembered, (directed, times)."""
        pool, keep, strength, cap, damping = values
        acts = damped_acts(successes, failures, cap, damping)
        return _beta(faded(acts, keep, times, lead), strength, pool)


@dataclass(frozen=True)
class TwoMemories:
    """Discounted counts with a fast and a slow memory, and the other direction's acts.

    Of every act a part fades quickly, and ``slow_weight`` of it slowly, so that a dyad is known by
    its last period and by its years. Acts of the opposite direction count ``other_direction`` each.
    Goes beyond the named baselines; it is here because it is stronger than any of them.
    """

    index: StateIndex
    name: str = "discounted counts, two memories, both directions"
    parameters: tuple[Parameter, ...] = (
        POOL,
        Parameter("keep_fast", "logit", 0.05, 0.003, 0.9),
        Parameter("keep_slow", "logit", 0.7, 0.1, 0.995),
        Parameter("slow_weight", "log", 0.07, 0.003, 3.0),
        STRENGTH,
        Parameter("cap_acts", "log", 150.0, 1.0, 5000.0),
        Parameter("damping", "log", 1.0, 0.2, 3.0),
        Parameter("other_direction", "log", 0.25, 0.01, 2.0),
    )

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return mean and number of the acts remembered, (directed, times)."""
        pool, fast, slow, slow_weight, strength, cap, damping, other = values
        acts = damped_acts(successes, failures, cap, damping)
        own = faded(acts, fast, times, lead) + slow_weight * faded(acts, slow, times, lead)
        directions = self.index.directions
        opposite = np.empty(self.index.n_directed, np.int64)
        opposite[directions[:, 0]], opposite[directions[:, 1]] = directions[:, 1], directions[:, 0]
        return _beta(own + other * own[:, opposite], strength, pool)


def damped_acts(successes: Floats, failures: Floats, cap: float, damping: float) -> Floats:
    """Return what each period's acts weigh, (2, directed, time): successes, then failures."""
    weight = (1 + (successes + failures) / cap) ** -damping
    return np.stack([weight * successes, weight * failures])


def faded(acts: Floats, keep: float, times: range, lead: int) -> Floats:
    """Return the acts remembered at each of ``times``, (2, directed, times).

    An act of period s weighs keep^(t - s) at time t; those after t - lead are not known yet.
    """
    past = np.zeros(acts.shape[:2])
    out = np.empty((*acts.shape[:2], len(times)))
    for t in range(times[-1] - lead + 1):
        past = keep * (past + acts[:, :, t])
        if t + lead >= times[0]:
            out[:, :, t + lead - times[0]] = keep ** (lead - 1) * past
    return out


def _beta(remembered: Floats, strength: float, pool: float) -> tuple[Floats, Floats]:
    total = remembered.sum(axis=0) + strength
    return (remembered[0] + strength * pool) / total, total

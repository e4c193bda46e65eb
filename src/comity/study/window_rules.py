"""Baselines of whether something happens within some months, fitted to their own past forecasts.

A month t is a trial of one act: whether it happened in the months t - h + 1 to t. At a lead of h
months the rules of `comity.measure.baselines` then forecast whether it will happen in the next h,
with the likelihood of a coin. What such trials do not determine (how sure a period of many acts is)
is held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ConvergenceError
from comity.measure.baselines import (
    Baseline,
    BestPoint,
    Climatology,
    DiscountedCounts,
    ExponentialSmoothing,
    GlobalMean,
    Parameter,
    Persistence,
    Rule,
)

Floats = NDArray[np.float64]
LAST_YEAR = "last twelve months"
REFIT_YEARS = 2
_HELD = {"concentration": 10.0, "cap_acts": 1e3, "damping": 1.0}


@dataclass(frozen=True)
class Held:
    """A rule some of whose hyper-parameters are held, the others fitted."""

    rule: Rule
    held: Mapping[str, float] = field(default_factory=lambda: dict(_HELD))

    @property
    def name(self) -> str:
        """Label in tables."""
        return self.rule.name

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The hyper-parameters that are fitted."""
        return tuple(p for p in self.rule.parameters if p.name not in self.held)

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return share and concentration of the whole rule, (directed, times)."""
        free = iter(values)
        whole = [
            self.held[p.name] if p.name in self.held else next(free) for p in self.rule.parameters
        ]
        return self.rule.forecast(successes, failures, whole, times, lead)


def window_rules() -> tuple[Rule, ...]:
    """Return the rules that a yes or no can be forecast by."""
    return tuple(
        Held(rule)
        for rule in (
            GlobalMean(), Climatology(), Persistence(), ExponentialSmoothing(), DiscountedCounts()
        )
    )  # fmt: skip


@dataclass
class Fits:
    """The latest fit of every rule, so that origins of `REFIT_YEARS` years share it.

    A fit reads months up to the origin at which it was made, never later ones.
    """

    best: dict[tuple[str, ...], tuple[int, BestPoint]] = field(default_factory=dict)

    def shares(
        self, key: str, rule: Rule, successes: Floats, failures: Floats, lead: int, year: int
    ) -> tuple[Floats, Floats] | None:
        """Return share and concentration ``lead`` months after the last column, (unit,) each.

        None where there is nothing to fit to yet.
        """
        n = successes.shape[1]
        name = (key, rule.name, str(lead))
        made, best = self.best.get(name, (year - REFIT_YEARS, None))
        baseline = Baseline(rule, lead)
        baseline.best = best
        if best is None or year - made >= REFIT_YEARS:
            try:
                baseline.fit(successes, failures, n)
            except ConvergenceError:
                return None
            assert baseline.best is not None
            self.best[name] = (year, baseline.best)
        return baseline.expected(successes, failures, n - 1 + lead)


def window_trials(happened: Floats, lead: int) -> tuple[Floats, Floats]:
    """Return trials that came out yes and no, (unit, time) each, from monthly 0 and 1.

    Trial t is whether it happened in the months t - lead + 1 to t; the first months are none.
    """
    total = np.cumsum(np.pad(happened, ((0, 0), (1, 0))), axis=1)
    yes, no = np.zeros(happened.shape), np.zeros(happened.shape)
    inside = total[:, lead:] - total[:, :-lead] > 0
    yes[:, lead - 1 :], no[:, lead - 1 :] = inside, ~inside
    return yes, no


def ending_trials(holds: Floats, lead: int) -> tuple[Floats, Floats]:
    """Return trials that ended and did not, (unit, time) each, from monthly 1, 0 and NaN.

    Trial t is whether what held in month t - lead no longer holds in month t.
    """
    yes, no = np.zeros(holds.shape), np.zeros(holds.shape)
    held = holds[:, :-lead] == 1
    yes[:, lead:] = held & (holds[:, lead:] == 0)
    no[:, lead:] = held & (holds[:, lead:] == 1)
    return yes, no


def resampled_year(monthly: Floats, lead: int) -> Floats:
    """Return the chance in ``lead`` months drawn from the last twelve, (unit,); never 0 or 1.

    ``monthly`` is 1 in months in which it happened, (unit, time).
    """
    chance = (np.nansum(monthly[:, -12:], axis=1) + 0.5) / 13
    return 1 - (1 - chance) ** lead

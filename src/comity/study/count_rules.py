"""The baselines of shares of acts, as a backtest of one case can afford them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from comity.core.states import StateIndex
from comity.measure.baselines import (
    Climatology,
    DiscountedCounts,
    ExponentialSmoothing,
    GlobalMean,
    GoldsteinSmoothing,
    MinnesotaRegression,
    Parameter,
    Persistence,
    Rule,
)

Floats = NDArray[np.float64]
LAGS = 2  # of the vector autoregression, as in ``benchmarks/measure --months``
_LINK = 4  # parameters of the link to a share; those before them are the prior's


@dataclass(frozen=True)
class StandardRegression:
    """`MinnesotaRegression` with its prior held where the search for it would begin.

    Only the link from counts to a share is fitted. On one case most of the prior's parameters are
    not determined by the data, and a search over them takes minutes a fit.
    """

    regression: MinnesotaRegression
    name: str = "Minnesota BVAR"
    _counts: dict[tuple[int, int, int], Floats] = field(default_factory=dict, repr=False)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the link."""
        return self.regression.parameters[-_LINK:]

    def forecast(
        self, successes: Floats, failures: Floats, values: Sequence[float], times: range, lead: int
    ) -> tuple[Floats, Floats]:
        """Return shares linked to the counts forecast, (directed, times)."""
        offset, at_zero, slope, concentration = values
        key = (times.start, times.stop, lead)
        if key not in self._counts:
            prior = tuple(p.start for p in self.regression.parameters[:-_LINK])
            self._counts[key] = self.regression.median_counts(prior, times, lead)
        counts = self._counts[key]
        good, bad = counts[..., :2].sum(axis=-1), counts[..., 2:].sum(axis=-1)
        share = expit(at_zero + slope * np.log((good + offset) / (bad + offset)))
        return share, np.full(share.shape, concentration)


def count_rules(index: StateIndex, acts: NDArray[np.int64]) -> tuple[Rule, ...]:
    """Return the seven named baselines of shares, on acts (directed_dyad, time, quad_class)."""
    return (
        GlobalMean(),
        Climatology(),
        Persistence(),
        ExponentialSmoothing(),
        DiscountedCounts(),
        GoldsteinSmoothing(acts),
        StandardRegression(MinnesotaRegression(index, acts, 1, LAGS)),
    )

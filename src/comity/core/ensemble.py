"""Ensembles of futures and paired comparisons: what the simulate room hands to the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from comity.core.months import month_text
from comity.core.outcomes import Outcome
from comity.core.states import StateIndex

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OutcomeEstimate:
    """How often an outcome happens, and how much of the doubt is ignorance.

    ``low`` and ``high`` hold 80% of what is not known about the parameters (10% and 90% quantiles
    of the probability over parameter draws, the sampling noise of each draw taken out).
    ``ignorance_share`` is the part of the outcome's variance that better knowledge of the
    parameters would remove; the rest is chance.
    """

    outcome: Outcome
    probability: float
    monte_carlo_se: float
    low: float
    high: float
    ignorance_share: float


@dataclass(frozen=True)
class Ensemble:
    """Summaries of many futures of one scenario."""

    scenario: str
    title: str
    n_members: int
    n_draws: int
    seed: int
    index: StateIndex
    months: NDArray[np.int64]  # (time,)            first new month to horizon
    quantile_levels: tuple[float, ...]
    relation_quantiles: Floats  # (quantile, dyad, time)    logit
    relation_mean: Floats  # (dyad, time)
    relation_sd: Floats  # (dyad, time)
    relation_ignorance_share: Floats  # (dyad, time)        part of variance between draws
    dispute_open: Floats  # (dyad, time)                    share of futures with an open dispute
    outcomes: tuple[OutcomeEstimate, ...]
    n_out_of_range: int = 0
    paths: NDArray[np.float32] | None = None  # (member, dyad, time), on request
    events: dict[str, NDArray[Any]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def estimate(self, outcome_id: str) -> OutcomeEstimate:
        """Return the estimate of one outcome."""
        return next(item for item in self.outcomes if item.outcome.id == outcome_id)

    def to_xarray(self) -> xr.Dataset:
        """Return the relation summaries with named dimensions."""
        import xarray as xr

        return xr.Dataset(
            {
                "relation": (("quantile", "dyad", "time"), self.relation_quantiles),
                "relation_mean": (("dyad", "time"), self.relation_mean),
                "relation_sd": (("dyad", "time"), self.relation_sd),
                "ignorance_share": (("dyad", "time"), self.relation_ignorance_share),
                "dispute_open": (("dyad", "time"), self.dispute_open),
            },
            coords={
                "quantile": list(self.quantile_levels),
                "dyad": list(self.index.dyads),
                "time": [month_text(int(month)) for month in self.months],
            },
            attrs={"scenario": self.scenario, "n_members": self.n_members, "seed": self.seed},
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per outcome."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "outcome": item.outcome.id,
                    "words": item.outcome.words,
                    "probability": item.probability,
                    "monte_carlo_se": item.monte_carlo_se,
                    "low": item.low,
                    "high": item.high,
                    "ignorance_share": item.ignorance_share,
                }
                for item in self.outcomes
            ]
        )

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False)


@dataclass(frozen=True)
class OutcomeContrast:
    """Difference in one outcome's probability between two scenarios on the same random numbers.

    ``low`` and ``high`` hold 80% of what is not known about the parameters, as in
    `OutcomeEstimate`. ``variance_reduction`` is the variance of the difference with independent
    random numbers over the variance reached with shared ones.
    """

    outcome: Outcome
    probability: float
    against_probability: float
    difference: float
    monte_carlo_se: float
    low: float
    high: float
    ignorance_share: float
    variance_reduction: float


@dataclass(frozen=True)
class Contrast:
    """Paired differences of one scenario against another on the same random numbers."""

    scenario: str
    against: str
    title: str
    n_members: int
    n_draws: int
    seed: int
    index: StateIndex
    months: NDArray[np.int64]  # (time,)
    outcomes: tuple[OutcomeContrast, ...]
    relation_difference: Floats  # (dyad, time)         mean, logit
    relation_monte_carlo_se: Floats  # (dyad, time)
    relation_low: Floats  # (dyad, time)                10% over parameter draws
    relation_high: Floats  # (dyad, time)               90%
    relation_spread: Floats  # (dyad, time)             sd of the baseline's futures
    relation_variance_reduction: Floats  # (dyad, time)
    settings: dict[str, Any] = field(default_factory=dict)

    def estimate(self, outcome_id: str) -> OutcomeContrast:
        """Return the contrast of one outcome."""
        return next(item for item in self.outcomes if item.outcome.id == outcome_id)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per outcome."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "outcome": item.outcome.id,
                    "words": item.outcome.words,
                    "probability": item.probability,
                    "against": item.against_probability,
                    "difference": item.difference,
                    "monte_carlo_se": item.monte_carlo_se,
                    "low": item.low,
                    "high": item.high,
                    "variance_reduction": item.variance_reduction,
                }
                for item in self.outcomes
            ]
        )

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False)

"""Measured relations: what the measure room hands to the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.core.changes import Changes
from comity.core.months import month_text
from comity.core.states import StateIndex

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Floats = NDArray[np.float64]
QUANTILE_LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


def share(logit: ArrayLike) -> Floats:
    """Return the expected share of cooperative acts for a relation in logit units."""
    return 1 / (1 + np.exp(-np.asarray(logit, np.float64)))


@dataclass(frozen=True)
class RelationStart:
    """Joint posterior draws of where every pair stands in the last recorded month.

    All in logit units on the mean of the two directions; the first axis is the parameter draw.
    The relation shown is ``intercept + mean + level + flare``.
    """

    intercept: Floats  # (draw,)            intercept of the reference source
    mean: Floats  # (draw, dyad)            lasting mean of the pair
    level: Floats  # (draw, dyad)           slow level, deviation from the mean
    flare: Floats  # (draw, dyad)           fast component
    level_memory: Floats  # (draw,)         monthly autoregression of the level
    level_step_sd: Floats  # (draw, dyad)   sd of one month's step of the pair's level
    flare_memory: Floats  # (draw,)
    flare_step_sd: Floats  # (draw, dyad)   sd of one month's step of the pair's flare
    month: int = 0

    @property
    def relation(self) -> Floats:
        """Relation in logit units, shape (draw, dyad)."""
        return self.intercept[:, None] + self.mean + self.level + self.flare


@dataclass(frozen=True)
class PredictiveScore:
    """One-step log score of cooperation given volume, beside a baseline on the same cells."""

    baseline: str
    n_cells: int
    model_mean: float
    baseline_mean: float
    difference_low: float
    difference_high: float

    @property
    def difference(self) -> float:
        """Mean gain over the baseline, in nats per cell."""
        return self.model_mean - self.baseline_mean


@dataclass(frozen=True)
class Relations:
    """The relation of every pair, month by month.

    Values are logits of the expected share of cooperative acts; larger is warmer. ``smoothed``
    arrays use every recorded month and serve charts of history; ``filtered`` arrays at month t use
    rows up to t only and serve forecasts. Both carry the uncertainty of the hyper-parameters.
    """

    index: StateIndex
    months: NDArray[np.int64]  # (time,)
    mean: Floats  # (directed_dyad, time)         smoothed
    sd: Floats  # (directed_dyad, time)           smoothed
    filtered_mean: Floats  # (directed_dyad, time)
    filtered_sd: Floats  # (directed_dyad, time)
    dyad_mean: Floats  # (dyad, time)             smoothed mean of the two directions
    dyad_sd: Floats  # (dyad, time)
    level_mean: Floats  # (dyad, time)            smoothed, lasting mean and slow level, no flare
    level_sd: Floats  # (dyad, time)
    dyad_filtered_mean: Floats  # (dyad, time)
    dyad_filtered_sd: Floats  # (dyad, time)
    paths: NDArray[np.float32]  # (draw, dyad, time)       joint smoothed draws of the pair relation
    level_paths: NDArray[np.float32]  # (draw, dyad, time)
    n_events: NDArray[np.int64]  # (directed_dyad, time)
    changes: Changes  # flares and turning points, smoothed
    start: RelationStart
    reference_source: str
    hyperparameters: dict[str, tuple[float, float, float]]  # 5%, 50%, 95% of the posterior
    hyperparameter_draws: Floats = field(default_factory=lambda: np.empty((0, 0)))
    """Equally weighted posterior draws, (draw, hyper-parameter), order of ``hyperparameters``."""
    scores: tuple[PredictiveScore, ...] = ()
    notes: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)

    def dyad_quantiles(self, dyad: str) -> Floats:
        """Return quantiles of the pair's expected cooperative share, shape (quantile, time).

        Levels are `QUANTILE_LEVELS`; from the posterior draws of the pair's relation.
        """
        number = self.index.dyad_number(dyad)
        return share(np.quantile(self.paths[:, number, :], QUANTILE_LEVELS, axis=0))

    def own_percentile(self, dyad: str) -> Floats:
        """Return each month's posterior-mean percentile in the dyad's own history, (time,)."""
        number = self.index.dyad_number(dyad)
        ranks = self.paths[:, number, :].argsort(axis=1).argsort(axis=1)
        return 100 * ranks.mean(axis=0) / max(1, len(self.months) - 1)

    def to_xarray(self) -> xr.Dataset:
        """Return moments and the probabilities of changes with named dimensions."""
        import xarray as xr

        directed = ("directed_dyad", "time")
        pair = ("dyad", "time")
        return xr.Dataset(
            {
                "mean": (directed, self.mean),
                "sd": (directed, self.sd),
                "filtered_mean": (directed, self.filtered_mean),
                "filtered_sd": (directed, self.filtered_sd),
                "n_events": (directed, self.n_events),
                "dyad_mean": (pair, self.dyad_mean),
                "dyad_sd": (pair, self.dyad_sd),
                "level_mean": (pair, self.level_mean),
                "level_sd": (pair, self.level_sd),
                "flare_down": (pair, self.changes.flare_down),
                "flare_up": (pair, self.changes.flare_up),
                "turning_down": (pair, self.changes.turning_down),
                "turning_up": (pair, self.changes.turning_up),
            },
            coords={
                "directed_dyad": list(self.index.directed_dyads),
                "dyad": list(self.index.dyads),
                "time": [month_text(int(month)) for month in self.months],
            },
            attrs={"unit": "logit of the expected share of cooperative acts", "sign": "warmth"},
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per dyad and month: relation, sd, share with its 80% interval, changes."""
        import pandas as pd

        rows: list[pd.DataFrame] = []
        for number, dyad in enumerate(self.index.dyads):
            quantiles = self.dyad_quantiles(dyad)
            rows.append(
                pd.DataFrame(
                    {
                        "dyad": dyad,
                        "month": [month_text(int(month)) for month in self.months],
                        "relation": self.dyad_mean[number],
                        "sd": self.dyad_sd[number],
                        "share": share(self.dyad_mean[number]),
                        "share_low": quantiles[0],
                        "share_high": quantiles[-1],
                        "flare_down": self.changes.flare_down[number],
                        "flare_up": self.changes.flare_up[number],
                        "turning_down": self.changes.turning_down[number],
                        "turning_up": self.changes.turning_up[number],
                    }
                )
            )
        return pd.concat(rows, ignore_index=True)

    def _repr_html_(self) -> str:
        return self.to_frame().groupby("dyad").tail(1).to_html(index=False)

"""How much is reported between states: what the measure room hands on about volume."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from comity.core.months import month_text
from comity.core.states import StateIndex

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
ATTENTION_QUANTILES = (0.1, 0.5, 0.9)
"""Levels of ``log_rate_quantiles`` and of every interval of counts."""


@dataclass(frozen=True)
class PredictiveCounts:
    """Acts expected in the months after the record, by directed dyad."""

    months: NDArray[np.int64]  # (time,)                    months since 1970-01
    mean: Floats  # (directed_dyad, time)                   acts
    quantiles: NDArray[np.int64]  # (quantile, directed_dyad, time), levels `ATTENTION_QUANTILES`
    zero_prob: Floats  # (directed_dyad, time)              probability of a month without acts


@dataclass(frozen=True)
class Attention:
    """The rate of acts of every directed dyad, month by month, apart from the common month factor.

    All readings at month t use acts up to t; hyper-parameters come from all months given. A month
    without acts is an observation here: it says that little was reported. Nothing of this enters
    the relation, which is read from the mix of acts given their number.
    """

    index: StateIndex
    months: NDArray[np.int64]  # (time,)
    n_acts: NDArray[np.int64]  # (directed_dyad, time)
    log_rate_mean: Floats  # (directed_dyad, time)   log of acts a month at the common factor 1
    log_rate_sd: Floats  # (directed_dyad, time)
    log_rate_quantiles: Floats  # (quantile, directed_dyad, time)
    common_factor: Floats  # (time,)                 volume of all dyads against their own rates
    predictive_mean: Floats  # (directed_dyad, time) one step, from earlier months only
    predictive_sd: Floats  # (directed_dyad, time)
    log_score: Floats  # (directed_dyad, time)       log probability of what came, nats
    pit: Floats  # (2, directed_dyad, time)          predictive distribution below and up to it
    log_grid: Floats  # (grid,)
    last: Floats  # (directed_dyad, grid)            posterior of the log rate after the last month
    last_common: tuple[
        float, float
    ]  # log of the common factor after the last month: mean, variance
    hyperparameters: dict[str, float]
    notes: tuple[str, ...] = field(default=())

    @property
    def relative(self) -> Floats:
        """Rate over the dyad's own usual rate up to then, (quantile, directed_dyad, time).

        1 is usual, 2 twice the usual; usual is the geometric mean of the readings so far. The
        interval is that of the month's rate; the usual rate is taken as known.
        """
        usual = np.cumsum(self.log_rate_mean, axis=1) / np.arange(1, len(self.months) + 1)
        return np.exp(self.log_rate_quantiles - usual)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per directed dyad and month."""
        import pandas as pd

        n_times = len(self.months)
        low, middle, high = (level.ravel() for level in self.relative)
        return pd.DataFrame(
            {
                "directed_dyad": np.repeat(self.index.directed_dyads, n_times),
                "month": [month_text(int(month)) for month in self.months] * self.index.n_directed,
                "n_acts": self.n_acts.ravel(),
                "rate": np.exp(self.log_rate_quantiles[1]).ravel(),
                "attention": middle,
                "attention_low": low,
                "attention_high": high,
                "predictive_mean": self.predictive_mean.ravel(),
            }
        )

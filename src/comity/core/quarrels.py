"""Level and flare of pairs of states: what was counted, and what it says about quarrels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ParameterError, ShapeError, nearest_match
from comity.core.months import month_text

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
QUARREL_QUANTILES = (0.05, 0.1, 0.5, 0.9, 0.95)
"""Levels of every ``_quantiles`` array."""


@dataclass(frozen=True)
class PairActs:
    """Acts of one pair by month, both directions pooled, and judged tones where there are any.

    A month without acts observes nothing: silence is not coolness.
    """

    dyad: str
    months: NDArray[np.int64]  # (time,)         consecutive, months since 1970-01
    cooperative: NDArray[np.int64]  # (time,)
    volume: NDArray[np.int64]  # (time,)         acts of all classes
    tone: Floats = field(default_factory=lambda: np.empty(0))  # (act,)       -10..10
    tone_time: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))  # (act,)
    tone_cooperative: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))

    def __post_init__(self) -> None:
        where, shape = f"PairActs of {self.dyad}", self.months.shape
        if self.months.ndim != 1 or len(self.months) == 0:
            raise ShapeError(f"{where}: months must be one axis, not empty; found {shape}.")
        if not (self.cooperative.shape == self.volume.shape == shape):
            raise ShapeError(
                f"{where}: cooperative and volume must have the shape of months, {shape}; found "
                f"{self.cooperative.shape} and {self.volume.shape}. Count every month once."
            )
        if (np.diff(self.months) != 1).any():
            raise ParameterError(
                f"{where}: months must be consecutive; found a gap after "
                f"{month_text(int(self.months[np.flatnonzero(np.diff(self.months) != 1)[0]]))}. "
                "Give silent months zero acts."
            )
        wrong = (self.cooperative < 0) | (self.cooperative > self.volume)
        if wrong.any():
            t = int(np.flatnonzero(wrong)[0])
            raise ParameterError(
                f"{where}, {month_text(int(self.months[t]))}: 0 <= cooperative <= volume must "
                f"hold; found {self.cooperative[t]} of {self.volume[t]}. Count the acts anew."
            )
        if not (self.tone.shape == self.tone_time.shape == self.tone_cooperative.shape):
            raise ShapeError(
                f"{where}: tone, tone_time and tone_cooperative must have one entry per judged "
                f"act; found {self.tone.shape}, {self.tone_time.shape} and "
                f"{self.tone_cooperative.shape}. Give every tone its month and class."
            )


@dataclass(frozen=True)
class Quarrel:
    """A spell of months that are more likely than not in a flare down."""

    dyad: str
    onset: int  # first month, months since 1970-01
    n_months: int
    deepest: int  # month of the lowest posterior mean of the flare
    depth: float  # posterior mean of the flare's minimum over the spell, logit, negative
    probability: float  # largest monthly probability of a flare down in the spell

    def as_dict(self) -> dict[str, str | int | float]:
        """Return the quarrel as it appears in JSON output."""
        return {
            "dyad": self.dyad,
            "onset": month_text(self.onset),
            "n_months": self.n_months,
            "deepest": month_text(self.deepest),
            "depth": self.depth,
            "probability": self.probability,
        }


@dataclass(frozen=True)
class TurningPoint:
    """A run of months across which the level more likely than not changed one way.

    The run is told by its likeliest month: the last month of the earlier of the two windows.
    """

    dyad: str
    month: int  # likeliest, months since 1970-01
    is_up: bool
    first: int  # of the run, months since 1970-01
    last: int
    change: float  # posterior mean of the level's change across the month, logit
    probability: float  # of a change beyond the threshold, at that month

    def as_dict(self) -> dict[str, str | float]:
        """Return the turning point as it appears in JSON output."""
        return {
            "dyad": self.dyad,
            "month": month_text(self.month),
            "direction": "up" if self.is_up else "down",
            "first": month_text(self.first),
            "last": month_text(self.last),
            "change": self.change,
            "probability": self.probability,
        }


@dataclass(frozen=True)
class PairQuarrels:
    """What one pair's acts say about its level and its flares, month by month.

    Logit units of the expected share of cooperative acts, larger is warmer; relation = level +
    flare. Plain names use all months of the record; ``filtered`` ones, at month t, months up to t
    (hyper-parameters aside). Turning points compare the level's mean in the six months after a
    month with that in the six months up to and including it; NaN where a window leaves the record.
    """

    dyad: str
    months: NDArray[np.int64]  # (time,)
    n_acts: NDArray[np.int64]  # (time,)
    flare_down: Floats  # (time,)               P(flare < -threshold)
    flare_up: Floats  # (time,)                 P(flare > +threshold)
    filtered_flare_down: Floats  # (time,)
    filtered_flare_up: Floats  # (time,)
    turning_down: Floats  # (time,)             P(change of the level < -threshold)
    turning_up: Floats  # (time,)
    level_change: Floats  # (time,)             posterior mean of that change
    level_mean: Floats  # (time,)
    level_sd: Floats  # (time,)
    level_quantiles: Floats  # (quantile, time)
    relation_mean: Floats  # (time,)
    relation_sd: Floats  # (time,)
    relation_quantiles: Floats  # (quantile, time)
    flare_mean: Floats  # (time,)
    flare_sd: Floats  # (time,)
    filtered_level_mean: Floats  # (time,)
    filtered_level_sd: Floats  # (time,)
    filtered_relation_mean: Floats  # (time,)
    filtered_relation_sd: Floats  # (time,)
    filtered_relation_quantiles: Floats  # (quantile, time)
    level_paths: NDArray[np.float32]  # (draw, time)     joint posterior draws
    flare_paths: NDArray[np.float32]  # (draw, time)
    log_score: Floats  # (time,)                one-step log predictive density, 0 in silence
    quarrels: tuple[Quarrel, ...]
    turning_points: tuple[TurningPoint, ...] = ()

    def lasting_change(self, month: int, window_months: int = 6) -> Floats:
        """Return draws of the level's change across a month: after it, less up to and with it.

        Parameters
        ----------
        month
            Last month of the earlier window, months since 1970-01.
        window_months
            Length of either window; cut short where the record begins or ends.
        """
        t = int(month - self.months[0])
        if not 0 <= t < len(self.months) - 1:
            raise ParameterError(
                f"{self.dyad}: the month must leave months on either side within "
                f"{month_text(int(self.months[0]))} to {month_text(int(self.months[-1]))}; found "
                f"{month_text(month)}. Choose a month inside the record."
            )
        before = self.level_paths[:, max(0, t + 1 - window_months) : t + 1].mean(axis=1)
        after = self.level_paths[:, t + 1 : t + 1 + window_months].mean(axis=1)
        return np.asarray(after - before, np.float64)

    def flare_between(self, first: int, last: int, threshold: float = 0.7) -> float:
        """Return the probability that at least one month from first to last is in a flare down.

        From the joint path draws; months since 1970-01, both ends included, cut to the record.
        ``threshold`` is in logits, positive; a draw exactly on it counts one half.
        """
        begin, end = (int(month - self.months[0]) for month in (first, last))
        part = self.flare_paths[:, max(0, begin) : max(0, end + 1)]
        if part.shape[1] == 0:
            raise ParameterError(
                f"{self.dyad}: first and last must enclose months of the record, "
                f"{month_text(int(self.months[0]))} to {month_text(int(self.months[-1]))}; found "
                f"{month_text(first)} to {month_text(last)}. Choose months inside it."
            )
        beyond = -threshold - part.min(axis=1).astype(np.float64)
        return float((beyond > 1e-4).mean() + 0.5 * (np.abs(beyond) <= 1e-4).mean())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per month: acts, probabilities, level, flare and relation."""
        import pandas as pd

        names = (
            "n_acts", "flare_down", "flare_up", "filtered_flare_down", "filtered_flare_up",
            "turning_down", "turning_up", "level_change", "level_mean", "level_sd", "flare_mean",
            "flare_sd", "relation_mean", "relation_sd",
        )  # fmt: skip
        head = {"dyad": self.dyad, "month": [month_text(int(month)) for month in self.months]}
        return pd.DataFrame(head | {name: getattr(self, name) for name in names})


@dataclass(frozen=True)
class QuarrelReading:
    """Level and flare of several pairs under the same hyper-parameters."""

    pairs: tuple[PairQuarrels, ...]
    hyperparameters: dict[str, tuple[float, float, float]]  # 5%, 50%, 95% of the draws used
    thresholds: dict[str, float]
    notes: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)

    def pair(self, dyad: str) -> PairQuarrels:
        """Return the reading of one pair."""
        for pair in self.pairs:
            if pair.dyad == dyad:
                return pair
        known = [pair.dyad for pair in self.pairs]
        raise ParameterError(
            f'no pair "{dyad}" in this reading. {nearest_match(dyad, known)}'.rstrip()
        )

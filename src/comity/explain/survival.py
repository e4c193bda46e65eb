"""How long things last: the Kaplan-Meier curve, its median, and chances by way of ending.

    S(t) = Π_{s <= t} (1 - d_s / n_s)                       Kaplan and Meier 1958
    var log(-log S) = Σ d_s / (n_s (n_s - d_s)) / log(S)²   Greenwood, on the log-log scale
    F_k(t) = Σ_{s <= t} S(s-) d_ks / n_s                    chance of ending in way k by t

Intervals lie within 0 and 1 by construction; the median's is where those of the curve cross one
half (Brookmeyer and Crowley 1982).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError, ShapeError
from comity.explain.coefficients import Interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class SurvivalCurve:
    """Share still standing by time, a step at every time of an end."""

    time: Floats  # (step,)
    survival: Floats  # (step,)             just after the step
    low: Floats  # (step,)
    high: Floats  # (step,)
    at_risk: Ints  # (step,)
    n_ended: Ints  # (step,)
    incidence: Floats  # (step, way)        chance of having ended in each way
    n_units: int
    level: float

    def at(self, time: float) -> Interval:
        """Return the share still standing at a time, with its interval.

        Raises
        ------
        NotEstimableError
            Nothing was watched for that long.
        """
        step = int(np.searchsorted(self.time, time, side="right")) - 1
        if step < 0:
            return Interval(1.0, 1.0, 1.0)
        if time > self.longest:
            raise NotEstimableError(
                f"survival at {time:g}: something must be watched that long; found at most "
                f"{self.longest:g}. Ask for an earlier time."
            )
        return Interval(*(float(x[step]) for x in (self.survival, self.low, self.high)))

    longest: float = np.inf

    def ended(self, way: int, time: float) -> float:
        """Return the chance of having ended in a way by a time."""
        step = int(np.searchsorted(self.time, time, side="right")) - 1
        return 0.0 if step < 0 else float(self.incidence[step, way])

    @property
    def median(self) -> Interval:
        """Time by which half have ended; NaN for an end of the interval that is never reached."""
        return Interval(*(_crossing(self.time, x) for x in (self.survival, self.low, self.high)))


def _crossing(time: Floats, share: Floats) -> float:
    below = np.flatnonzero(share <= 0.5)
    return float(time[below[0]]) if len(below) else float("nan")


def fit_survival(
    duration: Floats, way: Ints, *, n_ways: int = 1, level: float = 0.95
) -> SurvivalCurve:
    """Return the Kaplan-Meier curve of durations, some of them cut short.

    Parameters
    ----------
    duration
        Time until the end, or until watching stopped, (unit,); none below 0.
    way
        How each ended, from 0; -1 where it still stood when watching stopped, (unit,).
    n_ways
        How many ways there are.
    level
        Share that the pointwise intervals hold.

    Raises
    ------
    ShapeError
        The two differ in length, or a duration is negative or not a number.
    NotEstimableError
        Nothing ended.
    """
    duration = np.asarray(duration, float)
    if len(duration) != len(way) or not (duration >= 0).all():
        raise ShapeError(
            f"fit_survival needs a duration of 0 or more for each of {len(way)} units; found "
            f"{len(duration)}, the least {duration.min(initial=np.inf):g}. Give each one."
        )
    ended = way >= 0
    if not ended.any():
        raise NotEstimableError(
            f"survival: something must have ended; found {len(way)} units that all still stand. "
            "Report their number."
        )
    time = np.unique(duration[ended])
    at_risk = len(duration) - np.searchsorted(np.sort(duration), time, side="left")
    by_way = np.stack(
        [np.bincount(np.searchsorted(time, duration[way == k]), minlength=len(time))
         for k in range(n_ways)], axis=1,
    )  # fmt: skip
    gone = by_way.sum(axis=1)
    survival = np.cumprod(1 - gone / at_risk)
    before = np.concatenate([[1.0], survival[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(gone / (at_risk * (at_risk - gone)))
        wide = NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = survival ** np.exp(wide), survival ** np.exp(-wide)
    emptied = survival <= 0  # nobody left: the last interval says nothing new
    low, high = np.where(emptied, 0.0, low), np.where(emptied, 0.0, high)
    return SurvivalCurve(
        time=time, survival=survival, low=low, high=high, at_risk=at_risk, n_ended=gone,
        incidence=np.cumsum(before[:, None] * by_way / at_risk[:, None], axis=0),
        n_units=len(duration), level=level, longest=float(duration.max()),
    )  # fmt: skip

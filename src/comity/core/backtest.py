"""Backtests: what was said at earlier months, scored by what then happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.scorecard import Reliability

Floats = NDArray[np.float64]
LEADS = (1, 3, 6, 12)
"""Horizons of a backtest, in months."""
N_PIT_BINS = 10
"""Bins of a histogram of probability integral transforms."""


@dataclass(frozen=True)
class Losses:
    """Scores of several methods on the same cases, smaller is better.

    A case is an origin, a lead and a unit (a directed dyad, a pair, a state, an agreement). A
    method that cannot answer, and a case of which nothing is known, is NaN. The first method is
    comity's own.
    """

    target: str
    score: str
    unit: str
    methods: tuple[str, ...]
    units: tuple[str, ...]
    values: Floats  # (method, origin, lead, unit)


@dataclass(frozen=True)
class Chances:
    """Chances of a target that comes out yes or no, beside what happened; NaN as in `Losses`."""

    target: str
    methods: tuple[str, ...]
    units: tuple[str, ...]
    probability: Floats  # (method, origin, lead, unit)
    happened: Floats  # (origin, lead, unit)    1 yes, 0 no


@dataclass(frozen=True)
class Transforms:
    """Where what came lay in the forecast: probability integral transforms, spread over bins.

    ``mass`` of a case sums to 1 over bins and is 1 / bin in expectation if the forecast is honest;
    ``spread`` is its standard deviation then. ``forecast_sd`` is the standard deviation of the
    forecast itself, in ``unit``: how sharp it is. NaN as in `Losses`.
    """

    target: str
    methods: tuple[str, ...]
    units: tuple[str, ...]
    mass: Floats  # (method, origin, lead, unit, bin)
    spread: Floats  # (method, origin, lead, unit, bin)
    forecast_sd: Floats  # (method, origin, lead, unit)
    unit: str  # of ``forecast_sd``


@dataclass(frozen=True)
class Backtest:
    """Every target's scores at every origin, and what calibration is read from."""

    case: str
    origins: NDArray[np.int64]  # (origin,)    last month known, months since 1970-01
    leads: tuple[int, ...]
    losses: tuple[Losses, ...]
    notes: tuple[str, ...] = ()
    chances: tuple[Chances, ...] = ()
    transforms: tuple[Transforms, ...] = ()


@dataclass(frozen=True)
class MethodGain:
    """What comity's own method gains over another at one lead.

    ``gain`` is the other's mean score less comity's, above 0 where comity is better, on the ``n``
    cases that both answered; ``low`` to ``high`` holds 95% and is NaN with too few blocks of
    months. ``detectable`` is the smallest true gain that so much data would show with a chance of
    0.8.
    """

    target: str
    score: str
    lead: int
    ours: str
    method: str
    n: int
    our_mean: float
    mean: float
    gain: float
    low: float
    high: float
    detectable: float


@dataclass(frozen=True)
class PitBin:
    """Share of cases whose transform lies in one bin, and the 90% band of honest forecasts."""

    share: float
    low: float
    high: float

    @property
    def is_inside(self) -> bool:
        """Whether the share lies in its band."""
        return self.low <= self.share <= self.high


@dataclass(frozen=True)
class Calibration:
    """Whether a method's forecasts of a target meant what they said, at one lead.

    Chances of yes or no have a ``reliability``, whole distributions a histogram ``pit`` of their
    probability integral transforms, bins from 0 to 1, and a mean ``sharpness``, the standard
    deviation of the forecast in ``unit``. The first method is comity's own; the others'
    reliability has no points, only the parts of the mean Brier score.
    """

    target: str
    lead: int
    method: str
    n: int
    reliability: Reliability | None = None
    pit: tuple[PitBin, ...] = ()
    sharpness: float = float("nan")
    unit: str = ""

"""Backtests: what was said at earlier months, scored by what then happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEADS = (1, 3, 6, 12)
"""Horizons of a backtest, in months."""


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
class Backtest:
    """Every target's scores at every origin."""

    case: str
    origins: NDArray[np.int64]  # (origin,)    last month known, months since 1970-01
    leads: tuple[int, ...]
    losses: tuple[Losses, ...]
    notes: tuple[str, ...] = ()


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

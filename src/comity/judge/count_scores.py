"""Scores of forecasts of counts: mixtures of beta-binomials beside what was counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from comity.core.backtest import N_PIT_BINS
from comity.core.count_forecasts import CountForecast
from comity.judge.scores import ranked_probability_score
from comity.judge.transforms import count_transform

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST_SHARE = 1e-6
"""Shares are kept this far from 0 and 1, for every method alike."""


def count_scores(forecast: CountForecast, successes: Ints, failures: Ints) -> tuple[Floats, Floats]:
    """Return log score and ranked probability score of each directed dyad, (directed_dyad,) each.

    Parameters
    ----------
    forecast
        The forecast.
    successes, failures
        Acts of the period that was forecast, (directed_dyad,). Where there are none both scores are
        NaN: nothing was at stake.
    """
    log, ranked = np.full((2, len(successes)), np.nan)
    for cell in np.flatnonzero(successes + failures):
        n = int(successes[cell] + failures[cell])
        chances = _mass(forecast, int(cell), n)
        log[cell] = -np.log(chances[successes[cell]])
        ranked[cell] = ranked_probability_score(chances, successes[cell])
    return log, ranked


def count_transforms(
    forecast: CountForecast, successes: Ints, failures: Ints
) -> tuple[Floats, Floats, Floats]:
    """Return transforms over bins, their spread, and the sd of the share that was forecast.

    The first two are (directed_dyad, bin), the last (directed_dyad,). Arguments as in
    `count_scores`; NaN where there are no acts.
    """
    mass, spread = np.full((2, len(successes), N_PIT_BINS), np.nan)
    sd = np.full(len(successes), np.nan)
    for cell in np.flatnonzero(successes + failures):
        n = int(successes[cell] + failures[cell])
        chances, share = _mass(forecast, int(cell), n), np.arange(n + 1) / n
        mass[cell], spread[cell] = count_transform(chances, int(successes[cell]))
        sd[cell] = np.sqrt(chances @ (share - chances @ share) ** 2)
    return mass, spread, sd


def _mass(forecast: CountForecast, cell: int, n: int) -> Floats:
    """Return the probability of 0, 1, ... n successes, (n + 1,)."""
    p = np.clip(forecast.share[:, cell, None], LEAST_SHARE, 1 - LEAST_SHARE)
    kappa, weight = forecast.concentration[:, cell, None], forecast.weight[:, cell]
    s = np.arange(n + 1)
    a, b = kappa * p, kappa * (1 - p)
    choose = gammaln(n + 1) - gammaln(s + 1) - gammaln(n - s + 1)
    rising = gammaln(a + s) - gammaln(a) + gammaln(b + n - s) - gammaln(b)
    mass = np.exp(choose + rising - gammaln(kappa + n) + gammaln(kappa))
    return weight @ mass

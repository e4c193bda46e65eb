"""Forecasts of how many of a period's acts are cooperative, given their number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CountForecast:
    """A mixture of beta-binomials for each directed dyad.

    A component has an expected share and a concentration in acts, as in
    ``BetaBin(n, share, concentration)``; its weights sum to 1 over components.
    """

    share: Floats  # (component, directed_dyad)
    concentration: Floats  # (component, directed_dyad)
    weight: Floats  # (component, directed_dyad)


def single(share: Floats, concentration: Floats) -> CountForecast:
    """Return a forecast of one component, from (directed_dyad,) each."""
    return CountForecast(share[None], concentration[None], np.ones((1, len(share))))

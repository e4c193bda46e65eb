"""Which of two states is warmer toward the other, from readings of both directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from comity.core.errors import ParameterError
from comity.core.relations import Relations

Floats = NDArray[np.float64]

ASYMMETRY_CAUTION = (
    "Both directions are reported by the same press, and joint acts observe only their mean: a "
    "difference near zero may be a lack of evidence rather than balance. Read it with its interval."
)
OWN_PERCENTILE_CAUTION = (
    "A percentile of the dyad's own history says how unusual a month is for these two, not how "
    "good the relation is, and it changes when months are added."
)
WORLD_PERCENTILE_CAUTION = (
    "A percentile of the world depends on which pairs are reported at all; pairs without any act "
    "are left out, and pairs with few stand near the middle."
)


@dataclass(frozen=True)
class Asymmetry:
    """How much warmer the first state is toward the second than the second toward the first.

    Logits of the expected share of cooperative acts; positive: the first is the warmer.
    """

    dyad: str
    months: NDArray[np.int64]  # (time,)
    mean: Floats  # (time,)
    sd: Floats  # (time,)
    low: Floats  # (time,)
    high: Floats  # (time,)
    first_warmer_prob: Floats  # (time,)
    caution: str = ASYMMETRY_CAUTION


def asymmetry(relations: Relations, dyad: str, *, interval: float = 0.8) -> Asymmetry:
    """Return the smoothed difference of the two directions of a pair with its interval.

    The half-sum r and the half-difference d of the two directions have Var i = Var r + Var d +
    2 Cov, Var j = Var r + Var d - 2 Cov: so the variance of i - j, 4 Var d, is
    2 (Var i + Var j) - 4 Var r, all of which `Relations` holds. Exact for the moments; the interval
    takes the posterior as Gaussian.

    Parameters
    ----------
    relations
        Measured relations.
    dyad
        ``A-B`` in either order; the answer refers to the sorted label.
    interval
        Probability of the interval, between 0 and 1.
    """
    if not 0 < interval < 1:
        raise ParameterError(
            f"asymmetry: interval must lie between 0 and 1; found {interval}. Use 0.8 for 80%."
        )
    number = relations.index.dyad_number(dyad)
    first, back = relations.index.directions[number]
    mean = relations.mean[first] - relations.mean[back]
    spread = relations.sd[first] ** 2 + relations.sd[back] ** 2
    variance = 2 * spread - 4 * relations.dyad_sd[number] ** 2
    sd = np.sqrt(np.maximum(variance, 1e-12))
    half = ndtri(0.5 + interval / 2) * sd
    return Asymmetry(
        dyad=relations.index.dyads[number],
        months=relations.months,
        mean=mean,
        sd=sd,
        low=mean - half,
        high=mean + half,
        first_warmer_prob=np.asarray(ndtr(mean / sd), np.float64),
    )

"""Chances that simple rules read off the past of a question: what every forecast stands beside.

Notation: h — lead, in months; a share of n windows that overlap counts as n / h windows, and half
a yes and half a no are added (Jeffreys), so that no rule is ever sure.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, norm

from comity.core.past import PastSeries

Floats = NDArray[np.float64]
YEAR = 12
COIN = "50/50"
BASE_RATE = "base rate"
LIKE_TODAY = "like today"
LAST_YEAR = "last twelve months"


def past_answers(series: PastSeries, lead: int) -> Floats:
    """Return the answer at every month of the past, (time,): 1 yes, 0 no.

    NaN where the window leaves the record or holds a month of which nothing is known.
    """
    x, n = series.values, len(series.values)
    out = np.full(n, np.nan)
    if n <= lead:
        return out
    later = x[lead:]
    if series.kind in ("event", "months"):
        windows = np.lib.stride_tricks.sliding_window_view(x[1:], lead)
        least = 1.0 if series.kind == "event" else series.threshold
        total = windows.sum(axis=1)
        out[: n - lead] = np.where(np.isnan(total), np.nan, total >= least)
    elif series.kind == "state":
        out[: n - lead] = later
    else:
        edge = x[: n - lead] if series.kind == "rise" else series.threshold
        out[: n - lead] = np.where(np.isnan(later - edge), np.nan, later > edge)
    return out


def simple_chances(series: PastSeries | None, lead: int) -> dict[str, float]:
    """Return the chance of yes by every rule that can answer, by name.

    ``50/50`` knows nothing. ``base rate`` is the share of earlier months from which the same
    question, as far ahead, came out yes. ``like today`` is that share among the months that looked
    as the last one does: for what happens, whether it had happened in the ``lead`` months before;
    for what holds, whether it held. ``last twelve months`` draws the months ahead from the last
    year, with replacement.
    """
    chances = {COIN: 0.5}
    if series is None:
        return chances
    answers = past_answers(series, lead)
    known = ~np.isnan(answers)
    chances[BASE_RATE] = _share(answers[known], lead)
    looks = _looks(series, lead)
    if looks is not None and not math.isnan(looks[-1]):
        alike = known & (looks == looks[-1])
        chances[LIKE_TODAY] = _share(answers[alike], lead)
    last = _resampled(series, lead)
    if last is not None:
        chances[LAST_YEAR] = last
    return chances


def _share(answers: Floats, lead: int) -> float:
    worth = len(answers) / lead
    return float((answers.mean() * worth if len(answers) else 0.0) + 0.5) / (worth + 1)


def _looks(series: PastSeries, lead: int) -> Floats | None:
    x = series.values
    if series.kind == "event":
        total = np.concatenate([np.zeros(1), np.cumsum(x)])
        at = np.arange(1, len(x) + 1)
        return (total[at] - total[np.maximum(at - lead, 0)] > 0).astype(float)
    if series.kind in ("state", "months"):
        return x
    if series.kind == "level":
        return np.where(np.isnan(x), np.nan, x > series.threshold)
    return None


def _resampled(series: PastSeries, lead: int) -> float | None:
    x = series.values
    if series.kind == "rise":
        steps = np.diff(x)[-YEAR:]
        if len(steps) < YEAR or np.isnan(steps).any():
            return None
        # A sum of so many draws is close to normal; with steps all equal it is sure either way.
        sd = steps.std() * math.sqrt(lead)
        return float(np.clip(norm.cdf(steps.mean() * lead / max(sd, 1e-9)), 0.01, 0.99))
    year = x[-YEAR:]
    if len(year) < YEAR or np.isnan(year).any():
        return None
    held = year > series.threshold if series.kind == "level" else year > 0
    monthly = float(held.sum() + 0.5) / (YEAR + 1)
    if series.kind == "event":
        return 1 - (1 - monthly) ** lead
    if series.kind == "months":
        return float(binom.sf(series.threshold - 1, lead, monthly))
    return monthly

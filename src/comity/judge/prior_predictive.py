"""Prior predictive: where figures of the record fall among futures that judged numbers imply.

Box (1980) judges a model by the place of what was observed in its predictive distribution. A
record far in a tail speaks against the judged numbers, or the model, or the record's selection;
one in the middle says only that they do not disagree.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.matching import Figure, PriorFigure

Floats = NDArray[np.float64]


def place_figure(figure: Figure, futures: Floats) -> PriorFigure:
    """Return where the record falls among futures.

    Parameters
    ----------
    figure
        What the record says.
    futures
        The figure in every future, (draw, world); NaN where it has no value.
    """
    every = futures[np.isfinite(futures)]
    low, middle, high = np.quantile(every, (0.05, 0.5, 0.95)) if every.size else 3 * (np.nan,)
    recorded = figure.recorded[np.isfinite(figure.recorded)]
    place = tail = record = sd = float("nan")
    if recorded.size:
        record = float(recorded.mean())
        sd = _recorded_sd(figure)
    if recorded.size and every.size:
        ordered = np.sort(every)
        below = np.searchsorted(ordered, recorded, "left")
        up_to = np.searchsorted(ordered, recorded, "right")
        place = float(((below + up_to) / 2).mean() / ordered.size)
        # Ties belong to both tails, so that a figure that is 0 in most futures is no surprise.
        lower, upper = up_to.mean() / ordered.size, 1 - below.mean() / ordered.size
        tail = float(min(1.0, 2 * min(lower, upper)))
    return PriorFigure(
        figure=figure,
        low=float(low),
        middle=float(middle),
        high=float(high),
        ignorance_share=_ignorance_share(futures),
        record=record,
        record_sd=sd,
        percentile=place,
        tail=tail,
        n_undefined=int(futures.size - every.size),
    )


def _recorded_sd(figure: Figure) -> float:
    """Return the sd of the recorded value: of its readings, and of leaving out one docket."""
    readings = figure.recorded[np.isfinite(figure.recorded)]
    variance = float(readings.var(ddof=1)) if readings.size > 1 else 0.0
    without = figure.without[np.isfinite(figure.without)]
    if without.size > 1:
        n = without.size
        variance += (n - 1) / n * float(((without - without.mean()) ** 2).sum())
    return float(np.sqrt(variance))


def _ignorance_share(futures: Floats) -> float:
    means, within, n = draw_moments(futures)
    used = n > 1
    if used.sum() < 2:
        return float("nan")
    inner = float(within[used].mean())
    between = max(float(means[used].var(ddof=1) - (within[used] / n[used]).mean()), 0.0)
    return between / (between + inner) if between + inner > 0 else 0.0


def draw_moments(futures: Floats) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return mean and variance of each draw's worlds and how many have a value, (draw,) each."""
    known = np.isfinite(futures)
    n = known.sum(axis=1)
    filled = np.where(known, futures, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, filled.sum(axis=1) / n, np.nan)
        squares = np.where(known, (futures - mean[:, None]) ** 2, 0.0).sum(axis=1)
        within = np.where(n > 1, squares / (n - 1), np.nan)
    return mean, within, n

"""What the measured relation of a pair says of a claim."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.claims import DataEstimand, Direction, Window
from comity.core.relations import Relations, share
from comity.core.wording import counted, frequency, logit_difference, point_difference
from comity.judge.lines import LASTING_LOGIT, WINDOW_MONTHS
from comity.judge.reading import DataReading, leaning_of, silent
from comity.judge.windows import row_names, rows_in, window_words

TOWARD = {
    "higher": "warmer",
    "lower": "cooler",
    "different": f"different by {LASTING_LOGIT} logit or more",
    "none": f"within {LASTING_LOGIT} logit of each other",
}


def read_relation_mean(case: Case, data: DataEstimand, relations: Relations) -> DataReading:
    """Return the difference of two means over the joint posterior draws.

    Two windows of one pair, or two pairs in one window.
    """
    assert data.window is not None
    sides = (
        (data.dyad, data.window),
        (data.contrast_dyad or data.dyad, data.contrast or data.window),
    )
    parts: list[NDArray[np.float64]] = []
    for dyad, window in sides:
        inside = _inside(relations, window)
        if not inside.any():
            return silent(f"The record has no month in {window_words(case, window)}.")
        paths = relations.paths[:, relations.index.dyad_number(dyad), :]
        parts.append(paths[:, inside].astype(float))
    difference = parts[0].mean(axis=1) - parts[1].mean(axis=1)
    shares = share(parts[0]).mean(axis=1) - share(parts[1]).mean(axis=1)
    low, high = np.quantile(difference, [0.1, 0.9])
    share_low, share_high = np.quantile(shares, [0.1, 0.9])
    probability = direction_probability(difference, data.expect)
    chance = drawn(probability, len(difference))
    other = window_words(case, sides[1][1])
    if data.contrast_dyad:
        other = f"that of {case.dyad_words(data.contrast_dyad)}"
    sentence = (
        f"The measured relation of {case.dyad_words(data.dyad)} in "
        f"{window_words(case, data.window)} differs from {other} by "
        f"{logit_difference(float(difference.mean()), float(low), float(high))}; as an expected "
        "share of cooperative acts by "
        f"{point_difference(float(shares.mean()), float(share_low), float(share_high))}. "
        f"It is {TOWARD[data.expect]}, as expected, in {chance}."
    )
    numbers = (
        ("difference", float(difference.mean())),
        ("difference_low", float(low)),
        ("difference_high", float(high)),
        ("share_difference", float(shares.mean())),
        ("share_difference_low", float(share_low)),
        ("share_difference_high", float(share_high)),
        ("probability", probability),
    )
    rows = _rows(case, sides)
    return DataReading(leaning_of(probability), probability, sentence, rows, numbers)


def read_minimum_year(case: Case, data: DataEstimand, relations: Relations) -> DataReading:
    """Return how probably the lowest twelve-month mean of the record lies inside the window."""
    assert data.window is not None
    if len(relations.months) < WINDOW_MONTHS:
        return silent(f"The record is shorter than {WINDOW_MONTHS} months.")
    paths = relations.paths[:, relations.index.dyad_number(data.dyad), :].astype(float)
    sums = np.cumsum(np.pad(paths, ((0, 0), (1, 0))), axis=1)
    means = (sums[:, WINDOW_MONTHS:] - sums[:, :-WINDOW_MONTHS]) / WINDOW_MONTHS
    inside = _inside(relations, data.window)
    # A twelve-month mean lies in the window when each of its months does.
    whole = np.convolve(inside, np.ones(WINDOW_MONTHS), mode="valid") == WINDOW_MONTHS
    if not whole.any():
        return silent(
            f"The record has no {WINDOW_MONTHS} whole months in {window_words(case, data.window)}."
        )
    lowest = means.argmin(axis=1)
    found = float(whole[lowest].mean())
    probability = 1 - found if data.expect == "none" else found
    level = float(share(means.min(axis=1)).mean())
    sentence = (
        f"The lowest {WINDOW_MONTHS}-month mean of the measured relation of "
        f"{case.dyad_words(data.dyad)} lies in {window_words(case, data.window)} in "
        f"{drawn(found, len(paths))}; {frequency(float(whole.mean()))} of the "
        f"record's {WINDOW_MONTHS}-month windows lie there. The lowest mean is an expected "
        f"cooperative share of {round(100 * level)}%."
    )
    numbers = (
        ("probability", probability),
        ("share_of_windows", float(whole.mean())),
        ("lowest_share", level),
    )
    rows = _rows(case, ((data.dyad, data.window),))
    return DataReading(leaning_of(probability), probability, sentence, rows, numbers)


def direction_probability(draws: NDArray[np.float64], expect: Direction) -> float:
    """Return the share of draws of a difference that lie in the expected direction."""
    if expect == "higher":
        return float(np.mean(draws > 0))
    if expect == "lower":
        return float(np.mean(draws < 0))
    apart = float(np.mean(np.abs(draws) >= LASTING_LOGIT))
    return apart if expect == "different" else 1 - apart


def _inside(relations: Relations, window: Window) -> NDArray[np.bool_]:
    return (relations.months >= window[0]) & (relations.months <= window[1])


def drawn(probability: float, n_draws: int) -> str:
    """Return a share of posterior draws in words."""
    se = float(np.sqrt(probability * (1 - probability) / n_draws))
    return counted(probability, se, "posterior draws")


def _rows(case: Case, sides: tuple[tuple[str, Window], ...]) -> tuple[str, ...]:
    found = row_names(
        [event for dyad, window in sides for event in rows_in(case, window, dyad=dyad)]
    )
    return tuple(dict.fromkeys(found))

"""What the measured relation of a pair did around named acts: before them, and after."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.claims import DataEstimand
from comity.core.months import month_of
from comity.core.relations import Relations
from comity.core.wording import logit_difference
from comity.judge.lines import LASTING_LOGIT
from comity.judge.reading import DataReading, leaning_of, silent
from comity.judge.relation_reading import direction_probability, drawn
from comity.judge.windows import row_names

Draws = NDArray[np.float64]
_SIDE = {
    "higher": "above zero",
    "lower": "below zero",
    "different": f"{LASTING_LOGIT} logit or more from zero",
    "none": f"within {LASTING_LOGIT} logit of zero",
}


def read_change_after(case: Case, data: DataEstimand, relations: Relations) -> DataReading:
    """Return how the relation changed after some acts, against others or against no change.

    The change after an act is the mean of so many months after its month less the mean of as many
    before; the month itself counts on neither side. Acts whose months do not all lie in the record
    are left out. The mean over the acts is taken within each joint posterior draw.
    """
    assert data.within_months is not None
    pair, months = case.dyad_words(data.dyad), f"{data.within_months} months"
    kept, change = _changes(case, data.events, data, relations)
    if not kept:
        return silent(
            f"The record has no {months} on both sides of any of the acts that the claim names."
        )
    left_out = len(data.events) - len(kept)
    sentence = (
        f"From the {months} before to the {months} after {_acts(kept)} the measured relation of "
        f"{pair} changed by {_interval(change)} on average"
    )
    numbers = [("change", float(change.mean())), ("acts", float(len(kept)))]
    difference, others = change, ()
    if data.contrast_events:
        others, other = _changes(case, data.contrast_events, data, relations)
        left_out += len(data.contrast_events) - len(others)
        if not others:
            return silent(
                f"The record has no {months} on both sides of any of the acts that the claim is "
                "held against."
            )
        difference = change - other
        sentence += (
            f", after {_acts(others)} by {_interval(other)}; the first change less the second is "
            f"{_interval(difference)}"
        )
        numbers += [("contrast_change", float(other.mean())), ("contrast_acts", len(others))]
    probability = direction_probability(difference, data.expect)
    sentence += (
        f". It lies {_SIDE[data.expect]}, as expected, in {drawn(probability, len(difference))}."
    )
    if left_out:
        sentence += f" {left_out} too near an end of the record to tell."
    low, high = np.quantile(difference, [0.1, 0.9])
    numbers += [
        ("difference", float(difference.mean())),
        ("difference_low", float(low)),
        ("difference_high", float(high)),
        ("probability", probability),
    ]
    rows = tuple(row_names(row for row in case.events if row.id in (*kept, *others)))
    return DataReading(leaning_of(probability), probability, sentence, rows, tuple(numbers))


def _changes(
    case: Case, names: tuple[str, ...], data: DataEstimand, relations: Relations
) -> tuple[tuple[str, ...], Draws]:
    """Return the acts that can be read and the mean change after them, (draw,), in logits."""
    assert data.within_months is not None
    paths = relations.paths[:, relations.index.dyad_number(data.dyad), :].astype(float)
    n, first = data.within_months, int(relations.months[0])
    at = {row.id: month_of(row.date) - first for row in case.events if row.id in names}
    kept = [name for name in names if name in at and n <= at[name] < paths.shape[1] - n]
    changes = [
        paths[:, at[name] + 1 : at[name] + 1 + n].mean(axis=1)
        - paths[:, at[name] - n : at[name]].mean(axis=1)
        for name in kept
    ]
    return tuple(kept), np.mean(changes, axis=0) if changes else np.zeros(len(paths))


def _acts(names: tuple[str, ...]) -> str:
    noun = "act" if len(names) == 1 else "acts"
    return f"{len(names)} recorded {noun} ({', '.join(names)})"


def _interval(draws: Draws) -> str:
    low, high = np.quantile(draws, [0.1, 0.9])
    return logit_difference(float(draws.mean()), float(low), float(high))

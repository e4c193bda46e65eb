"""Quarrels and turning points in words, for the terminal and the report alike."""

from __future__ import annotations

import math

from comity.core.changes import Changes
from comity.core.months import month_words
from comity.core.quarrels import Quarrel, TurningPoint
from comity.core.wording import MINUS


def chance_words(probability: float) -> str:
    """Return a chance in 100 that never claims certainty.

    >>> chance_words(0.572), chance_words(0.999)
    ('57 in 100', 'over 99 in 100')
    """
    whole = round(100 * probability)
    if whole >= 100:
        return "over 99 in 100"
    return f"{whole} in 100" if whole > 0 else "under 1 in 100"


def odds_words(change: float) -> str:
    """Return a change in logits as a factor of the odds, of that class whose odds rise.

    >>> odds_words(-0.82), odds_words(0.41)
    ('odds of conflict 2.3 times as high', 'odds of cooperation 1.5 times as high')
    """
    of = "conflict" if change < 0 else "cooperation"
    factor = math.exp(min(abs(change), 9.0))
    return f"odds of {of} {factor:.{1 if factor < 10 else 0}f} times as high"


def months_words(number: int) -> str:
    """Return how many months: ``1 month``, ``3 months``."""
    return f"{number} month{'' if number == 1 else 's'}"


def way_words(item: TurningPoint) -> str:
    """Return which way a relation turned."""
    return "warmer" if item.is_up else "colder"


def run_words(item: TurningPoint) -> str:
    """Return the months over which a turn is more likely than not."""
    if item.first == item.last:
        return month_words(item.first)
    return f"{month_words(item.first)} to {month_words(item.last)}"


def quarrel_words(item: Quarrel) -> str:
    """Return one quarrel as a line of a list."""
    return (
        f"{month_words(item.onset)}, {months_words(item.n_months)}: {odds_words(item.depth)} at "
        f"its deepest ({month_words(item.deepest)}); {chance_words(item.probability)}"
    )


def turning_words(item: TurningPoint) -> str:
    """Return one turning point as a line of a list."""
    return (
        f"{month_words(item.month)}, {way_words(item)}: {odds_words(item.change)}; "
        f"{chance_words(item.probability)}"
    )


GAUSSIAN = (
    "Flares are taken for Gaussian here, so read a listed quarrel as a candidate; "
    "comity measure --quarrels reads one pair with heavy-tailed flares."
)
NO_QUARREL = "No month is more likely than not part of a quarrel that came and went."
NO_TURN = "No month is more likely than not a turning point."
NOTHING = (
    "no month is more likely than not part of a quarrel that came and went or a turning point."
)
"""What is said where nothing is listed; the last one continues a sentence."""


def usual_words(changes: Changes) -> str:
    """Return what the chances would be in a month of which nothing is known, and how surely."""
    flare, turn = (
        chance_words(changes.usual.get(name, math.nan)) if changes.usual else "unknown"
        for name in ("flare_down", "turning_down")
    )
    error = max(1, round(100 * changes.monte_carlo_se))
    return (
        f"In a month of which nothing is known a quarrel would have a chance of {flare}, a turn to "
        f"colder one of {turn}, to warmer the same. Chances of turns carry a standard error of up "
        f"to {error} in 100 from the number of draws. {GAUSSIAN}"
    )


def definition_words(changes: Changes) -> str:
    """Return what counts as a quarrel and as a turning point, with the thresholds."""
    limit = changes.thresholds
    return (
        f"A quarrel is a run of months in which a passing flare lies below {MINUS}"
        f"{limit['flare']:g} logit; a turning point is a month across which the level's mean of "
        f"{limit['turning_months']:.0f} months moves by more than {limit['turning_point']:g}. "
        "Listed are those that are more likely than not."
    )


def few_acts_words(n_acts: int, n_months: int, changes: Changes) -> str:
    """Return a caution where acts are too few to tell flare from level, else nothing."""
    least = changes.thresholds.get("clear_acts", 0.0)
    if n_acts >= least * n_months:
        return ""
    acts = f"{n_acts or 'no'} act{'' if n_acts == 1 else 's'}"
    return (
        f"With {acts} in {n_months} months, fewer than {least:g} a month, what is taken for a "
        "passing quarrel and what for a turn rests mostly on the model's prior."
    )

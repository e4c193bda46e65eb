"""Numbers for narrow columns and counts for sentences; prose forms are in `comity.core.wording`."""

from __future__ import annotations

import math

from comity.core.wording import MINUS, step_of

UNKNOWN = "–"
"""Stands where an ensemble is too small to say: an interval needs two futures of every draw."""


def count(probability: float, monte_carlo_se: float = 0.0) -> str:
    """Return how often in 100, for a column whose head says so: ``14``, ``<1``, ``>99``.

    Rounded to the step that the Monte Carlo error supports.

    >>> count(0.1403), count(0.002), count(0.999), count(0.143, 0.03)
    ('14', '<1', '>99', '15')
    """
    if math.isnan(probability):
        return UNKNOWN
    step = round(100 * step_of(monte_carlo_se))
    rounded = step * round(100 * probability / step)
    if rounded <= 0:
        return "0" if probability <= 0 else f"<{step}"
    if rounded >= 100:
        return "100" if probability >= 1 else f">{100 - step}"
    return str(rounded)


def interval(low: float, high: float, monte_carlo_se: float = 0.0) -> str:
    """Return an interval of chances in 100, rounded to the step of its chance: ``9 to 21``."""
    if math.isnan(low) or math.isnan(high):
        return UNKNOWN
    return f"{count(low, monte_carlo_se)} to {count(high, monte_carlo_se)}"


def signed_count(difference: float, monte_carlo_se: float = 0.0) -> str:
    """Return a difference of chances in 100 with its sign: ``+8``, ``−12``, ``0``.

    A difference within two Monte Carlo standard errors of zero is ``0``: the ensemble cannot tell
    it from none.
    """
    if math.isnan(difference):
        return UNKNOWN
    if abs(difference) < 2 * monte_carlo_se:
        return "0"
    return _signed_step(difference, monte_carlo_se)


def signed_interval(low: float, high: float, monte_carlo_se: float = 0.0) -> str:
    """Return an interval of differences in 100, both ends signed: ``−3 to +11``.

    Its ends are rounded to the step of the difference; an end near zero is not taken for none.
    """
    if math.isnan(low) or math.isnan(high):
        return UNKNOWN
    return f"{_signed_step(low, monte_carlo_se)} to {_signed_step(high, monte_carlo_se)}"


def _signed_step(difference: float, monte_carlo_se: float) -> str:
    step = round(100 * step_of(monte_carlo_se))
    rounded = step * round(100 * difference / step)
    if rounded == 0:
        return "0"
    return f"{'+' if rounded > 0 else MINUS}{abs(rounded)}"


def plain(value: float, digits: int = 3) -> str:
    """Return a judged number with at most ``digits`` significant digits and no exponent.

    >>> plain(0.02500), plain(-3.0), plain(1234.6)
    ('0.025', '−3', '1235')
    """
    if value == 0:
        return "0"
    magnitude = abs(value)
    text = f"{magnitude:.0f}" if magnitude >= 1000 else f"{magnitude:.{digits}g}"
    if "e" in text:
        text = f"{magnitude:.10f}".rstrip("0").rstrip(".")
    return f"{MINUS if value < 0 else ''}{text}"


_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(number: int) -> str:
    """Return a count for a sentence: words to ten, digits beyond."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else f"{number:,}"


def listed(words: list[str]) -> str:
    """Join words for a sentence: ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"

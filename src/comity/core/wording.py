"""Numbers in words: natural frequencies, signs, intervals, no finer than they are known."""

from __future__ import annotations

import math

MINUS = "\u2212"
_STEPS = (0.01, 0.05, 0.1)
"""Steps to which a chance is rounded; the smallest one not below the Monte Carlo error is used."""
_RARE = 0.01
"""A chance this near to 0 or 1 is told in 1,000, when the Monte Carlo error supports it."""


def step_of(monte_carlo_se: float) -> float:
    """Return the step to which a chance with this Monte Carlo error is rounded.

    >>> step_of(0.003), step_of(0.02), step_of(0.2)
    (0.01, 0.05, 0.1)
    """
    return next((step for step in _STEPS if monte_carlo_se <= step), _STEPS[-1])


def frequency(probability: float, monte_carlo_se: float = 0.0) -> str:
    """Return a chance as a natural frequency, rounded to what the Monte Carlo error supports.

    Parameters
    ----------
    probability
        A chance, 0 to 1; NaN gives ``unknown``.
    monte_carlo_se
        Standard error that comes from the finite number of futures or draws.

    Examples
    --------
    >>> frequency(0.1432, 0.002), frequency(0.1432, 0.02), frequency(0.1432, 0.08)
    ('14 in 100', 'about 15 in 100', 'about 1 in 10')
    >>> frequency(0.0042, 0.0003), frequency(0.0042, 0.004), frequency(1.0)
    ('4 in 1,000', 'fewer than 1 in 100', 'all')
    """
    if math.isnan(probability):
        return "unknown"
    if not -1e-9 <= probability <= 1 + 1e-9:
        raise ValueError(f"a chance lies between 0 and 1; found {probability}")
    if probability <= 0:
        return "none"
    if probability >= 1:
        return "all"
    step = step_of(monte_carlo_se)
    rare = min(probability, 1 - probability)
    if rare < _RARE and monte_carlo_se <= _RARE / 10:
        return _out_of(probability, 1000, "")
    if step == 0.01:
        return _out_of(probability, 100, "")
    if step == 0.05:
        count = 5 * round(probability * 20)
        return f"about {count} in 100" if 0 < count < 100 else _edge(count > 0, 5, 100)
    return _out_of(probability, 10, "about ")


def counted(probability: float, monte_carlo_se: float, noun: str) -> str:
    """Return a chance as a count of futures or draws, for the middle of a sentence.

    >>> counted(0.1432, 0.002, "futures"), counted(0.0, 0.0, "draws"), counted(1.0, 0.0, "draws")
    ('14 of 100 futures', 'none of the draws', 'all draws')
    """
    text = frequency(probability, monte_carlo_se)
    if text == "none":
        return f"none of the {noun}"
    return f"{text.replace(' in ', ' of ')} {noun}"


def _out_of(probability: float, base: int, about: str) -> str:
    count = round(probability * base)
    if 0 < count < base:
        return f"{about}{count} in {base:,}"
    return _edge(count > 0, 1, base)


def _edge(high: bool, count: int, base: int) -> str:
    return f"more than {base - count:,} in {base:,}" if high else f"fewer than {count} in {base:,}"


def frequency_interval(low: float, high: float, monte_carlo_se: float = 0.0) -> str:
    """Return the two ends of an interval of chances.

    >>> frequency_interval(0.09, 0.213)
    '9 to 21 in 100'
    """
    if math.isnan(low) or math.isnan(high):
        return "unknown"
    scale = round(step_of(monte_carlo_se) * 100)
    ends = (min(max(scale * round(100 * end / scale), 0), 100) for end in (low, high))
    return "{} to {} in 100".format(*ends)


def signed(value: float, decimals: int = 2) -> str:
    """Return a number with its sign; a value that rounds to zero has none.

    >>> signed(0.341), signed(-0.6), signed(0.001)
    ('+0.34', '−0.60', '0.00')
    """
    if math.isnan(value):
        return "unknown"
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else MINUS) + text


def frequency_difference(difference: float, monte_carlo_se: float = 0.0) -> str:
    """Return a difference of two chances with its sign.

    >>> frequency_difference(0.041, 0.003), frequency_difference(-0.12, 0.03)
    ('+4 in 100', 'about −10 in 100')
    >>> frequency_difference(0.001, 0.003)
    'less than 1 in 100 either way'
    """
    if math.isnan(difference):
        return "unknown"
    step = step_of(monte_carlo_se)
    scale = round(step * 100)
    count = scale * round(100 * difference / scale)
    if count == 0:
        return f"less than {scale} in 100 either way"
    about = "" if step == 0.01 else "about "
    return f"{about}{signed(count, 0)} in 100"


def difference_interval(low: float, high: float, monte_carlo_se: float = 0.0) -> str:
    """Return the two ends of an interval of differences of chances, both signed.

    >>> difference_interval(-0.014, 0.093)
    '−1 to +9 in 100'
    """
    if math.isnan(low) or math.isnan(high):
        return "unknown"
    scale = round(step_of(monte_carlo_se) * 100)
    ends = (signed(scale * round(100 * end / scale), 0) for end in (low, high))
    return "{} to {} in 100".format(*ends)


def logit_difference(value: float, low: float, high: float) -> str:
    """Return a difference of relations with its 80% interval.

    >>> logit_difference(-0.61, -0.92, -0.31)
    '−0.61 logit (80% interval −0.92 to −0.31)'
    """
    return f"{signed(value)} logit (80% interval {signed(low)} to {signed(high)})"


def percent(share: float) -> str:
    """Return a share as a whole percentage that never claims certainty.

    >>> percent(0.861), percent(0.998), percent(0.001)
    ('86%', 'over 99%', 'under 1%')
    """
    if math.isnan(share):
        return "unknown"
    whole = round(100 * share)
    if whole >= 100 and share < 1:
        return "over 99%"
    if whole <= 0 and share > 0:
        return "under 1%"
    return f"{whole}%"


def percent_interval(low: float, high: float) -> str:
    """Return the two ends of an interval of shares in whole percent, never 0 or 100.

    >>> percent_interval(0.79, 0.914), percent_interval(0.47, 0.998)
    ('79 to 91', '47 to >99')
    """
    if math.isnan(low) or math.isnan(high):
        return "unknown"
    return f"{_whole(low)} to {_whole(high)}"


def _whole(share: float) -> str:
    whole = round(100 * share)
    if whole <= 0:
        return "<1"
    return ">99" if whole >= 100 else str(whole)


def share_interval(share: float, low: float, high: float) -> str:
    """Return a share with its 80% interval, as people read it.

    >>> share_interval(0.861, 0.79, 0.914)
    '86%, 80% interval 79 to 91'
    """
    return f"{percent(share)}, 80% interval {percent_interval(low, high)}"


def point_difference(value: float, low: float, high: float) -> str:
    """Return a difference of shares in percentage points with its 80% interval.

    >>> point_difference(-0.131, -0.2, -0.058)
    '−13 points (80% interval −20 to −6)'
    """
    ends = (signed(100 * end, 0) for end in (value, low, high))
    return "{} points (80% interval {} to {})".format(*ends)

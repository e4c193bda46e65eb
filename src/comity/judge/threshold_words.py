"""A threshold in words: from where on, for which part of the judged worlds, and how sure."""

from __future__ import annotations

import math

import numpy as np

from comity.core.thresholds import (
    CurveReading,
    Moved,
    Spread,
    ThresholdAsked,
    ThresholdFound,
    ThresholdMap,
)
from comity.core.wording import MINUS, counted

CENTRAL = "With every other number central"


def threshold_sentences(found: ThresholdFound) -> tuple[str, ...]:
    """Return what was found in one number, as sentences.

    The first says where it holds with every other number central, the second what draws of the
    others make of it, and the last where today's judgement stands.
    """
    return (
        central_sentence(found),
        spread_sentence(found.asked, found.moved, found.spread),
        *judged_sentence(found),
    )


def central_sentence(found: ThresholdFound) -> str:
    """Return where it holds with every other number central."""
    asked, moved, reading = found.asked, found.moved, found.central
    words, span = asked.words, span_words(moved)
    if reading.standing == "unresolved":
        return (
            f"{CENTRAL}, it cannot be told whether {words}: at every value of {moved.name} from "
            f"{span} the answer lies within sampling error of the level {_level(asked)}"
            + (f" with {found.n_worlds:,} worlds a value." if found.n_worlds else ".")
        )
    if reading.standing != "crosses":
        which = "every" if reading.standing == asked.side else "no"
        told = " at which it can be told" if reading.n_unresolved else ""
        where = f"at {which} value of {moved.name} from {span}{told}"
        return f"{CENTRAL}, {words} {where}.{_near(found)}"
    sentence = f"{CENTRAL}, {words} once {moved.name} is {holding_words(asked, moved, reading)}."
    if any(item.se > 0 for item in reading.crossings):
        parts = ", ".join(
            f"{figure(item.low, moved)} to {figure(item.high, moved)}" for item in reading.crossings
        )
        sentence += (
            f" The sampling of worlds alone leaves an 80% interval of {parts} "
            f"({found.n_worlds:,} worlds a value)."
        )
    return sentence


def _near(found: ThresholdFound) -> str:
    """Return that some points cannot be told from the level, where there are such."""
    n = found.central.n_unresolved
    if not n:
        return ""
    return (
        f" At {n} of {found.moved.values.size} values it cannot be told from the level "
        f"{_level(found.asked)} with {found.n_worlds:,} worlds a value."
    )


def _level(asked: ThresholdAsked) -> str:
    return f"{asked.level:g}".replace("-", MINUS)


def holding_words(asked: ThresholdAsked, moved: Moved, reading: CurveReading) -> str:
    """Return over which stretches of the number it holds: above, below, between, or several."""
    starts_holding = reading.crossings[0].rises != (asked.side == "above")
    edges = [figure(item.value, moved) for item in reading.crossings]
    parts: list[str] = []
    holds = starts_holding
    for position in range(len(edges) + 1):
        if holds and position == 0:
            parts.append(f"below {edges[0]}")
        elif holds and position == len(edges):
            parts.append(f"above {edges[-1]}")
        elif holds:
            parts.append(f"between {edges[position - 1]} and {edges[position]}")
        holds = not holds
    return " or ".join(parts)


def spread_sentence(asked: ThresholdAsked, moved: Moved, spread: Spread) -> str:
    """Return what draws of the other judged numbers make of a threshold."""
    span = span_words(moved)
    drawn = counted(spread.share_found, 0.0, "draws")
    opening = f"{drawn} of the other judged numbers ({spread.n_draws:,} drawn)"
    opening = opening[0].upper() + opening[1:]
    if spread.share_found == 0:
        opening += f" has a threshold from {span}"
    elif math.isnan(spread.low):
        opening += f" have one from {span}, too few to tell its spread"
    else:
        low, middle, high = (figure(x, moved) for x in (spread.low, spread.middle, spread.high))
        opening += (
            f" have one: in 80% of these it lies between {low} and {high}, in half of them below "
            f"{middle}"
        )
    rest = [
        f"in {counted(share, 0.0, 'draws')} {words}"
        for share, words in (
            (spread.share_never, f"it holds nowhere from {span}"),
            (spread.share_throughout, f"it holds everywhere from {span}"),
            (spread.share_unresolved, "it cannot be told with so many worlds"),
            (spread.share_several, "the answer crosses the level more than once"),
        )
        if share > 0
    ]
    sentence = "; ".join([opening, *rest]) + "."
    if spread.chance_sd > 0 and not math.isnan(spread.low):
        sentence += (
            f" Ignorance spreads it with a standard deviation of "
            f"{figure(spread.ignorance_sd, moved)}, the sampling of worlds adds "
            f"{figure(spread.chance_sd, moved)}."
        )
    return sentence


def judged_sentence(found: ThresholdFound) -> tuple[str, ...]:
    """Return what is judged of the number today, and how often it holds there."""
    if not found.moved.judged:
        return ()
    low, central, high = found.moved.judged
    values = found.moved.values
    judged = f"{_plain(central)} ({_plain(low)} to {_plain(high)})"
    if not values[0] <= central <= values[-1]:
        return (f"It is judged at {judged}, outside the range asked about.",)
    share = float(np.interp(central, values, found.share_holding))
    return (
        f"It is judged at {judged}; there, {found.asked.words} in {counted(share, 0.0, 'draws')}.",
    )


def map_sentence(found: ThresholdMap) -> str:
    """Return in how much of the map it holds, other numbers central and in draws of them."""
    beyond = found.mean > found.asked.level
    holds = beyond if found.asked.side == "above" else ~beyond
    sure, never = (found.share_holding >= 0.9).mean(), (found.share_holding <= 0.1).mean()
    here, most, few = (counted(float(share), 0.0, "cells") for share in (holds.mean(), sure, never))
    return (
        f"{CENTRAL}, {found.asked.words} in {here} of this map; in {most} it does in nine of ten "
        f"draws of the others or more, in {few} in one of ten or fewer."
    )


def figure(value: float, moved: Moved) -> str:
    """Return a value of a number as finely as its range deserves.

    >>> from comity.core.thresholds import Moved
    >>> import numpy as np
    >>> figure(0.4567, Moved("x", "", "", (), np.array([0.0, 1.0])))
    '0.46'
    """
    span = float(moved.values[-1] - moved.values[0])
    decimals = max(0, round(2 - math.log10(span)))
    text = f"{abs(value):.{decimals}f}"
    return (MINUS if value < 0 and float(text) else "") + text


def span_words(moved: Moved) -> str:
    """Return the range of a number in words."""
    return f"{figure(float(moved.values[0]), moved)} to {figure(float(moved.values[-1]), moved)}"


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", MINUS)

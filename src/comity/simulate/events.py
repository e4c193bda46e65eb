"""Whether an event of a hazard happens this month, mostly without the exponential of the hazard.

An event happens when its uniform lies below 1 - e^-h. The partial sums of the series
h - h²/2 + h³/6 - ... lie below it and above it in turn, whatever h >= 0 is, so that five terms
settle all but a few members: between the fourth and the fifth sum lies h⁵/120. Only for those few
the exponential is taken.
"""

from __future__ import annotations

from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import as_uniform
from comity.simulate.transforms import exponential, fused, probability_of

_THIRD, _FOURTH, _FIFTH = 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0


@inlined_part()
def _sum(hazard, from_third):
    """Return h - h²/2 + h³ times what the terms from the third on make."""
    second = fused(-hazard, from_third, 0.5)  # pyright: ignore
    return hazard * fused(-hazard, second, 1.0)  # pyright: ignore


@inlined_part()
def surely(uniform, hazard):
    """Return whether the event happens for certain."""
    return uniform < _sum(hazard, fused(-hazard, _FOURTH, _THIRD))  # pyright: ignore


@inlined_part()
def perhaps(uniform, hazard):
    """Return whether the event may happen."""
    fourth = fused(-hazard, _FIFTH, _FOURTH)  # pyright: ignore
    return uniform < _sum(hazard, fused(-hazard, fourth, _THIRD))  # pyright: ignore


@inlined_part()
def has_odds(uniform, score):
    """Return whether an event of probability 1 / (1 + e^-score) happens."""
    return uniform * (1.0 + exponential(-score)) < 1.0


@part()
def gather(marks, marked):
    """Write the members with a mark of 1, not 0, to the front of ``marked``; return how many."""
    n = 0
    for b in range(marks.shape[0]):
        marked[n] = b
        n += marks[b]
    return n


@part()
def draw_events(words, hazard, happens):
    """Write 1 to ``happens`` where this month's event of a hazard happens, else 0; all (member,).

    ``words`` are this month's of a dense stream, ``hazard`` per month and zero or more.
    """
    unsettled = 0
    for b in range(happens.shape[0]):
        uniform = as_uniform(words[b])
        certain = 1 if surely(uniform, hazard[b]) else 0
        happens[b] = certain
        unsettled += (1 if perhaps(uniform, hazard[b]) else 0) - certain
    if unsettled > 0:
        for b in range(happens.shape[0]):
            uniform = as_uniform(words[b])
            if happens[b] == 0 and perhaps(uniform, hazard[b]):
                happens[b] = 1 if uniform < probability_of(hazard[b]) else 0

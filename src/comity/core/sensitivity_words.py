"""Sentences about what moves an answer and how much of it is chance."""

from __future__ import annotations

import math

from comity.core.sensitivity import STEP, Factor, Indices, Screening
from comity.core.wording import MINUS, percent, percent_interval

FLAT = "There is no variance to explain: the answer is the same wherever it was asked."
HIDDEN = (
    "There is no variance to explain: what ignorance moves cannot be told from the noise of so few "
    "worlds."
)
CERTAIN = "It happens in every future that was simulated, or in none: there is nothing to explain."


def factor_words(factor: Factor) -> str:
    """Return a factor for people: its name and what it means."""
    if factor.kind in ("start", "rest"):
        return factor.words
    return f"{factor.name}: {factor.words}"


def effect_words(screening: Screening, quantity: str, place: int) -> str:
    """Return how far a factor moves an answer when it moves by half of its distribution.

    In points of 100; with the 95% interval.
    """
    row = screening.quantities.index(quantity)
    found = (
        100 * STEP * float(values[row, place])
        for values in (screening.mu_star, screening.mu_star_low, screening.mu_star_high)
    )
    return "{:.1f} ({:.1f} to {:.1f})".format(*found)


def direction_word(screening: Screening, quantity: str, place: int) -> str:
    """Return which way an answer goes as a number rises: up, down, or both ways.

    Both ways is said where more than a quarter of the mean absolute effect is cancelled; a choice
    has no direction.
    """
    row = screening.quantities.index(quantity)
    mean, size = float(screening.mu[row, place]), float(screening.mu_star[row, place])
    if math.isnan(mean) or size == 0:
        return ""
    if abs(mean) < 0.75 * size:
        return "both ways"
    return "up" if mean > 0 else "down"


def share_words(share: float, low: float, high: float) -> str:
    """Return a share of variance with its 95% interval; noise below 0 is shown as 0.

    >>> share_words(0.402, 0.35, 0.461), share_words(-0.004, -0.02, 0.01)
    ('40% (35 to 46)', '0% (<1 to 1)')
    """
    if math.isnan(share):
        return "unknown"
    return f"{percent(min(max(share, 0), 1))} ({percent_interval(low, high)})"


def nothing_words(indices: Indices, quantity: str) -> str:
    """Return why a quantity has no variance to explain, empty where it has some."""
    row = indices.quantities.index(quantity)
    if indices.explains(quantity):
        return ""
    if indices.chance[row] == 0 and indices.variance[row] == 0:
        return CERTAIN if indices.mean[row] in (0, 1) else FLAT
    return HIDDEN


def chance_words(indices: Indices, quantity: str) -> str:
    """Return how much of the variance of one future is chance, and how far ignorance moves it."""
    row = indices.quantities.index(quantity)
    chance = float(indices.chance_share[row])
    sd = 100 * math.sqrt(max(float(indices.variance[row]), 0))
    return (
        f"Of the variance of a single future {percent(chance)} is chance and {percent(1 - chance)} "
        f"ignorance: over what is not known the answer has mean "
        f"{100 * indices.mean[row]:.0f} in 100 and standard deviation {sd:.0f}."
    ).replace("mean -", f"mean {MINUS}")


def explained_words(indices: Indices, quantity: str) -> str:
    """Return in one sentence what the strongest factor explains, and what the rest is due to."""
    nothing = nothing_words(indices, quantity)
    if nothing:
        return nothing
    row = indices.quantities.index(quantity)
    has_name = [k for k, item in enumerate(indices.factors) if item.kind != "rest"]
    place = max(has_name, key=lambda k: float(indices.first[row, k]))
    name = indices.factors[place].name
    alone, ends = indices.first[row, place], (indices.first_low, indices.first_high)
    words = (
        f"{name} alone explains "
        f"{share_words(alone, *(float(end[row, place]) for end in ends))} of what ignorance leaves "
        f"open, with all it takes part in {percent(_clipped(indices.total[row, place]))}."
    )
    apart = 1 - float(indices.first[row].sum())
    if apart > 0.1:
        words += f" {percent(apart)} is due to factors that act together."
    for column, item in enumerate(indices.factors):
        if item.kind == "rest":
            words += f" {item.words.capitalize()} take part in " + share_words(
                *(float(values[row, column])
                  for values in (indices.total, indices.total_low, indices.total_high))
            ) + "."  # fmt: skip
    return words


def _clipped(share: float) -> float:
    return min(max(float(share), 0), 1)

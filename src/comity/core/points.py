"""Answers at chosen points: the futures asked again and again with other judged numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class RelationAsked(NamedTuple):
    """A relation asked about: of which pair, so many months after the start."""

    dyad: str
    lead: int

    @property
    def name(self) -> str:
        """Name of the quantity."""
        return f"relation of {self.dyad} in month {self.lead}"


@dataclass(frozen=True)
class PointAnswers:
    """What the futures answer at each point of a design.

    Attributes
    ----------
    quantities
        What was asked: ids of outcomes, then names of relations.
    mean
        (quantity, point); a chance for an outcome, logits for a relation, and the difference of
        two of them where a scenario was held against another.
    variance
        (quantity, point); variance between the worlds of a point, so that the squared standard
        error of ``mean`` from sampling worlds is ``variance / n_worlds``.
    n_worlds
        Worlds behind each point.
    shared_worlds
        Whether all points lived through the same worlds, so that chance is the same in all.
    batches
        (quantity, batch, point); means over equal parts of each point's worlds, the same parts at
        every point; None unless they were asked for.
    """

    quantities: tuple[str, ...]
    mean: Floats
    variance: Floats
    n_worlds: int
    shared_worlds: bool
    batches: Floats | None = None

    def of(self, quantity: str) -> tuple[Floats, Floats]:
        """Return mean and variance of one quantity, (point,) each."""
        row = self.quantities.index(quantity)
        return self.mean[row], self.variance[row]


class AskPoints(Protocol):
    """Puts points to the futures: name of each judged number to its values, (point,)."""

    def __call__(self, points: Mapping[str, Floats], /) -> PointAnswers:
        """Return the answers at the points; a number without values stays at its central one."""
        ...

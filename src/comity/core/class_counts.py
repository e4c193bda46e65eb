"""Counts of acts in the four quad classes, by source, directed dyad and period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ShapeError
from comity.core.states import StateIndex

QUAD_CLASSES = (
    "verbal cooperation",
    "material cooperation",
    "verbal conflict",
    "material conflict",
)
"""CAMEO roots 01-05, 06-08, 09-13, 14-20; the order of the last axis of `ClassCounts.acts`."""


@dataclass(frozen=True)
class ClassCounts:
    """Acts of every directed dyad by period and class, from one or several sources of events.

    Only cells with acts are listed. A cell that is not listed has no act in that source, which
    does not say that nothing happened. Cells are sorted by directed dyad, then period, then source,
    and no two cells agree in all three.
    """

    index: StateIndex
    months: NDArray[np.int64]  # (time,)     first month of each period, months since 1970-01
    period_months: int  # length of a period: 1 or 12
    sources: tuple[str, ...]  # label of each source or epoch of a source
    directed: NDArray[np.int64]  # (cell,)   directed dyad
    time: NDArray[np.int64]  # (cell,)       position in months
    source: NDArray[np.int64]  # (cell,)     position in sources
    acts: NDArray[np.int64]  # (cell, quad_class)

    def __post_init__(self) -> None:
        n = len(self.directed)
        found = (self.time.shape, self.source.shape, self.acts.shape)
        if found != ((n,), (n,), (n, len(QUAD_CLASSES))):
            raise ShapeError(
                f"ClassCounts needs time and source of shape ({n},) and acts of shape ({n}, 4); "
                f"found {found[0]}, {found[1]} and {found[2]}. Give every cell all three."
            )

    def by_source(self) -> tuple[ClassCounts, ...]:
        """Return the counts of each source on their own."""
        out: list[ClassCounts] = []
        for number, label in enumerate(self.sources):
            own = self.source == number
            out.append(
                ClassCounts(
                    self.index, self.months, self.period_months, (label,), self.directed[own],
                    self.time[own], np.zeros(int(own.sum()), np.int64), self.acts[own],
                )
            )  # fmt: skip
        return tuple(out)

    @property
    def cooperative(self) -> NDArray[np.int64]:
        """Cooperative acts, (cell,)."""
        return self.acts[:, 0] + self.acts[:, 1]

    @property
    def conflictual(self) -> NDArray[np.int64]:
        """Conflictual acts, (cell,)."""
        return self.acts[:, 2] + self.acts[:, 3]

    @property
    def volume(self) -> NDArray[np.int64]:
        """Acts of all classes, (cell,)."""
        return self.acts.sum(axis=1)

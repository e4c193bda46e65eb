"""The three questions that counts of four classes answer, each given the number of trials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ConfigError, nearest_match

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Stick:
    """One binary split of the acts; positions refer to `comity.core.class_counts.QUAD_CLASSES`."""

    name: str
    successes: tuple[int, ...]
    failures: tuple[int, ...]
    meaning: str

    def split(self, acts: Ints) -> tuple[Ints, Ints]:
        """Return successes and failures of counts whose last axis is the class."""
        return acts[..., self.successes].sum(axis=-1), acts[..., self.failures].sum(axis=-1)


STICKS = (
    Stick("cooperation", (0, 1), (2, 3), "cooperative acts among all acts: the relation"),
    Stick("material-cooperation", (1,), (0,), "material acts among cooperative ones"),
    Stick("material-conflict", (3,), (2,), "material acts among conflictual ones"),
)


def stick_named(name: str) -> Stick:
    """Return a stick by its name."""
    for stick in STICKS:
        if stick.name == name:
            return stick
    names = [stick.name for stick in STICKS]
    raise ConfigError(
        f'a stick is one of {", ".join(names)}; found "{name}". {nearest_match(name, names)}'
    )

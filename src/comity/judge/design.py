"""Points at which a model is asked, laid out by what they are for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Design:
    """Points in (0, 1) whose last axis is the column, (..., column)."""

    points: NDArray[np.float64]

    @property
    def rows(self) -> NDArray[np.float64]:
        """Points one under the other, (point, column)."""
        return self.points.reshape(-1, self.points.shape[-1])

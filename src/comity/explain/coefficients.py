"""Coefficients of a regression with their covariance, asked for by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ParameterError, nearest_match

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """A figure with the ends of its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Coefficients:
    """Coefficients in the order of their names."""

    names: tuple[str, ...]
    coefficients: Floats  # (term,)
    covariance: Floats  # (term, term)
    kind: ClassVar[str] = "a term"  # what messages call a coefficient

    def _place(self, name: str) -> int:
        if name not in self.names:
            hint = nearest_match(name, self.names)
            raise ParameterError(
                f'{self.kind} must be one of the fit; found "{name}". {hint}'.rstrip()
            )
        return self.names.index(name)

    def se(self, name: str) -> float:
        """Return the clustered standard error of a coefficient."""
        place = self._place(name)
        return float(np.sqrt(self.covariance[place, place]))

    def coefficient(self, name: str, level: float = 0.95) -> Interval:
        """Return a coefficient with its interval."""
        return self.line({name: 1.0}, level)

    def line(self, weights: Mapping[str, float], level: float = 0.95) -> Interval:
        """Return a weighted sum of coefficients with its interval."""
        w = np.zeros(len(self.names))
        for name, weight in weights.items():
            w[self._place(name)] = weight
        value, se = float(w @ self.coefficients), float(np.sqrt(w @ self.covariance @ w))
        z = NormalDist().inv_cdf(0.5 + level / 2)
        return Interval(value, value - z * se, value + z * se)

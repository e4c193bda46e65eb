"""Judged numbers: low, central, high, with who judged them and why."""

from __future__ import annotations

from statistics import NormalDist
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

Scale = Literal["real", "positive", "unit"]
Tag = Literal["S", "R", "D", "M", "E"]
TAG_WORDS = {
    "S": "read in a source",
    "R": "computed on real data",
    "D": "derived",
    "M": "from memory, to be checked",
    "E": "judged",
}
_TAIL = NormalDist().inv_cdf(0.95)


class JudgedNumber(BaseModel):
    """One number that data do not settle, as 5%, 50% and 95% quantiles.

    Between and beyond the three quantiles it is a two-piece normal on the number's own scale:
    ``real`` as it stands, ``positive`` on the logarithm, ``unit`` on the logit. ``low == high``
    holds the number fixed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: float
    central: float
    high: float
    scale: Scale = "real"
    meaning: str
    unit: str = ""
    tag: Tag = "E"
    who: str = Field(min_length=1)
    why: str = Field(min_length=1)
    source: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.central <= self.high:
            raise ValueError(
                f"low <= central <= high must hold; found {self.low}, {self.central}, {self.high}"
            )
        if self.low == self.high:
            return self
        if self.scale == "positive" and self.low <= 0:
            raise ValueError(f"a positive scale needs low > 0; found {self.low}")
        if self.scale == "unit" and not (self.low > 0 and self.high < 1):
            raise ValueError(
                f"a unit scale needs 0 < low and high < 1; found {self.low}..{self.high}"
            )
        return self

    @property
    def is_fixed(self) -> bool:
        """Whether the number carries no uncertainty."""
        return self.low == self.high

    def quantile(self, probability: ArrayLike) -> NDArray[np.float64]:
        """Return quantiles of the judged distribution at ``probability`` in (0, 1)."""
        p = np.asarray(probability, float)
        if self.is_fixed:
            return np.full(p.shape, self.central)
        low, central, high = (_forward(self.scale, x) for x in (self.low, self.central, self.high))
        normal = NormalDist()
        z = np.array([normal.inv_cdf(float(x)) for x in p.ravel()]).reshape(p.shape) / _TAIL
        return _backward(self.scale, central + np.where(z < 0, central - low, high - central) * z)


def _forward(scale: Scale, x: float) -> float:
    if scale == "positive":
        return float(np.log(x))
    if scale == "unit":
        return float(np.log(x / (1 - x)))
    return x


def _backward(scale: Scale, y: NDArray[np.float64]) -> NDArray[np.float64]:
    if scale == "positive":
        return np.exp(y)
    if scale == "unit":
        return 1 / (1 + np.exp(-y))
    return y

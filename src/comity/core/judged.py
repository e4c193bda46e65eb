"""Judged numbers: low, central, high, with who judged them and why."""

from __future__ import annotations

from statistics import NormalDist
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.core.gamma_quantile import gamma_quantile

Scale = Literal["real", "positive", "unit", "gamma"]
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
    holds the number fixed. On the scale ``gamma`` it is a Gamma distribution of the given shape
    (the number of episodes behind a rate) whose mean is ``central``.
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
    shape: float | None = Field(default=None, gt=0, le=100)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.central <= self.high:
            raise ValueError(
                f"low <= central <= high must hold; found {self.low}, {self.central}, {self.high}"
            )
        if (self.shape is None) == (self.scale == "gamma"):
            raise ValueError('the scale "gamma", and no other, needs a shape')
        if self.shape is not None:
            if self.central <= 0:
                raise ValueError(f"a gamma scale needs a mean above 0; found {self.central}")
            ends = gamma_quantile([0.05, 0.95], shape=self.shape, mean=self.central)
            if not np.allclose([self.low, self.high], ends, rtol=0.02):
                raise ValueError(
                    f"a Gamma of shape {self.shape:g} and mean {self.central:g} has low "
                    f"{ends[0]:.4g} and high {ends[1]:.4g}; found {self.low} and {self.high}"
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
    def central_word(self) -> str:
        """What ``central`` is: the median, or of a Gamma its mean, which lies above the median."""
        return "median" if self.shape is None else "mean"

    @property
    def is_fixed(self) -> bool:
        """Whether the number carries no uncertainty."""
        return self.low == self.high

    def quantile(self, probability: ArrayLike) -> NDArray[np.float64]:
        """Return quantiles of the judged distribution at ``probability`` in (0, 1)."""
        p = np.asarray(probability, float)
        if self.is_fixed:
            return np.full(p.shape, self.central)
        if self.shape is not None:
            return gamma_quantile(p, shape=self.shape, mean=self.central)
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

"""Figures that were estimated from data, and the one way in which they reach the simulator.

An `Estimate` is a figure with its interval, the sample and the coding choices behind it, the
function that computes it and the sources it rests on. Where it stands for one of the simulator's
numbers, ``parameter`` names that number and `as_judged` gives it the form that every number of the
simulator has. `with_estimates` puts estimates in place of the package's defaults; what a case says
itself stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from comity.core.case import Case
from comity.core.errors import ConfigError, ParameterError
from comity.core.judged import JudgedNumber, Scale
from comity.core.sources import source

WHO = "comity, estimated"
_LEVEL = 0.9
"""Share between the low and the high of a judged number."""


@dataclass(frozen=True)
class Estimate:
    """A figure computed from data, with its interval.

    ``scale`` is where the interval is symmetric: ``real`` as it stands, ``positive`` on the
    logarithm, ``unit`` on the logit. Where ``is_exact`` the figure is a count, or given without an
    interval.
    """

    name: str
    value: float
    low: float
    high: float
    level: float  # share that the interval holds
    scale: Scale
    unit: str
    meaning: str
    sample: str  # what it was computed from, with its counts
    choices: str  # coding choices that another reader might make otherwise
    code: str  # the function, from comity on
    sources: tuple[str, ...]  # keys of comity.core.sources
    parameter: str = ""  # the simulator's number that it stands for

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ParameterError(
                f"{self.name}: low <= value <= high must hold; found {self.low:g}, {self.value:g}, "
                f"{self.high:g}. Compute the figure and its interval anew."
            )
        for key in self.sources:
            source(key)

    @property
    def is_exact(self) -> bool:
        """Whether the figure has no interval."""
        return self.low == self.high

    def as_judged(self) -> JudgedNumber:
        """Return the figure as a number of the simulator, its interval set to 90%."""
        low, value, high = (_forward(self.scale, x) for x in (self.low, self.value, self.high))
        normal = NormalDist()
        stretch = normal.inv_cdf(0.5 + _LEVEL / 2) / normal.inv_cdf(0.5 + self.level / 2)
        ends = (value - stretch * (value - low), value + stretch * (high - value))
        return JudgedNumber(
            low=_backward(self.scale, ends[0]), central=self.value,
            high=_backward(self.scale, ends[1]), scale=self.scale, meaning=self.meaning,
            unit=self.unit, tag="R", who=WHO, why=f"{self.sample} {self.choices}".strip(),
            source=self.sources[0] if self.sources else "",
        )  # fmt: skip


@dataclass(frozen=True)
class NoEstimate:
    """A figure that cannot be given, and the sentence that says why and what it would take."""

    name: str
    meaning: str
    reason: str


def with_estimates(case: Case, estimates: Iterable[Estimate]) -> Case:
    """Return the case with estimates in place of the package's default numbers.

    Estimates that stand for no number of the simulator are left aside, and a number that the case
    states itself stays as it is.

    Raises
    ------
    ConfigError
        Two estimates stand for the same number.
    """
    given: dict[str, JudgedNumber] = {}
    for estimate in estimates:
        if not estimate.parameter:
            continue
        if estimate.parameter in given:
            raise ConfigError(
                f'estimates: a number must be estimated once; found "{estimate.parameter}" twice. '
                "Keep one of the two."
            )
        given[estimate.parameter] = estimate.as_judged()
    return case.model_copy(update={"parameters": {**given, **case.parameters}})


def _forward(scale: Scale, x: float) -> float:
    if scale == "positive":
        return float(np.log(x))
    return float(np.log(x / (1 - x))) if scale == "unit" else x


def _backward(scale: Scale, y: float) -> float:
    if scale == "positive":
        return float(np.exp(y))
    return float(1 / (1 + np.exp(-y))) if scale == "unit" else y

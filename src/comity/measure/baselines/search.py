"""The best point of a prequential score, and whether it lies inside its range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

LARGEST = 1e9  # stands in for a score that cannot be computed
PROBES = (0.1, 0.6)
"""Steps, in free coordinates, at which the best point is compared with its neighbours."""
SLACK = 1e-3  # nats; neighbours better by less are the optimizer's tolerance
FLAT = 0.02  # nats; a parameter that loses less than this over the wide probe is not determined
N_ROUNDS = 6
WIDEN = 2.0


@dataclass(frozen=True)
class Parameter:
    """One hyper-parameter: its name, its scale and where to look for it.

    ``scale`` is ``log`` for positive numbers, ``logit`` for numbers between 0 and 1 and ``linear``
    otherwise; ``low`` and ``high`` bound the first search, which is widened when the best point
    touches them.
    """

    name: str
    scale: str
    start: float
    low: float
    high: float

    def free(self, value: float) -> float:
        """Return the unbounded coordinate of a value."""
        if self.scale == "log":
            return float(np.log(value))
        return float(np.log(value / (1 - value))) if self.scale == "logit" else value

    def natural(self, coordinate: float) -> float:
        """Return the value at an unbounded coordinate."""
        if self.scale == "log":
            return float(np.exp(coordinate))
        return float(1 / (1 + np.exp(-coordinate))) if self.scale == "logit" else coordinate


@dataclass(frozen=True)
class BestPoint:
    """Where a prequential score is largest.

    ``is_interior`` holds when, in every coordinate, the best point is inside the range searched,
    no neighbour on either side beats it, and both wide neighbours lose something: then no further
    widening of the search could help locally. ``not_interior`` names the parameters that fail.
    """

    values: dict[str, float]
    score: float
    not_interior: tuple[str, ...]

    @property
    def is_interior(self) -> bool:
        """Whether every parameter is at an interior optimum."""
        return not self.not_interior


def best_point(
    score: Callable[[Sequence[float]], float],
    parameters: Sequence[Parameter],
    starts: Sequence[Sequence[float]] = (),
) -> BestPoint:
    """Return the largest ``score`` over the parameters, searched from every start.

    Quasi-Newton steps within the ranges; a range that the best point touches is widened, and a
    neighbour that does better becomes the next start, until neither happens.
    """
    low = np.array([p.free(p.low) for p in parameters])
    high = np.array([p.free(p.high) for p in parameters])

    def loss(x: Floats) -> float:
        natural = [p.natural(value) for p, value in zip(parameters, x, strict=True)]
        found = -score(natural)
        return found if np.isfinite(found) else LARGEST

    def climb(x: Floats) -> tuple[Floats, float]:
        found = minimize(
            loss, np.clip(x, low, high), method="L-BFGS-B", bounds=np.stack([low, high], 1),
            options={"eps": 1e-4, "ftol": 1e-7, "gtol": 1e-3, "maxiter": 60},
        )  # fmt: skip
        return found.x, float(found.fun)

    places = starts or [[p.start for p in parameters]]
    tried = [
        climb(np.array([p.free(v) for p, v in zip(parameters, place, strict=True)]))
        for place in places
    ]
    x, value = min(tried, key=lambda pair: pair[1])
    losing: list[str] = []
    for _ in range(N_ROUNDS):
        touched = (x < low + 0.01) | (x > high - 0.01)
        width = high - low
        low, high = (
            np.where(x < low + 0.01, low - width / WIDEN, low),
            np.where(x > high - 0.01, high + width / WIDEN, high),
        )
        better, losing = _neighbours(loss, x, value, parameters)
        undecided = {p.name for p, t in zip(parameters, touched, strict=True) if t} - set(losing)
        if better is None and not undecided:  # what touches but is flat gains nothing from width
            break
        losing = sorted({*losing, *undecided})
        x, value = climb(x if better is None else better)
    values = {p.name: float(p.natural(v)) for p, v in zip(parameters, x, strict=True)}
    return BestPoint(values, -value, tuple(losing))


def _neighbours(
    loss: Callable[[Floats], float], x: Floats, value: float, parameters: Sequence[Parameter]
) -> tuple[Floats | None, list[str]]:
    best, better, losing = value - SLACK, None, []
    for k, parameter in enumerate(parameters):
        for step in (s * sign for s in PROBES for sign in (-1, 1)):
            near = x.copy()
            near[k] += step
            there = loss(near)
            if there < best:
                best, better = there, near
            if abs(step) == max(PROBES) and there - value < FLAT:
                losing.append(parameter.name)
    return better, sorted(set(losing))

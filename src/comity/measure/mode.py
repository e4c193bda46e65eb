"""The most probable hyper-parameters: prequential log score plus log prior, maximized."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logit

from comity.measure.filter import prequential_score
from comity.measure.model import (
    N_WITHOUT_TONE,
    NAMES,
    Prior,
    Transform,
    kernel_vector,
)
from comity.measure.panel import Panel

Floats = NDArray[np.float64]
STEP = 1e-3  # of central differences; every hyper-parameter has unit scale when unconstrained
BOX = 12.0  # unconstrained values beyond this are never plausible
WORST = -1e12
STARTS = ((24.0, 2.0), (400.0, 0.3))  # half-life of the level in months, sd of lasting means
LEVEL_HALF_LIFE, MEAN_SD = NAMES.index("level_half_life"), NAMES.index("mean_sd")
SAME_MODE = 0.05  # largest difference of two modes that are one, unconstrained
NEGLIGIBLE = 12.0  # a mode this far below the best carries no weight, in nats
N_ROUNDS = 6
N_POLISH = 6
SMALL_STEP = 1e-4  # a Newton step this small leaves an error of its square
LARGEST_SCALE = 3.0  # sd where neither data nor prior bend the objective
Point = TypeVar("Point")
Result = TypeVar("Result")


class Objective:
    """Log posterior of the hyper-parameters, many points at a time.

    Parameters
    ----------
    panel
        Months with acts; silent months add nothing.
    priors
        By name.
    n_threads
        Points are shared out over so many threads; results do not depend on it.
    """

    def __init__(self, panel: Panel, priors: Mapping[str, Prior], n_threads: int) -> None:
        self.panel = panel
        self.transform = Transform(priors)
        self.n_threads = n_threads
        self.tail = priors["tone_tail"].location
        # a record without tones leaves their hyper-parameters at the prior's centre
        self.n_free = len(NAMES) if len(panel.tone) else N_WITHOUT_TONE
        self.start = self.transform.free(start_values(panel, priors))

    def full(self, point: Floats) -> Floats:
        """Return all hyper-parameters, unconstrained, from the free ones."""
        return np.concatenate([point, self.start[self.n_free :]])

    def parameters(self, point: Floats) -> Floats:
        """Return the kernels' vector at unconstrained free hyper-parameters."""
        return kernel_vector(self.natural(point), tone_tail=self.tail)

    def natural(self, point: Floats) -> Floats:
        """Return all hyper-parameters, in the order of `NAMES`, from the free ones."""
        return self.transform.natural(self.full(point))

    def value(self, point: Floats) -> float:
        """Return the log posterior, up to a constant."""
        if np.abs(point).max() > BOX:
            return WORST
        parameters = self.parameters(point)
        score = prequential_score(self.panel, parameters)
        value = score + self.transform.log_prior(self.full(point))
        return value if np.isfinite(value) else WORST

    def values(self, points: Iterable[Floats]) -> Floats:
        """Return the log posterior at several points."""
        return np.array(in_threads(self.value, points, self.n_threads))

    def gradient(self, point: Floats) -> Floats:
        """Return central differences of the log posterior."""
        moves = STEP * np.eye(len(point))
        values = self.values(np.concatenate([point + moves, point - moves]))
        return (values[: len(point)] - values[len(point) :]) / (2 * STEP)

    def hessian(self, point: Floats) -> Floats:
        """Return second differences of the log posterior, symmetric."""
        n, step = len(point), 20 * STEP
        first, second = np.tril_indices(n)
        move = step * np.eye(n)
        shift = move[first] + move[second]
        single = np.concatenate([point + move, point - move, point[None]])
        values = self.values(np.concatenate([point + shift, point - shift, single]))
        both, values = values[: 2 * len(first)].reshape(2, -1), values[2 * len(first) :]
        up, down, centre = values[:n], values[n : 2 * n], values[-1]
        sides = up[first] + up[second] + down[first] + down[second]
        out = np.empty((n, n))
        out[first, second] = (both.sum(axis=0) - sides + 2 * centre) / (2 * step**2)
        out[second, first] = out[first, second]
        return out


@dataclass(frozen=True)
class Mode:
    """The most probable hyper-parameters and the curvature around them, unconstrained."""

    point: Floats
    value: float
    hessian: Floats
    largest_gradient: float


def in_threads(
    function: Callable[[Point], Result], points: Iterable[Point], n_threads: int
) -> list[Result]:
    """Return ``function`` of each point, in order; compiled loops run side by side."""
    if n_threads == 1:
        return [function(point) for point in points]
    with ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(function, points))


def start_values(panel: Panel, priors: Mapping[str, Prior]) -> Floats:
    """Return where the search starts: prior medians, with the intercept at the pooled share."""
    values = np.array([float(priors[name].quantile(0.5)) for name in NAMES])
    acts = panel.acts.sum(axis=(0, 1))
    values[0] = logit((acts[0] + 1) / (acts.sum() + 2))
    return values


def find_modes(objective: Objective) -> tuple[Mode, ...]:
    """Return the modes that matter, best first.

    Pairs may differ for good because their means do, or because levels hardly ever return: short
    records often admit both, with a valley between. The search starts once on either side.
    """
    found: list[Mode] = []
    for half_life, mean_sd in STARTS:
        start = objective.start.copy()
        start[LEVEL_HALF_LIFE], start[MEAN_SD] = np.log(half_life), np.log(mean_sd)
        mode = find_mode(objective, start[: objective.n_free])
        if all(np.abs(mode.point - other.point).max() > SAME_MODE for other in found):
            found.append(mode)
    found.sort(key=lambda mode: -mode.value)
    return tuple(mode for mode in found if mode.value > found[0].value - NEGLIGIBLE)


def find_mode(objective: Objective, point: Floats) -> Mode:
    """Return a mode: L-BFGS in directions of equal curvature, then Newton steps to polish."""
    value = objective.value(point)
    for _ in range(N_ROUNDS):
        axes, scale = curvature_scale(objective.hessian(point))
        spread = axes * scale  # (hyper-parameter, direction), one unit of each is about one sd

        def negative(z: Floats, origin: Floats = point, spread: Floats = spread) -> float:
            return -objective.value(origin + spread @ z)

        def slope(z: Floats, origin: Floats = point, spread: Floats = spread) -> Floats:
            return -(spread.T @ objective.gradient(origin + spread @ z))

        answer = minimize(
            negative,
            np.zeros(len(point)),
            jac=slope,
            method="L-BFGS-B",
            bounds=[(-BOX, BOX)] * len(point),
            options={"maxiter": 15, "ftol": 1e-7, "gtol": 1e-2},
        )
        gain = -float(answer.fun) - value
        point, value = point + spread @ answer.x, -float(answer.fun)
        if gain < 0.1:
            break
    hessian = gradient = np.zeros(0)
    for _ in range(N_POLISH):
        hessian, gradient = objective.hessian(point), objective.gradient(point)
        axes, scale = curvature_scale(hessian)
        step = axes @ (scale**2 * (axes.T @ gradient))
        trials = [point + share * step for share in (1.0, 0.3, 0.1)]
        values = objective.values(trials)
        best = int(values.argmax())
        if values[best] < value:
            break
        point, value = trials[best], float(values[best])
        if np.abs(step).max() < SMALL_STEP:
            break
    return Mode(point, value, hessian, float(np.abs(gradient).max()))


def curvature_scale(hessian: Floats) -> tuple[Floats, Floats]:
    """Return eigenvectors of the curvature and the sd along each, at most `LARGEST_SCALE`."""
    curvature, axes = np.linalg.eigh(-hessian)
    return axes, 1 / np.sqrt(np.maximum(np.abs(curvature), LARGEST_SCALE**-2))

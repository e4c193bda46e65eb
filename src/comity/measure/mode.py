"""The most probable hyper-parameters: prequential log score plus log prior, maximized."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from comity.measure.filter import step_evidence
from comity.measure.likelihood_table import likelihood_table
from comity.measure.model import (
    VOLATILITY_NODES,
    VOLATILITY_WEIGHTS,
    Prior,
    Transform,
    kernel_vector,
    names_of,
)
from comity.measure.panel import Panel
from comity.measure.volatility import class_weights

Floats = NDArray[np.float64]
STEP = 1e-3  # of central differences; every hyper-parameter has unit scale when unconstrained
BOX = 12.0  # unconstrained values beyond this are never plausible
WORST = -1e12
N_TONE = 4  # hyper-parameters of the tones, last in every vector
N_POLISH = 6
SMALL_STEP = 1e-4  # a Newton step this small leaves an error of its square
LONG_STEP = 0.3  # in sd: beyond it the curvature is taken anew
LARGEST_SCALE = 3.0  # sd where neither data nor prior bend the objective
LOG_WEIGHTS = np.log(VOLATILITY_WEIGHTS)
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
        self.transform = Transform(priors, panel.n_sources)
        self.n_threads = n_threads
        self.tail = priors["tone_tail"].location
        # a record without tones leaves their hyper-parameters at the prior's centre
        n_names = len(names_of(panel.n_sources))
        self.n_free = n_names if len(panel.tone) else n_names - N_TONE
        self.start = self.transform.free(start_values(panel, priors))

    def full(self, point: Floats) -> Floats:
        """Return all hyper-parameters, unconstrained, from the free ones."""
        return np.concatenate([point, self.start[self.n_free :]])

    def natural(self, point: Floats) -> Floats:
        """Return all hyper-parameters, in the order of `names_of`, from the free ones."""
        return self.transform.natural(self.full(point))

    def parameters(self, point: Floats) -> tuple[Floats, ...]:
        """Return the kernels' vector of each volatility class."""
        return class_vectors(self.natural(point), self.tail, self.panel.n_sources)

    def value(self, point: Floats) -> float:
        """Return the log posterior, up to a constant."""
        if np.abs(point).max() > BOX:
            return WORST
        evidence = pair_evidence(self.panel, self.parameters(point))
        if not np.isfinite(evidence).all():
            return WORST
        score = float(np.logaddexp.reduce(evidence + LOG_WEIGHTS[:, None], axis=0).sum())
        value = score + self.transform.log_prior(self.full(point))
        return value if np.isfinite(value) else WORST

    def values(self, points: Iterable[Floats]) -> Floats:
        """Return the log posterior at several points."""
        return np.array(in_threads(self.value, points, self.n_threads))

    def log_prior(self, point: Floats) -> float:
        """Return the log prior, up to a constant."""
        return self.transform.log_prior(self.full(point))

    def step_scores(self, point: Floats) -> Floats:
        """Return the log predictive density of each step, over volatility classes, (step,)."""
        vectors = self.parameters(point)
        table = likelihood_table(self.panel, *vectors)
        evidence = np.array([step_evidence(self.panel, vector, table) for vector in vectors])
        before, _ = class_weights(self.panel, evidence)
        # a class may have lost all its weight, and an absurd point may predict nothing at all
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.logaddexp.reduce(evidence + np.log(before), axis=0)

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


def class_vectors(natural: Floats, tail: float, n_sources: int) -> tuple[Floats, ...]:
    """Return the kernels' vector of each volatility class, calm to wild."""
    return tuple(
        kernel_vector(natural, tone_tail=tail, volatility=node, n_sources=n_sources)
        for node in VOLATILITY_NODES
    )


def pair_evidence(panel: Panel, parameters: tuple[Floats, ...]) -> Floats:
    """Return the log evidence of each pair under each volatility class, (class, pair)."""
    table = likelihood_table(panel, *parameters)  # classes differ in their dynamics only
    return np.array([panel.by_pair(step_evidence(panel, vector, table)) for vector in parameters])


def start_values(panel: Panel, priors: Mapping[str, Prior]) -> Floats:
    """Return where the search starts: prior medians, with the intercepts at the pooled shares."""
    acts = panel.acts.sum(axis=(0, 1))  # (source, side)
    pooled = logit((acts[:, 0] + 1) / (acts.sum(axis=1) + 2))
    values: list[float] = []
    for name in names_of(panel.n_sources):
        base, _, number = name.rpartition("_") if name[-1].isdigit() else (name, "", "1")
        if base == "intercept":
            values.append(float(pooled[int(number) - 1]))
        else:
            # large steps of pairs that are all calm look much like small steps of middling ones;
            # from below the search ends at the latter
            share = 0.5 if base in ("level_step_sd", "flare_step_sd") else 1.0
            values.append(share * float(priors[base].quantile(0.5)))
    return np.array(values)


def polish(objective: Objective, point: Floats, value: float) -> Mode:
    """Return the mode next to a point: Newton steps, the curvature renewed where they are long."""
    hessian = objective.hessian(point)
    gradient = objective.gradient(point)
    for _ in range(N_POLISH):
        axes, scale = curvature_scale(hessian)
        step = axes @ (scale**2 * (axes.T @ gradient))
        trials = [point + share * step for share in (1.0, 0.3, 0.1)]
        values = objective.values(trials)
        best = int(values.argmax())
        if values[best] < value:
            break
        moved = trials[best] - point
        point, value = trials[best], float(values[best])
        if np.abs((axes.T @ moved) / scale).max() > LONG_STEP:
            hessian = objective.hessian(point)
        gradient = objective.gradient(point)
        if np.abs(step).max() < SMALL_STEP:
            break
    return Mode(point, value, hessian, float(np.abs(gradient).max()))


def curvature_scale(hessian: Floats) -> tuple[Floats, Floats]:
    """Return eigenvectors of the curvature and the sd along each, at most `LARGEST_SCALE`."""
    curvature, axes = np.linalg.eigh(-hessian)
    return axes, 1 / np.sqrt(np.maximum(np.abs(curvature), LARGEST_SCALE**-2))

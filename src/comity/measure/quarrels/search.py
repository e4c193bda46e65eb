"""From a log posterior to its mode and to weighted draws around it; exact evidence, few points.

Points are unconstrained: every coordinate has a scale of about one. The general measurement has a
search of its own, built around its compiled panel; this one asks only for a function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import ndtri
from scipy.stats import qmc

from comity.core.errors import ConvergenceError
from comity.core.streams import stream_number
from comity.measure.mode import Mode, in_threads

Floats = NDArray[np.float64]
LogPosterior = Callable[[Floats], float]
STEP = 1e-3  # of central differences
WIDE_STEP = 2e-2  # of second differences
LARGEST_SD = 3.0  # where neither data nor prior bend the posterior
N_NEWTON = 4
PROBE = 1.5  # distance, in sd, at which the drop of the posterior sets the width of a side
WIDEN = 1.1  # proposals wider than the target keep the weights bounded
CANDIDATES_PER_DRAW = 8


@dataclass(frozen=True)
class Draws:
    """Equally weighted posterior draws; ``effective`` counts the candidates before resampling."""

    points: Floats  # (draw, coordinate)
    mode: Mode
    effective: float
    n_candidates: int


def find_mode(log_posterior: LogPosterior, start: Floats, n_threads: int) -> Mode:
    """Return the mode nearest uphill: quasi-Newton from ``start``, then Newton steps.

    Raises
    ------
    ConvergenceError
        The log posterior is not finite where the search ends.
    """

    def values(points: Iterable[Floats]) -> Floats:
        return np.array(in_threads(log_posterior, points, n_threads))

    def gradient(point: Floats) -> Floats:
        moves = STEP * np.eye(len(point))
        found = values([*(point + moves), *(point - moves)])
        return (found[: len(point)] - found[len(point) :]) / (2 * STEP)

    def hessian(point: Floats) -> Floats:
        n = len(point)
        first, second = np.tril_indices(n)
        move = WIDE_STEP * np.eye(n)
        shift = move[first] + move[second]
        found = values(
            [*(point + shift), *(point - shift), *(point + move), *(point - move), point]
        )
        both = found[: 2 * len(first)].reshape(2, -1).sum(axis=0)
        sides = found[2 * len(first) : -1].reshape(2, -1).sum(axis=0)
        out = np.empty((n, n))
        out[first, second] = (both - sides[first] - sides[second] + 2 * found[-1]) / (
            2 * WIDE_STEP**2
        )
        out[second, first] = out[first, second]
        return out

    def downhill(point: Floats) -> tuple[float, Floats]:
        found = values([point, *(point + STEP * np.eye(len(point)))])
        return -float(found[0]), -(found[1:] - found[0]) / STEP

    answer = minimize(
        downhill, start, jac=True, method="BFGS", options={"gtol": 0.2, "maxiter": 60}
    )
    point, value = np.asarray(answer.x, float), -float(answer.fun)
    if not np.isfinite(value):
        raise ConvergenceError(
            "the log posterior of level and flare must be finite at its mode; found "
            f"{value} at {point.round(2).tolist()}. Check that pairs have acts and priors fit them."
        )
    begun, slope, curved = point, gradient(point), hessian(point)
    for _ in range(N_NEWTON):
        curvature, axes = np.linalg.eigh(-curved)
        scale = np.maximum(np.abs(curvature), LARGEST_SD**-2)
        step = axes @ ((axes.T @ slope) / scale)
        trials = [point + share * step for share in (1.0, 0.3)]
        found = values(trials)
        if found.max() <= value:
            break
        point, value = trials[int(found.argmax())], float(found.max())
        slope = gradient(point)
        if np.abs(slope).max() < STEP:
            break
    if np.abs(point - begun).max() > WIDE_STEP:
        curved = hessian(point)
    return Mode(point, value, curved, float(np.abs(slope).max()))


def side_widths(log_posterior: LogPosterior, mode: Mode, n_threads: int) -> tuple[Floats, Floats]:
    """Return eigenvectors of the curvature, and widths to the left and right of each, (2, axis).

    A width is the sd of the Gaussian that drops as the posterior does at `PROBE` sd, widened.
    """
    curvature, axes = np.linalg.eigh(-mode.hessian)
    sd = np.minimum(1 / np.sqrt(np.maximum(curvature, 1e-6)), LARGEST_SD)
    probes = [*(mode.point - PROBE * (axes * sd).T), *(mode.point + PROBE * (axes * sd).T)]
    reached = np.array(in_threads(log_posterior, probes, n_threads))
    drop = np.maximum(mode.value - reached, 1e-3).reshape(2, -1)
    ratio = np.clip(PROBE / np.sqrt(2 * drop), 0.4, 2.5)
    return axes, np.minimum(WIDEN * sd * ratio, 1.5 * LARGEST_SD)


def draw_posterior(
    log_posterior: LogPosterior, start: Floats, *, n_draws: int, seed: int, n_threads: int
) -> Draws:
    """Return posterior draws by truncated importance sampling around the mode.

    Candidates are a randomly shifted Sobol sequence through a Gaussian with a width of its own to
    either side of each axis; weights are cut at their mean times the root of their number (Ionides
    2008), then resampled systematically.
    """
    mode = find_mode(log_posterior, start, n_threads)
    axes, widths = side_widths(log_posterior, mode, n_threads)
    n_candidates = 1 << int(np.ceil(np.log2(CANDIDATES_PER_DRAW * n_draws)))
    key = np.array([seed, stream_number("measure/quarrels/hyper")], np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key))
    even = qmc.Sobol(len(start), scramble=False).random(n_candidates)
    z = ndtri(np.clip((even + generator.random(len(start))) % 1, 1e-12, 1 - 1e-12))
    stretch = np.where(z < 0, widths[0], widths[1])
    points = mode.point + (z * stretch) @ axes.T
    proposed = -0.5 * (z**2).sum(axis=1) - np.log(stretch).sum(axis=1)
    reached = np.array(in_threads(log_posterior, points, n_threads))
    weight = np.exp(reached - proposed - (reached - proposed).max())
    weight = np.minimum(weight, weight.mean() * np.sqrt(n_candidates))
    weight /= weight.sum()
    ruler = (np.arange(n_draws) + generator.random()) / n_draws
    chosen = np.minimum(np.searchsorted(np.cumsum(weight), ruler), n_candidates - 1)
    return Draws(points[chosen], mode, float(1 / (weight**2).sum()), n_candidates)

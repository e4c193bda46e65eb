"""The lattice: level by flare, their transitions, and the lasting mean's nodes.

Notation: rho, q -- level memory and step sd -- 1, logit; rho_u, q_u, nu -- flare memory, scale and
degrees of freedom -- 1, logit, 1; d_l, d_u -- spacings -- logit. Transitions are densities at the
nodes times the spacing. For smooth densities no narrower than the spacing this trapezoidal rule has
an error that falls off exponentially, where cell probabilities (differences of the distribution
function) would add d^2/12 to the variance of every single step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from comity.measure.quarrels.loops import settle

Floats = NDArray[np.float64]
SPACINGS = (0.2, 0.1, 0.05, 0.025)
LARGEST_FLARE = 6.0  # ASSUMED: shares beyond 6 logits (0.25%) cannot be told apart
N_NODES = 4  # Gauss-Hermite nodes of the lasting mean
RESOLVED = 1.3  # spacing in sd of a Gaussian step: the trapezoidal rule errs by 2e^(-2 (pi/1.3)^2)
MONTHS_TO_SETTLE = 128  # after which any memory of a flare has reached its stationary law
FINEST_STEP = SPACINGS[-1]  # a level or flare that moves less a month stands still on this lattice


@dataclass(frozen=True)
class Lattice:
    """Nodes and transitions of one pair under one set of hyper-parameters.

    Level paths that leave the window are dropped, not reflected: choose a window that holds the
    posterior. ``level_step[m, i, k]`` is the probability of node k at the next month from node i,
    under lasting mean m; ``flare_step[j, k]`` likewise.
    """

    level: Floats  # (level,)
    flare: Floats  # (flare,)
    theta: Floats  # (theta,)                       level + flare, finest of the two spacings
    place: NDArray[np.int64]  # (level, flare)      position in theta
    start: Floats  # (mean, level, flare)           prior of the first month, weights included
    level_step: Floats  # (mean, level, level)
    flare_step: Floats  # (flare, flare)


def spacing_for(width: float, coarsest: float = SPACINGS[0]) -> float:
    """Return the largest spacing, at most ``coarsest``, that is not wider than ``width``."""
    for spacing in SPACINGS:
        if spacing <= coarsest and spacing <= width * (1 + 1e-9):
            return spacing
    return SPACINGS[-1]


def flare_width(scale: float, tail: float) -> float:
    """Return the spacing at which the trapezoidal rule still resolves a Student-t step.

    Its characteristic function at the lattice's frequency must be below e^-10 or so.
    """
    return min(np.sqrt(min(tail, 4.0)) * 2 * np.pi / 10, RESOLVED) * scale


def build_lattice(
    value: Mapping[str, float],
    window: tuple[float, float],
    nodes: tuple[Floats, Floats],
    *,
    coarsest: float = SPACINGS[0],
    finest_step: float = FINEST_STEP,
    finer: int = 1,
) -> Lattice:
    """Return the lattice for hyper-parameters by name.

    Parameters
    ----------
    value
        Hyper-parameters. ``flare_step_sd`` 0 leaves flares out; ``flare_tail`` infinite makes them
        Gaussian; ``level_tail``, where given, makes the level's steps Student-t.
    window
        Lowest and highest level.
    nodes
        Values and weights of the lasting mean.
    coarsest
        Largest spacing allowed.
    finest_step
        Steps of level and flare that are smaller are rounded up to this.
    finer
        Divides both spacings, to check the discretization.
    """
    rho = 2.0 ** (-1.0 / value["level_half_life"])
    q = max(value["level_step_sd"], finest_step)
    tail = value.get("level_tail", np.inf)
    width = RESOLVED * q if np.isinf(tail) else flare_width(q, tail)
    d_l = spacing_for(width, coarsest) / finer
    first = np.floor(window[0] / 0.2) * 0.2
    level = first + d_l * np.arange(round((np.ceil(window[1] / 0.2) * 0.2 - first) / d_l) + 1)
    flare, flare_step, flare_start, d_u = _flares(value, coarsest, finest_step, finer, d_l)
    base = min(d_l, d_u)
    stride = round(d_l / base), round(d_u / base)
    n_theta = stride[0] * (len(level) - 1) + stride[1] * (len(flare) - 1) + 1
    place = np.add.outer(stride[0] * np.arange(len(level)), stride[1] * np.arange(len(flare)))
    mean, weight = nodes
    centre = mean[:, None] + rho * (level - mean[:, None])  # (mean, level)
    level_step = d_l * _density(level - centre[:, :, None], q, tail)
    spread = q / np.sqrt(1 - rho**2)
    level_start = d_l * _density(level - mean[:, None], spread, tail)
    start = (weight[:, None] * level_start)[:, :, None] * flare_start
    theta = level[0] + flare[0] + base * np.arange(n_theta)
    return Lattice(level, flare, theta, place, start, level_step, flare_step)


def _flares(
    value: Mapping[str, float], coarsest: float, finest_step: float, finer: int, d_l: float
) -> tuple[Floats, Floats, Floats, float]:
    """Return nodes, transition, stationary law and spacing of the flare."""
    if value["flare_step_sd"] == 0:
        return np.zeros(1), np.ones((1, 1)), np.ones(1), d_l
    scale, tail = max(value["flare_step_sd"], finest_step), value["flare_tail"]
    d_u = spacing_for(flare_width(scale, tail), coarsest) / finer
    n = round(LARGEST_FLARE / d_u)
    flare = d_u * np.arange(-n, n + 1)
    step = _density(flare - value["flare_memory"] * flare[:, None], scale, tail)
    step /= step.sum(axis=1, keepdims=True)
    start = np.zeros(len(flare))
    start[n] = 1.0
    settle(step, start, MONTHS_TO_SETTLE)
    return np.asarray(flare, np.float64), step, start / start.sum(), d_u


def _density(x: Floats, scale: float, tail: float) -> Floats:
    """Return Student-t densities; Gaussian where ``tail`` is infinite."""
    z = x / scale
    if np.isinf(tail):
        return np.exp(-0.5 * z * z) / (np.sqrt(2 * np.pi) * scale)
    constant = np.exp(gammaln((tail + 1) / 2) - gammaln(tail / 2)) / np.sqrt(np.pi * tail)
    return constant / scale * (1 + z * z / tail) ** (-(tail + 1) / 2)


def mean_nodes(
    value: Mapping[str, float], share_logit: float, n_months: int, n_nodes: int = N_NODES
) -> tuple[Floats, Floats]:
    """Return nodes of the lasting mean and their weights, whose sum with the prior is about 1.

    Gauss-Hermite around a rough posterior: the prior times the record's average as an observation
    with the variance of the level's average over the record. The weights correct for the roughness.
    """
    rho, q = 2.0 ** (-1.0 / value["level_half_life"]), value["level_step_sd"]
    n = n_months
    spread = q * q / (1 - rho**2)
    average = spread * ((1 + rho) / (1 - rho) / n - 2 * rho * (1 - rho**n) / (n * (1 - rho)) ** 2)
    noise = average + 0.05
    c, variance = value["intercept"], value["mean_sd"] ** 2
    precision = 1 / variance + 1 / noise
    centre, sd = (c / variance + share_logit / noise) / precision, 1.1 / np.sqrt(precision)
    z, w = np.polynomial.hermite_e.hermegauss(n_nodes)
    mean = centre + sd * z
    prior = -0.5 * (mean - c) ** 2 / variance - np.log(value["mean_sd"])
    return mean, w / np.sqrt(2 * np.pi) * np.exp(prior + 0.5 * z * z) * sd

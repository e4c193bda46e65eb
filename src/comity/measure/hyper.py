"""Posterior draws of the hyper-parameters: importance sampling around the modes, then steps."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from comity.core.streams import stream_number
from comity.measure.mode import Mode, Objective
from comity.measure.modes import find_modes
from comity.measure.resample_move import move_draws

Floats = NDArray[np.float64]
CANDIDATES_PER_DRAW = 8
WIDEN = 1.1  # proposals wider than the target keep the weights bounded
STRETCH = 2.5  # of the wider proposals
OF_BEST = 5  # candidates around the best mode for each around a mode of no height
PROBE = 1.5  # distance, in sd, at which the objective's drop sets the width of a side
LARGEST_SD = 3.0  # where the data say nothing and the prior is flat on the unconstrained scale


@dataclass(frozen=True)
class HyperDraws:
    """Equally weighted posterior draws of the hyper-parameters, unconstrained.

    ``effective`` is the effective number of the candidates before resampling.
    """

    points: Floats  # (draw, free hyper-parameter)
    mode: Mode  # the best one
    n_modes: int
    effective: float
    n_candidates: int


def draw_hyperparameters(objective: Objective, *, n_draws: int, seed: int) -> HyperDraws:
    """Return posterior draws of the hyper-parameters.

    Parameters
    ----------
    objective
        Log posterior.
    n_draws
        Draws wanted.
    seed
        Seed of the random shift of the Sobol candidates.
    """
    near = [Proposal(objective, mode) for mode in find_modes(objective)]
    best, n = near[0].mode, objective.n_free
    proposals: list[Proposal] = []
    for one in near:
        # candidates go where the mass is, and a few to every mode in case it is broader than high
        share = 1 + round(OF_BEST * np.exp(one.mode.value - best.value))
        # a sd that may be zero has a tail to the left that no Gaussian around the mode reaches
        proposals += [one] * share + [one.wider()] * max(1, share // 3)
    n_candidates = 1 << int(np.ceil(np.log2(CANDIDATES_PER_DRAW * n_draws)))
    key = np.random.Philox(key=np.array([seed, stream_number("measure/hyper/draw")], np.uint64))
    generator = np.random.Generator(key)
    even = qmc.Sobol(n, scramble=False).random(n_candidates)
    z = ndtri(np.clip((even + generator.random(n)) % 1, 1e-12, 1 - 1e-12))  # (candidate, axis)
    points = np.empty_like(z)
    for k, proposal in enumerate(proposals):
        points[k :: len(proposals)] = proposal.place(z[k :: len(proposals)])
    density = [proposal.log_density(points) for proposal in proposals]
    value = objective.values(points)
    log_weight = value - best.value - np.logaddexp.reduce(density, axis=0)
    weight = truncate_weights(log_weight)
    chosen = resample(weight, n_draws, float(generator.random()))
    effective = float(1 / (weight**2).sum())
    moved = move_draws(objective, points[chosen], value[chosen], generator)
    return HyperDraws(moved, best, len(near), effective, n_candidates)


class Proposal:
    """A Gaussian around a mode with a width of its own to either side of each axis."""

    def __init__(self, objective: Objective, mode: Mode) -> None:
        self.mode = mode
        self.axes, self.widths = side_widths(objective, mode)

    def wider(self) -> Proposal:
        """Return the same proposal, stretched to reach tails that are not Gaussian."""
        out = copy(self)
        out.widths = np.minimum(self.widths * STRETCH, 2 * LARGEST_SD)
        return out

    def place(self, z: Floats) -> Floats:
        """Return points at standard normal coordinates, (candidate, hyper-parameter)."""
        stretch = np.where(z < 0, self.widths[0], self.widths[1])
        return self.mode.point + (z * stretch) @ self.axes.T

    def log_density(self, points: Floats) -> Floats:
        """Return the log density at points, up to a constant shared by all proposals."""
        along = (points - self.mode.point) @ self.axes
        stretch = np.where(along < 0, self.widths[0], self.widths[1])
        return -0.5 * ((along / stretch) ** 2).sum(axis=1) - np.log(stretch).sum(axis=1)


def side_widths(objective: Objective, mode: Mode) -> tuple[Floats, Floats]:
    """Return eigenvectors of the curvature and a width to either side of the mode along each.

    Widths have shape (2, axis), left then right: the sd of the Gaussian that drops as the objective
    does at `PROBE` sd, widened a little.
    """
    curvature, axes = np.linalg.eigh(-mode.hessian)
    sd = np.minimum(1 / np.sqrt(np.maximum(curvature, 1e-6)), LARGEST_SD)
    probes = np.concatenate(
        [mode.point - PROBE * (axes * sd).T, mode.point + PROBE * (axes * sd).T]
    )
    drop = np.maximum(mode.value - objective.values(probes), 1e-3).reshape(2, -1)
    ratio = PROBE / np.sqrt(2 * drop)
    return axes, np.minimum(WIDEN * sd * np.clip(ratio, 0.4, 2.5), 1.5 * LARGEST_SD)


def truncate_weights(log_weight: Floats) -> Floats:
    """Return normalized weights, none larger than the mean times the square root of their number.

    Truncated importance sampling (Ionides 2008): finite variance at the price of a small bias.
    """
    weight = np.exp(log_weight - log_weight.max())
    weight = np.minimum(weight, weight.mean() * np.sqrt(len(weight)))
    return weight / weight.sum()


def resample(weight: Floats, n_draws: int, start: float) -> NDArray[np.int64]:
    """Return systematically resampled positions; ``start`` is uniform in [0, 1)."""
    edges = np.cumsum(weight)
    points = (np.arange(n_draws) + start) / n_draws * edges[-1]
    return np.minimum(np.searchsorted(edges, points), len(weight) - 1)

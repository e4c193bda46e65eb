"""Posterior draws of the driver model: shared effects, government effects with heavy tails."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.explain.assumptions import Priors
from comity.explain.eliminate import draw_own, eliminate, own_slopes
from comity.explain.sums import PAIRS_A_CHUNK, Sums, in_order

Floats = NDArray[np.float64]
N_WARM = 40
SPREAD_NODES = np.linspace(-2.5, 2.5, 11)
"""Values of a pair's log multiplier that are told apart, in units of its spread."""
SD_NODES = np.linspace(0.005, 4.0, 200)
"""Values of the scale of the government effects that are told apart, in units of its prior's."""


@dataclass(frozen=True)
class Draws:
    """Draws of one chain, and what linear algebra still needs from it."""

    shared: Floats  # (kept, shared)
    shared_mean: Floats  # (kept, shared)         conditional mean behind each draw
    shared_sd: Floats  # (kept, shared)           conditional standard deviation behind each draw
    shared_covariance: Floats  # (shared, shared)  mean conditional covariance
    own_mean: Floats  # (own,)
    own_square: Floats  # (own,)
    government_sd: Floats  # (kept,)
    weight: Floats  # (own,)                      harmonic mean of the prior variances, as precision


@dataclass
class Scales:
    """Where a chain stands: the scale of all government effects and what modulates it."""

    sd: float
    spread: Floats  # (pair,)     log multiplier
    stretch: Floats  # (own,)     of single effects; their variance is sd² m² stretch
    own: Floats  # (own,)


def sample_effects(
    sums: Sums,
    priors: Priors,
    prior_mean: Floats,
    prior_precision: Floats,
    *,
    n_keep: int,
    generator: np.random.Generator,
    n_warm: int = N_WARM,
    begin: Scales | None = None,
    n_threads: int = 0,
) -> tuple[Draws, Scales]:
    """Draw shared and own effects by Gibbs sampling.

    The shared effects are drawn with all own ones integrated out, the own ones given the shared.
    The common scale of the own effects is drawn twice in every sweep, once given the effects and
    once given their sizes relative to it, which lets it move whether the data say much or little of
    them (interweaving [1]_).

    Parameters
    ----------
    sums
        Normal equations of one draw of the measurement.
    priors
        Scales.
    prior_mean, prior_precision
        Of the shared effects, (shared,).
    n_keep, n_warm
        Sweeps kept and thrown away before.
    generator
        Of the draws.
    begin
        Where to start; the end of an earlier chain shortens the way.

    References
    ----------
    .. [1] Yu & Meng (2011). To center or not to center: that is not the question. Journal of
       Computational and Graphical Statistics 20(3).
    """
    owner = np.repeat(np.arange(len(sums.own_offset) - 1), np.diff(sums.own_offset))
    n_own = len(sums.own_score)
    at = begin or Scales(
        0.5 * priors.government_sd, np.zeros(len(sums.own_offset) - 1), np.ones(n_own),
        np.zeros(n_own),
    )  # fmt: skip
    factor = np.empty_like(sums.own_information)
    q = sums.n_shared
    kept, kept_mean, kept_width = np.empty((3, n_keep, q))
    covariance = np.zeros((q, q))
    own_mean, own_square, variance = np.zeros(n_own), np.zeros(n_own), np.zeros(n_own)
    kept_sd = np.empty(n_keep)
    threads = n_threads or os.cpu_count() or 1
    for sweep in range(n_warm + n_keep):
        scale = at.sd**2 * np.exp(2 * at.spread[owner]) * at.stretch
        information, score = reduced(sums, 1 / scale, factor, threads)
        information[np.diag_indices(q)] += prior_precision
        root = np.linalg.inv(np.linalg.cholesky(information))  # few shared effects: no fuss
        mean = root.T @ (root @ (score + prior_precision * prior_mean))
        shared = mean + root.T @ generator.standard_normal(q)
        if n_own:
            draw_own(
                0, len(sums.own_offset) - 1, sums.own_offset, sums.square_offset, sums.own_shared,
                sums.own_score, factor, shared, generator.standard_normal(n_own), at.own,
            )  # fmt: skip
            _move_scales(sums, priors, owner, shared, at, generator)
        else:
            at.sd = priors.government_sd * abs(float(generator.standard_normal()))
        if sweep >= n_warm:
            row = sweep - n_warm
            kept[row], kept_mean[row], kept_sd[row] = shared, mean, at.sd
            conditional = root.T @ root
            kept_width[row] = np.sqrt(np.diag(conditional))
            covariance += conditional / n_keep
            own_mean += at.own / n_keep
            own_square += at.own**2 / n_keep
            variance += 1 / scale / n_keep
    drawn = Draws(
        kept, kept_mean, kept_width, covariance, own_mean, own_square, kept_sd, variance
    )  # fmt: skip
    return drawn, at


def reduced(
    sums: Sums, weight: Floats, factor: Floats, n_threads: int = 1
) -> tuple[Floats, Floats]:
    """Return information and score of the shared effects, the own ones integrated out."""
    if not len(weight):
        return sums.information.copy(), sums.score.copy()
    n_pairs = len(sums.own_offset) - 1

    def run(first: int) -> tuple[Floats, Floats]:
        information, score = np.zeros_like(sums.information), np.zeros_like(sums.score)
        eliminate(
            first, min(first + PAIRS_A_CHUNK, n_pairs), sums.own_offset, sums.square_offset,
            sums.own_information, sums.own_shared, sums.own_score, weight, factor, information,
            score,
        )  # fmt: skip
        return information, score

    parts = in_order(run, range(0, n_pairs, PAIRS_A_CHUNK), n_threads)
    information, score = (np.sum([part[k] for part in parts], axis=0) for k in range(2))
    return sums.information + information, sums.score + score


def _move_scales(
    sums: Sums,
    priors: Priors,
    owner: NDArray[np.int64],
    shared: Floats,
    at: Scales,
    generator: np.random.Generator,
) -> None:
    """Move stretch, spread and scale given the effects, then the scale given their shapes."""
    n_own = len(at.own)
    size = at.sd**2 * np.exp(2 * at.spread[owner])
    rate = 0.5 * (priors.tail + at.own**2 / size)
    at.stretch = rate / generator.standard_gamma(0.5 * (priors.tail + 1), n_own)
    squares = np.bincount(owner, at.own**2 / at.stretch, len(at.spread)) / at.sd**2
    count = np.diff(sums.own_offset)
    nodes = priors.dyad_spread * SPREAD_NODES
    log_mass = -0.5 * SPREAD_NODES**2 - count[:, None] * nodes
    log_mass = log_mass - 0.5 * squares[:, None] * np.exp(-2 * nodes)
    at.spread = nodes[_choose(log_mass, generator.random(len(at.spread)))]
    shape = at.own**2 / (np.exp(2 * at.spread[owner]) * at.stretch)
    grid = priors.government_sd * SD_NODES
    prior = -0.5 * (grid / priors.government_sd) ** 2
    log_mass = prior - n_own * np.log(grid) - 0.5 * shape.sum() / grid**2
    at.sd = float(grid[_choose(log_mass[None], generator.random(1))[0]])
    unit = at.own / at.sd
    slope, curvature = own_slopes(
        sums.own_offset, sums.square_offset, sums.own_information, sums.own_shared, sums.own_score,
        shared, unit,
    )  # fmt: skip
    log_mass = prior + grid * slope - 0.5 * grid**2 * curvature
    at.sd = float(grid[_choose(log_mass[None], generator.random(1))[0]])
    at.own = at.sd * unit


def _choose(log_mass: Floats, uniform: Floats) -> NDArray[np.int64]:
    """Return the node drawn in each row."""
    edge = np.exp(log_mass - log_mass.max(axis=1, keepdims=True)).cumsum(axis=1)
    return np.minimum((uniform[:, None] * edge[:, -1:] > edge).sum(axis=1), edge.shape[1] - 1)

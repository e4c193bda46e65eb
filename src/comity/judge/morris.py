"""Screening by elementary effects, from a radial design with steps of one size.

Notation: u in (0, 1)^k a base point, e_i(u) = s (f(u + s h 1_i) - f(u)) / h the elementary effect
of factor i, h = 1/2 its step, s = +1 below 1/2 and -1 above, where there is room.

    mu_i = E[e_i]      mu*_i = E|e_i|      sigma_i = sd(e_i)

Morris [1]_ walks through the factors one after the other; here every factor is moved from the base
point itself [2]_, so that the effects of one base point share one answer. Radial designs usually
step to a second random point; the answers here carry noise, which a short step would blow up, so
all steps are h. The absolute mean is that of Campolongo et al. [3]_, which opposite effects do not
cancel in. Base points are scrambled Sobol' points. A factor with levels has no direction: it moves
to another of its levels, each as likely, and mu and sigma are not defined.

Noise. All points live through the same worlds, so that a factor that changes no future has effects
of exactly zero, and what the worlds have in common cancels. The worlds come in two or more sets of
their own random numbers: the disagreement of the sets is the noise of an effect.

References
----------
.. [1] Morris (1991). Factorial sampling plans for preliminary computational experiments.
   Technometrics 33(2).
.. [2] Campolongo, Saltelli & Cariboni (2011). From screening to quantitative sensitivity analysis.
   A unified approach. Computer Physics Communications 182(4).
.. [3] Campolongo, Cariboni & Saltelli (2007). An effective screening design for sensitivity
   analysis of large models. Environmental Modelling & Software 22(10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import qmc

from comity.core.errors import ParameterError, ShapeError
from comity.core.sensitivity import STEP, Factor, Screening
from comity.judge.design import Design
from comity.judge.resampling import interval, row_weights

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RadialDesign(Design):
    """Base points, and from each one point for every factor moved alone.

    ``points`` is (base, 1 + factor, factor) in (0, 1), the base point first; ``direction`` is
    (base, factor), +1 or -1, and 0 for a factor with levels.
    """

    direction: Floats


def radial_design(levels: ArrayLike, n_bases: int, seed: int) -> RadialDesign:
    """Return a design that moves every factor from every base point.

    Parameters
    ----------
    levels
        Levels of each factor, (factor,); 0 for a number. Level l of L stands for u in
        [l / L, (l + 1) / L).
    n_bases
        Base points, two or more.
    seed
        Seed of the scrambling and of the moves between levels.

    Raises
    ------
    ParameterError
        No factor, fewer than two base points, or a factor of a single level.
    """
    n_levels = np.asarray(levels, int)
    k = n_levels.size
    if k == 0 or n_bases < 2:
        raise ParameterError(
            f"screening: needs a factor and two or more base points; found {k} and {n_bases}."
        )
    if np.any((n_levels == 1) | (n_levels < 0)):
        raise ParameterError("screening: a choice needs two or more levels; found one.")
    # Whole powers of two are what Sobol' points come in; the first ones are used.
    base = qmc.Sobol(k, rng=seed).random_base2((n_bases - 1).bit_length())[:n_bases]
    base = np.clip(base, 2.0**-33, 1 - 2.0**-33)
    direction = np.where(base < STEP, 1.0, -1.0)
    moved = base + STEP * direction
    rng = np.random.default_rng(seed)
    for column in np.flatnonzero(n_levels):
        n = n_levels[column]
        level, rest = np.divmod(base[:, column] * n, 1.0)
        moved[:, column] = ((level + rng.integers(1, n, n_bases)) % n + rest) / n
        direction[:, column] = 0.0
    points = np.repeat(base[:, None], k + 1, axis=1)
    factor = np.arange(k)
    points[:, 1 + factor, factor] = moved
    return RadialDesign(points, direction)


def elementary_effects(
    answers: Floats,
    design: RadialDesign,
    *,
    quantities: Sequence[str],
    factors: Sequence[Factor],
    n_worlds: int,
    seed: int,
) -> Screening:
    """Return mu, mu* and sigma of every factor, with the noise that is in them.

    Parameters
    ----------
    answers
        (set, quantity, point) at ``design.rows``, each set with worlds of its own.
    design
        Where the answers were given.
    quantities, factors
        What was asked, and what the columns of the design are.
    n_worlds
        Worlds behind the mean over the sets.
    seed
        Seed of the resampling.

    Raises
    ------
    ShapeError
        The answers do not fit the design.
    ParameterError
        There are fewer than two sets of worlds.
    """
    n_bases, width, k = design.points.shape
    shape = (answers.shape[0], len(quantities), n_bases * width)
    if answers.shape != shape or len(factors) != k:
        raise ShapeError(
            f"screening: answers of shape {shape} for {k} factors are needed; found "
            f"{answers.shape} for {len(factors)}."
        )
    if answers.shape[0] < 2:
        raise ParameterError(
            "screening: two sets of worlds or more tell noise from effects; found one."
        )
    found = answers.reshape(*answers.shape[:2], n_bases, width)
    by_set = (found[..., 1:] - found[..., :1]) / STEP  # (set, quantity, base, factor)
    effect = by_set.mean(axis=0)
    signed = np.where(design.direction == 0, np.nan, effect * design.direction)
    size = np.abs(effect)
    weights = row_weights(n_bases, seed)
    low, high = interval(np.einsum("rb,qbf->rqf", weights, size))
    noise = by_set.var(axis=0, ddof=1).mean(axis=1) / answers.shape[0]
    return Screening(
        quantities=tuple(quantities),
        factors=tuple(factors),
        mu=signed.mean(axis=1),
        mu_star=size.mean(axis=1),
        mu_star_low=low,
        mu_star_high=high,
        sigma=signed.std(axis=1, ddof=1),
        noise=np.sqrt(2 / np.pi * noise),
        is_felt=np.any(by_set != 0, axis=(0, 2)),
        n_bases=n_bases,
        n_worlds=n_worlds,
    )

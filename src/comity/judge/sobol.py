"""Shares of variance by factor: first order and total effect, noise of replicates taken out.

Notation: A and B two samples of the unit cube, (n, column); A_j is A with the columns of group j
from B; f(x) the expected answer at x, g(x) = f(x) + noise the mean over the worlds of a point, with
v(x) the unbiased estimate of that noise's variance. Every point has worlds of its own, so noises
are independent, and with m the mean of g over A and B:

    V     = mean over A and B of (g - m)^2, less mean of v
    S_j V = mean of (g(B) - m) (g(A_j) - g(A))                      Saltelli et al. 2010 [1]_
    T_j V = mean of (g(A) - g(A_j))^2 / 2, less mean of (v(A) + v(A_j)) / 2        Jansen 1999 [2]_

The three noises in S_j are those of different points and cancel on average; without the two
subtractions noise inflates V and every T_j, that of a factor that does nothing too. If all points
shared their worlds, noises would not be independent: their covariances between points, which are
not known, would have to be subtracted, and resampling rows would not see the worlds' part of the
error.

A and B are the two halves of scrambled Sobol' points in twice as many dimensions. Intervals
resample rows i of (A_i, B_i, A_ji), which ignores that Sobol' points spread evenly: they are rather
too wide than too narrow.

References
----------
.. [1] Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola (2010). Variance based sensitivity
   analysis of model output. Design and estimator for the total sensitivity index. Computer Physics
   Communications 181(2).
.. [2] Jansen (1999). Analysis of variance designs for model output. Computer Physics
   Communications 117.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import qmc

from comity.core.errors import ParameterError, ShapeError
from comity.core.sensitivity import Factor, Indices
from comity.judge.design import Design
from comity.judge.resampling import interval, row_weights

Floats = NDArray[np.float64]


class SobolDesign(Design):
    """Samples A, B and A with each group's columns from B: (2 + group, base, column) in (0, 1)."""


def sobol_design(groups: ArrayLike, n_base: int, seed: int) -> SobolDesign:
    """Return the points at which indices of groups of columns are computed.

    Parameters
    ----------
    groups
        Group of each column, (column,), whole numbers from 0 without a gap.
    n_base
        Rows of A and of B, a power of two.
    seed
        Seed of the scrambling.

    Raises
    ------
    ParameterError
        No column, groups with a gap, or a number of rows that is no power of two.
    """
    group = np.asarray(groups, int)
    if group.size == 0 or sorted(set(group.tolist())) != list(range(int(group.max()) + 1)):
        raise ParameterError("indices: groups are counted from 0 without a gap; found "
                             f"{sorted(set(group.tolist()))}.")  # fmt: skip
    if n_base < 4 or n_base & (n_base - 1):
        raise ParameterError(
            f"base samples: a power of two, 4 or more, keeps the points balanced; found {n_base:,}."
            f" Ask for {max(4, 1 << n_base.bit_length()):,}."
        )
    k = group.size
    both = qmc.Sobol(2 * k, rng=seed).random_base2(n_base.bit_length() - 1)
    both = np.clip(both, 2.0**-33, 1 - 2.0**-33)
    a, b = both[:, :k], both[:, k:]
    mixed = [np.where(group == j, b, a) for j in range(int(group.max()) + 1)]
    return SobolDesign(np.stack([a, b, *mixed]))


def sobol_indices(
    mean: Floats,
    noise: Floats,
    *,
    n_base: int,
    quantities: Sequence[str],
    factors: Sequence[Factor],
    n_worlds: int,
    seed: int,
) -> Indices:
    """Return first-order and total indices with 95% intervals.

    Parameters
    ----------
    mean
        Mean answer at every row of the design, (quantity, point).
    noise
        Unbiased variance of that mean from sampling worlds, (quantity, point); 0 where answers are
        exact.
    n_base
        Rows of A.
    quantities, factors
        What was asked, and one factor for each group of the design.
    n_worlds
        Worlds of each point.
    seed
        Seed of the resampling.

    Raises
    ------
    ShapeError
        The answers do not fit the design.
    """
    shape = (len(quantities), (len(factors) + 2) * n_base)
    if mean.shape != shape or noise.shape != shape:
        raise ShapeError(
            f"indices: answers of shape {shape} are needed; found {mean.shape} and {noise.shape}."
        )
    answer, doubt = (x.reshape(shape[0], -1, n_base) for x in (mean, noise))
    centre = answer[:, :2].mean(axis=(1, 2))
    answer = answer - centre[:, None, None]
    a, b, mixed = answer[:, 0], answer[:, 1], answer[:, 2:]
    gap = mixed - a[:, None]  # (quantity, factor, base)
    rows = (
        (a + b) / 2,
        (a**2 + b**2) / 2 - (doubt[:, 0] + doubt[:, 1]) / 2,
        gap,
        b[:, None] * gap,
        (gap**2 - doubt[:, :1] - doubt[:, 2:]) / 2,
    )
    variance, first, total = _shares(tuple(row.mean(axis=-1) for row in rows), n_base)
    weights = row_weights(n_base, seed)
    drawn = _shares(tuple(np.einsum("rb,...b->r...", weights, row) for row in rows), n_base)
    (v_low, v_high), (s_low, s_high), (t_low, t_high) = (interval(item) for item in drawn)
    hidden = ~(variance > 0)
    for share in (first, s_low, s_high, total, t_low, t_high):
        share[hidden] = np.nan
    return Indices(
        quantities=tuple(quantities), factors=tuple(factors),
        first=first, first_low=s_low, first_high=s_high,
        total=total, total_low=t_low, total_high=t_high,
        mean=centre, variance=variance, variance_low=v_low, variance_high=v_high,
        chance=doubt[:, :2].mean(axis=(1, 2)) * n_worlds, n_base=n_base, n_worlds=n_worlds,
    )  # fmt: skip


def _shares(means: tuple[Floats, ...], n_base: int) -> tuple[Floats, Floats, Floats]:
    """Return variance, (..., quantity), and the shares, (..., quantity, factor)."""
    centre, square, gap, product, half_square = means
    # 2n answers were used to find the mean that they are held against.
    variance = (square - centre**2) * 2 * n_base / (2 * n_base - 1)
    safe = np.where(variance > 0, variance, np.nan)[..., None]
    return variance, (product - centre[..., None] * gap) / safe, half_square / safe

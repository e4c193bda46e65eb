"""Compiled loops: the pairs' own coefficients, eliminated and drawn block by block.

Compiled functions call only functions of their own file, because numba's cache does not notice an
edit in another one. Notation as in `comity.explain.gather`; ``weight`` is the prior precision of
each of a pair's own coefficients, ``factor`` the lower Cholesky factor of H + diag(weight).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def factorize(n, base, square, own_information, weight, factor):
    """Write the lower Cholesky factor of one pair's block."""
    for i in range(n):
        for j in range(i + 1):
            total = own_information[square + i * n + j]
            if i == j:
                total += weight[base + i]
            for k in range(j):
                total -= factor[square + i * n + k] * factor[square + j * n + k]
            if i == j:
                factor[square + i * n + i] = math.sqrt(total)
            else:
                factor[square + i * n + j] = total / factor[square + j * n + j]


@compiled
def eliminate(
    first,
    last,
    own_offset,
    square_offset,
    own_information,
    own_shared,
    own_score,
    weight,
    factor,
    information,
    score,
):
    """Factor the blocks of some pairs and subtract what they take from the shared sums, in place.

    Without its own coefficients a pair says less of the shared ones: A - C' (H + W)^-1 C, and
    u - C' (H + W)^-1 g.
    """
    q = own_shared.shape[1]
    for k in range(first, last):
        base, square = own_offset[k], square_offset[k]
        n = own_offset[k + 1] - base
        if n == 0:
            continue
        factorize(n, base, square, own_information, weight, factor)
        half, pull = np.empty((n, q)), np.empty(n)
        for i in range(n):
            for c in range(q):
                half[i, c] = own_shared[base + i, c]
            pull[i] = own_score[base + i]
            for j in range(i):
                part = factor[square + i * n + j]
                for c in range(q):
                    half[i, c] -= part * half[j, c]
                pull[i] -= part * pull[j]
            inverse = 1 / factor[square + i * n + i]
            for c in range(q):
                half[i, c] *= inverse
            pull[i] *= inverse
            for c in range(q):
                score[c] -= half[i, c] * pull[i]
                part = half[i, c]
                if part != 0.0:
                    for d in range(q):
                        information[c, d] -= part * half[i, d]


@compiled
def draw_own(
    first, last, own_offset, square_offset, own_shared, own_score, factor, shared, noise, own
):
    """Draw some pairs' own coefficients given the shared ones; ``noise`` is normal, (own,)."""
    for k in range(first, last):
        base, square = own_offset[k], square_offset[k]
        n = own_offset[k + 1] - base
        for i in range(n):
            total = own_score[base + i]
            for c in range(shared.shape[0]):
                total -= own_shared[base + i, c] * shared[c]
            for j in range(i):
                total -= factor[square + i * n + j] * own[base + j]
            own[base + i] = total / factor[square + i * n + i]
        for i in range(n):
            own[base + i] += noise[base + i]
        for i in range(n - 1, -1, -1):
            total = own[base + i]
            for j in range(i + 1, n):
                total -= factor[square + j * n + i] * own[base + j]
            own[base + i] = total / factor[square + i * n + i]


@compiled
def own_slopes(own_offset, square_offset, own_information, own_shared, own_score, shared, unit):
    """Return slope and curvature of the log likelihood in the common scale of the own effects.

    ``unit`` are the own coefficients divided by that scale.
    """
    slope, curvature = 0.0, 0.0
    for k in range(own_offset.shape[0] - 1):
        base, square = own_offset[k], square_offset[k]
        n = own_offset[k + 1] - base
        for i in range(n):
            pull, bend = own_score[base + i], 0.0
            for c in range(shared.shape[0]):
                pull -= own_shared[base + i, c] * shared[c]
            for j in range(n):
                bend += own_information[square + i * n + j] * unit[base + j]
            slope += unit[base + i] * pull
            curvature += unit[base + i] * bend
    return slope, curvature

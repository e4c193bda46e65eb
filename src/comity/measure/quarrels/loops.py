"""Compiled loops of the lattice filter: matrix products of a month, forward and backward.

Written out instead of calling a linear algebra library, whose own threads wait on each other when
several draws are read side by side; at these sizes nothing is lost.

Notation: arrays (mean, level, flare); ``likelihood`` (time, theta), largest entry of a row 1;
``place`` (level, flare) into theta.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})


@compiled
def multiply(a, b, out):
    """Write the matrix product of a and b; four rows of b at a time keep ``out`` in the cache."""
    n, m, k = a.shape[0], a.shape[1], b.shape[1]
    whole = m - m % 4
    if k == 1:
        for i in range(n):
            total = a.dtype.type(0)
            for j in range(m):
                total += a[i, j] * b[j, 0]
            out[i, 0] = total
        return
    for i in range(n):
        for c in range(k):
            out[i, c] = 0
        for j in range(0, whole, 4):
            a0, a1, a2, a3 = a[i, j], a[i, j + 1], a[i, j + 2], a[i, j + 3]
            for c in range(k):
                out[i, c] += a0 * b[j, c] + a1 * b[j + 1, c] + a2 * b[j + 2, c] + a3 * b[j + 3, c]
        for j in range(whole, m):
            a0 = a[i, j]
            for c in range(k):
                out[i, c] += a0 * b[j, c]


@compiled
def settle(step, law, n_months):
    """Move a law on by so many months, in place."""
    ahead = np.empty_like(law)
    for _ in range(n_months):
        ahead[:] = 0
        for j in range(len(law)):
            for k in range(len(law)):
                ahead[k] += law[j] * step[j, k]
        law[:] = ahead


@compiled
def weigh(state, row, place):
    """Multiply a state by a month's likelihood, in place."""
    for m in range(state.shape[0]):
        for i in range(state.shape[1]):
            for j in range(state.shape[2]):
                state[m, i, j] *= row[place[i, j]]


@compiled
def scale(state, by):
    """Multiply a state by a number, in place."""
    factor = state.dtype.type(by)
    for m in range(state.shape[0]):
        for i in range(state.shape[1]):
            for j in range(state.shape[2]):
                state[m, i, j] *= factor


@compiled
def peak(state):
    """Return the largest entry of a state."""
    top = state[0, 0, 0]
    for m in range(state.shape[0]):
        for i in range(state.shape[1]):
            for j in range(state.shape[2]):
                top = max(top, state[m, i, j])
    return top


@compiled
def forward_steps(start, flare_step, level_back, likelihood, silent, place, store, moved, score):
    """Filter; writes ``score`` (log of each month's normalizer), and the rest where it has room."""
    n_mean, n_level, n_flare = start.shape
    keep = store.shape[0] > 0
    state, aside = start.copy(), np.empty_like(start)
    for t in range(likelihood.shape[0]):
        if t:
            for m in range(n_mean):
                multiply(state[m], flare_step, aside[m])
            if keep:
                moved[t] = aside
            for m in range(n_mean):
                multiply(level_back[m], aside[m], state[m])
        if not silent[t]:
            weigh(state, likelihood[t], place)
        total = 0.0
        for m in range(n_mean):
            for i in range(n_level):
                part = 0.0
                for j in range(n_flare):
                    part += state[m, i, j]
                total += part
        if not total > 0:
            score[t:] = -np.inf
            return
        score[t] = math.log(total)
        scale(state, 1 / total)
        if keep:
            store[t] = state


@compiled
def power(matrix, exponent):
    """Return a power of a square matrix, exponent 1 or more."""
    out, square, spare = matrix.copy(), matrix.copy(), np.empty_like(matrix)
    exponent -= 1
    while exponent > 0:
        if exponent % 2:
            multiply(out, square, spare)
            out[:] = spare
        exponent //= 2
        if exponent:
            multiply(square, square, spare)
            square[:] = spare
    return out


@compiled
def leaps_of(step, lengths, out):
    """Write the transitions over ``lengths`` months, ascending, to ``out`` (leap, node, node)."""
    before = 0
    for k in range(len(lengths)):
        longer = power(step, lengths[k] - before)
        if k:
            multiply(out[k - 1], longer, out[k])
        else:
            out[k] = longer
        before = lengths[k]


@compiled
def leap_steps(start, leaps, flare_leap, level_leap, likelihood, place, score):
    """Filter months with acts only; leap ``leaps[t]`` leads to month t.

    ``flare_leap`` (leap, flare, flare) and ``level_leap`` (mean, leap, level, level), the latter
    transposed, hold transitions over the silent months between; leap -1 stays where it is.
    """
    state, aside = start.copy(), np.empty_like(start)
    for t in range(likelihood.shape[0]):
        if leaps[t] >= 0:
            for m in range(start.shape[0]):
                multiply(state[m], flare_leap[leaps[t]], aside[m])
                multiply(level_leap[m, leaps[t]], aside[m], state[m])
        weigh(state, likelihood[t], place)
        total = 0.0
        for m in range(start.shape[0]):
            for i in range(start.shape[1]):
                part = 0.0
                for j in range(start.shape[2]):
                    part += state[m, i, j]
                total += part
        if not total > 0:
            score[t:] = -np.inf
            return
        score[t] = math.log(total)
        scale(state, 1 / total)


@compiled
def backward_steps(flare_back, level_step, likelihood, silent, place, filtered, out):
    """Smooth; writes ``out``, shaped like ``filtered``."""
    n_mean = filtered.shape[1]
    message = np.ones_like(filtered[0])
    aside = np.empty_like(message)
    out[-1] = filtered[-1]
    for t in range(filtered.shape[0] - 2, -1, -1):
        if not silent[t + 1]:
            weigh(message, likelihood[t + 1], place)
        for m in range(n_mean):
            multiply(level_step[m], message[m], aside[m])
            multiply(aside[m], flare_back, message[m])
        top = peak(message)
        total = 0.0
        for m in range(n_mean):
            for i in range(message.shape[1]):
                for j in range(message.shape[2]):
                    message[m, i, j] *= 1 / top
                    out[t, m, i, j] = filtered[t, m, i, j] * message[m, i, j]
                    total += out[t, m, i, j]
        scale(out[t], 1 / total)

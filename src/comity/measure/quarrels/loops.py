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
        state *= state.dtype.type(1 / total)
        if keep:
            store[t] = state


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
        message /= message.max()
        out[t] = filtered[t] * message
        out[t] /= out[t].sum()

"""Compiled loops: what the evidence says of the coefficients, pair by pair.

Compiled functions call only functions of their own file, because numba's cache does not notice an
edit in another one.

Notation, see docs/theory/drivers.md:

=============  =====================================================================
x              latent vector of a pair without drivers; P its covariance
z              column of the design matrix: a driver's response, a period, a government
site           precision and precision times mean of a channel's factor in a month
w              what a column adds to a channel beyond what the filter expects of it
A, u           information and score of the shared coefficients
H, C, g        information of the pair's own coefficients (governments), their information
               with the shared ones, and their score
=============  =====================================================================

The relation of a pair is x + z b. A Kalman filter run over the data and, with the same gains, over
every column, turns generalized least squares into sums over independent innovations
(de Jong 1991): A = sum of s w w', u = sum of s w v, with v the innovation of the data and s the
precision of its factor after the uncertainty of x.
"""

from __future__ import annotations

import numpy as np
from numba import njit

N_LATENT = 6
N_CHANNELS = 3

compiled = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def start_covariance(cov, variance):
    """Set the covariance of a pair's latent vector to its stationary law."""
    for i in range(N_LATENT):
        for j in range(N_LATENT):
            cov[i, j] = variance[i] if i == j else 0.0


@compiled
def predict_covariance(cov, factor, variance):
    """Move the covariance forward; ``factor`` holds the memories over the gap."""
    for i in range(N_LATENT):
        for j in range(N_LATENT):
            cov[i, j] *= factor[i] * factor[j]
        cov[i, i] += (1 - factor[i] * factor[i]) * variance[i]


@compiled
def channel_gain(cov, sign, gain):
    """Write the covariance of the latent vector with the channel's relation; return its own."""
    total = 0.0
    for i in range(N_LATENT):
        gain[i] = cov[i, 0] + cov[i, 1] + cov[i, 2]
        gain[i] += sign * (cov[i, 3] + cov[i, 4] + cov[i, 5])
    for i in range(3):
        total += gain[i] + sign * gain[i + 3]
    return total


@compiled
def write_columns(z, responses, period, own, n_shared, k, t):
    """Write month t of pair k's columns: responses, its period, its governments' responses."""
    n_drivers = responses.shape[1]
    for c in range(n_drivers):
        z[c] = responses[k, c, t]
    for c in range(n_drivers, n_shared):
        z[c] = 0.0
    if period[t] >= 0:
        z[n_drivers + period[t]] = 1.0
    for c in range(own.shape[0]):
        z[n_shared + c] = own[c, t]


@compiled
def own_responses(government, memory, own):
    """Write how far each pair of governments of one pair of states has come to act, (g, time)."""
    for g in range(own.shape[0]):
        level = 1.0 if government[0] == g else 0.0
        for t in range(own.shape[1]):
            if t > 0:
                held = 1.0 if government[t - 1] == g else 0.0
                level = memory * level + (1 - memory) * held
            own[g, t] = level


@compiled
def gather_pairs(
    first,
    last,
    offset,
    time,
    site,
    memory,
    variance,
    start,
    responses,
    period,
    n_periods,
    government,
    own_offset,
    square_offset,
    driver_memory,
    information,
    score,
    own_information,
    own_shared,
    own_score,
    by_pair,
    by_pair_score,
    tally,
):
    """Add pairs ``first`` to ``last`` - 1 to the sums; see the module's notation.

    ``information`` and ``score`` are those of the shared coefficients, drivers first, then periods.
    The pairs' own blocks are written flat, one after the other. ``by_pair`` and ``by_pair_score``
    hold the shared sums of each pair where they have room. ``tally`` adds up factors, their
    squared innovations in units of their variance, and factors whose precision is negative.
    """
    n_drivers = responses.shape[1]
    n_shared = n_drivers + n_periods
    longest = 1
    for k in range(first, last):
        for s in range(offset[k] + 1, offset[k + 1]):
            longest = max(longest, time[s] - time[s - 1])
    powers = np.ones((longest + 1, N_LATENT))
    for gap in range(1, longest + 1):
        for i in range(N_LATENT):
            powers[gap, i] = powers[gap - 1, i] * memory[i]
    cov, gain = np.empty((N_LATENT, N_LATENT)), np.empty(N_LATENT)
    data = np.empty(N_LATENT)
    for k in range(first, last):
        n_own = own_offset[k + 1] - own_offset[k]
        n = n_shared + n_own
        if offset[k + 1] == offset[k]:
            continue
        own = np.empty((n_own, responses.shape[2]))
        own_responses(government[k], driver_memory, own)
        a = np.zeros((N_LATENT, n))
        z, w = np.zeros(n), np.empty(n)
        whole, pull = np.zeros((n, n)), np.zeros(n)
        start_covariance(cov, variance[k])
        for i in range(N_LATENT):
            data[i] = 0.0
        data[0], data[N_LATENT // 2] = start[k, 0], start[k, 1]
        for s in range(offset[k], offset[k + 1]):
            if s > offset[k]:
                factor = powers[time[s] - time[s - 1]]
                predict_covariance(cov, factor, variance[k])
                for i in range(N_LATENT):
                    data[i] *= factor[i]
                    for c in range(n):
                        a[i, c] *= factor[i]
            write_columns(z, responses, period, own, n_shared, k, time[s])
            for channel in range(N_CHANNELS):
                precision, shift = site[s, channel, 0], site[s, channel, 1]
                if precision == 0.0 and shift == 0.0:
                    continue
                sign = 1.0 if channel == 0 else (-1.0 if channel == 1 else 0.0)
                scale = 1 / (1 + precision * channel_gain(cov, sign, gain))
                mean = data[0] + data[1] + data[2] + sign * (data[3] + data[4] + data[5])
                push, weight = (shift - precision * mean) * scale, precision * scale
                for c in range(n):
                    expected = a[0, c] + a[1, c] + a[2, c]
                    expected += sign * (a[3, c] + a[4, c] + a[5, c])
                    w[c] = z[c] - expected
                for i in range(N_LATENT):
                    data[i] += gain[i] * push
                    moved = gain[i] * weight
                    for c in range(n):
                        a[i, c] += moved * w[c]
                    for j in range(N_LATENT):
                        cov[i, j] -= moved * gain[j]
                for c in range(n):
                    if w[c] == 0.0:
                        continue
                    pull[c] += push * w[c]
                    part = weight * w[c]
                    for d in range(c, n):
                        whole[c, d] += part * w[d]
                tally[0] += 1
                if precision > 0:
                    tally[1] += push * push / weight
                else:
                    tally[2] += 1
        for c in range(n):
            for d in range(c):
                whole[c, d] = whole[d, c]
        for c in range(n_shared):
            score[c] += pull[c]
            for d in range(n_shared):
                information[c, d] += whole[c, d]
        if by_pair.shape[0] > 0:
            by_pair[k] = whole[:n_shared, :n_shared]
            by_pair_score[k] = pull[:n_shared]
        base, square = own_offset[k], square_offset[k]
        for g in range(n_own):
            own_score[base + g] = pull[n_shared + g]
            own_shared[base + g] = whole[n_shared + g, :n_shared]
            for h in range(n_own):
                own_information[square + g * n_own + h] = whole[n_shared + g, n_shared + h]

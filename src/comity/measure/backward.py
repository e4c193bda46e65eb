"""Compiled backward loops of the measurement: smoother and path sampling.

Compiled functions call only functions of their own file, because numba's cache does not notice an
edit in another one; for the same reason no constant comes from elsewhere.

Notation: ``memory`` and ``variance`` are the monthly autoregression and the stationary variance of
each component of the latent vector; ``mean`` and ``cov`` are filtered moments by step; the steps of
pair k run from offset[k] to offset[k + 1] - 1.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

N_LATENT = 6

compiled = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def factor(matrix, lower):
    """Write the lower Cholesky factor; directions without variance get zeros."""
    for i in range(N_LATENT):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= lower[i, k] * lower[j, k]
            if i == j:
                lower[i, i] = math.sqrt(total) if total > 1e-13 * (1e-30 + matrix[i, i]) else 0.0
            else:
                lower[i, j] = total / lower[j, j] if lower[j, j] > 0 else 0.0
        for j in range(i + 1, N_LATENT):
            lower[i, j] = 0.0


@compiled
def backward_gain(cov, gap, memory, variance, gain, ahead):
    """Write the predicted covariance and the smoother's gain of a step."""
    lower, a = np.empty((N_LATENT, N_LATENT)), np.empty(N_LATENT)
    for i in range(N_LATENT):
        a[i] = memory[i] ** gap
    for i in range(N_LATENT):
        for j in range(N_LATENT):
            ahead[i, j] = a[i] * cov[i, j] * a[j]
        ahead[i, i] += (1 - a[i] * a[i]) * variance[i]
    factor(ahead, lower)
    for row in range(N_LATENT):  # gain[row] solves ahead g = a * cov[row]
        for i in range(N_LATENT):
            total = a[i] * cov[row, i]
            for k in range(i):
                total -= lower[i, k] * gain[row, k]
            gain[row, i] = total / lower[i, i] if lower[i, i] > 0 else 0.0
        for i in range(N_LATENT - 1, -1, -1):
            total = gain[row, i]
            for k in range(i + 1, N_LATENT):
                total -= lower[k, i] * gain[row, k]
            gain[row, i] = total / lower[i, i] if lower[i, i] > 0 else 0.0
        if a[row] == 1.0:  # constants are known exactly from the next step; rounding must not leak
            for i in range(N_LATENT):
                gain[row, i] = 1.0 if i == row else 0.0


@compiled
def add_sandwich(gain, middle, sign, out):
    """Add sign x gain middle gain' to out, in place."""
    half = np.empty(N_LATENT)
    for i in range(N_LATENT):
        for j in range(N_LATENT):
            half[j] = 0.0
            for n in range(N_LATENT):
                half[j] += gain[i, n] * middle[n, j]
        for j in range(N_LATENT):
            for n in range(N_LATENT):
                out[i, j] += sign * half[n] * gain[j, n]


@compiled
def smooth_channels(offset, gap, powers, site, mean, cov, gains, pulls, means, variances):
    """Write posterior means and variances of theta by channel, (step, channel), from all steps.

    Adjoint recursion (Bryson & Frazier 1963; de Jong 1989): with ``back`` and ``bend`` the slope
    and the negative curvature of later steps' log evidence at a step's filtered moments, the
    smoothed law is N(mean + cov back, cov - cov bend cov). Nothing is inverted, and only sums of
    the latent vector are formed.
    """
    back, bend = np.empty(N_LATENT), np.empty((N_LATENT, N_LATENT))
    by_sum, by_difference = np.empty(N_LATENT), np.empty(N_LATENT)
    bent_sum, bent_difference = np.empty(N_LATENT), np.empty(N_LATENT)
    for pair in range(len(offset) - 1):
        back[:] = 0.0
        bend[:] = 0.0
        for k in range(offset[pair + 1] - 1, offset[pair] - 1, -1):
            half = other = vr = vd = vc = 0.0
            for i in range(N_LATENT):
                by_sum[i] = cov[k, i, 0] + cov[k, i, 1] + cov[k, i, 2]
                by_difference[i] = cov[k, i, 3] + cov[k, i, 4] + cov[k, i, 5]
                half += by_sum[i] * back[i]
                other += by_difference[i] * back[i]
            for i in range(N_LATENT):
                if i < 3:
                    half += mean[k, i]
                    vr += by_sum[i]
                    vc += by_difference[i]
                else:
                    other += mean[k, i]
                    vd += by_difference[i]
                bent_sum[i] = bent_difference[i] = 0.0
                for j in range(N_LATENT):
                    bent_sum[i] += bend[i, j] * by_sum[j]
                    bent_difference[i] += bend[i, j] * by_difference[j]
            for i in range(N_LATENT):
                vr -= by_sum[i] * bent_sum[i]
                vd -= by_difference[i] * bent_difference[i]
                vc -= by_sum[i] * bent_difference[i]
            means[k, 0], means[k, 1], means[k, 2] = half + other, half - other, half
            variances[k, 0], variances[k, 1] = vr + vd + 2 * vc, vr + vd - 2 * vc
            variances[k, 2] = vr
            for c in range(2, -1, -1):
                if site[k, c, 0] != 0.0 or site[k, c, 1] != 0.0:
                    sign = 1.0 if c == 0 else (-1.0 if c == 1 else 0.0)
                    undo_site(back, bend, gains[k, c], pulls[k, c], sign, bent_sum)
            if k > offset[pair]:
                for i in range(N_LATENT):
                    back[i] *= powers[gap[k], i]
                    for j in range(N_LATENT):
                        bend[i, j] *= powers[gap[k], i] * powers[gap[k], j]


@compiled
def undo_site(back, bend, gain, pull, sign, bent):
    """Carry slope and curvature back through one site, in place; ``bent`` is room."""
    along = twice = 0.0
    for i in range(N_LATENT):
        along += gain[i] * back[i]
        bent[i] = 0.0
        for j in range(N_LATENT):
            bent[i] += bend[i, j] * gain[j]
        twice += gain[i] * bent[i]
    shrink, push = pull[0], pull[1]
    for i in range(N_LATENT):
        load = 1.0 if i < 3 else sign
        back[i] += load * (push - shrink * along)
        for j in range(N_LATENT):
            other = 1.0 if j < 3 else sign
            bend[i, j] += load * other * shrink * (1 + shrink * twice)
            bend[i, j] -= shrink * (load * bent[j] + bent[i] * other)


@compiled
def smooth_backward(offset, month, memory, variance, mean, cov, smoothed_mean, smoothed_cov):
    """Rauch-Tung-Striebel pass; writes the last two arguments."""
    gain, ahead = np.empty((N_LATENT, N_LATENT)), np.empty((N_LATENT, N_LATENT))
    move = np.empty(N_LATENT)
    for pair in range(len(offset) - 1):
        for k in range(offset[pair + 1] - 1, offset[pair] - 1, -1):
            for i in range(N_LATENT):
                smoothed_mean[k, i] = mean[k, i]
                for j in range(N_LATENT):
                    smoothed_cov[k, i, j] = cov[k, i, j]
            if k == offset[pair + 1] - 1:
                continue
            gap = month[k + 1] - month[k]
            backward_gain(cov[k], gap, memory, variance, gain, ahead)
            for i in range(N_LATENT):
                move[i] = smoothed_mean[k + 1, i] - memory[i] ** gap * mean[k, i]
                for j in range(N_LATENT):
                    ahead[i, j] = smoothed_cov[k + 1, i, j] - ahead[i, j]
            for i in range(N_LATENT):
                for j in range(N_LATENT):
                    smoothed_mean[k, i] += gain[i, j] * move[j]
            add_sandwich(gain, ahead, 1.0, smoothed_cov[k])


@compiled
def sample_backward(offset, month, memory, variance, mean, cov, noise, relation, level):
    """Draw joint paths backward from filtered moments (forward-filter backward-sample).

    ``noise`` (draw, step, latent) is standard normal; ``relation`` and ``level`` (draw, step)
    receive the half-sum of the two directions with and without its flare.
    """
    x, new, a = np.empty((noise.shape[0], N_LATENT)), np.empty(N_LATENT), np.empty(N_LATENT)
    gain, ahead = np.empty((N_LATENT, N_LATENT)), np.empty((N_LATENT, N_LATENT))
    lower, rest = np.empty((N_LATENT, N_LATENT)), np.empty((N_LATENT, N_LATENT))
    for pair in range(len(offset) - 1):
        last = offset[pair + 1] - 1
        for k in range(last, offset[pair] - 1, -1):
            for i in range(N_LATENT):
                for j in range(N_LATENT):
                    rest[i, j] = cov[k, i, j]
            if k < last:
                backward_gain(cov[k], month[k + 1] - month[k], memory, variance, gain, ahead)
                add_sandwich(gain, ahead, -1.0, rest)
                for i in range(N_LATENT):
                    a[i] = memory[i] ** (month[k + 1] - month[k])
                    for j in range(N_LATENT):
                        if a[i] == 1.0:
                            rest[i, j] = rest[j, i] = 0.0
            factor(rest, lower)
            for d in range(noise.shape[0]):
                for i in range(N_LATENT):
                    new[i] = mean[k, i]
                    for j in range(N_LATENT):
                        if k < last:
                            new[i] += gain[i, j] * (x[d, j] - a[j] * mean[k, j])
                        if j <= i:
                            new[i] += lower[i, j] * noise[d, k, j]
                for i in range(N_LATENT):
                    x[d, i] = new[i]
                level[d, k] = new[0] + new[1]
                relation[d, k] = new[0] + new[1] + new[2]

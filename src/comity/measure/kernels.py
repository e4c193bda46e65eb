"""Compiled forward loops of the measurement: likelihood, filter, sites.

Compiled functions call only functions of their own file, because numba's cache does not notice an
edit in another one.

Notation, see docs/theory/measurement.md:

=============  =====================================================================
x              latent vector of a pair (mu_r, level_r, flare_r, mu_d, level_d, flare_d)
channel        who acted: 0 the first state, 1 the second, 2 both jointly
theta          relation of a channel without intercept: the first half of x summed, plus the
               second half times 1, -1 or 0
acts           successes and failures by step, channel and source; a success is a cooperative act
               (or whatever the stick counts), only tones belong to the first source
p              parameter vector, `comity.measure.model.kernel_vector`
start          prior means of the lasting half-sum and half-difference of each pair
row            row of a count in the tables
rising         log rising factorials by source, side, row and node of theta, see
               `comity.measure.likelihood_table`; constant: what does not depend on theta
step           a visited month of a pair; steps of pair k are offset[k] to offset[k + 1] - 1
gap            periods since the step before; powers: memories over 0, 1, 2, ... periods
site           Gaussian factor of a channel-month on theta: precision, precision x mean
=============  =====================================================================
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

M_CONFLICTUAL, M_COOPERATIVE, LOADING, NOISE, TAIL, MEMORY, VARIANCE, SOURCE = (
    0, 1, 2, 3, 4, 5, 11, 17,
)  # fmt: skip
"""Positions in p; from SOURCE on, intercept and concentration of each source in turn."""
N_LATENT = 6
N_CHANNELS = 3
KEEP_NOTHING, KEEP_LAST, KEEP_STEPS, KEEP_SCORES = range(4)  # what the filter writes
WIDTH = 0.8  # largest step of the trapezoidal rule in sd of the product: error about 1e-7
DROP = 22.0  # the rule stops where the log density is this far below its peak
MOST_STEPS = 2000  # to either side; only a law without any width would need more
SPACING = 1 / 16  # of the nodes of theta in the table of likelihoods, logits; the middle one is 0

compiled = njit(cache=True, nogil=True, error_model="numpy")
inlined = njit(inline="always", error_model="numpy")  # a call would count references to arrays


@inlined
def at_node(j, acts, row, rising):
    """Return the log likelihood of a channel-month's acts at a node, without the constant."""
    out = 0.0
    for s in range(acts.shape[0]):
        out += rising[s, 0, row[acts[s, 0]], j] + rising[s, 1, row[acts[s, 1]], j]
    return out


@inlined
def between_nodes(theta, acts, row, rising):
    """Return the same at any theta, by the cubic through the four nearest nodes."""
    place = theta / SPACING + rising.shape[3] // 2
    j = min(max(int(place), 1), rising.shape[3] - 3)
    x = place - j
    return (
        at_node(j - 1, acts, row, rising) * x * (x - 1) * (2 - x) / 6
        + at_node(j, acts, row, rising) * (x + 1) * (x - 1) * (x - 2) / 2
        + at_node(j + 1, acts, row, rising) * (x + 1) * x * (2 - x) / 2
        + at_node(j + 2, acts, row, rising) * (x + 1) * x * (x - 1) / 6
    )


@inlined
def log_tones(theta, tone, tone_class, lo, hi, p):
    """Return the log density of tones at theta, without `constant_of`."""
    out = 0.0
    nu = p[TAIL]
    product = 1.0
    for a in range(lo, hi):
        z = (tone[a] - p[M_CONFLICTUAL + tone_class[a]] - p[LOADING] * theta) / p[NOISE]
        if nu > 0:
            product *= 1 + z * z / nu
            if product > 1e200:
                out -= 0.5 * (nu + 1) * math.log(product)
                product = 1.0
        else:
            out -= 0.5 * z * z
    if nu > 0:
        out -= 0.5 * (nu + 1) * math.log(product)
    return out


@compiled
def constant_of(acts, n_tones, p, row, constant):
    """Return the part of the log likelihood that does not depend on theta."""
    out = 0.0
    for s in range(acts.shape[0]):
        n = acts[s, 0] + acts[s, 1]
        if n > 0:
            out += constant[s, row[n]] - constant[-1, row[acts[s, 0]]]
            out -= constant[-1, row[acts[s, 1]]]
    if n_tones > 0:
        nu = p[TAIL]
        if nu > 0:
            one = math.lgamma(0.5 * (nu + 1)) - math.lgamma(0.5 * nu) - 0.5 * math.log(nu * math.pi)
        else:
            one = -0.5 * math.log(2 * math.pi)
        out += n_tones * (one - math.log(p[NOISE]))
    return out


@compiled
def peak_of(m, v, acts, tone, tone_class, lo, hi, p, row, rising):
    """Return roughly where N(theta; m, v) times the likelihood peaks, and its information there.

    Neither needs to be exact: the trapezoidal rule converges geometrically whatever its centre.
    """
    nu = p[TAIL]
    tone_information = (p[LOADING] / p[NOISE]) ** 2
    if nu > 0:
        tone_information *= (nu + 1) / (nu + 3)
    origin, last = rising.shape[3] // 2, rising.shape[3] - 2
    centre = m
    information = 1 / v
    limit = 2 * math.sqrt(v)
    for _ in range(6):
        place = min(max(round(centre / SPACING) + origin, 1), last)
        here = at_node(place, acts, row, rising)
        up = at_node(place + 1, acts, row, rising) - here
        down = here - at_node(place - 1, acts, row, rising)
        bend = max((down - up) / SPACING**2, 0.0)
        beside = centre - SPACING * (place - origin)
        slope = (m - centre) / v + (up + down) / (2 * SPACING) - bend * beside
        information = 1 / v + bend + (hi - lo) * tone_information
        for a in range(lo, hi):
            z = (tone[a] - p[M_CONFLICTUAL + tone_class[a]] - p[LOADING] * centre) / p[NOISE]
            weight = (nu + 1) / (nu + z * z) if nu > 0 else 1.0
            slope += weight * z * p[LOADING] / p[NOISE]
        step = slope / information
        step = min(max(step, -limit), limit)
        centre += step
        if abs(step) < 0.2 / math.sqrt(information):
            break
    return min(max(centre, -SPACING * origin), SPACING * origin), information


@compiled
def tilt(m, v, acts, tone, tone_class, lo, hi, p, row, rising, constant):
    """Return log evidence, mean and variance of N(theta; m, v) times the likelihood.

    The trapezoidal rule steps over nodes of the table; where the product is narrower than their
    spacing, the table is interpolated.
    """
    centre, information = peak_of(m, v, acts, tone, tone_class, lo, hi, p, row, rising)
    h = min(WIDTH / math.sqrt(information), WIDTH)
    stride = int(h / SPACING)
    on_nodes = stride > 0
    middle = round(centre / SPACING)
    if on_nodes:
        centre = SPACING * middle
        h = SPACING * stride
    middle += rising.shape[3] // 2
    good, bad = rising[0, 0, row[acts[0, 0]]], rising[0, 1, row[acts[0, 1]]]
    reference = peak = -math.inf
    half_precision = 0.5 / v
    s0, s1, s2 = 0.0, 0.0, 0.0
    for side in range(2):
        move, jump = (h, stride) if side == 0 else (-h, -stride)
        x, j = side * move, middle + side * jump
        for _ in range(MOST_STEPS):
            if j < 0 or j >= rising.shape[3]:
                break
            d = centre + x - m
            if on_nodes:
                value = good[j] + bad[j]
                for s in range(1, acts.shape[0]):
                    value += rising[s, 0, row[acts[s, 0]], j] + rising[s, 1, row[acts[s, 1]], j]
            else:
                value = between_nodes(centre + x, acts, row, rising)
            if hi > lo:
                value += log_tones(centre + x, tone, tone_class, lo, hi, p)
            value -= half_precision * d * d
            if s0 == 0.0:
                reference = value
            peak = max(peak, value)
            weight = math.exp(value - reference)
            s0 += weight
            s1 += weight * x
            s2 += weight * x * x
            if not value > peak - DROP:
                break
            x += move
            j += jump
    evidence = reference + math.log(s0 * h) - 0.5 * math.log(2 * math.pi * v)
    evidence += constant_of(acts, hi - lo, p, row, constant)
    offset = s1 / s0
    return evidence, centre + offset, s2 / s0 - offset * offset


@compiled
def project(cov, by_sum, by_difference):
    """Write covariances of the latent vector with the half-sum and half-difference of theta."""
    for i in range(N_LATENT):
        by_sum[i] = cov[i, 0] + cov[i, 1] + cov[i, 2]
        by_difference[i] = cov[i, 3] + cov[i, 4] + cov[i, 5]


@compiled
def theta_moments(x, by_sum, by_difference, mean, variance):
    """Write means and variances of the channels."""
    half, other = x[0] + x[1] + x[2], x[3] + x[4] + x[5]
    vr = by_sum[0] + by_sum[1] + by_sum[2]
    vd = by_difference[3] + by_difference[4] + by_difference[5]
    vc = by_difference[0] + by_difference[1] + by_difference[2]
    mean[0], mean[1], mean[2] = half + other, half - other, half
    variance[0], variance[1], variance[2] = vr + vd + 2 * vc, vr + vd - 2 * vc, vr


@compiled
def apply_site(x, cov, by_sum, by_difference, gain, channel, precision, shift):
    """Multiply N(x, cov) by a site on the channel's theta, in place; ``gain`` is room."""
    sign = 1.0 if channel == 0 else (-1.0 if channel == 1 else 0.0)
    for i in range(N_LATENT):
        gain[i] = by_sum[i] + sign * by_difference[i]
    half, other = gain[0] + gain[1] + gain[2], gain[3] + gain[4] + gain[5]
    scale = 1 / (1 + precision * (half + sign * other))
    mean = x[0] + x[1] + x[2] + sign * (x[3] + x[4] + x[5])
    push, shrink = (shift - precision * mean) * scale, precision * scale
    for i in range(N_LATENT):
        x[i] += gain[i] * push
        by_sum[i] -= gain[i] * half * shrink
        by_difference[i] -= gain[i] * other * shrink
        for j in range(N_LATENT):
            cov[i, j] -= gain[i] * shrink * gain[j]


@compiled
def predict(x, cov, a, p):
    """Move N(x, cov) forward in place; ``a`` holds the memories over the gap."""
    for i in range(N_LATENT):
        x[i] *= a[i]
        for j in range(N_LATENT):
            cov[i, j] *= a[i] * a[j]
        cov[i, i] += (1 - a[i] * a[i]) * p[VARIANCE + i]


@compiled
def start_pair(x, cov, start, p):
    """Set N(x, cov) to the stationary law around the pair's prior means, in place."""
    for i in range(N_LATENT):
        x[i] = 0.0
        for j in range(N_LATENT):
            cov[i, j] = p[VARIANCE + i] if i == j else 0.0
    x[0], x[N_LATENT // 2] = start[0], start[1]


@compiled
def store(x, big, mean, cov, k):
    """Write N(x, big) to step k of mean and cov."""
    for i in range(N_LATENT):
        mean[k, i] = x[i]
        for j in range(N_LATENT):
            cov[k, i, j] = big[i, j]


@compiled
def n_acts(acts, k, channel):
    """Return the acts of a channel in a step, all sources."""
    total = 0
    for s in range(acts.shape[2]):
        total += acts[k, channel, s, 0] + acts[k, channel, s, 1]
    return total


@compiled
def is_seen(acts, span, k, channel):
    """Whether the channel has acts or tones in the step."""
    return n_acts(acts, k, channel) > 0 or span[k, channel, 1] > span[k, channel, 0]


@compiled
def leading_direction(acts, span, tone, k, mean):
    """Return the direction that is taken in first.

    It is the one with more acts, then with more successes, then with warmer tones, then with the
    higher prediction: a rule that swapping the two states swaps.
    """
    first, second = n_acts(acts, k, 0), n_acts(acts, k, 1)
    if first == second:
        for s in range(acts.shape[2]):
            first += acts[k, 0, s, 0]
            second += acts[k, 1, s, 0]
    if first != second:
        return 0 if first > second else 1
    warmth = 0.0
    for a in range(span[k, 0, 0], span[k, 0, 1]):
        warmth += tone[a]
    for a in range(span[k, 1, 0], span[k, 1, 1]):
        warmth -= tone[a]
    if warmth != 0.0:
        return 0 if warmth > 0.0 else 1
    return 0 if mean[0] >= mean[1] else 1


@compiled
def filter_steps(
    offset,
    gap,
    acts,
    span,
    tone,
    tone_class,
    start,
    row,
    rising,
    constant,
    powers,
    p,
    keep,
    mean,
    cov,
    site,
    cell,
    evidence,
):
    """Run the assumed-density filter over every pair; write each step's log evidence.

    Joint acts are taken in first, then the two directions one after the other. ``keep`` says what
    else is written: the moments after each pair's last step, by pair; or moments and sites of every
    step; or these and the log score of each direction's successes given their number (joint acts
    included, from earlier months only).
    """
    x, big = np.empty(N_LATENT), np.empty((N_LATENT, N_LATENT))
    by_sum, by_difference, gain = np.empty(N_LATENT), np.empty(N_LATENT), np.empty(N_LATENT)
    m, v = np.empty(N_CHANNELS), np.empty(N_CHANNELS)
    pooled = np.empty((acts.shape[2], 2), acts.dtype)
    for pair in range(len(offset) - 1):
        start_pair(x, big, start[pair], p)
        for k in range(offset[pair], offset[pair + 1]):
            if k > offset[pair]:
                predict(x, big, powers[gap[k]], p)
            project(big, by_sum, by_difference)
            theta_moments(x, by_sum, by_difference, m, v)
            if keep >= KEEP_STEPS:
                for c in range(N_CHANNELS):
                    site[k, c, 0] = site[k, c, 1] = 0.0
            total = 0.0
            lead = leading_direction(acts, span, tone, k, m)
            # two readings for the score, joint acts, the directions: one call compiles once
            for stage in range(0 if keep >= KEEP_SCORES else 2, 5):
                reading = stage < 2
                c = stage
                if stage >= 2:
                    c = 2 if stage == 2 else (lead if stage == 3 else 1 - lead)
                lo, hi = span[k, c, 0], span[k, c, 1]
                for s in range(acts.shape[2]):
                    for side in range(2):
                        pooled[s, side] = acts[k, c, s, side]
                        if reading:
                            pooled[s, side] += acts[k, 2, s, side]
                if reading:
                    hi = lo
                    if n_acts(acts, k, c) + n_acts(acts, k, 2) == 0:
                        continue
                elif not is_seen(acts, span, k, c):
                    continue
                value, mu, variance = tilt(
                    m[c], v[c], pooled, tone, tone_class, lo, hi, p, row, rising, constant
                )
                if reading:
                    cell[k, c] = value
                    continue
                total += value
                precision, shift = 1 / variance - 1 / v[c], mu / variance - m[c] / v[c]
                apply_site(x, big, by_sum, by_difference, gain, c, precision, shift)
                if keep >= KEEP_STEPS:
                    site[k, c, 0], site[k, c, 1] = precision, shift
                theta_moments(x, by_sum, by_difference, m, v)
            evidence[k] = total
            if keep >= KEEP_STEPS:
                store(x, big, mean, cov, k)
        if keep == KEEP_LAST:
            store(x, big, mean, cov, pair)


@compiled
def forward_sites(offset, gap, site, start, powers, p, mean, cov, gains, pulls):
    """Kalman filter with given Gaussian sites; writes the last four arguments.

    ``gains`` (step, channel, latent) holds the covariance with theta before each site, ``pulls``
    (step, channel, 2) the shrinkage and push of each site: what the adjoint pass needs.
    """
    x, big = np.empty(N_LATENT), np.empty((N_LATENT, N_LATENT))
    by_sum, by_difference = np.empty(N_LATENT), np.empty(N_LATENT)
    means, variances = np.empty(N_CHANNELS), np.empty(N_CHANNELS)
    for pair in range(len(offset) - 1):
        start_pair(x, big, start[pair], p)
        for k in range(offset[pair], offset[pair + 1]):
            if k > offset[pair]:
                predict(x, big, powers[gap[k]], p)
            project(big, by_sum, by_difference)
            for c in range(N_CHANNELS):
                precision, shift = site[k, c, 0], site[k, c, 1]
                if precision != 0.0 or shift != 0.0:
                    theta_moments(x, by_sum, by_difference, means, variances)
                    scale = 1 / (1 + precision * variances[c])
                    pulls[k, c, 0] = precision * scale
                    pulls[k, c, 1] = (shift - precision * means[c]) * scale
                    apply_site(x, big, by_sum, by_difference, gains[k, c], c, precision, shift)
            store(x, big, mean, cov, k)


@compiled
def refine_sites(
    offset,
    acts,
    span,
    tone,
    tone_class,
    row,
    rising,
    constant,
    p,
    means,
    variances,
    site,
    damping,
    floor,
):
    """One parallel expectation-propagation sweep; returns the largest move in posterior sd.

    ``means`` and ``variances`` (step, channel) are posterior moments of theta under the sites.
    Sites keep at least the precision ``floor`` and match the mean in any case. Infinity says that
    sites of negative precision have made the joint law improper.
    """
    largest = 0.0
    for k in range(offset[-1]):
        for c in range(N_CHANNELS):
            if not is_seen(acts, span, k, c):
                continue
            m, v = means[k, c], variances[k, c]
            precision = 1 / v - site[k, c, 0]
            if v <= 0 or precision <= 0:
                return math.inf
            centre = (m / v - site[k, c, 1]) / precision
            _, new, variance = tilt(
                centre,
                1 / precision,
                acts[k, c],
                tone,
                tone_class,
                span[k, c, 0],
                span[k, c, 1],
                p,
                row,
                rising,
                constant,
            )
            largest = max(largest, abs(new - m) / math.sqrt(variance))
            own = max(1 / variance - precision, floor)
            shift = new * (precision + own) - precision * centre
            site[k, c, 0] += damping * (own - site[k, c, 0])
            site[k, c, 1] += damping * (shift - site[k, c, 1])
    return largest

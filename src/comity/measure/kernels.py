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
step           a visited month of a pair; steps of pair k are offset[k] to offset[k + 1] - 1
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
WIDTH = 0.75  # step of the trapezoidal rule in units of the product's sd: error below 1e-12
DROP = 26.0  # the rule stops where the log density is this far below its peak
SMALL = 8  # up to so many acts a product is cheaper than two log-gammas

compiled = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def log_rising(a, n):
    """Return log Gamma(a + n) / Gamma(a)."""
    if n <= SMALL:
        product = 1.0
        for k in range(n):
            product *= a + k
        return math.log(product)
    return math.lgamma(a + n) - math.lgamma(a)


@compiled
def act_constant(acts, n_tones, p):
    """Return the part of the log likelihood that does not depend on theta."""
    out = 0.0
    for s in range(acts.shape[0]):
        n = acts[s, 0] + acts[s, 1]
        if n > 0:
            if acts[s, 0] > 0 and acts[s, 1] > 0:
                out += math.lgamma(n + 1.0)
                out -= math.lgamma(acts[s, 0] + 1.0) + math.lgamma(acts[s, 1] + 1.0)
            out -= log_rising(p[SOURCE + 2 * s + 1], n)
    if n_tones > 0:
        nu = p[TAIL]
        if nu > 0:
            one = math.lgamma(0.5 * (nu + 1)) - math.lgamma(0.5 * nu) - 0.5 * math.log(nu * math.pi)
        else:
            one = -0.5 * math.log(2 * math.pi)
        out += n_tones * (one - math.log(p[NOISE]))
    return out


@compiled
def log_likelihood(theta, acts, tone, tone_class, lo, hi, p):
    """Return the log likelihood of a channel-month at theta, without `act_constant`."""
    out = 0.0
    for s in range(acts.shape[0]):
        n_good, n_bad = acts[s, 0], acts[s, 1]
        if n_good + n_bad == 0:
            continue
        psi, kappa = p[SOURCE + 2 * s] + theta, p[SOURCE + 2 * s + 1]
        small = math.exp(-abs(psi))
        tail = small / (1 + small)
        share = 1 - tail if psi > 0 else tail
        rest = tail if psi > 0 else 1 - tail
        if n_good + n_bad <= SMALL:
            product = 1.0
            for k in range(n_good):
                product *= kappa * share + k
            for k in range(n_bad):
                product *= kappa * rest + k
            out += math.log(product)
        else:
            out += log_rising(kappa * share, n_good) + log_rising(kappa * rest, n_bad)
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
    if nu > 0 and hi > lo:
        out -= 0.5 * (nu + 1) * math.log(product)
    return out


@compiled
def tilt(m, v, acts, tone, tone_class, lo, hi, p):
    """Return log evidence, mean and variance of N(theta; m, v) times the likelihood.

    A few scoring steps find the peak and the width; neither needs to be exact, because the
    trapezoidal rule converges geometrically whatever its centre.
    """
    nu = p[TAIL]
    tone_information = (p[LOADING] / p[NOISE]) ** 2
    if nu > 0:
        tone_information *= (nu + 1) / (nu + 3)
    centre = m
    information = 1 / v
    limit = 2 * math.sqrt(v)
    for _ in range(6):
        slope = (m - centre) / v
        information = 1 / v + (hi - lo) * tone_information
        for s in range(acts.shape[0]):
            n = acts[s, 0] + acts[s, 1]
            if n > 0:
                kappa = p[SOURCE + 2 * s + 1]
                effective = n * (1 + kappa) / (n + kappa)
                share = 1 / (1 + math.exp(-(p[SOURCE + 2 * s] + centre)))
                slope += effective * (acts[s, 0] / n - share)
                information += effective * share * (1 - share)
        for a in range(lo, hi):
            z = (tone[a] - p[M_CONFLICTUAL + tone_class[a]] - p[LOADING] * centre) / p[NOISE]
            weight = (nu + 1) / (nu + z * z) if nu > 0 else 1.0
            slope += weight * z * p[LOADING] / p[NOISE]
        step = slope / information
        step = min(max(step, -limit), limit)
        centre += step
        if abs(step) < 0.1 / math.sqrt(information):
            break
    h = min(WIDTH / math.sqrt(information), WIDTH)
    reference = peak = -math.inf
    s0, s1, s2 = 0.0, 0.0, 0.0
    for side in range(2):
        k = side
        while k < 2000:
            x = k * h if side == 0 else -k * h
            d = centre + x - m
            value = log_likelihood(centre + x, acts, tone, tone_class, lo, hi, p)
            value -= 0.5 * d * d / v
            if k == 0:
                reference = value
            peak = max(peak, value)
            weight = math.exp(value - reference)
            s0 += weight
            s1 += weight * x
            s2 += weight * x * x
            if not value > peak - DROP:
                break
            k += 1
    evidence = reference + math.log(s0 * h) - 0.5 * math.log(2 * math.pi * v)
    evidence += act_constant(acts, hi - lo, p)
    offset = s1 / s0
    return evidence, centre + offset, s2 / s0 - offset * offset


@compiled
def theta_moments(x, cov, mean, variance):
    """Write means and variances of the channels; return the directions' covariance."""
    half, other = x[0] + x[1] + x[2], x[3] + x[4] + x[5]
    vr = vd = vc = 0.0
    for i in range(3):
        for j in range(3):
            vr += cov[i, j]
            vd += cov[i + 3, j + 3]
            vc += cov[i, j + 3]
    mean[0], mean[1], mean[2] = half + other, half - other, half
    variance[0], variance[1], variance[2] = vr + vd + 2 * vc, vr + vd - 2 * vc, vr
    return vr - vd


@compiled
def apply_site(x, cov, channel, precision, shift):
    """Multiply N(x, cov) by a site on the channel's theta, in place."""
    sign = 1.0 if channel == 0 else (-1.0 if channel == 1 else 0.0)
    gain = np.empty(N_LATENT)
    mean = variance = 0.0
    for i in range(N_LATENT):
        total = 0.0
        for j in range(N_LATENT):
            total += cov[i, j] if j < 3 else sign * cov[i, j]
        gain[i] = total
        mean += x[i] if i < 3 else sign * x[i]
        variance += total if i < 3 else sign * total
    scale = 1 + precision * variance
    for i in range(N_LATENT):
        x[i] += gain[i] * (shift - precision * mean) / scale
        for j in range(N_LATENT):
            cov[i, j] -= gain[i] * gain[j] * precision / scale


@compiled
def predict(x, cov, gap, p):
    """Move N(x, cov) forward by ``gap`` months, in place."""
    a = np.empty(N_LATENT)
    for i in range(N_LATENT):
        a[i] = p[MEMORY + i] if gap == 1 else p[MEMORY + i] ** gap
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
    offset, month, acts, span, tone, tone_class, start, p, keep, mean, cov, site, cell, evidence
):
    """Run the assumed-density filter over every pair; write each step's log evidence.

    Joint acts are taken in first, then the two directions one after the other. With ``keep``,
    filtered moments, sites and the log score of each direction's successes given their number
    (joint acts included, from earlier months only) are written as well.
    """
    x, big = np.empty(N_LATENT), np.empty((N_LATENT, N_LATENT))
    m, v = np.empty(N_CHANNELS), np.empty(N_CHANNELS)
    pooled = np.empty((acts.shape[2], 2), acts.dtype)
    for pair in range(len(offset) - 1):
        start_pair(x, big, start[pair], p)
        for k in range(offset[pair], offset[pair + 1]):
            if k > offset[pair]:
                predict(x, big, month[k] - month[k - 1], p)
            theta_moments(x, big, m, v)
            if keep:
                for c in range(N_CHANNELS):
                    site[k, c, 0] = site[k, c, 1] = 0.0
            total = 0.0
            lead = leading_direction(acts, span, tone, k, m)
            # two readings for the score, joint acts, the directions: one call compiles once
            for stage in range(0 if keep else 2, 5):
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
                value, mu, variance = tilt(m[c], v[c], pooled, tone, tone_class, lo, hi, p)
                if reading:
                    cell[k, c] = value
                    continue
                total += value
                precision, shift = 1 / variance - 1 / v[c], mu / variance - m[c] / v[c]
                apply_site(x, big, c, precision, shift)
                if keep:
                    site[k, c, 0], site[k, c, 1] = precision, shift
                theta_moments(x, big, m, v)
            evidence[k] = total
            if keep:
                store(x, big, mean, cov, k)


@compiled
def forward_sites(offset, month, site, start, p, mean, cov):
    """Kalman filter with given Gaussian sites; writes the last two arguments."""
    x, big = np.empty(N_LATENT), np.empty((N_LATENT, N_LATENT))
    for pair in range(len(offset) - 1):
        start_pair(x, big, start[pair], p)
        for k in range(offset[pair], offset[pair + 1]):
            if k > offset[pair]:
                predict(x, big, month[k] - month[k - 1], p)
            for c in range(N_CHANNELS):
                if site[k, c, 0] != 0.0 or site[k, c, 1] != 0.0:
                    apply_site(x, big, c, site[k, c, 0], site[k, c, 1])
            store(x, big, mean, cov, k)


@compiled
def refine_sites(offset, acts, span, tone, tone_class, p, mean, cov, site, damping, floor):
    """One parallel expectation-propagation sweep; returns the largest move in posterior sd.

    Sites keep at least the precision ``floor`` and match the mean in any case. Infinity says that
    sites of negative precision have made the joint law improper.
    """
    means, variances, largest = np.empty(N_CHANNELS), np.empty(N_CHANNELS), 0.0
    for k in range(offset[-1]):
        theta_moments(mean[k], cov[k], means, variances)
        for c in range(N_CHANNELS):
            if not is_seen(acts, span, k, c):
                continue
            m, v = means[c], variances[c]
            precision = 1 / v - site[k, c, 0]
            if v <= 0 or precision <= 0:
                return math.inf
            centre = (m / v - site[k, c, 1]) / precision
            _, new, variance = tilt(
                centre, 1 / precision, acts[k, c], tone, tone_class, span[k, c, 0], span[k, c, 1], p
            )
            largest = max(largest, abs(new - m) / math.sqrt(variance))
            own = max(1 / variance - precision, floor)
            shift = new * (precision + own) - precision * centre
            site[k, c, 0] += damping * (own - site[k, c, 0])
            site[k, c, 1] += damping * (shift - site[k, c, 1])
    return largest

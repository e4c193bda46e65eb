"""The numerical core against brute-force integration, in one dimension and on a whole path."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from comity.measure import kernels
from comity.measure.likelihood_table import likelihood_table
from comity.measure.mixture import DIRECTIONS
from comity.measure.model import NAMES, kernel_vector
from comity.measure.panel import Panel
from comity.measure.smoother import smooth_channels, smooth_panel

pytestmark = pytest.mark.oracle

NATURAL = [0.3, 12.0, 0.25, 24.0, 0.4, 0.5, 1.1, 0.03, 0.6, 0.4, 0.7, 0.5, 0.4, -0.4, 0.15, 0.2]
TONE = np.array([0.7, -0.9, 0.3, 0.1])
TONE_CLASS = np.array([1, 0, 1, 0])


def log_likelihood(
    theta: NDArray[np.float64], coop: int, conf: int, lo: int, hi: int, tail: float = 4.0
) -> NDArray[np.float64]:
    value = dict(zip(NAMES, NATURAL, strict=True))
    share = 1 / (1 + np.exp(-(value["intercept"] + theta)))
    kappa = value["concentration"]
    out = np.zeros_like(theta)
    if coop + conf:
        out += stats.betabinom.logpmf(coop, coop + conf, kappa * share, kappa * (1 - share))
    for a in range(lo, hi):
        centre = value["tone_cooperative" if TONE_CLASS[a] else "tone_conflictual"]
        z = TONE[a] - centre - value["tone_loading"] * theta
        out += stats.t.logpdf(z, tail, scale=value["tone_noise_sd"])
    return out


@pytest.mark.parametrize(
    ("mean", "variance", "coop", "conf", "lo", "hi"),
    [
        (0.0, 1.0, 1, 0, 0, 0),
        (0.0, 1.0, 0, 1, 1, 2),
        (2.5, 0.2, 0, 3, 0, 0),
        (-4.0, 9.0, 5, 1, 0, 4),
        (1.0, 0.01, 2, 2, 0, 4),
        (0.0, 4.0, 60, 40, 0, 0),
        (-3.0, 0.5, 30, 0, 2, 3),
        (5.0, 0.3, 0, 25, 0, 4),
        (0.0, 2.0, 0, 0, 0, 3),
        (0.7, 1e-4, 3, 2, 0, 0),  # narrower than the table's spacing
        (1.0, 2.5e-5, 40, 25, 1, 3),
        (-9.0, 4.0, 900, 10, 0, 0),  # far from what the acts say
        (0.0, 16.0, 0, 2, 0, 0),
    ],
)
def test_moments_equal_brute_force_integration(
    mean: float, variance: float, coop: int, conf: int, lo: int, hi: int
) -> None:
    p = kernel_vector(NATURAL, tone_tail=4.0)
    acts = np.array([[coop, conf]])
    wide = np.full((1, 2), 15.0)  # the table must reach further than the model's prior does
    panel = replace(tiny_panel(), acts=np.broadcast_to(acts, (4, 3, 1, 2)), start=wide)
    table = likelihood_table(panel, p)
    found = kernels.tilt(mean, variance, acts, TONE, TONE_CLASS, lo, hi, p, *table.arrays)
    theta = np.linspace(mean - 9 * math.sqrt(variance), mean + 9 * math.sqrt(variance), 400_001)
    log_product = stats.norm.logpdf(theta, mean, math.sqrt(variance))
    log_product += log_likelihood(theta, coop, conf, lo, hi)
    weight = np.exp(log_product - log_product.max())
    total = weight.sum() * (theta[1] - theta[0])
    expected_mean = (weight * theta).sum() / weight.sum()
    expected_variance = (weight * (theta - expected_mean) ** 2).sum() / weight.sum()
    assert found[0] == pytest.approx(math.log(total) + log_product.max(), abs=1e-7)
    assert found[1] == pytest.approx(expected_mean, abs=1e-7)
    assert found[2] == pytest.approx(expected_variance, rel=1e-6)


def tiny_panel() -> Panel:
    """One pair, four months: acts of both directions, jointly, and one silent month."""
    acts = np.zeros((4, 3, 1, 2), np.int64)
    span = np.zeros((4, 3, 2), np.int64)
    acts[0, 0] = 3, 0
    acts[0, 1] = 1, 1
    span[0, 1] = 0, 2
    acts[1, 2] = 0, 1
    span[1, 2] = 3, 4
    acts[3, 0] = 0, 4
    acts[3, 1] = 1, 0
    span[3, 1] = 2, 3
    month = np.arange(4)
    return Panel(np.array([0, 4]), month, acts, span, TONE, TONE_CLASS, month, np.zeros((1, 2)))


def importance_moments(
    panel: Panel, n: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Exact smoothed means and sds of theta (direction, month) by sampling the prior."""
    p = kernel_vector(NATURAL, tone_tail=4.0)
    memory, variance = p[5:11], p[11:17]
    generator = np.random.default_rng(seed)
    x = generator.standard_normal((n, 6)) * np.sqrt(variance)
    theta = np.empty((n, 3, 4))
    for t in range(4):
        if t:
            kick = np.sqrt((1 - memory**2) * variance)
            x = memory * x + generator.standard_normal((n, 6)) * kick
        theta[:, :2, t] = x @ DIRECTIONS.T
        theta[:, 2, t] = theta[:, :2, t].mean(axis=1)
    log_weight = np.zeros(n)
    for t in range(4):
        for c in range(3):
            coop, conf = (int(k) for k in panel.acts[t, c, 0])
            lo, hi = (int(k) for k in panel.span[t, c])
            if coop + conf or hi > lo:
                log_weight += log_likelihood(theta[:, c, t], coop, conf, lo, hi)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = np.einsum("n,ndt->dt", weight, theta[:, :2])
    spread = np.einsum("n,ndt->dt", weight, (theta[:, :2] - mean) ** 2)
    return mean, np.sqrt(spread), float(1 / (weight**2).sum())


def deviations(panel: Panel, exact_panel: Panel) -> tuple[float, float, float]:
    """Largest error of mean (in sd) and of sd (relative), and the Monte Carlo error of the mean."""
    smoothed = smooth_panel(panel, kernel_vector(NATURAL, tone_tail=4.0))
    mean, sd, effective = importance_moments(exact_panel, 300_000, seed=5)
    found = (smoothed.mean @ DIRECTIONS.T).T
    found_sd = np.sqrt(np.einsum("di,tij,dj->dt", DIRECTIONS, smoothed.covariance, DIRECTIONS))
    return (
        float(np.abs((found - mean) / sd).max()),
        float(np.abs(found_sd / sd - 1).max()),
        1 / math.sqrt(effective),
    )


def test_smoother_equals_importance_sampling_on_one_pair() -> None:
    """Expectation propagation is approximate; its own error here is about 0.01 sd."""
    mean_error, sd_error, se = deviations(tiny_panel(), tiny_panel())
    assert mean_error < 0.015 + 4 * se, f"means off by {mean_error:.4f} sd (SE {se:.4f})"
    assert sd_error < 0.015 + 4 * se, f"sds off by {sd_error:.4f} (SE {se:.4f})"


def test_a_lost_tone_would_be_caught() -> None:
    """Planted bug: the joint act's tone is not read."""
    span = tiny_panel().span.copy()
    span[1, 2] = 0
    mean_error, _, se = deviations(replace(tiny_panel(), span=span), tiny_panel())
    assert mean_error > 0.015 + 4 * se


def test_the_adjoint_pass_equals_the_backward_pass() -> None:
    """Two recursions for one law: the first inverts covariances, the second never does."""
    panel, p = tiny_panel(), kernel_vector(NATURAL, tone_tail=4.0)
    whole = smooth_panel(panel, p)
    means, variances = smooth_channels(panel, p, likelihood_table(panel, p))
    weights = np.vstack([DIRECTIONS, DIRECTIONS.mean(axis=0)])
    spread = np.einsum("ci,tij,cj->tc", weights, whole.covariance, weights)
    np.testing.assert_allclose(means, whole.mean @ weights.T, atol=1e-10)
    np.testing.assert_allclose(variances, spread, rtol=1e-9)


def test_a_law_without_width_ends() -> None:
    """An absurd point of the hyper-parameters must not keep the loops busy for ever."""
    panel, p = tiny_panel(), kernel_vector(NATURAL, tone_tail=4.0)
    table = likelihood_table(panel, p)
    for variance in (0.0, 1e-300, math.inf, math.nan):
        kernels.tilt(0.3, variance, panel.acts[0, 0], TONE, TONE_CLASS, 0, 2, p, *table.arrays)
    p[11:17] = math.nan
    assert likelihood_table(panel, p).rising.shape[3] > 1

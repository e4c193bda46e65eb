"""The smoother against a Pólya-Gamma Gibbs sampler, where acts have no noise of the month.

With a huge concentration the beta-binomial is a binomial, and given Pólya-Gamma weights the acts
are Gaussian observations (Polson, Scott and Windle 2013): forward-filter backward-sample draws
whole paths from the exact posterior. Chains run side by side, and their spread gives the error.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from comity.measure.mixture import DIRECTIONS
from comity.measure.model import NAMES, kernel_vector, level_memory
from comity.measure.panel import Panel
from comity.measure.smoother import Smoothed, smooth_panel

polyagamma = pytest.importorskip("polyagamma")

pytestmark = pytest.mark.oracle
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NATURAL = {
    "intercept": 0.2, "concentration": 1e7, "level_step_sd": 0.25, "level_half_life": 24.0,
    "flare_step_sd": 0.4, "flare_memory": 0.5, "mean_sd": 1.0, "reciprocity": 0.03,
    "level_correlation": 0.6, "flare_correlation": 0.4, "mean_correlation": 0.7,
    "volatility_spread": 0.5,
    "tone_cooperative": 0.4, "tone_conflictual": -0.4, "tone_loading": 0.2, "tone_noise_sd": 0.3,
}  # fmt: skip
N_MONTHS, N_CHAINS, N_WARM, N_KEPT = 18, 250, 25, 60
LARGEST_SE = 4.5  # of 72 comparisons; false alarm in one of 2,000 seeds
MATCHING = 0.03
"""What Gaussian sites may cost a reading, in posterior sd: a bias, not a sampling error."""
LATENT = np.hstack([np.eye(2)] * 3)  # directions from both means, levels and flares
CHANNELS = np.vstack([LATENT, LATENT.mean(axis=0)])


def couple(sd: float, correlation: float) -> Floats:
    return sd**2 * np.array([[1, correlation], [correlation, 1]])


def law() -> tuple[Floats, Floats, Floats]:
    """Transition, step covariance and stationary covariance of both means, levels and flares."""
    v = NATURAL
    rho, g = level_memory(v["level_half_life"]), v["reciprocity"]
    move, step, still = np.zeros((3, 6, 6))
    move[:2, :2], move[4:, 4:] = np.eye(2), v["flare_memory"] * np.eye(2)
    move[2:4, 2:4] = [[rho - g, g], [g, rho - g]]
    step[2:4, 2:4] = couple(v["level_step_sd"], v["level_correlation"])
    step[4:, 4:] = couple(v["flare_step_sd"], v["flare_correlation"])
    still[:2, :2] = couple(v["mean_sd"], v["mean_correlation"])
    fast = np.eye(16) - np.kron(move[2:, 2:], move[2:, 2:])
    still[2:, 2:] = np.linalg.solve(fast, step[2:, 2:].ravel()).reshape(4, 4)
    return move, step, still


def normal(mean: Floats, covariance: Floats, generator: np.random.Generator) -> Floats:
    """Draw one vector a chain; covariances may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    z = np.sqrt(np.maximum(values, 0)) * generator.standard_normal(mean.shape)
    return mean + np.einsum("cij,cj->ci", vectors, z)


def record(generator: np.random.Generator) -> Ints:
    """Acts of one pair, (month, channel, 2)."""
    move, step, still = law()
    x, acts = np.zeros(6), np.zeros((N_MONTHS, 3, 2), np.int64)
    for t in range(N_MONTHS):
        x = generator.multivariate_normal(move @ x, step if t else still)
        volume = generator.poisson([3.0, 1.0, 0.7])
        acts[t, :, 0] = generator.binomial(volume, expit(NATURAL["intercept"] + CHANNELS @ x))
        acts[t, :, 1] = volume - acts[t, :, 0]
    return acts


def path(weight: Floats, half: Floats, generator: np.random.Generator) -> Floats:
    """Forward-filter backward-sample given Pólya-Gamma weights, (month, chain, 6)."""
    move, step, still = law()
    mean, cover = np.zeros((N_CHAINS, 6)), np.tile(still, (N_CHAINS, 1, 1))
    means, covers = [], []
    for t in range(N_MONTHS):
        if t:
            mean, cover = mean @ move.T, move @ cover @ move.T + step
        for c, row in enumerate(CHANNELS):
            gain = cover @ row
            # observation (half / weight - intercept) of variance 1 / weight; no acts: weight 0
            surprise = half[t, c] - weight[t, :, c] * (NATURAL["intercept"] + mean @ row)
            scale = 1 + weight[t, :, c] * (gain @ row)
            mean = mean + gain * (surprise / scale)[:, None]
            shrink = (weight[t, :, c] / scale)[:, None, None]
            cover = cover - shrink * gain[:, :, None] * gain[:, None, :]
        means.append(mean)
        covers.append(cover)
    out = np.empty((N_MONTHS, N_CHAINS, 6))
    out[-1] = normal(means[-1], covers[-1], generator)
    for t in range(N_MONTHS - 2, -1, -1):
        ahead = move @ covers[t] @ move.T + step
        gain = np.linalg.solve(ahead, move @ covers[t]).transpose(0, 2, 1)
        mean = means[t] + np.einsum("cij,cj->ci", gain, out[t + 1] - means[t] @ move.T)
        out[t] = normal(mean, covers[t] - gain @ move @ covers[t], generator)
    return out


def gibbs(acts: Ints, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Return each chain's mean and mean square of both directions, (chain, month, direction)."""
    volume = np.broadcast_to(acts.sum(axis=2)[:, None], (N_MONTHS, N_CHAINS, 3))
    half, seen = acts[..., 0] - acts.sum(axis=2) / 2, volume > 0
    psi = np.zeros(volume.shape)
    total, square = np.zeros((2, N_CHAINS, N_MONTHS, 2))
    for sweep in range(N_WARM + N_KEPT):
        weight = np.zeros(volume.shape)
        weight[seen] = polyagamma.random_polyagamma(
            volume[seen].astype(float), psi[seen], random_state=generator
        )
        x = path(weight, half, generator)
        psi = NATURAL["intercept"] + x @ CHANNELS.T
        if sweep >= N_WARM:
            theta = (x @ LATENT.T).transpose(1, 0, 2)
            total += theta
            square += theta**2
    return total / N_KEPT, square / N_KEPT


@pytest.fixture(scope="module")
def sampled() -> tuple[Ints, Floats, Floats]:
    acts = record(np.random.default_rng(8))
    return acts, *gibbs(acts, np.random.default_rng(9))


def smoothed(acts: Ints, **changes: float) -> Smoothed:
    panel = Panel(
        offset=np.array([0, N_MONTHS]), month=np.arange(N_MONTHS), acts=acts[:, :, None, :],
        span=np.zeros((N_MONTHS, 3, 2), np.int64), tone=np.zeros(0),
        tone_class=np.zeros(0, np.int64), time=np.arange(N_MONTHS), start=np.zeros((1, 2)),
    )  # fmt: skip
    values = [(NATURAL | changes)[name] for name in NAMES]
    return smooth_panel(panel, kernel_vector(values, tone_tail=4.0))


def assert_agrees(found: Smoothed, means: Floats, squares: Floats) -> None:
    mean, se = means.mean(axis=0), means.std(axis=0, ddof=1) / np.sqrt(N_CHAINS)
    sd = np.sqrt(squares.mean(axis=0) - mean**2)
    spread = (squares - 2 * mean * means).std(axis=0, ddof=1)  # of the squares around the mean
    sd_se = spread / np.sqrt(N_CHAINS) / (2 * sd)
    variance = np.einsum("ri,kij,rj->kr", DIRECTIONS, found.covariance, DIRECTIONS)
    for name, estimate, expected, error in (
        ("mean", found.mean @ DIRECTIONS.T, mean, se), ("sd", np.sqrt(variance), sd, sd_se),
    ):  # fmt: skip
        over = np.abs(estimate - expected) - LARGEST_SE * error - MATCHING * sd
        at = np.unravel_index(over.argmax(), over.shape)
        assert over.max() <= 0, (
            f"{name} of direction {at[1]}, month {at[0]}: {estimate[at]:.4f}, "
            f"Gibbs sampler {expected[at]:.4f} (SE {error[at]:.4f})"
        )


def test_smoother_agrees_with_gibbs_sampling(sampled: tuple[Ints, Floats, Floats]) -> None:
    acts, means, squares = sampled
    assert_agrees(smoothed(acts), means, squares)


def test_noise_of_the_month_where_there_is_none_would_be_caught(
    sampled: tuple[Ints, Floats, Floats],
) -> None:
    """Planted bug: acts of a month share noise, concentration 3 in place of none."""
    acts, means, squares = sampled
    with pytest.raises(AssertionError, match="Gibbs"):
        assert_agrees(smoothed(acts, concentration=3.0), means, squares)


def test_intervals_a_tenth_too_narrow_would_be_caught(
    sampled: tuple[Ints, Floats, Floats],
) -> None:
    """Planted bug: reported sds are nine tenths of what they should be."""
    acts, means, squares = sampled
    found = smoothed(acts)
    found.covariance[:] *= 0.9**2
    with pytest.raises(AssertionError, match="sd of direction"):
        assert_agrees(found, means, squares)

"""The smoother against the No-U-Turn sampler, which knows nothing of filters or Gaussians."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from comity.measure.mixture import DIRECTIONS
from comity.measure.model import NAMES, kernel_vector, level_memory
from comity.measure.panel import Panel
from comity.measure.smoother import Smoothed, smooth_panel

pytestmark = [pytest.mark.oracle, pytest.mark.nightly]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NATURAL = {
    "intercept": 0.3, "concentration": 20.0, "level_step_sd": 0.2, "level_half_life": 36.0,
    "flare_step_sd": 0.35, "flare_memory": 0.5, "mean_sd": 1.0, "reciprocity": 0.02,
    "level_correlation": 0.6, "flare_correlation": 0.4, "mean_correlation": 0.7,
    "volatility_spread": 0.5,
    "tone_cooperative": 0.4, "tone_conflictual": -0.4, "tone_loading": 0.2, "tone_noise_sd": 0.3,
}  # fmt: skip
N_PAIRS, N_MONTHS = 2, 60
N_WARM, N_KEPT, N_CHAINS = 150, 600, 2
LARGEST_SE = 4.5  # of 480 comparisons; false alarm in one of 300 seeds
MATCHING = 0.03
"""What Gaussian sites may cost a reading, in posterior sd: a bias, not a sampling error."""
CHANNELS = np.array([[1, 0], [0, 1], [0.5, 0.5]])


def couple(sd: float, correlation: float) -> Floats:
    return sd**2 * np.array([[1, correlation], [correlation, 1]])


def prior_covariance(v: dict[str, float]) -> Floats:
    """Covariance of both directions over all months, (2 month, 2 month), month by month."""
    rho, g = level_memory(v["level_half_life"]), v["reciprocity"]
    move = np.array([[rho - g, g], [g, rho - g]])
    step = couple(v["level_step_sd"], v["level_correlation"])
    still = np.linalg.solve(np.eye(4) - np.kron(move, move), step.ravel()).reshape(2, 2)
    flare = couple(v["flare_step_sd"], v["flare_correlation"]) / (1 - v["flare_memory"] ** 2)
    lasting = couple(v["mean_sd"], v["mean_correlation"])
    out = np.empty((N_MONTHS, 2, N_MONTHS, 2))
    for s in range(N_MONTHS):
        for t in range(s, N_MONTHS):
            lag = t - s
            block = np.linalg.matrix_power(move, lag) @ still + v["flare_memory"] ** lag * flare
            out[t, :, s], out[s, :, t] = block + lasting, (block + lasting).T
    return out.reshape(2 * N_MONTHS, 2 * N_MONTHS)


def record(generator: np.random.Generator) -> Ints:
    """Acts, (pair, month, channel, 2): one pair with many, one with few."""
    root = np.linalg.cholesky(prior_covariance(NATURAL))
    theta = (generator.standard_normal((N_PAIRS, 2 * N_MONTHS)) @ root.T).reshape(2, N_MONTHS, 2)
    share, kappa = expit(NATURAL["intercept"] + theta @ CHANNELS.T), NATURAL["concentration"]
    share = generator.beta(kappa * share, kappa * (1 - share))
    volume = generator.poisson([[[3.0, 1.5, 0.5]], [[0.7, 0.4, 0.3]]], share.shape)
    good = generator.binomial(volume, share)
    return np.stack([good, volume - good], axis=-1)


def sampled(acts: Ints) -> Floats:
    """Draws of both directions by NUTS, (chain, draw, pair, month, direction)."""
    jax = pytest.importorskip("jax")
    numpyro = pytest.importorskip("numpyro")
    from numpyro import distributions as laws
    from numpyro.infer import MCMC, NUTS

    numpyro.enable_x64()
    prior = np.linalg.inv(prior_covariance(NATURAL))
    volume, kappa = acts.sum(axis=-1), NATURAL["concentration"]
    seen = volume > 0
    # a rough Gaussian of each pair turns and scales the axes: it changes the speed, not the law
    worth = 0.2 * volume * (1 + kappa) / (volume + kappa)
    rough = np.einsum("ptc,ci,cj->ptij", worth, CHANNELS, CHANNELS)
    roots = []
    for pair in range(N_PAIRS):
        acted = np.zeros((N_MONTHS, 2, N_MONTHS, 2))
        acted[np.arange(N_MONTHS), :, np.arange(N_MONTHS)] = rough[pair]
        roots.append(np.linalg.cholesky(np.linalg.inv(prior + acted.reshape(prior.shape))))
    root = jax.numpy.asarray(roots)
    good, volume = acts[..., 0][seen], volume[seen]

    def model() -> None:
        shape = (N_PAIRS, 2 * N_MONTHS)
        z = numpyro.sample("z", laws.ImproperUniform(laws.constraints.real_matrix, (), shape))
        flat = jax.numpy.einsum("pij,pj->pi", root, z)
        numpyro.factor("prior", -0.5 * jax.numpy.einsum("pi,ij,pj->", flat, prior, flat))
        theta = numpyro.deterministic("theta", flat.reshape(N_PAIRS, N_MONTHS, 2))
        psi = (NATURAL["intercept"] + theta @ CHANNELS.T)[seen]
        a, b = kappa * jax.nn.sigmoid(psi), kappa * jax.nn.sigmoid(-psi)
        numpyro.sample("good", laws.BetaBinomial(a, b, volume), obs=good)

    run = MCMC(
        NUTS(model), num_warmup=N_WARM, num_samples=N_KEPT, num_chains=N_CHAINS,
        chain_method="sequential", progress_bar=False,
    )  # fmt: skip
    run.run(jax.random.PRNGKey(3))
    return np.asarray(run.get_samples(group_by_chain=True)["theta"], float)


def smoothed(acts: Ints, **changes: float) -> Smoothed:
    n = N_PAIRS * N_MONTHS
    panel = Panel(
        offset=np.arange(N_PAIRS + 1) * N_MONTHS, month=np.tile(np.arange(N_MONTHS), N_PAIRS),
        acts=acts.reshape(n, 3, 1, 2), span=np.zeros((n, 3, 2), np.int64), tone=np.zeros(0),
        tone_class=np.zeros(0, np.int64), time=np.tile(np.arange(N_MONTHS), N_PAIRS),
        start=np.zeros((N_PAIRS, 2)),
    )  # fmt: skip
    values = [(NATURAL | changes)[name] for name in NAMES]
    return smooth_panel(panel, kernel_vector(values, tone_tail=4.0))


def batch_error(draws: Floats) -> Floats:
    """Standard error of the mean from batches of consecutive draws, averaged over months.

    Single errors from twenty batches vary by a sixth; months of a pair are alike.
    """
    batches = draws.reshape(N_CHAINS * 5, -1, *draws.shape[2:]).mean(axis=1)
    square = batches.var(axis=0, ddof=1) / len(batches)
    return np.sqrt(np.broadcast_to(square.mean(axis=1, keepdims=True), square.shape))


def assert_agrees(found: Smoothed, draws: Floats) -> None:
    mean = draws.mean(axis=(0, 1))
    square = (draws - mean) ** 2
    sd = np.sqrt(square.mean(axis=(0, 1)))
    variance = np.einsum("ri,kij,rj->kr", DIRECTIONS, found.covariance, DIRECTIONS)
    for name, estimate, expected, error in (
        ("mean", found.mean @ DIRECTIONS.T, mean, batch_error(draws)),
        ("sd", np.sqrt(variance), sd, batch_error(square) / (2 * sd)),
    ):
        estimate = estimate.reshape(expected.shape)
        over = np.abs(estimate - expected) - LARGEST_SE * error - MATCHING * sd
        at = np.unravel_index(over.argmax(), over.shape)
        assert over.max() <= 0, (
            f"{name} of pair {at[0]}, month {at[1]}, direction {at[2]}: {estimate[at]:.4f}, "
            f"NUTS {expected[at]:.4f} (SE {error[at]:.4f}, sd {sd[at]:.4f})"
        )


@pytest.fixture(scope="module")
def reference() -> tuple[Ints, Any]:
    acts = record(np.random.default_rng(12))
    return acts, sampled(acts)


def test_smoother_agrees_with_nuts(reference: tuple[Ints, Floats]) -> None:
    assert_agrees(smoothed(reference[0]), reference[1])


@pytest.mark.parametrize("change", [{"level_step_sd": 0.1}, {"flare_step_sd": 0.15}])
def test_other_dynamics_would_be_caught(
    reference: tuple[Ints, Floats], change: dict[str, float]
) -> None:
    """Planted bug: one hyper-parameter is read as another value."""
    with pytest.raises(AssertionError, match="NUTS"):
        assert_agrees(smoothed(reference[0], **change), reference[1])

"""The two stages beside one joint model of acts, relations and drivers, sampled by NUTS.

The two stages know the acts only by Gaussian factors that were settled without the drivers; the
joint model knows the acts themselves and fits everything at once.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit
from tests.fixtures.simulated_panels import HALF_LIFE, fixed_number, made_priors, made_series

from comity.core.evidence import RelationEvidence
from comity.core.states import StateIndex
from comity.explain.assumptions import driver_memory
from comity.explain.columns import Columns
from comity.explain.panel_model import PanelFit, fit_panel
from comity.explain.sums import respond
from comity.measure import kernels
from comity.measure.likelihood_table import likelihood_table
from comity.measure.model import NAMES, kernel_vector
from comity.measure.panel import Panel
from comity.measure.smoother import settled_sites

pytestmark = [pytest.mark.oracle, pytest.mark.nightly]
Floats = NDArray[np.float64]

NATURAL = {
    "intercept": 0.3, "concentration": 20.0, "level_step_sd": 0.2, "level_half_life": 14.0,
    "flare_step_sd": 0.4, "flare_memory": 0.5, "mean_sd": 1.0, "reciprocity": 0.02,
    "level_correlation": 0.6, "flare_correlation": 0.4, "mean_correlation": 0.7,
    "volatility_spread": 0.5,
    "tone_cooperative": 0.4, "tone_conflictual": -0.4, "tone_loading": 0.2, "tone_noise_sd": 0.3,
}  # fmt: skip
VECTOR = kernel_vector([NATURAL[name] for name in NAMES], tone_tail=4.0)
INDEX = StateIndex(["AAA", "BBB", "CCC", "DDD"])
N_PAIRS, N_MONTHS, EFFECTS = 6, 60, np.array([0.6, -0.5])
PRIOR_SD = 0.5
N_WARM, N_KEPT, N_CHAINS = 200, 800, 2
LARGEST_SE = 4.5
MATCHING = 0.1
"""What Gaussian factors settled without the drivers may cost, in posterior sd."""
WAYS = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, -1, -1, -1], [1, 1, 1, 0, 0, 0]], float)


def latent_covariance(lag: NDArray[np.int64], first: int, second: int) -> Floats:
    """Covariance of two channels over lags, from the kernels' own vector."""
    memory = VECTOR[kernels.MEMORY : kernels.MEMORY + 6]
    variance = VECTOR[kernels.VARIANCE : kernels.VARIANCE + 6]
    return sum(WAYS[first, k] * WAYS[second, k] * variance[k] * memory[k] ** lag for k in range(6))


def prior_covariance() -> Floats:
    """Covariance of both directions over all months, (2 month, 2 month), month by month."""
    lag = np.abs(np.arange(N_MONTHS)[:, None] - np.arange(N_MONTHS))
    out = np.empty((N_MONTHS, 2, N_MONTHS, 2))
    for a in range(2):
        for b in range(2):
            out[:, a, :, b] = latent_covariance(lag, a, b)
    return out.reshape(2 * N_MONTHS, 2 * N_MONTHS)


def record(generator: np.random.Generator) -> tuple[NDArray[np.int64], Floats]:
    """Acts, (pair, month, channel, 2), and drivers, (pair, driver, month)."""
    root = np.linalg.cholesky(prior_covariance() + 1e-10 * np.eye(2 * N_MONTHS))
    theta = (generator.standard_normal((N_PAIRS, 2 * N_MONTHS)) @ root.T).reshape(-1, N_MONTHS, 2)
    kinds = (("switch", 1.0), ("spell", 2.0))
    drivers = np.stack(
        [size * made_series(generator, N_PAIRS, N_MONTHS, kind) for kind, size in kinds], axis=1
    )
    moved = np.einsum("pct,c->pt", respond(drivers, driver_memory(HALF_LIFE)), EFFECTS)
    theta = theta + moved[..., None]
    channel = np.concatenate([theta, theta.mean(axis=2, keepdims=True)], axis=2)
    share, kappa = expit(NATURAL["intercept"] + channel), NATURAL["concentration"]
    share = generator.beta(kappa * share, kappa * (1 - share))
    volume = generator.poisson([1.5, 1.0, 0.5], share.shape)
    good = generator.binomial(volume, share)
    return np.stack([good, volume - good], axis=-1), drivers


def joint(acts: NDArray[np.int64], drivers: Floats) -> Floats:
    """Draws of the effects, (draw, driver), from the joint model."""
    jax = pytest.importorskip("jax")
    numpyro = pytest.importorskip("numpyro")
    from numpyro import distributions as laws
    from numpyro.infer import MCMC, NUTS

    numpyro.enable_x64()
    prior = np.linalg.inv(prior_covariance() + 1e-10 * np.eye(2 * N_MONTHS))
    volume, kappa = acts.sum(axis=-1), NATURAL["concentration"]
    seen = volume > 0
    ways = np.array([[1, 0], [0, 1], [0.5, 0.5]])
    worth = 0.2 * volume * (1 + kappa) / (volume + kappa)
    rough = np.einsum("ptc,ci,cj->ptij", worth, ways, ways)
    roots = []
    for pair in range(N_PAIRS):
        acted = np.zeros((N_MONTHS, 2, N_MONTHS, 2))
        acted[np.arange(N_MONTHS), :, np.arange(N_MONTHS)] = rough[pair]
        roots.append(np.linalg.cholesky(np.linalg.inv(prior + acted.reshape(prior.shape))))
    root, response = np.array(roots), respond(drivers, driver_memory(HALF_LIFE))
    good, volume = acts[..., 0][seen], volume[seen]

    def model() -> None:
        effects = numpyro.sample("effects", laws.Normal(np.zeros(2), PRIOR_SD))
        shape = (N_PAIRS, 2 * N_MONTHS)
        z = numpyro.sample("z", laws.ImproperUniform(laws.constraints.real_matrix, (), shape))
        flat = jax.numpy.einsum("pij,pj->pi", root, z)
        numpyro.factor("prior", -0.5 * jax.numpy.einsum("pi,ij,pj->", flat, prior, flat))
        moved = jax.numpy.einsum("pct,c->pt", response, effects)
        theta = flat.reshape(N_PAIRS, N_MONTHS, 2) @ ways.T + moved[..., None]
        psi = (NATURAL["intercept"] + theta)[seen]
        a, b = kappa * jax.nn.sigmoid(psi), kappa * jax.nn.sigmoid(-psi)
        numpyro.sample("good", laws.BetaBinomial(a, b, volume), obs=good)

    run = MCMC(
        NUTS(model), num_warmup=N_WARM, num_samples=N_KEPT, num_chains=N_CHAINS,
        chain_method="sequential", progress_bar=False,
    )  # fmt: skip
    run.run(jax.random.PRNGKey(5))
    return np.asarray(run.get_samples(group_by_chain=True)["effects"], float)


def two_stages(acts: NDArray[np.int64], drivers: Floats, half_life: float = HALF_LIFE) -> PanelFit:
    n = N_PAIRS * N_MONTHS
    panel = Panel(
        offset=np.arange(N_PAIRS + 1) * N_MONTHS, month=np.tile(np.arange(N_MONTHS), N_PAIRS),
        acts=acts.reshape(n, 3, 1, 2), span=np.zeros((n, 3, 2), np.int64), tone=np.zeros(0),
        tone_class=np.zeros(0, np.int64), time=np.tile(np.arange(N_MONTHS), N_PAIRS),
        start=np.zeros((N_PAIRS, 2)),
    ).observed()  # fmt: skip
    site, _ = settled_sites(panel, VECTOR, likelihood_table(panel, VECTOR))
    variance = np.tile(VECTOR[kernels.VARIANCE : kernels.VARIANCE + 6], (1, N_PAIRS, 1))
    evidence = RelationEvidence(
        INDEX, np.arange(N_MONTHS), 1, panel.offset, panel.time, site[None],
        VECTOR[kernels.MEMORY : kernels.MEMORY + 6][None], variance, panel.start,
    )  # fmt: skip
    names = ("switch", "spell")
    columns = Columns(names, drivers, np.zeros(2), np.full(2, PRIOR_SD), np.zeros(2, bool))
    priors = made_priors(names, sd=PRIOR_SD, half_life=fixed_number(half_life))
    return fit_panel(evidence, columns, priors, n_keep=100)


def batch_error(draws: Floats) -> Floats:
    batches = draws.reshape(N_CHAINS * 10, -1, 2).mean(axis=1)
    return batches.std(axis=0, ddof=1) / np.sqrt(len(batches))


def assert_agrees(fit: PanelFit, draws: Floats) -> None:
    mean = draws.mean(axis=(0, 1))
    square = (draws - mean) ** 2
    sd = np.sqrt(square.mean(axis=(0, 1)))
    for what, found, expected, error in (
        ("mean", fit.mean, mean, batch_error(draws)),
        ("sd", np.sqrt(np.diag(fit.covariance)), sd, batch_error(square) / (2 * sd)),
    ):
        over = np.abs(found - expected) - LARGEST_SE * error - MATCHING * sd
        assert (over <= 0).all(), (
            f"{what} of the effects: {found.round(3)}, NUTS {expected.round(3)} "
            f"(SE {error.round(4)}, sd {sd.round(3)})"
        )


@pytest.fixture(scope="module")
def reference() -> tuple[NDArray[np.int64], Floats, Floats]:
    acts, drivers = record(np.random.default_rng(21))
    return acts, drivers, joint(acts, drivers)


def test_two_stages_agree_with_the_joint_model(reference) -> None:
    acts, drivers, draws = reference
    assert_agrees(two_stages(acts, drivers), draws)


def test_another_memory_would_be_caught(reference) -> None:
    """Planted bug: the response of drivers is slower than it is."""
    acts, drivers, draws = reference
    with pytest.raises(AssertionError, match="NUTS"):
        assert_agrees(two_stages(acts, drivers, half_life=30.0), draws)

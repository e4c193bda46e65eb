"""Known effects are recovered, and intervals cover what they say.

Effects and the scale of governments are drawn from the prior, so that Bayesian intervals must cover
at their nominal rate on average. What this can catch: a response that is too slow, a prior counted
twice, doubt of the government effects left out, a measurement that is taken for the truth.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.fixtures.simulated_panels import World, made_priors, simulate_world

from comity.explain.columns import driver_columns
from comity.explain.panel_model import PanelFit, fit_panel
from comity.explain.sums import respond

Floats = NDArray[np.float64]
NAMES = ("driver_0", "driver_1")
PRIOR_SD = 0.4
LARGEST_SE = 5.0


def fitted(world: World, **changes: object) -> PanelFit:
    priors = made_priors(NAMES, sd=PRIOR_SD, **changes)
    columns = driver_columns(world.panel, NAMES, priors)
    return fit_panel(
        world.evidence, columns, priors, government=world.panel.government, period=world.period,
        n_keep=200, n_threads=1,
    )  # fmt: skip


def drawn_worlds(n: int, seed: int):
    generator = np.random.default_rng(seed)
    for number in range(n):
        yield simulate_world(
            seed + 1 + number, n_states=5, n_times=96,
            effects=PRIOR_SD * generator.standard_normal(2),
            government_sd=0.5 * abs(float(generator.standard_normal())),
        )  # fmt: skip


def coverage(n: int, seed: int, fit: Callable[[World], PanelFit] = fitted) -> dict[str, Floats]:
    """Return whether 80% and 95% intervals hold the truth, and its standardized error."""
    inside80, inside95, z = [], [], []
    for world in drawn_worlds(n, seed):
        found = fit(world)
        for k, name in enumerate(NAMES):
            low95, low, high, high95 = found.quantiles(name, (0.025, 0.1, 0.9, 0.975))
            inside80.append(low <= world.effects[k] <= high)
            inside95.append(low95 <= world.effects[k] <= high95)
            z.append((world.effects[k] - found.mean[k]) / np.sqrt(found.covariance[k, k]))
    return {"80": np.array(inside80, float), "95": np.array(inside95, float), "z": np.array(z)}


def assert_covers(found: dict[str, Floats], n: int) -> None:
    for name, nominal in (("80", 0.8), ("95", 0.95)):
        share = found[name].mean()
        se = np.sqrt(nominal * (1 - nominal) / n)
        assert abs(share - nominal) <= LARGEST_SE * se, (
            f"{name}% intervals hold {100 * share:.1f}% of {n} true effects (SE {100 * se:.1f})"
        )
    z = found["z"]
    assert abs(z.mean()) <= LARGEST_SE / np.sqrt(n), f"mean error of {z.mean():.3f} posterior sd"
    spread = z.var()
    assert abs(spread - 1) <= LARGEST_SE * np.sqrt(2 / n), f"errors have variance {spread:.3f}"


def test_intervals_cover_known_effects() -> None:
    n = 150
    assert_covers(coverage(n, 100), 2 * n)


@pytest.mark.nightly
def test_intervals_cover_within_two_points() -> None:
    n = 2000
    found = coverage(n, 7000)
    assert_covers(found, 2 * n)
    for name, nominal in (("80", 0.8), ("95", 0.95)):
        assert abs(found[name].mean() - nominal) < 0.02


def test_a_prior_half_as_wide_would_be_caught() -> None:
    """Planted bug: the prior is taken for narrower than it is."""

    def narrow(world: World) -> PanelFit:
        priors = made_priors(NAMES, sd=PRIOR_SD / 3)
        return fit_panel(
            world.evidence, driver_columns(world.panel, NAMES, priors), priors,
            government=world.panel.government, period=world.period, n_keep=200, n_threads=1,
        )  # fmt: skip

    n = 150
    with pytest.raises(AssertionError, match="true effects"):
        assert_covers(coverage(n, 100, narrow), 2 * n)


def test_strong_effects_are_recovered_from_many_pairs() -> None:
    world = simulate_world(3, n_states=16, n_times=120, effects=(0.6, -0.5))
    found = fitted(world)
    sd = np.sqrt(np.diag(found.covariance))
    assert (sd < 0.1).all()
    assert (np.abs(found.mean - world.effects) < LARGEST_SE * sd).all(), (found.mean, sd)


def test_the_scale_of_governments_is_recovered() -> None:
    """Over panels with scales drawn from the prior, 80% intervals hold 80% of them."""
    n, inside = 120, []
    for number in range(n):
        scale = 0.5 * abs(float(np.random.default_rng(900 + number).standard_normal()))
        world = simulate_world(3000 + number, n_states=5, n_times=96, government_sd=scale)
        low, high = np.quantile(fitted(world).government_sd, [0.1, 0.9])
        inside.append(low <= scale <= high)
    se = np.sqrt(0.8 * 0.2 / n)
    assert abs(np.mean(inside) - 0.8) <= LARGEST_SE * se, f"{np.mean(inside):.3f} (SE {se:.3f})"


def posterior_paths(world: World, n: int, seed: int) -> Floats:
    """Draw paths of every pair from the measurement alone, without drivers, (n, pair, time)."""
    generator = np.random.default_rng(seed)
    evidence = world.evidence
    n_times = len(evidence.months)
    lag = np.abs(np.arange(n_times)[:, None] - np.arange(n_times))
    out = np.empty((n, evidence.index.n_dyads, n_times))
    for pair in range(evidence.index.n_dyads):
        prior = sum(evidence.variance[0, pair, k] * evidence.memory[0, k] ** lag for k in range(3))
        steps = slice(evidence.offset[pair], evidence.offset[pair + 1])
        precision, shift = np.zeros(n_times), np.zeros(n_times)
        precision[evidence.time[steps]] = evidence.site[0, steps, 2, 0]
        shift[evidence.time[steps]] = evidence.site[0, steps, 2, 1]
        covariance = np.linalg.inv(np.linalg.inv(prior) + np.diag(precision))
        root = np.linalg.cholesky(covariance)
        noise = generator.standard_normal((n, n_times)) @ root.T
        out[:, pair] = covariance @ shift + noise
    return out


def path_regression(world: World, paths: Floats) -> Floats:
    """Return the mean over paths of generalized least squares of each on the drivers."""
    evidence = world.evidence
    n_times = len(evidence.months)
    lag = np.abs(np.arange(n_times)[:, None] - np.arange(n_times))
    values = np.stack([item.values for item in world.panel.drivers], axis=1)
    design = respond(values, 2 ** (-1 / 8.5))
    whole, pull = np.zeros((2, 2)), np.zeros((len(paths), 2))
    for pair in range(evidence.index.n_dyads):
        prior = sum(evidence.variance[0, pair, k] * evidence.memory[0, k] ** lag for k in range(3))
        weighted = np.linalg.solve(prior, design[pair].T)  # (time, driver)
        whole += design[pair] @ weighted
        pull += paths[:, pair] @ weighted
    return np.linalg.solve(whole, pull.T).mean(axis=1)


def test_regressing_paths_that_know_no_driver_shrinks_effects() -> None:
    """Why evidence is handed on and not paths: drawn without drivers, they pull effects to zero.

    Both ways see the same 30 panels with effects of 0.6 and -0.5 and months with few acts.
    """
    truth, naive, ours = np.array([0.6, -0.5]), [], []
    for seed in range(30):
        world = simulate_world(
            400 + seed, n_states=6, n_times=96, effects=truth, heard=0.3, noise_sd=1.5,
            government_sd=0.0, period_sd=0.0,
        )  # fmt: skip
        naive.append(path_regression(world, posterior_paths(world, 20, seed)))
        priors = made_priors(NAMES, sd=50.0)
        fit = fit_panel(
            world.evidence, driver_columns(world.panel, NAMES, priors), priors, n_keep=20,
            n_threads=1,
        )  # fmt: skip
        ours.append(fit.mean)
    share = np.mean(naive, axis=0) / truth
    assert (share < 0.6).all(), f"paths recover {share.round(2)} of the effects"
    error = np.mean(ours, axis=0) - truth
    se = np.std(ours, axis=0, ddof=1) / np.sqrt(len(ours))
    assert (np.abs(error) < LARGEST_SE * se).all(), (error, se)

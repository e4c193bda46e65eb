"""The sampler of government effects beside brute force: prior draws weighted by their likelihood.

One effect stands far out, so that tails and multipliers matter. What this can catch: tails that are
not heavy, a multiplier that never moves, a scale drawn from the wrong power.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.fixtures.simulated_panels import made_priors

from comity.explain.sampler import SPREAD_NODES, sample_effects
from comity.explain.sums import Sums

SEEN = np.array([[0.1, -0.1, 0.0], [0.05, 2.0, -0.1]])  # (pair, government)
PRECISION = 20.0
N_BRUTE = 4_000_000
N_DRAWS = 12_000
LARGEST_SE = 5.0
PRIORS = made_priors(["none"])


def made_sums() -> Sums:
    block = PRECISION * np.eye(3).ravel()
    return Sums(
        np.zeros((1, 1)), np.zeros(1), np.array([0, 3, 6]), np.array([0, 9, 18]),
        np.concatenate([block, block]), np.zeros((6, 1)), PRECISION * SEEN.ravel(),
        np.empty((0, 1, 1)), np.empty((0, 1)), 6, 6, 0.0,
    )  # fmt: skip


def brute_force() -> tuple[dict[str, float], dict[str, float]]:
    """Return posterior means and their errors from weighted draws of the prior."""
    generator = np.random.default_rng(5)
    sd = PRIORS.government_sd * np.abs(generator.standard_normal(N_BRUTE))
    mass = np.exp(-0.5 * SPREAD_NODES**2)
    node = generator.choice(SPREAD_NODES, (N_BRUTE, 2), p=mass / mass.sum())
    size = sd[:, None] * np.exp(PRIORS.dyad_spread * node)  # (draw, pair)
    stretch = 0.5 * PRIORS.tail / generator.standard_gamma(0.5 * PRIORS.tail, (N_BRUTE, 2, 3))
    variance = size[..., None] ** 2 * stretch
    total = variance + 1 / PRECISION
    log_weight = (-0.5 * np.log(total) - 0.5 * SEEN**2 / total).sum(axis=(1, 2))
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    found = {
        "scale": sd, "outlying effect": (variance / total)[:, 1, 1] * SEEN[1, 1],
        "ordinary effect": (variance / total)[:, 0, 0] * SEEN[0, 0],
    }  # fmt: skip
    means = {name: float(weight @ values) for name, values in found.items()}
    errors = {
        name: float(np.sqrt((weight**2 * (values - means[name]) ** 2).sum()))
        for name, values in found.items()
    }
    return means, errors


def sampled() -> tuple[dict[str, float], dict[str, float]]:
    """Return the same from several chains, with errors from how they differ."""
    rows = []
    for seed in range(12):
        drawn, _ = sample_effects(
            made_sums(), PRIORS, np.zeros(1), np.ones(1), n_keep=N_DRAWS // 12, n_warm=100,
            generator=np.random.default_rng(seed), n_threads=1,
        )  # fmt: skip
        rows.append([drawn.government_sd.mean(), drawn.own_mean[4], drawn.own_mean[0]])
    mean, error = np.mean(rows, axis=0), np.std(rows, axis=0, ddof=1) / np.sqrt(12)
    names = ("scale", "outlying effect", "ordinary effect")
    return dict(zip(names, mean, strict=True)), dict(zip(names, error, strict=True))


def test_the_sampler_agrees_with_weighted_prior_draws() -> None:
    (exact, exact_se), (found, found_se) = brute_force(), sampled()
    for name, value in exact.items():
        se = np.hypot(exact_se[name], found_se[name])
        assert se < 0.03, f"{name}: the comparison is too rough ({se:.3f})"
        assert abs(found[name] - value) <= LARGEST_SE * se, (
            f"{name}: {found[name]:.4f}, brute force {value:.4f} (SE {se:.4f})"
        )


@pytest.mark.parametrize("tail", [1.0, 40.0])
def test_other_tails_would_be_caught(tail: float) -> None:
    """Planted bug: tails are heavier or lighter than said."""
    exact, exact_se = brute_force()
    drawn, _ = sample_effects(
        made_sums(), made_priors(["none"], tail=tail), np.zeros(1), np.ones(1), n_keep=N_DRAWS,
        generator=np.random.default_rng(1), n_threads=1,
    )  # fmt: skip
    found_se = drawn.government_sd.std() / np.sqrt(N_DRAWS / 20)
    se = np.hypot(exact_se["scale"], found_se)
    assert abs(drawn.government_sd.mean() - exact["scale"]) > LARGEST_SE * se

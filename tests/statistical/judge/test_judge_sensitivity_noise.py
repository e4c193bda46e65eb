"""Noise of replicates must not pass for sensitivity, and intervals must hold what they say."""

import numpy as np
import pytest
from tests.fixtures.known_variance import FIRST, TOTAL, VARIANCE, factors, ishigami, replicated

from comity.core.sensitivity import STEP
from comity.judge.morris import elementary_effects, radial_design
from comity.judge.sobol import sobol_design, sobol_indices

N_STUDIES, N_BASE, N_WORLDS, SD = 200, 256, 20, 12.0
NOISE = SD**2 / N_WORLDS  # about half of the variance that Ishigami's function has


@pytest.fixture(scope="module")
def studies():
    """Indices from noisy answers with and without the noise taken out, in many studies."""
    rng = np.random.default_rng(20251126)
    handled, naive = [], []
    for seed in range(N_STUDIES):
        rows = sobol_design([0, 1, 2], N_BASE, seed).rows
        mean, noise = replicated(ishigami(rows), SD, N_WORLDS, rng)
        asked = {"n_base": N_BASE, "quantities": ("y",), "factors": factors(3),
                 "n_worlds": N_WORLDS, "seed": seed}  # fmt: skip
        handled.append(sobol_indices(mean, noise, **asked))
        naive.append(sobol_indices(mean, np.zeros_like(noise), **asked))
    return handled, naive


def _error(found, truth):
    """Return the mean over studies less the truth, in standard errors of that mean."""
    return (found.mean(axis=0) - truth) / (found.std(axis=0, ddof=1) / np.sqrt(len(found)))


# A share is a ratio of two means and has a bias of order 1 / n of its own: what is tested are the
# two parts of it, each of which is unbiased.
def test_variance_and_its_parts_are_right_on_average_when_noise_is_handled(studies):
    handled, _ = studies
    variance = np.array([item.variance[0] for item in handled])
    assert abs(_error(variance, VARIANCE)) < 5
    for name, truth in (("first", FIRST), ("total", TOTAL)):
        parts = np.array([getattr(item, name)[0] * item.variance[0] for item in handled])
        error = _error(parts, truth * VARIANCE)
        assert np.all(np.abs(error) < 5), f"{name}: {error} standard errors, seed 20251126"


def test_a_naive_estimator_takes_noise_for_variance(studies):
    _, naive = studies
    variance = np.array([item.variance[0] for item in naive])
    assert abs(_error(variance, VARIANCE + NOISE)) < 5
    assert _error(variance, VARIANCE) > 20
    parts = np.array([item.total[0] * item.variance[0] for item in naive])
    assert np.all(_error(parts, TOTAL * VARIANCE) > 20)
    assert np.all(np.abs(_error(parts, TOTAL * VARIANCE + NOISE)) < 5)


def test_intervals_hold_at_least_what_they_say(studies):
    handled, _ = studies
    worst = 0.95 - 5 * np.sqrt(0.95 * 0.05 / N_STUDIES)
    for name, truth in (("first", FIRST), ("total", TOTAL), ("variance", VARIANCE)):
        low, high = (
            np.array([getattr(item, f"{name}_{end}")[0] for item in handled])
            for end in ("low", "high")
        )
        held = np.mean((low <= truth) & (truth <= high), axis=0)
        assert np.all(held > worst), f"{name}: {held} of {N_STUDIES} studies, at least {worst:.3f}"


def test_chance_is_the_variance_between_worlds(studies):
    handled, _ = studies
    chance = np.array([item.chance[0] for item in handled])
    assert abs(_error(chance, SD**2)) < 5


def test_noise_of_an_effect_is_what_a_factor_without_effect_shows():
    rng = np.random.default_rng(7)
    design = radial_design([0, 0], 4096, 1)
    slopes = np.array([20.0, 0.0])
    sd = np.sqrt(NOISE)
    answers = design.rows @ slopes + rng.normal(0, sd, (2, 1, design.rows.shape[0]))
    found = elementary_effects(
        answers, design, quantities=("y",), factors=factors(2), n_worlds=40, seed=1
    )
    # Two answers of two sets each: sd of an effect is sd * sqrt(2 / 2) / STEP.
    floor = np.sqrt(2 / np.pi) * sd / STEP
    np.testing.assert_allclose(found.noise[0], floor, rtol=0.05)
    np.testing.assert_allclose(found.mu_star[0, 1], floor, rtol=0.05)
    assert found.mu_star[0, 0] > 3 * found.noise[0, 0]
    assert found.mu_star_low[0, 0] < 20 < found.mu_star_high[0, 0] * 1.01

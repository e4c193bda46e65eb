"""Steps from the prior: they fill flat tails and leave what the data pin down."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import kstest

from comity.measure.mode import Objective
from comity.measure.model import NAMES, Transform, default_priors
from comity.measure.resample_move import move_draws

Floats = NDArray[np.float64]
N_DRAWS = 4000
STEP_SD, MEAN = NAMES.index("level_step_sd"), NAMES.index("intercept")


class Known:
    """A log posterior whose likelihood is a function of one hyper-parameter."""

    def __init__(self, likelihood: Callable[[float], float]) -> None:
        self.transform = Transform(default_priors())
        self.n_free = len(NAMES)
        self.likelihood = likelihood

    def log_prior(self, point: Floats) -> float:
        return self.transform.log_prior(point)

    def values(self, points: Floats) -> Floats:
        return np.array([self.likelihood(p[STEP_SD]) + self.log_prior(p) for p in points])


def moved(objective: Known, points: Floats, seed: int = 1) -> Floats:
    found = objective.values(points)
    generator = np.random.default_rng(seed)
    return move_draws(cast("Objective", objective), points, found, generator)


@pytest.fixture
def at_the_centre() -> Floats:
    return np.tile(Transform(default_priors()).free(np.full(len(NAMES), 0.3)), (N_DRAWS, 1))


def test_where_the_data_say_nothing_draws_become_the_prior(at_the_centre: Floats) -> None:
    out = moved(Known(lambda _: 0.0), at_the_centre)
    prior = default_priors()["level_step_sd"]
    law = kstest(np.exp(out[:, STEP_SD]) / prior.scale, "halfnorm")
    assert law.pvalue > 1e-4
    assert out[:, STEP_SD].min() < np.log(prior.scale) - 6  # deep in the tail to the left
    np.testing.assert_array_equal(out[:, MEAN], at_the_centre[:, MEAN])


def test_the_posterior_is_left_as_it_is(at_the_centre: Floats) -> None:
    """Draws from a posterior known in closed form keep its law, and a wrong law is moved to it."""
    prior, likely_sd = default_priors()["level_step_sd"].scale, 0.2
    objective = Known(lambda log_sd: -0.5 * (np.exp(log_sd) / likely_sd) ** 2)
    scale = (prior**-2 + likely_sd**-2) ** -0.5  # a half-normal, too
    exact = at_the_centre.copy()
    exact[:, STEP_SD] = np.log(scale * np.abs(np.random.default_rng(2).standard_normal(N_DRAWS)))
    law = kstest(np.exp(moved(objective, exact)[:, STEP_SD]) / scale, "halfnorm")
    assert law.pvalue > 1e-4
    wrong = kstest(np.exp(moved(Known(lambda _: 0.0), exact)[:, STEP_SD]) / scale, "halfnorm")
    assert wrong.pvalue < 1e-4, "a sampler of the prior went unnoticed"


def test_what_the_data_pin_down_stays(at_the_centre: Floats) -> None:
    pinned = at_the_centre[0, STEP_SD]
    objective = Known(lambda log_sd: -0.5 * ((log_sd - pinned) / 1e-6) ** 2)
    out = moved(objective, at_the_centre)
    np.testing.assert_allclose(out[:, STEP_SD], pinned, atol=1e-4)

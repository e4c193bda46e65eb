"""Places in the world: against counting and against draws, and when none is given."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.panel_readings import PanelReadings
from comity.core.states import StateIndex
from comity.measure.world import LEAST_PAIRS, place_in_world

INDEX = StateIndex([f"S{number:02d}" for number in range(8)])  # 28 pairs
N_TIMES = 3


def readings(mean, sd, acts):
    directed = np.zeros((INDEX.n_directed, N_TIMES))
    trials = np.zeros((INDEX.n_directed, N_TIMES), np.int64)
    trials[INDEX.directions[:, 1]] = acts
    return PanelReadings(
        index=INDEX, months=np.arange(N_TIMES), period_months=1, stick="tone",
        filtered_mean=directed, filtered_sd=directed, dyad_filtered_mean=np.float32(mean),
        dyad_filtered_sd=np.float32(sd), dyad_mean=np.empty((0, N_TIMES)),
        dyad_sd=np.empty((0, N_TIMES)), n_trials=trials, state_effects=np.zeros((2, 8)),
        state_effect_sd=(0.5, 0.5), hyperparameters={}, n_fitted_pairs=9,
    )  # fmt: skip


@pytest.fixture
def world():
    generator = np.random.default_rng(5)
    mean = generator.normal(1, 1, (INDEX.n_dyads, N_TIMES))
    return mean, generator.uniform(0.1, 0.8, mean.shape), np.ones(mean.shape, np.int64)


def test_pairs_that_are_known_exactly_are_ranked_by_counting(world):
    mean, _, acts = world
    found = place_in_world(readings(mean, np.full_like(mean, 1e-6), acts), INDEX.dyads)
    lower = (mean[None] < mean[:, None]).sum(axis=1)
    np.testing.assert_allclose(found.place, 100 * lower / (INDEX.n_dyads - 1))
    np.testing.assert_allclose(found.low, found.place)
    np.testing.assert_allclose(found.high, found.place)


def test_the_place_is_the_expected_one_over_draws_of_all_pairs(world):
    mean, sd, acts = world
    found = place_in_world(readings(mean, sd, acts), INDEX.dyads)
    n = 4000
    draws = np.random.default_rng(6).normal(mean[:, 0], sd[:, 0], (n, INDEX.n_dyads))
    ranks = 100 * draws.argsort(axis=1).argsort(axis=1) / (INDEX.n_dyads - 1)
    se = ranks.std(axis=0) / np.sqrt(n)
    assert (np.abs(found.place[:, 0] - ranks.mean(axis=0)) < 5 * se).all()
    assert (found.low < found.place).all()
    assert (found.place < found.high).all()


def test_only_pairs_with_acts_in_the_month_are_counted(world):
    mean, sd, acts = world
    coldest = mean[:, 1].argsort()[:5]
    acts[coldest, 1] = 0
    found = place_in_world(readings(mean, sd * 1e-6, acts), INDEX.dyads)
    assert found.n_pairs.tolist() == [28, 23, 28]
    first = mean[:, 1].argsort()[5]
    assert found.place[first, 1] == 0.0
    assert found.place[coldest, 1].tolist() == [0.0] * 5  # silent now, heard before


def test_no_place_without_acts_or_states_or_others(world):
    mean, sd, acts = world
    acts[0, :2] = 0
    acts[LEAST_PAIRS:, 2] = 0
    found = place_in_world(readings(mean, sd, acts), (INDEX.dyads[0], "S00-XXX", INDEX.dyads[-1]))
    assert np.isnan(found.place).tolist() == [
        [True, True, True],  # no act until the third month, in which 19 others acted
        [True, True, True],
        [False, False, False],  # 20 others
    ]
    assert (np.isnan(found.low) == np.isnan(found.place)).all()


def test_order_of_states_does_not_matter(world):
    mean, sd, acts = world
    found = place_in_world(readings(mean, sd, acts), INDEX.dyads)
    turned = place_in_world(readings(mean[::-1], sd[::-1], acts), INDEX.dyads)
    np.testing.assert_allclose(found.place, turned.place[::-1])

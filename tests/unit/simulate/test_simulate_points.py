"""Futures at chosen points: what a point sets, what it shares with others, what it refuses."""

import numpy as np
import pytest
from tests.oracle.simulate.small_world import BASELINE, EVERYTHING, small_case, small_history
from tests.oracle.simulate.small_world import small_start as start_of

from comity.core.errors import ConfigError, ParameterError
from comity.core.points import RelationAsked
from comity.core.settings import Settings
from comity.simulate import block, merged_parameters, simulate_points, simulate_scenario

CASE = small_case(lead=12)
NUMBERS = merged_parameters(CASE)
WORLD = {"start": start_of(CASE), "history": small_history(CASE)}
SETTINGS = Settings(n_months=14, seed=3, n_threads=1)
PAIR = CASE.index.dyads[0]
ASKED = {"relations": (RelationAsked(PAIR, 12),), "n_worlds": 70}


def ask(points, scenario=EVERYTHING, settings=SETTINGS, **options):
    return simulate_points(
        CASE, scenario, points, settings=settings, **WORLD, **{**ASKED, **options}
    )


def shock_sd(value: float):
    return {"relation.government_sd": np.array([value])}


def test_a_point_is_what_a_run_at_these_numbers_gives():
    one = {"relation.government_sd": np.array([0.3]), "start": np.array([0.0])}
    found = ask(one, shared_worlds=False)
    fixed = {
        name: number.model_copy(update={"low": value, "central": value, "high": value})
        for name, number in NUMBERS.items()
        for value in [0.3 if name == "relation.government_sd" else number.central]
        if number.shape is None
    }
    gammas = {name for name, number in NUMBERS.items() if number.shape is not None}
    assert not gammas & {read for read in fixed}
    case = CASE.model_copy(update={"parameters": {**CASE.parameters, **fixed}})
    run = simulate_scenario(
        case,
        EVERYTHING,
        settings=SETTINGS.model_copy(update={"n_members": 70, "n_draws": 1}),
        **WORLD,
    )
    got = dict(zip(found.quantities, found.mean[:, 0], strict=True))
    for estimate in run.outcomes:
        assert got[estimate.outcome.id] == pytest.approx(estimate.probability, abs=1e-12)


def test_points_in_shared_worlds_do_not_depend_on_the_other_points():
    together = ask({"relation.government_sd": np.array([0.1, 0.4, 0.1])})
    np.testing.assert_array_equal(together.mean[:, 0], together.mean[:, 2])
    np.testing.assert_array_equal(together.variance[:, 0], together.variance[:, 2])
    np.testing.assert_array_equal(together.mean[:, 1], ask(shock_sd(0.4)).mean[:, 0])
    assert not np.array_equal(together.mean[:, 0], together.mean[:, 1])


def test_points_in_worlds_of_their_own_differ_by_chance():
    apart = ask({"relation.government_sd": np.array([0.3, 0.3])}, shared_worlds=False)
    mean, variance = apart.of(RelationAsked(PAIR, 12).name)
    assert mean[0] != mean[1]
    assert abs(mean[0] - mean[1]) < 5 * np.sqrt(variance.sum() / apart.n_worlds)


@pytest.mark.parametrize("size", [64, 128])
def test_blocks_and_threads_do_not_matter(size, monkeypatch):
    points = {"relation.government_sd": np.array([0.1, 0.4])}
    expected = ask(points)
    monkeypatch.setattr(block, "BLOCK", size)
    found = ask(points, settings=SETTINGS.model_copy(update={"n_threads": 2}))
    np.testing.assert_allclose(found.mean, expected.mean, rtol=1e-12)
    np.testing.assert_allclose(found.variance, expected.variance, rtol=1e-9, atol=1e-12)


def test_a_scenario_differs_from_itself_by_nothing():
    found = ask(shock_sd(0.3), against=EVERYTHING)
    assert not found.mean.any()
    assert not found.variance.any()


def test_a_difference_is_that_of_the_two_sides():
    found = ask(shock_sd(0.3), against=BASELINE)
    sides = ask(shock_sd(0.3)), ask(shock_sd(0.3), scenario=BASELINE)
    np.testing.assert_allclose(found.mean, sides[0].mean - sides[1].mean, atol=1e-12)


@pytest.mark.parametrize("size", [64, 128])
def test_batches_are_means_over_equal_parts_of_the_worlds(size, monkeypatch):
    monkeypatch.setattr(block, "BLOCK", size)
    points = {"relation.government_sd": np.array([0.1, 0.4])}
    found = ask(points, n_worlds=300, n_batches=3)
    assert found.batches is not None
    assert found.batches.shape == (found.mean.shape[0], 3, 2)
    np.testing.assert_allclose(found.batches.mean(axis=1), found.mean, atol=1e-12)
    first = ask(points, n_worlds=100)  # worlds are numbered: the first hundred are the first part
    np.testing.assert_allclose(found.batches[:, 0], first.mean, atol=1e-12)
    assert np.abs(found.batches[:, 1] - found.batches[:, 0]).max() > 0
    assert ask(points).batches is None


def test_the_start_is_a_row_of_the_draws_or_their_mean():
    rows = ask({"start": np.array([0.0, 1.0])})
    assert not np.array_equal(rows.mean[:, 0], rows.mean[:, 1])


@pytest.mark.parametrize(
    ("points", "options", "error", "words"),
    [
        ({"relation.goverment_sd": [0.1]}, {}, ConfigError, "relation.government_sd"),
        ({}, {}, ParameterError, "at least one"),
        ({"relation.government_sd": [[0.1]]}, {}, ParameterError, "same count"),
        ({"relation.government_sd": [0.1], "start": [0, 1]}, {}, ParameterError, "same count"),
        ({"relation.government_sd": []}, {}, ParameterError, "same count"),
        ({"start": [0.5]}, {}, ParameterError, "whole numbers"),
        ({"start": [10_000]}, {}, ParameterError, "whole numbers"),
        ({"relation.government_sd": [0.1]}, {"n_worlds": 1}, ParameterError, "two or more"),
        ({"relation.government_sd": [0.1]}, {"n_batches": 3}, ParameterError, "equal parts of 70"),
        ({"relation.government_sd": [0.1]}, {"n_batches": 1}, ParameterError, "two or more equal"),
        ({"relation.government_sd": [0.1]}, {"outcomes": ["x"]}, ConfigError, "fall due within"),
        (
            {"relation.government_sd": [0.1]},
            {"relations": [RelationAsked("AAA-BBB", 3)]},
            ConfigError,
            "pair of the case",
        ),
        (
            {"relation.government_sd": [0.1]},
            {"relations": [RelationAsked(PAIR, 99)]},
            ParameterError,
            "1 to 14",
        ),
    ],
)
def test_nonsense_gets_a_sentence(points, options, error, words):
    with pytest.raises(error, match=words):
        ask(points, **options)

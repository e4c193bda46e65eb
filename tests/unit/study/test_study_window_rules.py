"""Trials of windows, what is held of a rule, and relations walked on, by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from comity.measure.baselines import DiscountedCounts, GlobalMean
from comity.study.backtest_relations import simple_relations, walked
from comity.study.window_rules import (
    Fits,
    Held,
    ending_trials,
    resampled_year,
    window_rules,
    window_trials,
)


def test_a_window_is_a_trial_known_at_its_end() -> None:
    yes, no = window_trials(np.array([[0, 1, 0, 0, 0, 1.0]]), 3)
    assert yes.tolist() == [[0, 0, 1, 1, 0, 1]]
    assert no.tolist() == [[0, 0, 0, 0, 1, 0]]
    yes, no = window_trials(np.array([[0, 1.0]]), 1)
    assert (yes.tolist(), no.tolist()) == ([[0, 1]], [[1, 0]])


def test_an_ending_is_asked_of_what_held_only() -> None:
    yes, no = ending_trials(np.array([[np.nan, 1, 1, 0, 0, 1.0]]), 2)
    assert yes.tolist() == [[0, 0, 0, 1, 1, 0]]
    assert no.tolist() == [[0, 0, 0, 0, 0, 0]]
    yes, no = ending_trials(np.array([[1, 1, 1.0]]), 1)
    assert (yes.tolist(), no.tolist()) == ([[0, 0, 0]], [[0, 1, 1]])


def test_a_resampled_year_reads_twelve_months() -> None:
    monthly = np.zeros((2, 20))
    monthly[0, 3] = monthly[1, [9, 15]] = 1
    found = resampled_year(monthly, 3)
    assert found[0] == pytest.approx(1 - (1 - 0.5 / 13) ** 3)
    assert found[1] == pytest.approx(1 - (1 - 2.5 / 13) ** 3)


def test_held_parameters_are_filled_in_where_they_belong() -> None:
    rule = Held(DiscountedCounts())
    assert [p.name for p in rule.parameters] == ["pool_share", "keep", "strength_acts"]
    yes, no = np.array([[1.0, 0, 0]]), np.array([[0, 1.0, 1.0]])
    whole = DiscountedCounts().forecast(yes, no, [0.3, 0.5, 2.0, 1e3, 1.0], range(3, 4), 1)
    assert np.array_equal(rule.forecast(yes, no, [0.3, 0.5, 2.0], range(3, 4), 1), whole)


def test_the_global_mean_of_trials_is_their_share() -> None:
    """Fitted by the likelihood of a coin, the best single chance is the share of yes."""
    generator = np.random.default_rng(3)
    yes = (generator.uniform(size=(4, 300)) < 0.2).astype(float)
    found = Fits().shares("x", Held(GlobalMean()), yes, 1 - yes, 1, 2000)
    assert found is not None
    assert found[0] == pytest.approx(yes[:, 1:].mean(), abs=2e-3)


def test_a_fit_is_kept_for_two_years_and_nothing_to_fit_to_is_no_forecast() -> None:
    yes = np.zeros((1, 40))
    yes[0, ::4] = 1
    fits, rule = Fits(), Held(GlobalMean())
    first = fits.shares("x", rule, yes, 1 - yes, 1, 2000)
    kept = fits.shares("x", rule, 1 - yes, yes, 1, 2001)
    anew = fits.shares("x", rule, 1 - yes, yes, 1, 2002)
    assert first is not None
    assert kept is not None
    assert anew is not None
    assert kept[0] == first[0]
    assert anew[0] > 0.5 > first[0]
    assert Fits().shares("x", rule, 0 * yes, 0 * yes, 1, 2000) is None
    assert len(window_rules()) == 5


def test_relations_walk_on_as_simulated_ones_do() -> None:
    """Mean and sd against 200,000 walks of every draw; 5 standard errors."""
    generator = np.random.default_rng(5)
    n_draws, lead = 20, 6
    start = SimpleNamespace(
        intercept=generator.normal(1, 0.2, n_draws), mean=generator.normal(0, 1, (n_draws, 1)),
        level=generator.normal(0, 0.5, (n_draws, 1)), flare=generator.normal(-1, 0.3, (n_draws, 1)),
        level_memory=generator.uniform(0.95, 0.99, n_draws),
        level_step_sd=generator.uniform(0.05, 0.2, (n_draws, 1)),
        flare_memory=generator.uniform(0.3, 0.6, n_draws),
        flare_step_sd=generator.uniform(0.2, 0.5, (n_draws, 1)),
    )  # fmt: skip
    mean, sd = walked(SimpleNamespace(start=start), np.array([0]), [1, lead])
    n = 10_000
    level, flare = (np.tile(x, (1, n)) for x in (start.level, start.flare))
    for _ in range(lead):
        noise = generator.standard_normal((2, n_draws, n))
        level = start.level_memory[:, None] * level + start.level_step_sd * noise[0]
        flare = start.flare_memory[:, None] * flare + start.flare_step_sd * noise[1]
    walks = start.intercept[:, None] + start.mean + level + flare
    error = walks.std(axis=1).mean() / np.sqrt(n_draws * n)
    assert abs(mean[1, 0] - walks.mean()) < 5 * error
    assert sd[1, 0] == pytest.approx(walks.std(), rel=0.01)
    assert mean[0, 0] < mean[1, 0]  # the flare fades


def test_simple_rules_of_relations() -> None:
    series = np.vstack([np.linspace(0, 1, 40), np.tile([0.5, -0.5], 20)])
    relations = SimpleNamespace(dyad_filtered_mean=series, dyad_filtered_sd=np.full((2, 40), 0.1))
    found = simple_relations(relations, np.array([0, 1]), [1, 2])
    assert set(found) == {
        "climatology", "last twelve months", "global mean", "persistence", "exponential smoothing"
    }  # fmt: skip
    mean, sd = found["persistence"]
    assert mean[0].tolist() == [1.0, -0.5]
    assert sd[0, 1] == pytest.approx(np.sqrt(0.01 + 1.0))
    assert sd[1, 1] == pytest.approx(0.1)  # two months on it is back
    assert found["climatology"][0][0, 0] == pytest.approx(0.5)
    assert found["last twelve months"][0][0, 0] == pytest.approx(series[0, -12:].mean())

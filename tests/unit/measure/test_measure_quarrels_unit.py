"""Parts of level and flare: inputs refused in words, spells, turning points, pooled acts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import betabinom

from comity.core.errors import ParameterError, ShapeError
from comity.core.history import EventCounts
from comity.core.quarrels import PairActs
from comity.core.states import StateIndex
from comity.measure.quarrels import QuarrelFit, fit_quarrels, pair_acts, read_quarrels
from comity.measure.quarrels.likelihood import count_rows, tone_rows
from comity.measure.quarrels.model import (
    NAMES,
    log_prior,
    quarrel_priors,
    quarrel_thresholds,
    to_free,
    to_natural,
)
from comity.measure.quarrels.spells import find_quarrels, find_turning_points
from comity.measure.quarrels.turning import level_changes

pytestmark = pytest.mark.unit
CENTRAL = np.array([1.5, 50.0, 0.2, 60.0, 0.3, 0.5, 1.0, 3.0, 0.4, -0.4, 0.1, 0.2])
FIXED_FIT = QuarrelFit(
    CENTRAL[None], CENTRAL, 0.0, 0.0, 1.0, 1, "level and flare", 4.0, ("AAA-BBB",)
)


def acts(cooperative: list[int], volume: list[int]) -> PairActs:
    return PairActs(
        "AAA-BBB", np.arange(480, 480 + len(volume)), np.array(cooperative), np.array(volume)
    )


def test_more_cooperation_than_acts_is_refused() -> None:
    with pytest.raises(ParameterError) as caught:
        acts([1, 3], [2, 2])
    assert str(caught.value) == (
        "PairActs of AAA-BBB, 2010-02: 0 <= cooperative <= volume must hold; found 3 of 2. "
        "Count the acts anew."
    )


def test_gaps_and_shapes_are_refused() -> None:
    good = acts([1, 1], [2, 2])
    with pytest.raises(ParameterError, match=r"found a gap after 2010-01\. Give silent months"):
        replace(good, months=np.array([480, 482]))
    with pytest.raises(ShapeError, match="cooperative and volume must have the shape of months"):
        replace(good, volume=np.array([2]))
    with pytest.raises(ShapeError, match="one entry per judged act"):
        replace(good, tone=np.array([1.0]))
    with pytest.raises(ShapeError, match="one axis, not empty"):
        acts([], [])


def test_no_pairs_and_no_draws_are_refused() -> None:
    with pytest.raises(ParameterError, match="needs at least one pair; found none"):
        fit_quarrels([])
    with pytest.raises(ParameterError, match="at least 1; found 0 and 32"):
        read_quarrels([acts([1], [1])], FIXED_FIT, n_paths=0)


def test_rows_are_the_beta_binomial_and_silence_is_flat() -> None:
    theta = np.array([-2.0, 0.5, 3.0])
    rows = count_rows(acts([3, 0, 3], [7, 0, 7]), 20.0, theta)
    share = 1 / (1 + np.exp(-theta))
    np.testing.assert_allclose(rows[0], betabinom.logpmf(3, 7, 20 * share, 20 * (1 - share)))
    np.testing.assert_array_equal(rows[1], 0.0)
    np.testing.assert_array_equal(rows[2], rows[0])


def test_a_harsher_tone_points_to_a_colder_relation() -> None:
    harsh = replace(
        acts([0], [1]),
        tone=np.array([-9.0]), tone_time=np.array([0]), tone_cooperative=np.array([False]),
    )  # fmt: skip
    row = tone_rows(
        harsh, np.array([-1.0, 1.0]), intercept=0.0, class_mean=(-0.4, 0.4), loading=0.2,
        noise_sd=0.3, tail=4.0,
    )[0]  # fmt: skip
    assert row[0] > row[1]


def test_scales_go_there_and_back() -> None:
    priors = quarrel_priors()
    np.testing.assert_allclose(to_natural(to_free(CENTRAL, priors), priors), CENTRAL)
    assert len(CENTRAL) == len(NAMES)
    assert np.isfinite(log_prior(to_free(CENTRAL, priors), priors))


def test_thresholds_say_who_and_why() -> None:
    found = quarrel_thresholds()
    assert {name: entry.value for name, entry in found.items()} == {
        "flare": 0.7, "turning_point": 0.4, "turning_months": 6.0, "listed": 0.5,
        "clear_acts": 5.0,
    }  # fmt: skip
    assert all(entry.who and entry.why for entry in found.values())
    assert all(entry.low < entry.value < entry.high for entry in found.values())


def test_a_level_that_drops_turns_between_the_two_months() -> None:
    path = np.r_[np.ones(8), np.zeros(8)][None]
    change = level_changes(path, 6)
    assert change[0, 7] == pytest.approx(-1.0)
    assert np.nanargmin(change[0]) == 7
    assert np.isnan(change[0, [0, 4, 10, 15]]).all()
    assert change[0, 5] == pytest.approx(-4 / 6)
    assert np.isnan(level_changes(path[:, :5], 6)).all()


def test_spells_begin_last_and_bottom_where_they_should() -> None:
    down = np.array([0.1, 0.6, 0.9, 0.5, 0.7, 0.2])
    mean = np.array([0.0, -0.8, -1.5, -0.7, -0.9, 0.0])
    paths = np.vstack([mean, mean - 0.2]).astype(np.float32)
    months = np.arange(480, 486)
    first, second = find_quarrels("AAA-BBB", months, down, mean, paths, 0.5)
    assert (first.onset, first.n_months, first.deepest) == (481, 2, 482)
    assert first.depth == pytest.approx(-1.6, abs=1e-6)
    assert first.probability == 0.9
    assert (second.onset, second.n_months) == (484, 1)
    assert second.as_dict()["onset"] == "2010-05"


def test_turning_points_are_runs_one_way_and_overlapping_windows_are_one() -> None:
    months, nan = np.arange(480, 500), np.nan
    down, up = np.full(20, 0.1), np.full(20, 0.1)
    down[[0, 19]] = up[[0, 19]] = nan
    down[[4, 5]], down[9], down[16] = (0.6, 0.8), 0.7, 0.55  # 5 and 9 are near, 9 and 16 far
    up[7] = 0.9
    change = np.linspace(-1, 1, 20)
    found = find_turning_points("AAA-BBB", months, down, up, change, 0.5, 6)
    assert [(t.month, t.is_up, t.first, t.last, t.probability) for t in found] == [
        (485, False, 484, 489, 0.8), (487, True, 487, 487, 0.9), (496, False, 496, 496, 0.55),
    ]  # fmt: skip
    assert found[0].change == change[5]
    assert found[0].as_dict() == {
        "dyad": "AAA-BBB", "month": "2010-06", "direction": "down", "first": "2010-05",
        "last": "2010-10", "change": change[5], "probability": 0.8,
    }  # fmt: skip
    assert find_turning_points("AAA-BBB", months, up * nan, up * nan, change, 0.5, 6) == ()


def test_a_joint_act_is_pooled_once() -> None:
    index = StateIndex(["AAA", "BBB"])
    counts = EventCounts(
        index, np.array([480, 481]), np.array([[1, 0], [1, 0]]), np.array([[0, 0], [0, 1]]),
        np.array([5.0, 5.0, -3.0]), np.array([0, 1, 1]), np.array([0, 0, 1]),
        np.array([True, True, False]), np.array([0, 0, 1]),
    )  # fmt: skip
    (pair,) = pair_acts(counts)
    np.testing.assert_array_equal(pair.cooperative, [1, 0])
    np.testing.assert_array_equal(pair.volume, [1, 1])
    np.testing.assert_allclose(pair.tone, [5.0, -3.0])
    np.testing.assert_array_equal(pair.tone_time, [0, 1])
    np.testing.assert_array_equal(pair.tone_cooperative, [True, False])


def test_a_silent_pair_is_read_as_its_prior() -> None:
    reading = read_quarrels([acts([0] * 20, [0] * 20)], FIXED_FIT, n_paths=400)
    (pair,) = reading.pairs
    # intercept 1.5; sd of mean 1, level 0.2 / sqrt(1 - rho^2)
    rho = 2 ** (-1 / 60)
    assert pair.level_mean == pytest.approx(np.full(20, 1.5), abs=0.05)
    assert pair.level_sd == pytest.approx(np.full(20, np.sqrt(1 + 0.04 / (1 - rho**2))), rel=0.05)
    assert pair.flare_down == pytest.approx(pair.flare_up, abs=1e-3)
    assert pair.quarrels == ()
    assert reading.pair("AAA-BBB") is pair
    with pytest.raises(ParameterError, match='no pair "AAA-CCC" in this reading'):
        reading.pair("AAA-CCC")


def test_questions_outside_the_record_are_refused() -> None:
    (pair,) = read_quarrels([acts([1] * 6, [2] * 6)], FIXED_FIT, n_paths=8).pairs
    with pytest.raises(ParameterError, match="Choose a month inside the record"):
        pair.lasting_change(485)
    with pytest.raises(ParameterError, match="Choose months inside it"):
        pair.flare_between(486, 490)
    assert 0 <= pair.flare_between(480, 481) <= 1
    assert pair.lasting_change(482).shape == (8,)
    assert list(pair.to_frame().month[:2]) == ["2010-01", "2010-02"]

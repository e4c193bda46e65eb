"""Places of a record among futures, and draws that it rules out, on figures with known answers."""

import numpy as np
import pytest

from comity.core.errors import ParameterError
from comity.core.matching import Figure
from comity.judge import figures_asked, match_history, place_figure
from comity.judge.figures import clustering
from comity.judge.history_matching import implausibility, matching_numbers
from comity.judge.prior_predictive import draw_moments

NOTHING = np.empty(0)
RNG_SEED = 11


def figure(*recorded, name="relation_sd.AAA-BBB", without=NOTHING):
    return Figure(name, "words", "unit", np.array(recorded, float), without)


def futures(draws=400, worlds=25, between=1.0, within=1.0, seed=RNG_SEED):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(draws, 1)) * between + rng.normal(size=(draws, worlds)) * within


def test_the_place_of_a_record_is_the_share_of_futures_below_it_and_ties_count_half():
    found = place_figure(figure(3.0), np.array([[1.0, 2.0], [3.0, 3.0], [4.0, np.nan]]))
    assert found.percentile == pytest.approx(3 / 5)
    assert found.tail == 1.0
    assert (found.middle, found.n_undefined) == (3.0, 1)
    outside = place_figure(figure(9.0), np.array([[1.0, 2.0], [3.0, 3.0]]))
    assert (outside.percentile, outside.tail) == (1.0, 0.0)


def test_places_of_records_that_the_futures_themselves_give_are_uniform():
    every = futures()
    rng = np.random.default_rng(5)
    records = rng.normal(size=600) * np.sqrt(2)
    places = np.array([place_figure(figure(one), every).percentile for one in records])
    tails = np.array([place_figure(figure(one), every).tail for one in records])
    se = np.sqrt(1 / 12 / 600)
    # 400 draws of sd 1 leave a mean off by 0.05, a place by 0.014: beside 5 standard errors.
    assert abs(places.mean() - 0.5) < 5 * se + 0.03
    assert abs(places.std() - np.sqrt(1 / 12)) < 0.03
    assert abs((tails < 0.1).mean() - 0.1) < 5 * np.sqrt(0.09 / 600) + 0.02


def test_the_split_of_ignorance_and_chance_is_that_of_the_futures():
    share = place_figure(figure(0.0), futures(between=2.0)).ignorance_share
    # Relative error of a variance of 400 means: sqrt(2 / 399) = 0.07.
    assert share == pytest.approx(0.8, abs=0.8 * 0.2 * 5 * 0.07 + 0.01)
    assert place_figure(figure(0.0), futures(between=0.0)).ignorance_share < 0.02


def test_what_the_record_does_not_hold_has_no_place():
    found = place_figure(figure(), futures())
    assert np.isnan([found.record, found.percentile, found.tail]).all()
    assert np.isfinite([found.low, found.middle, found.high]).all()


def test_the_sd_of_a_record_is_that_of_its_readings_and_of_its_dockets():
    readings = place_figure(figure(1.0, 2.0, 3.0), futures()).record_sd
    assert readings == pytest.approx(1.0)
    without = np.array([4.0, 5.0, 6.0])
    # Delete-one jackknife: (n - 1)/n times the sum of squares, here 2/3 x 2.
    assert place_figure(figure(5.0, without=without), futures()).record_sd == pytest.approx(
        np.sqrt(4 / 3)
    )


def test_implausibility_is_the_distance_in_all_its_standard_deviations():
    flat = np.tile([[1.0, 3.0]], (2, 1))  # mean 2, variance 2, two worlds
    found = implausibility(8.0, 3.0, flat)
    np.testing.assert_allclose(found, 6 / np.sqrt(3 + 2 + 1))
    assert implausibility(8.0, 3.0, np.full((1, 4), np.nan)) == 0.0


def test_draws_of_a_true_model_are_seldom_ruled_out_and_false_ones_are():
    # The record is one more world of draw 0; implausibility is then standard normal but for the
    # discrepancy, so that above 3 lie fewer than 0.3 in 100 of such records.
    sd = matching_numbers()["discrepancy"]["relation_sd"]["sd"]
    rng = np.random.default_rng(3)
    n = 4000
    worlds = rng.normal(2.0, 1.0, size=(n, 40))
    records = rng.normal(2.0, 1.0, size=n)
    above = [
        implausibility(record, sd**2, row[None])[0] > 3
        for record, row in zip(records, worlds, strict=True)
    ]
    expected = 0.0027
    assert np.mean(above) < expected + 5 * np.sqrt(expected / n) + 0.002
    far = implausibility(2.0, sd**2, rng.normal(9.0, 1.0, size=(200, 40)))
    assert (far > 3).all()


def match(every, record=0.0, cutoff=None, **draws):
    placed = (place_figure(figure(record), every),)
    return match_history(placed, {"relation_sd.AAA-BBB": every}, draws, cutoff)


def test_rejected_draws_are_counted_and_their_numbers_named():
    level = np.repeat([0.0, 10.0], [30, 10])
    every = level[:, None] + futures(40, 25, between=0.0)
    found = match(every, level=level, idle=np.tile([1.0, 2.0], 20))
    assert found.n_rejected == 10
    assert found.rejection_rate == 0.25
    assert found.targets[0].n_rejected == found.targets[0].n_rejected_alone == 10
    assert not found.kept[30:].any()
    assert found.kept[:30].all()
    assert found.shifts[0].name == "level"
    assert found.shifts[0].shift == pytest.approx(-2.5 / level.std())
    assert found.rate_at(100.0) == 0.0


def test_only_the_three_targets_are_matched():
    every = futures() + 50
    other = place_figure(figure(0.0, name="summits.AAA-BBB"), every)
    found = match_history((other,), {"summits.AAA-BBB": every}, {})
    assert found.targets == ()
    assert found.kept.all()


def test_a_cutoff_that_means_nothing_is_refused():
    with pytest.raises(ParameterError, match="an implausibility above 0, usually 3; found -1"):
        match(futures(), cutoff=-1.0)


def test_clustering_is_one_for_flares_at_random_and_more_in_bursts():
    rng = np.random.default_rng(8)
    random = clustering(rng.poisson(0.2, size=(4000, 240)).astype(float))
    # Variance over mean of 20 Poisson years has sd sqrt(2 / 19).
    assert abs(random.mean() - 1) < 5 * np.sqrt(2 / 19 / 4000)
    bursts = np.zeros((1, 240))
    bursts[0, :12] = 1
    assert clustering(bursts)[0] == pytest.approx(12**2 * (1 / 20 - 1 / 400) * 20 / 19 / 0.6)


def test_moments_leave_out_worlds_without_a_value():
    mean, within, n = draw_moments(np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, 2.0]]))
    assert mean.tolist() == [2.0, 2.0]
    assert within[0] == 2.0
    assert np.isnan(within[1])
    assert n.tolist() == [2, 1]


def test_every_figure_of_a_case_has_a_name_of_its_own(synthetic):
    names = [item.name for item in figures_asked(synthetic.case())]
    assert len(set(names)) == len(names)
    assert {"relation_sd.AAA-BBB", "clustering.AAA-BBB", "heads.HUB", "trilateral"} <= {*names}


def test_what_is_judged_about_matching_says_who_and_why():
    for entry in (matching_numbers()["cutoff"], *matching_numbers()["discrepancy"].values()):
        assert entry["who"]
        assert entry["why"]

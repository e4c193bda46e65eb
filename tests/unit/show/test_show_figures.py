"""Figures: what is drawn equals what was measured and simulated."""

import datetime as dt

import numpy as np
import pytest

from comity.core.relations import share
from comity.show.figures.bands import LEVELS, NAMES, pick_levels
from comity.show.figures.bars import chance_bar, difference_bar, pair_bar
from comity.show.figures.difference import difference_figure, largest_shift, shift_columns
from comity.show.figures.fan import fan_figure
from comity.show.figures.governments import decimal_year, government_columns, textures_of
from comity.show.figures.multiples import acts_of, evidence_of, multiple, other_dyads
from comity.show.figures.relation import LAYOUTS, event_columns, extremes, relation_figure

FOCAL = "NRL-SRL"


@pytest.fixture(scope="module")
def figure(study):
    return relation_figure(study.case, study.relations, study.counts, study.ensemble(), FOCAL)


def test_the_series_equals_the_posterior(study, figure):
    quantiles = study.relations.dyad_quantiles(FOCAL)
    series = figure.tables["series"]
    for row, name in zip(quantiles, NAMES, strict=True):
        np.testing.assert_allclose(series[name], 100 * row, atol=0.05001)
    assert series["month"][0] == "Jan 1998"
    assert len(series["year"]) == 333


def test_the_futures_equal_the_ensemble_and_start_where_the_past_ends(study, figure):
    ensemble = study.ensemble()
    d = ensemble.index.dyad_number(FOCAL)
    futures = figure.tables["futures"]
    for k, name in enumerate(NAMES):
        expected = 100 * share(ensemble.relation_quantiles[k, d])
        np.testing.assert_allclose(futures[name][1:], expected, atol=0.05001)
        assert futures[name][0] == figure.tables["series"][name][-1]


def test_events_are_those_of_the_pair_once_each_with_their_direction(study, figure):
    case = study.case
    own = [e for e in case.events if set(e.source) | set(e.target) == {"NRL", "SRL"}]
    events = figure.tables["events"]
    assert events == event_columns(case, study.counts, FOCAL)
    assert len(events["date"]) == len(own)
    assert [np.sign(r) for r in events["reach"]] == [np.sign(t) for t in events["tone"]]
    assert events["url"].count("") == sum(not e.url for e in own)


def test_highs_and_lows_are_found_where_the_path_was_bent(study):
    lows = [
        t
        for t in extremes(study.case, FOCAL, study.relations.dyad_quantiles(FOCAL))
        if not t.is_high
    ]
    deepest = sorted(sorted(lows, key=lambda t: -t.prominence)[:2], key=lambda t: t.month)
    assert [abs(t.month - 336 - at) <= 6 for t, at in zip(deepest, (175, 256), strict=True)] == [
        True,
        True,
    ]


def test_a_flat_path_has_no_highs_or_lows(study):
    flat = np.full((5, 333), 0.6)
    assert extremes(study.case, FOCAL, flat) == ()


def test_labels_of_each_layout_cover_all_widths(figure):
    for table in ("highs", "lows"):
        columns = figure.tables[table]
        for (low, _), (high, _) in zip(LAYOUTS, (*LAYOUTS[1:], (10_000, 0)), strict=True):
            assert {
                h
                for a, h in zip(columns["low_width"], columns["high_width"], strict=True)
                if a == low
            } <= {high}


def test_the_reading_says_the_numbers(study, figure):
    low, centre, high = (
        round(100 * study.relations.dyad_quantiles(FOCAL)[k, -1]) for k in (0, 2, 4)
    )
    assert f"{centre} in 100, 80% interval {low} to {high} in 100" in figure.alt
    assert figure.spec["description"] == figure.alt


def test_governments_are_cut_to_the_record_and_keep_their_order(study):
    columns = government_columns(study.case, "NRL")
    assert columns["start"][0] == 1998
    assert columns["end"][-1] == decimal_year(study.case.as_of)
    assert columns["until"][-1] == "in office"
    assert all(a < b for a, b in zip(columns["start"], columns["end"], strict=True))


def test_coalitions_have_one_texture_over_both_rows(study):
    textures = textures_of(study.case, ("NRL", "SRL"))
    assert textures[0].texture == "plain"
    assert len({t.coalition for t in textures}) == len(textures)


def test_decimal_year():
    assert decimal_year(dt.date(2000, 1, 1)) == 2000
    assert decimal_year(dt.date(2000, 7, 1)) == pytest.approx(2000.4973, abs=1e-4)


def test_fan_holds_ensemble_and_null(study):
    figure = fan_figure(study.case, study.relations, study.ensemble(), study.null(), FOCAL)
    null = study.null()
    d = null.index.dyad_number(FOCAL)
    np.testing.assert_allclose(
        figure.tables["null"]["high"][1:], 100 * share(null.relation_quantiles[-1, d]), atol=0.05001
    )
    alone = fan_figure(study.case, study.relations, study.ensemble(), None, FOCAL)
    assert "null" not in alone.tables
    assert "random walk" not in str(alone.spec)


def test_pick_levels_names_what_is_missing():
    assert pick_levels((0.05, *LEVELS), np.arange(6.0)[:, None]).ravel().tolist() == [1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match=r"missing \[0\.25, 0\.75\]\. Simulate again"):
        pick_levels((0.1, 0.5, 0.9), np.zeros((3, 2)))


def test_pairs_without_acts_are_drawn_without_a_line(study):
    silent = next(d for d in study.case.index.dyads if acts_of(study.relations, d) == 0)
    item = multiple(study.case, study.relations, silent)
    assert item.evidence == "none"
    marks = [layer["mark"]["type"] for layer in item.figure.spec["layer"]]
    assert marks == ["area", "area"]
    loud = multiple(study.case, study.relations, other_dyads(study.case, study.relations)[0])
    assert [layer["mark"]["type"] for layer in loud.figure.spec["layer"]] == [
        "area",
        "area",
        "line",
    ]
    assert [evidence_of(n) for n in (0, 1, 11, 12)] == ["none", "thin", "thin", "enough"]


def test_other_pairs_are_all_but_the_first_focal_one(study):
    labels = other_dyads(study.case, study.relations)
    assert sorted((*labels, FOCAL)) == sorted(study.case.index.dyads)


def test_differences_are_read_at_the_baselines_mean(study):
    contrast, baseline = study.contrast("hub-mediates"), study.ensemble()
    d = contrast.index.dyad_number(FOCAL)
    columns = shift_columns(contrast, baseline, FOCAL)
    mean = baseline.relation_mean[d]
    expected = 100 * (share(mean + contrast.relation_difference[d]) - share(mean))
    np.testing.assert_allclose(columns["difference"], expected, atol=0.005001)
    assert all(
        lo <= x <= hi
        for lo, x, hi in zip(columns["low"], columns["difference"], columns["high"], strict=True)
    )
    assert max(columns["spread_low"]) < 0 < min(columns["spread_high"])


def test_largest_shift_is_against_the_spread(study):
    contrast = study.contrast("hub-withdraws")
    d = contrast.index.dyad_number(FOCAL)
    ratio = contrast.relation_difference[d] / contrast.relation_spread[d]
    shift = largest_shift(contrast, study.ensemble(), study.case, FOCAL)
    assert abs(shift.ratio) == np.abs(ratio).max()
    assert shift.points < 0
    assert shift.is_clear
    still = largest_shift(contrast, study.ensemble(), study.case, "EST-VOS")
    assert (still.points, still.is_clear) == (0, False)


def test_a_scenario_that_moves_nothing_can_be_drawn(study):
    figure = difference_figure(
        study.case, study.contrast("hub-mediates"), study.ensemble(), "EST-VOS"
    )
    assert set(figure.tables["shift"]["difference"]) == {0.0}


def test_bars_stay_inside_their_picture():
    for bar in (chance_bar(1.2, -0.1, 2, 0.5), pair_bar(0, 1), difference_bar(0.5, -1, 1, 0.1)):
        assert "nan" not in bar
        assert 'aria-hidden="true"' in bar

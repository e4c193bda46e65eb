"""Effects in the report: the forest holds what was estimated, and a prior looks like a prior."""

import dataclasses
import html
import re

import numpy as np
import pytest

from comity.core.effects import CARRIED, GOVERNMENT, TIERS
from comity.show import build_report
from comity.show.figures.forest import (
    SHORT,
    WORDS,
    Z80,
    by_tier,
    forest_figure,
    kind_of,
    short_words,
)
from comity.show.headlines import what_moves
from comity.show.sections.effects import driver_row, effects_section, event_rows, government_rows


@pytest.fixture(scope="module")
def effects(study):
    return study.effects


@pytest.fixture(scope="module")
def figure(effects):
    return forest_figure(effects.drivers)


@pytest.fixture(scope="module")
def text(study):
    return section_text(study)


def section_text(study):
    text = build_report(study)
    return text[text.index('<section id="effects"') : text.index('<section id="follow"')]


def test_the_forest_holds_every_number_with_a_sign_and_no_other(effects, figure):
    columns = figure.tables["effects"]
    wanted = [d for d in by_tier(effects.drivers) if d.is_estimated and d.name != GOVERNMENT]
    assert columns["driver"] == [d.name for d in wanted]
    for name in ("estimate", "low", "high"):
        np.testing.assert_allclose(columns[name], [getattr(d, name) for d in wanted], atol=5.1e-5)
    for name, side in (("prior_low", -1), ("prior_high", 1)):
        ends = [d.prior_mean + side * Z80 * d.prior_sd for d in wanted]
        np.testing.assert_allclose(columns[name], ends, atol=5.1e-5)


def test_the_strongest_evidence_comes_first(effects):
    places = [TIERS.index(item.tier) for item in by_tier(effects.drivers)]
    assert places == sorted(places)
    assert len(set(places)) == len(TIERS)


def test_what_data_do_not_carry_is_hollow_broken_bracketed_and_said_in_words(effects, figure):
    marks = {}
    for layer in figure.spec["layer"]:
        for step in layer.get("transform", ()):
            kind = re.search(r"'(\w+)'", step["filter"])[1]
            marks.setdefault(kind, []).append(layer["mark"])
    assert set(marks) == {"learned", "caught", "prior"}
    for kind, (line, point) in marks.items():
        is_learned = kind == "learned"
        assert (line["strokeDash"] == [1, 0]) == is_learned
        assert (point["fill"] != "var(--paper)") == is_learned
    assert marks["caught"][1]["shape"] != marks["prior"][1]["shape"]
    columns = figure.tables["effects"]
    for label, value, kind in zip(columns["label"], columns["value"], columns["kind"], strict=True):
        assert value.startswith("[") == (kind != "learned")
        assert ("only the prior" in label or "not identified" in label) == (kind != "learned")


def test_labels_fit_above_a_line_of_a_narrow_screen():
    # A character takes 5.9 of 340 pixels, and a number in brackets 50.
    longest = max(len(name) for key, name in SHORT.items() if key != GOVERNMENT)
    assert longest + 2 + max(map(len, WORDS.values())) <= 49


def test_the_axis_holds_every_interval(figure):
    columns = figure.tables["effects"]
    low, high = next(
        layer["encoding"]["x"]["scale"]["domain"]
        for layer in figure.spec["layer"]
        if "domain" in layer.get("encoding", {}).get("x", {}).get("scale", {})
    )
    for name in ("low", "high", "prior_low", "prior_high"):
        assert low <= min(columns[name]) <= max(columns[name]) <= high


def test_the_reading_gives_numbers_only_where_data_carry_them(effects, figure):
    assert figure.spec["description"] == figure.alt
    for item in effects.drivers:
        if item.name == GOVERNMENT or not item.is_estimated:
            continue
        is_told = f"{short_words(item.name)} {'+' if item.estimate > 0 else '−'}" in figure.alt
        assert is_told == (item.tier in CARRIED)
    assert "Only the prior, 1: mediation by the hub." in figure.alt


def test_no_driver_with_a_number_gives_no_figure(effects):
    left = tuple(item for item in effects.drivers if not item.is_estimated)
    assert left
    assert forest_figure(left) is None


def test_every_driver_has_estimate_interval_tier_placebo_contraction_and_sentence(text, effects):
    for item in effects.drivers:
        row = driver_row(item)
        cells = re.search(f'data-driver="{item.name}">(.*?)</tr>', text, re.DOTALL)[1]
        cells = html.unescape(cells)
        assert item.sentence in cells
        assert row["tier"] in cells
        if not item.is_estimated:
            assert "no number" in cells
            continue
        for key in ("effect", "interval", "learned"):
            assert row[key] in cells
            assert ("[" in row[key]) == (item.tier not in CARRIED and key != "learned")
        for one in item.placebos:
            assert one.words in cells
        fired = [one.name for one in item.placebos if one.fired]
        assert (f"{', '.join(fired)} fired" if fired else "none of 2 fired") in cells


def test_how_little_one_pair_shows_always_stands_there(text, study, effects):
    assert html.escape(effects.one_pair) in text
    bare = dataclasses.replace(effects, governments=(), event_studies=())

    class Bare:
        def __init__(self):
            self.effects = bare

        def __getattr__(self, name):
            return getattr(study, name)

    text = section_text(Bare())
    assert html.escape(effects.one_pair) in text
    assert "by pair of governments" not in text


def test_rows_by_pair_of_governments_are_those_of_the_focal_pair(effects):
    rows = government_rows(effects, "NRL-SRL")
    assert [row["governments"] for row in rows] == [g.governments for g in effects.governments]
    assert (rows[0]["share"], rows[0]["mean_sd"]) == ("60%", "0.72")
    assert government_rows(effects, "MRD-NRL") == []


def test_an_event_study_without_a_number_says_why(effects):
    told, refused = event_rows(effects)
    assert (told["mean"], told["refusal"]) == ("+0.27", "")
    assert (refused["mean"], refused["refusal"]) == ("", "One occasion; eight are needed.")


def test_the_section_counts_its_tiers(study):
    section = effects_section(study)
    assert section.headline == (
        "The record tells something of four of seven drivers, two by a design; one is only the "
        "prior, one is not identified and one is without a number"
    )


@pytest.mark.parametrize(
    ("tiers", "words"),
    [
        (["prior-driven"] * 2, "none of two drivers what it moves; two are only the prior"),
        (["A", "B"], "something of two of two drivers, each by a design"),
        (
            ["B", "prior-driven"],
            "something of one of two drivers, by a design; one is only the prior",
        ),
        (["C", "C"], "something of two of two drivers, none of it causal"),
    ],
)
def test_headlines_of_effects(tiers, words):
    assert what_moves(tiers) == f"The record tells {'of ' * words.startswith('none')}{words}"


def test_every_tier_has_a_way_to_be_drawn():
    assert {kind_of(tier) for tier in TIERS} == {"learned", "caught", "prior"}
    assert set(WORDS) == set(TIERS)

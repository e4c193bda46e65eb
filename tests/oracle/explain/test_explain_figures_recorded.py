"""Figures computed anew from the public tables: as recorded, and as published where they are."""

from __future__ import annotations

import pytest

from comity.core.estimates import Estimate, NoEstimate
from comity.explain.contact_figures import contact_figures
from comity.explain.pair_years import pair_years
from comity.explain.tenure import tenure_record
from comity.explain.treaties import treaty_survival
from comity.explain.world_figures import recorded_figures, world_figures
from comity.record.store import count_event_files
from comity.record.world_tables import load_state_numbers, load_world_tables

STATES = ("JPN", "KOR", "USA")
DIGITS = 1e-5  # recorded with six significant digits


@pytest.fixture(scope="module")
def tables(shared_data):
    return load_world_tables(shared_data)


@pytest.fixture(scope="module")
def figures(shared_data, tables):
    files = [shared_data / "icews_dyad_year_2002_2011.csv.gz"]
    acts = pair_years(count_event_files("csv", files, period_months=12))
    found = [
        *world_figures(tables, states=STATES),
        *contact_figures(acts, tables, load_state_numbers(), hub="USA", events="icews"),
    ]
    return {figure.name: figure for figure in found}


def test_every_figure_is_the_recorded_one(figures):
    computed = {name: one for name, one in figures.items() if isinstance(one, Estimate)}
    recorded = {figure.name: figure for figure in recorded_figures()}
    assert computed.keys() == recorded.keys()
    for name, figure in computed.items():
        for part in ("value", "low", "high"):
            now, then = getattr(figure, part), getattr(recorded[name], part)
            assert now == pytest.approx(then, rel=DIGITS, abs=1e-9), (name, part)
        for part in ("sample", "choices", "meaning", "code", "sources", "parameter", "level"):
            assert getattr(figure, part) == getattr(recorded[name], part), (name, part)
    refused = [figure for figure in figures.values() if isinstance(figure, NoEstimate)]
    assert [figure.name for figure in refused] == ["turnover.support_share.monarchy"]


# Values of a first calculation on the same tables, as far as they were given.
KNOWN = {
    "treaties.hazard_ratio.changed_nondemocracy.by_alliance": (4.23, 2.56, 7.00),
    "treaties.hazard_ratio.changed_democracy.by_alliance": (1.38, 0.84, 2.25),
    "treaties.median_years": (24.5,),
    "treaties.survival.10": (0.72,),
    "treaties.survival.20": (0.57,),
    "support.rate.democracy": (0.145,),
    "support.rate.nondemocracy": (0.048,),
    "tenure.JPN.mean": (23.1,),
    "tenure.JPN.median": (18.6,),
    "tenure.KOR.mean": (59.6,),
    "tenure.USA.mean": (67.2,),
}

NEARLY = {  # what is not the same to the last digit, and by how much
    ("treaties.hazard_ratio.changed_nondemocracy.by_alliance", "high"): 0.0052,  # 6.995
    ("treaties.hazard_ratio.changed_democracy.by_alliance", "high"): 0.012,  # 2.262
    # 0.565; watching open alliances one more year, to 2017, gives 0.567.
    ("treaties.survival.20", "value"): 0.0052,
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_values_are_reproduced_to_their_last_digit(figures, name):
    parts = ("value", "low", "high")
    for part, known in zip(parts, KNOWN[name], strict=False):
        digit = 0.0005 if known < 0.2 else 0.05 if known > 10 else 0.005
        tolerance = NEARLY.get((name, part), digit)
        assert getattr(figures[name], part) == pytest.approx(known, abs=tolerance), part


def test_counts_are_reproduced(figures):
    wanted = {"coded": 288, "violated": 127, "renegotiated": 109, "completed": 52}
    assert {name: figures[f"treaties.endings.{name}"].value for name in wanted} == wanted
    assert figures["support.countries"].value == 169
    # The release names 2,412 leaders; the state-years tell 2,416 spells apart, among them three of
    # unknown leaders and two of collective bodies.
    assert figures["support.leader_spells"].value == 2416
    sample = figures["treaties.hazard_ratio.changed_democracy.by_alliance"].sample
    assert sample.startswith(
        "544 bilateral alliances, 8,745 alliance-years 1919 to 2008, 91 violations"
    )


def test_one_is_inside_for_democracies_and_outside_for_nondemocracies(figures):
    for clusters in ("alliance", "member"):
        stem = "treaties.hazard_ratio.changed"
        assert figures[f"{stem}_nondemocracy.by_{clusters}"].low > 1
        inside = figures[f"{stem}_democracy.by_{clusters}"]
        assert inside.low < 1 < inside.high


def test_survival_moves_little_with_the_choices(tables):
    medians = [
        treaty_survival(tables.alliances, by_day=by_day, only_coded=only_coded).median.value
        for by_day in (False, True)
        for only_coded in (False, True)
    ]
    assert min(medians) > 23
    assert max(medians) < 27


def test_two_tables_of_leaders_agree_on_months_in_office(tables):
    for state in STATES:
        one, other = (tenure_record(table, state) for table in (tables.archigos, tables.reign))
        assert other.mean_months == pytest.approx(one.mean_months, abs=2 * one.se_months)


def test_density_is_not_estimable_and_abandonment_not_identified(figures):
    shock = figures["density.any.shock_thin"]
    assert shock.low < 0 < shock.high
    for regime in ("any", "democracy", "nondemocracy"):
        dampening = figures[f"density.{regime}.dampening"]
        assert dampening.low < 0 < dampening.high
    assert figures["abandonment.partners.naive"].low > 0
    assert figures["abandonment.matched.naive"].low > 0

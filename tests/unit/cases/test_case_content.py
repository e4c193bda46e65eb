"""The judged and argumentative content of the bundled case: complete, referenced, dated."""

from __future__ import annotations

import csv
import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import comity.core
from comity.core.case import OFFICE_KINDS, Case, Coalition, Demand, StateEntry
from comity.core.claims import Claim
from comity.core.judged import JudgedNumber
from comity.core.months import month_text
from comity.core.outcomes import Outcome
from comity.core.questions import Question
from comity.core.scenarios import CLAMPABLE, Scenario
from comity.core.sources import source
from comity.core.states import COMPONENTS, StateIndex

PACKAGE = Path(comity.core.__file__).parents[1]
CASE = PACKAGE / "cases" / "japan-korea-us"
RULES_PAGE = PACKAGE.parents[1] / "docs" / "theory" / "simulation.md"
N_MONTHS = 60
STAKES = ("hub_stake", "spoke_stake", "substitutability", "constraint")
LAST_LEAD = 120  # of an outcome: what talks may come to takes longer than the default horizon


def read_toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def flatten(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, JudgedNumber]]:
    """Dotted names of the judged numbers of a nested table, orientations expanded."""
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if "central" in value:
            yield name, JudgedNumber(**value)
        elif set(COMPONENTS) <= set(value):
            rest = {k: v for k, v in value.items() if k not in COMPONENTS}
            for component in COMPONENTS:
                low, central, high = value[component]
                yield (
                    f"{name}.{component}",
                    JudgedNumber(low=low, central=central, high=high, meaning=component, **rest),
                )
        else:
            yield from flatten(value, f"{name}.")


def column(table: str, name: str) -> list[str]:
    with (CASE / table).open(encoding="utf-8", newline="") as lines:
        return [row[name] for row in csv.DictReader(lines)]


DESCRIPTION = read_toml(CASE / "case.toml")
DEFAULTS = {
    name: number
    for path in sorted((PACKAGE / "simulate" / "defaults").glob("*.toml"))
    for name, number in flatten(read_toml(path))
}
OWN = dict(flatten(read_toml(CASE / "parameters.toml")))
PARAMETERS = {**DEFAULTS, **OWN}
STATES = [StateEntry(**entry) for entry in DESCRIPTION["states"]]
COALITIONS = [Coalition(**entry) for entry in DESCRIPTION["coalitions"]]
OUTCOMES = [Outcome(**entry) for entry in DESCRIPTION["outcomes"]]
CLAIMS = [Claim(**entry) for entry in read_toml(CASE / "claims.toml")["claim"]]
QUESTIONS = [Question(**entry) for entry in read_toml(CASE / "questions.toml")["question"]]
DEMANDS = [Demand(**entry) for entry in read_toml(CASE / "demands.toml")["demand"]]
SCENARIOS = {path.stem: Scenario(**read_toml(path)) for path in (CASE / "scenarios").glob("*.toml")}
INDEX = StateIndex(state.code for state in STATES)
with (CASE / "events.csv").open(encoding="utf-8", newline="") as lines:
    EVENTS = list(csv.DictReader(lines))
MEETINGS = (
    "E225",
    "E226",
    "E231",
    "E236",
    "E237",
    "E238",
    "E242",
    "E262",
    "E264",
    "E267",
    "E281",
    "E296",
)
"""Rows in which the heads of the two met since October 2022, alone or with the hub's."""
AGREEMENTS = set(column("agreements.csv", "id"))
DOCKETS = set(column("disputes.csv", "id"))
KINDS = set(column("events.csv", "kind"))


def references() -> set[str]:
    governments = zip(
        column("governments.csv", "state"), column("governments.csv", "start"), strict=True
    )
    return (
        {f"events:{row}" for row in column("events.csv", "id")}
        | {f"agreements:{row}" for row in AGREEMENTS}
        | {f"governments:{state}/{start}" for state, start in governments}
        | {f"disputes:{row}" for row in DOCKETS}
    )


def parameter_names_on_the_page() -> set[str]:
    """Names in backticks with a dotted prefix; ``<...>`` and ``*`` stand for anything."""
    words = re.findall(r"`([^`\n]+)`", RULES_PAGE.read_text(encoding="utf-8"))
    families = {name.partition(".")[0] for name in DEFAULTS}
    prefixes = tuple(f"{name}." for name in families | {"demands", "track", "bargain"})
    names: set[str] = set()
    for position, word in enumerate(words):
        if word.startswith(prefixes):
            names.add(word)
        elif re.fullmatch(r"\.[a-z_]+", word):  # "`relation.beta.a`, `.b`": same stem, other leaf
            stem = next(earlier for earlier in words[position::-1] if earlier.startswith(prefixes))
            names.add(stem.rpartition(".")[0] + word)
    return names


def test_the_description_is_a_case():
    case_keys = set(Case.model_fields)
    assert set(DESCRIPTION) <= case_keys
    assert DESCRIPTION["as_of"] == dt.date(2025, 9, 12)
    roles = {state.code: set(state.roles) for state in STATES}
    assert roles == {
        "USA": {"hub"},
        "JPN": {"spoke"},
        "KOR": {"spoke"},
        "CHN": {"rival", "patron"},
        "PRK": {"proliferator"},
        "RUS": {"patron"},
    }
    assert {month_text(item.month) for state in STATES for item in state.scheduled} == {"2025-10"}


def test_outcomes_name_what_exists_and_fit_the_horizon():
    by_id = {item.id for item in OUTCOMES}
    assert len(by_id) == len(OUTCOMES) >= 14
    assert set(DESCRIPTION["headline_outcomes"]) <= by_id
    asked = [*OUTCOMES, *(item.outcome for item in QUESTIONS if item.outcome)]
    coalitions = {(item.state, item.id) for item in COALITIONS}
    start = 668  # 2025-09
    for item in asked:
        assert 1 <= item.lead(start) <= LAST_LEAD, item.id
        if item.dyad:
            assert INDEX.dyad_label(item.dyad) == item.dyad, item.id
        if item.agreement:
            assert item.agreement in AGREEMENTS, item.id
        if item.coalition:
            assert (item.state, item.coalition) in coalitions, item.id


def test_governments_and_coalitions_know_each_other():
    known = {(item.state, item.id): item for item in COALITIONS}
    rows = zip(
        column("governments.csv", "state"),
        column("governments.csv", "coalition"),
        column("governments.csv", "party"),
        strict=True,
    )
    for state, coalition, party in rows:
        assert party in known[state, coalition].parties, (state, party)
    for state, coalition in known:
        for component in COMPONENTS:
            orientation = PARAMETERS[f"coalitions.{state}.{coalition}.{component}"]
            assert orientation.low >= -1
            assert orientation.high <= 1


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_each_judged_number_has_an_author_a_reason_and_a_source_that_resolves(name: str):
    number = PARAMETERS[name]
    assert number.who
    assert number.meaning
    assert number.why.endswith("."), "the reason is a sentence"
    if number.source:
        source(number.source)


OPTIONAL = {
    "bargain.cost_factor.<i>": "1 where none is given",
    "commitment.<i>.<g>": "else commitment.<g>",
    "pressure.<i>.<g>": "else pressure.<i>",
    "track.start_stage.<T>": "0 where none is given",
}
"""Names on the page that may be given and need not be, with what holds otherwise."""


def has_value(name: str) -> bool:
    """Whether a name on the page, or one of its family, has a value."""
    pattern = re.sub(r"<[^>]*>", lambda _: r"[\w-]+", re.escape(name))
    family = re.compile(pattern.replace(r"\*", r"[\w.-]+") + r"(\.[\w-]+)?$")
    # The rate of a docket and the season belong to a case; everything else has a default.
    stakes = {f"demands.{item.id}.{stake}" for item in DEMANDS for stake in STAKES}
    own = ("dispute.rate", "dispute.season")
    numbers = (PARAMETERS if name.startswith(own) else DEFAULTS).keys() | stakes
    return any(family.match(found) for found in numbers)


@pytest.mark.parametrize("name", sorted(parameter_names_on_the_page() - OPTIONAL.keys()))
def test_every_number_that_the_rules_read_has_a_value(name: str):
    assert has_value(name)


@pytest.mark.parametrize(
    "name", ["dispute.memories", "relation.beta.mediations", "turnover.<kind>x"]
)
def test_a_number_without_a_value_would_be_seen(name: str):
    assert not has_value(name)


def test_what_is_optional_stands_on_the_page():
    assert OPTIONAL.keys() <= parameter_names_on_the_page()


def test_the_page_is_read_at_all():
    names = parameter_names_on_the_page()
    assert len(names) > 50
    assert "relation.beta.fear_asymmetric" in names
    assert "agreement.support_change.nondemocracy" in names


def test_office_kinds_and_held_quantities_have_defaults():
    for kind in OFFICE_KINDS:
        assert f"turnover.exit_hazard.{kind}" in DEFAULTS
        assert f"turnover.support_share.{kind}" in DEFAULTS
    for quantity in ("mediation", "pressure", "threat", "density", "posture", "commitment"):
        assert f"{quantity}.default" in DEFAULTS


def test_every_docket_has_a_rate_and_the_seasons_average_to_one():
    rates = {name.rpartition(".")[2] for name in OWN if name.startswith("dispute.rate.")}
    assert rates == DOCKETS
    seasons = [OWN[f"dispute.season.{month:02d}"].central for month in range(1, 13)]
    assert sum(seasons) / 12 == pytest.approx(1, abs=1e-3)
    spoke_pair = [
        docket
        for docket, parties in zip(
            column("disputes.csv", "id"), column("disputes.csv", "parties"), strict=True
        )
        if set(parties.split(";")) == {"JPN", "KOR"}
    ]
    total = sum(OWN[f"dispute.rate.{docket}"].central for docket in spoke_pair)
    assert total == pytest.approx(0.152, abs=1e-3)


@pytest.mark.parametrize("name", ["pressure_common", "pressure_unequal"])
def test_a_sign_in_dispute_is_judged_on_both_sides_of_zero(name: str):
    number = PARAMETERS[f"relation.beta.{name}"]
    assert number.central == 0
    assert number.low == -number.high < 0


def test_demands_are_the_four_items():
    assert [item.id for item in DEMANDS] == [
        "tariffs",
        "strategic-flexibility",
        "defence-spending",
        "base-costs",
    ]
    assert [item.domain for item in DEMANDS] == ["economy", "security", "none", "none"]


def test_scenarios_hold_what_exists_and_say_why():
    assert len(SCENARIOS) >= 8
    assert SCENARIOS["baseline"].clamps == ()
    coalitions = {(item.state, item.id) for item in COALITIONS}
    for name, scenario in SCENARIOS.items():
        assert scenario.id == name
        assert scenario.question.endswith("?"), name
        assert scenario.description, name
        agreements = AGREEMENTS | {item.id for item in scenario.agreements}
        for clamp in scenario.clamps:
            assert clamp.why, name
            assert clamp.process in CLAMPABLE, name
            match clamp.process:
                case "mediation" | "density" | "relation" | "summit":
                    assert INDEX.dyad_label(clamp.entity) == clamp.entity
                case "coordination":
                    assert clamp.entity in {item.id for item in DEMANDS}
                case "agreement":
                    assert clamp.entity in agreements
                case "flare":
                    assert clamp.entity in DOCKETS
                    assert clamp.value in (1, 2, 3)
                case "coalition":
                    assert (clamp.entity, clamp.value) in coalitions
                    first, last = clamp.leads(668, N_MONTHS)
                    assert first == last, "a hand-over happens in one month"
                case _:
                    assert clamp.entity in INDEX.codes


def test_claims_are_the_52_items_in_order():
    assert [claim.number for claim in CLAIMS] == list(range(1, 53))
    classes = [claim.claim_class for claim in CLAIMS]
    assert classes == (
        ["fact"] * 20
        + ["structure"] * 6
        + ["causal"] * 14
        + ["forecast"] * 8
        + ["recommendation"] * 4
    )


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"claim-{claim.number}")
def test_what_a_claim_refers_to_exists(claim: Claim):
    if claim.record:
        assert set(claim.record.rows) <= references()
        assert claim.record.rows or claim.record.word == "unverified"
    every = (*claim.beside, *claim.channels)
    for data in (*((claim.data,) if claim.data else ()), *(d for item in every for d in item.data)):
        assert set(data.kinds) <= KINDS
        assert {f"events:{name}" for name in (*data.events, *data.contrast_events)} <= references()
        for window in (data.window, data.contrast):
            if window:
                assert 336 <= window[0] <= window[1] <= 668  # 1998-01 to 2025-09
    stakes = {f"demands.{item.id}.{stake}" for item in DEMANDS for stake in STAKES}
    for asked in claim.simulations:
        assert asked.outcome in {item.id for item in OUTCOMES}
        assert {asked.scenario, asked.against} - {""} <= set(SCENARIOS)
        assert asked.rests_on
        assert set(asked.rests_on) <= set(PARAMETERS) | stakes
    if claim.claim_class in ("causal", "forecast", "recommendation"):
        assert claim.against


def test_every_causal_claim_and_forecast_is_asked_of_the_futures_or_says_what_is_missing():
    missing = {claim.number: claim.missing_mechanism for claim in CLAIMS if claim.missing_mechanism}
    assert set(missing) == {39}
    assert all(len(words.split()) > 15 for words in missing.values()), "what exactly is missing"
    for claim in CLAIMS:
        if claim.claim_class in ("causal", "forecast") and claim.number not in missing:
            assert claim.simulation, claim.number
            assert claim.simulation.expect in ("higher", "lower", "different"), claim.number


def test_both_readings_of_doubt_about_the_hub_are_asked_apart():
    (claim,) = (item for item in CLAIMS if item.channels)
    assert claim.number == 35
    eases, strains = claim.channels
    contrasts = [(item.simulation.scenario, item.simulation.against) for item in claim.channels]
    assert len(set(contrasts)) == 2
    assert (eases.simulation.expect, strains.simulation.expect) == ("higher", "lower")
    # The same comparisons with opposite signs: no window is picked for one of them.
    assert [(d.window, d.contrast) for d in eases.data] == [
        (d.window, d.contrast) for d in strains.data
    ]
    assert {d.expect for d in eases.data} == {"higher"}
    assert {d.expect for d in strains.data} == {"lower"}


def test_thresholds_of_counted_months_are_those_of_the_record():
    months = [
        (row["date"][:7], row["kind"], {*row["source"].split(";"), *row["target"].split(";")})
        for row in EVENTS
    ]
    mediated = {day for day, kind, _ in months if kind == "mediation" and "2013" <= day < "2017"}
    assert len(mediated) == 5
    by_id = {item.id: item for item in OUTCOMES}
    assert by_id["mediated-4-of-40"].at_least == round(5 / 48 * 40)
    met = {
        row["date"][:7]
        for row in EVENTS
        if row["id"] in MEETINGS and "2022-10" <= row["date"][:7] <= "2025-09"
    }
    assert by_id["summit-10-of-36"].at_least == len(met) + 1


def test_recommendations_are_scenarios_that_can_be_switched_on():
    assert all(claim.simulation for claim in CLAIMS if claim.claim_class == "recommendation")


def test_questions_open_after_the_closing_day():
    assert 18 <= len(QUESTIONS) <= 24
    assert len({item.id for item in QUESTIONS}) == len(QUESTIONS)
    for item in QUESTIONS:
        assert item.opens > DESCRIPTION["as_of"], item.id
        assert item.words.endswith("?"), item.id
        assert re.search(r"\b20\d\d\b", item.words), item.id

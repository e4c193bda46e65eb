"""Every verb prints tables for people, or one JSON document that its schema describes."""

import json
from pathlib import Path

import jsonschema
import pytest

from comity.cli.claims_explain import row_words
from comity.cli.reference import render_schemas
from comity.cli.schemas import DOCUMENTS
from comity.core.errors import ConfigError
from comity.record import load_case
from comity.simulate import merged_parameters

FOLDER = Path("docs/reference/json")
FEW = ("--members", "1000")
VERBS = {
    "backtest": ("backtest", "CASE", "--members", "500", "--first", "2018-11", "--last", "2018-11"),
    "cases": ("cases",),
    "check": ("check", "CASE"),
    "cite": ("cite", "CASE"),
    "claims": ("claims", "CASE", *FEW),
    "compare": ("compare", "CASE", "hub-mediates", *FEW, "--months", "24"),
    "doctor": ("doctor",),
    "forecast": ("forecast", "CASE", *FEW),
    "explain": ("explain", "CASE"),
    "measure": ("measure", "CASE", "--dyad", "CCC-BBB"),
    "new": ("new", "PATH"),
    "plan": ("simulate", "CASE", "hub-mediates+islets-flare", "--dry-run"),
    "plans": ("compare", "CASE", "hub-mediates", "--dry-run"),
    "prior": ("prior", "CASE", *FEW),
    "report": ("report", "CASE", "--out", "OUT", *FEW),
    "sensitivity": ("sensitivity", "CASE", "spokes-warmer", "--bases", "2", "--worlds", "8",
                    "--samples", "8"),
    "simulate": ("simulate", "CASE", *FEW, "--months", "24"),
    "thresholds": ("thresholds", "CASE", "3", "--points", "4", "--draws", "5", "--worlds", "20"),
}  # fmt: skip
VERSIONS = {"claims": 3, "measure": 2}
"""Of the documents whose keys have changed since the first."""


@pytest.fixture
def verb(comity, small, tmp_path):
    places = {"CASE": small, "PATH": tmp_path / "made", "OUT": tmp_path / "report.html"}

    def call(name, *more):
        return comity(*(places.get(word, word) for word in VERBS[name]), *more)

    return call


def schema(name):
    return json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_every_verb_and_every_document_is_tried():
    assert set(VERBS) | {"error", "import", "score"} == set(DOCUMENTS)


@pytest.mark.parametrize("name", VERBS)
def test_json_is_one_document_of_its_schema_and_nothing_else(verb, name):
    said = verb(name, "--json")
    assert (said.code, said.err) == (0, "")
    jsonschema.validate(said.document, schema(name))
    assert said.document["schema"] == f"comity.{name}/{VERSIONS.get(name, 1)}"


@pytest.mark.parametrize("name", ["compare", "simulate"])
def test_fewer_futures_than_parameter_draws_are_answered_without_their_split(verb, name):
    said = verb(name, "--json", "--members", "200")
    assert (said.code, said.err) == (0, "")
    jsonschema.validate(said.document, schema(name))


@pytest.mark.parametrize("name", ["claims", "report"])
def test_a_verdict_needs_two_futures_of_every_draw(verb, name):
    said = verb(name, "--members", "200")
    assert said.code == 2
    assert said.err.strip() == (
        "comity: members: a verdict needs two futures of each of the 500 parameter draws, 1,000 "
        "or more; found 200. Ask for more members."
    )


@pytest.mark.parametrize("name", VERBS)
def test_people_get_words_on_standard_output(verb, name):
    said = verb(name)
    assert (said.code, said.err) == (0, "")
    assert said.out.strip()
    with pytest.raises(json.JSONDecodeError):
        json.loads(said.out)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_schemas_in_the_documentation_are_current_and_closed(name):
    found = (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    assert found == render_schemas()[f"{name}.schema.json"], (
        "run python -m comity.cli.reference docs/reference"
    )
    jsonschema.Draft202012Validator.check_schema(json.loads(found))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"schema": f"comity.{name}/1", "stray": 1}, json.loads(found))


def test_the_same_receipt_is_the_same_document(verb):
    first, again = verb("simulate", "--json"), verb("simulate", "--json")
    anew = verb("simulate", "--json", "--no-cache")
    assert first.document["receipt"] == again.document["receipt"] == anew.document["receipt"]
    assert first.out == again.out == anew.out


def test_null_and_seed_are_other_answers(verb):
    base = verb("simulate", "--json").document
    null = verb("simulate", "--null", "--json").document
    other = verb("simulate", "--seed", "2", "--json").document
    assert null["is_null"]
    assert not base["is_null"]
    for answer in (null, other):
        assert answer["outcomes"] != base["outcomes"]


def test_as_of_cuts_the_record(verb):
    cut = verb("measure", "--as-of", "2015-06", "--json").document
    assert (cut["as_of"], cut["months"][-1]) == ("2015-06-30", "2015-06")
    assert len(cut["relations"][0]["share"]) == len(cut["months"]) == 66


def test_a_dry_run_says_what_is_held_and_when(verb):
    said = verb("plan")
    assert "mediation.BBB-CCC is held at 1 from January 2020 to December 2021." in said.out
    assert 'Dispute "islets" flares with severity 3 in June 2020.' in said.out
    assert "nothing was simulated" in said.out


def test_a_dry_comparison_says_what_either_scenario_holds(verb):
    plans = verb("plans", "--json").document["plans"]
    assert [plan["scenario"] for plan in plans] == ["hub-mediates", "baseline"]
    assert plans[1]["held"] == ["Nothing is held."]
    assert verb("plans").out.count("nothing was simulated") == 2


def test_a_claim_is_explained_down_to_rows_rule_and_numbers(verb):
    said = verb("claims", "--explain", "2")
    for word in ("Record: The measured relation", "Model: Under", "Rule: association",
                 "Futures: comity compare small-case hub-mediates --against baseline",
                 "Rows of the record", "Would count against it: ",
                 "relation.beta.mediation"):  # fmt: skip
        assert word in said.out


def test_every_row_and_number_behind_a_verdict_can_be_looked_up(verb, small):
    case = load_case(small)
    known = merged_parameters(case)
    verdicts = verb("claims", "--json").document["verdicts"]
    rows = [row for item in verdicts for row in item["rows"]]
    numbers = [name for item in verdicts for name in item["parameters"]]
    assert {row.partition(":")[0] for row in rows} >= {"events", "agreements", "governments"}
    assert all(all(words) for words in (row_words(case, row) for row in rows))
    assert numbers
    assert set(numbers) <= set(known)
    with pytest.raises(ConfigError, match='must be rows of the case; found "events:E999"'):
        row_words(case, "events:E999")


def test_verdicts_are_varied_number_by_number(verb):
    said = verb("claims", "--vary", "--json")
    assert (said.code, said.err) == (0, "")
    jsonschema.validate(said.document, schema("claims"))
    assert said.document["variation"] == {"changes": [], "claims": [], "fixed": [1, 2, 3]}
    people = verb("claims", "--vary").out
    assert "None: no single number, at either end of its range, changes a word." in people
    assert "No judged number can change the word of the other 3 claims" in people


def test_variation_and_explanation_are_asked_one_at_a_time(verb):
    said = verb("claims", "--vary", "--explain", "2")
    assert said.code == 2
    assert "--vary: it speaks of the whole argument; found --explain beside it" in said.err


def test_verdicts_stand_beside_those_of_the_kept_draws(verb):
    document = verb("prior", "--json", "--claims", "--cutoff", "1").document
    rejected = document["rejected_draws"]
    assert 0 < len(rejected) == round(500 * document["rejection_rate"]) < 500
    assert [item["claim"] for item in document["claims"]] == [2]
    said = verb("prior", "--cutoff", "1000", "--claims").out
    assert "Rejection rate: 0 of 500 draws" in said
    assert "Nothing to compare: every draw is kept." in said
    assert verb("prior", "--cutoff", "-2").code == 2


def test_the_report_has_its_receipt_beside_it(verb, tmp_path):
    said = verb("report")
    assert said.out.startswith("Report: ")
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    receipt = json.loads((tmp_path / "report.receipt.json").read_text(encoding="utf-8"))
    assert receipt["case_id"] == "small-case"


def test_changes_have_a_chance_for_every_month_and_none_where_windows_leave_the_record(verb):
    document = verb("measure", "--json").document
    n = len(document["months"])
    (pair,) = document["relations"]
    changes = pair["changes"]
    for name in ("flare_down", "flare_up", "turning_down", "turning_up"):
        assert len(changes[name]) == n
        known = [value for value in changes[name] if value is not None]
        assert all(0 <= value <= 1 for value in known)
        assert len(known) == (n if name.startswith("flare") else n - 11)
    assert set(document["usual"]) == {"flare_down", "flare_up", "turning_down", "turning_up"}
    assert document["thresholds"]["flare"] == 0.7
    assert "a month" in changes["caution"]


def test_the_grid_reading_stands_beside_the_fast_one_on_request(verb):
    (fast,) = verb("measure", "--json").document["relations"]
    assert fast["changes_on_grid"] is None
    said = verb("measure", "--quarrels", "--json")
    assert (said.code, said.err) == (0, "")
    jsonschema.validate(said.document, schema("measure"))
    (pair,) = said.document["relations"]
    assert pair["changes"] == fast["changes"]
    for name in ("flare_down", "turning_up"):
        one, other = pair["changes"][name], pair["changes_on_grid"][name]
        assert [value is None for value in one] == [value is None for value in other]


def test_the_grid_wants_one_pair(comity, small):
    said = comity("measure", small, "--quarrels")
    assert said.code == 2
    assert said.err.strip() == (
        "comity: --quarrels: one pair must be named; found none. Add --dyad, as in --dyad JPN-KOR."
    )

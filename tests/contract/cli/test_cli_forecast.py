"""`comity forecast`: chances beside their baselines, and the seal."""

import datetime as dt
import json

import jsonschema
import pytest

from comity.cli import forecast as command
from comity.judge.ledger import read_ledger

FEW = ("--members", "1000")
NEW_YEAR = dt.datetime(2020, 1, 1, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def clock(monkeypatch):
    """Set the time of sealing."""

    def put(moment):
        monkeypatch.setattr(command, "now", lambda: moment)

    put(NEW_YEAR)
    return put


@pytest.fixture
def seal(comity, small, tmp_path, clock):
    """Seal the small case's question and return what was said."""

    def call(*more):
        return comity("forecast", small, *FEW, "--seal", "--ledger", tmp_path / "l.jsonl", *more)

    return call


def test_every_chance_stands_beside_its_baselines(comity, small):
    (asked,) = comity("forecast", small, *FEW, "--json").document["questions"]
    assert set(asked["baselines"]) == {
        "null simulator", "50/50", "base rate", "like today", "last twelve months"
    }  # fmt: skip
    assert 0 < asked["low"] <= asked["probability"] <= asked["high"] < 1
    assert 0 <= asked["ignorance_share"] <= 1
    assert comity("forecast", small, *FEW, "--json").document["seal"] is None


def test_what_is_sealed_is_what_was_printed(seal, tmp_path):
    document = seal("--json").document
    with open("docs/reference/json/forecast.schema.json", encoding="utf-8") as file:
        jsonschema.validate(document, json.load(file))
    (entry,) = read_ledger(tmp_path / "l.jsonl").entries
    (asked,) = document["questions"]
    assert entry.sealed == NEW_YEAR
    assert entry.forecast.probability == asked["probability"]
    assert entry.question.words == asked["words"]
    assert entry.receipt == document["receipt"]
    assert document["seal"] == {
        "ledger": str(tmp_path / "l.jsonl"), "sealed": "2020-01-01T09:30:00+00:00", "n_sealed": 1,
        "n_entries": 1, "head": entry.hash, "left_out": {},
    }  # fmt: skip


def test_sealing_again_appends_and_says_the_head(seal, tmp_path):
    said = seal()
    head = read_ledger(tmp_path / "l.jsonl").head
    assert f"Head: {head}\n" in said.out
    assert "Publish the head where you cannot change it." in said.out
    assert seal("--head", head).code == 0
    assert len(read_ledger(tmp_path / "l.jsonl", head=head).entries) == 2


def test_a_question_that_has_closed_is_not_sealed(seal, clock, tmp_path):
    clock(dt.datetime(2021, 1, 1, tzinfo=dt.UTC))
    said = seal()
    assert (said.code, said.out) == (2, "")
    assert said.err.strip() == (
        "comity: questions.toml: sealing needs a question with a forecast that is still open on "
        "2021-01-01; found none of 1. Add questions that close later."
    )
    assert not (tmp_path / "l.jsonl").exists()
    clock(dt.datetime(2020, 12, 31, 23, 59, tzinfo=dt.UTC))
    assert seal().code == 0


def test_a_ledger_that_does_not_hold_is_refused_before_any_work(seal, tmp_path, monkeypatch):
    seal()
    path = tmp_path / "l.jsonl"
    path.write_text(path.read_text("utf-8").replace('"small-case"', '"other-case"', 1), "utf-8")
    before = path.read_bytes()
    monkeypatch.setattr("comity.study.forecast.forecast_questions", None)
    said = seal()
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith('comity: l.jsonl, row 1, column "hash": must be the hash of what')
    assert path.read_bytes() == before
    said = seal("--head", "0" * 64)
    assert said.code == 2


def test_a_head_that_is_not_in_the_ledger(seal):
    seal()
    said = seal("--head", "f" * 64)
    assert said.code == 2
    assert "must be in the ledger; found 1 entry without it." in said.err


def test_no_folder_no_questions_too_few_members(comity, small, tmp_path):
    said = comity("forecast", small, "--seal", "--ledger", tmp_path / "no" / "l.jsonl")
    assert said.code == 2
    assert "the folder of" in said.err
    comity("new", tmp_path / "bare")
    said = comity("forecast", tmp_path / "bare")
    assert (said.code, said.out) == (2, "")
    assert "must ask a question; found none" in said.err
    said = comity("forecast", small, "--members", "200")
    assert said.code == 2
    assert said.err.strip() == (
        "comity: members: a forecast needs two futures of each of the 500 parameter draws, 1,000 "
        "or more; found 200. Ask for more members."
    )


def test_a_question_without_an_outcome_says_why_it_has_no_forecast(comity, small, tmp_path):
    folder = tmp_path / "case"
    comity("new", folder, "--from", small)
    path = folder / "questions.toml"
    head, _, _ = path.read_text("utf-8").partition("[question.outcome]")
    path.write_text(head + 'no_outcome_reason = "nobody simulates it"\n', "utf-8")
    said = comity("forecast", folder, "--json")
    (asked,) = said.document["questions"]
    assert asked["probability"] is None
    assert asked["reason"] == "nobody simulates it"
    assert "nobody simulates it" in comity("forecast", folder).out

"""`comity score`: sealed forecasts, what happened, and what is refused."""

import datetime as dt
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from comity.cli import forecast as sealing
from comity.cli import score as scoring
from comity.judge.ledger import read_ledger

FEW = ("--members", "1000")
HEAD = "question,resolved,answer,value,source\n"


@dataclass
class Scoring:
    """A ledger with one sealed question: called with rows it scores them."""

    call: Callable[..., Any]
    seal: Callable[..., Any]
    ledger: Path

    def __call__(self, rows: str, *more: str, **other: str) -> Any:
        return self.call(rows, *more, **other)


@pytest.fixture
def score(comity, small, tmp_path, monkeypatch):
    """Seal the small case's question on the first of two days and score given rows."""
    monkeypatch.setattr(scoring, "today", lambda: dt.date(2021, 6, 1))
    ledger, table = tmp_path / "l.jsonl", tmp_path / "r.csv"

    def seal(day: str, *more: str, case: str = small):
        monkeypatch.setattr(sealing, "now", lambda: dt.datetime.fromisoformat(f"{day}T12:00+00:00"))
        return comity("forecast", case, *FEW, *more, "--seal", "--ledger", ledger)

    assert seal("2020-01-01").code == 0

    def call(rows: str, *more: str, case: str = small):
        table.write_text(HEAD + rows, "utf-8")
        return comity("score", case, "--ledger", ledger, "--resolutions", table, *more)

    return Scoring(call, seal, ledger)


def test_a_forecast_is_scored_by_what_happened(score):
    said = score("birch-head,2021-01-01,yes,,the press\n", "--json")
    assert (said.code, said.err) == (0, "")
    with open("docs/reference/json/score.schema.json", encoding="utf-8") as file:
        jsonschema.validate(said.document, json.load(file))
    (one,) = said.document["scored"]
    p = read_ledger(score.ledger).entries[0].forecast.probability
    assert one["brier"] == pytest.approx((1 - p) ** 2)
    assert one["log"] == pytest.approx(-math.log(p))
    assert (one["crps"], one["interval"]) == (None, None)
    skills = {(item["baseline"], item["score"]): item for item in said.document["skills"]}
    coin = skills["50/50", "Brier"]
    assert coin["gain"] == pytest.approx(0.25 - one["brier"])
    assert coin["low"] is None  # one subject says nothing of an interval
    assert len(skills) == 10
    text = score("birch-head,2021-01-01,yes,,the press\n").out
    assert "Scored: 1 of 1 sealed questions" in text
    assert "too few" in text


def test_scoring_reads_the_seal_and_not_the_model(score, monkeypatch):
    monkeypatch.setattr("comity.study.study.Study.ensemble", None)
    monkeypatch.setattr("comity.study.study.Study.relations", None)
    assert score("birch-head,2021-01-01,no,,the press\n").code == 0


REFUSED = {
    "early": ("birch-head,2020-12-30,yes,,x", '"yes" cannot be known before the question closes'),
    "future": ("birch-head,2021-06-02,yes,,x", "must not lie after today (2021-06-01)"),
    "unknown": ("birch-hed,2021-01-01,yes,,x", 'Nearest: "birch-head".'),
    "twice": ("birch-head,2021-01-01,yes,,x\nbirch-head,2021-01-01,no,,x", "must be unique"),
    "answer": ("birch-head,2021-01-01,maybe,,x", "must be one of the allowed words"),
    "no source": ("birch-head,2021-01-01,yes,,", "must not be empty"),
    "no day": ("birch-head,soon,yes,,x", "must be a calendar day"),
    "value": ("birch-head,2021-01-01,yes,0.5,x", "is not about a measured relation"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_row_that_settles_nothing_is_refused(score, name):
    rows, sentence = REFUSED[name]
    said = score(rows + "\n")
    assert (said.code, said.out) == (2, "")
    assert "r.csv, row " in said.err
    assert sentence in said.err


def test_all_rows_are_named_at_once(score):
    said = score("birch-head,2020-12-30,yes,,x\nbirch-hed,2021-01-01,yes,,x\n")
    assert "2 problems" in said.err
    assert "row 2" in said.err
    assert "row 3" in said.err


def test_what_was_known_on_the_day_of_sealing_was_no_forecast(score):
    score.ledger.unlink()
    score.seal("2020-12-31")
    said = score("birch-head,2020-12-31,yes,,x\n")
    assert said.code == 2
    assert "must lie after the day on which it was sealed (2020-12-31)" in said.err
    assert score("birch-head,2021-01-01,yes,,x\n").code == 0


def test_the_first_forecast_counts_or_the_last_on_request(score):
    score.seal("2020-11-01", "--seed", "2")
    entries = read_ledger(score.ledger).entries
    assert entries[0].forecast.probability != entries[1].forecast.probability
    row = "birch-head,2021-01-01,no,,x\n"
    assert score(row, "--json").document["scored"][0]["entry"] == 1
    assert score(row, "--which", "last", "--json").document["scored"][0]["entry"] == 2


def test_a_question_that_was_edited_after_sealing_is_refused(comity, score, small, tmp_path):
    folder = tmp_path / "small-case"
    comity("new", folder, "--from", small)
    path = folder / "questions.toml"
    path.write_text(path.read_text("utf-8").replace("Will the left", "Will the far left"), "utf-8")
    said = score("birch-head,2021-01-01,yes,,x\n", case=str(folder))
    assert said.code == 2
    assert 'l.jsonl, row 1, column "question": the question "birch-head" must be asked' in said.err


def test_void_and_unresolved_questions_are_named(score):
    document = score("birch-head,2020-03-01,void,,nobody kept the record\n", "--json").document
    assert (document["scored"], document["void"]) == ([], ["birch-head"])
    assert document["reliability"] == []
    document = score("", "--json").document
    assert document["waiting"] == ["birch-head"]
    assert "Not resolved yet: birch-head." in score("").out


def test_a_ledger_that_does_not_hold_is_not_scored(score):
    text = score.ledger.read_text("utf-8")
    score.ledger.write_text(text.replace('"low":', '"lows":', 1), "utf-8")
    said = score("birch-head,2021-01-01,yes,,x\n")
    assert said.code == 2
    assert "Nothing of this ledger is used" in said.err
    score.ledger.write_text(text, "utf-8")
    assert score("", "--head", "a" * 64).code == 2
    assert score("", "--head", read_ledger(score.ledger).head).code == 0
    score.ledger.write_text(text + '{"as_of":"20', "utf-8")
    assert "A sealing was interrupted" in score("").out


def test_no_such_files(comity, small, tmp_path):
    said = comity("score", small, "--ledger", tmp_path / "no", "--resolutions", tmp_path / "no.csv")
    assert said.code == 2
    assert "must be a ledger that can be read" in said.err
    (tmp_path / "l").touch()
    said = comity("score", small, "--ledger", tmp_path / "l", "--resolutions", tmp_path / "no.csv")
    assert said.code == 2
    assert "no.csv" in said.err

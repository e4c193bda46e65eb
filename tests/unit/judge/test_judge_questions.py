"""Early answers, measured values, gains and reliability on sealed forecasts made up here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from comity.core.errors import Problem
from comity.core.forecasts import question_hash
from comity.core.outcomes import Outcome
from comity.core.questions import Question
from comity.core.scorecard import Resolution
from comity.judge import scores
from comity.judge.ledger import append_forecasts
from comity.judge.questions import score_questions, sealed_forecast

SEALED = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
TODAY = dt.date(2022, 1, 1)
CASE = SimpleNamespace(id="small", questions=())


def asked(name: str, kind: str = "flare_by", **more) -> Question:
    names = {"dyad": "AAA-BBB"} if kind != "government_changed" else {"state": "AAA"}
    outcome = Outcome(id=name, words=name, kind=kind, month="2020-12", **{**names, **more})
    return Question(
        id=name, words="Will it?", opens=dt.date(2019, 12, 20), closes=dt.date(2020, 12, 31),
        resolves_by="the press", outcome=outcome,
    )  # fmt: skip


def content(question: Question, probability: float, relation: dict | None = None, **baselines):
    return {
        "case": "small", "case_hash": "c", "as_of": "2019-12-20",
        "question": question.model_dump(mode="json", exclude_defaults=True),
        "question_hash": question_hash(question), "baselines": {"coin": 0.5, **baselines},
        "forecast": {"probability": probability, "monte_carlo_se": 0.01, "low": 0, "high": 1,
                     "ignorance_share": 0.1, "relation": relation}, "receipt": {},
    }  # fmt: skip


def settle(ledger, name: str, day: str, answer: str, value: float | None = None):
    resolution = Resolution(
        question=name, resolved=dt.date.fromisoformat(day), answer=answer, value=value, source="x"
    )
    found = sealed_forecast(
        ledger, CASE, resolution, lambda *words: Problem("r.csv", 2, *words), which="first",
        today=TODAY,
    )  # fmt: skip
    return found, resolution


def test_yes_may_come_early_where_it_is_asked_whether_it_happens_by_then(tmp_path: Path) -> None:
    contents = [content(asked("flare"), 0.6), content(asked("open", "dispute_open"), 0.5)]
    ledger = append_forecasts(tmp_path / "l", contents, now=SEALED)
    assert not isinstance(settle(ledger, "flare", "2020-03-05", "yes")[0], Problem)
    for name, answer in (("flare", "no"), ("open", "yes"), ("open", "no")):
        found, _ = settle(ledger, name, "2020-12-30", answer)
        assert isinstance(found, Problem)
        assert found.must == (f'"{answer}" cannot be known before the question closes (2020-12-31)')
        assert not isinstance(settle(ledger, name, "2020-12-31", answer)[0], Problem)


def test_an_early_yes_before_sealing_is_refused(tmp_path: Path) -> None:
    ledger = append_forecasts(tmp_path / "l", [content(asked("flare"), 0.6)], now=SEALED)
    found, _ = settle(ledger, "flare", "2020-01-01", "yes")
    assert isinstance(found, Problem)
    assert "leave the row out" in found.fix


def test_a_measured_relation_is_scored_by_crps_and_interval(tmp_path: Path) -> None:
    relation = {"dyad": "AAA-BBB", "mean": 1.0, "sd": 0.5, "low": 0.4, "high": 1.6}
    question = asked("warmer", "relation_above_start")
    ledger = append_forecasts(tmp_path / "l", [content(question, 0.6, relation)], now=SEALED)
    card = score_questions(CASE, ledger, [settle(ledger, "warmer", "2021-01-05", "yes", 1.8)])
    (one,) = card.scored
    assert one.crps == pytest.approx(float(scores.crps_normal(1.0, 0.5, 1.8)))
    assert one.interval == pytest.approx(1.2 + 10 * 0.2)


def test_gains_are_paired_and_resample_subjects(tmp_path: Path) -> None:
    names = [f"q{k}" for k in range(12)]
    states = "ABCDEF"
    contents = [
        content(
            asked(name, "government_changed", state=states[k // 2] * 3),
            0.8 if k % 2 else 0.3,
            **({"rule": 0.6} if k < 10 else {}),
        )
        for k, name in enumerate(names)
    ]
    ledger = append_forecasts(tmp_path / "l", contents, now=SEALED)
    settled = [
        settle(ledger, x, "2021-01-05", "yes" if k % 2 else "no") for k, x in enumerate(names)
    ]
    card = score_questions(CASE, ledger, settled)
    by_name = {(item.baseline, item.score): item for item in card.skills}
    coin, rule = by_name["coin", "Brier"], by_name["rule", "Brier"]
    assert (coin.n, rule.n) == (12, 10)
    assert coin.gain == pytest.approx(0.25 - (0.04 + 0.09) / 2)
    # The rule: .16 on yes, .36 on no; every subject has one of each, so nothing varies.
    assert rule.gain == pytest.approx((0.16 + 0.36) / 2 - 0.065)
    assert (rule.low, rule.high) == pytest.approx((rule.gain, rule.gain))
    found = card.reliability
    assert found is not None
    assert [(point.forecast, point.n, point.happened) for point in found.points] == [
        (0.3, 6, 0.0), (0.8, 6, 1.0)
    ]  # fmt: skip
    assert found.miscalibration - found.discrimination + found.uncertainty == pytest.approx(
        np.mean([item.brier for item in card.scored])
    )

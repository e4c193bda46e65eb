"""Forecasts of a case's questions: the baseline futures beside what simple rules say."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core.errors import ConfigError
from comity.core.forecasts import (
    ForecastNumbers,
    QuestionForecast,
    RelationForecast,
    question_hash,
)
from comity.core.outcomes import Outcome
from comity.core.past import PastSeries
from comity.core.questions import Question
from comity.core.receipt import case_hash, write_receipt
from comity.core.settings import Settings
from comity.study.asking import ask_instead
from comity.study.study import Study

if TYPE_CHECKING:
    from comity.core.ensemble import Ensemble, OutcomeEstimate
    from comity.judge.ledger import Ledger

NULL = "null simulator"
CLOSED = "it closed on {closes}, before {today}; a forecast sealed now would prove nothing"


def forecast_questions(study: Study) -> tuple[QuestionForecast, ...]:
    """Return a forecast of every question of the case, in order.

    The chance is that of the baseline futures, in which nothing is held, started from the relations
    as they are measured up to the closing day. Every chance stands beside those of the null
    simulator and of the rules of `comity.judge.past_rates`.

    Parameters
    ----------
    study
        A case with its settings; the months simulated are those that the questions need.

    Returns
    -------
    tuple of QuestionForecast
        A question without an outcome has no forecast and says why.

    Raises
    ------
    ConfigError
        The case asks no question, or there are fewer than two futures of each parameter draw, so
        that no interval could be given.
    """
    case, settings = study.case, study.settings
    if not case.questions:
        raise ConfigError(
            f"questions.toml: the case {case.id} must ask a question; found none. "
            "Add one to its folder; docs/guide/case-format.md shows how."
        )
    settings.check_members_for("a forecast")
    asked = [question for question in case.questions if question.outcome is not None]
    if not asked:
        return tuple(_forecast(study, question, None, None) for question in case.questions)
    inner = _asking(study, asked)
    futures, null = inner.ensemble(), inner.null()
    return tuple(_forecast(study, question, futures, null) for question in case.questions)


def _asking(study: Study, asked: Sequence[Question]) -> Study:
    """Return a study of the same case that asks the questions' outcomes and no others."""
    case = study.case
    outcomes = tuple(q.outcome.model_copy(update={"id": q.id}) for q in asked if q.outcome)
    months = max(outcome.lead(case.last_month) for outcome in outcomes)
    return ask_instead(study, outcomes, months)


def _forecast(
    study: Study, question: Question, futures: Ensemble | None, null: Ensemble | None
) -> QuestionForecast:
    outcome = question.outcome
    if outcome is None or futures is None or null is None:
        return QuestionForecast(question, None, reason=question.no_outcome_reason)
    from comity.judge.past_rates import simple_chances

    lead = outcome.lead(study.case.last_month)
    simple = simple_chances(_past(study, outcome), lead)
    by_null = null.estimate(question.id)
    baselines = {NULL: _open_chance(by_null.probability, null.n_members), **simple}
    estimate = futures.estimate(question.id)
    return QuestionForecast(question, _numbers(study, outcome, estimate, futures, lead), baselines)


def _numbers(
    study: Study, outcome: Outcome, estimate: OutcomeEstimate, futures: Ensemble, lead: int
) -> ForecastNumbers:
    relation = None
    if outcome.kind.startswith("relation_"):
        k = futures.index.dyad_number(outcome.dyad)
        relation = RelationForecast(
            dyad=outcome.dyad,
            mean=float(futures.relation_mean[k, lead - 1]),
            sd=float(futures.relation_sd[k, lead - 1]),
            low=float(futures.relation_quantiles[0, k, lead - 1]),
            high=float(futures.relation_quantiles[-1, k, lead - 1]),
        )
    return ForecastNumbers(
        probability=_open_chance(estimate.probability, futures.n_members),
        monte_carlo_se=estimate.monte_carlo_se,
        low=estimate.low,
        high=estimate.high,
        ignorance_share=estimate.ignorance_share,
        relation=relation,
    )


def _open_chance(share: float, n_members: int) -> float:
    """Return a chance that is never 0 or 1: half a future is added to either answer."""
    return (share * n_members + 0.5) / (n_members + 1)


def _past(study: Study, outcome: Outcome) -> PastSeries | None:
    if outcome.kind.startswith("relation_"):
        k = study.case.index.dyad_number(outcome.dyad)
        measured = study.relations.dyad_filtered_mean[k]
        if outcome.share is None:
            return PastSeries("rise", measured)
        return PastSeries("level", measured, math.log(outcome.share / (1 - outcome.share)))
    from comity.record.past_series import past_series

    return past_series(study.case, outcome)


def seal_forecasts(
    study: Study,
    forecasts: Sequence[QuestionForecast],
    path: Path,
    *,
    now: dt.datetime,
    head: str = "",
) -> tuple[Ledger, dict[str, str]]:
    """Append forecasts to a ledger; return it, and by question why one was not sealed.

    A question that has closed by ``now`` is not sealed: a forecast of it would prove nothing.

    Raises
    ------
    DataError, ConfigError
        As in `comity.judge.ledger.append_forecasts`; also when nothing is left to seal.
    """
    from comity.judge.ledger import append_forecasts, read_ledger

    today = now.astimezone(dt.UTC).date()
    left_out: dict[str, str] = {}
    contents: list[dict[str, Any]] = []
    receipt = forecast_receipt(study).as_dict()
    for item in forecasts:
        question = item.question
        if item.numbers is None:
            left_out[question.id] = f"no forecast: {item.reason}"
        elif question.closes < today:
            left_out[question.id] = CLOSED.format(closes=question.closes, today=today)
        else:
            contents.append(_content(study, item, item.numbers, receipt))
    if not contents:
        raise ConfigError(
            f"questions.toml: sealing needs a question with a forecast that is still open on "
            f"{today}; found none of {len(forecasts)}. Add questions that close later."
        )
    if path.exists():
        read_ledger(path, head=head)
    return append_forecasts(path, contents, now=now, head=head), left_out


def forecast_receipt(study: Study) -> Any:
    """Return the receipt of forecasts: the case with all its outcomes, the months simulated."""
    case = study.case
    leads = [q.outcome.lead(case.last_month) for q in case.questions if q.outcome is not None]
    settings = study.settings.model_copy(update={"n_months": max(leads, default=1)})
    return write_receipt(case, Settings(**settings.model_dump()))


def _content(
    study: Study, item: QuestionForecast, numbers: ForecastNumbers, receipt: dict[str, Any]
) -> dict[str, Any]:
    return {
        "case": study.case.id,
        "case_hash": case_hash(study.case),
        "as_of": study.case.as_of.isoformat(),
        "question": item.question.model_dump(mode="json", exclude_defaults=True),
        "question_hash": question_hash(item.question),
        "forecast": numbers.model_dump(mode="json"),
        "baselines": {name: float(np.round(value, 6)) for name, value in item.baselines.items()},
        "receipt": receipt,
    }

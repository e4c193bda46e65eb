"""Forecast questions that can be asked: of what the case has, and in time."""

from __future__ import annotations

from comity.core.errors import Problem
from comity.core.months import month_of, month_text
from comity.core.questions import Question
from comity.record.check_scenarios import check_outcome
from comity.record.draft import Draft
from comity.record.located import Located
from comity.record.repeats import repeated


def check_questions(draft: Draft) -> list[Problem]:
    """Return questions that ask of nothing, that lie in the past, or whose months do not fit."""
    questions = draft.questions.items
    problems = repeated(((item, item.value.id) for item in questions), "id", "a question's id")
    for item in questions:
        problems += _question(draft, item)
    return problems


def _question(draft: Draft, item: Located[Question]) -> list[Problem]:
    question, problems = item.value, list[Problem]()
    if draft.as_of is not None and question.opens < draft.as_of:
        must = f"must not lie before the case closes ({draft.as_of})"
        found = str(question.opens)
        problems.append(item.problem("opens", must, found, f'Nearest: "{draft.as_of}".'))
    outcome = question.outcome
    if outcome is None:
        return problems
    closes = month_text(month_of(question.closes))
    if outcome.month is None:
        must = "must be a calendar month: a question keeps its date when the record grows"
        fix = f'Write month = "{closes}" instead.'
        return [*problems, item.problem(("outcome", "lead_months"), must, outcome.lead_months, fix)]
    problems += check_outcome(draft, item, outcome, ("outcome",))
    if month_text(outcome.month) != closes:
        must = f"must be the month in which the question closes ({question.closes})"
        found, fix = month_text(outcome.month), f'Nearest: "{closes}".'
        problems.append(item.problem(("outcome", "month"), must, found, fix))
    return problems

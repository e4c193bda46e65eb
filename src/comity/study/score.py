"""Sealed forecasts and resolutions in, a scorecard out; nothing is measured or simulated."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from comity.core.case import Case
from comity.core.errors import CaseError, Problem
from comity.core.scorecard import Resolution, Scorecard

if TYPE_CHECKING:
    from comity.core.forecasts import SealedForecast
    from comity.judge.questions import Which
    from comity.record.located import Located


def score_forecasts(
    case: Case,
    ledger: Path,
    resolutions: Path,
    *,
    today: dt.date,
    head: str = "",
    which: Which = "first",
) -> Scorecard:
    """Score the sealed forecasts of a case by what happened.

    Parameters
    ----------
    case
        The case; only its id and its questions are read.
    ledger
        Sealed forecasts. Those of other cases are left alone.
    resolutions
        A table with the columns ``question``, ``resolved``, ``answer``, ``source`` and, for
        measured relations, ``value``.
    today
        No resolution may lie after it.
    head
        A published head that must be in the ledger.
    which
        Of several sealed forecasts of a question the first, or the last before it was resolved.

    Raises
    ------
    DataError
        The ledger is not as it was sealed.
    CaseError
        With every row that settles nothing, and every question that was edited after sealing.
    """
    from comity.judge.ledger import read_ledger
    from comity.judge.questions import changed_questions, score_questions, sealed_forecast
    from comity.record.repeats import repeated
    from comity.record.tables import read_table

    sealed = read_ledger(ledger, head=head)
    table = read_table(resolutions, Resolution)
    problems = [*table.problems, *changed_questions(case, sealed)]
    problems += repeated(
        ((row, row.value.question) for row in table.rows), "question", "a question"
    )
    settled: list[tuple[SealedForecast, Resolution]] = []
    for row in table.rows:
        found = sealed_forecast(
            sealed, case, row.value, partial(_problem, row), which=which, today=today
        )
        if isinstance(found, Problem):
            problems.append(found)
        else:
            settled.append((found, row.value))
    if problems:
        raise CaseError(resolutions.name, problems)
    return score_questions(case, sealed, settled)


def _problem(row: Located[Resolution], column: str, must: str, found: str, fix: str) -> Problem:
    return row.problem(column, must, found, fix)

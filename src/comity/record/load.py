"""From a case folder to a case, or to everything that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from comity.core.case import Case
from comity.core.errors import CaseError, Problem
from comity.record.bundled import find_case
from comity.record.check_claims import check_claims
from comity.record.check_dates import check_dates
from comity.record.check_governments import check_governments
from comity.record.check_parameters import check_parameters
from comity.record.check_questions import check_questions
from comity.record.check_record import check_record
from comity.record.check_scenarios import check_scenarios
from comity.record.check_states import check_states
from comity.record.draft import Draft
from comity.record.folder import case_files, content_hash
from comity.record.read_case import read_case

CHECKS: tuple[Callable[[Draft], list[Problem]], ...] = (
    check_states,
    check_dates,
    check_governments,
    check_record,
    check_parameters,
    check_scenarios,
    check_claims,
    check_questions,
)


def load_case(name_or_path: str | os.PathLike[str]) -> Case:
    """Return a case, checked and typed.

    Parameters
    ----------
    name_or_path
        Name of a bundled case or path of a case folder. A bundled name wins; write ``./name`` for
        a folder of that name.

    Raises
    ------
    CaseError
        With every problem of the folder, each with file, row, column, what was found and the
        nearest match.

    Examples
    --------
    >>> case = load_case("japan-korea-us")
    >>> case.hub, len(case.events)
    ('USA', 307)
    """
    folder = find_case(name_or_path)
    draft, problems = _examine(folder)
    if problems or draft is None:
        raise CaseError(str(name_or_path), problems)
    assert draft.head is not None
    assert draft.parameters is not None
    try:
        fingerprint = content_hash(folder, case_files(folder))
    except OSError as error:
        problem = Problem(folder.name, 0, "", "must stay readable", str(error.strerror))
        raise CaseError(str(name_or_path), [problem]) from error
    return Case(
        **dict(draft.head.value),
        states=tuple(item.value for item in draft.states.items),
        coalitions=tuple(item.value for item in draft.coalitions.items),
        outcomes=tuple(item.value for item in draft.outcomes.items),
        governments=tuple(row.value for row in draft.governments.rows),
        events=tuple(row.value for row in draft.events.rows),
        event_classes=tuple(row.value for row in draft.event_classes.rows),
        agreements=tuple(row.value for row in draft.agreements.rows),
        statuses=tuple(row.value for row in draft.statuses.rows),
        disputes=tuple(row.value for row in draft.disputes.rows),
        demands=tuple(item.value for item in draft.demands.items),
        parameters={name: item.value for name, item in draft.parameters.items()},
        scenarios=tuple(item.value for item in draft.scenarios.items),
        claims=tuple(item.value for item in draft.claims.items),
        questions=tuple(item.value for item in draft.questions.items),
        content_hash=fingerprint,
    )


def check_case(name_or_path: str | os.PathLike[str]) -> tuple[Problem, ...]:
    """Return every problem of a case, sorted by file and row; nothing when it can be used.

    Raises
    ------
    CaseError
        There is neither a bundled case of that name nor such a folder.
    """
    return _examine(find_case(name_or_path))[1]


def _examine(folder: Path) -> tuple[Draft | None, tuple[Problem, ...]]:
    try:
        draft = read_case(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return None, (Problem(folder.name, 0, "", "must be a readable folder", reason),)
    found = [*draft.problems, *(problem for check in CHECKS for problem in check(draft))]
    return draft, tuple(sorted(set(found)))

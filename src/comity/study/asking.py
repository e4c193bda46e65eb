"""A study of the same case that asks other outcomes, without measuring it again."""

from __future__ import annotations

from comity.core.case import Case
from comity.core.outcomes import Outcome
from comity.study.study import Study


def ask_instead(study: Study, outcomes: tuple[Outcome, ...], n_months: int) -> Study:
    """Return a study whose futures answer these outcomes only, over so many months.

    Relations, counts and drivers are those of ``study``: outcomes do not move them.
    """
    case = study.case
    values = {name: getattr(case, name) for name in Case.model_fields}
    other = Study(
        Case.model_construct(**values | {"outcomes": outcomes, "headline_outcomes": ()}),
        study.settings.model_copy(update={"n_months": n_months}),
        cache=study.cache,
        progress=study._progress,
        store=study.store,
    )
    other._relations, other._counts, other._history = study.relations, study.counts, study.history
    other.finished = study.finished
    return other

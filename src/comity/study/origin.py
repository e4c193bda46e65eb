"""A case as a forecaster would have had it at an earlier month: what a backtest stands on."""

from __future__ import annotations

import datetime as dt

from comity.core.case import Case
from comity.study.cut import cut_case


def stand_at(case: Case, day: dt.date) -> Case:
    """Return the case as it stood on a day: no later row, and no later knowledge of those there.

    Beyond what `cut_case` removes, outcomes, claims, questions and scenarios are dropped: they were
    written later. Judged numbers, severities, depths and orientations stay as they are: they were
    judged by people who knew how it went on, which no cut can undo.

    Raises
    ------
    ConfigError
        The day lies outside the record or in its first month.
    """
    cut = cut_case(case, day)
    # A case keeps what it has worked out of its rows, so the cut is built anew from its fields.
    values = {name: getattr(cut, name) for name in Case.model_fields}
    values |= {
        "outcomes": (), "headline_outcomes": (), "claims": (), "questions": (), "scenarios": (),
    }  # fmt: skip
    return Case(**values)

"""Which answer to a question may be known before it closes."""

from __future__ import annotations

import datetime as dt

import pytest

from comity.core.outcomes import OUTCOME_WORDS, Outcome
from comity.core.questions import EARLY_KINDS, MODEL_ONLY_KINDS, Question

FLARE = Outcome(id="flare", words="it flares", kind="flare_by", dyad="BBB-CCC", month="2020-12")
OPEN = Outcome(id="open", words="it is open", kind="dispute_open", dyad="BBB-CCC", month="2020-12")


def asked(**more) -> Question:
    text = {"id": "q", "words": "Will it?", "resolves_by": "the press"}
    days = {"opens": dt.date(2020, 1, 1), "closes": dt.date(2020, 12, 31)}
    return Question(**{**text, **days, "no_outcome_reason": "not simulated", **more})


@pytest.mark.parametrize(
    ("more", "yes", "no"),
    [
        ({}, False, False),
        ({"outcome": FLARE}, True, False),
        ({"outcome": OPEN}, False, False),
        ({"outcome": FLARE, "early": "never"}, False, False),
        ({"outcome": OPEN, "early": "no"}, False, True),
        ({"early": "either"}, True, True),
        ({"early": "yes"}, True, False),
    ],
)
def test_an_answer_is_known_early_only_where_the_question_says_so(more, yes, no) -> None:
    question = asked(**more)
    assert question.may_be_early(answer=True) is yes
    assert question.may_be_early(answer=False) is no


def test_every_kind_that_looks_at_all_months_up_to_its_own_may_be_early() -> None:
    by_then = {kind for kind, words in OUTCOME_WORDS.items() if "by then" in words}
    assert by_then | {"dispute_open_months"} == EARLY_KINDS
    assert set(OUTCOME_WORDS) >= MODEL_ONLY_KINDS

"""Forecast questions, as data: precise, dated, resolvable."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.core.outcomes import Outcome

Early = Literal["yes", "no", "either", "never"]
EARLY_KINDS = frozenset(
    {
        "flare_by", "government_changed", "support_changed", "declaration_by", "summit_by",
        "trilateral_by", "mediated_by", "coordinates_by", "coordinates_any_by", "stage_reached",
        "dispute_open_months",
    }
)  # fmt: skip
"""Kinds of outcome that look at all months up to theirs: once it has happened, it has happened."""
MODEL_ONLY_KINDS = frozenset({"alignment_above", "public_good_above"})
"""Kinds of outcome that ask about a scale of the model: no page of any ministry can settle them."""


class Question(BaseModel):
    """A precise, dated, resolvable forecast question with two answers, yes and no.

    The outcome, where there is one, is read at the end of the month in which the question closes.
    ``early`` says which answer may be known before that day; without it, "yes" for the outcomes
    that ask whether something happens by then, and "never" for all else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: str = Field(min_length=1)
    words: str = Field(min_length=1)
    opens: dt.date
    closes: dt.date
    resolves_by: str = Field(min_length=1)
    early: Early | None = None
    outcome: Outcome | None = None
    no_outcome_reason: str = ""

    @model_validator(mode="after")
    def _resolvable(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError(f"a question closes after it opens; found {self.opens}..{self.closes}")
        if not self.words.endswith("?"):
            raise ValueError('the words of a question must end with "?", so that yes and no answer')
        if self.outcome is None and not self.no_outcome_reason:
            raise ValueError("without an outcome a no_outcome_reason is needed")
        if self.outcome is not None and self.outcome.kind in MODEL_ONLY_KINDS:
            raise ValueError(
                f'an outcome of kind "{self.outcome.kind}" is a scale of the model that nobody '
                "else can read, so the question could never be resolved; ask it in case.toml"
            )
        return self

    def may_be_early(self, *, answer: bool) -> bool:
        """Return whether this answer may be known before the question closes."""
        early = self.early
        if early is None:
            by_then = self.outcome is not None and self.outcome.kind in EARLY_KINDS
            early = "yes" if by_then else "never"
        return early == "either" or early == ("yes" if answer else "no")

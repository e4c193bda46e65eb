"""Outcomes: what can be asked of a future, as data."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.core.months import Month

OutcomeKind = Literal[
    "relation_above_start",
    "relation_share_above",
    "dispute_open",
    "dispute_open_months",
    "flare_by",
    "agreement_in_force",
    "coalition_in_office",
    "government_changed",
    "support_changed",
]
_NEEDS: dict[str, tuple[str, ...]] = {
    "relation_above_start": ("dyad",),
    "relation_share_above": ("dyad", "share"),
    "dispute_open": ("dyad",),
    "dispute_open_months": ("dyad", "at_least"),
    "flare_by": ("dyad",),
    "agreement_in_force": ("agreement",),
    "coalition_in_office": ("state", "coalition"),
    "government_changed": ("state",),
    "support_changed": ("state",),
}
OUTCOME_WORDS = {
    "relation_above_start": "the pair's relation is warmer than in the last recorded month",
    "relation_share_above": "the pair's expected share of cooperative acts is above a level",
    "dispute_open": "a dispute of the pair is open in that month",
    "dispute_open_months": "a dispute of the pair is open in at least so many months",
    "flare_by": "a dispute of the pair flares by then",
    "agreement_in_force": "an agreement is in force in that month",
    "coalition_in_office": "a coalition holds office in that month",
    "government_changed": "the head of government changes by then",
    "support_changed": "the source of leader support changes by then",
}


class Outcome(BaseModel):
    """A yes-or-no question about one future.

    The month is given as ``lead_months`` after the last recorded month or as a calendar ``month``.
    Outcomes ending in ``_by``, ``_changed`` and ``_months`` look at all months up to it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    words: str = Field(min_length=1)
    kind: OutcomeKind
    lead_months: int | None = Field(default=None, ge=1, le=600)
    month: Month | None = None
    dyad: str = ""
    state: str = ""
    agreement: str = ""
    coalition: str = ""
    share: float | None = Field(default=None, gt=0, lt=1)
    at_least: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.lead_months is None) == (self.month is None):
            raise ValueError("give either lead_months or month")
        for name in _NEEDS[self.kind]:
            if getattr(self, name) in ("", None):
                raise ValueError(f'an outcome of kind "{self.kind}" needs "{name}"')
        for name in ("dyad", "state", "agreement", "coalition", "share", "at_least"):
            if name not in _NEEDS[self.kind] and getattr(self, name) not in ("", None):
                raise ValueError(f'an outcome of kind "{self.kind}" does not use "{name}"')
        return self

    def lead(self, start: int) -> int:
        """Return the lead in months after the last recorded month ``start``."""
        if self.lead_months is not None:
            return self.lead_months
        assert self.month is not None
        return self.month - start

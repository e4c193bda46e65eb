"""Outcomes: what can be asked of a future, as data."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.core.months import Month
from comity.core.things import Fault, Things

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
    "declaration_by",
    "summit_by",
    "summit_months",
    "trilateral_by",
    "mediated_by",
    "mediated_months",
    "coordinates",
    "coordinates_by",
    "coordinates_any_by",
    "stage_reached",
    "alignment_above",
    "public_good_above",
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
    "declaration_by": ("dyad",),
    "summit_by": ("dyad",),
    "summit_months": ("dyad", "at_least"),
    "trilateral_by": (),
    "mediated_by": ("dyad",),
    "mediated_months": ("dyad", "at_least"),
    "coordinates": ("demand",),
    "coordinates_by": ("demand",),
    "coordinates_any_by": (),
    "stage_reached": ("state", "at_least"),
    "alignment_above": ("state", "domain", "share"),
    "public_good_above": ("share",),
}
_FIELDS = ("dyad", "state", "agreement", "coalition", "demand", "domain", "share", "at_least")
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
    "declaration_by": "a new agreement of just these two has come into force by then",
    "summit_by": "the heads of the pair have met by then",
    "summit_months": "the heads of the pair have met in at least so many months",
    "trilateral_by": "the hub and its spokes have met together by then",
    "mediated_by": "the hub has mediated between the pair by then",
    "mediated_months": "the hub has mediated between the pair in at least so many months",
    "coordinates": "the spokes answer a demand of the hub together in that month",
    "coordinates_by": "the spokes have answered a demand of the hub together by then",
    "coordinates_any_by": "the spokes have answered some demand of the hub together by then",
    "stage_reached": "talks with a proliferator have come as far as a stage by then",
    "alignment_above": "a spoke's alignment with the hub is above a level in that month",
    "public_good_above": "the supply of the public good is above a level in that month",
}
MAX_STAGE = 4
"""The last stage of talks with a proliferator: complete."""


class Outcome(BaseModel):
    """A yes-or-no question about one future.

    The month is given as ``lead_months`` after the last recorded month or as a calendar ``month``.
    Outcomes ending in ``_by``, ``_changed``, ``_reached`` and ``_months`` look at all months up to
    it, the others at that month alone.
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
    demand: str = ""
    domain: Literal["security", "economy", ""] = ""
    share: float | None = Field(default=None, gt=0, lt=1)
    at_least: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.lead_months is None) == (self.month is None):
            raise ValueError("give either lead_months or month")
        for name in _NEEDS[self.kind]:
            if getattr(self, name) in ("", None):
                raise ValueError(f'an outcome of kind "{self.kind}" needs "{name}"')
        for name in _FIELDS:
            if name not in _NEEDS[self.kind] and getattr(self, name) not in ("", None):
                raise ValueError(f'an outcome of kind "{self.kind}" does not use "{name}"')
        if self.kind == "stage_reached" and (self.at_least or 0) > MAX_STAGE:
            raise ValueError(
                f"at_least must be a stage of talks, 1 to {MAX_STAGE}; found {self.at_least}"
            )
        if self.lead_months is not None and self.too_many(self.lead_months):
            raise ValueError(
                f"at_least must not exceed the months up to then, {self.lead_months}; "
                f"found {self.at_least}"
            )
        return self

    def too_many(self, lead: int) -> bool:
        """Whether more months are asked than there are up to ``lead``: it could never happen."""
        return self.kind.endswith("_months") and (self.at_least or 0) > lead

    def lead(self, start: int) -> int:
        """Return the lead in months after the last recorded month ``start``."""
        if self.lead_months is not None:
            return self.lead_months
        assert self.month is not None
        return self.month - start


def outcome_faults(outcome: Outcome, things: Things) -> list[Fault]:
    """Return what an outcome names and the case does not have."""
    role = {"stage_reached": "proliferator", "alignment_above": "spoke"}.get(outcome.kind, "state")
    known: list[tuple[str, str, Collection[str] | None]] = [
        ("dyad", "must name two states of the case, sorted and joined by a hyphen",
         things.of("dyad")),
        ("state", f"must be the code of a {role} in case.toml", things.of(role)),
        ("agreement", "must be the id of an agreement of the case or of a scenario",
         things.of("agreement")),
        ("demand", "must be the id of a demand in demands.toml", things.of("demand")),
    ]  # fmt: skip
    faults = [
        fault
        for field, must, names in known
        if getattr(outcome, field)
        for fault in things.unknown((field,), must, getattr(outcome, field), names)
    ]
    states = things.of("state")
    if outcome.coalition and (states is None or outcome.state in states):
        must = f"must be a coalition of {outcome.state} in case.toml"
        own = things.coalitions_of(outcome.state)
        faults += things.unknown(("coalition",), must, outcome.coalition, own)
    return faults

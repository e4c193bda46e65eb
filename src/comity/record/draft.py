"""A case as read: every part that holds, every part's raw words, and what is wrong so far."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from comity.core.case import Coalition, Demand, EventClass, StateEntry
from comity.core.claims import Claim
from comity.core.errors import Problem
from comity.core.judged import JudgedNumber
from comity.core.months import Month
from comity.core.outcomes import Outcome
from comity.core.questions import Question
from comity.core.rows import Agreement, AgreementStatus, Dispute, Event, Government
from comity.core.scenarios import Scenario
from comity.record.located import Located
from comity.record.tables import Table

Item = TypeVar("Item", bound=BaseModel)


class CaseHead(BaseModel):
    """The keys of ``case.toml`` outside its lists of tables."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=1)
    as_of: dt.date
    first_month: Month
    warning: str = ""
    focal_dyads: tuple[str, ...] = Field(min_length=1)
    headline_outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Items(Generic[Item]):
    """The tables of one list in a TOML file; ``raw`` is None when they could not be read."""

    items: list[Located[Item]] = field(default_factory=list[Any])
    raw: list[dict[str, Any]] | None = None

    def words(self, key: str) -> set[str] | None:
        """Return the words given under a key, also by items that do not hold."""
        if self.raw is None:
            return None
        return {str(item[key]) for item in self.raw if key in item}


@dataclass
class Draft:
    """Everything read from a case folder, before its parts are held against each other.

    ``as_of`` and ``first_month`` are kept apart from the head, so that a fault elsewhere in the
    head does not hide dates outside the case.
    """

    problems: list[Problem]
    head: Located[CaseHead] | None
    as_of: dt.date | None
    first_month: int | None
    states: Items[StateEntry]
    coalitions: Items[Coalition]
    outcomes: Items[Outcome]
    governments: Table[Government]
    events: Table[Event]
    event_classes: Table[EventClass]
    agreements: Table[Agreement]
    statuses: Table[AgreementStatus]
    disputes: Table[Dispute]
    parameters: dict[str, Located[JudgedNumber]] | None
    parameter_names: set[str]
    demands: Items[Demand]
    scenarios: Items[Scenario]
    claims: Items[Claim]
    questions: Items[Question]

    @property
    def codes(self) -> set[str] | None:
        """Codes of the states, or None when they could not be read."""
        return self.states.words("code")

    @property
    def dyads(self) -> set[str] | None:
        """Sorted labels of the pairs, or None when the states could not be read."""
        if self.codes is None:
            return None
        ordered = sorted(self.codes)
        return {f"{a}-{b}" for n, a in enumerate(ordered) for b in ordered[n + 1 :]}

    def coalitions_of(self, state: str) -> set[str] | None:
        """Ids of a state's coalitions, or None when they could not be read."""
        if self.coalitions.raw is None:
            return None
        return {str(raw.get("id")) for raw in self.coalitions.raw if raw.get("state") == state}

    def with_role(self, role: str) -> set[str] | None:
        """Codes of the states that hold a role, or None when a state could not be read."""
        if self.states.raw is None or len(self.states.items) < len(self.states.raw):
            return None
        return {item.value.code for item in self.states.items if item.value.has_role(role)}

"""A case: everything comity knows about one alliance system, checked and typed."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.core.claims import Claim
from comity.core.judged import JudgedNumber
from comity.core.months import Month, month_of
from comity.core.outcomes import Outcome
from comity.core.questions import Question
from comity.core.rows import Agreement, AgreementStatus, Dispute, Event, Government, Status
from comity.core.scenarios import Scenario
from comity.core.states import StateIndex

Role = Literal["hub", "spoke", "rival", "proliferator", "patron", "bystander"]
OfficeKind = Literal[
    "prime_minister",
    "one_term_president",
    "two_term_president",
    "single_party",
    "personalist",
    "military",
    "monarchy",
]
OFFICE_KINDS: tuple[str, ...] = (
    "prime_minister", "one_term_president", "two_term_president",
    "single_party", "personalist", "military", "monarchy",
)  # fmt: skip
DEMOCRATIC_OFFICES = OFFICE_KINDS[:3]


class Frozen(BaseModel):
    """Base of the models in this file: closed and immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ScheduledChange(Frozen):
    """A hand-over that is already known: a term that ends or a resignation announced."""

    month: Month
    why: str = Field(min_length=1)
    url: str = ""


class StateEntry(Frozen):
    """A state of the case, its roles, and the rule by which its governments change."""

    code: str = Field(pattern=r"^[A-Z]{3}$")
    name: str = Field(min_length=1)
    adjective: str = ""
    capital: str = ""
    roles: tuple[Role, ...] = Field(min_length=1)
    office: OfficeKind
    term_months: int | None = Field(default=None, ge=1)
    next_term_month: Month | None = None
    terms_served: int = Field(default=1, ge=1)
    scheduled: tuple[ScheduledChange, ...] = ()

    @model_validator(mode="after")
    def _fixed_terms(self) -> Self:
        if self.office.endswith("_president") and None in (self.term_months, self.next_term_month):
            raise ValueError(f'office "{self.office}" needs term_months and next_term_month')
        return self

    @property
    def is_democracy(self) -> bool:
        """Whether the office is filled by competitive elections."""
        return self.office in DEMOCRATIC_OFFICES

    def has_role(self, role: str) -> bool:
        """Whether the state holds this role."""
        return role in self.roles


class Coalition(Frozen):
    """A source of leader support: who belongs to it and how often it follows a change of support.

    Its orientation is four judged numbers in ``Case.parameters``, named
    ``coalitions.<state>.<id>.<component>``.
    """

    state: str
    id: str
    name: str
    parties: tuple[str, ...] = ()
    weight: float = Field(default=1.0, ge=0)


class EventClass(Frozen):
    """Quad class of a kind of act for a range of tones (``low <= tone < high``)."""

    kind: str
    low: float
    high: float
    quad: Literal[
        "verbal cooperation", "material cooperation", "verbal conflict", "material conflict", "none"
    ]
    reason: str

    @property
    def is_cooperative(self) -> bool:
        """Whether acts of this class count as cooperative."""
        return self.quad.endswith("cooperation")


class Demand(Frozen):
    """An item bargained between hub and spokes; each stake is a judged number."""

    id: str
    name: str
    domain: Literal["security", "economy", "none"] = "none"
    hub_stake: JudgedNumber
    spoke_stake: JudgedNumber
    substitutability: JudgedNumber
    constraint: JudgedNumber


class Case(Frozen):
    """One alliance system, as of one day.

    Rows keep the order of their files. Rows with several sources or targets are expanded by
    `comity.record`, never here.
    """

    id: str
    title: str
    as_of: dt.date
    first_month: Month
    warning: str = ""
    states: tuple[StateEntry, ...]
    focal_dyads: tuple[str, ...]
    outcomes: tuple[Outcome, ...] = ()
    headline_outcomes: tuple[str, ...] = ()
    governments: tuple[Government, ...]
    coalitions: tuple[Coalition, ...] = ()
    events: tuple[Event, ...]
    event_classes: tuple[EventClass, ...] = ()
    agreements: tuple[Agreement, ...]
    statuses: tuple[AgreementStatus, ...]
    disputes: tuple[Dispute, ...]
    demands: tuple[Demand, ...] = ()
    parameters: dict[str, JudgedNumber] = {}
    scenarios: tuple[Scenario, ...] = ()
    claims: tuple[Claim, ...] = ()
    questions: tuple[Question, ...] = ()
    content_hash: str = ""

    @cached_property
    def index(self) -> StateIndex:
        """The states in array order."""
        return StateIndex(state.code for state in self.states)

    @cached_property
    def entries(self) -> tuple[StateEntry, ...]:
        """The states' entries in array order."""
        by_code = {state.code: state for state in self.states}
        return tuple(by_code[code] for code in self.index)

    @property
    def last_month(self) -> int:
        """The month that holds ``as_of``: the last recorded one."""
        return month_of(self.as_of)

    @cached_property
    def months(self) -> NDArray[np.int64]:
        """Recorded months, first to last."""
        return np.arange(self.first_month, self.last_month + 1)

    def with_role(self, role: str) -> tuple[str, ...]:
        """Codes of the states that hold a role, in array order."""
        return tuple(entry.code for entry in self.entries if entry.has_role(role))

    @property
    def hub(self) -> str:
        """Code of the hub."""
        return self.with_role("hub")[0]

    def incumbent(self, state: str, day: dt.date | None = None) -> Government | None:
        """Return the government in office on ``day`` (default ``as_of``), acting heads included."""
        day = day or self.as_of
        spells = [
            row
            for row in self.governments
            if row.state == state and row.start <= day and (row.end is None or day < row.end)
        ]
        return max(spells, key=lambda row: row.start) if spells else None

    def agreement_status(self, day: dt.date | None = None) -> dict[str, Status]:
        """Return the status of every agreement on ``day`` (default ``as_of``)."""
        day = day or self.as_of
        status: dict[str, Status] = {row.id: "none" for row in self.agreements}
        for row in sorted(self.statuses, key=lambda item: item.date):
            if row.date <= day:
                status[row.agreement] = row.status
        return status

    def scenario(self, scenario_id: str) -> Scenario | None:
        """Return a scenario by id, or None."""
        return next((item for item in self.scenarios if item.id == scenario_id), None)

    def outcome(self, outcome_id: str) -> Outcome | None:
        """Return an outcome by id, or None."""
        return next((item for item in self.outcomes if item.id == outcome_id), None)

    def state_name(self, code: str) -> str:
        """Return a state's name."""
        return self.entries[self.index.number(code)].name

    def dyad_words(self, label: str) -> str:
        """Return a dyad for people: ``Japan and South Korea``."""
        first, second = self.index.dyad_label(label).split("-")
        return f"{self.state_name(first)} and {self.state_name(second)}"

"""One row of each table of a case: what a row must hold to mean anything.

Field order is column order. An empty cell is ``None`` or ``""``; lists of states are joined by
``;`` in the file.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Confidence = Literal["high", "medium", "low"]
PageRead = Literal["yes", "partial", "no"]
Precision = Literal["day", "month", "year"]
Form = Literal["statement", "executive", "treaty"]
Status = Literal["none", "negotiating", "signed", "in_force", "suspended", "hollow", "terminated"]
STATUSES: tuple[str, ...] = (
    "none", "negotiating", "signed", "in_force", "suspended", "hollow", "terminated",
)  # fmt: skip
Mark = Literal["", "reaffirmed", "upheld", "breached", "restored", "amended", "context"]
DocketIssue = Literal["history", "territory", "trade", "security"]


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return value


def _blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


CodeList = Annotated[tuple[str, ...], BeforeValidator(_split), Field(min_length=1)]
WordList = Annotated[tuple[str, ...], BeforeValidator(_split)]
DateList = Annotated[tuple[dt.date, ...], BeforeValidator(_split)]
OptionalDate = Annotated[dt.date | None, BeforeValidator(_blank)]
Orientation = Annotated[float | None, BeforeValidator(_blank), Field(ge=-1, le=1)]


class Row(BaseModel):
    """A row that knows its source and how sure it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    url: str = ""
    confidence: Confidence = "high"
    page_read: PageRead = "yes"


class Government(Row):
    """A spell of executive power in a state; ``end`` is exclusive, empty for the incumbent."""

    state: str
    leader: str = Field(min_length=1)
    office: str = Field(min_length=1)
    start: dt.date
    end: OptionalDate = None
    party: str = ""
    coalition: str = Field(min_length=1)
    entered: str = ""
    left: str = ""
    acting: bool = False
    toward_hub: Orientation = None
    toward_partner: Orientation = None
    toward_rival: Orientation = None
    toward_proliferator: Orientation = None
    override_reason: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _spell(self) -> Self:
        if self.end is not None and self.end <= self.start:
            raise ValueError(
                f"a government must end after it starts; found {self.start} to {self.end}"
            )
        overridden = (
            self.toward_hub,
            self.toward_partner,
            self.toward_rival,
            self.toward_proliferator,
        )
        if any(value is not None for value in overridden) and not self.override_reason:
            raise ValueError("an orientation override needs an override_reason")
        return self


class Event(Row):
    """One coded act, or a joint act when symmetric, of one or more sources on targets on a day."""

    id: str = Field(min_length=1)
    date: dt.date
    source: CodeList
    target: CodeList
    kind: str = Field(min_length=1)
    issue: str = Field(min_length=1)
    tone: float = Field(ge=-10, le=10)
    description: str = Field(min_length=1)
    symmetric: bool = False


class Agreement(Row):
    """A commitment with dates and obligations; depth runs from 0 to 3."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    parties: CodeList
    form: Form
    kind: str = ""
    depth: float = Field(ge=0, le=3)
    issues: WordList = ()
    signed: OptionalDate = None
    note: str = ""


class AgreementStatus(Row):
    """One dated change of an agreement's status, or a mark on the way that leaves it as it is."""

    agreement: str
    date: dt.date
    date_precision: Precision = "day"
    status: Status
    mark: Mark = ""
    by: WordList = ()
    phrase: str = ""
    reason: str = ""


class Dispute(Row):
    """A docket: a matter that two states contest, with its flares."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    parties: CodeList
    issue: DocketIssue
    severity: int = Field(ge=1, le=3)
    opened: dt.date
    flares: DateList = ()
    settled: OptionalDate = None
    is_active: bool = False
    issues: WordList = ()
    note: str = ""

    @model_validator(mode="after")
    def _two(self) -> Self:
        if len(self.parties) != 2 or self.parties[0] == self.parties[1]:
            raise ValueError(f"a docket has two parties; found {';'.join(self.parties)}")
        return self

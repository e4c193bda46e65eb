"""The JSON document of `comity claims`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from comity.cli.document import Document, Number


class AnswerPart(Document):
    """A question beside a claim, or one of rival channels, and what was found."""

    words: str
    data: list[str]
    simulation: str
    numbers: dict[str, Number]
    is_favoured: bool


class VerdictPart(Document):
    """One claim and what can be said of it."""

    number: int
    claim_class: str
    words: str
    verdict: str
    because: str
    data: str
    simulation: str
    rule: str
    rows: list[str]
    parameters: list[str]
    numbers: dict[str, Number]
    against: str
    note: str
    beside: list[AnswerPart]
    channels: list[AnswerPart]
    favoured: str


class ClaimsDocument(Document):
    """`comity claims`: the argument, claim by claim."""

    schema_name: Literal["comity.claims/2"] = Field(default="comity.claims/2", alias="schema")
    case: str
    verdicts: list[VerdictPart]
    receipt: dict[str, Any]

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


class HeldPart(Document):
    """One judged number held at an end of its range, and how much the answer moved.

    ``moved`` is the change of the difference of two chances over the first draws, ``moved_se`` its
    standard error, ``spread`` the standard deviation of the change between draws.
    """

    number: str
    end: Literal["low", "high"]
    value: Number
    moved: Number
    moved_se: Number
    spread: Number


class VariedVerdictPart(Document):
    """A verdict from all draws with one judged number held, beside the one with it as judged."""

    claim: int
    number: str
    end: Literal["low", "high"]
    value: Number
    verdict_before: str
    verdict_after: str
    model_before: str
    model_after: str
    difference_before: Number
    difference_after: Number
    moved_se: Number


class VariedClaimPart(Document):
    """One claim whose word the model can change: what every judged number does to its answer.

    ``whole`` are the ends whose first look could change the word, simulated with every draw.
    """

    claim: int
    scenario: str
    against: str
    outcome: str
    verdict: str
    difference: Number
    low: Number
    high: Number
    n_moves: int
    n_unread: int
    n_screen_draws: int
    n_whole_draws: int
    whole: list[VariedVerdictPart]
    screened: list[HeldPart]


class VariationPart(Document):
    """`comity claims --vary`: verdicts that change word; ``fixed`` are claims that cannot."""

    changes: list[VariedVerdictPart]
    claims: list[VariedClaimPart]
    fixed: list[int]


class ClaimsDocument(Document):
    """`comity claims`: the argument, claim by claim; a variation with `--vary`."""

    schema_name: Literal["comity.claims/3"] = Field(default="comity.claims/3", alias="schema")
    case: str
    verdicts: list[VerdictPart]
    variation: VariationPart | None = None
    receipt: dict[str, Any]

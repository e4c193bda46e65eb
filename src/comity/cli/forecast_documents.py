"""The JSON documents of sealed forecasts: `comity forecast` and `comity score`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from comity.cli.documents import Document, Number


class RelationForecastPart(Document):
    """A relation in the month of the question, in logit; low and high hold 80%."""

    dyad: str
    mean: float
    sd: float
    low: float
    high: float


class QuestionPart(Document):
    """One question and its chance of yes; low and high hold 80% over the judged numbers.

    Without a forecast the numbers are null and `reason` says why. `baselines` holds the chances of
    simple rules by name; a rule that cannot answer is not in it.
    """

    id: str
    words: str
    opens: str
    closes: str
    resolves_by: str
    probability: Number
    monte_carlo_se: Number
    low: Number
    high: Number
    ignorance_share: Number
    relation: RelationForecastPart | None
    baselines: dict[str, float]
    reason: str


class SealPart(Document):
    """What was sealed, and by question why one was not. `head` is the hash to publish."""

    ledger: str
    sealed: str
    n_sealed: int
    n_entries: int
    head: str
    left_out: dict[str, str]


class ForecastDocument(Document):
    """`comity forecast`: the chance of every question, beside its baselines."""

    schema_name: Literal["comity.forecast/1"] = Field(default="comity.forecast/1", alias="schema")
    case: str
    as_of: str
    questions: list[QuestionPart]
    seal: SealPart | None
    receipt: dict[str, Any]

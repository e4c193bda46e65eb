"""Forecasts of questions: as they are made, and as they are sealed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from comity.core.questions import Question

LEDGER_FORMAT = "comity.ledger/1"
INTERVAL = 0.8
"""What the intervals of a forecast claim to hold."""


class Closed(BaseModel):
    """Base of what is sealed: closed, immutable, and no number that is none."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class RelationForecast(Closed):
    """A relation in the month of a question, in logits; ``low`` to ``high`` holds 80%."""

    dyad: str
    mean: float
    sd: float = Field(gt=0)
    low: float
    high: float


class ForecastNumbers(Closed):
    """What a forecast says: a chance, and how sure.

    ``low`` to ``high`` holds 80% of what is not known about the judged numbers;
    ``ignorance_share`` is the part of the doubt that better numbers would remove.
    """

    probability: float = Field(gt=0, lt=1)
    monte_carlo_se: float = Field(ge=0)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    ignorance_share: float = Field(ge=0, le=1)
    relation: RelationForecast | None = None


class SealedForecast(Closed):
    """One entry of a ledger: a forecast with what it was made from, when, and its link."""

    format: Literal["comity.ledger/1"] = LEDGER_FORMAT
    number: int = Field(ge=1)
    sealed: dt.datetime
    case: str
    case_hash: str
    as_of: dt.date
    question: Question
    question_hash: str
    forecast: ForecastNumbers
    baselines: dict[str, float]
    receipt: dict[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class QuestionForecast:
    """A question with its forecast and its baselines, or with the reason why there is none.

    ``baselines`` holds the chances that simple rules give, by name; a rule that cannot answer the
    question is not in it.
    """

    question: Question
    numbers: ForecastNumbers | None
    baselines: dict[str, float] = field(default_factory=dict)
    reason: str = ""


def canonical_json(value: Any) -> str:
    """Return the one way to write plain data as JSON: keys sorted, no spaces, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_of(value: Any) -> str:
    """Return the SHA-256 of plain data in its canonical form, in hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def question_hash(question: Question) -> str:
    """Return the hash of a question as it is asked: every word, day and key that is given."""
    # Defaults are left out, so that a key added to the format later changes no hash.
    return sha256_of(question.model_dump(mode="json", exclude_defaults=True))

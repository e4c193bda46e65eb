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


class ScoredPart(Document):
    """One sealed forecast beside what happened; smaller scores are better.

    `entry` is its number in the ledger. `crps` and `interval` are those of the relation, in logit,
    where a measured value was given.
    """

    id: str
    words: str
    entry: int
    sealed: str
    resolved: str
    answer: Literal["yes", "no"]
    source: str
    probability: float
    baselines: dict[str, float]
    brier: float
    log: float
    value: Number
    crps: Number
    interval: Number


class SkillPart(Document):
    """Mean score beside that of a baseline on the questions that both answered.

    `gain` is above 0 where the forecast is better; low and high hold 95% and are null where fewer
    than five subjects are resolved.
    """

    score: Literal["Brier", "log"]
    baseline: str
    n: int
    mean: float
    baseline_mean: float
    gain: float
    low: Number
    high: Number


class ReliabilityPart(Document):
    """One chance, how often it came out yes, and where that may lie by chance alone (90%)."""

    forecast: float
    n: int
    happened: float
    low: float
    high: float


class ScoreDocument(Document):
    """`comity score`: sealed forecasts beside what happened.

    The mean Brier score is miscalibration - discrimination + uncertainty.
    """

    schema_name: Literal["comity.score/1"] = Field(default="comity.score/1", alias="schema")
    case: str
    ledger: str
    head: str
    which: Literal["first", "last"]
    scored: list[ScoredPart]
    skills: list[SkillPart]
    reliability: list[ReliabilityPart]
    miscalibration: Number
    discrimination: Number
    uncertainty: Number
    void: list[str]
    waiting: list[str]


class ForecastDocument(Document):
    """`comity forecast`: the chance of every question, beside its baselines."""

    schema_name: Literal["comity.forecast/1"] = Field(default="comity.forecast/1", alias="schema")
    case: str
    as_of: str
    questions: list[QuestionPart]
    seal: SealPart | None
    receipt: dict[str, Any]

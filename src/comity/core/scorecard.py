"""Resolutions of questions, and what forecasts of them were worth."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from comity.core.forecasts import SealedForecast

Answer = Literal["yes", "no", "void"]
Logit = Annotated[float, Field(ge=-100, le=100)]


def _blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


class Resolution(BaseModel):
    """One row of a table of resolutions: what happened, when it was known, and who says so.

    ``resolved`` is the day on which the answer could be known. A question that cannot be answered
    is ``void`` and is not scored. ``value`` is the measured relation, in logits, for questions that
    are resolved by a measurement.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    question: str = Field(min_length=1)
    resolved: dt.date
    answer: Answer
    value: Annotated[Logit | None, BeforeValidator(_blank)] = None
    source: str = Field(min_length=1)


@dataclass(frozen=True)
class ScoredQuestion:
    """A sealed forecast beside what happened; scores as in `comity.judge.scores`, smaller better.

    ``crps`` and ``interval`` are those of the relation, in logits, where a value was given.
    """

    entry: SealedForecast
    resolution: Resolution
    brier: float
    log: float
    crps: float | None = None
    interval: float | None = None

    @property
    def happened(self) -> bool:
        """Whether the answer is yes."""
        return self.resolution.answer == "yes"


@dataclass(frozen=True)
class Skill:
    """What a forecast gained over a baseline on the questions that both answered.

    ``gain`` is the baseline's mean score less the forecast's, above 0 where the forecast is better;
    ``low`` to ``high`` holds 95% and is NaN where too little was resolved to say.
    """

    score: str
    baseline: str
    n: int
    mean: float
    baseline_mean: float
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class ReliabilityPoint:
    """One forecast chance, how often it came out yes, and where that may lie by chance alone.

    ``happened`` is the recalibrated frequency (see `comity.judge.reliability`); ``low`` to ``high``
    holds 90% of what honest forecasts of this chance would show.
    """

    forecast: float
    n: int
    happened: float
    low: float
    high: float


@dataclass(frozen=True)
class Reliability:
    """A reliability diagram and the mean Brier score taken apart.

    Mean = miscalibration - discrimination + uncertainty.
    """

    points: tuple[ReliabilityPoint, ...]
    miscalibration: float
    discrimination: float
    uncertainty: float


@dataclass(frozen=True)
class Scorecard:
    """Sealed forecasts of a case, scored."""

    case: str
    head: str
    scored: tuple[ScoredQuestion, ...]
    skills: tuple[Skill, ...]
    reliability: Reliability | None
    void: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()  # sealed and not resolved yet
    n_unfinished_bytes: int = 0

"""Claims of an argument, as data."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.core.months import Month

ClaimClass = Literal["fact", "structure", "causal", "forecast", "recommendation"]
RecordWord = Literal["recorded", "corrected", "unverified", "definition"]
Direction = Literal["higher", "lower", "different", "none"]
DataSeries = Literal["relation", "event_count", "mediation_after_flare", "obligation_share"]
DataStatistic = Literal["mean", "minimum_year", "rate", "share"]
Window = tuple[Month, Month]

VERDICTS = {
    "supported": "●",
    "contradicted": "○",
    "mixed": "◐",
    "depends": "◇",
    "only the prior": "·",
    "not identified": "–",
    "definition": "≡",
    "recommendation": "→",
    "recorded": "✓",
    "corrected": "✎",
    "unverified": "?",
    "not yet knowable": "◌",
    "no such mechanism yet": "∅",
}
"""The fixed words of a verdict, each with its sign."""


class Frozen(BaseModel):
    """Base of the models in this file: closed and immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordEstimand(Frozen):
    """Which rows of the record state the fact or the structure, and what they say of the claim."""

    word: RecordWord
    rows: tuple[str, ...] = ()
    why: str = Field(min_length=1)


class DataEstimand(Frozen):
    """A number computed from the record or from the measured relations.

    ``expect`` is the direction that the claim predicts for the statistic in ``window`` against the
    ``contrast`` window (or against ``against_value``).
    """

    series: DataSeries
    statistic: DataStatistic
    dyad: str = ""
    kinds: tuple[str, ...] = ()
    window: Window | None = None
    contrast: Window | None = None
    against_value: float | None = None
    within_days: int | None = Field(default=None, ge=1)
    expect: Direction
    identified: bool = False
    assumption: str = Field(min_length=1)
    rejects_if: str = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.series == "relation" and not (self.dyad and self.window):
            raise ValueError('a "relation" estimand needs dyad and window')
        if self.series == "relation" and self.statistic == "mean" and not self.contrast:
            raise ValueError("a mean needs a contrast window")
        if self.series == "mediation_after_flare" and not (self.within_days and self.dyad):
            raise ValueError('"mediation_after_flare" needs dyad and within_days')
        return self


class SimulationEstimand(Frozen):
    """A number computed from futures: an outcome, under one scenario against another."""

    outcome: str
    scenario: str = "baseline"
    against: str = ""
    statistic: Literal["probability", "difference"] = "difference"
    expect: Direction
    rests_on: tuple[str, ...] = ()
    rejects_if: str = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.statistic == "difference" and not self.against:
            raise ValueError('a difference needs "against"')
        return self


class Claim(Frozen):
    """One numbered item of the argument."""

    number: int = Field(ge=1)
    claim_class: ClaimClass
    words: str = Field(min_length=1)
    record: RecordEstimand | None = None
    data: DataEstimand | None = None
    no_data_reason: str = ""
    simulation: SimulationEstimand | None = None
    no_simulation_reason: str = ""
    missing_mechanism: str = ""
    against: str = ""
    note: str = ""
    url: str = ""

    @model_validator(mode="after")
    def _accounted(self) -> Self:
        if self.claim_class in ("fact", "structure") and self.record is None:
            raise ValueError(f"a {self.claim_class} needs a record estimand")
        if self.claim_class in ("causal", "forecast"):
            if self.data is None and not self.no_data_reason:
                raise ValueError("without a data estimand a no_data_reason is needed")
            if self.simulation is None and not (
                self.no_simulation_reason or self.missing_mechanism
            ):
                raise ValueError(
                    "without a simulation estimand a no_simulation_reason or the missing_mechanism "
                    "is needed"
                )
            if not self.against:
                raise ValueError('say in "against" what would count against the claim')
        return self

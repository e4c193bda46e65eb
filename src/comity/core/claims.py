"""Claims of an argument, as data."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from comity.core.estimands import (
    Beside,
    Channel,
    DataEstimand,
    DataSeries,
    DataStatistic,
    Direction,
    Frozen,
    RecordEstimand,
    RecordWord,
    SimulationEstimand,
    Window,
)
from comity.core.thresholds import ThresholdAsked

__all__ = [
    "VERDICTS",
    "Beside",
    "Channel",
    "Claim",
    "ClaimClass",
    "DataEstimand",
    "DataSeries",
    "DataStatistic",
    "Direction",
    "RecordEstimand",
    "RecordWord",
    "SimulationEstimand",
    "ThresholdAsked",
    "Window",
]

ClaimClass = Literal["fact", "structure", "causal", "forecast", "recommendation"]

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


class Claim(Frozen):
    """One numbered item of the argument.

    ``record``, ``data`` and ``simulation`` set the word of its verdict. What stands ``beside`` it
    and rival ``channels`` are answered and shown, and set nothing; nor do ``thresholds``, which
    `comity thresholds` looks for.
    """

    number: int = Field(ge=1)
    claim_class: ClaimClass
    words: str = Field(min_length=1)
    record: RecordEstimand | None = None
    data: DataEstimand | None = None
    no_data_reason: str = ""
    simulation: SimulationEstimand | None = None
    no_simulation_reason: str = ""
    missing_mechanism: str = ""
    beside: tuple[Beside, ...] = ()
    channels: tuple[Channel, ...] = ()
    thresholds: tuple[ThresholdAsked, ...] = ()
    against: str = ""
    note: str = ""
    url: str = ""

    @property
    def simulations(self) -> tuple[SimulationEstimand, ...]:
        """Every simulation estimand: the one that sets the word first."""
        every = (self, *self.beside, *self.channels)
        return tuple(item.simulation for item in every if item.simulation is not None)

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
        if self.data is not None and self.no_data_reason:
            raise ValueError("a claim with a data estimand must not have a no_data_reason")
        if self.simulation is not None and (self.no_simulation_reason or self.missing_mechanism):
            raise ValueError(
                "a claim with a simulation estimand must not have a no_simulation_reason or a "
                "missing_mechanism"
            )
        if len(self.channels) == 1:
            raise ValueError("a channel needs a rival: give two or more channels, or none")
        return self

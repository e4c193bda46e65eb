"""What a claim asks of the record and of the futures, as data."""

from __future__ import annotations

from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.core.months import Month

RecordWord = Literal["recorded", "corrected", "unverified", "definition"]
Direction = Literal["higher", "lower", "different", "none"]
DataSeries = Literal["relation", "event_count", "mediation_after_flare", "obligation_share"]
DataStatistic = Literal["mean", "minimum_year", "change_after", "rate", "share"]
Window = tuple[Month, Month]


class _Asks(NamedTuple):
    """What a statistic of a series needs and what it may have; anything else it does not use."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


_MONTHS_A_YEAR = 12
_REFERENCE = ("contrast", "against_value")
STATISTICS: dict[str, dict[str, _Asks]] = {
    "relation": {
        "mean": _Asks(("dyad", "window"), ("contrast", "contrast_dyad")),
        "minimum_year": _Asks(("dyad", "window")),
        "change_after": _Asks(("dyad", "events", "within_months"), ("contrast_events",)),
    },
    "event_count": {
        "rate": _Asks((), ("dyad", "kinds", "window", *_REFERENCE)),
        "share": _Asks(("kinds",), ("dyad", "window", *_REFERENCE)),
    },
    "mediation_after_flare": {
        "share": _Asks(("dyad", "within_days"), ("kinds", "window", "against_value")),
    },
    "obligation_share": {"share": _Asks((), ("dyad", "against_value"))},
}
"""Statistics of each series, with the fields that each needs or may have."""

_FIELDS = (
    "dyad", "contrast_dyad", "kinds", "events", "contrast_events", "window", "contrast",
    "against_value", "within_days", "within_months",
)  # fmt: skip


class Frozen(BaseModel):
    """Base of the models in this file: closed and immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordEstimand(Frozen):
    """Which rows of the record state the fact or the structure, and what they say of the claim."""

    word: RecordWord
    rows: tuple[str, ...] = ()
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _rows(self) -> Self:
        if not self.rows and self.word in ("recorded", "corrected"):
            raise ValueError(f'what is "{self.word}" must name rows of the record')
        return self


class DataEstimand(Frozen):
    """A number computed from the record or from the measured relations.

    ``expect`` is the direction that the claim predicts for the statistic in ``window`` against the
    ``contrast`` window, the pair ``contrast_dyad`` or ``against_value``; for ``change_after``, of
    the change of the relation after ``events`` against that after ``contrast_events`` or none.
    """

    series: DataSeries
    statistic: DataStatistic
    dyad: str = ""
    contrast_dyad: str = ""
    kinds: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    contrast_events: tuple[str, ...] = ()
    window: Window | None = None
    contrast: Window | None = None
    against_value: float | None = Field(default=None, allow_inf_nan=False)
    within_days: int | None = Field(default=None, ge=1)
    within_months: int | None = Field(default=None, ge=1, le=60)
    expect: Direction
    identified: bool = False
    assumption: str = Field(min_length=1)
    rejects_if: str = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        statistics = STATISTICS[self.series]
        if self.statistic not in statistics:
            raise ValueError(
                f'a series "{self.series}" has the statistics {", ".join(statistics)}; '
                f'found "{self.statistic}"'
            )
        asks, what = statistics[self.statistic], f'"{self.series}", "{self.statistic}"'
        given = [name for name in _FIELDS if getattr(self, name) not in ("", (), None)]
        for name in asks.needs:
            if name not in given:
                raise ValueError(f'{what} needs "{name}"')
        for name in given:
            if name not in (*asks.needs, *asks.may):
                raise ValueError(f'{what} does not use "{name}"')
        self._sensible(what, given)
        return self

    def _sensible(self, what: str, given: list[str]) -> None:
        if set(_REFERENCE) <= set(given):
            raise ValueError(f"{what} takes a contrast window or against_value, not both")
        if self.statistic == "rate" and not set(_REFERENCE) & set(given):
            raise ValueError(f"{what} needs a contrast window or against_value to be held against")
        if self.statistic == "mean" and ("contrast" in given) == ("contrast_dyad" in given):
            raise ValueError(f'{what} needs "contrast" or "contrast_dyad", and not both')
        if self.contrast_dyad and set(self.contrast_dyad.split("-")) == set(self.dyad.split("-")):
            raise ValueError("a pair against itself differs by nothing; choose another contrast")
        if self.statistic == "minimum_year" and self.expect not in ("lower", "none"):
            raise ValueError(
                f'{what} looks for the lowest year and expects it there ("lower") or elsewhere '
                f'("none"); found "{self.expect}"'
            )
        if self.statistic == "minimum_year" and self.window is not None:
            n_months = self.window[1] - self.window[0] + 1
            if n_months < _MONTHS_A_YEAR:
                raise ValueError(
                    f"{what} looks for twelve months in a row, and its window must hold them; "
                    f"found one of {n_months}"
                )
        if self.window is not None and self.window == self.contrast:
            raise ValueError("a window against itself differs by nothing; choose another contrast")
        if set(self.events) & set(self.contrast_events):
            raise ValueError("an event must not stand in events and in contrast_events")
        if self.against_value is None:
            return
        if self.statistic == "share" and not 0 < self.against_value < 1:
            raise ValueError(f"a share is held against a number between 0 and 1; found "
                             f"{self.against_value:g}")  # fmt: skip
        if self.statistic == "rate" and self.against_value <= 0:
            raise ValueError(f"a rate is held against a number above 0; found "
                             f"{self.against_value:g}")  # fmt: skip


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
        if self.statistic == "probability" and self.against:
            raise ValueError('a probability does not use "against"; ask for a difference')
        if self.against == self.scenario:
            raise ValueError(
                f'a scenario against itself differs by nothing; found "{self.against}" twice'
            )
        return self


class Beside(Frozen):
    """One more question put to the record or to the futures and shown beside a claim.

    It never sets the word of the verdict.
    """

    words: str = Field(min_length=1)
    data: tuple[DataEstimand, ...] = ()
    simulation: SimulationEstimand | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if not self.data and self.simulation is None:
            raise ValueError("what stands beside a claim needs data or a simulation")
        return self


class Channel(Frozen):
    """One of several rival ways in which the same thing is said to work, each with its own sign.

    The record favours a channel when every one of its data estimands speaks for it.
    """

    words: str = Field(min_length=1)
    data: tuple[DataEstimand, ...] = Field(min_length=1)
    simulation: SimulationEstimand

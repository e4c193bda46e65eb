"""Thresholds: from which value of a number on something holds, asked as data and answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from comity.core.estimands import Frozen

Floats = NDArray[np.float64]
Standing = Literal["crosses", "above", "below", "unresolved"]

FUTURES = ("chance", "difference")
"""What is asked of futures: the chance of an outcome, or its difference between two scenarios."""

CLOSED_FORMS: dict[str, str] = {
    "coordination gain": "demand",
    "security alignment": "spoke",
    "economy alignment": "spoke",
    "split of alignment": "spoke",
    "honesty of the mediator": "",
}
"""What has a closed form on the closing day, and of which kind of entity."""

Asks = Literal[
    "chance",
    "difference",
    "coordination gain",
    "security alignment",
    "economy alignment",
    "split of alignment",
    "honesty of the mediator",
]


class ThresholdAsked(Frozen):
    """From which value of one or two numbers on something holds.

    It holds where what is asked stands on ``side`` of ``level``. What moves is one or two of
    ``numbers`` (judged numbers, see `comity.core.parameter_names`) and ``held`` (quantities that a
    scenario can hold, see `comity.core.quantities`, held from the first month to the last).

    Attributes
    ----------
    words
        What holds beyond the threshold, as a clause without a full stop.
    asks
        A chance or a difference of chances of ``outcome``; or one of `CLOSED_FORMS`, of ``entity``.
    between
        Ends of the range of each number, then of each held quantity; where absent, what judges
        hold possible (the 1% and the 99% quantile), or the range of the quantity.
    """

    words: str = Field(min_length=1)
    asks: Asks
    side: Literal["above", "below"] = "above"
    level: float = Field(default=0.0, allow_inf_nan=False)
    numbers: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    between: tuple[tuple[float, float], ...] = ()
    outcome: str = ""
    scenario: str = "baseline"
    against: str = ""
    entity: str = ""

    @property
    def moved(self) -> tuple[str, ...]:
        """Names of what moves: judged numbers, then held quantities."""
        return (*self.numbers, *self.held)

    @property
    def is_closed_form(self) -> bool:
        """Whether no future is needed."""
        return self.asks in CLOSED_FORMS

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not 1 <= len(self.moved) <= 2:
            raise ValueError(
                f"a threshold moves one or two numbers or held quantities; found {len(self.moved)}"
            )
        if len(set(self.moved)) < len(self.moved):
            raise ValueError(f"the same is named twice: {self.moved[0]}")
        if self.between and len(self.between) != len(self.moved):
            raise ValueError(
                f"between gives the ends of each of {', '.join(self.moved)}, in this order; found "
                f"{len(self.between)}"
            )
        for name, (low, high) in zip(self.moved, self.between, strict=False):
            if not low < high:
                raise ValueError(f"low must be below high for {name}; found {low:g} and {high:g}")
        if self.asks in FUTURES:
            self._of_futures()
        elif self.outcome or self.against or self.scenario != "baseline":
            raise ValueError(f'"{self.asks}" has a closed form and uses no outcome and no scenario')
        elif bool(self.entity) != bool(CLOSED_FORMS[self.asks]):
            kind = CLOSED_FORMS[self.asks]
            raise ValueError(
                f'"{self.asks}" ' + (f"needs a {kind} as entity" if kind else "uses no entity")
            )
        return self

    def _of_futures(self) -> None:
        if not self.outcome:
            raise ValueError(f'a {self.asks} needs "outcome"')
        if self.entity:
            raise ValueError(f'a {self.asks} does not use "entity"')
        if (self.asks == "difference") != bool(self.against):
            needs = 'needs "against"' if self.asks == "difference" else 'does not use "against"'
            raise ValueError(f"a {self.asks} {needs}")
        if self.asks == "chance" and not 0 < self.level < 1:
            raise ValueError(f"level of a chance lies between 0 and 1; found {self.level:g}")
        if self.asks == "difference" and not -1 < self.level < 1:
            raise ValueError(
                f"level of a difference of chances lies between -1 and 1; found {self.level:g}"
            )


@dataclass(frozen=True)
class GridAnswers:
    """What was asked, at a grid of values.

    Attributes
    ----------
    mean, se
        (..., value); errors of sampling worlds, zero where nothing was sampled.
    batches
        (..., batch, value) means over equal parts of the worlds; None where nothing was sampled.
    """

    mean: Floats
    se: Floats
    batches: Floats | None


@dataclass(frozen=True)
class Crossing:
    """One place where a curve crosses a level.

    ``low`` and ``high`` hold 80% of what the sampling of worlds alone makes of it; both equal
    ``value`` where nothing was sampled. ``rises`` says whether the curve is above the level beyond.
    """

    value: float
    low: float
    high: float
    se: float
    rises: bool


@dataclass(frozen=True)
class CurveReading:
    """How a curve stands to a level: it crosses, or stays on one side, or cannot be told from it.

    ``n_unresolved`` points of the curve cannot be told from the level. A curve that does not surely
    cross ``leans`` when some of these lie on the level's other side all the same.
    """

    standing: Standing
    crossings: tuple[Crossing, ...] = ()
    n_unresolved: int = 0
    leans: bool = False


@dataclass(frozen=True)
class Moved:
    """A number that moves: its name, what it means, its unit, its judged values, and its grid.

    ``judged`` holds low, central and high; it is empty for a held quantity.
    """

    name: str
    meaning: str
    unit: str
    judged: tuple[float, ...]
    values: Floats


@dataclass(frozen=True)
class Spread:
    """Thresholds over draws of all other judged numbers: ignorance beside chance.

    Attributes
    ----------
    low, middle, high
        10%, 50% and 90% quantiles among the draws that have a threshold; NaN with fewer than five.
    share_found, share_never, share_throughout, share_unresolved
        Of all draws: those with a threshold, those where it never holds or holds everywhere in the
        range, and those of which none of this can be told with so many worlds.
    share_several
        Of all draws: those whose curve crosses more than once; their first crossing counts.
    ignorance_sd, chance_sd
        Standard deviation of the thresholds that is left when the sampling of worlds is taken out,
        and what that sampling adds to a single one.
    """

    n_draws: int
    low: float
    middle: float
    high: float
    share_found: float
    share_never: float
    share_throughout: float
    share_unresolved: float
    share_several: float
    ignorance_sd: float
    chance_sd: float


@dataclass(frozen=True)
class ThresholdFound:
    """Thresholds in one number, every other one central; and over draws of the others.

    Attributes
    ----------
    mean, se
        (value,) what is asked at each value, other numbers central, and its sampling error.
    share_holding
        (value,) share of the draws in which it holds, by the estimate, at each value.
    """

    asked: ThresholdAsked
    moved: Moved
    mean: Floats
    se: Floats
    share_holding: Floats
    central: CurveReading
    spread: Spread
    n_worlds: int
    n_draw_worlds: int


@dataclass(frozen=True)
class ThresholdMap:
    """Two numbers at once: where it holds, and in how many draws of the others.

    Attributes
    ----------
    mean, se, share_holding
        (value of the second, value of the first).
    rows
        For every value of the second number, how the curve over the first stands to the level.
    spreads
        The same over draws of the other numbers.
    """

    asked: ThresholdAsked
    first: Moved
    second: Moved
    mean: Floats
    se: Floats
    share_holding: Floats
    rows: tuple[CurveReading, ...]
    spreads: tuple[Spread, ...]
    n_worlds: int
    n_draw_worlds: int

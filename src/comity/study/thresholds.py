"""The thresholds of a claim: what is moved, from where to where, and what is found."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core.errors import ConfigError, nearest_match
from comity.core.quantities import CLAMPABLE, HELD_IN_CLOSED_FORM, QUANTITIES, is_on_a_scale
from comity.core.thresholds import GridAnswers, Moved, ThresholdAsked, ThresholdFound, ThresholdMap
from comity.study.threshold_answers import Effort, central_answers, draw_answers

if TYPE_CHECKING:
    from comity.study.study import Study

LINE = Effort(n_points=11, n_draws=40, n_worlds=3000, n_draw_worlds=300)
MAP = Effort(n_points=7, n_draws=20, n_worlds=1000, n_draw_worlds=200)
CLOSED_LINE = Effort(n_points=25, n_draws=200, n_worlds=0, n_draw_worlds=0)
CLOSED_MAP = Effort(n_points=13, n_draws=60, n_worlds=0, n_draw_worlds=0)
"""What is spent where nothing else is asked for: a line in one number, a map in two."""

TAIL = 0.01
"""Outer quantile of a judged number at which its range ends unless another is given."""
SCALES = {
    "real": (-math.inf, math.inf),
    "positive": (0.0, math.inf),
    "gamma": (0.0, math.inf),
    "unit": (0.0, 1.0),
}
"""Between which ends a judged number means anything, by its scale."""
SHARES = (0.05, 0.95)
"""Range of a relation that is held, as a share of cooperative acts."""


@dataclass(frozen=True)
class ThresholdAnswer:
    """One threshold that a claim asks about: in each number alone, and in two together."""

    asked: ThresholdAsked
    lines: tuple[ThresholdFound, ...]
    map: ThresholdMap | None


def effort_of(asked: ThresholdAsked, *, is_map: bool = False) -> Effort:
    """Return what is spent on a threshold where nothing else is asked for."""
    if asked.is_closed_form:
        return CLOSED_MAP if is_map else CLOSED_LINE
    return MAP if is_map else LINE


def find_thresholds(
    study: Study, asked: ThresholdAsked, *, line: Effort | None = None, plane: Effort | None = None
) -> ThresholdAnswer:
    """Return where something holds: in each number alone, and in both where there are two.

    Raises
    ------
    ConfigError
        A number, quantity, outcome or scenario is not one of the case, or a number is held fixed.
    ParameterError
        A value in the range means nothing.
    """
    line, plane = line or effort_of(asked), plane or effort_of(asked, is_map=True)
    moved = moved_of(study, asked, line.n_points)
    check_outcome(study, asked)
    lines = tuple(_line(study, _alone(asked, item), item, line) for item in moved)
    return ThresholdAnswer(
        asked, lines, _plane(study, asked, moved, plane) if len(moved) == 2 else None
    )


def _alone(asked: ThresholdAsked, moved: Moved) -> ThresholdAsked:
    key = "numbers" if moved.name in asked.numbers else "held"
    ends = (float(moved.values[0]), float(moved.values[-1]))
    empty = {"numbers": (), "held": ()}
    return asked.model_copy(update={**empty, key: (moved.name,), "between": (ends,)})


def _line(study: Study, asked: ThresholdAsked, moved: Moved, effort: Effort) -> ThresholdFound:
    from comity.judge.threshold import find_threshold, values_closer

    central, draws = _both(study, asked, (moved,), effort)
    values, closer = values_closer(asked, moved, central), None
    if values.size:
        between = replace(moved, values=values)
        closer = values, _central(study, asked, between, effort)
    return find_threshold(
        asked, moved, central, draws, closer=closer,
        n_worlds=effort.n_worlds, n_draw_worlds=effort.n_draw_worlds,
    )  # fmt: skip


def _plane(
    study: Study, asked: ThresholdAsked, moved: tuple[Moved, ...], effort: Effort
) -> ThresholdMap:
    from comity.judge.threshold import find_map

    first, second = (
        replace(item, values=np.linspace(item.values[0], item.values[-1], effort.n_points))
        for item in moved
    )
    central, draws = _both(study, asked, (first, second), effort)
    return find_map(
        asked, (first, second), central, draws,
        n_worlds=effort.n_worlds, n_draw_worlds=effort.n_draw_worlds,
    )  # fmt: skip


def _both(
    study: Study, asked: ThresholdAsked, moved: tuple[Moved, ...], effort: Effort
) -> tuple[GridAnswers, GridAnswers]:
    """Return the answers with other numbers central and drawn."""

    def compute() -> tuple[GridAnswers, GridAnswers]:
        return (
            central_answers(study, asked, moved, effort),
            draw_answers(study, asked, moved, effort),
        )

    return _kept(study, asked, moved, effort, compute)


def _central(study: Study, asked: ThresholdAsked, moved: Moved, effort: Effort) -> GridAnswers:
    """Return the answers at more values with other numbers central."""

    def compute() -> GridAnswers:
        return central_answers(study, asked, (moved,), effort)

    return _kept(study, asked, (moved,), replace(effort, n_draws=0), compute)


def _kept(
    study: Study,
    asked: ThresholdAsked,
    moved: tuple[Moved, ...],
    effort: Effort,
    compute: Callable[[], Any],
) -> Any:
    """Return answers, kept from before where all they read is the same."""
    scenarios = [study.scenario(name) for name in (asked.scenario, asked.against) if name]
    values = [item.values.tolist() for item in moved]
    # Its words and its level do not change what is asked of the futures.
    same = asked.model_copy(update={"words": "", "level": 0.0, "side": "above", "between": ()})
    reads = [*study.simulation_reads(), same, scenarios, values, str(effort)]
    rooms = ("record", "measure", "simulate")
    return study.step(f"threshold in {' and '.join(asked.moved)}", rooms, reads, compute)


def check_outcome(study: Study, asked: ThresholdAsked) -> None:
    """Refuse an outcome that the case does not have."""
    if asked.outcome and study.case.outcome(asked.outcome) is None:
        known = [item.id for item in study.case.outcomes]
        raise ConfigError(
            f'outcome: must be one of the case; found "{asked.outcome}". '
            f"{nearest_match(asked.outcome, known)}".rstrip()
        )


def moved_of(study: Study, asked: ThresholdAsked, n_points: int) -> tuple[Moved, ...]:
    """Return what moves, over which values.

    Raises
    ------
    ConfigError
        A name is no judged number or no quantity that can be held, or the number is held fixed.
    """
    if n_points < 2:
        raise ConfigError(
            f"--points: a threshold lies between two values at least; found {n_points}."
        )
    ends = asked.between or (None,) * len(asked.moved)
    return tuple(
        _judged(study, name, span, n_points)
        if name in asked.numbers
        else _held(asked, name, span, n_points)
        for name, span in zip(asked.moved, ends, strict=True)
    )


def _judged(study: Study, name: str, span: tuple[float, float] | None, n_points: int) -> Moved:
    numbers = study.parameters
    if name not in numbers:
        also = " It can be held in a scenario: name it with --held." * (
            name.partition(".")[0] in CLAMPABLE
        )
        raise ConfigError(
            f'--number: must be a judged number of the case; found "{name}". '
            f"{nearest_match(name, numbers)}{also}".rstrip()
        )
    number = numbers[name]
    if number.is_fixed and span is None:
        raise ConfigError(
            f"--number: {name} is held fixed at {number.central:g} and has no range. Give --low "
            "and --high to move it all the same."
        )
    low, high = span or (float(number.quantile(p)) for p in (TAIL, 1 - TAIL))
    _check_span(name, (low, high), *SCALES[number.scale])
    judged = (number.low, number.central, number.high)
    values = np.linspace(low, high, n_points)
    return Moved(name, number.meaning, number.unit, judged, values)


def _check_span(name: str, span: tuple[float, float], low: float, high: float) -> None:
    """Refuse a range in which a number means nothing."""
    if low <= span[0] and span[1] <= high:
        return
    must = f"lies from {low:g} to {high:g}" if math.isfinite(high) else f"is {low:g} or more"
    raise ConfigError(
        f"--low, --high: {name} {must}; found {span[0]:g} to {span[1]:g}. Choose a range within."
    )


def _held(
    asked: ThresholdAsked, name: str, span: tuple[float, float] | None, n_points: int
) -> Moved:
    process = name.partition(".")[0]
    quantity = QUANTITIES.get(process)
    scales = tuple(key for key in CLAMPABLE if is_on_a_scale(key))
    known = HELD_IN_CLOSED_FORM if asked.is_closed_form else scales
    if quantity is None or process not in known:
        raise ConfigError(
            f'--held: must be a quantity on a scale that can be held here; found "{name}". '
            f"{nearest_match(process, known)}".rstrip()
        )
    low, high = span or (SHARES if process == "relation" else (quantity.low, quantity.high))
    ends = (0.0, 1.0) if process == "relation" else (quantity.low, quantity.high)
    _check_span(name, (low, high), *ends)
    return Moved(name, quantity.words, "", (), np.linspace(low, high, n_points))

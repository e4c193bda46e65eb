"""The thresholds of a claim: what is moved, from where to where, and what is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from comity.core.claims import Claim
from comity.core.errors import ConfigError, nearest_match
from comity.core.quantities import CLAMPABLE, QUANTITIES
from comity.core.thresholds import GridAnswers, Moved, ThresholdAsked, ThresholdFound, ThresholdMap
from comity.study.threshold_answers import Effort, central_answers, draw_answers

if TYPE_CHECKING:
    from comity.study.study import Study

LINE = Effort(n_points=13, n_draws=48, n_worlds=4000, n_draw_worlds=400)
MAP = Effort(n_points=9, n_draws=24, n_worlds=1600, n_draw_worlds=200)
CLOSED_LINE = Effort(n_points=101, n_draws=500, n_worlds=0, n_draw_worlds=0)
CLOSED_MAP = Effort(n_points=21, n_draws=200, n_worlds=0, n_draw_worlds=0)
"""What is spent where nothing else is asked for: a line in one number, a map in two."""

TAIL = 0.01
"""Outer quantile of a judged number at which its range ends unless another is given."""
HALF = 0.5
SHARES = (0.05, 0.95)
"""Range of a relation that is held, as a share of cooperative acts."""
HELD_IN_CLOSED_FORM = ("tension", "pressure", "fear", "commitment", "density")


@dataclass(frozen=True)
class ThresholdAnswer:
    """One threshold that a claim asks about: in each number alone, and in two together."""

    asked: ThresholdAsked
    lines: tuple[ThresholdFound, ...]
    map: ThresholdMap | None


def claim_of(study: Study, number: int) -> Claim:
    """Return a claim by its number.

    Raises
    ------
    ConfigError
        The case has no such claim.
    """
    for claim in study.case.claims:
        if claim.number == number:
            return claim
    numbers = [claim.number for claim in study.case.claims]
    span = f"{min(numbers)} to {max(numbers)}" if numbers else "none"
    hint = nearest_match(str(number), map(str, numbers))
    raise ConfigError(
        f"claim: must be the number of a claim of {study.case.id}, {span}; found {number}. "
        f"{hint}".rstrip()
    )


def asked_of(study: Study, claim: Claim) -> tuple[ThresholdAsked, ...]:
    """Return the thresholds that a claim asks about.

    Raises
    ------
    ConfigError
        It asks about none.
    """
    if claim.thresholds:
        return claim.thresholds
    known = [str(item.number) for item in study.case.claims if item.thresholds]
    others = f"Claims that do: {', '.join(known)}." if known else "No claim of the case does."
    can = "; or name a number with --number" if claim.simulation is not None else ""
    raise ConfigError(
        f"claim {claim.number} asks about no threshold. {others} Add [[claim.thresholds]] to "
        f"claims.toml{can}."
    )


def moved_instead(
    study: Study,
    claim: Claim,
    *,
    numbers: Sequence[str] = (),
    held: Sequence[str] = (),
    low: Sequence[float] = (),
    high: Sequence[float] = (),
    level: float | None = None,
) -> tuple[ThresholdAsked, ...]:
    """Return what a claim asks about with other numbers moved, in other ranges, at another level.

    A claim that asks about no threshold lends its simulation estimand: where its chance passes one
    half, or its difference zero.

    Raises
    ------
    ConfigError
        More than two numbers are named, the ends of ranges do not fit them, or a level is none.
    """
    names = [*numbers, *held]
    if len(names) > 2:
        raise ConfigError(
            f"--number, --held: one or two together; found {len(names)}: {', '.join(names)}."
        )
    if names and not claim.thresholds and claim.simulation is not None:
        every = (_of_estimand(claim, numbers, held),)
    else:
        every = asked_of(study, claim)
    return tuple(_changed(asked, numbers, held, low, high, level) for asked in every)


def _of_estimand(claim: Claim, numbers: Sequence[str], held: Sequence[str]) -> ThresholdAsked:
    asked = claim.simulation
    assert asked is not None
    is_chance = asked.statistic == "probability"
    than = "the chance is above one half" if is_chance else "the difference is above zero"
    side = "below" if asked.expect == "lower" else "above"
    return ThresholdAsked(
        words=than.replace("above", side), asks="chance" if is_chance else "difference",
        side=side, level=HALF if is_chance else 0.0, numbers=tuple(numbers), held=tuple(held),
        outcome=asked.outcome, scenario=asked.scenario, against=asked.against,
    )  # fmt: skip


def _changed(
    asked: ThresholdAsked,
    numbers: Sequence[str],
    held: Sequence[str],
    low: Sequence[float],
    high: Sequence[float],
    level: float | None,
) -> ThresholdAsked:
    changes = asked.model_dump()
    if numbers or held:
        changes |= {"numbers": tuple(numbers), "held": tuple(held), "between": ()}
    if low or high:
        n = len(changes["numbers"]) + len(changes["held"])
        if len(low) != n or len(high) != n:
            raise ConfigError(
                f"--low, --high: one of each for every number that moves, {n}; found {len(low)} "
                f"and {len(high)}. Name the numbers with --number or --held."
            )
        changes["between"] = tuple(zip(low, high, strict=True))
    if level is not None:
        changes["level"] = level
    try:
        return ThresholdAsked.model_validate(changes)
    except ValidationError as error:
        words = "; ".join(item["msg"].removeprefix("Value error, ") for item in error.errors())
        raise ConfigError(f"thresholds: {words}.") from None


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
    line = line or (CLOSED_LINE if asked.is_closed_form else LINE)
    plane = plane or (CLOSED_MAP if asked.is_closed_form else MAP)
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
    from comity.judge.threshold import find_threshold

    central, draws = _both(study, asked, (moved,), effort)
    return find_threshold(
        asked, moved, central, draws,
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
    """Return the answers with other numbers central and drawn, kept from before where possible."""

    def compute() -> tuple[GridAnswers, GridAnswers]:
        return (
            central_answers(study, asked, moved, effort),
            draw_answers(study, asked, moved, effort),
        )

    scenarios = [study.scenario(name) for name in (asked.scenario, asked.against) if name]
    values = [item.values.tolist() for item in moved]
    reads = [*study._simulation_reads(), asked, scenarios, values, str(effort)]
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
    judged = (number.low, number.central, number.high)
    values = np.linspace(low, high, n_points)
    return Moved(name, number.meaning, number.unit, judged, values)


def _held(
    asked: ThresholdAsked, name: str, span: tuple[float, float] | None, n_points: int
) -> Moved:
    process = name.partition(".")[0]
    quantity = QUANTITIES.get(process)
    known = HELD_IN_CLOSED_FORM if asked.is_closed_form else tuple(
        key for key in CLAMPABLE
        if not QUANTITIES[key].is_whole and not QUANTITIES[key].is_act and key != "agreement"
    )  # fmt: skip
    if quantity is None or process not in known:
        raise ConfigError(
            f'--held: must be a quantity on a scale that can be held here; found "{name}". '
            f"{nearest_match(process, known)}".rstrip()
        )
    low, high = span or (SHARES if process == "relation" else (quantity.low, quantity.high))
    return Moved(name, quantity.words, "", (), np.linspace(low, high, n_points))

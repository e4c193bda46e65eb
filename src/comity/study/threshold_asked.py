"""What a claim's thresholds ask, as its case says or with other numbers moved instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from comity.core.claims import Claim
from comity.core.errors import ConfigError, nearest_match
from comity.core.thresholds import ThresholdAsked

if TYPE_CHECKING:
    from comity.study.study import Study

HALF = 0.5


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

    Of several thresholds of a claim only those count that move one of the names anyhow, or all
    where none does. A claim that asks about no threshold lends its simulation estimand: where its
    chance passes one half, or its difference zero.

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
        every = tuple(one for one in every if set(names) & set(one.moved)) or every
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

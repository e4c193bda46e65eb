"""What the futures say of a claim, beside the null simulator and the judged numbers it rests on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from comity.core.claims import Claim, Direction, SimulationEstimand
from comity.core.ensemble import Contrast, Ensemble, OutcomeContrast, OutcomeEstimate
from comity.core.errors import ConfigError, nearest_match
from comity.core.wording import (
    counted,
    difference_interval,
    frequency,
    frequency_difference,
    frequency_interval,
)
from comity.judge.lines import NEGLIGIBLE_CHANCE, RESOLVED_SE
from comity.judge.reading import ModelLeaning, ModelReading, quoted

Estimate = TypeVar("Estimate", OutcomeEstimate, OutcomeContrast)


@dataclass(frozen=True)
class Futures:
    """Where futures come from. ``titles`` names scenarios; an id without one names itself."""

    titles: Mapping[str, str]
    ensemble: Callable[[str], Ensemble]
    null: Callable[[], Ensemble]
    contrast: Callable[[str, str], Contrast]


def read_simulation(claim: Claim, futures: Futures) -> ModelReading:
    """Return what the model says of a claim; silent or missing where it cannot speak."""
    if claim.simulation is not None:
        return read_futures(claim, claim.simulation, futures)
    if claim.missing_mechanism:
        return ModelReading(
            "missing",
            f"The model has no such mechanism yet: {quoted(claim.missing_mechanism)}.",
        )
    if not claim.no_simulation_reason:
        return ModelReading("silent", "")
    return ModelReading("silent", f"The model is not asked: {quoted(claim.no_simulation_reason)}.")


def read_futures(claim: Claim, asked: SimulationEstimand, futures: Futures) -> ModelReading:
    """Return what the model says of one simulation estimand of a claim."""
    if asked.statistic == "probability":
        return _probability(claim, asked, futures.ensemble(asked.scenario), futures.null())
    named = [quoted(futures.titles.get(name, name)) for name in (asked.scenario, asked.against)]
    return _difference(claim, asked, futures.contrast(asked.scenario, asked.against), named)


def _probability(
    claim: Claim, asked: SimulationEstimand, futures: Ensemble, null: Ensemble
) -> ModelReading:
    found = _estimate(claim, asked.outcome, futures.outcomes)
    base = next((item for item in null.outcomes if item.outcome.id == asked.outcome), None)
    se = found.monte_carlo_se
    sentence = (
        f"Under {quoted(futures.title or futures.scenario)}, {quoted(found.outcome.words)} in "
        f"{counted(found.probability, se, 'futures')} (80% interval over the judged numbers "
        f"{frequency_interval(found.low, found.high, se)})"
    )
    numbers = [
        ("probability", found.probability),
        ("low", found.low),
        ("high", found.high),
        ("monte_carlo_se", se),
    ]
    leaning: ModelLeaning = "unclear"
    if base is None:
        sentence += "."
    else:
        gain = found.probability - base.probability
        gain_se = math.hypot(se, base.monte_carlo_se)
        told_apart = abs(gain) > max(NEGLIGIBLE_CHANCE, RESOLVED_SE * gain_se)
        sentence += (
            f"; the null simulator, in which relations walk at random and no driver moves them, "
            f"gives {frequency(base.probability, base.monte_carlo_se)}"
        )
        nothing = ", so that what moves relations in the model adds nothing to it here."
        sentence += "." if told_apart else nothing
        numbers += [("null_probability", base.probability), ("null_se", base.monte_carlo_se)]
        leaning = _of_sign(math.copysign(1, gain) if told_apart else 0, asked.expect)
    return ModelReading(leaning, sentence + _rests(asked), asked.rests_on, tuple(numbers))


def _difference(
    claim: Claim, asked: SimulationEstimand, paired: Contrast, named: list[str]
) -> ModelReading:
    found = _estimate(claim, asked.outcome, paired.outcomes)
    se = found.monte_carlo_se
    sentence = (
        f"Under {named[0]}, {quoted(found.outcome.words)} in "
        f"{counted(found.probability, se, 'futures')}, against "
        f"{frequency(found.against_probability, se)} under {named[1]}: "
        f"{frequency_difference(found.difference, se)} (80% interval over the judged numbers "
        f"{difference_interval(found.low, found.high, se)}; Monte Carlo standard error "
        f"{100 * se:.1g} in 100)."
    )
    numbers = (
        ("probability", found.probability),
        ("against_probability", found.against_probability),
        ("difference", found.difference),
        ("low", found.low),
        ("high", found.high),
        ("monte_carlo_se", se),
    )
    return ModelReading(
        difference_leaning(found, asked.expect),
        sentence + _rests(asked),
        asked.rests_on,
        numbers,
    )


def difference_leaning(found: OutcomeContrast, expect: Direction) -> ModelLeaning:
    """Return which way a difference of two scenarios leans, seen from the direction expected."""
    if found.low < -NEGLIGIBLE_CHANCE and found.high > NEGLIGIBLE_CHANCE:
        return "flips"
    small = max(abs(found.low), abs(found.high)) <= NEGLIGIBLE_CHANCE
    if expect == "none" and small:
        return "for"
    resolved = abs(found.difference) > RESOLVED_SE * found.monte_carlo_se
    if not resolved or found.low <= 0 <= found.high:
        return "unclear"
    return _of_sign(math.copysign(1, found.difference), expect)


def _of_sign(sign: float, expect: Direction) -> ModelLeaning:
    if sign == 0:
        return "for" if expect == "none" else "unclear"
    if expect in ("different", "none"):
        return "for" if expect == "different" else "against"
    return "for" if (sign > 0) == (expect == "higher") else "against"


def _rests(asked: SimulationEstimand) -> str:
    if not asked.rests_on:
        return " Every number behind it is judged."
    return f" It rests on judged numbers: {', '.join(asked.rests_on)}."


def _estimate(claim: Claim, outcome: str, found: Iterable[Estimate]) -> Estimate:
    by_id = {item.outcome.id: item for item in found}
    if outcome not in by_id:
        raise ConfigError(
            f'claims.toml, claim {claim.number}, column "simulation.outcome": must be an outcome '
            f'of the case; found "{outcome}". {nearest_match(outcome, by_id)}'.rstrip()
        )
    return by_id[outcome]

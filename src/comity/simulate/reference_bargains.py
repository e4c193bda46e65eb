"""Bargaining with the hub in the reference: what spokes concede, alone or together.

Section 8 of ``docs/theory/simulation.md``. One table is solved by bisection on the one multiplier
of its efficient points, never by a closed form.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scipy.optimize import brentq

from comity.core.months import calendar_month
from comity.simulate.reference_world import Issue, World, chance, clipped, logistic, mean

ROUND_MONTHS = (3, 6, 9, 12)
QUARTER = 3
NASH, RAIFFA = 0, 3  # first and last of the solutions
TOLERANCE = 1e-14


@dataclass(frozen=True)
class Table:
    """One table: gains of the hub, costs of the other side, its loss, the hub's outside option."""

    gains: tuple[float, ...]
    costs: tuple[float, ...]
    loss: float
    outside: float

    def concessions(self, multiplier: float) -> list[float]:
        """Return the efficient concessions at a multiplier."""
        return [
            min(1.0, multiplier * gain / cost)
            for gain, cost in zip(self.gains, self.costs, strict=True)
        ]

    def hub(self, multiplier: float) -> float:
        """Return what the hub has beyond its outside option."""
        conceded = self.concessions(multiplier)
        return sum(h * y for h, y in zip(self.gains, conceded, strict=True)) - self.outside

    def spokes(self, multiplier: float) -> float:
        """Return what the other side has beyond the loss without a deal."""
        conceded = self.concessions(multiplier)
        return self.loss - sum(s * y * y for s, y in zip(self.costs, conceded, strict=True)) / 2

    @property
    def everything(self) -> float:
        """The multiplier from which on everything is conceded."""
        ratios = [s / h for h, s in zip(self.gains, self.costs, strict=True) if h > 0]
        return max(ratios, default=0.0)


def solve(table: Table, concept: int, power: float) -> list[float] | None:
    """Return the concessions that a table agrees on; None without a possible deal."""
    end = table.everything
    # The most that the other side can be asked for, and the least that the hub takes
    most = _root(table.spokes, 0.0, end) if table.spokes(end) < 0 else end
    if table.hub(most) < 0:
        return None
    least = _root(table.hub, 0.0, most) if table.hub(0.0) < 0 else 0.0
    match concept:
        case 0:
            return table.concessions(_nash(table, least, most, power))
        case 1:
            return table.concessions(_kalai_smorodinsky(table, least, most))
        case 2:
            return table.concessions(_shapley(table, least, most, power))
        case _:
            return table.concessions(_raiffa(table, least, most))


def _root(f: Callable[[float], float], low: float, high: float) -> float:
    """Return where a monotone function is 0; the nearer end where it has one sign."""
    at_low, at_high = f(low), f(high)
    if at_low == 0 or low == high or at_low * at_high > 0:
        return low if abs(at_low) <= abs(at_high) else high
    found: Any = brentq(f, low, high, xtol=1e-300, maxiter=500)  # to a few last digits
    return float(found)


def _nash(table: Table, least: float, most: float, power: float) -> float:
    def slope(m: float) -> float:
        return (1 - power) * m * table.hub(m) - power * table.spokes(m)

    return _root(slope, least, most)


def _kalai_smorodinsky(table: Table, least: float, most: float) -> float:
    best_hub, best_spokes = table.hub(most), table.spokes(least)
    return _root(lambda m: best_spokes * table.hub(m) - best_hub * table.spokes(m), least, most)


def _shapley(table: Table, least: float, most: float, power: float) -> float:
    """Return where both sides' gains over no deal stand as power to the rest of it."""
    return _root(lambda m: (1 - power) * table.hub(m) - power * table.spokes(m), least, most)


def _raiffa(table: Table, least: float, most: float) -> float:
    """Return where both end who again and again grant each other half of what is left."""
    hub = spokes = 0.0  # what both are sure of so far
    for _ in range(200):
        if most - least <= TOLERANCE * most:
            break
        hub, spokes = (hub + table.hub(most)) / 2, (spokes + table.spokes(least)) / 2
        low = _reach(table.hub, hub, least, most) if table.hub(least) < hub else least
        high = _reach(table.spokes, spokes, least, most) if table.spokes(most) < spokes else most
        if high <= low:
            least = most = (low + high) / 2
            break
        least, most = low, high
    return (least + most) / 2


def _reach(f: Callable[[float], float], level: float, low: float, high: float) -> float:
    return _root(lambda m: f(m) - level, low, high)


@dataclass
class Answer:
    """What each spoke concedes of one demand and what it keeps, alone (1) or together (2)."""

    loss: dict[str, float]
    alone: dict[str, float]
    alone_surplus: dict[str, float]
    together: dict[str, float]
    together_surplus: dict[str, float]


# Section 8


def bargain(world: World, lead: int) -> None:
    """Hold a round in the last month of a quarter; levers act on coordination every month."""
    is_round = calendar_month(world.start_month + lead) in ROUND_MONTHS
    is_round = is_round and bool(world.issues) and bool(world.spokes)
    answers: dict[str, Answer] = {}
    if is_round:
        weights = hub_weights(world)
        for issue in world.issues.values():
            answers[issue.id] = answer(world, issue, weights[issue.id])
            coordinate(world, issue, answers[issue.id], weights[issue.id], lead)
    for issue in world.issues.values():
        held = world.levers.moved("coordination", issue.id, float(issue.is_coordinated))
        issue.is_coordinated = held >= 0.5
    if is_round:
        for state in world.spokes:
            _ratify(world, state, answers, lead)


def hub_weights(world: World) -> dict[str, float]:
    """Return each demand's share in all that the hub has at stake."""
    stakes = {name: world.numbers[f"demands.{name}.hub_stake"] for name in world.issues}
    return {name: stake / sum(stakes.values()) for name, stake in stakes.items()}


def answer(world: World, issue: Issue, weight: float) -> Answer:
    """Return the terms of a demand, alone and together."""
    number = world.numbers
    gain = number[f"demands.{issue.id}.hub_stake"]
    substitutability = number[f"demands.{issue.id}.substitutability"]
    concept = math.floor(clipped(number["bargain.concept"] + 0.5, NASH, RAIFFA))
    power = number["bargain.power"]
    costs = {state: _cost(world, issue, state) for state in world.spokes}
    squeeze = {state: gain**2 / cost for state, cost in costs.items()}
    loss = {
        state: weight
        * (
            number["bargain.harm"] * world.pressure[state]
            + number["bargain.security_value"] * spoke.fear
        )
        for state, spoke in world.spokes.items()
    }
    found = Answer(loss, {}, {}, {}, {})
    for state, cost in costs.items():
        others = sum(value for other, value in squeeze.items() if other != state)
        outside = -weight * number["bargain.breakdown_loss"] + substitutability * others
        agreed = solve(Table((gain,), (cost,), loss[state], outside), concept, power)
        found.alone[state] = agreed[0] if agreed else 0.0
        kept = loss[state] - cost * found.alone[state] ** 2 / 2
        found.alone_surplus[state] = kept if agreed else 0.0
    n = len(costs)
    outside = -weight * (n * number["bargain.breakdown_loss"] + number["bargain.joint_loss"])
    table = Table((gain,) * n, tuple(costs.values()), sum(loss.values()), outside)
    agreed = solve(table, concept, power)
    for position, (state, cost) in enumerate(costs.items()):
        found.together[state] = agreed[position] if agreed else 0.0
        kept = loss[state] - cost * found.together[state] ** 2 / 2
        found.together_surplus[state] = kept if agreed else 0.0
    return found


def _cost(world: World, issue: Issue, state: str) -> float:
    number = world.numbers
    constraint = number["bargain.constraint_effect"] * number[f"demands.{issue.id}.constraint"]
    factor = number.get(f"bargain.cost_factor.{state}", 1.0)
    return number[f"demands.{issue.id}.spoke_stake"] * (1 + constraint) * factor


def coordination_cost(world: World) -> float:
    """Return what answering together costs spokes that stand badly and hardly talk."""
    return world.numbers["coordination.cost"] * mean(
        (1 - pair.density) * logistic(-pair.relation) for pair in world.spoke_pairs()
    )


def coordinate(world: World, issue: Issue, terms: Answer, weight: float, lead: int) -> None:
    """Let coordination on a demand begin or end, levers apart."""
    number = world.numbers
    gain = min(
        (terms.together_surplus[state] - terms.alone_surplus[state]) / weight
        for state in world.spokes
    ) - coordination_cost(world)
    u = world.uniform(f"coordination/{issue.id}/change", lead)
    push = number["coordination.gain_effect"] * gain
    if issue.is_coordinated:
        ends = chance(QUARTER * number["coordination.end_rate"] * math.exp(-push))
        defection = any(defects(world, issue, terms, weight, state) for state in world.spokes)
        issue.is_coordinated = not (defection or u < ends)
    elif gain > 0:
        begins = chance(QUARTER * number["coordination.start_rate"] * math.exp(push))
        issue.is_coordinated = u < begins


def defects(world: World, issue: Issue, terms: Answer, weight: float, state: str) -> bool:
    """Return whether what the hub offers for splitting is worth more than what it breaks."""
    number = world.numbers
    stay = terms.together_surplus[state] / weight - coordination_cost(world)
    alone = terms.alone_surplus[state] / weight
    won = number[f"demands.{issue.id}.hub_stake"] * sum(
        terms.alone[other] - terms.together[other] for other in world.spokes
    )
    tempted = alone + number["coordination.wedge_share"] * max(0.0, won) / weight
    return tempted > stay and number["coordination.patience"] * (tempted - alone) < tempted - stay


def _ratify(world: World, state: str, answers: dict[str, Answer], lead: int) -> None:
    """Let a spoke take the terms on the table, or break with the hub."""
    number, spoke = world.numbers, world.spokes[state]
    terms: dict[str, float] = {}
    surplus = at_stake = 0.0
    for name, found in answers.items():
        together = world.issues[name].is_coordinated
        terms[name] = (found.together if together else found.alone)[state]
        surplus += (found.together_surplus if together else found.alone_surplus)[state]
        at_stake += found.loss[state]
    ratio = surplus / at_stake if at_stake else 0.0
    passes = logistic(number["bargain.ratification_effect"] * ratio)
    if world.uniform(f"bargain/{state}/ratify", lead) < passes:
        spoke.concession = terms
    elif world.hub and world.hub != state:
        pair = world.pair(world.hub, state)
        pair.impulse += number["relation.impulse_breakdown"]
        pair.is_ruptured = True

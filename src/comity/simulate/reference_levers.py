"""What a scenario holds or moves in the reference, future by future and month by month.

Section 0 of ``docs/theory/simulation.md``.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.core.case import Case
from comity.core.conditions import Clause, parse_condition
from comity.core.scenarios import Clamp, Scenario

if TYPE_CHECKING:
    from comity.simulate.reference_world import World

ACTS = ("coalition", "flare", "summit")
OF_PAIRS = ("mediation", "density", "relation", "summit", "load")
RANGES = {
    "posture": (-1.0, 1.0),
    "tension": (0.0, 2.0),
    "stage": (0.0, 4.0),
    "relation": (-12.0, 12.0),
}
COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass
class Lever:
    """One lever of the scenario in one future."""

    quantity: str
    entity: str
    value: float | str  # a relation in logits
    change: str = "set"
    first: int = 1
    last: int = 600
    clauses: tuple[Clause, ...] = ()
    chance: float = 1.0
    stream: str = ""
    has_happened: bool = False  # an act happens once
    acts: bool = False  # this month


@dataclass
class Levers:
    """The levers of one future, in the scenario's order."""

    items: list[Lever]

    def look(self, world: World, lead: int) -> None:
        """Find which levers act this month, on the state that the month before left."""
        for lever in self.items:
            lever.acts = (
                lever.first <= lead <= lever.last
                and all(holds(world, clause) for clause in lever.clauses)
                and (lever.chance >= 1 or world.uniform(lever.stream, 1) < lever.chance)
                and not lever.has_happened
            )
            lever.has_happened = lever.has_happened or (lever.acts and lever.quantity in ACTS)

    def held(self, quantity: str, entity: str) -> float | str | None:
        """Return what the last acting lever sets the quantity to, if one does."""
        values = [item.value for item in self._acting(quantity, entity) if item.change == "set"]
        return values[-1] if values else None

    def moved(self, quantity: str, entity: str, value: float) -> float:
        """Return what the levers make of the value that the model gives a quantity."""
        held = self.held(quantity, entity)
        if held is not None:
            return float(held)
        acting = self._acting(quantity, entity)
        if not acting:
            return value
        scale, add = 1.0, 0.0
        for lever in acting:
            if lever.change == "scale":
                scale *= float(lever.value)
            else:
                add += float(lever.value)
        low, high = RANGES.get(quantity, (0.0, 1.0))
        return min(high, max(low, value * scale + add))

    def _acting(self, quantity: str, entity: str) -> list[Lever]:
        return [
            item
            for item in self.items
            if item.acts and (item.quantity, item.entity) == (quantity, entity)
        ]


def levers_of(case: Case, scenario: Scenario, n_months: int) -> Levers:
    """Return the levers of a scenario, none of which has acted yet."""
    levers: list[Lever] = []
    for clamp in scenario.clamps:
        quantity, entity = clamp.process, entity_of(clamp.process, clamp.entity)
        first, last = clamp.leads(case.last_month, n_months)
        stream = ""
        if clamp.chance < 1:
            name = f"scenario/{quantity}.{entity}/chance-"
            stream = f"{name}{1 + sum(item.stream.startswith(name) for item in levers)}"
        if quantity in ACTS and not clamp.while_:
            has_begun = clamp.start_month is not None and clamp.start_month <= case.last_month
            last = 0 if has_begun else min(first, last)
        levers.append(
            Lever(
                quantity=quantity,
                entity=entity,
                value=_lever_value(clamp),
                change=clamp.change,
                first=first,
                last=last,
                clauses=parse_condition(clamp.while_),
                chance=clamp.chance,
                stream=stream,
            )
        )
    return Levers(levers)


def entity_of(quantity: str, entity: str) -> str:
    """Return the entity of a quantity, a pair with its codes sorted."""
    return "-".join(sorted(entity.split("-"))) if quantity in OF_PAIRS else entity


def _lever_value(clamp: Clamp) -> float | str:
    if clamp.process == "relation" and clamp.change == "set":
        return _logit(float(clamp.value))
    return clamp.value


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def holds(world: World, clause: Clause) -> bool:
    """Return whether a clause holds on the state as it stands."""
    found = asked(world, clause.quantity, entity_of(clause.quantity, clause.entity))
    wanted: float | str = clause.value
    if not isinstance(found, str):
        wanted = clause.number
        if clause.quantity == "relation":
            wanted = _logit(wanted)
    return bool(COMPARE[clause.relation](found, wanted))


def asked(world: World, quantity: str, entity: str) -> float | str:
    """Return a quantity as a condition sees it; a relation in logits."""
    match quantity:
        case "mediation" | "density" | "relation":
            return getattr(world.pairs[entity], quantity)
        case "summit":
            return float(world.pairs[entity].has_met)
        case "load":
            return world.dispute_load(entity)
        case "dispute":
            return next(item.severity for item in world.dockets if item.id == entity)
        case "pressure" | "threat":
            return getattr(world, quantity)[entity]
        case "posture" | "tension" | "public_good":
            return getattr(world, quantity)
        case "commitment" | "fear":
            return getattr(world.spokes[entity], quantity)
        case "alignment_security" | "alignment_economy":
            return world.spokes[entity].alignment[quantity.removeprefix("alignment_")]
        case "stage" | "talks":
            return getattr(world.tracks[entity], quantity)
        case "coordination":
            return float(world.issues[entity].is_coordinated)
        case "coalition":
            return world.offices[entity].coalition
        case "agreement":
            return next(item.status for item in world.pacts if item.id == entity)
        case _:
            raise KeyError(quantity)

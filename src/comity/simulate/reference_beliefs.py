"""What allies believe about each other in the reference, and the meetings that tell them.

Sections 2 and 6 of ``docs/theory/simulation.md``.
"""

from __future__ import annotations

import math
from itertools import permutations

from comity.simulate.reference_world import Belief, World, chance, logistic, mean

MEETINGS_KEPT = 11 / 12

# Section 2


def reset_beliefs(world: World) -> None:
    """Make allies less sure of a new government, and fall back on what its party is known for."""
    number = world.numbers
    for (believer, about), belief in world.beliefs.items():
        office = world.offices[about]
        if not office.changed:
            continue
        size = "support" if office.support_changed else "leader"
        doubt = number[f"belief.reset_{size}"] * (
            1 - number["belief.understanding"] * world.pair(believer, about).density
        )
        belief.variance += doubt
        belief.mean += min(doubt, 1.0) * (party_prior(world, about, believer) - belief.mean)


def party_prior(world: World, state: str, toward: str) -> float:
    """Return what the party in office is known for toward another state."""
    component = world.component(state, toward)
    coalition = world.offices[state].coalition
    return world.numbers.get(f"coalitions.{state}.{coalition}.{component}", 0.0)


# Section 6


def signal(world: World, lead: int) -> None:
    """Let allies meet, new governments travel, and everybody learn from it."""
    meet(world, lead)
    visited = first_visits(world, lead)
    for (believer, about), belief in world.beliefs.items():
        _learn(world, believer, about, belief, (about, believer) in visited)


def usual_meetings(world: World, label: str) -> float:
    """Return how many meetings a month the pair has at its start."""
    return world.own("summit.rate", label)


def meet(world: World, lead: int) -> None:
    """Hold summits of pairs and of all allies together."""
    number = world.numbers
    together = world.uniform("summit/trilateral/held", lead) < chance(_trilateral(world))
    world.is_trilateral = together
    allied = world.allied_pairs()
    for label, pair in world.pairs.items():
        pair.has_met = world.levers.held("summit", label) is not None
        if pair in allied:
            warmth = math.tanh(pair.relation) - math.tanh(pair.start_relation)
            leaning = world.pair_orientation(pair) - pair.recorded_orientation
            hazard = usual_meetings(world, label) * math.exp(
                number["summit.relation_effect"] * warmth
                + number["summit.orientation_effect"] * leaning
                - number["summit.load_effect"] * world.dispute_load(label)
            )
            meets = world.uniform(f"summit/{label}/held", lead) < chance(hazard)
            pair.has_met = pair.has_met or meets or together
        if pair.has_met:
            pair.impulse += number["relation.impulse_summit"]
        pair.meetings = MEETINGS_KEPT * pair.meetings + float(pair.has_met)


def _trilateral(world: World) -> float:
    """Return the hazard that hub and spokes meet all together."""
    number, pairs = world.numbers, world.spoke_pairs()
    leaning = mean(world.pair_orientation(pair) for pair in pairs)
    leaning -= mean(pair.recorded_orientation for pair in pairs)
    load = max((world.dispute_load(pair.label) for pair in pairs), default=0.0)
    return number["trilateral.rate"] * math.exp(
        number["trilateral.posture_effect"] * (world.posture - world.start_posture)
        + number["trilateral.orientation_effect"] * leaning
        - number["trilateral.load_effect"] * load
    )


def first_visits(world: World, lead: int) -> set[tuple[str, str]]:
    """Return which new government visits which other spoke before the hub."""
    number = world.numbers
    visits: set[tuple[str, str]] = set()
    for visitor, host in permutations(world.with_role("spoke"), 2):
        if not world.offices[visitor].changed:
            continue
        going = logistic(
            number["visit.intercept"]
            + number["visit.orientation_effect"] * world.leaning(visitor, host)
            + number["visit.relation_effect"] * math.tanh(world.pair(visitor, host).relation)
        )
        goes = world.uniform(f"visit/{visitor}/{host}", lead) < going
        held = world.levers.held("first_visit", visitor)
        if goes if held is None else held:
            visits.add((visitor, host))
    return visits


def _learn(world: World, believer: str, about: str, belief: Belief, was_visited: bool) -> None:
    """Update a belief by what the other did this month, each signal with its precision."""
    number = world.numbers
    leaning = world.leaning(about, believer)
    heard = [(leaning, precision(world, number["signal.cost.statement"]))]
    if world.pair(believer, about).has_met:
        heard.append((leaning, precision(world, number["signal.cost.summit"])))
    if was_visited:
        heard.append((1.0, precision(world, number["signal.cost.visit"])))
    if (about, believer) in world.signals:
        heard.append((world.signals[about, believer], number["signal.precision_upheld"]))
    before = 1 / belief.variance
    after = before + sum(weight for _, weight in heard)
    total = before * belief.mean + sum(weight * value for value, weight in heard)
    belief.mean, belief.variance = total / after, 1 / after


def precision(world: World, cost: float) -> float:
    """Return how much a signal of this cost says: what costs nothing says nothing."""
    number = world.numbers
    return number["signal.precision_max"] * cost / (cost + number["signal.cost_reference"])

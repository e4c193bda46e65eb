"""Disputes in the reference: how they flare, who mediates, how they settle.

Sections 4 and 5 of ``docs/theory/simulation.md``.
"""

from __future__ import annotations

import math

from comity.core.months import calendar_month
from comity.simulate.reference_world import Docket, Pair, World, chance, logistic, poisson

MOST_SEVERE = 3

# Section 4


def flare_disputes(world: World, lead: int) -> None:
    """Let dockets flare."""
    number = world.numbers
    branching, memory = number["dispute.branching"], number["dispute.memory"]
    first = number["dispute.severity_1"]
    second = first + number["dispute.severity_2"]
    for docket in world.dockets:
        pair = world.pairs[docket.pair]
        docket.excitation = memory * docket.excitation + branching * (1 - memory) * docket.flares
        rate = docket.excitation + _base_rate(world, docket, lead)
        docket.flares = poisson(rate, world.uniform(f"dispute/{docket.id}/flare", lead))
        u = world.uniform(f"dispute/{docket.id}/severity", lead)
        docket.drawn_severity = 1 if u < first else 2 if u < second else 3
        held = world.levers.held("flare", docket.id)
        if held is not None:
            docket.flares, docket.drawn_severity = max(docket.flares, 1), int(float(held))
        if docket.flares > 0:
            docket.severity = max(docket.severity, docket.drawn_severity)
            docket.settled_by = 0.0
            pair.is_ruptured |= docket.drawn_severity == MOST_SEVERE


def _base_rate(world: World, docket: Docket, lead: int) -> float:
    """Return the rate of flares that no earlier flare has set off."""
    number, pair = world.numbers, world.pairs[docket.pair]
    month = calendar_month(world.start_month + lead)
    relapse = docket.settled_by * (1 - pair.mediation)  # of last month
    return (
        number[f"dispute.rate.{docket.id}"]
        * number.get(f"dispute.season.{month:02d}", 1.0)
        * math.exp(
            -number["dispute.orientation_effect"] * _leaning(world, pair)
            - number["dispute.density_effect"] * _density(world, pair)
            + number["mediator.relapse_effect"] * relapse
        )
    )


def _leaning(world: World, pair: Pair) -> float:
    return world.pair_orientation(pair) - pair.recorded_orientation


def _density(world: World, pair: Pair) -> float:
    return pair.density - world.numbers["agreement.reference_density"]


# Section 5


def mediate_and_settle(world: World, lead: int) -> None:
    """Let the hub mediate between spokes, and open dockets settle."""
    set_mediation(world, lead)
    settle_disputes(world, lead)


def set_mediation(world: World, lead: int) -> None:
    """Set this month's mediation of every pair."""
    spoke_pairs = world.spoke_pairs()
    burden = sum(
        world.dispute_load(pair.label)
        for pair in world.pairs.values()
        if world.hub in (pair.first, pair.second)
    )
    for label, pair in world.pairs.items():
        if pair in spoke_pairs:
            mediation = float(_mediates(world, label, burden, lead))
        else:
            mediation = world.own("mediation", label)
        pair.mediation = world.levers.moved("mediation", label, mediation)


def _mediates(world: World, label: str, burden: float, lead: int) -> bool:
    number = world.numbers
    severity = max((item.severity for item in world.open_dockets(label)), default=0)
    if severity == 0:
        return False
    willing = logistic(
        number["mediator.intercept"]
        + number["mediator.posture_effect"] * world.posture
        + number["mediator.severity_effect"] * severity
        - number["mediator.load_effect"] * burden
    )
    return world.uniform(f"mediation/{label}/act", lead) < willing


def credibility(world: World, pair: Pair) -> float:
    """Return how far the two believe the mediator; 1 for pairs that are not two spokes."""
    if pair not in world.spoke_pairs():
        return 1.0
    number = world.numbers
    stakes = [world.own("mediator.stake", state) for state in (pair.first, pair.second)]
    risk = number["mediator.rupture_risk"] * number["mediator.rupture_cost"]
    tells_truth = all(stake * number["mediator.concession"] >= risk for stake in stakes)
    is_even = abs(stakes[0] - stakes[1]) <= number["mediator.bias_limit"]
    weight = number["mediator.kydd_weight"]
    return weight * tells_truth + (1 - weight) * is_even


def settle_disputes(world: World, lead: int) -> None:
    """Let dockets that are open and did not flare settle."""
    number = world.numbers
    for docket in world.dockets:
        if docket.severity == 0 or docket.flares > 0:
            continue
        pair = world.pairs[docket.pair]
        helped = pair.mediation * credibility(world, pair)
        hazard = number["dispute.settle_rate"] * math.exp(
            number["dispute.mediation_effect"] * helped
            + number["dispute.settle_density_effect"] * _density(world, pair)
            + number["dispute.settle_orientation_effect"] * _leaning(world, pair)
        )
        if world.uniform(f"dispute/{docket.id}/settle", lead) < chance(hazard):
            docket.severity, docket.settled_by = 0, pair.mediation

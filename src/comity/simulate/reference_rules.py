"""Who governs and how relations move in the reference.

Sections 1 and 12 of ``docs/theory/simulation.md``, written from that page alone, so that the
compiled kernel has something to be checked against. Slow on purpose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from comity.core.states import COMPONENTS
from comity.simulate.reference_world import (
    Office,
    Pair,
    World,
    chance,
    clipped,
    normal,
    student_t4,
)

FARTHEST_RELATION = 12.0

# Section 1


def turn_over(world: World, lead: int) -> None:
    """Change governments and the source of their support."""
    for state, office in world.offices.items():
        _turn_over(world, state, office, lead)


def _turn_over(world: World, state: str, office: Office, lead: int) -> None:
    def u(purpose: str) -> float:
        return world.uniform(f"turnover/{state}/{purpose}", lead)

    def rate(name: str) -> float:
        own = world.numbers.get(f"turnover.{name}.{state}")
        return world.numbers[f"turnover.{name}.{office.entry.office}"] if own is None else own

    one_term = office.entry.office == "one_term_president"
    two_term = office.entry.office == "two_term_president"
    term = office.entry.term_months or 0
    month = world.start_month + lead
    office.months_in_office += 1
    office.months_since_support += 1
    if one_term or two_term:
        office.clock -= 1
    changed = support = False
    held = world.levers.held("coalition", state)
    if held is not None:
        changed, support = True, held != office.coalition
        office.coalition = str(held)
        office.clock, office.terms_served = term, 1
    elif any(known.month == month for known in office.entry.scheduled):
        changed = True
        if two_term:
            office.terms_served = 1
            office.clock = term if office.clock <= 0 else office.clock
        else:
            support = u("support") < rate("support_share")
            office.clock = term
    elif one_term and office.clock <= 0:
        changed, support = True, u("support") < rate("support_share")
        office.clock = term
    elif two_term and office.clock <= 0:
        office.clock = term
        if u("support") < rate("party_loses"):
            changed, support, office.terms_served = True, True, 1
        elif office.terms_served >= 2:
            changed, office.terms_served = True, 1
        else:
            office.terms_served += 1
    elif u("exit") < chance(rate("exit_hazard")):
        changed = True
        if two_term:
            office.terms_served = 1
        else:
            support = u("support") < rate("support_share")
            office.clock = term
    if support and held is None:
        office.coalition = _next_coalition(office, u("coalition"))
    for component in COMPONENTS:
        noise = normal(u(f"orientation-{component}"))
        if support:
            center = world.numbers[f"coalitions.{state}.{office.coalition}.{component}"]
            value = center + world.numbers["turnover.orientation_sd_support"] * noise
        elif changed:
            step = world.numbers["turnover.orientation_sd_leader"] * noise
            value = office.orientation[component] + step
        else:
            continue
        office.orientation[component] = clipped(value, -1.0, 1.0)
    office.changed, office.support_changed = changed, support
    office.months_in_office = 0 if changed else office.months_in_office
    office.months_since_support = 0 if support else office.months_since_support


def _next_coalition(office: Office, uniform: float) -> str:
    others = [item for item in office.coalitions if item.id != office.coalition]
    if not others:
        return office.coalition
    total, reached = sum(item.weight for item in others), 0.0
    for item in others:
        reached += item.weight
        if uniform * total < reached:
            return item.id
    return others[-1].id


# Section 12


def balance(world: World, pair: Pair, relations: Mapping[str, float]) -> float:
    """Return how far third states stand alike toward both, -1 to 1."""
    others = [state for state in world.offices if state not in (pair.first, pair.second)]
    total = 0.0
    for other in others:
        one = relations[world.label(pair.first, other)]
        two = relations[world.label(pair.second, other)]
        total += math.tanh(one) * math.tanh(two)
    return total / len(others) if others else 0.0


def long_run(world: World, pair: Pair, recorded: Mapping[str, float], third: float) -> float:
    """Return Z, where the drivers pull the pair: what ``recorded`` holds and all else as it stands.

    ``recorded`` has orientation, dispute_load, mediation and agreement_stock; ``third`` is the
    balance.
    """

    def beta(name: str) -> float:
        return world.numbers[f"relation.beta.{name}"]

    one, two = pair.first, pair.second
    z = sum(beta(name) * value for name, value in recorded.items())
    z += beta("shared_threat") * min(world.threat[one], world.threat[two])
    z += beta("balance") * third + beta("density") * pair.density + pair.government
    lean = {state: world.offices[state].orientation["proliferator"] for state in (one, two)}
    if one in world.spokes and two in world.spokes:
        fears = world.spokes[one].fear, world.spokes[two].fear
        pressures = world.pressure[one], world.pressure[two]
        z += beta("fear_symmetric") * min(fears)
        z += beta("fear_asymmetric") * abs(fears[0] - fears[1])
        z += beta("pressure_common") * min(pressures)
        z += beta("pressure_unequal") * abs(pressures[0] - pressures[1])
        if abs(lean[one] - lean[two]) > 0.5:
            talks = max((track.talks for track in world.tracks.values()), default=0.0)
            z += beta("talks_strain") * talks
    here, there = _as_roles(world, pair, "hub", "spoke")
    if here:
        z += beta("pressure_axis") * world.pressure[there]
    here, there = _as_roles(world, pair, "hub", "proliferator")
    if here:
        z += beta("talks_hub") * world.tracks[there].talks
    here, there = _as_roles(world, pair, "spoke", "proliferator")
    if here:
        z += beta("talks_spoke") * world.tracks[there].talks * lean[here]
    return z


def _as_roles(world: World, pair: Pair, one_role: str, other_role: str) -> tuple[str, str]:
    """Return the pair in the order of two roles, as it stands where both orders fit."""
    for here, there in ((pair.first, pair.second), (pair.second, pair.first)):
        fits = one_role in world.offices[here].entry.roles
        if fits and other_role in world.offices[there].entry.roles:
            return here, there
    return "", ""


def move_relations(world: World, lead: int) -> None:
    """Move every pair's level, flare and driver part one month."""
    number, dynamics = world.numbers, world.dynamics
    memory = 2 ** (-1 / number["relation.driver_half_life"])
    last = {label: pair.relation for label, pair in world.pairs.items()}
    for label, pair in world.pairs.items():
        offices = world.offices[pair.first], world.offices[pair.second]
        if any(office.changed for office in offices):
            supported = any(office.support_changed for office in offices)
            share = 1.0 if supported else number["relation.leader_effect_share"]
            drawn = student_t4(world.uniform(f"relation/{label}/government", lead))
            pair.government = number["relation.government_sd"] * share * drawn
        recorded = {
            "orientation": world.pair_orientation(pair),
            "dispute_load": world.dispute_load(label),
            "mediation": pair.mediation,
            "agreement_stock": world.agreement_stock(pair),
        }
        pull = long_run(world, pair, recorded, balance(world, pair, last)) - pair.reference
        pair.drivers = memory * pair.drivers + (1 - memory) * pull + pair.impulse
        step = normal(world.uniform(f"relation/{label}/level", lead))
        pair.level = dynamics["level_memory"] * pair.level + pair.level_step_sd * step
        step = normal(world.uniform(f"relation/{label}/flare", lead))
        contested = any(docket.pair == label for docket in world.dockets)
        remainder = number["relation.flare_remainder"] if contested else 1.0
        pair.flare = (
            dynamics["flare_memory"] * pair.flare
            + remainder * pair.flare_step_sd * step
            - number["relation.flare_effect"] * flare_surprise(world, label)
        )
        relation = pair.base + pair.level + pair.flare + pair.drivers
        within = clipped(relation, -FARTHEST_RELATION, FARTHEST_RELATION)
        world.is_out_of_range |= within != relation
        pair.relation = world.levers.moved("relation", label, within)
        if pair.relation != within:
            # What a lever leaves is what the next month starts from: the lasting part takes it up.
            pair.level += pair.relation - relation


def flare_surprise(world: World, label: str) -> float:
    """Return the month's severity of flares of the pair, less its long-run mean."""
    number = world.numbers
    first, second = number["dispute.severity_1"], number["dispute.severity_2"]
    severity = first + 2 * second + 3 * (1 - first - second)
    return sum(
        docket.drawn_severity * docket.flares
        - severity * number[f"dispute.rate.{docket.id}"] / (1 - number["dispute.branching"])
        for docket in world.dockets
        if docket.pair == label
    )

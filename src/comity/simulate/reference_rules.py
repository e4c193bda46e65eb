"""The rules of one future in plain words: turnover, agreement review, disputes, relations.

Written from ``docs/theory/simulation.md`` alone, one function per numbered section, so that the
compiled kernel has something to be checked against. Slow on purpose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations

from comity.core.months import calendar_month
from comity.core.states import COMPONENTS
from comity.simulate.reference_world import (
    Numbers,
    Office,
    Pact,
    Pair,
    World,
    chance,
    normal,
    poisson,
    student_t4,
)

FARTHEST_RELATION = 12.0
RECENT_MONTHS = 12

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
    held = world.held("coalition", state, lead)
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
        office.orientation[component] = min(1.0, max(-1.0, value))
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


# Section 3


def gap(world: World, pact: Pact, party: str) -> float:
    """Return how far a party's government is from wanting the agreement, 0 to 1."""
    gaps: list[float] = []
    for other in pact.parties:
        component = world.component(party, other)
        if other != party and component:
            gaps.append((1 - world.offices[party].orientation[component]) / 2)
    return sum(gaps) / len(gaps) if gaps else world.numbers["agreement.reference_gap"]


def review_agreements(world: World, lead: int) -> None:
    """Uphold, hollow out, suspend, end or restore agreements, and set the month's impulses."""
    for pair in world.pairs.values():
        pair.impulse = 0.0
    for pact in world.pacts:
        before = pact.status
        held = world.held("agreement", pact.id, lead)
        pact.status = _reviewed(world, pact, lead) if held is None else str(held)
        impulse = 0.0
        if pact.status == "in_force" and before != "in_force":
            impulse = world.numbers["relation.impulse_signed"]
        if before in ("in_force", "signed") and pact.status not in ("in_force", "signed"):
            impulse = world.numbers["relation.impulse_ended"]
        for one, other in combinations(pact.parties, 2):
            world.pairs[world.label(one, other)].impulse += impulse


def _reviewed(world: World, pact: Pact, lead: int) -> str:
    number = world.numbers
    reference_gap = number["agreement.reference_gap"]
    gaps = {party: gap(world, pact, party) for party in pact.parties}

    def u(purpose: str) -> float:
        return world.uniform(f"agreement/{pact.id}/{purpose}", lead)

    if pact.status in ("in_force", "signed"):
        densities = [
            world.quantity("density", world.label(one, other), lead)
            for one, other in combinations(pact.parties, 2)
        ]
        reference_density = number["agreement.reference_density"]
        density = sum(densities) / len(densities)
        strain = {
            party: number[f"agreement.gap_effect.{pact.form}"] * (gaps[party] - reference_gap)
            - number["agreement.depth_effect"] * (pact.depth - number["agreement.reference_depth"])
            - number["agreement.density_effect"] * (density - reference_density)
            for party in pact.parties
        }
        if u("background") < chance(_background_hazard(world, pact, strain)):
            return _not_upheld(number, u("outcome"))
        refusal = number[f"agreement.refusal.{pact.form}"]
        for party in pact.parties:
            odds = refusal * math.exp(strain[party])
            reviewed = pact.form != "treaty" and world.offices[party].support_changed
            if reviewed and u(f"review-{party}") < odds / (1 - refusal + odds):
                return _not_upheld(number, u("outcome"))
    elif pact.status in ("suspended", "hollow"):
        for party in pact.parties:
            willing = world.offices[party].changed and gaps[party] < reference_gap
            if willing and u(f"restore-{party}") < number["agreement.restore"]:
                return "in_force"
    return pact.status


def _background_hazard(world: World, pact: Pact, strain: dict[str, float]) -> float:
    burden = 0.0
    for party in pact.parties if pact.form == "treaty" else ():
        office = world.offices[party]
        if office.months_since_support < RECENT_MONTHS:
            regime = "democracy" if office.entry.is_democracy else "nondemocracy"
            burden += world.numbers[f"agreement.support_change.{regime}"]
    monthly = -math.log(1 - world.numbers[f"agreement.year_risk.{pact.form}"]) / 12
    return monthly * math.exp(sum(strain.values()) / len(strain) + burden)


def _not_upheld(number: Numbers, uniform: float) -> str:
    hollow = number["agreement.outcome_hollow"]
    if uniform < hollow:
        return "hollow"
    return "suspended" if uniform < hollow + number["agreement.outcome_suspended"] else "terminated"


# Section 4


def flare_disputes(world: World, lead: int) -> None:
    """Let dockets flare and settle."""
    number = world.numbers
    month = calendar_month(world.start_month + lead)
    branching, memory = number["dispute.branching"], number["dispute.memory"]
    first = number["dispute.severity_1"]
    second = first + number["dispute.severity_2"]
    for docket in world.dockets:
        pair = world.pairs[docket.pair]
        leaning = world.pair_orientation(pair) - pair.recorded_orientation
        density = world.quantity("density", docket.pair, lead)
        density -= number["agreement.reference_density"]
        docket.excitation = memory * docket.excitation + branching * (1 - memory) * docket.flares
        rate = docket.excitation + (
            number[f"dispute.rate.{docket.id}"]
            * number.get(f"dispute.season.{month:02d}", 1.0)
            * math.exp(
                -number["dispute.orientation_effect"] * leaning
                - number["dispute.density_effect"] * density
            )
        )
        docket.flares = poisson(rate, world.uniform(f"dispute/{docket.id}/flare", lead))
        u = world.uniform(f"dispute/{docket.id}/severity", lead)
        docket.drawn_severity = 1 if u < first else 2 if u < second else 3
        held = world.held("flare", docket.id, lead)
        if held is not None:
            docket.flares, docket.drawn_severity = max(docket.flares, 1), int(held)
        if docket.flares > 0:
            docket.severity = max(docket.severity, docket.drawn_severity)
        elif docket.severity > 0:
            settling = number["dispute.settle_rate"] * math.exp(
                number["dispute.mediation_effect"] * world.quantity("mediation", docket.pair, lead)
                + number["dispute.settle_density_effect"] * density
                + number["dispute.settle_orientation_effect"] * leaning
            )
            if world.uniform(f"dispute/{docket.id}/settle", lead) < chance(settling):
                docket.severity = 0


def dispute_load(world: World, label: str) -> float:
    """Return the severity of the pair's open dockets, in thirds."""
    return sum(docket.severity for docket in world.dockets if docket.pair == label) / 3


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


def agreement_stock(world: World, pair: Pair) -> float:
    """Return the depth of the agreements in force between the two, summed."""
    return sum(
        pact.depth
        for pact in world.pacts
        if pact.status == "in_force" and {pair.first, pair.second} <= set(pact.parties)
    )


def long_run(
    world: World, pair: Pair, lead: int | None, recorded: Mapping[str, float], third: float
) -> float:
    """Return Z, where the drivers pull the pair: what ``recorded`` holds and the held quantities.

    ``recorded`` has orientation, dispute_load, mediation and agreement_stock; ``third`` is the
    balance; without a lead the held quantities take their unheld values.
    """

    def beta(name: str) -> float:
        return world.numbers[f"relation.beta.{name}"]

    def of(quantity: str, state: str) -> float:
        return world.quantity(quantity, state, lead)

    one, two = pair.first, pair.second
    label = world.label(one, two)
    z = sum(beta(name) * value for name, value in recorded.items())
    z += beta("shared_threat") * min(of("threat", one), of("threat", two))
    z += beta("balance") * third + beta("density") * of("density", label) + pair.government
    roles = {state: set(world.offices[state].entry.roles) for state in (one, two)}
    lean = {state: world.offices[state].orientation["proliferator"] for state in (one, two)}
    if "spoke" in roles[one] and "spoke" in roles[two]:
        fears = of("fear", one), of("fear", two)
        pressures = of("pressure", one), of("pressure", two)
        z += beta("fear_symmetric") * min(fears)
        z += beta("fear_asymmetric") * abs(fears[0] - fears[1])
        z += beta("pressure_common") * min(pressures)
        z += beta("pressure_unequal") * abs(pressures[0] - pressures[1])
        talks = [
            of("talks", state)
            for state, office in world.offices.items()
            if "proliferator" in office.entry.roles
        ]
        if abs(lean[one] - lean[two]) > 0.5:
            z += beta("talks_strain") * max(talks, default=0.0)
    here, there = _as_roles(world, pair, "hub", "spoke")
    if here:
        z += beta("pressure_axis") * of("pressure", there)
    here, there = _as_roles(world, pair, "hub", "proliferator")
    if here:
        z += beta("talks_hub") * of("talks", there)
    here, there = _as_roles(world, pair, "spoke", "proliferator")
    if here:
        z += beta("talks_spoke") * of("talks", there) * lean[here]
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
            "dispute_load": dispute_load(world, label),
            "mediation": world.quantity("mediation", label, lead),
            "agreement_stock": agreement_stock(world, pair),
        }
        pull = long_run(world, pair, lead, recorded, balance(world, pair, last)) - pair.reference
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
        pair.relation = min(FARTHEST_RELATION, max(-FARTHEST_RELATION, relation))
        world.is_out_of_range |= pair.relation != relation


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

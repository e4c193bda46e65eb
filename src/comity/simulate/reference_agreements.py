"""Agreements in the reference: how they are reviewed, how they end, how new ones begin.

Sections 3 and 10 of ``docs/theory/simulation.md``.
"""

from __future__ import annotations

import math
from itertools import combinations

from comity.core.months import calendar_month
from comity.simulate.reference_world import Pact, World, chance, clipped, logistic, mean

RECENT_MONTHS = 12
PROSPECT_DEPTH = 0.4
LAST_GATE = 3

# Section 3


def gap(world: World, pact: Pact, party: str) -> float:
    """Return how far a party's government is from wanting the agreement, 0 to 1."""
    gaps: list[float] = []
    for other in pact.parties:
        component = world.component(party, other)
        if other != party and component:
            gaps.append((1 - world.offices[party].orientation[component]) / 2)
    return mean(gaps) if gaps else world.numbers["agreement.reference_gap"]


def review_agreements(world: World, lead: int) -> None:
    """Uphold, hollow out, suspend, end or restore agreements; set impulses and send signals."""
    for pair in world.pairs.values():
        pair.impulse, pair.is_ruptured = 0.0, False
    world.signals = {}
    broken: set[tuple[str, str]] = set()
    for pact in world.pacts:
        strains = {party: strain(world, pact, party) for party in pact.parties}
        if _is_weighed_anew(world, pact, lead):
            pact.hazard = background_hazard(world, pact, strains)
        if lead == 1 and pact.is_kept:
            _endow(world, pact, lead)
        pact.came_into_force = False
        before, was_kept = pact.status, pact.is_kept
        held = world.levers.held("agreement", pact.id)
        pact.is_held = held is not None
        if held is not None:
            _set_status(world, pact, str(held), lead)
            if pact.prospect and pact.came_into_force:
                pact.depth = PROSPECT_DEPTH  # whatever depth an earlier declaration had
        elif was_kept:
            refusing = _refusing(world, pact, strains, lead)
            pact.endurance -= pact.hazard * math.exp(-deeper(world, pact))
            if pact.endurance < 0 or refusing:
                uniform = world.uniform(f"agreement/{pact.id}/outcome", lead)
                _set_status(world, pact, _not_upheld(world, uniform), lead)
            if pact.form != "treaty":
                broken |= _send_signals(world, pact, refusing)
        elif pact.status in ("suspended", "hollow") and _is_restored(world, pact, lead):
            _set_status(world, pact, "in_force", lead)
        if before != pact.status and was_kept and not pact.is_kept:
            for one, other in combinations(pact.parties, 2):
                pair = world.pair(one, other)
                pair.impulse += world.numbers["relation.impulse_ended"]
                pair.is_ruptured = True
    for sender, receiver in broken:  # one broken agreement counts for more than others upheld
        world.signals[sender, receiver] = -1.0


def strain(world: World, pact: Pact, party: str) -> float:
    """Return x of a party: how much more likely than at the reference it is to end the pact."""
    number = world.numbers
    pairs = [world.pair(one, other) for one, other in combinations(pact.parties, 2)]
    density = mean(pair.density for pair in pairs)
    x = (
        number[f"agreement.gap_effect.{pact.form}"]
        * (gap(world, pact, party) - number["agreement.reference_gap"])
        - deeper(world, pact)
        - number["agreement.density_effect"] * (density - number["agreement.reference_density"])
    )
    fears = [spoke.fear for state, spoke in world.spokes.items() if state in pact.parties]
    if len(fears) >= 2:
        x -= number["agreement.fear_effect"] * (min(fears) - number["agreement.reference_fear"])
    return x


def deeper(world: World, pact: Pact) -> float:
    """Return what depth takes off x: b_d (d - d_0)."""
    number = world.numbers
    return number["agreement.depth_effect"] * (pact.depth - number["agreement.reference_depth"])


def _is_weighed_anew(world: World, pact: Pact, lead: int) -> bool:
    offices = [world.offices[party] for party in pact.parties]
    settled = any(office.months_since_support == RECENT_MONTHS for office in offices)
    return (
        lead == 1
        or calendar_month(world.start_month + lead) in (1, 7)
        or any(office.changed for office in offices)
        or (pact.form == "treaty" and settled)
    )


def background_hazard(world: World, pact: Pact, strains: dict[str, float]) -> float:
    """Return the hazard per month, at the usual depth, that it ends without anybody's review."""
    number = world.numbers
    burden = deeper(world, pact)  # not part of what is weighed
    if pact.form == "treaty":
        offices = [world.offices[party] for party in pact.parties]
        democracies = mean(float(office.entry.is_democracy) for office in offices)
        burden += number["agreement.democracy_effect"] * democracies
        if all(office.entry.is_democracy for office in offices):
            burden += number["agreement.joint_democracy_effect"]
        for office in offices:
            if office.months_since_support < RECENT_MONTHS:
                regime = "democracy" if office.entry.is_democracy else "nondemocracy"
                burden += number[f"agreement.support_change.{regime}"]
    monthly = -math.log(1 - number[f"agreement.year_risk.{pact.form}"]) / 12
    return monthly * math.exp(mean(strains.values()) + burden)


def _refusing(world: World, pact: Pact, strains: dict[str, float], lead: int) -> list[str]:
    """Return the parties that refuse the agreement in their review."""
    refusal = world.numbers[f"agreement.refusal.{pact.form}"]
    refusing: list[str] = []
    for party in pact.parties:
        if pact.form == "treaty" or not world.offices[party].support_changed:
            continue
        odds = refusal * math.exp(strains[party])
        uniform = world.uniform(f"agreement/{pact.id}/review-{party}", lead)
        if uniform < odds / (1 - refusal + odds):
            refusing.append(party)
    return refusing


def _not_upheld(world: World, uniform: float) -> str:
    hollow = world.numbers["agreement.outcome_hollow"]
    if uniform < hollow:
        return "hollow"
    suspended = world.numbers["agreement.outcome_suspended"]
    return "suspended" if uniform < hollow + suspended else "terminated"


def _is_restored(world: World, pact: Pact, lead: int) -> bool:
    return any(
        world.offices[party].changed
        and gap(world, pact, party) < world.numbers["agreement.reference_gap"]
        and world.uniform(f"agreement/{pact.id}/restore-{party}", lead)
        < world.numbers["agreement.restore"]
        for party in pact.parties
    )


def _send_signals(world: World, pact: Pact, refusing: list[str]) -> set[tuple[str, str]]:
    """Note what parties with new support say by upholding the pact; return who broke it."""
    broken: set[tuple[str, str]] = set()
    allies = world.allies
    for party in pact.parties:
        if party not in allies or not world.offices[party].support_changed:
            continue
        for other in pact.parties:
            if other == party or other not in allies:
                continue
            if party in refusing:
                broken.add((party, other))
            elif pact.is_kept:
                world.signals[party, other] = 1.0
    return broken


def _set_status(world: World, pact: Pact, status: str, lead: int) -> None:
    """Give an agreement a status, with what follows from coming into force or being signed."""
    was_kept, before = pact.is_kept, pact.status
    pact.status = status
    if pact.is_kept and not was_kept:
        _endow(world, pact, lead)
    if status == "negotiating" and before != "negotiating":
        pact.gates = 0
    if status == "in_force" and before != "in_force":
        pact.came_into_force = True
        for one, other in combinations(pact.parties, 2):
            world.pair(one, other).impulse += world.numbers["relation.impulse_signed"]


def _endow(world: World, pact: Pact, lead: int) -> None:
    pact.endurance = -math.log(world.uniform(f"agreement/{pact.id}/background", lead))


# Section 10


def negotiate(world: World, lead: int) -> None:
    """Begin, advance, break off and conclude the joint declarations of spoke pairs."""
    for pact in world.pacts:
        if not pact.prospect or pact.is_held:
            continue
        uniform = world.uniform(f"prospect/{pact.prospect}/advance", lead)
        if pact.status == "negotiating":
            _advance(world, pact, uniform, lead)
        elif pact.status in ("none", "terminated") and uniform < chance(_opening(world, pact)):
            _set_status(world, pact, "negotiating", lead)


def _opening(world: World, pact: Pact) -> float:
    """Return the hazard per month that negotiation begins."""
    number, pair = world.numbers, world.pairs[pact.prospect]
    stocks = [
        world.agreement_stock(world.pair(world.hub, state)) if world.hub else 0.0
        for state in pact.parties
    ]
    return number["prospect.rate"] * math.exp(
        number["prospect.relation_effect"] * math.tanh(pair.relation)
        + number["prospect.orientation_effect"] * world.pair_orientation(pair)
        + number["prospect.common_hub_effect"] * min(1.0, *stocks)
        - number["prospect.load_effect"] * world.dispute_load(pact.prospect)
    )


def _advance(world: World, pact: Pact, uniform: float, lead: int) -> None:
    number = world.numbers
    one, other = pact.parties
    for state, toward in ((one, other), (other, one)):
        if world.offices[state].support_changed and world.leaning(state, toward) < 0:
            pact.status, pact.gates = "none", 0
            return
    trust = min(world.beliefs[one, other].mean, world.beliefs[other, one].mean)
    passing = logistic(
        number["prospect.gate_intercept"]
        + number["prospect.gate_belief_effect"] * trust
        - number["prospect.gate_load_effect"] * world.dispute_load(pact.prospect)
    )
    if uniform >= passing:
        return
    pact.gates += 1
    if pact.gates == LAST_GATE:
        _set_status(world, pact, "in_force", lead)
        apart = mean(gap(world, pact, party) for party in pact.parties)
        worth = number["prospect.value"] - number["prospect.gap_cost"] * apart
        pact.depth = clipped(worth / number["prospect.curvature"], 0.0, 1.0)

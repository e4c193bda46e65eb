"""What grows slowly in the reference: channels between allies, and the good that spokes share.

Sections 11 and 13 of ``docs/theory/simulation.md``.
"""

from __future__ import annotations

from comity.simulate.reference_disputes import MOST_SEVERE
from comity.simulate.reference_world import Pair, World, binds, clipped, mean

STRONGEST = 0.5  # from here on the weakest spoke decides

# Section 11


def move_density(world: World) -> None:
    """Let channels between allies grow, decay and break."""
    number = world.numbers
    allied = world.allied_pairs()
    for label, pair in world.pairs.items():
        density = pair.density
        if pair in allied:
            density = clipped(
                density
                + number["channels.growth"] * (1 - density) * _care(world, pair) / 3
                - number["channels.rupture_loss"] * density * pair.is_ruptured
                - number["channels.decay"] * density,
                0.0,
                1.0,
            )
        pair.density = world.levers.moved("density", label, density)


def _care(world: World, pair: Pair) -> float:
    """Return what keeps channels working, 0 to 3: meetings, calm and agreements in force."""
    meetings = min(1.0, pair.meetings / world.numbers["channels.summits_full"])
    calm = all(docket.severity < MOST_SEVERE for docket in world.open_dockets(pair.label))
    both = {pair.first, pair.second}
    recorded = sum(pact.is_recorded and both <= set(pact.parties) for pact in world.pacts)
    in_force = sum(binds(pact, pair) for pact in world.pacts)
    return meetings + calm + min(1.0, in_force / max(recorded, 1))


# Section 13


def supply_public_good(world: World) -> None:
    """Measure how much of what coordination could bring the spokes do bring."""
    number, spokes = world.numbers, list(world.spokes)
    coordinated = mean(float(issue.is_coordinated) for issue in world.issues.values())
    pairs = world.spoke_pairs()
    density = mean(pair.density for pair in pairs)
    depth = mean(min(1.0, world.agreement_stock(pair)) for pair in pairs)
    quality = coordinated * min(1.0, density + depth)
    benefits = [world.own("public_good.benefit", state) for state in spokes]
    costs = [world.own("public_good.cost", state) for state in spokes]
    alone = [benefit / cost for benefit, cost in zip(benefits, costs, strict=True)]
    joint = [sum(benefits) / cost for cost in costs]
    effort = [low + quality * (high - low) for low, high in zip(alone, joint, strict=True)]
    is_weakest = number["public_good.weakest_link"] >= STRONGEST

    def good(efforts: list[float]) -> float:
        return min(efforts, default=0.0) if is_weakest else sum(efforts)

    room = good(joint) - good(alone)
    world.public_good = (good(effort) - good(alone)) / room if room else 0.0

"""The hub's line, its commitment, the spokes' fear, tension and alignment in the reference.

The hub's line and section 7 of ``docs/theory/simulation.md``.
"""

from __future__ import annotations

import math
from itertools import product

from comity.simulate.reference_world import World, clipped, logistic, mean, normal

DOMAINS = ("security", "economy")

# The hub's line


def set_hub_line(world: World) -> None:
    """Take posture, pressure and threat from the hub's government and the levers."""
    set_unmoved_hub_line(world)
    if world.hub:
        world.posture = world.levers.moved("posture", world.hub, world.posture)
    for state in world.offices:
        pressure, threat = world.pressure[state], world.threat[state]
        world.pressure[state] = world.levers.moved("pressure", state, pressure)
        world.threat[state] = world.levers.moved("threat", state, threat)


def set_unmoved_hub_line(world: World) -> None:
    """Take posture, pressure and threat from the hub's government alone."""
    government = world.hub_government
    world.posture = world.own("posture", government)
    for state in world.offices:
        names = (f"pressure.{state}.{government}", f"pressure.{state}", "pressure.default")
        world.pressure[state] = world.first(*names)
        world.threat[state] = world.own("threat", state)


# Section 7


def move_spokes(world: World, lead: int) -> None:
    """Move tension and every spoke's commitment, fear and alignment."""
    number = world.numbers
    world.tension = tension(world)
    if world.hub:
        world.tension = world.levers.moved("tension", world.hub, world.tension)
    for state, spoke in world.spokes.items():
        usual = usual_commitment(world, state)
        noise = normal(world.uniform(f"commitment/{state}/noise", lead))
        drawn = usual + number["commitment.memory"] * (spoke.commitment - usual)
        drawn += number["commitment.noise_sd"] * noise
        commitment = clipped(drawn, 0.0, 1.0)
        spoke.commitment = world.levers.moved("commitment", state, commitment)
        spoke.fear = world.levers.moved("fear", state, fear(world, state))
        best = best_alignment(world, state)
        for domain in DOMAINS:
            a = spoke.alignment[domain]
            a += number["alignment.speed"] * (best[domain] - a)
            spoke.alignment[domain] = world.levers.moved(f"alignment_{domain}", state, a)


def usual_commitment(world: World, state: str) -> float:
    """Return the commitment to a spoke that the hub's government comes back to."""
    government = world.hub_government
    return world.first(
        f"commitment.{state}.{government}", f"commitment.{government}", "commitment.default"
    )


def fear(world: World, state: str) -> float:
    """Return a spoke's fear of being abandoned by the hub, without levers."""
    number = world.numbers
    exposed = world.threat[state] * (1 - world.own("abandonment.self_reliance", state))
    return logistic(
        number["abandonment.intercept"]
        - number["abandonment.commitment_effect"] * (world.spokes[state].commitment - 0.5)
        + number["abandonment.threat_effect"] * exposed
    )


def tension(world: World) -> float:
    """Return how far hub and rivals stand below their mean, without levers."""
    strains: list[float] = []
    memory = world.dynamics["level_memory"]
    for rival in world.with_role("rival"):
        if not world.hub or rival == world.hub:
            continue
        pair = world.pair(world.hub, rival)
        if memory >= 1 or pair.level_step_sd == 0:
            strains.append(0.0)
            continue
        spread = pair.level_step_sd / math.sqrt(1 - memory**2)
        strains.append((pair.base - pair.relation) / spread)
    return clipped(mean(strains), 0.0, 2.0)


def best_alignment(world: World, state: str) -> dict[str, float]:
    """Return where a spoke would stand in both domains if it could move at once."""
    number = world.numbers
    spoke, lean = world.spokes[state], world.offices[state].orientation["hub"]
    conceded = mean(
        spoke.concession[issue.id] for issue in world.issues.values() if issue.domain == "security"
    )
    security = (
        spoke.commitment * world.own("rival_threat", state)
        + lean
        + number["alignment.flexibility_effect"] * conceded
        - number["alignment.rival_pressure"]
    )
    economy = (
        number["alignment.economy_orientation"] * lean
        - number["alignment.exposure_effect"] * world.own("exposure", state)
        - number["alignment.tariff_effect"] * world.pressure[state]
    )
    taste = number["alignment.taste"] * math.exp(-number["alignment.taste_fall"] * world.tension)
    rise = math.exp(number["alignment.linkage_rise"] * world.tension) - 1
    return dict(
        zip(
            DOMAINS,
            highest_point(security, economy, taste, number["alignment.linkage"] * rise),
            strict=True,
        )
    )


def highest_point(
    security: float, economy: float, taste: float, linkage: float
) -> tuple[float, float]:
    """Return the best alignment in security and economy, each 0 to 1.

    Either domain is free or at one of its two ends: nine cases, each solved for what is free; the
    best point of those that lie in the square is the answer, since the utility is concave.
    """

    def utility(x: float, y: float) -> float:
        return security * x + economy * y - taste * (x * x + y * y) / 2 - linkage * (x - y) ** 2 / 2

    best, most = (0.0, 0.0), -math.inf
    for one, two in product((None, -0.5, 0.5), repeat=2):
        if one is None and two is None:
            # Both slopes are 0: (taste + linkage) x - linkage y = security, and the other way round
            own, cross = taste + linkage, linkage
            determinant = own * own - cross * cross
            if determinant <= 0:
                continue
            x = (own * security + cross * economy) / determinant
            y = (own * economy + cross * security) / determinant
        elif one is None:
            assert two is not None
            x, y = _slope_zero(security + linkage * two, taste + linkage), two
        elif two is None:
            x, y = one, _slope_zero(economy + linkage * one, taste + linkage)
        else:
            x, y = one, two
        if abs(x) <= 0.5 and abs(y) <= 0.5 and utility(x, y) > most:
            best, most = (x, y), utility(x, y)
    return best[0] + 0.5, best[1] + 0.5


def _slope_zero(pull: float, curvature: float) -> float:
    return pull / curvature if curvature > 0 else math.copysign(math.inf, pull)

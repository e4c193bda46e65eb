"""Quantities that a scenario can hold or ask about: whose they are, their range, what they mean."""

from __future__ import annotations

from typing import Literal, NamedTuple

from comity.core.rows import STATUSES

Entity = Literal[
    "dyad", "state", "spoke", "hub", "proliferator", "demand", "docket", "agreement", ""
]


class Quantity(NamedTuple):
    """One quantity; words (a coalition, a status) are numbered, so that they have a range too."""

    of: Entity
    words: str
    low: float = 0.0
    high: float = 1.0
    is_whole: bool = False
    is_act: bool = False  # happens in one month and does not last
    can_be_held: bool = True
    can_be_asked: bool = True


QUANTITIES: dict[str, Quantity] = {
    "mediation": Quantity(
        "dyad", "the hub mediates between a pair: 0 not at all, 1 all the time (name a dyad)"
    ),
    "density": Quantity("dyad", "density of working channels of a pair, 0 to 1 (name a dyad)"),
    "fear": Quantity(
        "spoke", "a spoke's fear of being abandoned by the hub, 0 to 1 (name a spoke)"
    ),
    "pressure": Quantity("state", "the hub's pressure on a state, 0 to 1 (name a state)"),
    "threat": Quantity(
        "state", "the threat a state feels from the common adversary, 0 to 1 (name a state)"
    ),
    "talks": Quantity(
        "proliferator",
        "talks with the proliferator are under way, 0 to 1 (name the proliferator)",
    ),
    "posture": Quantity(
        "hub", "the hub's stance: -1 transactional to 1 mediator (name the hub)", -1.0
    ),
    "commitment": Quantity("spoke", "the hub's commitment to a spoke, 0 to 1 (name a spoke)"),
    "tension": Quantity(
        "hub", "tension between the hub and its rival, 0 to 2 (name the hub)", 0.0, 2.0
    ),
    "stage": Quantity(
        "proliferator",
        "how far talks have come: 0 stalemate, 1 talks, 2 freeze, 3 reduction, 4 complete "
        "(name the proliferator)",
        0.0,
        4.0,
        is_whole=True,
    ),
    "alignment_security": Quantity(
        "spoke", "a spoke's alignment in security: 0 with the rival, 1 with the hub (name a spoke)"
    ),
    "alignment_economy": Quantity(
        "spoke", "a spoke's alignment in trade: 0 with the rival, 1 with the hub (name a spoke)"
    ),
    "coordination": Quantity(
        "demand",
        "the spokes answer a demand of the hub together: 0 no, 1 yes (name a demand)",
        is_whole=True,
    ),
    "relation": Quantity(
        "dyad",
        "expected share of cooperative acts of a pair, between 0 and 1 (name a dyad)",
        -12.0,  # in logits, which is what is held
        12.0,
    ),
    "coalition": Quantity(
        "state", "which coalition takes office in that month (name a state)", is_act=True
    ),
    "agreement": Quantity(
        "agreement",
        "status of an agreement from that month on (name an agreement)",
        0.0,
        len(STATUSES) - 1.0,
    ),
    "flare": Quantity(
        "docket",
        "a dispute flares in that month, with this severity 1 to 3 (name a docket)",
        0.0,
        3.0,
        is_whole=True,
        is_act=True,
        can_be_asked=False,
    ),
    "summit": Quantity(
        "dyad",
        "the heads of a pair meet in that month: 1 (name a dyad)",
        is_whole=True,
        is_act=True,
    ),
    "first_visit": Quantity(
        "spoke",
        "a new leader of a spoke sees the other spokes before the hub: 0 no, 1 yes (name the "
        "visiting spoke)",
        is_whole=True,
        can_be_asked=False,
    ),
    "dispute": Quantity(
        "docket",
        "severity of a dispute, 0 closed to 3 (name a docket)",
        0.0,
        3.0,
        is_whole=True,
        can_be_held=False,
    ),
    "load": Quantity(
        "dyad",
        "severities of a pair's open disputes, summed and divided by 3 (name a dyad)",
        0.0,
        float("inf"),
        can_be_held=False,
    ),
    "public_good": Quantity(
        "", "how far the public good is supplied, 0 to 1 (name nothing)", can_be_held=False
    ),
}
"""Every quantity by its name, those that can be held first."""

CLAMPABLE = {name: item.words for name, item in QUANTITIES.items() if item.can_be_held}
"""Quantities a scenario can hold, written ``quantity.entity`` such as ``mediation.JPN-KOR``."""

CONDITIONAL = {name: item.words for name, item in QUANTITIES.items() if item.can_be_asked}
"""Quantities that the condition of a clamp can ask about, written the same."""

"""The state of a block of members: one array per quantity, the member axis last.

A `World` is everything that a month leaves to the next one. All members of a block share their
parameters and their start, so that what follows from these alone is one number per entity. Rules
read and write it in place, each in its turn, so that every rule sees the world that the rule
before it left.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.layout import Constants
from comity.simulate.scenario import Levers

COMPONENTS = 4
BLOCK = 512
"""Most members simulated side by side."""
LANES = 8
"""Blocks hold a multiple of so many members: the widest vector of float64."""

Floats = NDArray[np.float64]
Ints = NDArray[np.signedinteger[Any]]


class World(NamedTuple):
    """A block of members, every array (entity, member)."""

    # what levers do this month
    held: Floats  # (row, B)                    NaN: nothing is held
    factor: Floats  # (row, B)
    shift: Floats  # (row, B)
    done: Ints  # (lever, B)                    1 once an act has happened
    # governments
    coalition: Ints  # (state, B)               numbered over all states
    unsettled: Ints  # (state, B)               1 within a year of a change of support
    settles: Ints  # (state, B)                 month t that ends that year
    term_ends: Ints  # (state, B)               month t in which a term is up
    terms: Ints  # (state, B)
    exit_probability: Floats  # (state,)        in a month
    orientation: Floats  # (state * 4, B)       row 4 i + component, -1 to 1
    pair_orientation: Floats  # (dyad, B)
    government_changed: Ints  # (state, B)      in this month: 1, with a change of support 2
    changed: Ints  # (state, B)                 members whose government changed, first n_changed
    n_changed: Ints  # (state, 1)
    settled_in: Ints  # (state, B)              members whose support changed a year ago
    n_settled_in: Ints  # (state, 1)
    # the hub's line
    posture: Floats  # (1, B)                   -1 transactional to 1 mediator
    pressure: Floats  # (state, B)
    threat: Floats  # (state, B)
    # beliefs of allies about allies
    certainty: Floats  # (belief, B)            1 / variance
    heard: Floats  # (belief, B)                mean / variance: the sum of weighted signals
    upheld: Ints  # (belief, B)                 this month: 1 agreements kept, -1 one broken
    # agreements
    status: Ints  # (agreement, B)              position in STATUSES
    depth: Floats  # (agreement, B)             0 to 1
    limit: (
        Floats  # (agreement, B)             of its family's wear, where it ends; NEVER if not kept
    )
    strain: Floats  # (family, B)               what governments add to the log hazard
    hazard: Floats  # (family, B)               of not being upheld, at the usual depth, per month
    wear: Floats  # (family, B)                 sum of the hazard since the start
    nearest: Floats  # (family, B)              no limit of its agreements lies below this
    is_alive: Ints  # (family,)                 1 where an agreement stands or may come
    steady: Floats  # (family,)                 log hazard of regimes and at orientations of 0
    pull: Floats  # (family,)                   of a weighted sum of orientations on the log hazard
    depth_scale: Floats  # (2,)                 effect of depth on the log hazard; usual depth
    base_hazard: Floats  # (family,)            at the reference, per month
    lean: Floats  # (survey,)                   weighted sum of orientations, by tie and member
    burden: Floats  # (survey,)                 what channels and fear add to a log hazard
    distance: Floats  # (survey,)               the state's gap less the reference
    weighed_family: Ints  # (weighing,)         hazards that are to be computed anew
    weighed_member: Ints  # (weighing,)
    weighed: Floats  # (weighing,)              log hazard over the base
    asked_duty: Ints  # (review,)               reviews of this month, the first n_asked: `duty`
    asked_member: Ints  # (review,)
    asked_place: Ints  # (review,)              its tie in `burden` and `distance`
    asked_restores: Ints  # (review,)           1 when it may restore, 0 when it may refuse
    asked_acts: Ints  # (review,)               1 when it refuses or restores
    n_asked: Ints  # (1,)
    turned_agreement: Ints  # (change,)         agreements that end or are restored this month
    turned_member: Ints  # (change,)
    turned_restores: Ints  # (change,)          1 when restored
    n_turned: Ints  # (1,)
    stock: Floats  # (dyad, B)                  depth in force
    n_in_force: Ints  # (dyad, B)
    impulse: Floats  # (dyad, B)                of this month
    ruptured: Ints  # (dyad, B)                 1 this month
    gates: Ints  # (agreement, B)               passed by a prospect under negotiation
    # disputes
    severity: Ints  # (docket, B)               0 closed
    flares: Ints  # (docket, B)                 in this month
    excitation: Floats  # (docket, B)           of the next month
    mediated_end: Floats  # (docket, B)         mediation when it was last settled
    total_severity: Ints  # (dyad, B)           of all dockets of the pair
    gravest: Ints  # (dyad, B)                  greatest severity among them
    load: Floats  # (dyad, B)                   total severity / 3
    shock: Floats  # (dyad, B)                  sum of severity x flares less its mean
    mediation: Floats  # (dyad, B)
    credibility: Floats  # (dyad,)
    # meetings
    summit: Ints  # (dyad, B)                   1 this month
    trilateral: Ints  # (1, B)
    recent_summits: Floats  # (dyad, B)
    first_posture: Floats  # (1,)
    # the hub and the spokes
    commitment: Floats  # (spoke, B)
    usual_commitment: Floats  # (spoke, B)      of the hub's government
    fear: Floats  # (state, B)                  0 for states that are no spokes
    tension: Floats  # (1, B)
    ways: Floats  # (4, B)                      what `alignment.ways` makes of tension
    alignment_security: Floats  # (spoke, B)    0 rival to 1 hub
    alignment_economy: Floats  # (spoke, B)
    conceded: Floats  # (spoke, B)              mean over the demands of security
    concession: Floats  # (demand * spoke, B)   row demand * spokes + spoke
    coordination: Ints  # (demand, B)
    weight: Floats  # (demand,)                 share of the hub's stakes
    stake: Floats  # (demand * spoke,)          curvature of a spoke's cost
    loss: Floats  # (spoke, B)                  of a spoke without any deal
    total_loss: Floats  # (1, B)                of all spokes
    multiplier: Floats  # (1, B)                of all spokes at one table on one demand
    offer: Floats  # (demand * spoke, B)        terms that are put before a spoke's home
    offer_value: Floats  # (spoke, B)
    cost: Floats  # (1, B)                      of coordination
    # the track
    stage: Ints  # (proliferator, B)
    talks: Floats  # (state, B)
    density: Floats  # (dyad, B)
    public_good: Floats  # (1, B)
    # relations, logit
    relation: Floats  # (dyad, B)
    level: Floats  # (dyad, B)
    flare: Floats  # (dyad, B)
    driver: Floats  # (dyad, B)                 what the drivers have moved so far
    politics: Floats  # (dyad, B)               what the two governments add to the drivers' sum
    reference: Floats  # (dyad,)                drivers' sum at the recorded means
    driver_memory: Floats  # (1,)
    closeness: NDArray[np.float32]  # (dyad, B)  tanh of last month's relation
    first_closeness: Floats  # (dyad,)          tanh of the starting relation
    out_of_range: Ints  # (1, B)                1 when a relation was ever held at its bound
    coordinated: Floats  # (1, B)               mean of coordination over demands
    room: Floats  # (4, B)                      scratch
    long_room: Floats  # (state * B,)           scratch
    marks: Ints  # (1, B)                       scratch
    marked: Ints  # (1, B)                      scratch: members that are marked
    mark_words: Ints  # (1, B / 8)               the bytes of marks, eight at a time
    most_words: NDArray[np.uint32]  # (1, B)    scratch: random words up to here are enough
    listed: NDArray[np.uint32]  # (2, event)    scratch: entity and member of events
    addressed: NDArray[np.uint64]  # (2, 4 * event)  scratch: number of the member, stream
    event_room: Floats  # (3, 4 * event)        scratch of numbers by event
    table: Floats  # (5, spoke)                 scratch for one bargain


_COUNTS = {  # the narrowest type that holds them: what is narrow is fetched and written faster
    np.int8: (
        "done", "terms", "government_changed", "upheld", "status", "gates", "n_in_force",
        "ruptured", "severity", "flares", "summit", "trilateral", "coordination", "stage",
        "out_of_range", "marks", "asked_acts", "asked_restores", "turned_restores", "unsettled",
        "gravest",
    ),
    np.int16: ("coalition", "total_severity"),
    np.int32: ("settles", "term_ends"),
    np.uint32: (  # indices without a sign need no look whether they count from the end
        "marked", "changed", "settled_in", "asked_duty", "asked_member", "weighed_family",
        "weighed_member", "listed", "most_words", "asked_place", "turned_agreement",
        "turned_member",
    ),
    np.uint64: ("addressed",),
    np.float32: ("closeness",),
    np.int64: (
        "n_changed", "n_settled_in", "is_alive", "n_asked", "n_turned",
    ),
}  # fmt: skip
_KIND = {name: kind for kind, names in _COUNTS.items() for name in names}
_PER = {
    "state": (
        "coalition", "unsettled", "settles", "term_ends", "terms", "government_changed",
        "changed", "settled_in", "pressure", "threat", "fear", "talks",
    ),
    "belief": ("certainty", "heard", "upheld"),
    "agreement": ("status", "depth", "limit", "gates"),
    "family": ("strain", "hazard", "wear", "nearest"),
    "docket": ("severity", "flares", "excitation", "mediated_end"),
    "spoke": (
        "loss", "offer_value", "commitment", "usual_commitment", "conceded", "alignment_security",
        "alignment_economy",
    ),
    "proliferator": ("stage",),
    "one": ("cost", "total_loss", "multiplier", "coordinated", "marks", "marked", "posture",
            "trilateral", "tension", "public_good", "out_of_range", "most_words"),
    "row": ("held", "factor", "shift"),
}  # fmt: skip


def empty_world(constants: Constants, levers: Levers, members: int) -> World:
    """Return a world with room for one block; the rules' ``start`` functions fill it."""
    n, spokes = len(constants.office), len(constants.spokes)
    demands = len(constants.in_security)
    counts = {
        "state": n,
        "belief": len(constants.believer),
        "agreement": len(constants.form),
        "family": len(constants.first_of) - 1,
        "docket": len(constants.docket_pair),
        "spoke": spokes,
        "proliferator": len(constants.proliferators),
        "one": 1,
        "row": len(levers.low),
    }
    rows = {name: counts[kind] for kind, names in _PER.items() for name in names}
    rows |= {
        "done": len(levers.target), "orientation": n * COMPONENTS,
        "concession": demands * spokes, "coordination": demands, "offer": demands * spokes,
        "room": 4, "ways": 4,
    }  # fmt: skip
    events = max(counts["state"], counts["docket"]) * members + LANES
    shapes: dict[str, tuple[int, ...]] = {
        "listed": (2, events),
        "addressed": (2, 4 * events),
        "event_room": (3, 4 * events),
        "n_changed": (n, 1),
        "is_alive": (len(constants.first_of) - 1,),
        "steady": (len(constants.first_of) - 1,),
        "n_asked": (1,),
        "n_turned": (1,),
        "pull": (len(constants.first_of) - 1,),
        "depth_scale": (2,),
        "n_settled_in": (n, 1),
        "table": (5, max(spokes, 1)),
        "exit_probability": (n,),
        "base_hazard": (len(constants.first_of) - 1,),
        **dict.fromkeys(("lean", "burden", "distance"), (len(constants.tie) * (members + 1),)),
        "credibility": (len(constants.pairs),),
        "first_posture": (1,),
        "weight": (demands,),
        "stake": (demands * spokes,),
        "reference": (len(constants.pairs),),
        "driver_memory": (1,),
        "first_closeness": (len(constants.pairs),),
        "long_room": (n * members,),
    }
    n_duties, n_kin = len(constants.duty), len(constants.kin)
    most = {"asked_": n_duties, "weighed": 2 * n_kin, "turned_": counts["agreement"] + n_duties}
    for start, each in most.items():
        room = each * members + LANES
        shapes |= {name: (room,) for name in World._fields if name.startswith(start)}
    arrays: dict[str, Any] = {
        name: np.zeros(
            shapes.get(name, (rows.get(name, len(constants.pairs)), members)),
            _KIND.get(name, np.float64),
        )
        for name in World._fields
    }
    arrays["mark_words"] = arrays["marks"].view(np.int64)
    return World(**arrays)

"""The state of a block of members: one array per quantity, the member axis last.

A `World` is everything that a month leaves to the next one. Rules read and write it in place, each
in its turn, so that every rule sees the world that the rule before it left.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.layout import Constants

COMPONENTS = 4
BLOCK = 256
"""Members simulated side by side; a multiple of every vector width."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class World(NamedTuple):
    """A block of members, every array (entity, member)."""

    # governments
    coalition: Ints  # (state, B)               numbered over all states
    months_in_office: Ints  # (state, B)
    months_since_support: Ints  # (state, B)
    clock: Ints  # (state, B)                   months to the next term
    terms: Ints  # (state, B)
    exit_probability: Floats  # (state, B)
    orientation: Floats  # (state * 4, B)       row 4 i + component, -1 to 1
    pair_orientation: Floats  # (dyad, B)
    government_changed: Ints  # (state, B)      in this month: 1, with a change of support 2
    changed: Ints  # (state, B)                 members whose government changed, first n_changed
    n_changed: Ints  # (state, 1)
    # held quantities, 0 to 1
    mediation: Floats  # (dyad, B)
    density: Floats  # (dyad, B)
    fear: Floats  # (state, B)
    pressure: Floats  # (state, B)
    threat: Floats  # (state, B)
    talks: Floats  # (state, B)
    # agreements
    status: Ints  # (agreement, B)              position in STATUSES
    most_background: Floats  # (agreement, B)   no background probability is above it
    burden: Floats  # (agreement, B)            what depth and channels add to x
    base_hazard: Floats  # (form, B)            of not being upheld at the reference, per month
    reviewed: Ints  # (2, B)                    stamp of a member's last review; members to review
    stock: Floats  # (dyad, B)                  depth in force
    impulse: Floats  # (dyad, B)                of this month
    # disputes
    severity: Ints  # (docket, B)               0 closed
    flares: Ints  # (docket, B)                 in this month
    excitation: Floats  # (docket, B)
    load: Floats  # (dyad, B)                   sum of severity / 3
    shock: Floats  # (dyad, B)                  sum of severity x flares less its mean
    # relations, logit
    relation: Floats  # (dyad, B)
    level: Floats  # (dyad, B)
    flare: Floats  # (dyad, B)
    driver: Floats  # (dyad, B)                 what the drivers have moved so far
    government_effect: Floats  # (dyad, B)
    reference: Floats  # (dyad, B)              drivers' sum at the recorded means
    driver_memory: Floats  # (1, B)
    closeness: Floats  # (dyad, B)              tanh of last month's relation
    out_of_range: Ints  # (1, B)                1 when a relation was ever held at its bound
    room: Floats  # (2, B)                      scratch
    record: Floats  # (4, B)                    scratch for the four recorded drivers


_INTEGER = (
    "coalition", "months_in_office", "months_since_support", "clock", "terms", "government_changed",
    "changed", "n_changed", "status", "reviewed", "severity", "flares", "out_of_range",
)  # fmt: skip
_PER_STATE = (
    "coalition", "months_in_office", "months_since_support", "clock", "terms", "exit_probability",
    "government_changed", "changed", "fear", "pressure", "threat", "talks",
)  # fmt: skip
_PER_AGREEMENT = ("status", "most_background", "burden")
_PER_DOCKET = ("severity", "flares", "excitation")
_PER_BLOCK = {
    "reviewed": 2, "base_hazard": 3, "driver_memory": 1, "out_of_range": 1, "room": 2, "record": 4,
}  # fmt: skip


def empty_world(constants: Constants, members: int) -> World:
    """Return a world with room for one block; the rules' ``start`` functions fill it."""
    n, pairs = len(constants.office), len(constants.pairs)
    arrays = {}
    for name in World._fields:
        if name in _PER_STATE:
            rows = n
        elif name in _PER_AGREEMENT:
            rows = len(constants.form)
        elif name in _PER_DOCKET:
            rows = len(constants.docket_pair)
        else:
            rows = _PER_BLOCK.get(name, pairs)
        shape = {"orientation": (n * COMPONENTS, members), "n_changed": (n, 1)}.get(
            name, (rows, members)
        )
        arrays[name] = np.zeros(shape, np.int64 if name in _INTEGER else np.float64)
    return World(**arrays)

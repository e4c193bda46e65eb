"""Who is who: states, pairs and roles as plain arrays."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case, StateEntry
from comity.core.states import component_toward


def role_constants(case: Case) -> dict[str, NDArray]:
    """Return the fields of `Constants` that roles decide."""
    pairs = _pair_constants(case)
    dyad, n = pairs["dyad"], len(case.index)
    spokes, hub = _with_role(case, "spoke"), case.index.number(case.hub)
    allies = sorted({hub, *spokes})
    ordered = [(j, i) for j, i in permutations(allies, 2)]
    belief = np.full((n, n), -1)
    for row, (j, i) in enumerate(ordered):
        belief[j, i] = row
    number = np.full(n, -1)
    number[spokes] = np.arange(len(spokes))
    return {
        **pairs,
        "hub": np.array([hub]),
        "spokes": _integers(spokes),
        "rivals": _integers(_with_role(case, "rival")),
        "patrons": _integers(_with_role(case, "patron")),
        "proliferators": _integers(_with_role(case, "proliferator")),
        "spoke_pairs": _integers([dyad[i, j] for i, j in combinations(spokes, 2)]),
        "allied_pairs": _integers([dyad[i, j] for i, j in combinations(allies, 2)]),
        "believer": _integers([j for j, _ in ordered]),
        "about": _integers([i for _, i in ordered]),
        "belief": belief,
        "spoke_number": number,
    }


def _integers(values: list[int]) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def _with_role(case: Case, role: str) -> list[int]:
    return [case.index.number(code) for code in case.with_role(role)]


def _pair_constants(case: Case) -> dict[str, NDArray]:
    index, entries = case.index, case.entries
    n = len(index)
    dyad = np.full((n, n), -1)
    for number, (i, j) in enumerate(index.pairs):
        dyad[i, j] = dyad[j, i] = number
    toward = np.array([[component_toward(other.roles) for other in entries] for _ in entries])
    two_spokes, hub_spoke, hub_proliferator, spoke_proliferator = [], [], [], []
    for i, j in index.pairs:
        two_spokes.append(int(entries[i].has_role("spoke") and entries[j].has_role("spoke")))
        hub_spoke.append(_partner(entries, i, j, "hub", "spoke")[1])
        hub_proliferator.append(_partner(entries, i, j, "hub", "proliferator")[1])
        spoke_proliferator.append(_partner(entries, i, j, "spoke", "proliferator"))
    return {
        "pairs": index.pairs,
        "dyad": dyad,
        "toward": toward.astype(np.int64).reshape(n, n),
        "two_spokes": np.array(two_spokes, np.int64),
        "hub_spoke": np.array(hub_spoke, np.int64),
        "hub_proliferator": np.array(hub_proliferator, np.int64),
        "spoke_proliferator": np.array(spoke_proliferator, np.int64).reshape(-1, 2),
    }


def _partner(
    entries: tuple[StateEntry, ...], i: int, j: int, first: str, second: str
) -> tuple[int, int]:
    if entries[i].has_role(first) and entries[j].has_role(second):
        return int(i), int(j)
    if entries[j].has_role(first) and entries[i].has_role(second):
        return int(j), int(i)
    return -1, -1

"""What comes from the hub: fear of abandonment and pressure, kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.drivers import NOBODY
from comity.core.judged import JudgedNumber
from comity.record.hostility import remembered_hostility

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def fear_series(
    case: Case, numbers: Mapping[str, JudgedNumber], office: Ints
) -> tuple[Floats, Floats]:
    """Return the fear that both spokes of a pair share and how far their fears differ.

    Each (dyad, time); 0 for pairs that are not two spokes. The smaller of the two fears, and their
    distance.
    """
    fear = spoke_fear(
        case, numbers, office, remembered_hostility(case, case.with_role("proliferator"))
    )
    return of_two_spokes(case, fear)


def spoke_fear(
    case: Case, numbers: Mapping[str, JudgedNumber], office: Ints, threat: Floats
) -> Floats:
    """Return every spoke's fear of being abandoned by the hub, (state, time), 0 for others.

    ``F = logistic(f_0 - f_C (C - 1/2) + f_T T (1 - s))`` with the commitment C of the hub's
    coalition in office, the threat T and self-reliance s, as in the futures. Where nobody is
    recorded in office, commitment is ``commitment.default``.
    """
    f_0, f_c, f_t = (
        numbers[f"abandonment.{name}"].central
        for name in ("intercept", "commitment_effect", "threat_effect")
    )
    fear = np.zeros(threat.shape)
    for code in case.with_role("spoke"):
        state = case.index.number(code)
        own = first_of(
            numbers, f"abandonment.self_reliance.{code}", "abandonment.self_reliance.default"
        )
        commitment = hub_commitment(case, numbers, office, code)
        drive = f_0 - f_c * (commitment - 0.5) + f_t * threat[state] * (1 - own)
        fear[state] = 1 / (1 + np.exp(-drive))
    return fear


def hub_commitment(
    case: Case, numbers: Mapping[str, JudgedNumber], office: Ints, spoke: str
) -> Floats:
    """Return the judged commitment of the hub's government in office to a spoke, (time,)."""
    values: list[float] = []
    for row in office[case.index.number(case.hub)].tolist():
        names = ["commitment.default"]
        if row != NOBODY:
            coalition = case.governments[row].coalition
            names = [f"commitment.{spoke}.{coalition}", f"commitment.{coalition}", *names]
        values.append(first_of(numbers, *names))
    return np.array(values)


def pressure_series(case: Case) -> tuple[Floats, Floats]:
    """Return the pressure by the hub that two spokes share and how far it is unequal.

    Each (dyad, time); 0 for pairs that are not two spokes.
    """
    return of_two_spokes(case, remembered_hostility(case, case.with_role("hub")))


def of_two_spokes(case: Case, by_state: Floats) -> tuple[Floats, Floats]:
    """Return the smaller of two spokes' values and their distance, (dyad, time) each."""
    shared, unequal = np.zeros((2, case.index.n_dyads, by_state.shape[1]))
    for first, second in combinations(case.with_role("spoke"), 2):
        dyad = case.index.dyad_number(f"{first}-{second}")
        one, other = (by_state[case.index.number(code)] for code in (first, second))
        shared[dyad], unequal[dyad] = np.minimum(one, other), np.abs(one - other)
    return shared, unequal


def first_of(numbers: Mapping[str, JudgedNumber], *names: str) -> float:
    """Return the central value of the first of some names that is judged."""
    return next(numbers[name].central for name in names if name in numbers)

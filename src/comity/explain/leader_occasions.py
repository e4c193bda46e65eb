"""Deaths and incapacity in office from a table of leaders, as occasions for an event study.

A death has its date from chance and not from how the state stood with others [1]_. A case of a few
states has hardly any; a table of all leaders beside a panel of all states has enough.

References
----------
.. [1] Jones & Olken (2005). Do leaders matter? National leadership and growth since World War II.
   Quarterly Journal of Economics 120(3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import Occasions
from comity.core.errors import NotEstimableError
from comity.core.states import StateIndex
from comity.core.world_tables import Leaders

Ints = NDArray[np.int64]
CHANCE = ("natural death", "retired due to ill health")
"""Ways of leaving, in Archigos's words, that chance has dated; suicides and murders are not."""
LEAST_DAYS = 31
"""Days in office below which a leader is a stopgap: neither the coming nor the going counts."""
WORDS = "deaths and incapacity in office, from a table of leaders"


def chance_occasions(
    leaders: Leaders, index: StateIndex, months: Ints, period_months: int = 1
) -> Occasions:
    """Return the deaths and incapacities in office of the states of a panel.

    Parameters
    ----------
    leaders
        Spells in office, with how each leader left.
    index
        States of the panel; others in the table are passed over.
    months
        First month of each period, months since 1970-01, (time,), one after the other.
    period_months
        Length of a period.

    Returns
    -------
    occasions
        In the period in which the leader's time ended, on all pairs of the state. Every change of a
        leader, whatever its reason, touches these pairs, and so does every period in which the
        table has nobody in office: a pair that is not known to be quiet is no control.

    Raises
    ------
    NotEstimableError
        The table does not say how leaders left, or knows none of the states.
    """
    if not np.isin(np.char.lower(leaders.how_left), CHANCE).any():
        raise NotEstimableError(
            f"{leaders.source}: a table of leaders must say who died or fell ill in office; found "
            f"none among {len(leaders.state):,} spells. Use Archigos, whose column exit does."
        )
    number = {code: k for k, code in enumerate(index)}
    if not number.keys() & set(leaders.state.tolist()):
        raise NotEstimableError(
            f"{leaders.source}: the table must cover states of the panel; found none of "
            f"{len(index)}. Check that both use ISO 3166 codes."
        )
    touched = np.ones((len(index), len(months)), bool)  # until somebody is known to be in office
    falls: list[tuple[int, int]] = []
    for code, state in number.items():
        for before, after in _successions(leaders, code):
            begin, end = leaders.start[before], leaders.end[before]
            first, last = (_period(day, months, period_months) for day in (begin, end))
            touched[state, max(first, 0) : max(last + 1, 0)] = False
            if 0 <= first < len(months):
                touched[state, first] = True
            if not 0 <= last < len(months) or leaders.is_in_office[before]:
                continue
            touched[state, last] = True
            if after and leaders.how_left[before].lower() in CHANCE:
                falls.append((state, last))
    i, j = index.pairs.T
    rows = [
        (int(pair), time, occasion)
        for occasion, (state, time) in enumerate(falls)
        for pair in np.flatnonzero((i == state) | (j == state))
    ]
    pair, time, occasion = np.array(rows, np.int64).reshape(-1, 3).T
    return Occasions("chance", WORDS, pair, time, occasion, touched[i] | touched[j])


def _successions(leaders: Leaders, code: str) -> list[tuple[int, bool]]:
    """Return rows of a state's leaders in order of time, and whether somebody follows."""
    rows = np.flatnonzero(
        (leaders.state == code)
        & ((leaders.end - leaders.start >= np.timedelta64(LEAST_DAYS, "D")) | leaders.is_in_office)
    )
    rows = rows[np.argsort(leaders.start[rows], kind="stable")]
    return [(int(row), place + 1 < len(rows)) for place, row in enumerate(rows)]


def _period(day: np.datetime64, months: Ints, period_months: int) -> int:
    month = int(day.astype("datetime64[M]").astype(np.int64))
    return (month - int(months[0])) // period_months

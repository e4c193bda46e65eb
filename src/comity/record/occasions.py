"""Dated changes of government, by kind: what event studies look around."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.drivers import NOBODY, Occasions
from comity.record.incumbents import scheduled_changes

Ints = NDArray[np.int64]
CHANCE = ("death", "incapacity")


def government_occasions(case: Case, office: Ints) -> tuple[Occasions, ...]:
    """Return changes of government by what they change and why they came.

    Changes that bring another coalition and those that keep it tell what comes with the coalition
    from what comes with a new head [1]_. Scheduled ones have their date from the calendar, deaths
    and incapacity in office from chance [2]_. Acting heads are no change.

    Parameters
    ----------
    case
        The case.
    office
        `comity.record.incumbents.incumbents`.

    References
    ----------
    .. [1] McGillivray & Smith (2008). Punishing the Prince.
    .. [2] Jones & Olken (2005). Do leaders matter? Quarterly Journal of Economics 120(3).
    """
    changes = _changes(case, office)
    scheduled = scheduled_changes(case, office)
    kinds = {
        "support-changed": (
            "changes of government that bring another coalition",
            lambda old, new, state, time: old.coalition != new.coalition,
        ),
        "support-kept": (
            "changes of government that keep the coalition",
            lambda old, new, state, time: old.coalition == new.coalition,
        ),
        "scheduled": (
            "changes of government at the end of fixed terms",
            lambda old, new, state, time: scheduled[state, time],
        ),
        "death": (
            "deaths and incapacity in office",
            lambda old, new, state, time: old.left in CHANCE,
        ),
    }
    touched_state = np.zeros(office.shape, bool)
    for state, time, _, _ in changes:
        touched_state[state, time] = True
    i, j = case.index.pairs.T
    touched = touched_state[i] | touched_state[j]
    out: list[Occasions] = []
    for name, (words, belongs) in kinds.items():
        falls: list[tuple[int, int, int]] = []
        for number, (state, time, before, after) in enumerate(changes):
            if belongs(case.governments[before], case.governments[after], state, time):
                pairs = np.flatnonzero((i == state) | (j == state))
                falls += [(int(pair), time, number) for pair in pairs]
        columns = np.array(falls, np.int64).reshape(-1, 3).T
        out.append(Occasions(name, words, columns[0], columns[1], columns[2], touched))
    return tuple(out)


def _changes(case: Case, office: Ints) -> list[tuple[int, int, int, int]]:
    """Return state, month, old and new row of every change of government, acting heads skipped."""
    found: list[tuple[int, int, int, int]] = []
    for state in range(len(office)):
        held = NOBODY
        for time, row in enumerate(office[state].tolist()):
            if row == NOBODY or case.governments[row].acting:
                continue
            if held not in (NOBODY, row):
                found.append((state, time, held, row))
            held = row
    return found

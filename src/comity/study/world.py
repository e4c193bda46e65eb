"""Acts of the world around a case: all states of an event store, where it holds many."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from comity.core.case import Case
from comity.core.errors import SparseDataWarning

if TYPE_CHECKING:
    from comity.core.class_counts import ClassCounts

LEAST_STATES = 12
"""States of a store from which on it is read as a world; ASSUMED, as with state effects."""

MAX_STATES = 250
"""States that are measured, those with most acts: twice as many would need four times the room."""


def world_counts(store: Path, case: Case) -> tuple[ClassCounts, int] | None:
    """Return acts by month between all states of a store, and how many states were left out.

    Months are those of the case. None where the store holds fewer than `LEAST_STATES` states in
    them. States of the case are never left out where the store has them.
    """
    from comity.record.store import count_stored_events

    with warnings.catch_warnings():  # said when the case's own pairs were counted
        warnings.simplefilter("ignore", SparseDataWarning)
        first, last = case.first_month, case.last_month
        counts = count_stored_events(store, first=first, last=last)
        n_states = len(counts.index)
        if n_states < LEAST_STATES:
            return None
        if n_states > MAX_STATES:
            kept = _busiest(counts, set(case.index.codes))
            counts = count_stored_events(store, states=kept, first=first, last=last)
    return counts, n_states - len(counts.index)


def _busiest(counts: ClassCounts, wanted: set[str]) -> list[str]:
    """Return the `MAX_STATES` states with most acts, as source and target, the wanted ones first.

    Ends are worked out from positions: the list of all directed dyads may not fit into memory.
    """
    n = len(counts.index)
    source, rest = np.divmod(counts.directed, n - 1)
    acts = counts.volume
    total = np.bincount(source, acts, n) + np.bincount(rest + (rest >= source), acts, n)
    codes = counts.index.codes
    ranked = sorted(range(n), key=lambda state: (codes[state] not in wanted, -total[state]))
    return [codes[state] for state in ranked[:MAX_STATES]]

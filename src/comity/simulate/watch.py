"""Yes or no for every member, found while a block is simulated.

A `Watch` is a table of conditions on one entity of the world; each is looked at in some months, and
an outcome happens where its conditions held often enough. `comity.simulate.outcomes` writes the
table and says the same of a trace in words that are easier to read.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import part

SOURCES = (
    "relation", "alignment_security", "alignment_economy", "public_good", "is_open", "mediated",
    "status", "change", "flares", "summits", "trilateral", "coordination", "stage", "coalition",
)  # fmt: skip
"""What a condition may be about, by the names of a trace: four levels, two signs, counts."""
(
    _RELATION, _SECURITY, _ECONOMY, _PUBLIC_GOOD, _IS_OPEN, _MEDIATED,
    _STATUS, _CHANGE, _FLARES, _SUMMITS, _TRILATERAL, _COORDINATION, _STAGE, _COALITION,
) = range(len(SOURCES))  # fmt: skip
HIGHEST = 127
"""The highest count that a condition may name, except for coalitions."""

Ints = NDArray[np.int64]


class Watch(NamedTuple):
    """Conditions, and how often they have held in each member so far."""

    source: Ints  # (condition,)                     position in SOURCES
    row: Ints  # (condition,)                        entity
    first: Ints  # (condition,)                      months in which it is looked at
    last: Ints  # (condition,)
    above: NDArray[np.float64]  # (condition,)       a level holds above this number of float32
    is_above_start: Ints  # (condition,)             1 where it holds above the starting relation
    low: Ints  # (condition,)                        a count holds from low to high
    high: Ints  # (condition,)
    outcome: Ints  # (condition,)
    at_least: Ints  # (outcome,)                     how often conditions must hold
    until: Ints  # (1,)                              last month that any condition looks at
    start: NDArray[np.float64]  # (dyad,)            starting relation of the block
    members: Ints  # (1,)                            members of the block that count
    held: NDArray[np.uint16]  # (outcome, member)    how often conditions have held
    happened: Ints  # (outcome,)                     members in which it happens


_KINDS: dict[str, Any] = {"above": np.float64, "start": np.float64, "held": np.uint16}
_EMPTY: dict[str, Any] = {
    name: np.zeros((0, 0) if name == "held" else 0, _KINDS.get(name, np.int64))
    for name in Watch._fields
}
NOTHING = Watch(**_EMPTY)._replace(until=np.array([-2]))
"""No conditions and no outcomes."""


@part()
def _levels(row, level, held):
    for b in range(held.shape[0]):
        held[b] += np.float32(row[b]) > level


@part()
def _signs(row, held):
    for b in range(held.shape[0]):
        held[b] += row[b] > 0


@part()
def _counts(row, low, high, held):
    for b in range(held.shape[0]):
        held[b] += (row[b] >= low) & (row[b] <= high)


@part()
def _count(w, source, row, low, high, held):
    if source == _STATUS:
        values = w.status[row]
    elif source == _CHANGE:
        values = w.government_changed[row]
    elif source == _FLARES:
        values = w.flares[row]
    elif source == _SUMMITS:
        values = w.summit[row]
    elif source == _TRILATERAL:
        values = w.trilateral[row]
    elif source == _COORDINATION:
        values = w.coordination[row]
    else:
        values = w.stage[row]
    _counts(values, low, high, held)


@part()
def watch_month(w, watch, t):
    """Look at what is to be looked at in this month of the world, -1 for the recorded present."""
    if t < 0:
        _forget(watch)
    for i in range(watch.source.shape[0]):
        if (watch.first[i] <= t) & (t <= watch.last[i]):
            _look(w, watch, i, watch.held[watch.outcome[i]])
    if t == watch.until[0]:
        _add_up(watch)


@part()
def _forget(watch):
    for o in range(watch.held.shape[0]):
        held, watch.happened[o] = watch.held[o], 0
        for b in range(held.shape[0]):
            held[b] = 0


@part()
def _look(w, watch, i, held):
    source, row, low, high = watch.source[i], watch.row[i], watch.low[i], watch.high[i]
    if source <= _PUBLIC_GOOD:
        _level(w, watch, i, held)
    elif source == _IS_OPEN:
        _signs(w.load[row], held)
    elif source == _MEDIATED:
        _signs(w.mediation[row], held)
    elif source == _COALITION:
        _counts(w.coalition[row], np.int16(low), np.int16(high), held)
    else:
        _count(w, source, row, np.int8(low), np.int8(high), held)


@part()
def _level(w, watch, i, held):
    source, row = watch.source[i], watch.row[i]
    if source == _RELATION:
        values = w.relation[row]
    elif source == _SECURITY:
        values = w.alignment_security[row]
    elif source == _ECONOMY:
        values = w.alignment_economy[row]
    else:
        values = w.public_good[row]
    level = watch.start[row] if watch.is_above_start[i] else watch.above[i]
    _levels(values, np.float32(level), held)


@part()
def _add_up(watch):
    for o in range(watch.held.shape[0]):
        held, least, n = watch.held[o], np.uint16(watch.at_least[o]), np.int64(0)
        for b in range(watch.members[0]):
            n += held[b] >= least
        watch.happened[o] = n

"""What is remembered of a block, month by month, for those who read its months afterwards."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.bundle import Bundle
from comity.simulate.compiled import part
from comity.simulate.layout import Constants

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


class Trace(NamedTuple):
    """One block's months, every array (entity, month, member).

    Written once and read once, a trace is as narrow as its readers allow.
    """

    relation: Floats  # (dyad, ...)                logit
    is_open: Bytes  # (dyad, ...)                  1 with an open docket
    flares: Bytes  # (docket, ...)                 flares of the month
    status: Bytes  # (agreement, ...)              position in STATUSES
    coalition: Bytes  # (state, ...)               numbered over all states
    change: Bytes  # (state, ...)                  1 new leader, 2 new source of support
    mediated: Bytes  # (dyad, ...)                 1 when the hub mediates
    summits: Bytes  # (dyad, ...)                  1 when the two meet at the top
    trilateral: Bytes  # (1, ...)
    coordination: Bytes  # (demand, ...)
    stage: Bytes  # (proliferator, ...)            0 to 4
    alignment_security: Floats  # (spoke, ...)     0 rival to 1 hub
    alignment_economy: Floats  # (spoke, ...)
    public_good: Floats  # (1, ...)


EVERYTHING = Trace._fields
"""Every array, in order."""


def empty_trace(
    constants: Constants, n_months: int, members: int, wanted: Collection[str] = EVERYTHING
) -> Trace:
    """Return room for one block, (entity, month, member); arrays not wanted have no entities.

    What a month writes is in one piece of each array.
    """
    n, pairs = len(constants.office), len(constants.pairs)
    rows = {
        "status": len(constants.form), "coalition": n, "change": n, "trilateral": 1,
        "flares": len(constants.docket_pair), "coordination": len(constants.in_security),
        "stage": len(constants.proliferators), "alignment_security": len(constants.spokes),
        "alignment_economy": len(constants.spokes), "public_good": 1,
    }  # fmt: skip
    floats = ("relation", "alignment_security", "alignment_economy", "public_good")
    arrays: dict[str, Any] = {}
    for name in Trace._fields:
        shape = (n_months, rows.get(name, pairs) if name in wanted else 0, members)
        kind = np.float32 if name in floats else np.uint8
        arrays[name] = np.swapaxes(np.zeros(shape, kind), 0, 1)
    return Trace(**arrays)


_SOURCES = {
    "is_open": "load", "change": "government_changed", "mediated": "mediation", "summits": "summit",
}  # fmt: skip


def as_written(trace: Trace) -> Bundle:
    """Return the memory of a trace as a month writes it: each array (month, entity x member)."""
    return Bundle(
        {
            name: np.swapaxes(rows, 0, 1).reshape(rows.shape[1], -1)
            for name, rows in trace._asdict().items()
        }
    )


def as_read(world: Any) -> Bundle:
    """Return the memory of the world that a trace remembers: each array (entity x member,)."""
    return Bundle(
        {name: getattr(world, _SOURCES.get(name, name)).reshape(-1) for name in Trace._fields}
    )


@part()
def _write(row, values):
    for i in range(row.shape[0]):
        row[i] = values[i]


@part()
def _write_positive(row, values):
    for i in range(row.shape[0]):
        row[i] = 1 if values[i] > 0 else 0


@part()
def remember(now, trace, t):
    """Write this month of the world, as `as_read` gives it, into the trace."""
    _write(trace.relation[t], now.relation)
    _write(trace.status[t], now.status)
    _write(trace.coalition[t], now.coalition)
    _write(trace.change[t], now.change)
    _write(trace.flares[t], now.flares)
    _write(trace.summits[t], now.summits)
    _write(trace.trilateral[t], now.trilateral)
    _write(trace.coordination[t], now.coordination)
    _write(trace.stage[t], now.stage)
    _write(trace.alignment_security[t], now.alignment_security)
    _write(trace.alignment_economy[t], now.alignment_economy)
    _write(trace.public_good[t], now.public_good)
    _write_positive(trace.mediated[t], now.mediated)
    _write_positive(trace.is_open[t], now.is_open)

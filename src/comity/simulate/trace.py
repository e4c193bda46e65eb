"""What is remembered of a block, month by month, until its summaries are made."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

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


def empty_trace(constants: Constants, n_months: int, members: int) -> Trace:
    """Return room for one block."""
    n, pairs = len(constants.office), len(constants.pairs)
    rows = {
        "status": len(constants.form), "coalition": n, "change": n, "trilateral": 1,
        "flares": len(constants.docket_pair), "coordination": len(constants.in_security),
        "stage": len(constants.proliferators), "alignment_security": len(constants.spokes),
        "alignment_economy": len(constants.spokes), "public_good": 1,
    }  # fmt: skip
    floats = ("relation", "alignment_security", "alignment_economy", "public_good")
    arrays: dict[str, Any] = {
        name: np.zeros(
            (rows.get(name, pairs), n_months, members),
            np.float32 if name in floats else np.uint8,
        )
        for name in Trace._fields
    }
    return Trace(**arrays)


def by_month(trace: Trace) -> Trace:
    """Return the same as (month, entity, member) in C order, as the kernel writes it.

    What a month writes is then in one piece of each array.
    """
    return Trace._make(np.ascontiguousarray(np.swapaxes(rows, 0, 1)) for rows in trace)


def by_entity(written: Trace) -> Trace:
    """Return what `by_month` gave as (entity, month, member) again, without a copy."""
    return Trace._make(np.swapaxes(rows, 0, 1) for rows in written)


@part()
def _write(rows, t, values):
    for k in range(values.shape[0]):
        row, value = rows[t, k], values[k]
        for b in range(value.shape[0]):
            row[b] = value[b]


@part()
def _write_positive(rows, t, values):
    for k in range(values.shape[0]):
        row, value = rows[t, k], values[k]
        for b in range(value.shape[0]):
            row[b] = 1 if value[b] > 0 else 0


@part()
def remember(w, c, trace, t):
    """Write this month of the world into the trace."""
    _write(trace.relation, t, w.relation)
    _write(trace.status, t, w.status)
    _write(trace.coalition, t, w.coalition)
    _write(trace.change, t, w.government_changed)
    _write(trace.flares, t, w.flares)
    _write(trace.summits, t, w.summit)
    _write(trace.trilateral, t, w.trilateral)
    _write(trace.coordination, t, w.coordination)
    _write(trace.stage, t, w.stage)
    _write(trace.alignment_security, t, w.alignment_security)
    _write(trace.alignment_economy, t, w.alignment_economy)
    _write(trace.public_good, t, w.public_good)
    _write_positive(trace.mediated, t, w.mediation)
    _write_positive(trace.is_open, t, w.load)

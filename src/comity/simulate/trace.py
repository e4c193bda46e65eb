"""What is remembered of a block, month by month, until its summaries are made."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import part
from comity.simulate.layout import Constants


class Trace(NamedTuple):
    """One block's months, every array (entity, month, member)."""

    relation: NDArray[np.float64]  # (dyad, ...)            logit
    is_open: NDArray[np.uint8]  # (dyad, ...)               1 with an open docket
    flares: NDArray[np.uint8]  # (docket, ...)              flares of the month
    status: NDArray[np.uint8]  # (agreement, ...)           position in STATUSES
    coalition: NDArray[np.uint8]  # (state, ...)            numbered over all states
    change: NDArray[np.uint8]  # (state, ...)               1 new leader, 2 new source of support


def empty_trace(constants: Constants, n_months: int, members: int) -> Trace:
    """Return room for one block."""
    n, pairs = len(constants.office), len(constants.pairs)
    dockets = len(constants.docket_pair)
    rows = {"status": len(constants.form), "coalition": n, "change": n, "flares": dockets}
    return Trace(
        relation=np.zeros((pairs, n_months, members)),
        **{
            name: np.zeros((rows.get(name, pairs), n_months, members), np.uint8)
            for name in Trace._fields[1:]
        },
    )


@part()
def _write(rows, t, values):
    for k in range(values.shape[0]):
        row, value = rows[k, t], values[k]
        for b in range(value.shape[0]):
            row[b] = value[b]


@part()
def remember(w, c, trace, t):
    """Write this month of the world into the trace."""
    _write(trace.relation, t, w.relation)
    _write(trace.status, t, w.status)
    _write(trace.coalition, t, w.coalition)
    _write(trace.change, t, w.government_changed)
    _write(trace.flares, t, w.flares)
    for d in range(c.docket_pair.shape[0]):
        row = trace.is_open[c.docket_pair[d], t]
        for b in range(row.shape[0]):
            row[b] = 0
    for d in range(c.docket_pair.shape[0]):
        row, severity = trace.is_open[c.docket_pair[d], t], w.severity[d]
        for b in range(row.shape[0]):
            row[b] = 1 if severity[b] > 0 else row[b]

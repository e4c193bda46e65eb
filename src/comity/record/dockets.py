"""When a dispute docket is open, by its recorded flares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.months import month_of
from comity.core.rows import Dispute

QUIET_MONTHS = 12
"""Months after a flare for which a docket without a recorded settlement counts as open.

ASSUMED: about one round of the yearly occasions on which the recorded quarrels come back
(shrine festivals, textbook approvals, memorial days).
"""


def open_months(docket: Dispute, months: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return in which of the recorded months a docket is open.

    A docket opens in the month of a flare. The last flare before a settlement keeps it open up to
    the month before the settlement, the last flare of an active docket up to the last month, any
    other flare for `QUIET_MONTHS` months, its own month included. An active docket without a
    flare is open from ``opened``.

    Parameters
    ----------
    docket
        The docket.
    months
        Recorded months, in months since 1970-01, ascending.

    Returns
    -------
    is_open
        Shape (time,).
    """
    is_open = np.zeros(len(months), np.bool_)
    flares = sorted(month_of(day) for day in docket.flares)
    if docket.is_active and not flares:
        flares = [month_of(docket.opened)]
    settled = None if docket.settled is None else month_of(docket.settled)
    for number, flare in enumerate(flares):
        following = flares[number + 1] if number + 1 < len(flares) else None
        end = flare + QUIET_MONTHS
        if settled is not None and flare <= settled and (following is None or following > settled):
            end = max(settled, flare + 1)
        elif docket.is_active and following is None:
            end = int(months[-1]) + 1
        is_open |= (months >= flare) & (months < end)
    return is_open


def is_quiet(docket: Dispute, last_month: int) -> bool:
    """Return whether a docket that is not settled has had no flare for `QUIET_MONTHS` months."""
    return all(month_of(day) + QUIET_MONTHS <= last_month for day in docket.flares)

"""What the record says, month by month, of the thing that an outcome asks about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PastKind = Literal["event", "state", "months", "level", "rise"]


@dataclass(frozen=True)
class PastSeries:
    """One monthly series and how an outcome is read off it.

    ============  ======================  ====================================================
    ``kind``      ``values``              yes at a lead of h months from month t
    ============  ======================  ====================================================
    ``event``     1 where it happened     any of the months t + 1 to t + h
    ``state``     1 where it held         month t + h
    ``months``    1 where it held         ``threshold`` or more of the months t + 1 to t + h
    ``level``     a number                month t + h above ``threshold``
    ``rise``      a number                month t + h above month t
    ============  ======================  ====================================================

    A month of which nothing is known is NaN.
    """

    kind: PastKind
    values: Floats  # (time,)
    threshold: float = 0.0

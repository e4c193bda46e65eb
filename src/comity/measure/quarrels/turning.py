"""Changes of the level across each month, from joint paths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def level_changes(level_paths: NDArray[np.float32] | Floats, n_months: int) -> Floats:
    """Return each draw's mean level in the months after t less that in those up to t, (draw, time).

    ``n_months`` is the length of either window; NaN where one of them leaves the record.
    """
    n_draws, n_times = level_paths.shape
    out = np.full((n_draws, n_times), np.nan)
    if n_times < 2 * n_months:
        return out
    total = np.zeros((n_draws, n_times + 1))
    np.cumsum(level_paths, axis=1, dtype=np.float64, out=total[:, 1:])
    mean = (total[:, n_months:] - total[:, :-n_months]) / n_months  # window begins at its column
    out[:, n_months - 1 : n_times - n_months] = mean[:, n_months:] - mean[:, :-n_months]
    return out

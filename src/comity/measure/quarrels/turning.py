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


def share_beyond(change: Floats, threshold: float) -> tuple[Floats, Floats]:
    """Return the share of draws that change down and up by more than ``threshold``, each (time,).

    Draws exactly on it, as those on a lattice may be, count one half; NaN where the change is
    not known.
    """
    return _share(change, -change - threshold), _share(change, change - threshold)


def _share(change: Floats, beyond: Floats) -> Floats:
    share = (beyond > 1e-6).mean(axis=0) + 0.5 * (np.abs(beyond) <= 1e-6).mean(axis=0)
    return np.where(np.isnan(change[0]), np.nan, share)

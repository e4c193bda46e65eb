"""Intervals of means over design rows: rows drawn again with replacement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
N_RESAMPLES = 500
LEVEL = 0.95


def row_weights(n_rows: int, seed: int, n_resamples: int = N_RESAMPLES) -> Floats:
    """Return weights of the rows in every resample, (resample, row); each row of it sums to 1."""
    drawn = np.random.default_rng(seed).multinomial(n_rows, np.full(n_rows, 1 / n_rows),
                                                    size=n_resamples)  # fmt: skip
    return drawn / n_rows


def interval(resampled: Floats) -> tuple[Floats, Floats]:
    """Return the ends of the 95% interval over the first axis."""
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(resampled, (tail, 1 - tail), axis=0)
    return low, high

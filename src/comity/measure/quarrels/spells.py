"""Spells: runs of months that are more likely than not in a flare down, or a turning point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.quarrels import Quarrel, TurningPoint

Floats = NDArray[np.float64]


def find_quarrels(
    dyad: str,
    months: NDArray[np.int64],
    flare_down: Floats,
    flare_mean: Floats,
    flare_paths: NDArray[np.float32],
    listed: float,
) -> tuple[Quarrel, ...]:
    """Return the runs of months whose probability of a flare down exceeds ``listed``."""
    out: list[Quarrel] = []
    for begin, end in _runs(flare_down, listed):
        spell = slice(begin, end)
        out.append(
            Quarrel(
                dyad=dyad,
                onset=int(months[begin]),
                n_months=end - begin,
                deepest=int(months[begin + int(np.argmin(flare_mean[spell]))]),
                depth=float(flare_paths[:, spell].min(axis=1).mean()),
                probability=float(flare_down[spell].max()),
            )
        )
    return tuple(out)


def find_turning_points(
    dyad: str,
    months: NDArray[np.int64],
    turning_down: Floats,
    turning_up: Floats,
    level_change: Floats,
    listed: float,
    n_months: int,
) -> tuple[TurningPoint, ...]:
    """Return the runs of months whose probability of a turn exceeds ``listed``, in time.

    One run is one turning point, told by its likeliest month; the earliest where several tie. Runs
    one way that are ``n_months`` apart or less are one: their windows overlap.
    """
    out: list[TurningPoint] = []
    for is_up, turning in ((False, turning_down), (True, turning_up)):
        for begin, end in _joined(_runs(turning, listed), n_months):
            likeliest = begin + int(np.argmax(turning[begin:end]))
            out.append(
                TurningPoint(
                    dyad=dyad,
                    month=int(months[likeliest]),
                    is_up=is_up,
                    first=int(months[begin]),
                    last=int(months[end - 1]),
                    change=float(level_change[likeliest]),
                    probability=float(turning[likeliest]),
                )
            )
    return tuple(sorted(out, key=lambda item: item.month))


def _runs(probability: Floats, listed: float) -> list[tuple[int, int]]:
    """Return begin and end (exclusive) of the runs above ``listed``; NaN is not above anything."""
    flagged = np.concatenate([[False], probability > listed, [False]])
    edges = np.flatnonzero(np.diff(flagged.astype(int))).reshape(-1, 2)
    return [(int(begin), int(end)) for begin, end in edges]


def _joined(runs: list[tuple[int, int]], apart: int) -> list[tuple[int, int]]:
    """Join runs of which the next begins ``apart`` months or less after the last one's end."""
    out: list[tuple[int, int]] = []
    for begin, end in runs:
        if out and begin - (out[-1][1] - 1) <= apart:
            out[-1] = out[-1][0], end
        else:
            out.append((begin, end))
    return out

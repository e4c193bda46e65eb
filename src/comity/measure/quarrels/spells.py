"""Quarrels: spells of months that are more likely than not in a flare down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.quarrels import PairActs, Quarrel

Floats = NDArray[np.float64]


def find_quarrels(
    acts: PairActs,
    flare_down: Floats,
    flare_mean: Floats,
    flare_paths: NDArray[np.float32],
    listed: float,
) -> tuple[Quarrel, ...]:
    """Return the runs of months whose probability of a flare down exceeds ``listed``."""
    flagged = np.concatenate([[False], flare_down > listed, [False]])
    edges = np.flatnonzero(np.diff(flagged.astype(int)))
    out: list[Quarrel] = []
    for begin, end in edges.reshape(-1, 2):
        spell = slice(int(begin), int(end))
        out.append(
            Quarrel(
                dyad=acts.dyad,
                onset=int(acts.months[begin]),
                n_months=int(end - begin),
                deepest=int(acts.months[begin + int(np.argmin(flare_mean[spell]))]),
                depth=float(flare_paths[:, spell].min(axis=1).mean()),
                probability=float(flare_down[spell].max()),
            )
        )
    return tuple(out)

"""Gains over every baseline of a backtest, with intervals and what the data could have shown."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from comity.core.backtest import Backtest, Losses, MethodGain
from comity.core.streams import stream_number
from comity.judge.skill import block_gain

LEAST_BLOCK_MONTHS = 6
"""Months of a block where the lead is shorter, as in ``docs/theory/baselines.md``."""


def backtest_gains(found: Backtest, *, seed: int = 1) -> tuple[MethodGain, ...]:
    """Return comity's gain over every other method, by target, score and lead.

    Origins that follow each other within a block of months are resampled together, with all their
    units: windows of h months overlap, so a block is as long as the lead, six months at least.
    """
    key = np.array([seed, stream_number("judge/backtest/bootstrap")], np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key))
    return tuple(gain for losses in found.losses for gain in _gains(found, losses, generator))


def _gains(found: Backtest, losses: Losses, generator: np.random.Generator) -> Iterator[MethodGain]:
    for place, lead in enumerate(found.leads):
        block = blocks_of(found.origins, lead)
        ours = losses.values[0, :, place]  # (origin, unit)
        for number, method in enumerate(losses.methods[1:], start=1):
            theirs = losses.values[number, :, place]
            both = ~np.isnan(ours) & ~np.isnan(theirs)
            if not both.any():
                continue
            where = np.broadcast_to(block[:, None], both.shape)[both]
            gain = block_gain((theirs - ours)[both], where, generator)
            yield MethodGain(
                losses.target, losses.score, lead, losses.methods[0], method, gain.n,
                float(ours[both].mean()), float(theirs[both].mean()),
                gain.mean, gain.low, gain.high, gain.detectable,
            )  # fmt: skip


def blocks_of(origins: NDArray[np.int64], lead: int) -> NDArray[np.int64]:
    """Return the block of months that each origin lies in."""
    return (origins - origins[0]) // max(lead, LEAST_BLOCK_MONTHS)

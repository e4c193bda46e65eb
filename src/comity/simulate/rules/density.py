"""Density: working channels grow with meetings and agreements and are torn by ruptures.

Theory
------
Transactions make communities: ministers who meet, bodies that sit, channels that stay open through
a quarrel. What has grown dense survives governments; it grows slowly and is torn quickly.

Equation
--------
K <- K + k_plus (1 - K) mean(meetings, open channels, agreements in force) - k_minus K rupture -
k_0 K; about twelve years' half-life when nothing happens.

Parameters: ``density.<dyad>``, ``channels.growth``, ``.rupture_loss``, ``.decay``,
``.summits_full``. Streams: none. Sources: Deutsch; judged throughout.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import part
from comity.simulate.draws import Draws
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.reads import Read, Stream

SOURCES = ("deutsch",)
MOST_SEVERE = 3


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    present: NDArray[np.float64]  # (dyad,)        0 to 1
    growth: NDArray[np.float64]  # (1,)            per month
    rupture_loss: NDArray[np.float64]  # (1,)      share
    decay: NDArray[np.float64]  # (1,)             per month
    summits_full: NDArray[np.float64]  # (1,)      meetings a year


class Streams(NamedTuple):
    """No stream of its own."""

    draws: Draws


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""
    return {
        "present": [
            Read((f"density.{dyad}", "density.default"), low=0, high=1, firm=False)
            for dyad in layout.index.dyads
        ],
        "growth": [Read(("channels.growth",), low=0, high=1)],
        "rupture_loss": [Read(("channels.rupture_loss",), low=0, high=1)],
        "decay": [Read(("channels.decay",), low=0, high=1)],
        "summits_full": [Read(("channels.summits_full",), low=1e-6)],
    }


def streams(_layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    return {}


@part()
def start(w, p, u, c):
    """Put every pair at its present density."""
    for k in range(c.pairs.shape[0]):
        for b in range(w.density.shape[1]):
            w.density[k, b] = p.present[k]


@part()
def step(w, p, x, u, c, t):
    """Let the channels of allies grow or tear by one month."""
    third, loss, decay = p.growth[0] / 3.0, p.rupture_loss[0], p.decay[0]
    per_meeting = 1.0 / p.summits_full[0]
    for row in range(c.allied_pairs.shape[0]):
        k = c.allied_pairs[row]
        density, recent, torn, worst = (
            w.density[k],
            w.recent_summits[k],
            w.ruptured[k],
            w.gravest[k],
        )
        in_force, per_shared = w.n_in_force[k], 1.0 / max(c.n_shared[k], 1)
        for b in range(density.shape[0]):
            kept = min(in_force[b] * per_shared, 1.0)
            is_open = 0.0 if worst[b] == MOST_SEVERE else 1.0
            inputs = min(recent[b] * per_meeting, 1.0) + is_open + kept
            moved = density[b] + third * (1.0 - density[b]) * inputs
            moved -= (loss * torn[b] + decay) * density[b]
            density[b] = min(max(moved, 0.0), 1.0)
    for k in range(c.pairs.shape[0]):
        pull(w, x, x.density[k], w.density[k])

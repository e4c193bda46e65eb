"""Belief reset: a new government is believed less, the less so the fewer channels there are.

Theory
------
What was learned about a leader is lost with the leader [1]_; dense working channels keep part of
it, the understanding that survives a change of government.

Equation
--------
g = a (1 - omega K), variance += g, mean += min(g, 1)(party prior - mean); a is larger when the
source of support changed.

Parameters: ``belief.start_variance``, ``.reset_support``, ``.reset_leader``, ``.understanding``;
``coalitions.<state>.<id>.<component>``. Streams: none.

References
----------
.. [1] McGillivray and Smith (2008). Punishing the prince.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.core.states import COMPONENTS
from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import Draws
from comity.simulate.layout import Layout
from comity.simulate.reads import Read, Stream
from comity.simulate.rules.turnover import SUPPORT

SOURCES = ("mcgillivray-smith-2008",)


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    start_variance: NDArray[np.float64]  # (1,)
    reset_support: NDArray[np.float64]  # (1,)
    reset_leader: NDArray[np.float64]  # (1,)
    understanding: NDArray[np.float64]  # (1,)      share
    coalition: NDArray[np.float64]  # (coalition * 4,)


class Streams(NamedTuple):
    """No stream of its own."""

    draws: Draws


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""
    return {
        "start_variance": [Read(("belief.start_variance",), low=1e-6)],
        "reset_support": [Read(("belief.reset_support",), low=0)],
        "reset_leader": [Read(("belief.reset_leader",), low=0)],
        "understanding": [Read(("belief.understanding",), low=0, high=1)],
        "coalition": [
            Read((f"coalitions.{state}.{name}.{component}",))
            for state, name in layout.coalitions
            for component in COMPONENTS
        ],
    }


def streams(_layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    return {}


@inlined_part()
def leaning(w, c, i, j, b):
    """Return the orientation of state i toward state j; 0 where no component is used."""
    component = c.toward[i, j]
    return w.orientation[4 * i + component, b] if component >= 0 else 0.0


@part()
def start(w, p, u, c):
    """Believe what the record says of each government."""
    for row in range(c.believer.shape[0]):
        j, i = c.believer[row], c.about[row]
        for b in range(w.heard.shape[1]):
            w.certainty[row, b] = 1.0 / p.start_variance[0]
            w.heard[row, b] = leaning(w, c, i, j, b) / p.start_variance[0]
            w.upheld[row, b] = 0


@part()
def step(w, p, x, u, c, t):
    """Unlearn what was believed of governments that are gone."""
    for row in range(c.believer.shape[0]):
        j, i = c.believer[row], c.about[row]
        pair, component = c.dyad[i, j], c.toward[i, j]
        for m in range(w.n_changed[i, 0]):
            b = w.changed[i, m]
            size = p.reset_leader[0]
            if w.government_changed[i, b] == SUPPORT:
                size = p.reset_support[0]
            lost = size * (1.0 - p.understanding[0] * w.density[pair, b])
            prior = 0.0
            if component >= 0:
                prior = p.coalition[4 * w.coalition[i, b] + component]
            fading, share = 1.0 / (1.0 + lost * w.certainty[row, b]), min(lost, 1.0)
            w.certainty[row, b] *= fading
            w.heard[row, b] *= (1.0 - share) * fading
            w.heard[row, b] += share * prior * w.certainty[row, b]

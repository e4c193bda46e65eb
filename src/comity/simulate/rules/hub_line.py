"""The hub's line: what its government in office asks of the spokes and means to do for them.

Theory
------
Pressure, mediation, commitment and the threat from outside are kept apart: one government can press
hard and mediate, or press and stand aside. Two times under the same president may differ in one of
them only.

Equation
--------
posture and pressure take the values judged for the hub's coalition in office; threat is the case's.
Levers move each of them.

Parameters: ``posture.<coalition>``, ``pressure.<state>[.<coalition>]``, ``threat.<state>``, each
else ``.default``. Streams: none. Sources: judged.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import Draws
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.reads import Read, Stream

SOURCES: tuple[str, ...] = ()


class Parameters(NamedTuple):
    """Each (entity,), of the draw that a block lives in; the hub's coalitions in their order."""

    posture: NDArray[np.float64]  # (hub coalition,)             -1 to 1
    pressure: NDArray[np.float64]  # (hub coalition * state,)    0 to 1
    threat: NDArray[np.float64]  # (state,)                      0 to 1


class Streams(NamedTuple):
    """No stream of its own."""

    draws: Draws


def hub_coalitions(layout: Layout) -> tuple[str, ...]:
    """Return the ids of the hub's coalitions in order."""
    return tuple(name for state, name in layout.coalitions if state == layout.hub)


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""
    codes, coalitions = layout.index.codes, hub_coalitions(layout)
    return {
        "posture": [
            Read((f"posture.{name}", "posture.default"), low=-1, high=1, firm=False)
            for name in coalitions
        ],
        "pressure": [
            Read((f"pressure.{code}.{name}", f"pressure.{code}", "pressure.default"), low=0, high=1,
                 firm=False)
            for name in coalitions
            for code in codes
        ],
        "threat": [
            Read((f"threat.{code}", "threat.default"), low=0, high=1, firm=False) for code in codes
        ],
    }  # fmt: skip


def streams(_layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    return {}


@inlined_part()
def hub_coalition(w, c, b):
    """Return the number of the hub's coalition in office among the hub's own."""
    return w.coalition[c.hub[0], b] - c.first_coalition[c.hub[0]]


@part()
def _take(w, p, c, b):
    """Take what is judged of the hub's coalition in office in one member."""
    states, own = c.office.shape[0], hub_coalition(w, c, b)
    w.posture[0, b] = p.posture[own]
    for i in range(states):
        w.pressure[i, b] = p.pressure[own * states + i]
        w.threat[i, b] = p.threat[i]


@part()
def start(w, p, u, c):
    """Take the line of the government in office."""
    for b in range(w.posture.shape[1]):
        _take(w, p, c, b)
    w.first_posture[0] = w.posture[0, 0]


@part()
def _is_levered(x, states):
    levered = x.posture[0] >= 0
    for i in range(states):
        levered = levered or x.pressure[i] >= 0 or x.threat[i] >= 0
    return levered


@part()
def step(w, p, x, u, c, t):
    """Take the line of the government in office, as levers leave it."""
    states, hub = c.office.shape[0], c.hub[0]
    if not _is_levered(x, states):  # the line changes with the government alone
        for m in range(w.n_changed[hub, 0]):
            _take(w, p, c, w.changed[hub, m])
        return
    for b in range(w.posture.shape[1]):
        _take(w, p, c, b)
    pull(w, x, x.posture[0], w.posture[0])
    for i in range(states):
        pull(w, x, x.pressure[i], w.pressure[i])
        pull(w, x, x.threat[i], w.threat[i])

"""What is held this month: mediation, density, fear, pressure, threat and talks.

Theory
------
An intervention is do(quantity = value): the named quantity takes the value whatever else happens.
Until a rule of its own moves a quantity, it stands at the value judged for the case.

Equation
--------
quantity of entity in month t = value held by the scenario, else parameter ``<quantity>.<entity>``,
else ``<quantity>.default``.

Parameters: ``mediation``, ``density`` by pair; ``fear``, ``pressure``, ``threat``, ``talks`` by
state. Streams: none. Sources: judged; see ``parameters.toml``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import part
from comity.simulate.draws import Draws
from comity.simulate.layout import Layout
from comity.simulate.reads import Read, Stream

SOURCES: tuple[str, ...] = ()


class Parameters(NamedTuple):
    """Unheld values, 0 to 1, each (entity, member)."""

    mediation: NDArray[np.float64]
    density: NDArray[np.float64]
    fear: NDArray[np.float64]
    pressure: NDArray[np.float64]
    threat: NDArray[np.float64]
    talks: NDArray[np.float64]


class Streams(NamedTuple):
    """No stream of its own."""

    draws: Draws


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""
    pairs, states = layout.index.dyads, layout.index.codes
    entities = {
        "mediation": pairs, "density": pairs, "fear": states,
        "pressure": states, "threat": states, "talks": states,
    }  # fmt: skip
    return {
        name: [
            Read((f"{name}.{entity}", f"{name}.default"), low=0, high=1, firm=False)
            for entity in rows
        ]
        for name, rows in entities.items()
    }


def streams(_layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    return {}


@part()
def _hold(rows, values, held, t):
    for k in range(rows.shape[0]):
        now = held[k, t]
        if t > 0:
            before = held[k, t - 1]
            if now == before or (np.isnan(now) and np.isnan(before)):
                continue
        row, value = rows[k], values[k]
        if np.isnan(now):
            for b in range(row.shape[0]):
                row[b] = value[b]
        else:
            for b in range(row.shape[0]):
                row[b] = now


@part()
def _copy(rows, values):
    for k in range(rows.shape[0]):
        for b in range(rows.shape[1]):
            rows[k, b] = values[k, b]


@part()
def start(w, p, u, c):
    """Put every quantity at its unheld value."""
    _copy(w.mediation, p.mediation)
    _copy(w.density, p.density)
    _copy(w.fear, p.fear)
    _copy(w.pressure, p.pressure)
    _copy(w.threat, p.threat)
    _copy(w.talks, p.talks)


@part()
def step(w, p, x, u, c, t):
    """Hold what the scenario holds in month t; rows that stay as they are are not written."""
    _hold(w.mediation, p.mediation, x.mediation, t)
    _hold(w.density, p.density, x.density, t)
    _hold(w.fear, p.fear, x.fear, t)
    _hold(w.pressure, p.pressure, x.pressure, t)
    _hold(w.threat, p.threat, x.threat, t)
    _hold(w.talks, p.talks, x.talks, t)

"""Public good: what the spokes supply together, as a share of what they could.

Theory
------
Allies left to themselves under-supply a good that all share, and the larger does more than its part
[1]_; joint action closes the gap as far as coordination, channels and agreements reach.

Equation
--------
g_i = b_i / c_i + q (sum b - b_i) / c_i with q = coordination share x min(1, density + agreements);
the measure is (G - G_alone) / (G_joint - G_alone). It repeats what coordination and density are: a
definition, no finding.

Parameters: ``public_good.benefit``, ``.cost`` (by spoke), ``.weakest_link``. Streams: none.

References
----------
.. [1] Olson and Zeckhauser (1966). An economic theory of alliances. Review of Economics and
   Statistics 48(3).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import part
from comity.simulate.draws import Draws
from comity.simulate.layout import Layout
from comity.simulate.reads import Read, Stream

SOURCES = ("olson-zeckhauser-1966",)


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    benefit: NDArray[np.float64]  # (spoke,)
    cost: NDArray[np.float64]  # (spoke,)
    weakest_link: NDArray[np.float64]  # (1,)    0 sum of efforts, 1 least effort


class Streams(NamedTuple):
    """No stream of its own."""

    draws: Draws


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""

    def by_spoke(name: str) -> list[Read]:
        return [Read((f"public_good.{name}.{code}", f"public_good.{name}.default"), low=1e-9)
                for code in layout.spokes]  # fmt: skip

    return {
        "benefit": by_spoke("benefit"),
        "cost": by_spoke("cost"),
        "weakest_link": [Read(("public_good.weakest_link",), low=0, high=1, firm=False)],
    }


def streams(_layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    return {}


@part()
def _supply(p, c, share):
    """Return the good supplied at a share of the way from alone to joint."""
    total, benefits, least = 0.0, 0.0, 1e300
    for row in range(c.spokes.shape[0]):
        benefits += p.benefit[row]
    for row in range(c.spokes.shape[0]):
        own = p.benefit[row]
        effort = (own + share * (benefits - own)) / p.cost[row]
        total += effort
        least = min(least, effort)
    return least if p.weakest_link[0] >= 0.5 else total


@part()
def start(w, p, u, c):
    """Nothing is supplied together yet."""
    for b in range(w.public_good.shape[1]):
        w.public_good[0, b] = 0.0


@part()
def step(w, p, x, u, c, t):
    """Measure how much of the joint good is supplied this month."""
    n_pairs, n_demands, reach = c.spoke_pairs.shape[0], w.coordination.shape[0], w.room[0]
    good, per_pair, per_demand = w.public_good[0], 1.0 / max(n_pairs, 1), 1.0 / max(n_demands, 1)
    for b in range(good.shape[0]):
        good[b] = reach[b] = 0.0
    for k in range(n_demands):
        together = w.coordination[k]
        for b in range(good.shape[0]):
            good[b] += together[b] * per_demand
    for row in range(n_pairs):
        density, stock = w.density[c.spoke_pairs[row]], w.stock[c.spoke_pairs[row]]
        for b in range(good.shape[0]):
            reach[b] += (density[b] + min(1.0, stock[b])) * per_pair
    alone, joint = _supply(p, c, 0.0), _supply(p, c, 1.0)
    for b in range(good.shape[0]):
        if good[b] > 0.0:
            found = _supply(p, c, good[b] * min(1.0, reach[b]))
            good[b] = (found - alone) / (joint - alone) if joint != alone else 0.0

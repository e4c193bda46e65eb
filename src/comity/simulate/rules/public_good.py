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
from comity.simulate.rules.bargaining import is_round

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
def _least_effort(p, c, good, least):
    """Turn each member's share of the way, in ``good``, into the share of what the least adds."""
    benefits, alone, joint = 0.0, _supply(p, c, 0.0), _supply(p, c, 1.0)
    for row in range(c.spokes.shape[0]):
        benefits += p.benefit[row]
    for row in range(c.spokes.shape[0]):
        own = p.benefit[row] / p.cost[row]
        more = benefits / p.cost[row] - own
        for b in range(good.shape[0]):
            effort = own + more * good[b]
            least[b] = effort if row == 0 else min(least[b], effort)
    per_gain = 1.0 / (joint - alone)
    for b in range(good.shape[0]):
        good[b] = (least[b] - alone) * per_gain if good[b] > 0.0 else 0.0


@part()
def _count(w):
    """Write the share of the demands on which the spokes answer together."""
    coordinated, share = w.coordinated[0], 1.0 / max(w.coordination.shape[0], 1)
    for k in range(w.coordination.shape[0]):
        together = w.coordination[k]
        for b in range(coordinated.shape[0]):
            coordinated[b] = together[b] * share + (0.0 if k == 0 else coordinated[b])


@part()
def start(w, p, u, c):
    """Nothing is supplied together yet."""
    for b in range(w.public_good.shape[1]):
        w.public_good[0, b] = w.coordinated[0, b] = 0.0


@part()
def _is_held(x):
    held = False
    for k in range(x.coordination.shape[0]):
        held = held or x.coordination[k] >= 0
    return held


@part()
def step(w, p, x, u, c, t):
    """Measure how much of the joint good is supplied this month."""
    n_pairs, reach, good, coordinated = (
        c.spoke_pairs.shape[0], w.room[0], w.public_good[0], w.coordinated[0],
    )  # fmt: skip
    if is_round(c, t) or _is_held(x):  # else coordination is what it was
        _count(w)
    if n_pairs == 0 or _supply(p, c, 0.0) == _supply(p, c, 1.0):
        for b in range(good.shape[0]):
            good[b] = 0.0
        return
    per_pair = 1.0 / n_pairs
    for row in range(n_pairs):
        density, stock = w.density[c.spoke_pairs[row]], w.stock[c.spoke_pairs[row]]
        for b in range(reach.shape[0]):
            here = (density[b] + min(1.0, stock[b])) * per_pair
            reach[b] = here if row == 0 else reach[b] + here
    for b in range(good.shape[0]):
        good[b] = coordinated[b] * min(1.0, reach[b])
    if p.weakest_link[0] >= 0.5:  # a sum of efforts is linear: the share of the way is the measure
        _least_effort(p, c, good, w.room[1])

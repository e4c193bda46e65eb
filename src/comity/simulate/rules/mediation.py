"""Mediation and resolution: does the hub step in, is it believed, are quarrels laid to rest.

Theory
------
A hub whose government sees itself as mediator steps in, the more so the graver the quarrel and the
fewer quarrels it has itself. Its word settles anything only if it is believed, and two accounts of
when that is so are rivals: only a mediator on your side is believed, for whom a needless concession
of yours is a loss [1]_; or trust is built by one whose bias is not too great [2]_.

Equation
--------
P(mediates) = L(m0 + m1 posture + m2 severity - m3 load); cred = w 1{b_i D >= pi c_H for both} +
(1 - w) 1{|b_i - b_j| <= b}; an open docket that did not flare is settled at the hazard
h exp(b_M M cred + b'_K (K - K_0) + b'_o (o - o_0)).

Parameters: ``mediator.*`` but ``relapse_effect``; ``dispute.settle_rate``, ``.mediation_effect``,
``.settle_density_effect``, ``.settle_orientation_effect``; ``mediation.<dyad>`` of other pairs;
``agreement.reference_density``. Streams: ``mediation/<dyad>/act``, ``dispute/<docket>/settle``
(both dense).

References
----------
.. [1] Kydd (2003). Which side are you on? American Journal of Political Science 47(4).
.. [2] Kydd (2006). When can mediators build trust? American Political Science Review 100(3).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import part
from comity.simulate.draws import Draws, read_uniforms
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import exponential, logistic, probability_of

SOURCES = ("beardsley-2008", "kydd-2003")
MOST_SEVERE = 3
_THIRD = 1.0 / MOST_SEVERE


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    intercept: NDArray[np.float64]  # (1,)
    posture_effect: NDArray[np.float64]  # (1,)
    severity_effect: NDArray[np.float64]  # (1,)
    load_effect: NDArray[np.float64]  # (1,)
    stake: NDArray[np.float64]  # (spoke,)
    concession: NDArray[np.float64]  # (1,)
    rupture_risk: NDArray[np.float64]  # (1,)
    rupture_cost: NDArray[np.float64]  # (1,)
    bias_limit: NDArray[np.float64]  # (1,)
    kydd_weight: NDArray[np.float64]  # (1,)           share
    present: NDArray[np.float64]  # (dyad,)            0 to 1; of no use for pairs of spokes
    settle_rate: NDArray[np.float64]  # (1,)           per month
    mediation_effect: NDArray[np.float64]  # (1,)
    settle_density: NDArray[np.float64]  # (1,)
    settle_orientation: NDArray[np.float64]  # (1,)
    reference_density: NDArray[np.float64]  # (1,)


class Streams(NamedTuple):
    """Rows of the dense streams, by spoke pair and by docket."""

    draws: Draws
    act: NDArray[np.int64]
    settle: NDArray[np.int64]


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""

    def one(name: str, low: float = -np.inf, high: float = np.inf) -> list[Read]:
        return [Read((name,), low=low, high=high)]

    two_spokes = layout.constants.two_spokes
    return {
        "intercept": one("mediator.intercept"),
        "posture_effect": one("mediator.posture_effect"),
        "severity_effect": one("mediator.severity_effect"),
        "load_effect": one("mediator.load_effect"),
        "stake": [
            Read((f"mediator.stake.{code}", "mediator.stake.default")) for code in layout.spokes
        ],
        "concession": one("mediator.concession"),
        "rupture_risk": one("mediator.rupture_risk", 0, 1),
        "rupture_cost": one("mediator.rupture_cost", 0),
        "bias_limit": one("mediator.bias_limit", 0),
        "kydd_weight": one("mediator.kydd_weight", 0, 1),
        "present": [
            Read((f"mediation.{dyad}", "mediation.default"), low=0, high=1, firm=False)
            if not two_spokes[k]
            else Read((), otherwise=0.0)
            for k, dyad in enumerate(layout.index.dyads)
        ],
        "settle_rate": one("dispute.settle_rate", 0),
        "mediation_effect": one("dispute.mediation_effect"),
        "settle_density": one("dispute.settle_density_effect"),
        "settle_orientation": one("dispute.settle_orientation_effect"),
        "reference_density": [Read(("agreement.reference_density",), low=0, high=1, firm=False)],
    }


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    pairs = [layout.index.dyads[k] for k in layout.constants.spoke_pairs]
    return {
        "act": [Stream(f"mediation/{pair}/act", dense=True) for pair in pairs],
        "settle": [Stream(f"dispute/{name}/settle", dense=True) for name in layout.dockets],
    }


@part()
def start(w, p, u, c):
    """Judge whether the hub would be believed; nobody mediates yet between spokes."""
    for k in range(c.pairs.shape[0]):
        i, j = c.spoke_number[c.pairs[k, 0]], c.spoke_number[c.pairs[k, 1]]
        for b in range(w.mediation.shape[1]):
            w.mediation[k, b] = p.present[k]
        w.credibility[k] = 1.0
        if c.two_spokes[k]:
            first, second = p.stake[i], p.stake[j]
            needed = p.rupture_risk[0] * p.rupture_cost[0]
            honest = min(first, second) * p.concession[0] >= needed
            fair = abs(first - second) <= p.bias_limit[0]
            share = p.kydd_weight[0]
            w.credibility[k] = share * honest + (1.0 - share) * fair


@part()
def _gravest(w, c, k, out):
    """Write the greatest severity of the pair's open dockets, 0 without one."""
    for b in range(out.shape[0]):
        out[b] = 0.0
    for d in range(c.docket_pair.shape[0]):
        if c.docket_pair[d] == k:
            severity = w.severity[d]
            for b in range(out.shape[0]):
                out[b] = max(out[b], float(severity[b]))


@part()
def _own_load(w, c, out):
    """Write the open severity of the hub's own quarrels, in thirds."""
    for b in range(out.shape[0]):
        out[b] = 0.0
    for d in range(c.docket_pair.shape[0]):
        k = c.docket_pair[d]
        if c.pairs[k, 0] == c.hub[0] or c.pairs[k, 1] == c.hub[0]:
            severity = w.severity[d]
            for b in range(out.shape[0]):
                out[b] += severity[b] * _THIRD


@part()
def _mediate(w, p, x, u, c, t):
    gravest, own = w.room[0], w.room[1]
    _own_load(w, c, own)
    m0, m1, m2, m3 = p.intercept[0], p.posture_effect[0], p.severity_effect[0], p.load_effect[0]
    posture, uniform = w.posture[0], u.draws.uniform[0]
    for row in range(c.spoke_pairs.shape[0]):
        mediation = w.mediation[c.spoke_pairs[row]]
        _gravest(w, c, c.spoke_pairs[row], gravest)
        read_uniforms(u.draws, u.act[row], t, 0)
        for b in range(mediation.shape[0]):
            score = m0 + m1 * posture[b] + m2 * gravest[b] - m3 * own[b]
            steps_in = (uniform[b] < logistic(score)) & (gravest[b] > 0.0)
            mediation[b] = 1.0 if steps_in else 0.0
    for k in range(c.pairs.shape[0]):
        if x.mediation[k] >= 0:
            if not c.two_spokes[k]:
                for b in range(w.mediation.shape[1]):
                    w.mediation[k, b] = p.present[k]
            pull(w, x, x.mediation[k], w.mediation[k])


@part()
def _settling(w, p, c, k, out):
    """Write each member's probability that an open docket of the pair is settled."""
    toward, density, credibility = w.pair_orientation[k], w.density[k], w.credibility[k]
    mediation, k_0, o_0 = w.mediation[k], p.reference_density[0], c.mean_history[0, k]
    b_m, b_k, b_o = p.mediation_effect[0], p.settle_density[0], p.settle_orientation[0]
    rate = p.settle_rate[0]
    for b in range(out.shape[0]):
        out[b] = b_m * mediation[b] * credibility + b_k * (density[b] - k_0)
    for b in range(out.shape[0]):
        out[b] = probability_of(rate * exponential(out[b] + b_o * (toward[b] - o_0)))


@part()
def _settle(w, c, d, uniform, settles, ends):
    """Lay an open docket that did not flare to rest; ``ends`` is scratch."""
    severity, flares, k = w.severity[d], w.flares[d], c.docket_pair[d]
    load, mediation, end = w.load[k], w.mediation[k], w.mediated_end[d]
    # One array written per loop: the compiler gives up on loops with many arrays to tell apart.
    for b in range(ends.shape[0]):
        quiet = (severity[b] > 0) & (flares[b] == 0)
        ends[b] = 1.0 if quiet & (uniform[b] < settles[b]) else 0.0
    for b in range(ends.shape[0]):
        end[b] = mediation[b] if ends[b] > 0.0 else end[b]
    for b in range(ends.shape[0]):
        severity[b] = 0 if ends[b] > 0.0 else severity[b]
    for b in range(ends.shape[0]):
        load[b] += severity[b] * _THIRD


@part()
def step(w, p, x, u, c, t):
    """Let the hub mediate and open dockets be settled."""
    _mediate(w, p, x, u, c, t)
    for k in range(c.pairs.shape[0]):
        if c.has_docket[k]:
            for b in range(w.load.shape[1]):
                w.load[k, b] = 0.0
    settles, last = w.room[0], -1
    for d in range(c.docket_pair.shape[0]):
        k = c.docket_pair[d]
        if k != last:
            _settling(w, p, c, k, settles)
            last = k
        read_uniforms(u.draws, u.settle[d], t, 0)
        _settle(w, c, d, u.draws.uniform[0], settles, w.room[1])

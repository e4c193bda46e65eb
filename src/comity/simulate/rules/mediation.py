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
from comity.simulate.draws import Draws, as_uniform, quarter_month, whole
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.rare import end_list, list_marked, most_word
from comity.simulate.reads import Read, Stream
from comity.simulate.rules.disputes import grade
from comity.simulate.transforms import LOG2_E, exponential, logistic, power_above, probability_of

SOURCES = ("beardsley-2008", "kydd-2003")
FAR = 980.0  # powers of 2 beyond which a hazard is as good as 0 or without bound


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
def _own_load(w, c, out):
    """Write the load of the hub's own quarrels."""
    for b in range(out.shape[0]):
        out[b] = 0.0
    for k in range(c.pairs.shape[0]):
        if c.has_docket[k] and (c.pairs[k, 0] == c.hub[0] or c.pairs[k, 1] == c.hub[0]):
            load = w.load[k]
            for b in range(out.shape[0]):
                out[b] += load[b]


@part()
def _mediate(w, p, x, u, c, t):
    own, posture = w.room[0], w.posture[0]
    _own_load(w, c, own)
    m0, m1, m2, m3 = p.intercept[0], p.posture_effect[0], p.severity_effect[0], p.load_effect[0]
    for row in range(c.spoke_pairs.shape[0]):
        mediation, gravest = w.mediation[c.spoke_pairs[row]], w.gravest[c.spoke_pairs[row]]
        words = u.draws.words[u.act[row], quarter_month(u.draws, t)]
        for b in range(mediation.shape[0]):
            score = m0 + m1 * posture[b] + m2 * gravest[b] - m3 * own[b]
            steps_in = (as_uniform(words[b]) < logistic(score)) & (gravest[b] > 0)
            mediation[b] = 1.0 if steps_in else 0.0
    for k in range(c.pairs.shape[0]):
        if x.mediation[k] >= 0:
            if not c.two_spokes[k]:
                for b in range(w.mediation.shape[1]):
                    w.mediation[k, b] = p.present[k]
            pull(w, x, x.mediation[k], w.mediation[k])


@part()
def _most_words(w, p, c, k, out):
    """Write the greatest random word that may settle an open docket of the pair, or a greater."""
    toward, density, mediation = w.pair_orientation[k], w.density[k], w.mediation[k]
    k_0, o_0, rate = p.reference_density[0], c.mean_history[0, k], p.settle_rate[0]
    b_m, b_k = LOG2_E * p.mediation_effect[0] * w.credibility[k], LOG2_E * p.settle_density[0]
    b_o = LOG2_E * p.settle_orientation[0]
    for b in range(out.shape[0]):
        power = b_m * mediation[b] + b_k * (density[b] - k_0) + b_o * (toward[b] - o_0)
        out[b] = most_word(rate * power_above(min(max(power, -FAR), FAR)))


@part()
def _list_settling(w, p, u, c, t):
    """List open dockets that may be settled, with the member; return how many there are.

    The probability is no greater than the hazard.
    """
    n, marked, most = 0, w.marks[0], w.most_words[0]
    for k in range(c.pairs.shape[0]):
        if c.has_docket[k]:
            _most_words(w, p, c, k, most)
            for d in range(c.docket_pair.shape[0]):
                if c.docket_pair[d] == k:
                    words = u.draws.words[u.settle[d], quarter_month(u.draws, t)]
                    severity = w.severity[d]
                    for b in range(marked.shape[0]):
                        marked[b] = (severity[b] > 0) & (words[b] <= most[b])
                    n = list_marked(w.mark_words[0], d, w.listed[0], w.listed[1], n)
    end_list(u.draws, w.listed[0], w.listed[1], w.addressed[0], n)
    return n


@part()
def _settling(w, p, c, n, out):
    """Write the probability that each of the ``n`` listed is settled."""
    docket, member, k_0 = w.listed[0], w.listed[1], p.reference_density[0]
    b_m, b_k, b_o = p.mediation_effect[0], p.settle_density[0], p.settle_orientation[0]
    rate = p.settle_rate[0]
    for m in range(whole(n)):
        k, b = c.docket_pair[docket[m]], member[m]
        helped = b_m * w.mediation[k, b] * w.credibility[k] + b_k * (w.density[k, b] - k_0)
        out[m] = helped + b_o * (w.pair_orientation[k, b] - c.mean_history[0, k])
    for m in range(whole(n)):
        out[m] = probability_of(rate * exponential(out[m]))


@part()
def _settle(w, c, d, b):
    """Lay a docket to rest in one member."""
    k, gravest = c.docket_pair[d], 0
    w.mediated_end[d, b] = w.mediation[k, b]
    grade(w, k, d, b, 0)
    for other in range(c.docket_pair.shape[0]):
        if c.docket_pair[other] == k:
            gravest = max(gravest, w.severity[other, b])
    w.gravest[k, b] = gravest


@part()
def step(w, p, x, u, c, t):
    """Let the hub mediate and open dockets be settled that did not flare."""
    _mediate(w, p, x, u, c, t)
    docket, member, settles = w.listed[0], w.listed[1], w.event_room[0]
    n, month = _list_settling(w, p, u, c, t), quarter_month(u.draws, t)
    _settling(w, p, c, n, settles)
    for m in range(n):
        d, b = docket[m], member[m]
        if w.flares[d, b] == 0 and as_uniform(u.draws.words[u.settle[d], month, b]) < settles[m]:
            _settle(w, c, d, b)

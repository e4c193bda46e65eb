"""Bargaining with the hub: what each spoke concedes, alone or together, and what home ratifies.

Theory
------
The hub can play spokes off against each other as far as one can stand in for the other; answering
together takes that away, as unions of substitutes gain from a merger [1]_. A spoke joins only if it
gains after the cost of coordination and defects when the hub's offer for splitting is worth more
than what patience keeps. Terms must pass at home [2]_.

Equation
--------
Per demand the solution of `comity.simulate.bargains`: alone against -w c + sigma sum of the others'
A; together one table against -w (n c + kappa). Coordination begins at 3 h_0 e^(g Delta) when the
least gain Delta is above 0 and ends at 3 h_1 e^(-g Delta) or by defection. P(ratified) =
L(b U / D). Rounds are held in March, June, September and December.

Parameters: ``bargain.*``, ``coordination.*``, ``demands.<id>.*``, ``relation.impulse_breakdown``.
Streams: ``coordination/<demand>/change``, ``bargain/<spoke>/ratify`` (both dense).

References
----------
.. [1] Horn and Wolinsky (1988). Worker substitutability and patterns of unionisation. Economic
   Journal 98.
.. [2] Putnam (1988). Diplomacy and domestic politics. International Organization 42(3).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.bargains import concession, has_deal, solution_multiplier
from comity.simulate.compiled import part
from comity.simulate.draws import Draws, read_uniforms
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import exponential, logistic, probability_of

SOURCES = ("crawford-2011", "horn-wolinsky-1988", "putnam-1988")
ROUND = 3
"""Months between rounds; hazards are per month."""
NASH = 0


class Parameters(NamedTuple):
    """Each (entity, member)."""

    power: NDArray[np.float64]  # (1, B)            of the hub, 0 to 1
    concept: NDArray[np.float64]  # (1, B)          0 Nash, 1 Kalai-Smorodinsky, 2 Shapley, 3 Raiffa
    constraint_effect: NDArray[np.float64]  # (1, B)
    cost_factor: NDArray[np.float64]  # (spoke, B)
    harm: NDArray[np.float64]  # (1, B)             loss without a deal at full pressure
    security_value: NDArray[np.float64]  # (1, B)   the same at full fear
    breakdown_loss: NDArray[np.float64]  # (1, B)   of the hub
    joint_loss: NDArray[np.float64]  # (1, B)       of the hub when all tables break down
    ratification: NDArray[np.float64]  # (1, B)
    cost: NDArray[np.float64]  # (1, B)             of coordination
    start_rate: NDArray[np.float64]  # (1, B)       per month
    end_rate: NDArray[np.float64]  # (1, B)         per month
    gain_effect: NDArray[np.float64]  # (1, B)
    wedge_share: NDArray[np.float64]  # (1, B)
    patience: NDArray[np.float64]  # (1, B)
    hub_stake: NDArray[np.float64]  # (demand, B)
    spoke_stake: NDArray[np.float64]  # (demand, B)
    substitutability: NDArray[np.float64]  # (demand, B)
    constraint: NDArray[np.float64]  # (demand, B)
    impulse: NDArray[np.float64]  # (1, B)          of a breakdown


class Streams(NamedTuple):
    """Rows of the dense streams."""

    draws: Draws
    change: NDArray[np.int64]  # (demand,)
    ratify: NDArray[np.int64]  # (spoke,)


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""

    def one(name: str, low: float = -np.inf, high: float = np.inf) -> list[Read]:
        return [Read((name,), low=low, high=high)]

    def by_demand(name: str, low: float, high: float = np.inf) -> list[Read]:
        return [Read((f"demands.{k}.{name}",), low=low, high=high) for k in layout.demands]

    return {
        "power": one("bargain.power", 1e-6, 1 - 1e-6),
        "concept": [Read(("bargain.concept",), low=0, high=3, firm=False)],
        "constraint_effect": one("bargain.constraint_effect", 0),
        "cost_factor": [
            Read((f"bargain.cost_factor.{code}",), otherwise=1.0, low=1e-6)
            for code in layout.spokes
        ],
        "harm": one("bargain.harm", 0),
        "security_value": one("bargain.security_value", 0),
        "breakdown_loss": one("bargain.breakdown_loss", 0),
        "joint_loss": one("bargain.joint_loss", 0),
        "ratification": one("bargain.ratification_effect"),
        "cost": one("coordination.cost", 0),
        "start_rate": one("coordination.start_rate", 0),
        "end_rate": one("coordination.end_rate", 0),
        "gain_effect": one("coordination.gain_effect"),
        "wedge_share": one("coordination.wedge_share", 0, 1),
        "patience": one("coordination.patience", 0, 1),
        "hub_stake": by_demand("hub_stake", 1e-6),
        "spoke_stake": by_demand("spoke_stake", 1e-6),
        "substitutability": by_demand("substitutability", 0, 1),
        "constraint": by_demand("constraint", 0, 1),
        "impulse": one("relation.impulse_breakdown"),
    }


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    return {
        "change": [Stream(f"coordination/{k}/change", dense=True) for k in layout.demands],
        "ratify": [Stream(f"bargain/{code}/ratify", dense=True) for code in layout.spokes],
    }


@part()
def start(w, p, u, c):
    """Nothing is conceded and nothing coordinated; work out what does not change with time."""
    n_spokes, members = c.spokes.shape[0], w.coordination.shape[1]
    for b in range(members):
        total = 0.0
        for k in range(p.hub_stake.shape[0]):
            total += p.hub_stake[k, b]
        for k in range(p.hub_stake.shape[0]):
            w.coordination[k, b] = 0
            w.weight[k, b] = p.hub_stake[k, b] / total
            bound = p.spoke_stake[k, b] * (1.0 + p.constraint_effect[0, b] * p.constraint[k, b])
            for row in range(n_spokes):
                w.stake[k * n_spokes + row, b] = bound * p.cost_factor[row, b]
                w.concession[k * n_spokes + row, b] = 0.0


@part()
def _alone(w, p, c, k, row):
    """Write the Nash terms of spoke ``row`` on demand k against the hub, the others at hand."""
    n_spokes = c.spokes.shape[0]
    stakes, weight, gain = w.stake, w.weight[k], p.hub_stake[k]
    terms, surplus, loss, other = w.alone[row], w.alone[n_spokes + row], w.loss[row], w.room[0]
    for b in range(terms.shape[0]):
        other[b] = 0.0
    for j in range(n_spokes):
        if j != row:
            theirs = stakes[k * n_spokes + j]
            for b in range(terms.shape[0]):
                other[b] += gain[b] * gain[b] / theirs[b]
    own, beta, broken = stakes[k * n_spokes + row], p.power[0], p.breakdown_loss[0]
    substitutes = p.substitutability[k]
    for b in range(terms.shape[0]):
        outside = substitutes[b] * other[b] - weight[b] * broken[b]
        a = gain[b] * gain[b] / own[b]
        d = loss[b] * weight[b]
        rest, square = (1.0 - beta[b]) * outside, a * (1.0 - beta[b] / 2.0)
        m = (rest + math.sqrt(rest * rest + 4.0 * square * beta[b] * d)) / (2.0 * square)
        y = min(m * gain[b] / own[b], 1.0)
        least = max(outside, 0.0) / gain[b]
        deal = (least <= 1.0) & (own[b] * least * least / 2.0 <= d)
        terms[b] = y if deal else 0.0
        surplus[b] = d - own[b] * y * y / 2.0 if deal else 0.0


@part()
def _together(w, p, c, k):
    """Write the Nash terms of all spokes at one table on demand k."""
    n_spokes, gain, weight, beta = c.spokes.shape[0], p.hub_stake[k], w.weight[k], p.power[0]
    a, d, m = w.room[0], w.room[1], w.room[2]
    for b in range(a.shape[0]):
        a[b] = d[b] = 0.0
    for row in range(n_spokes):
        own, loss = w.stake[k * n_spokes + row], w.loss[row]
        for b in range(a.shape[0]):
            a[b] += gain[b] * gain[b] / own[b]
            d[b] += loss[b] * weight[b]
    broken, joint = p.breakdown_loss[0], p.joint_loss[0]
    for b in range(a.shape[0]):
        outside = -weight[b] * (n_spokes * broken[b] + joint[b])
        rest, square = (1.0 - beta[b]) * outside, a[b] * (1.0 - beta[b] / 2.0)
        m[b] = (rest + math.sqrt(rest * rest + 4.0 * square * beta[b] * d[b])) / (2.0 * square)
    for row in range(n_spokes):
        own, loss = w.stake[k * n_spokes + row], w.loss[row]
        terms, surplus = w.joint[row], w.joint[n_spokes + row]
        for b in range(a.shape[0]):
            y = m[b] * gain[b] / own[b]
            terms[b] = y
            surplus[b] = loss[b] * weight[b] - own[b] * y * y / 2.0


@part()
def _solve_member(w, p, c, k, b):
    """Solve both tables of demand k in one member by the general functions."""
    n_spokes, gain, cost = c.spokes.shape[0], w.table[0], w.table[1]
    concept = int(min(max(p.concept[0, b], 0.0), 3.0) + 0.5)
    beta, weight = p.power[0, b], w.weight[k, b]
    total, loss = 0.0, 0.0
    for row in range(n_spokes):
        gain[row], cost[row] = p.hub_stake[k, b], w.stake[k * n_spokes + row, b]
        total += gain[row] * gain[row] / cost[row]
        loss += w.loss[row, b] * weight
    for row in range(n_spokes):
        others = total - gain[row] * gain[row] / cost[row]
        outside = p.substitutability[k, b] * others - weight * p.breakdown_loss[0, b]
        own_gain, own_cost, own_loss = gain[row : row + 1], cost[row : row + 1], w.loss[row, b]
        own_loss *= weight
        w.alone[row, b] = w.alone[n_spokes + row, b] = 0.0
        if has_deal(own_gain, own_cost, own_loss, outside):
            m = solution_multiplier(concept, own_gain, own_cost, own_loss, outside, beta)
            y = concession(gain[row], cost[row], m)
            w.alone[row, b] = y
            w.alone[n_spokes + row, b] = own_loss - cost[row] * y * y / 2.0
    outside = -weight * (n_spokes * p.breakdown_loss[0, b] + p.joint_loss[0, b])
    m = solution_multiplier(concept, gain, cost, loss, outside, beta)
    for row in range(n_spokes):
        y = concession(gain[row], cost[row], m)
        w.joint[row, b] = y
        w.joint[n_spokes + row, b] = w.loss[row, b] * weight - cost[row] * y * y / 2.0


@part()
def _solve(w, p, c, k):
    """Solve both tables of demand k in every member."""
    n_spokes = c.spokes.shape[0]
    for row in range(n_spokes):
        _alone(w, p, c, k, row)
    _together(w, p, c, k)
    for b in range(w.alone.shape[1]):
        whole = p.concept[0, b] >= 0.5
        for row in range(n_spokes):
            whole = whole or w.joint[row, b] > 1.0
        if whole:
            _solve_member(w, p, c, k, b)


@part()
def _coordinate(w, p, x, c, k, cost, uniform, chosen):
    """Begin or end coordination on demand k; ``chosen`` gets 1 or 0 as levers leave it."""
    n_spokes, together = c.spokes.shape[0], w.coordination[k]
    for b in range(together.shape[0]):
        weight, least, split = w.weight[k, b], 1e300, 0.0
        for row in range(n_spokes):
            gain = w.joint[n_spokes + row, b] - w.alone[n_spokes + row, b]
            least = min(least, gain / weight - cost[b])
            split += p.hub_stake[k, b] * (w.alone[row, b] - w.joint[row, b])
        size = p.gain_effect[0, b] * least
        wedge = p.wedge_share[0, b] * max(split, 0.0) / weight
        stays = together[b] == 1
        if stays:
            for row in range(n_spokes):
                keeps = w.joint[n_spokes + row, b] / weight - cost[b]
                alone = w.alone[n_spokes + row, b] / weight
                tempted = alone + wedge
                if tempted > keeps and p.patience[0, b] * (tempted - alone) < tempted - keeps:
                    stays = False
            if uniform[b] < probability_of(ROUND * p.end_rate[0, b] * exponential(-size)):
                stays = False
        elif least > 0.0:
            stays = uniform[b] < probability_of(ROUND * p.start_rate[0, b] * exponential(size))
        chosen[b] = 1.0 if stays else 0.0
    pull(w, x, x.coordination[k], chosen)
    for b in range(together.shape[0]):
        together[b] = 1 if chosen[b] >= 0.5 else 0


@part()
def _ratify(w, p, c, row, uniform):
    """Let the home of one spoke accept the terms on all demands, or leave what is."""
    n_spokes, n_demands = c.spokes.shape[0], w.coordination.shape[0]
    pair = c.dyad[c.hub[0], c.spokes[row]]
    for b in range(uniform.shape[0]):
        ratio = w.offer_value[row, b] / w.loss[row, b] if w.loss[row, b] > 0.0 else 0.0
        if uniform[b] < logistic(p.ratification[0, b] * ratio):
            for k in range(n_demands):
                w.concession[k * n_spokes + row, b] = w.offer[k * n_spokes + row, b]
        else:
            w.impulse[pair, b] += p.impulse[0, b]
            w.ruptured[pair, b] = 1


@part()
def _cost(w, p, c, out):
    """Write the cost of coordination per unit of weight."""
    n_pairs, base = c.spoke_pairs.shape[0], p.cost[0]
    for b in range(out.shape[0]):
        out[b] = 0.0
    for row in range(n_pairs):
        density, relation = w.density[c.spoke_pairs[row]], w.relation[c.spoke_pairs[row]]
        for b in range(out.shape[0]):
            out[b] += base[b] * (1.0 - density[b]) * logistic(-relation[b]) / n_pairs


@part()
def step(w, p, x, u, c, t):
    """Hold a round where the calendar has one; else what was agreed stands."""
    n_spokes, n_demands, members = c.spokes.shape[0], w.coordination.shape[0], w.loss.shape[1]
    cost, chosen = w.cost[0], w.room[3]
    if n_demands == 0 or n_spokes == 0:
        return
    if c.calendar[t] % ROUND != ROUND - 1:
        for k in range(n_demands):
            if x.coordination[k] >= 0:
                for b in range(members):
                    chosen[b] = w.coordination[k, b]
                pull(w, x, x.coordination[k], chosen)
                for b in range(members):
                    w.coordination[k, b] = 1 if chosen[b] >= 0.5 else 0
        return
    _cost(w, p, c, cost)
    for row in range(n_spokes):
        pressure, fear, loss = w.pressure[c.spokes[row]], w.fear[c.spokes[row]], w.loss[row]
        harm, value = p.harm[0], p.security_value[0]
        for b in range(members):
            loss[b] = harm[b] * pressure[b] + value[b] * fear[b]
            w.offer_value[row, b] = 0.0
    for k in range(n_demands):
        _solve(w, p, c, k)
        read_uniforms(u.draws, u.change[k], t, 0)
        _coordinate(w, p, x, c, k, cost, u.draws.uniform[0], chosen)
        for row in range(n_spokes):
            offer, value = w.offer[k * n_spokes + row], w.offer_value[row]
            alone, joint = w.alone[row], w.joint[row]
            surplus, together = w.alone[n_spokes + row], w.joint[n_spokes + row]
            for b in range(members):
                joined = chosen[b] >= 0.5
                offer[b] = joint[b] if joined else alone[b]
                value[b] += together[b] if joined else surplus[b]
    for row in range(n_spokes):
        read_uniforms(u.draws, u.ratify[row], t, 0)
        _ratify(w, p, c, row, u.draws.uniform[0])

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
    """Each (entity,), of the one parameter draw that a block lives in."""

    power: NDArray[np.float64]  # (1,)            of the hub, 0 to 1
    concept: NDArray[np.float64]  # (1,)          0 Nash, 1 Kalai-Smorodinsky, 2 Shapley, 3 Raiffa
    constraint_effect: NDArray[np.float64]  # (1,)
    cost_factor: NDArray[np.float64]  # (spoke,)
    harm: NDArray[np.float64]  # (1,)             loss without a deal at full pressure
    security_value: NDArray[np.float64]  # (1,)   the same at full fear
    breakdown_loss: NDArray[np.float64]  # (1,)   of the hub
    joint_loss: NDArray[np.float64]  # (1,)       of the hub when all tables break down
    ratification: NDArray[np.float64]  # (1,)
    cost: NDArray[np.float64]  # (1,)             of coordination
    start_rate: NDArray[np.float64]  # (1,)       per month
    end_rate: NDArray[np.float64]  # (1,)         per month
    gain_effect: NDArray[np.float64]  # (1,)
    wedge_share: NDArray[np.float64]  # (1,)
    patience: NDArray[np.float64]  # (1,)
    hub_stake: NDArray[np.float64]  # (demand,)
    spoke_stake: NDArray[np.float64]  # (demand,)
    substitutability: NDArray[np.float64]  # (demand,)
    constraint: NDArray[np.float64]  # (demand,)
    impulse: NDArray[np.float64]  # (1,)          of a breakdown


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
    n_spokes, members, total = c.spokes.shape[0], w.coordination.shape[1], 0.0
    for k in range(p.hub_stake.shape[0]):
        total += p.hub_stake[k]
    for k in range(p.hub_stake.shape[0]):
        w.weight[k] = p.hub_stake[k] / total
        bound = p.spoke_stake[k] * (1.0 + p.constraint_effect[0] * p.constraint[k])
        for row in range(n_spokes):
            w.stake[k * n_spokes + row] = bound * p.cost_factor[row]
        for b in range(members):
            w.coordination[k, b] = 0
            for row in range(n_spokes):
                w.concession[k * n_spokes + row, b] = 0.0


@part()
def _alone(w, p, c, k, row):
    """Write the Nash terms of spoke ``row`` on demand k against the hub, the others at hand."""
    n_spokes, weight, gain, beta = c.spokes.shape[0], w.weight[k], p.hub_stake[k], p.power[0]
    terms, surplus, loss = w.alone[row], w.alone[n_spokes + row], w.loss[row]
    own, others = w.stake[k * n_spokes + row], 0.0
    for j in range(n_spokes):
        if j != row:
            others += gain * gain / w.stake[k * n_spokes + j]
    outside = p.substitutability[k] * others - weight * p.breakdown_loss[0]
    rest, square = (1.0 - beta) * outside, gain * gain / own * (1.0 - beta / 2.0)
    least, per_square, slope = max(outside, 0.0) / gain, 0.5 / square, gain / own
    bearable = own * least * least / 2.0
    for b in range(terms.shape[0]):
        d = loss[b] * weight
        m = (rest + math.sqrt(rest * rest + 4.0 * square * beta * d)) * per_square
        y = min(m * slope, 1.0)
        deal = (least <= 1.0) & (bearable <= d)
        terms[b] = y if deal else 0.0
        surplus[b] = d - own * y * y / 2.0 if deal else 0.0


@part()
def _together(w, p, c, k):
    """Write the Nash terms of all spokes at one table on demand k."""
    n_spokes, gain, weight, beta = c.spokes.shape[0], p.hub_stake[k], w.weight[k], p.power[0]
    d, m, a = w.room[1], w.room[2], 0.0
    for b in range(d.shape[0]):
        d[b] = 0.0
    for row in range(n_spokes):
        loss = w.loss[row]
        a += gain * gain / w.stake[k * n_spokes + row]
        for b in range(d.shape[0]):
            d[b] += loss[b] * weight
    outside = -weight * (n_spokes * p.breakdown_loss[0] + p.joint_loss[0])
    rest, square = (1.0 - beta) * outside, a * (1.0 - beta / 2.0)
    per_square = 0.5 / square
    for b in range(d.shape[0]):
        m[b] = (rest + math.sqrt(rest * rest + 4.0 * square * beta * d[b])) * per_square
    for row in range(n_spokes):
        own, loss = w.stake[k * n_spokes + row], w.loss[row]
        terms, surplus, slope = w.joint[row], w.joint[n_spokes + row], gain / own
        for b in range(d.shape[0]):
            y = m[b] * slope
            terms[b] = y
            surplus[b] = loss[b] * weight - own * y * y / 2.0


@part()
def _solve_member(w, p, c, k, b):
    """Solve both tables of demand k in one member by the general functions."""
    n_spokes, gain, cost = c.spokes.shape[0], w.table[0], w.table[1]
    concept = int(min(max(p.concept[0], 0.0), 3.0) + 0.5)
    beta, weight = p.power[0], w.weight[k]
    total, loss = 0.0, 0.0
    for row in range(n_spokes):
        gain[row], cost[row] = p.hub_stake[k], w.stake[k * n_spokes + row]
        total += gain[row] * gain[row] / cost[row]
        loss += w.loss[row, b] * weight
    for row in range(n_spokes):
        others = total - gain[row] * gain[row] / cost[row]
        outside = p.substitutability[k] * others - weight * p.breakdown_loss[0]
        own_gain, own_cost, own_loss = gain[row : row + 1], cost[row : row + 1], w.loss[row, b]
        own_loss *= weight
        w.alone[row, b] = w.alone[n_spokes + row, b] = 0.0
        if has_deal(own_gain, own_cost, own_loss, outside):
            m = solution_multiplier(concept, own_gain, own_cost, own_loss, outside, beta)
            y = concession(gain[row], cost[row], m)
            w.alone[row, b] = y
            w.alone[n_spokes + row, b] = own_loss - cost[row] * y * y / 2.0
    outside = -weight * (n_spokes * p.breakdown_loss[0] + p.joint_loss[0])
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
    whole = p.concept[0] >= 0.5
    for b in range(w.alone.shape[1]):
        beyond = whole
        for row in range(n_spokes):
            beyond = beyond or w.joint[row, b] > 1.0
        if beyond:
            _solve_member(w, p, c, k, b)


@part()
def _gains(w, p, c, k, cost, least, wedge):
    """Write the least gain of a spoke from joining, and what the hub pays for splitting."""
    n_spokes, weight, stake = c.spokes.shape[0], w.weight[k], p.hub_stake[k]
    share, per_weight = p.wedge_share[0] / weight, 1.0 / weight
    for row in range(n_spokes):
        alone, joint = w.alone[row], w.joint[row]
        surplus, together = w.alone[n_spokes + row], w.joint[n_spokes + row]
        for b in range(least.shape[0]):
            gain = (together[b] - surplus[b]) * per_weight - cost[b]
            split = stake * (alone[b] - joint[b])
            least[b] = gain if row == 0 else min(least[b], gain)
            wedge[b] = split if row == 0 else wedge[b] + split
    for b in range(least.shape[0]):
        wedge[b] = share * max(wedge[b], 0.0)


@part()
def _defect(w, p, c, k, cost, wedge, chosen):
    """Put 0 into ``chosen`` where a spoke prefers the hub's offer for splitting."""
    n_spokes, per_weight, patience = c.spokes.shape[0], 1.0 / w.weight[k], p.patience[0]
    for row in range(n_spokes):
        surplus, together = w.alone[n_spokes + row], w.joint[n_spokes + row]
        for b in range(chosen.shape[0]):
            keeps, alone = together[b] * per_weight - cost[b], surplus[b] * per_weight
            tempted = alone + wedge[b]
            defects = (tempted > keeps) & (patience * (tempted - alone) < tempted - keeps)
            chosen[b] = 0.0 if defects else chosen[b]


@part()
def _coordinate(w, p, x, c, k, cost, uniform, chosen):
    """Begin or end coordination on demand k; ``chosen`` gets 1 or 0 as levers leave it."""
    together, least, wedge = w.coordination[k], w.room[0], w.room[1]
    effect, begins, ends = p.gain_effect[0], ROUND * p.start_rate[0], ROUND * p.end_rate[0]
    _gains(w, p, c, k, cost, least, wedge)
    for b in range(chosen.shape[0]):
        size = effect * (-least[b] if together[b] == 1 else least[b])
        rate = (ends if together[b] == 1 else begins) * exponential(size)
        changes = uniform[b] < probability_of(rate)
        begun = 1.0 if changes & (least[b] > 0.0) else 0.0
        ended = 0.0 if changes else 1.0
        chosen[b] = ended if together[b] == 1 else begun
    for b in range(chosen.shape[0]):  # who is not joined has nothing to leave
        wedge[b] = wedge[b] if together[b] == 1 else -math.inf
    _defect(w, p, c, k, cost, wedge, chosen)
    pull(w, x, x.coordination[k], chosen)
    for b in range(together.shape[0]):
        together[b] = 1 if chosen[b] >= 0.5 else 0


@part()
def _offer(w, k, row, chosen):
    """Put the terms of the table that is held before the home of one spoke."""
    n_spokes = w.loss.shape[0]
    offer, offered = w.offer[k * n_spokes + row], w.offer_value[row]
    alone, joint = w.alone[row], w.joint[row]
    surplus, together = w.alone[n_spokes + row], w.joint[n_spokes + row]
    for b in range(chosen.shape[0]):
        joined = chosen[b] >= 0.5
        offer[b] = joint[b] if joined else alone[b]
        offered[b] += together[b] if joined else surplus[b]


@part()
def _ratify(w, p, c, row, uniform):
    """Let the home of one spoke accept the terms on all demands, or leave what is."""
    n_spokes, effect, accepted = c.spokes.shape[0], p.ratification[0], w.room[0]
    pair, offered, loss = c.dyad[c.hub[0], c.spokes[row]], w.offer_value[row], w.loss[row]
    impulse, torn, breakdown = w.impulse[pair], w.ruptured[pair], p.impulse[0]
    for b in range(uniform.shape[0]):
        ratio = offered[b] / loss[b] if loss[b] > 0.0 else 0.0
        accepted[b] = 1.0 if uniform[b] < logistic(effect * ratio) else 0.0
    for k in range(w.coordination.shape[0]):
        offer, concession = w.offer[k * n_spokes + row], w.concession[k * n_spokes + row]
        for b in range(uniform.shape[0]):
            concession[b] = offer[b] if accepted[b] > 0.0 else concession[b]
    for b in range(uniform.shape[0]):
        impulse[b] += 0.0 if accepted[b] > 0.0 else breakdown
        torn[b] = torn[b] if accepted[b] > 0.0 else 1


@part()
def _cost(w, p, c, out):
    """Write the cost of coordination per unit of weight."""
    n_pairs = c.spoke_pairs.shape[0]
    share = p.cost[0] / max(n_pairs, 1)
    for b in range(out.shape[0]):
        out[b] = 0.0
    for row in range(n_pairs):
        density, relation = w.density[c.spoke_pairs[row]], w.relation[c.spoke_pairs[row]]
        for b in range(out.shape[0]):
            out[b] += share * (1.0 - density[b]) * logistic(-relation[b])


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
        harm, safety, offered = p.harm[0], p.security_value[0], w.offer_value[row]
        for b in range(members):
            loss[b] = harm * pressure[b] + safety * fear[b]
            offered[b] = 0.0
    for k in range(n_demands):
        _solve(w, p, c, k)
        read_uniforms(u.draws, u.change[k], t, 0)
        _coordinate(w, p, x, c, k, cost, u.draws.uniform[0], chosen)
        for row in range(n_spokes):
            _offer(w, k, row, chosen)
    for row in range(n_spokes):
        read_uniforms(u.draws, u.ratify[row], t, 0)
        _ratify(w, p, c, row, u.draws.uniform[0])

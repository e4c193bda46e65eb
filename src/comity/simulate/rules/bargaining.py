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
from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import Draws, as_uniform, quarter_month
from comity.simulate.events import has_odds
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import exponential, logistic, probability_of, quotient

SOURCES = ("crawford-2011", "horn-wolinsky-1988", "putnam-1988")
ROUND = 3
"""Months between rounds; hazards are per month."""
NO_DEAL = -1.0
"""Stands for the terms of a table that breaks down: nothing is conceded, no loss averted."""


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


@inlined_part()
def is_round(c, t):
    """Return whether month ``t`` holds a round of bargaining."""
    return c.calendar[t] % ROUND == ROUND - 1


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


@inlined_part()
def _value(terms, averted, half):
    """Return what terms are worth to a spoke: the loss averted less what is conceded.

    ``half`` is half the curvature of its cost.
    """
    return averted - half * terms * terms if terms >= 0.0 else 0.0


@part()
def _alone(w, p, c, k, row):
    """Write the Nash terms of spoke ``row`` on demand k against the hub, the others at hand."""
    n_spokes, weight, gain, beta = c.spokes.shape[0], w.weight[k], p.hub_stake[k], p.power[0]
    terms, loss = w.offer[k * n_spokes + row], w.loss[row]
    own, others = w.stake[k * n_spokes + row], 0.0
    for j in range(n_spokes):
        if j != row:
            others += gain * gain / w.stake[k * n_spokes + j]
    outside = p.substitutability[k] * others - weight * p.breakdown_loss[0]
    rest, square = (1.0 - beta) * outside, gain * gain / own * (1.0 - beta / 2.0)
    least, slope = max(outside, 0.0) / gain, gain / own * 0.5 / square
    bearable = own * least * least / 2.0 if least <= 1.0 else math.inf
    fixed, per_loss = rest * rest, 4.0 * square * beta * weight
    for b in range(terms.shape[0]):
        y = (rest + math.sqrt(fixed + per_loss * loss[b])) * slope
        terms[b] = min(y, 1.0) if bearable <= loss[b] * weight else NO_DEAL


@part()
def _together(w, p, c, k):
    """Write the Nash multiplier of all spokes at one table on demand k.

    Return how many members concede an issue whole, which makes their multiplier another one.
    """
    n_spokes, gain, weight, beta = c.spokes.shape[0], p.hub_stake[k], w.weight[k], p.power[0]
    loss, multiplier, a, steepest = w.total_loss[0], w.multiplier[0], 0.0, 0.0
    for row in range(n_spokes):
        a += gain * gain / w.stake[k * n_spokes + row]
        steepest = max(steepest, gain / w.stake[k * n_spokes + row])
    outside = -weight * (n_spokes * p.breakdown_loss[0] + p.joint_loss[0])
    rest, square = (1.0 - beta) * outside, a * (1.0 - beta / 2.0)
    fixed, per_loss, per_square, n_beyond = (
        rest * rest,
        4.0 * square * beta * weight,
        0.5 / square,
        0,
    )
    for b in range(loss.shape[0]):
        m = (rest + math.sqrt(fixed + per_loss * loss[b])) * per_square
        multiplier[b] = m
        n_beyond += 1 if m * steepest > 1.0 else 0
    return n_beyond


@part()
def _solve_member(w, p, c, k, b):
    """Solve both tables of demand k in one member by the general functions."""
    n_spokes, gain, cost = c.spokes.shape[0], w.table[0], w.table[1]
    concept = int(min(max(p.concept[0], 0.0), 3.0) + 0.5)
    beta, weight, total = p.power[0], w.weight[k], 0.0
    for row in range(n_spokes):
        gain[row], cost[row] = p.hub_stake[k], w.stake[k * n_spokes + row]
        total += gain[row] * gain[row] / cost[row]
    for row in range(n_spokes):
        others = total - gain[row] * gain[row] / cost[row]
        outside = p.substitutability[k] * others - weight * p.breakdown_loss[0]
        own_gain, own_cost, own_loss = gain[row : row + 1], cost[row : row + 1], w.loss[row, b]
        own_loss *= weight
        terms = NO_DEAL
        if has_deal(own_gain, own_cost, own_loss, outside):
            m = solution_multiplier(concept, own_gain, own_cost, own_loss, outside, beta)
            terms = concession(gain[row], cost[row], m)
        w.offer[k * n_spokes + row, b] = terms
    outside, loss = -weight * (n_spokes * p.breakdown_loss[0] + p.joint_loss[0]), w.total_loss[0, b]
    w.multiplier[0, b] = solution_multiplier(concept, gain, cost, loss * weight, outside, beta)


@part()
def _solve(w, p, c, k):
    """Write the terms of each spoke alone as its offer, and the multiplier of the one table."""
    if p.concept[0] >= 0.5:
        for b in range(w.loss.shape[1]):
            _solve_member(w, p, c, k, b)
        return
    for row in range(c.spokes.shape[0]):
        _alone(w, p, c, k, row)
    if _together(w, p, c, k) == 0:
        return
    steepest = 0.0
    for row in range(c.spokes.shape[0]):
        steepest = max(steepest, p.hub_stake[k] / w.stake[k * c.spokes.shape[0] + row])
    for b in range(w.loss.shape[1]):
        if w.multiplier[0, b] * steepest > 1.0:
            _solve_member(w, p, c, k, b)


@part()
def _gains(w, p, k, least, wedge):
    """Write the least gain of a spoke from joining, before the cost, and of the hub by splitting.

    Both are per unit of weight, the second in terms of what the hub has at stake.
    """
    n_spokes, weight, m = w.loss.shape[0], w.weight[k], w.multiplier[0]
    for row in range(n_spokes):
        loss, alone, own = w.loss[row], w.offer[k * n_spokes + row], w.stake[k * n_spokes + row]
        slope, half, per_weight = p.hub_stake[k] / own, own / 2.0, 1.0 / weight
        for b in range(least.shape[0]):
            y, terms = min(m[b] * slope, 1.0), alone[b]
            averted, split = loss[b] * weight, max(terms, 0.0) - y
            gain = (averted - half * y * y - _value(terms, averted, half)) * per_weight
            least[b] = gain if row == 0 else min(least[b], gain)
            wedge[b] = split if row == 0 else wedge[b] + split


@part()
def _coordinate(w, p, x, u, c, t, k, cost, chosen):
    """Begin or end coordination on demand k; ``chosen`` gets 1 or 0 as levers leave it.

    A spoke defects when the hub's offer for splitting, o, is worth more than joining, G, and
    patience P does not outweigh it: P o < o - G. The spoke that gains least is the first to.
    """
    together, least, wedge = w.coordination[k], w.room[0], w.room[1]
    effect, begins, ends = p.gain_effect[0], ROUND * p.start_rate[0], ROUND * p.end_rate[0]
    _gains(w, p, k, least, wedge)
    tempting = (1.0 - p.patience[0]) * p.wedge_share[0] * p.hub_stake[k] / w.weight[k]
    words = u.draws.words[u.change[k], quarter_month(u.draws, t)]
    for b in range(chosen.shape[0]):
        joined, gain = together[b] == 1, least[b] - cost[b]
        rate = (ends if joined else begins) * exponential(effect * (-gain if joined else gain))
        changes = as_uniform(words[b]) < probability_of(rate)
        begun = changes & (gain > 0.0)
        defects = gain < tempting * max(wedge[b], 0.0)
        stays = 0.0 if changes | defects else 1.0
        chosen[b] = stays if joined else (1.0 if begun else 0.0)
    pull(w, x, x.coordination[k], chosen)
    for b in range(together.shape[0]):
        together[b] = 1 if chosen[b] >= 0.5 else 0


@part()
def _offer(w, p, k, row, chosen):
    """Put the terms of the table that is held before the home of one spoke."""
    place, weight, m = k * w.loss.shape[0] + row, w.weight[k], w.multiplier[0]
    offer, offered, loss, own = w.offer[place], w.offer_value[row], w.loss[row], w.stake[place]
    slope, half = p.hub_stake[k] / own, own / 2.0
    for b in range(chosen.shape[0]):
        terms = min(m[b] * slope, 1.0) if chosen[b] >= 0.5 else offer[b]
        offer[b] = max(terms, 0.0)
        offered[b] += _value(terms, loss[b] * weight, half)


@part()
def _ratify(w, p, u, c, t, row):
    """Let the home of one spoke accept the terms on all demands, or leave what is."""
    n_spokes, effect, accepted = c.spokes.shape[0], p.ratification[0], w.room[0]
    pair, offered, loss = c.dyad[c.hub[0], c.spokes[row]], w.offer_value[row], w.loss[row]
    impulse, torn, breakdown = w.impulse[pair], w.ruptured[pair], p.impulse[0]
    words = u.draws.words[u.ratify[row], quarter_month(u.draws, t)]
    for b in range(accepted.shape[0]):
        ratio = quotient(offered[b], max(loss[b], 1e-37))
        accepted[b] = 1.0 if has_odds(as_uniform(words[b]), effect * ratio) else 0.0
    for k in range(w.coordination.shape[0]):
        offer, concession = w.offer[k * n_spokes + row], w.concession[k * n_spokes + row]
        for b in range(accepted.shape[0]):
            concession[b] = offer[b] if accepted[b] > 0.0 else concession[b]
    for b in range(accepted.shape[0]):
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
def _lose(w, p, c):
    """Write what each spoke and all together lose without a deal; nothing is offered yet."""
    total, harm, safety = w.total_loss[0], p.harm[0], p.security_value[0]
    for row in range(c.spokes.shape[0]):
        pressure, fear, loss = w.pressure[c.spokes[row]], w.fear[c.spokes[row]], w.loss[row]
        offered = w.offer_value[row]
        for b in range(total.shape[0]):
            loss[b] = harm * pressure[b] + safety * fear[b]
            offered[b] = 0.0
        for b in range(total.shape[0]):
            total[b] = loss[b] if row == 0 else total[b] + loss[b]


@part()
def _hold_on(w, x):
    """Leave coordination what it is but for levers."""
    chosen = w.room[3]
    for k in range(w.coordination.shape[0]):
        if x.coordination[k] >= 0:
            for b in range(chosen.shape[0]):
                chosen[b] = w.coordination[k, b]
            pull(w, x, x.coordination[k], chosen)
            for b in range(chosen.shape[0]):
                w.coordination[k, b] = 1 if chosen[b] >= 0.5 else 0


@part()
def step(w, p, x, u, c, t):
    """Hold a round where the calendar has one; else what was agreed stands."""
    n_spokes, n_demands, cost, chosen = c.spokes.shape[0], w.weight.shape[0], w.cost[0], w.room[3]
    if n_demands == 0 or n_spokes == 0:
        return
    if not is_round(c, t):
        _hold_on(w, x)
        return
    _cost(w, p, c, cost)
    _lose(w, p, c)
    for k in range(n_demands):
        _solve(w, p, c, k)
        _coordinate(w, p, x, u, c, t, k, cost, chosen)
        for row in range(n_spokes):
            _offer(w, p, k, row, chosen)
    for row in range(n_spokes):
        _ratify(w, p, u, c, t, row)

"""Signals and beliefs: who meets whom, whom a new leader visits first, what is learned from it.

Theory
------
A government is judged by what it does, and a deed tells the more the more it costs: tying one's
hands and sinking costs [1]_. Words are nearly free, a meeting costs attention, a visit to the
neighbour before the hub costs standing, an unloved agreement that is kept costs votes.

Equation
--------
Precision of a signal of cost c: w_max c / (c + c_0). 1 / v' = 1 / v + sum w;
m' = v' (m / v + sum w s). Meetings: hazard rate exp(b_r (tanh r - tanh r_0) + b_o (o - o_0) -
b_S S).

Parameters: ``signal.*``, ``visit.*``, ``summit.*``, ``trilateral.*``, ``relation.impulse_summit``.
Streams: ``summit/<dyad>/held``, ``summit/trilateral/held`` (dense), ``visit/<spoke>/<spoke>``.

References
----------
.. [1] Fearon (1997). Signaling foreign policy interests. Journal of Conflict Resolution 41(1).
"""

from __future__ import annotations

import math
from itertools import permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import Draws, one_uniform, quarter_month
from comity.simulate.events import draw_events, has_odds
from comity.simulate.layout import Layout
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import exponential

SOURCES = ("fearon-1997",)
MONTHS = 12
_REMEMBERED = (MONTHS - 1.0) / MONTHS
RELATION, ORIENTATION, LOAD = range(3)


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    cost: NDArray[np.float64]  # (3,)                  statement, summit, visit
    most: NDArray[np.float64]  # (1,)                  precision of a signal without bound in cost
    reference_cost: NDArray[np.float64]  # (1,)
    agreement: NDArray[np.float64]  # (1,)             precision of keeping or breaking one
    visit: NDArray[np.float64]  # (3,)                 intercept, orientation, relation
    summit_rate: NDArray[np.float64]  # (allied pair,) per month
    summit: NDArray[np.float64]  # (3,)                effects of relation, orientation, load
    trilateral_rate: NDArray[np.float64]  # (1,)
    trilateral: NDArray[np.float64]  # (3,)            effects of posture, orientation, load
    impulse: NDArray[np.float64]  # (1,)


class Streams(NamedTuple):
    """Rows of dense streams (``summit``, ``trilateral``) and addresses (``visit``)."""

    draws: Draws
    summit: NDArray[np.int64]  # (allied pair,)
    trilateral: NDArray[np.int64]  # (1,)
    visit: NDArray[np.int64]  # (spoke * spoke,)


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""

    def family(prefix: str, names: tuple[str, ...]) -> list[Read]:
        return [Read((f"{prefix}.{name}",)) for name in names]

    pairs = [layout.index.dyads[k] for k in layout.constants.allied_pairs]
    return {
        "cost": [
            Read((f"signal.cost.{name}",), low=0) for name in ("statement", "summit", "visit")
        ],
        "most": [Read(("signal.precision_max",), low=0)],
        "reference_cost": [Read(("signal.cost_reference",), low=1e-9)],
        "agreement": [Read(("signal.precision_upheld",), low=0)],
        "visit": family("visit", ("intercept", "orientation_effect", "relation_effect")),
        "summit_rate": [Read((f"summit.rate.{pair}", "summit.rate.default"), low=0)
                        for pair in pairs],
        "summit": family("summit", ("relation_effect", "orientation_effect", "load_effect")),
        "trilateral_rate": [Read(("trilateral.rate",), low=0)],
        "trilateral": family(
            "trilateral", ("posture_effect", "orientation_effect", "load_effect")
        ),
        "impulse": [Read(("relation.impulse_summit",))],
    }  # fmt: skip


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    pairs = [layout.index.dyads[k] for k in layout.constants.allied_pairs]
    return {
        "summit": [Stream(f"summit/{pair}/held", dense=True) for pair in pairs],
        "trilateral": [Stream("summit/trilateral/held", dense=True)],
        "visit": [Stream(f"visit/{i}/{j}") for i, j in permutations(layout.spokes, 2)],
    }


@part()
def start(w, p, u, c):
    """Take the present rate of meetings as what the past year had."""
    for row in range(c.allied_pairs.shape[0]):
        k = c.allied_pairs[row]
        for b in range(w.summit.shape[1]):
            w.recent_summits[k, b] = MONTHS * p.summit_rate[row]


@part()
def _three_meet(w, p, u, c, t):
    """Draw whether the hub and all spokes meet."""
    drive, load, posture, first = w.room[0], w.room[1], w.posture[0], w.first_posture[0]
    b_m, b_o, b_s = p.trilateral[0], p.trilateral[1], p.trilateral[2]
    share = b_o / max(c.spoke_pairs.shape[0], 1)
    for b in range(drive.shape[0]):
        drive[b] = b_m * (posture[b] - first)
        load[b] = 0.0
    for row in range(c.spoke_pairs.shape[0]):
        k = c.spoke_pairs[row]
        toward, usual, quarrels = w.pair_orientation[k], c.mean_history[0, k], w.load[k]
        for b in range(drive.shape[0]):
            drive[b] += share * (toward[b] - usual)
            load[b] = max(load[b], quarrels[b])
    rate = p.trilateral_rate[0]
    for b in range(drive.shape[0]):
        drive[b] = rate * exponential(drive[b] - b_s * load[b])
    draw_events(u.draws.words[u.trilateral[0], quarter_month(u.draws, t)], drive, w.trilateral[0])


@part()
def _two_meet(w, p, x, u, c, t):
    """Draw which allied pairs meet, and count meetings."""
    together, impulse, hazard = w.trilateral[0], p.impulse[0], w.room[0]
    b_r, b_o, b_s = p.summit[RELATION], p.summit[ORIENTATION], p.summit[LOAD]
    for row in range(c.allied_pairs.shape[0]):
        k, rate = c.allied_pairs[row], p.summit_rate[row]
        close, first, toward = w.closeness[k], w.first_closeness[k], w.pair_orientation[k]
        load, o_0 = w.load[k], c.mean_history[0, k]
        for b in range(hazard.shape[0]):
            s = b_r * (close[b] - first) + b_o * (toward[b] - o_0) - b_s * load[b]
            hazard[b] = rate * exponential(s)
        meets, recent, moves = w.summit[k], w.recent_summits[k], w.impulse[k]
        draw_events(u.draws.words[u.summit[row], quarter_month(u.draws, t)], hazard, meets)
        if x.summit[k] >= 0:
            for b in range(meets.shape[0]):
                if not math.isnan(w.held[x.summit[k], b]):
                    meets[b] = 1
        for b in range(meets.shape[0]):
            meet = 1 if (meets[b] > 0) | (together[b] > 0) else 0
            meets[b] = meet
            recent[b] = recent[b] * _REMEMBERED + meet
            moves[b] += impulse * meet


@inlined_part()
def _precision(most, cost, reference):
    return most * cost / (cost + reference)


@part()
def _learn(w, p, u, c, t, row):
    """Update what ally j believes about ally i by what i did this month."""
    j, i = c.believer[row], c.about[row]
    k, component = c.dyad[i, j], c.toward[i, j]
    heard, certainty, upheld, meets = w.heard[row], w.certainty[row], w.upheld[row], w.summit[k]
    most, ref, kept = p.most[0], p.reference_cost[0], p.agreement[0]
    word, meeting = _precision(most, p.cost[0], ref), _precision(most, p.cost[1], ref)
    leans = w.orientation[4 * i + max(component, 0)]
    if component < 0:
        leans = w.room[0]
        for b in range(leans.shape[0]):
            leans[b] = 0.0
    for b in range(heard.shape[0]):
        told, deed = word + meeting * meets[b], kept * upheld[b]
        heard[b] += told * leans[b] + deed
        certainty[b] += told + abs(deed)


@part()
def _visit(w, p, x, u, c, t, spoke, j, address):
    """Let each new leader of spoke i decide whether to see spoke j before the hub."""
    i, lever = c.spokes[spoke], x.first_visit[spoke]
    row, k, component = c.belief[j, i], c.dyad[i, j], c.toward[i, j]
    for m in range(w.n_changed[i, 0]):
        b = w.changed[i, m]
        leans = w.orientation[4 * i + component, b] if component >= 0 else 0.0
        score = p.visit[0] + p.visit[1] * leans + p.visit[2] * w.closeness[k, b]
        goes = has_odds(one_uniform(u.draws, address, t, b), score)
        if lever >= 0 and not math.isnan(w.held[lever, b]):
            goes = w.held[lever, b] > 0.5
        if goes:
            told = _precision(p.most[0], p.cost[2], p.reference_cost[0])
            w.heard[row, b] += told
            w.certainty[row, b] += told


@part()
def step(w, p, x, u, c, t):
    """Let a month of meetings, visits and kept or broken agreements be seen."""
    _three_meet(w, p, u, c, t)
    _two_meet(w, p, x, u, c, t)
    for row in range(c.believer.shape[0]):
        _learn(w, p, u, c, t, row)
    number = 0
    for first in range(c.spokes.shape[0]):
        for second in range(c.spokes.shape[0]):
            if first != second:
                _visit(w, p, x, u, c, t, first, c.spokes[second], u.visit[number])
                number += 1

"""New agreements: a declaration of two spokes is proposed, negotiated through three gates, adopted.

Theory
------
Agreements breed agreements, above all through shared third parties [1]_; talks go on while both
believe in each other and old quarrels are quiet; how deep the text goes follows what both want from
it and how far apart they stand.

Equation
--------
Proposal hazard rate exp(b_r tanh r + b_o o + b_k min(1, D_ih, D_jh) - b_S S); each month a gate is
passed with probability L(g_0 + g_1 least belief - g_2 S); depth (V - c gap) / k, cut to [0, 1].

Parameters: ``prospect.*``; ``agreement.reference_gap``, ``relation.impulse_signed``,
``relation.impulse_ended``. Streams: ``prospect/<dyad>/advance`` (dense),
``agreement/<id>/background``.

References
----------
.. [1] Kinne (2013). Network dynamics and the evolution of international cooperation. American
   Political Science Review 107(4).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.agreement_rows import IN_FORCE, NEGOTIATING, NONE, TERMINATED
from comity.simulate.agreement_status import gap_of, set_status
from comity.simulate.compiled import part
from comity.simulate.draws import Draws, as_uniform, quarter_month
from comity.simulate.events import gather, has_odds, perhaps
from comity.simulate.layout import Layout
from comity.simulate.reads import Read, Stream
from comity.simulate.rules.beliefs import leaning
from comity.simulate.rules.turnover import SUPPORT
from comity.simulate.transforms import exponential, probability_of, quotient

SOURCES = ("kinne-2013",)
GATES = 3


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    rate: NDArray[np.float64]  # (1,)              per month
    effect: NDArray[np.float64]  # (4,)            relation, orientation, common hub, load
    gate: NDArray[np.float64]  # (3,)              intercept, effects of belief and load
    depth: NDArray[np.float64]  # (3,)             value, cost of the gap, curvature
    reference_gap: NDArray[np.float64]  # (1,)
    impulse_signed: NDArray[np.float64]  # (1,)
    impulse_ended: NDArray[np.float64]  # (1,)


class Streams(NamedTuple):
    """Rows of the dense streams by spoke pair; addresses of endurance by agreement."""

    draws: Draws
    advance: NDArray[np.int64]
    background: NDArray[np.int64]


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""
    effects = ("relation_effect", "orientation_effect", "common_hub_effect", "load_effect")
    gates = ("gate_intercept", "gate_belief_effect", "gate_load_effect")
    return {
        "rate": [Read(("prospect.rate",), low=0)],
        "effect": [Read((f"prospect.{name}",)) for name in effects],
        "gate": [Read((f"prospect.{name}",)) for name in gates],
        "depth": [Read(("prospect.value",)), Read(("prospect.gap_cost",)),
                  Read(("prospect.curvature",), low=1e-6)],
        "reference_gap": [Read(("agreement.reference_gap",), low=0, high=1, firm=False)],
        "impulse_signed": [Read(("relation.impulse_signed",))],
        "impulse_ended": [Read(("relation.impulse_ended",))],
    }  # fmt: skip


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    pairs = [layout.index.dyads[k] for k in layout.constants.spoke_pairs]
    return {
        "advance": [Stream(f"prospect/{pair}/advance", dense=True) for pair in pairs],
        "background": [
            Stream(f"agreement/{name}/background", shared=True) for name in layout.agreements
        ],
    }


@part()
def start(w, p, u, c):
    """Nothing is under negotiation."""


@part()
def _propose(w, p, c, k, out):
    """Write each member's hazard that negotiation begins."""
    hub_i, hub_j = (
        w.stock[c.dyad[c.pairs[k, 0], c.hub[0]]],
        w.stock[c.dyad[c.pairs[k, 1], c.hub[0]]],
    )
    close, toward, load, rate = w.closeness[k], w.pair_orientation[k], w.load[k], p.rate[0]
    b_r, b_o, b_h, b_s = p.effect[0], p.effect[1], p.effect[2], p.effect[3]
    for b in range(out.shape[0]):
        x = b_r * close[b] + b_o * toward[b]
        x += b_h * min(1.0, hub_i[b], hub_j[b]) - b_s * load[b]
        out[b] = rate * exponential(x)


@part()
def _negotiate(w, p, c, k, out):
    """Write the log odds that each member's talks pass a gate."""
    i, j = c.pairs[k, 0], c.pairs[k, 1]
    there, back, load = c.belief[i, j], c.belief[j, i], w.load[k]
    g_0, g_1, g_2 = p.gate[0], p.gate[1], p.gate[2]
    heard, certainty, heard_too, certainty_too = (
        w.heard[there], w.certainty[there], w.heard[back], w.certainty[back],
    )  # fmt: skip
    for b in range(out.shape[0]):
        first, second = quotient(heard[b], certainty[b]), quotient(heard_too[b], certainty_too[b])
        out[b] = g_0 + g_1 * min(first, second) - g_2 * load[b]


@part()
def _mark(w, c, k, status, words, begins, passes):
    """Mark in which members something may happen to a prospect this month."""
    marks, first, second = (
        w.marks[0],
        w.government_changed[c.pairs[k, 0]],
        w.government_changed[c.pairs[k, 1]],
    )
    for b in range(marks.shape[0]):
        uniform = as_uniform(words[b])
        is_open = (status[b] == NONE) | (status[b] == TERMINATED)
        is_new = (first[b] == SUPPORT) | (second[b] == SUPPORT)
        moves = is_new | has_odds(uniform, passes[b])
        talks = (status[b] == NEGOTIATING) & moves
        marks[b] = 1 if talks | (is_open & perhaps(uniform, begins[b])) else 0


@part()
def _breaks_off(w, c, i, j, b):
    """Return whether a new source of support leans away from the other side."""
    first = w.government_changed[i, b] == SUPPORT and leaning(w, c, i, j, b) < 0.0
    second = w.government_changed[j, b] == SUPPORT and leaning(w, c, j, i, b) < 0.0
    return first or second


@part()
def _adopt(w, p, u, c, t, a, b):
    """Bring the declaration into force at the depth that both want."""
    gap_0 = p.reference_gap[0]
    gap = gap_of(w, c, a, 0, b, gap_0) + gap_of(w, c, a, 1, b, gap_0)
    depth = (p.depth[0] - p.depth[1] * gap / 2.0) / p.depth[2]
    w.depth[a, b] = min(max(depth, 0.0), 1.0)
    set_status(w, u, c, t, a, b, IN_FORCE, p.impulse_signed[0], p.impulse_ended[0])


@part()
def _move(w, p, u, c, t, a, b, uniform):
    """Let the prospect of one member begin, advance, break off or be adopted.

    ``w.room`` has its hazard to begin and its log odds to advance.
    """
    k = c.prospect[a]
    if w.status[a, b] != NEGOTIATING:
        if uniform < probability_of(w.room[0, b]):
            w.status[a, b] = NEGOTIATING
            w.gates[a, b] = 0
    elif _breaks_off(w, c, c.pairs[k, 0], c.pairs[k, 1], b):
        w.status[a, b] = NONE
    elif has_odds(uniform, w.room[1, b]):
        w.gates[a, b] += 1
        if w.gates[a, b] == GATES:
            _adopt(w, p, u, c, t, a, b)


@part()
def step(w, p, x, u, c, t):
    """Let every prospect begin, advance, break off or be adopted, unless levers hold it."""
    row, marked = 0, w.marked[0]
    for a in range(c.form.shape[0]):
        if c.prospect[a] >= 0:
            words = u.draws.words[u.advance[row], quarter_month(u.draws, t)]
            row += 1
            _propose(w, p, c, c.prospect[a], w.room[0])
            _negotiate(w, p, c, c.prospect[a], w.room[1])
            _mark(w, c, c.prospect[a], w.status[a], words, w.room[0], w.room[1])
            for m in range(gather(w.marks[0], marked)):
                b, held = marked[m], x.agreement[a]
                if held < 0 or math.isnan(w.held[held, b]):
                    _move(w, p, u, c, t, a, b, as_uniform(words[b]))

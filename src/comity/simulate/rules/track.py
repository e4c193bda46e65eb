"""The staged track: talks, freeze, reduction, completion, each step forward or back.

Theory
------
A staged denuclearization moves when the hub makes peace and a spoke sets the pace, stalls when a
patron backs the proliferator, and collapses to stalemate more readily than it advances. History
holds four or five episodes, so that the rates are wide.

Equation
--------
x = b_p o_hub + b_e mean o_spokes - b_b mean tanh r_patrons + b_u mean tanh r_spokes; forward hazard
f e^x, backward b e^-x; within a month the first of the two counts.

Parameters: ``track.rate.<from>-<to>``, ``track.effect.*``, ``track.start_stage.<proliferator>``,
``track.step_hub``, ``.step_spoke``, ``.collapse_factor``. Streams: ``track/<proliferator>/move``
(dense). Sources: judged from 1994-2002, 2005-09, 2012 and 2018-19.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import Draws, read_uniforms
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import exponential, probability_of, quotient

SOURCES: tuple[str, ...] = ()
COMPLETE = 4
FORWARD = ("0-1", "1-2", "2-3", "3-4")
BACK = ("1-0", "2-0", "3-2", "4-3")
EFFECTS = ("peacemaker", "pacemaker", "patron", "unity")


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    forward: NDArray[np.float64]  # (4,)       per month, from stage 0 to 3
    back: NDArray[np.float64]  # (4,)          per month, from stage 1 to 4
    effect: NDArray[np.float64]  # (4,)        in the order of EFFECTS
    start_stage: NDArray[np.float64]  # (proliferator,)
    step_hub: NDArray[np.float64]  # (1,)      logit
    step_spoke: NDArray[np.float64]  # (1,)    logit per unit of orientation
    collapse: NDArray[np.float64]  # (1,)      factor


class Streams(NamedTuple):
    """Rows of the dense streams, by proliferator."""

    draws: Draws
    move: NDArray[np.int64]


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""
    return {
        "forward": [Read((f"track.rate.{move}",), low=0) for move in FORWARD],
        "back": [Read((f"track.rate.{move}",), low=0) for move in BACK],
        "effect": [Read((f"track.effect.{name}",)) for name in EFFECTS],
        "start_stage": [
            Read((f"track.start_stage.{code}",), otherwise=0.0, low=0, high=COMPLETE)
            for code in layout.proliferators
        ],
        "step_hub": [Read(("track.step_hub",))],
        "step_spoke": [Read(("track.step_spoke",))],
        "collapse": [Read(("track.collapse_factor",), low=0)],
    }


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    return {"move": [Stream(f"track/{code}/move", dense=True) for code in layout.proliferators]}


@part()
def _favour(w, p, c, target, out):
    """Write x, what speaks for the track of one proliferator."""
    n_spokes, n_pairs, n_patrons = c.spokes.shape[0], c.spoke_pairs.shape[0], 0
    for row in range(c.patrons.shape[0]):
        n_patrons += c.patrons[row] != target
    peace, pace, patron, unity = p.effect[0], p.effect[1], p.effect[2], p.effect[3]
    hub = w.orientation[4 * c.hub[0] + 3]
    pace, patron, unity = (
        pace / max(n_spokes, 1),
        patron / max(n_patrons, 1),
        unity / max(n_pairs, 1),
    )
    for b in range(out.shape[0]):
        out[b] = peace * hub[b]
    for row in range(n_spokes):
        lean = w.orientation[4 * c.spokes[row] + 3]
        for b in range(out.shape[0]):
            out[b] += pace * lean[b]
    for row in range(c.patrons.shape[0]):
        if c.patrons[row] != target:
            close = w.closeness[c.dyad[c.patrons[row], target]]
            for b in range(out.shape[0]):
                out[b] -= patron * close[b]
    for row in range(n_pairs):
        close = w.closeness[c.spoke_pairs[row]]
        for b in range(out.shape[0]):
            out[b] += unity * close[b]


@part()
def _spill(w, p, c, target, before, after, b):
    """Add what a step forward or back does to the relations with the proliferator."""
    size = float(max(after, 1) - max(before, 1))
    if size < 0.0:
        size *= p.collapse[0]
    pair = c.dyad[c.hub[0], target]
    if pair >= 0:
        w.impulse[pair, b] += size * p.step_hub[0]
    for row in range(c.spokes.shape[0]):
        i = c.spokes[row]
        if i != target:
            lean = w.orientation[4 * i + 3, b]
            w.impulse[c.dyad[i, target], b] += size * p.step_spoke[0] * lean


@inlined_part()
def _rate_at(z, r0, r1, r2, r3):
    """Return the rate of stage z among four, 0 beside them."""
    rate = 0.0
    rate = r0 if z == 0 else rate
    rate = r1 if z == 1 else rate
    rate = r2 if z == 2 else rate
    return r3 if z == 3 else rate


@part()
def _move(p, stage, favour, uniform, whole):
    """Write the stage to which each member's track moves."""
    f0, f1, f2, f3 = p.forward[0], p.forward[1], p.forward[2], p.forward[3]
    b0, b1, b2, b3 = p.back[0], p.back[1], p.back[2], p.back[3]
    for b in range(stage.shape[0]):
        z, size = float(stage[b]), exponential(favour[b])
        forward = _rate_at(z, f0, f1, f2, f3) * size
        back = quotient(_rate_at(z - 1.0, b0, b1, b2, b3), max(size, 1e-37))
        moves = probability_of(forward + back)
        below = 0.0 if z < 3.0 else z - 1.0
        stays_or_falls = below if uniform[b] < moves else z
        ahead = uniform[b] * (forward + back) < moves * forward
        whole[b] = z + 1.0 if ahead else stays_or_falls


@part()
def _talk(w, c, row):
    talks, stage = w.talks[c.proliferators[row]], w.stage[row]
    for b in range(talks.shape[0]):
        talks[b] = 1.0 if stage[b] > 0 else 0.0


@part()
def start(w, p, u, c):
    """Put every track at its present stage."""
    for row in range(c.proliferators.shape[0]):
        for b in range(w.stage.shape[1]):
            w.stage[row, b] = math.floor(p.start_stage[row] + 0.5)
        _talk(w, c, row)


@part()
def step(w, p, x, u, c, t):
    """Let every track move by one step at most, unless levers say otherwise."""
    for row in range(c.proliferators.shape[0]):
        target, stage, favour, whole = c.proliferators[row], w.stage[row], w.room[0], w.room[1]
        _favour(w, p, c, target, favour)
        read_uniforms(u.draws, u.move[row], t, 0)
        _move(p, stage, favour, u.draws.uniform[0], whole)
        pull(w, x, x.stage[row], whole)
        for b in range(stage.shape[0]):
            if whole[b] != stage[b]:
                after = math.floor(whole[b] + 0.5)
                if after != stage[b]:
                    _spill(w, p, c, target, stage[b], after, b)
                    stage[b] = after
        _talk(w, c, row)
        pull(w, x, x.talks[row], w.talks[target])

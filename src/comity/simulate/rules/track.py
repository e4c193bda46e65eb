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
from comity.simulate.draws import Draws, as_uniform, quarter_month
from comity.simulate.events import gather, perhaps
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
    """Write e^x, x being what speaks for the track of one proliferator."""
    n_spokes, n_pairs, n_patrons = c.spokes.shape[0], c.spoke_pairs.shape[0], 0
    for row in range(c.patrons.shape[0]):
        n_patrons += c.patrons[row] != target
    peace, pace, patron, unity = p.effect[0], p.effect[1], p.effect[2], p.effect[3]
    pace, patron, unity = (
        pace / max(n_spokes, 1),
        patron / max(n_patrons, 1),
        unity / max(n_pairs, 1),
    )
    hub = w.orientation[4 * c.hub[0] + 3]
    if n_spokes == 0:
        for b in range(out.shape[0]):
            out[b] = peace * hub[b]
    for row in range(n_spokes):
        lean = w.orientation[4 * c.spokes[row] + 3]
        for b in range(out.shape[0]):
            out[b] = (peace * hub[b] if row == 0 else out[b]) + pace * lean[b]
    for row in range(c.patrons.shape[0]):
        if c.patrons[row] != target:
            close = w.closeness[c.dyad[c.patrons[row], target]]
            for b in range(out.shape[0]):
                out[b] -= patron * close[b]
    for row in range(n_pairs):
        close = w.closeness[c.spoke_pairs[row]]
        for b in range(out.shape[0]):
            out[b] += unity * close[b]
    for b in range(out.shape[0]):
        out[b] = exponential(out[b])


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
def _rate_at(z, rates):
    """Return the rate of stage z among four, 0 beside them."""
    r0, r1, r2, r3 = rates
    rate = 0.0
    rate = r0 if z == 0 else rate
    rate = r1 if z == 1 else rate
    rate = r2 if z == 2 else rate
    return r3 if z == 3 else rate


@inlined_part()
def _rates(p):
    """Return the rates of the steps forward and of those back."""
    forward = p.forward[0], p.forward[1], p.forward[2], p.forward[3]
    return forward, (p.back[0], p.back[1], p.back[2], p.back[3])


@inlined_part()
def _hazards(rates, z, favour):
    """Return the hazards of a step forward and of one back from stage z; ``favour`` is e^x."""
    forward = _rate_at(z, rates[0]) * favour
    return forward, quotient(_rate_at(z - 1.0, rates[1]), max(favour, 1e-37))


@part()
def _mark(p, stage, favour, words, marks):
    """Mark in which members the track may move."""
    rates = _rates(p)
    for b in range(stage.shape[0]):
        forward, back = _hazards(rates, float(stage[b]), favour[b])
        marks[b] = 1 if perhaps(as_uniform(words[b]), forward + back) else 0


@part()
def _moved(p, z, favour, uniform):
    """Return the stage to which a track moves from stage z."""
    forward, back = _hazards(_rates(p), z, favour)
    moves = probability_of(forward + back)
    if uniform * (forward + back) < moves * forward:
        return z + 1.0
    below = 0.0 if z < 3.0 else z - 1.0
    return below if uniform < moves else z


@part()
def _settle(w, p, c, row, whole, b):
    """Put the track of one member at a stage, with what that does to relations."""
    stage, target, after = w.stage[row], c.proliferators[row], math.floor(whole + 0.5)
    if after != stage[b]:
        _spill(w, p, c, target, stage[b], after, b)
        stage[b] = after
        w.talks[target, b] = 1.0 if after > 0 else 0.0


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
def _step_held(w, p, x, c, row, favour, words, whole):
    """Let levers move stage and talks of a track on top of what it does by itself."""
    stage = w.stage[row]
    for b in range(whole.shape[0]):
        whole[b] = _moved(p, float(stage[b]), favour[b], as_uniform(words[b]))
    pull(w, x, x.stage[row], whole)
    for b in range(whole.shape[0]):
        _settle(w, p, c, row, whole[b], b)
    _talk(w, c, row)
    pull(w, x, x.talks[row], w.talks[c.proliferators[row]])


@part()
def step(w, p, x, u, c, t):
    """Let every track move by one step at most, unless levers say otherwise."""
    favour, marked = w.room[0], w.marked[0]
    for row in range(c.proliferators.shape[0]):
        stage, words = w.stage[row], u.draws.words[u.move[row], quarter_month(u.draws, t)]
        _favour(w, p, c, c.proliferators[row], favour)
        if x.stage[row] >= 0 or x.talks[row] >= 0:
            _step_held(w, p, x, c, row, favour, words, w.room[1])
            continue
        _mark(p, stage, favour, words, w.marks[0])
        for m in range(gather(w.marks[0], marked)):
            b = marked[m]
            whole = _moved(p, float(stage[b]), favour[b], as_uniform(words[b]))
            _settle(w, p, c, row, whole, b)

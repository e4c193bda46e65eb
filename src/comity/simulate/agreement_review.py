"""Reviews by new governments: who refuses what is kept, who restores what lies idle.

Reviews are few and each of them is short, so that going from one to the next, with every branch a
surprise to the processor, costs more than what they compute. So they are put on a list first,
all decided at once, and then what was decided is done. The order of the list does not matter: one
refusal ends an agreement however many others uphold it, and a broken word counts for more than one
that was kept. Functions take the parameters and streams of the rule ``agreements``.
"""

from __future__ import annotations

import math

import numpy as np

from comity.simulate.agreement_rows import (
    FIRST_EAR,
    HOLLOW,
    IN_FORCE,
    LAST_EAR,
    SIGNED,
    SUSPENDED,
    TERMINATED,
)
from comity.simulate.agreement_status import BROKEN, UPHELD, end, is_kept, restore
from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import LOW_WORD, whole
from comity.simulate.rare import read_listed
from comity.simulate.transforms import exponential

MAY_REFUSE, MAY_RESTORE = 1 << (SIGNED >> 1), 1 << (SUSPENDED >> 1)
"""Bits at half of a status: of the two that are kept and of the two that are idle."""


@inlined_part()
def is_held(w, x, a, b):
    """Return whether a lever holds an agreement this month."""
    row = x.agreement[a]
    return row >= 0 and not math.isnan(w.held[row, b])


@inlined_part()
def _list(w, c, first, last, b, refusal, before, n):
    """List which of some agreements are reviewed in one member after n others; return how many.

    ``refusal`` is `MAY_REFUSE` where what is kept is reviewed, else 0.
    """
    duty, member, places, distance = w.asked_duty, w.asked_member, w.asked_place, w.distance
    for j in range(first, last):
        place, k = np.uint32(before + c.duty[j, 1]), np.uint32(n)  # without a sign
        duty[k], member[k], places[k] = j, b, place
        asks = refusal | (MAY_RESTORE if distance[place] < 0.0 else 0)
        n += (asks >> (w.status[c.duty[j, 0], b] >> 1)) & 1
    return n


@part()
def ask(w, c, s, b, is_supported, survey):
    """List the reviews of a state's agreements by a new government in one member.

    New support reviews what is kept and no treaty; every new government that stands nearer than
    the reference may restore what is suspended or hollow. The survey of the state's first tie is
    ``survey``.
    """
    before, last, n = survey - np.int64(c.first_tie[s]), c.last_treaty_duty[s], w.n_asked[0]
    n = _list(w, c, c.first_duty[s], last, b, 0, before, n)
    refusal = MAY_REFUSE if is_supported else 0
    w.n_asked[0] = _list(w, c, last, c.first_duty[s + 1], b, refusal, before, n)


@part()
def _odds(w, p, x, u, c, begin, n):
    """Write streams and members' numbers of n reviews, probabilities and log odds ratios.

    What is held is not reviewed; it is taken for idle and never restored.
    """
    number, stream, share, log_odds = w.addressed[0], w.addressed[1], w.room[1], w.room[2]
    b_d, d_0 = w.depth_scale[0], w.depth_scale[1]
    for m in range(n):
        j, b = w.asked_duty[begin + m], w.asked_member[begin + m]
        a, form = c.duty[j, 0], c.form[c.duty[j, 0]]
        place = a * c.office.shape[0] + c.duty[j, 2]
        tie = w.asked_place[begin + m]
        odds = p.gap_effect[form] * w.distance[tie] + w.burden[tie]
        odds -= b_d * (w.depth[a, b] - d_0)
        held = is_held(w, x, a, b)
        restores = held or not is_kept(w.status[a, b])
        w.asked_restores[begin + m] = restores
        stream[m] = u.restore[place] if restores else u.review[place]
        share[m] = 0.0 if held else (p.restore[0] if restores else p.refusal[form])
        log_odds[m] = 0.0 if restores else odds
        number[m] = u.draws.member[b] & LOW_WORD


@part()
def _decide(w, begin, n):
    """Note which of n reviews from ``begin`` on refuse or restore, by their uniforms in scratch."""
    uniform, share, odds, acts = w.room[0], w.room[1], w.room[2], w.asked_acts[begin : begin + n]
    for m in range(whole(n)):
        odds[m] = share[m] * exponential(odds[m])
    for m in range(n):
        acts[m] = 1 if uniform[m] * (1.0 - share[m] + odds[m]) < odds[m] else 0


@inlined_part()
def turn(w, a, b, restores):
    """List an agreement that ends, or is restored, this month; the same may be listed again."""
    n = w.n_turned[0]
    w.turned_agreement[n], w.turned_member[n], w.turned_restores[n] = a, b, restores
    w.n_turned[0] = n + 1


@part()
def _act(w, c):
    """List what the reviews turn; tell allies of what is broken."""
    for m in range(w.n_asked[0]):
        if w.asked_acts[m] != 0:
            j, b, restores = w.asked_duty[m], w.asked_member[m], w.asked_restores[m]
            turn(w, c.duty[j, 0], b, restores)
            if restores == 0:
                tie = c.tie[c.duty[j, 1]]
                for k in range(tie[FIRST_EAR], tie[LAST_EAR]):
                    w.upheld[c.ear[k], b] = BROKEN


@part()
def _turn_listed(w, p, u, c, t):
    """End and restore what is listed; the list is empty then.

    One uniform decides how an agreement ends, another how long one endures that is restored.
    """
    size, number, stream = w.room.shape[1], w.addressed[0], w.addressed[1]
    for begin in range(0, w.n_turned[0], size):
        n = min(size, w.n_turned[0] - begin)
        for m in range(n):
            a, restores = w.turned_agreement[begin + m], w.turned_restores[begin + m] != 0
            stream[m] = u.background[a] if restores else u.outcome[a]
            number[m] = u.draws.member[w.turned_member[begin + m]] & LOW_WORD
        read_listed(u.draws, t, stream, number, n, w.room[0])
        for m in range(n):
            a, b, v = w.turned_agreement[begin + m], w.turned_member[begin + m], w.room[0, m]
            if w.turned_restores[begin + m] != 0:
                if w.status[a, b] != IN_FORCE:
                    restore(w, c, a, b, v, p.impulse_signed[0])
            elif is_kept(w.status[a, b]):
                new = HOLLOW if v < p.hollow[0] else TERMINATED
                middle = (v >= p.hollow[0]) & (v < p.hollow[0] + p.suspended[0])
                end(w, c, a, b, SUSPENDED if middle else new, p.impulse_ended[0])
    w.n_turned[0] = 0


@part()
def _tell(w, c):
    """Tell allies of the agreements that were reviewed and still are kept; what is broken stays."""
    for m in range(w.n_asked[0]):
        if w.asked_restores[m] == 0:
            j, b = w.asked_duty[m], w.asked_member[m]
            tie, word = c.tie[c.duty[j, 1]], is_kept(w.status[c.duty[j, 0], b]) * UPHELD
            for k in range(tie[FIRST_EAR], tie[LAST_EAR]):
                told = w.upheld[c.ear[k], b]
                w.upheld[c.ear[k], b] = word if told == 0 else told


@part()
def answer(w, p, x, u, c, t):
    """Decide every review on the list, end and restore; both lists are empty then.

    What wear ends this month must be listed before.
    """
    size = w.room.shape[1]
    for begin in range(0, w.n_asked[0], size):
        n = min(size, w.n_asked[0] - begin)
        _odds(w, p, x, u, c, begin, n)
        read_listed(u.draws, t, w.addressed[1], w.addressed[0], n, w.room[0])
        _decide(w, begin, n)
    _act(w, c)
    _turn_listed(w, p, u, c, t)
    _tell(w, c)
    w.n_asked[0] = 0

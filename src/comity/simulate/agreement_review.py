"""Reviews by new governments: who refuses what is kept, who restores what lies idle.

Reviews are few and each of them is short, so that going from one to the next, with every branch a
surprise to the processor, costs more than what they compute. So they are put on a list first,
all decided at once, and then what was decided is done. The order of the list does not matter: one
refusal ends an agreement however many others uphold it, and a broken word counts for more than one
that was kept. Functions take the parameters and streams of the rule ``agreements``.
"""

from __future__ import annotations

import math

from comity.simulate.agreement_rows import (
    FIRST_EAR,
    HOLLOW,
    IN_FORCE,
    LAST_EAR,
    SIGNED,
    SUSPENDED,
    TERMINATED,
    TREATY,
)
from comity.simulate.agreement_status import BROKEN, UPHELD, is_kept, set_status
from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import LOW_WORD, one_uniform, whole
from comity.simulate.rare import read_listed
from comity.simulate.transforms import exponential


@inlined_part()
def is_held(w, x, a, b):
    """Return whether a lever holds an agreement this month."""
    row = x.agreement[a]
    return row >= 0 and not math.isnan(w.held[row, b])


@part()
def ask(w, x, c, s, b, is_supported):
    """List the reviews of a state's agreements by a new government in one member.

    New support reviews what is kept and no treaty; every new government that stands nearer than
    the reference may restore what is suspended or hollow.
    """
    duty, member, restores = w.asked_duty, w.asked_member, w.asked_restores
    distances, burdens, n = w.asked_distance, w.asked_burden, w.n_asked[0]
    for j in range(c.first_duty[s], c.first_duty[s + 1]):
        a, i = c.duty[j, 0], c.duty[j, 1]
        status, distance = w.status[a, b], w.distance[i]
        idle = (status == SUSPENDED) | (status == HOLLOW)
        kept = (status == SIGNED) | (status == IN_FORCE)
        duty[n], member[n], restores[n] = j, b, idle
        distances[n], burdens[n] = distance, w.burden[i]
        asks = (idle & (distance < 0.0)) | (kept & is_supported & (c.form[a] != TREATY))
        n += asks & (not is_held(w, x, a, b))
    w.n_asked[0] = n


@part()
def _odds(w, p, u, c, begin, n):
    """Write streams and members' numbers of n reviews, probabilities and log odds ratios."""
    number, stream, share, log_odds = w.addressed[0], w.addressed[1], w.room[1], w.room[2]
    b_d, d_0 = w.depth_scale[0], w.depth_scale[1]
    for m in range(n):
        j, b = w.asked_duty[begin + m], w.asked_member[begin + m]
        a, form = c.duty[j, 0], c.form[c.duty[j, 0]]
        place = a * c.office.shape[0] + c.duty[j, 2]
        odds = p.gap_effect[form] * w.asked_distance[begin + m] + w.asked_burden[begin + m]
        odds -= b_d * (w.depth[a, b] - d_0)
        restores = w.asked_restores[begin + m] != 0
        stream[m] = u.restore[place] if restores else u.review[place]
        share[m] = p.restore[0] if restores else p.refusal[form]
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


@part()
def end(w, p, u, c, t, a, b):
    """Let an agreement be no longer upheld, in one of three ways."""
    v, hollow = one_uniform(u.draws, u.outcome[a], t, b), p.hollow[0]
    new = TERMINATED
    if v < hollow:
        new = HOLLOW
    elif v < hollow + p.suspended[0]:
        new = SUSPENDED
    set_status(w, u, c, t, a, b, new, p.impulse_signed[0], p.impulse_ended[0])


@part()
def _do(w, p, u, c, t, m):
    """Do what a review has decided: break the agreement, or restore it."""
    j, b = w.asked_duty[m], w.asked_member[m]
    a = c.duty[j, 0]
    if w.asked_restores[m] != 0:
        set_status(w, u, c, t, a, b, IN_FORCE, p.impulse_signed[0], p.impulse_ended[0])
        return
    tie = c.tie[c.duty[j, 1]]
    for k in range(tie[FIRST_EAR], tie[LAST_EAR]):
        w.upheld[c.ear[k], b] = BROKEN
    if is_kept(w.status[a, b]):
        end(w, p, u, c, t, a, b)


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
def answer(w, p, u, c, t):
    """Decide every review on the list and do what follows; the list is empty then.

    What wear ends this month must have ended before.
    """
    size = w.room.shape[1]
    for begin in range(0, w.n_asked[0], size):
        n = min(size, w.n_asked[0] - begin)
        _odds(w, p, u, c, begin, n)
        read_listed(u.draws, t, w.addressed[1], w.addressed[0], n, w.room[0])
        _decide(w, begin, n)
    for m in range(w.n_asked[0]):
        if w.asked_acts[m] != 0:
            _do(w, p, u, c, t, m)
    _tell(w, c)
    w.n_asked[0] = 0

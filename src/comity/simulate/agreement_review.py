"""Reviews by new governments: who refuses what is kept, who restores what lies idle.

Reviews are few and each of them is short, so that going from one to the next, with every branch a
surprise to the processor, costs more than what they compute. So they are put on a list first,
all decided at once, and then what was decided is done. The order of the list does not matter: one
refusal ends an agreement however many others uphold it, and a broken word counts for more than one
that was kept. Functions take the parameters and streams of the rule ``agreements``.
"""

from __future__ import annotations

import math

from comity.simulate.agreement_hazard import weigh
from comity.simulate.agreement_rows import (
    HOLLOW,
    IN_FORCE,
    SIGNED,
    SUSPENDED,
    TERMINATED,
    TREATY,
)
from comity.simulate.agreement_status import (
    BROKEN,
    UPHELD,
    gap_of,
    is_kept,
    set_status,
    tell_of_agreement,
)
from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import LOW_WORD, one_uniform, whole
from comity.simulate.rare import read_listed
from comity.simulate.rules.turnover import SUPPORT
from comity.simulate.transforms import exponential


@inlined_part()
def is_held(w, x, a, b):
    """Return whether a lever holds an agreement this month."""
    row = x.agreement[a]
    return row >= 0 and not math.isnan(w.held[row, b])


@part()
def meet_new(w, p, c, g, a, k):
    """Compute a family's hazard anew where the government of its k-th party is new.

    ``a`` is its first agreement. For `ask`, scratch gets the logarithm of each new government's
    odds ratio of refusal at the usual depth, and 1 where it stands nearer than the reference.
    """
    s, gap_0, odds, nearer = c.parties[a, k], p.reference[0], w.room[2], w.room[3]
    changed, effect = w.changed[s], p.gap_effect[c.form[a]]
    for m in range(w.n_changed[s, 0]):
        burden, gap = weigh(w, p, c, g, a, changed[m]), gap_of(w, c, a, k, changed[m], gap_0)
        odds[m] = effect * (gap - gap_0) + burden
        nearer[m] = 1.0 if gap < gap_0 else 0.0


@part()
def ask(w, p, x, u, c, g, k):
    """List the reviews of a family's agreements by the new governments of its k-th party.

    New support reviews what is kept and no treaty; every new government that stands nearer than
    the reference may restore what is suspended or hollow.
    """
    begin, end, odds, nearer = c.first_of[g], c.first_of[g + 1], w.room[2], w.room[3]
    s, form = c.parties[c.of_family[begin], k], c.form[c.of_family[begin]]
    changed, new = w.changed[s], w.government_changed[s]
    agreement, state, member = w.asked_agreement, w.asked_state, w.asked_member
    stream, share, log_odds, n = w.asked_stream, w.asked_share, w.asked_odds, w.n_asked[0]
    refusal, restoring, b_d, d_0 = p.refusal[form], p.restore[0], p.depth_effect[0], p.reference[1]
    is_treaty = form == TREATY
    for i in range(begin, end):
        a = c.of_family[i]
        address = a * w.n_changed.shape[0] + s
        status, depth, review, restore = (
            w.status[a],
            w.depth[a],
            u.review[address],
            u.restore[address],
        )
        for m in range(w.n_changed[s, 0]):
            b = changed[m]
            now = status[b]
            kept = ((now == IN_FORCE) | (now == SIGNED)) & (new[b] == SUPPORT) & (not is_treaty)
            idle = ((now == SUSPENDED) | (now == HOLLOW)) & (nearer[m] > 0.0)
            agreement[n], state[n], member[n] = a, s, b
            stream[n] = review if kept else restore
            share[n] = refusal if kept else restoring
            log_odds[n] = odds[m] - b_d * (depth[b] - d_0) if kept else 0.0
            n += (kept | idle) & (not is_held(w, x, a, b))
    w.n_asked[0] = n


@part()
def _uniforms(w, u, t, begin, n):
    """Write the uniforms of n reviews from ``begin`` on into scratch, (member,)."""
    last, number = begin + whole(n), u.draws.some
    members = w.asked_member[begin:last]
    for m in range(last - begin):
        number[m] = u.draws.member[members[m]] & LOW_WORD
    read_listed(u.draws, t, w.asked_stream[begin:last], number, n, w.room[0])


@part()
def _decide(w, begin, n):
    """Note which of n reviews from ``begin`` on refuse or restore, by their uniforms in scratch."""
    uniform, last = w.room[0], begin + n
    share, odds, acts = (
        w.asked_share[begin:last],
        w.asked_odds[begin:last],
        w.asked_acts[begin:last],
    )
    for m in range(n):
        times = share[m] * exponential(odds[m])
        acts[m] = 1 if uniform[m] * (1.0 - share[m] + times) < times else 0


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
def _do(w, p, u, c, t, i):
    """Do what a review has decided: break the agreement, or restore it."""
    a, s, b = w.asked_agreement[i], w.asked_state[i], w.asked_member[i]
    now = w.status[a, b]
    if w.asked_stream[i] == u.review[a * c.office.shape[0] + s]:
        tell_of_agreement(w, c, a, s, b, BROKEN)
        if is_kept(now):
            end(w, p, u, c, t, a, b)
    else:
        set_status(w, u, c, t, a, b, IN_FORCE, p.impulse_signed[0], p.impulse_ended[0])


@part()
def answer(w, p, u, c, t):
    """Decide every review on the list and do what follows; the list is empty then.

    What wear ends this month must have ended before.
    """
    states, size = c.office.shape[0], w.room.shape[1]
    for begin in range(0, w.n_asked[0], size):
        n = min(size, w.n_asked[0] - begin)
        _uniforms(w, u, t, begin, n)
        _decide(w, begin, n)
    for i in range(w.n_asked[0]):
        if w.asked_acts[i] != 0:
            _do(w, p, u, c, t, i)
    for i in range(w.n_asked[0]):
        a, s, b = w.asked_agreement[i], w.asked_state[i], w.asked_member[i]
        is_review = w.asked_stream[i] == u.review[a * states + s]
        if is_review and is_kept(w.status[a, b]):
            tell_of_agreement(w, c, a, s, b, UPHELD)
    w.n_asked[0] = 0

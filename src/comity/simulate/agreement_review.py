"""Reviews by new governments: who refuses what is kept, who restores what lies idle.

Reviews are few and each of them is short, so that going from one to the next, with every branch a
surprise to the processor, costs more than what they compute. So they are put on a list first,
all decided at once, and then what was decided is done. The order of the list does not matter: one
refusal ends an agreement however many others uphold it, and a broken word counts for more than one
that was kept. Functions take the parameters and streams of the rule ``agreements``.
"""

from __future__ import annotations

import math

from comity.simulate.agreement_hazard import weigh_some
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

    ``a`` is its first agreement. Returns how many of the governments have new support and how many
    stand nearer than the reference; they are the first in the rows of ``reviewed``. Of the former,
    scratch gets the logarithm of the odds ratio of refusal at the usual depth.
    """
    s, gap_0, odds = c.parties[a, k], p.reference[0], w.room[2]
    changed, new, effect = w.changed[s], w.government_changed[s], p.gap_effect[c.form[a]]
    supported, near, n_supported, n_near = w.reviewed[0], w.reviewed[1], 0, 0
    weigh_some(w, p, c, g, changed, w.n_changed[s, 0])
    burdens = w.room[1]
    for m in range(w.n_changed[s, 0]):
        b = changed[m]
        gap = gap_of(w, c, a, k, b, gap_0)
        odds[n_supported] = effect * (gap - gap_0) + burdens[m]
        supported[n_supported] = near[n_near] = b
        n_supported += new[b] == SUPPORT
        n_near += gap < gap_0
    return n_supported, n_near


@inlined_part()
def _list(w, x, c, a, s, stream, share, least, members, n_members, times):
    """List reviews of one agreement in those of some members where its status is one of two.

    The two are ``least`` and the next one. The logarithm of the odds ratio is ``times`` what
    scratch says and depth adds.
    """
    agreement, state, member = w.asked_agreement, w.asked_state, w.asked_member
    streams, shares, log_odds, n = w.asked_stream, w.asked_share, w.asked_odds, w.n_asked[0]
    status, depth, odds = w.status[a], w.depth[a], w.room[2]
    b_d, d_0, usual, varies = w.depth_scale[0], w.depth_scale[1], c.depth[a], c.prospect[a] >= 0
    for m in range(n_members):
        b = members[m]
        deep = depth[b] if varies else usual
        agreement[n], state[n], member[n], streams[n], shares[n] = a, s, b, stream, share
        log_odds[n] = times * (odds[m] - b_d * (deep - d_0))
        is_asked = (status[b] == least) | (status[b] == least + 1)
        n += is_asked & (not is_held(w, x, a, b))
    w.n_asked[0] = n


@part()
def ask(w, p, x, u, c, g, k, n_supported, n_near):
    """List the reviews of a family's agreements by the new governments of its k-th party.

    New support reviews what is kept and no treaty; every new government that stands nearer than
    the reference may restore what is suspended or hollow.
    """
    begin, end, first = c.first_of[g], c.first_of[g + 1], c.of_family[c.first_of[g]]
    s, form = c.parties[first, k], c.form[first]
    for i in range(begin, end):
        a = c.of_family[i]
        address = a * w.n_changed.shape[0] + s
        if form != TREATY:
            stream, share = u.review[address], p.refusal[form]
            _list(w, x, c, a, s, stream, share, SIGNED, w.reviewed[0], n_supported, 1.0)
        if w.n_idle[a] > 0:
            stream, share = u.restore[address], p.restore[0]
            _list(w, x, c, a, s, stream, share, SUSPENDED, w.reviewed[1], n_near, 0.0)


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

"""What follows when an agreement changes status, and how far a state stands from its content.

Review, levers and negotiation all end and begin agreements; what that does to pairs is the same.
"""

from __future__ import annotations

import math

from comity.simulate.compiled import inlined, inlined_part, part
from comity.simulate.draws import one_uniform
from comity.simulate.layout import IN_FORCE, SIGNED

UNKNOWN = 1e300
"""Endurance of what is not kept."""
UPHELD, BROKEN = 1, -1


@inlined_part()
def is_kept(status):
    """Return whether an agreement of this status binds."""
    return status in (SIGNED, IN_FORCE)


@inlined()
def are_parties(parties, a, i, j):
    """Return whether both states are parties of agreement a."""
    has_i = has_j = False
    for k in range(parties.shape[1]):
        has_i = has_i or parties[a, k] == i
        has_j = has_j or parties[a, k] == j
    return has_i and has_j


@part()
def count_pair(w, c, pair, b):
    """Set the depth and the number of agreements in force between the two states of a pair."""
    i, j = c.pairs[pair, 0], c.pairs[pair, 1]
    total, count = 0.0, 0
    for a in range(c.form.shape[0]):
        if w.status[a, b] == IN_FORCE and are_parties(c.parties, a, i, j):
            total += w.depth[a, b]
            count += 1
    w.stock[pair, b] = total
    w.n_in_force[pair, b] = count


@part()
def set_status(w, u, c, t, a, b, status, signed, ended):
    """Change an agreement's status: impulses, stock and rupture of its pairs, new endurance.

    ``signed`` and ``ended`` are the impulses of an agreement that comes into force or ends.
    """
    before = w.status[a, b]
    if before == status:
        return
    w.status[a, b] = status
    was_kept, now_kept = is_kept(before), is_kept(status)
    if now_kept and not was_kept:
        w.endurance[a, b] = -math.log(one_uniform(u.draws, u.background[a], t, b))
        w.fresh[a, b] = 1
        w.n_fresh[a, 0] += 1
    elif not now_kept:
        w.endurance[a, b] = UNKNOWN
        w.hazard[a, b] = 0.0
    impulse = signed if status == IN_FORCE else 0.0
    if was_kept and not now_kept:
        impulse = ended
    for k in range(c.parties.shape[1]):
        for m in range(k):
            if c.parties[a, k] >= 0:
                pair = c.dyad[c.parties[a, m], c.parties[a, k]]
                w.impulse[pair, b] += impulse
                if was_kept and not now_kept:
                    w.ruptured[pair, b] = 1
                count_pair(w, c, pair, b)


@inlined_part()
def gap_of(w, c, a, s, b, reference):
    """Return how far state s stands from the content of agreement a, 0 to 1."""
    total, count = 0.0, 0
    for k in range(c.parties.shape[1]):
        q = c.parties[a, k]
        if q >= 0 and q != s and c.toward[s, q] >= 0:
            total += (1.0 - w.orientation[4 * s + c.toward[s, q], b]) / 2.0
            count += 1
    return total / count if count else reference


@part()
def tell_of_agreement(w, c, a, s, b, word):
    """Tell every other ally that shares the agreement what state s did with it."""
    for k in range(c.parties.shape[1]):
        j = c.parties[a, k]
        if j >= 0 and j != s and c.belief[j, s] >= 0:
            row = c.belief[j, s]
            if word == BROKEN or w.upheld[row, b] == 0:
                w.upheld[row, b] = word

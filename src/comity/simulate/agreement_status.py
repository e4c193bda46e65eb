"""What follows when an agreement changes status, and how far a state stands from its content.

Review, levers and negotiation all end and begin agreements; what that does to pairs is the same.
"""

from __future__ import annotations

import math

from comity.simulate.agreement_rows import IN_FORCE, SIGNED
from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import one_uniform
from comity.simulate.transforms import exponential

NEVER = 1e300
"""Limit of what is not kept."""
UPHELD, BROKEN = 1, -1


@inlined_part()
def is_kept(status):
    """Return whether an agreement of this status binds."""
    return status in (SIGNED, IN_FORCE)


@inlined_part()
def stretch(w, a, b):
    """Return how much wear of the family lowers an agreement's endurance by one, at its depth."""
    return exponential(w.depth_scale[0] * (w.depth[a, b] - w.depth_scale[1]))


@inlined_part()
def endow(w, c, a, b, uniform):
    """Give an agreement that is kept from now on its endurance; see which wear ends it."""
    g = c.family[a]
    w.limit[a, b] = w.wear[g, b] - math.log(uniform) * stretch(w, a, b)
    w.nearest[g, b] = min(w.nearest[g, b], w.limit[a, b])


@part()
def deepen(w, c, a, b, depth):
    """Give an agreement another depth; what it has left of its endurance, if kept, it keeps."""
    g, before = c.family[a], stretch(w, a, b)
    w.depth[a, b] = depth
    if is_kept(w.status[a, b]):
        left = (w.limit[a, b] - w.wear[g, b]) * (stretch(w, a, b) / before)
        w.limit[a, b] = w.wear[g, b] + left
        w.nearest[g, b] = min(w.nearest[g, b], w.limit[a, b])


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
        endow(w, c, a, b, one_uniform(u.draws, u.background[a], t, b))
    elif not now_kept:
        w.limit[a, b] = NEVER
    impulse = signed if status == IN_FORCE else 0.0
    if was_kept and not now_kept:
        impulse = ended
    change = (status == IN_FORCE) - (before == IN_FORCE)
    for m in range(c.first_pair[a], c.first_pair[a + 1]):
        pair = c.party_pair[m]
        w.impulse[pair, b] += impulse
        if was_kept and not now_kept:
            w.ruptured[pair, b] = 1
        count_in(w, a, pair, b, change)


@inlined_part()
def end(w, c, a, b, status, impulse):
    """Let an agreement that is kept be no longer upheld."""
    change = -(w.status[a, b] == IN_FORCE)
    w.status[a, b], w.limit[a, b] = status, NEVER
    for m in range(c.first_pair[a], c.first_pair[a + 1]):
        pair = c.party_pair[m]
        w.impulse[pair, b] += impulse
        w.ruptured[pair, b] = 1
        count_in(w, a, pair, b, change)


@inlined_part()
def restore(w, c, a, b, uniform, impulse):
    """Let an agreement that is not kept come into force; the uniform is that of its endurance."""
    w.status[a, b] = IN_FORCE
    endow(w, c, a, b, uniform)
    for m in range(c.first_pair[a], c.first_pair[a + 1]):
        pair = c.party_pair[m]
        w.impulse[pair, b] += impulse
        count_in(w, a, pair, b, 1)


@inlined_part()
def count_in(w, a, pair, b, change):
    """Count an agreement that comes into force (1) or leaves it (-1) in the stock of a pair."""
    w.n_in_force[pair, b] += change
    stock = w.stock[pair, b] + change * w.depth[a, b]
    w.stock[pair, b] = 0.0 if w.n_in_force[pair, b] == 0 else stock  # no rest of rounding


@inlined_part()
def gap_of(w, c, a, k, b, reference):
    """Return how far the k-th party of agreement a stands from its content, 0 to 1."""
    place = a * c.parties.shape[1] + k
    first, last = c.first_gap[place], c.first_gap[place + 1]
    total = 0.0
    for m in range(first, last):
        total += c.gap_weight[m] * (1.0 - w.orientation[c.gap_row[m], b])
    return total if first < last else reference

"""Where a spoke stands between hub and rival, in security and in economy, in closed form.

Alignment is 0 beside the rival, 1 beside the hub and 1/2 in the middle. A spoke is pulled by g in
each domain, likes the middle by ``taste`` and dislikes that its two domains part by ``linkage``;
it chooses the best point of a concave quadratic on the unit square. With u = a - 1/2,

    U = g_sec u_sec + g_eco u_eco - taste (u_sec^2 + u_eco^2) / 2 - linkage (u_sec - u_eco)^2 / 2.

With both domains free, u_sec + u_eco = (g_sec + g_eco) / taste and
u_sec - u_eco = (g_sec - g_eco) / (taste + 2 linkage). With the other domain at v, the best u is
(g + linkage v) / (taste + linkage), cut to the square. Each domain answers the free optimum of the
other, cut to the square; that is the best point of the square:

- Inside the square the answer to the free optimum is the free optimum.
- U is concave, so that from any point of the square that keeps off the bounds which the free
  optimum breaks, the way toward that optimum climbs and stays in the square for a while: the best
  point lies on a broken bound. Where only one domain breaks its bound, that domain lies there and
  its answer says so; the other one answers to that bound, which is best on this edge.
- Where the two break opposite bounds, the answer to the other's bound goes further out than the
  free optimum does, as linkage holds a domain back the less the nearer the other is. Both answers
  are the bounds, and the best of either edge is their corner.
- Where both break like bounds, at least one answers to the other's bound with its own, for linkage
  pulls them out by less than they are out themselves. If both do, the best of either edge is the
  corner. If one does not, the corner is best on that one's bound and worse than the answer on the
  other's, which is therefore best.
"""

from __future__ import annotations

from comity.simulate.compiled import inlined_part, part
from comity.simulate.transforms import exponential, quotient

HALF = 0.5
LEAST = 1e-37


@inlined_part()
def taste_and_linkage(tension, taste, taste_fall, linkage, linkage_rise):
    """Return taste for the middle and linkage of the domains at a tension of hub and rival.

    taste e^(-taste_fall tension) and linkage (e^(linkage_rise tension) - 1): as tension rises the
    middle loses its charm and the two domains can no longer be told apart.
    """
    fallen = taste * exponential(-taste_fall * tension)
    return fallen, linkage * (exponential(linkage_rise * tension) - 1.0)


@inlined_part()
def ways(taste, linkage):
    """Return what `best_in_domain` needs to know of taste and linkage, four numbers.

    1 / (2 taste) and 1 / (2 (taste + 2 linkage)), by which a half of sum and difference of the
    pulls moves the free optimum; 1 / (taste + linkage) and linkage / (taste + linkage), by which
    the own pull and the place of the other domain move the answer.
    """
    for_both = quotient(HALF, max(taste, LEAST))
    for_one = quotient(HALF, max(taste + 2.0 * linkage, LEAST))
    own = quotient(1.0, max(taste + linkage, LEAST))
    return for_both, for_one, own, linkage * own


@inlined_part()
def best_in_domain(pull, other, for_both, for_one, own, across):
    """Return the best alignment in a domain, 0 to 1, given the pulls in it and in the other one."""
    free = (pull + other) * for_both - (pull - other) * for_one  # of the other one
    return HALF + _cut(own * pull + across * _cut(free))


@inlined_part()
def _cut(u):
    return min(max(u, -HALF), HALF)


@part()
def best_alignment(security, economy, taste, linkage):
    """Return the best alignment in security and in economy, each 0 to 1.

    Parameters
    ----------
    security, economy
        Pull toward the hub in each domain; negative toward the rival.
    taste
        Of the middle, above zero.
    linkage
        Of the domains, zero or more.
    """
    a, b, c, d = ways(taste, linkage)
    first = best_in_domain(security, economy, a, b, c, d)
    return first, best_in_domain(economy, security, a, b, c, d)

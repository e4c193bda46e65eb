"""Where a spoke stands between hub and rival, in security and in economy, in closed form.

Alignment is 0 beside the rival, 1 beside the hub and 1/2 in the middle. A spoke is pulled by g in
each domain, likes the middle by ``taste`` and dislikes that its two domains part by ``linkage``;
it chooses the best point of a concave quadratic on the unit square. With u = a - 1/2,

    U = g_sec u_sec + g_eco u_eco - taste (u_sec^2 + u_eco^2) / 2 - linkage (u_sec - u_eco)^2 / 2.

Inside the square u_sec + u_eco = (g_sec + g_eco) / taste and
u_sec - u_eco = (g_sec - g_eco) / (taste + 2 linkage). Outside it the best point lies on an edge.
"""

from __future__ import annotations

from comity.simulate.compiled import inlined_part, part, wide
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
    first, second = _inside(security, economy, taste, linkage)
    if abs(first) > HALF or abs(second) > HALF:
        first, second = _on_edge(security, economy, taste, linkage)
    return HALF + first, HALF + second


@part()
def best_alignments(security, economy, taste, linkage):
    """Turn the pulls of each member, (member,), into its best alignment, with the same bits."""
    wide()  # pyright: ignore
    for b in range(security.shape[0]):
        g, h, m, j = security[b], economy[b], taste[b], linkage[b]
        first, second = _inside(g, h, m, j)
        x, y = _on_edge(g, h, m, j)
        is_outside = max(abs(first), abs(second)) > HALF
        security[b] = HALF + (x if is_outside else first)
        economy[b] = HALF + (y if is_outside else second)


@inlined_part()
def _inside(security, economy, taste, linkage):
    """Return the best point of the whole plane, from the middle."""
    total = quotient(security + economy, max(taste, LEAST))
    split = quotient(security - economy, max(taste + 2.0 * linkage, LEAST))
    return (total + split) / 2.0, (total - split) / 2.0


@inlined_part()
def _on_edge(security, economy, taste, linkage):
    """Return the best point of the four edges, from the middle."""
    first, second, best = _edge_point(-HALF, security, economy, taste, linkage)
    a, b, value = _edge_point(HALF, security, economy, taste, linkage)
    first, second = (a, b) if value > best else (first, second)
    best = max(best, value)
    b, a, value = _edge_point(-HALF, economy, security, taste, linkage)
    first, second = (a, b) if value > best else (first, second)
    best = max(best, value)
    b, a, value = _edge_point(HALF, economy, security, taste, linkage)
    return (a, b) if value > best else (first, second)


@inlined_part()
def _edge_point(end, along, across, taste, linkage):
    """Return the best point with one domain, pulled by ``along``, at ``end``, and its value."""
    other = min(max(quotient(across + linkage * end, max(taste + linkage, LEAST)), -HALF), HALF)
    return end, other, _value(end, other, along, across, taste, linkage)


@inlined_part()
def _value(first, second, security, economy, taste, linkage):
    apart = first - second
    return (
        security * first
        + economy * second
        - taste * (first * first + second * second) / 2.0
        - linkage * apart * apart / 2.0
    )

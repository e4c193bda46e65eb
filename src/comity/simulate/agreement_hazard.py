"""The monthly hazard of agreements that are kept: what adds to it and what takes from it.

The log hazard over its base is a strain, which governments and regimes put on an agreement, and a
burden, which depth, working channels and a common fear take off; the page says both term by term.
Functions take the parameters of the rule ``agreements``.
"""

from __future__ import annotations

from comity.simulate.agreement_rows import TREATY
from comity.simulate.agreement_status import UNKNOWN
from comity.simulate.compiled import inlined_part, part
from comity.simulate.transforms import exponential


@inlined_part()
def burden_of(w, p, c, a, b):
    """Return the part of x that all parties share in one member: depth, channels, common fear."""
    first, last, density = c.first_pair[a], c.first_pair[a + 1], 0.0
    for m in range(first, last):
        density += w.density[c.party_pair[m], b]
    density = density / (last - first) - p.reference[2]
    depth = w.depth[a, b] - p.reference[1]
    burden = -p.depth_effect[0] * depth - p.density_effect[0] * density
    fear, n_spokes = 1.0, 0
    for k in range(c.n_parties[a]):
        s = c.parties[a, k]
        if c.spoke_number[s] >= 0:
            fear = min(fear, w.fear[s, b])
            n_spokes += 1
    if n_spokes > 1:
        burden -= p.fear_effect[0] * (fear - p.reference[3])
    return burden


@part()
def _add_burdens(w, p, c, a, members, n, x):
    """Add the same to ``x`` for the first ``n`` of ``members``."""
    depth, first, last, least = w.depth[a], c.first_pair[a], c.first_pair[a + 1], w.room[1]
    b_d, b_k, b_f = p.depth_effect[0], p.density_effect[0] / (last - first), p.fear_effect[0]
    usual, n_spokes = b_d * p.reference[1] + p.density_effect[0] * p.reference[2], 0
    for m in range(n):
        x[m] += usual - b_d * depth[members[m]]
    for pair in range(first, last):
        density = w.density[c.party_pair[pair]]
        for m in range(n):
            x[m] -= b_k * density[members[m]]
    for k in range(c.n_parties[a]):
        s = c.parties[a, k]
        if c.spoke_number[s] >= 0:
            fear = w.fear[s]
            n_spokes += 1
            for m in range(n):
                least[m] = fear[members[m]] if n_spokes == 1 else min(least[m], fear[members[m]])
    if n_spokes > 1:
        f_0 = p.reference[3]
        for m in range(n):
            x[m] -= b_f * (least[m] - f_0)


@part()
def _strains(w, p, c, a, members, n, x):
    """Write what governments and regimes add to the log hazard in the first n of ``members``."""
    count, form, support = c.n_parties[a], c.form[a], p.support_change
    first, last = _gap_terms(c, a)
    effect, steady = p.gap_effect[form] / count, 0.0
    if form == TREATY:
        steady = p.democracy[0] * c.n_democracies[a] / count
        if c.n_democracies[a] == count:
            steady += p.joint_democracy[0]
    for k in range(first, last):
        steady += effect * c.gap_weight[k] * (1.0 - 2.0 * p.reference[0])
    for m in range(n):
        x[m] = steady
    for k in range(first, last):
        lean, weight = w.orientation[c.gap_row[k]], effect * c.gap_weight[k]
        for m in range(n):
            x[m] -= weight * lean[members[m]]
    if form == TREATY:
        for k in range(count):
            unsettled, more = (
                w.unsettled[c.parties[a, k]],
                support[c.democracy[c.parties[a, k]]],
            )
            for m in range(n):
                x[m] += more if unsettled[members[m]] > 0 else 0.0


@part()
def renew(w, p, c, a, members, n):
    """Compute the hazard of one agreement anew in the first ``n`` of ``members``, where it is kept.

    What governments and regimes add to the log hazard is kept as its strain.
    """
    if n == 0:
        return
    x, strain, hazard, endurance = w.room[0], w.strain[a], w.hazard[a], w.endurance[a]
    _strains(w, p, c, a, members, n, x)
    for m in range(n):
        strain[members[m]] = x[m]
    _add_burdens(w, p, c, a, members, n, x)
    base = w.base_hazard[c.form[a]]
    for m in range(n):
        x[m] = base * exponential(x[m])
    for m in range(n):
        if endurance[members[m]] < UNKNOWN:
            hazard[members[m]] = x[m]


@inlined_part()
def _gap_terms(c, a):
    """Return the first term of the gaps of an agreement's parties, and the one after its last."""
    most = c.parties.shape[1]
    return c.first_gap[a * most], c.first_gap[(a + 1) * most]


@part()
def renew_all(w, p, c, a):
    """Compute the hazard of one agreement in all members from what governments add now."""
    x, least, depth, strain = w.room[0], w.room[1], w.depth[a], w.strain[a]
    first, last, n_spokes = c.first_pair[a], c.first_pair[a + 1], 0
    b_d, b_k, b_f = p.depth_effect[0], p.density_effect[0] / (last - first), p.fear_effect[0]
    usual = b_d * p.reference[1] + p.density_effect[0] * p.reference[2]
    f_0 = p.reference[3]
    for b in range(x.shape[0]):
        x[b] = strain[b] + usual - b_d * depth[b]
    for m in range(first, last):
        channels = w.density[c.party_pair[m]]
        for b in range(x.shape[0]):
            x[b] -= b_k * channels[b]
    for k in range(c.n_parties[a]):
        if c.spoke_number[c.parties[a, k]] >= 0:
            fear = w.fear[c.parties[a, k]]
            n_spokes += 1
            for b in range(x.shape[0]):
                least[b] = fear[b] if n_spokes == 1 else min(least[b], fear[b])
    if n_spokes > 1:
        for b in range(x.shape[0]):
            x[b] -= b_f * (least[b] - f_0)
    hazard, base, endurance = w.hazard[a], w.base_hazard[c.form[a]], w.endurance[a]
    for b in range(x.shape[0]):
        hazard[b] = base * exponential(x[b]) if endurance[b] < UNKNOWN else 0.0

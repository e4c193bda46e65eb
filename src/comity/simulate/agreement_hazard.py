"""The monthly hazard of agreements that are kept: what adds to it and what takes from it.

All agreements of a family (one form, the same parties) have the same log hazard over their base but
for their depth: a strain, which governments and regimes put on them, and a burden, which working
channels and a common fear take off; the page says both term by term. So the hazard is kept by
family, at the usual depth, and its sum since the start is the family's wear. An agreement whose
depth makes the hazard e^z times as large ends when the wear has grown by e^-z times its endurance:
that point, its limit, is known when it comes into force and is all that a month compares.
Functions take the parameters of the rule ``agreements``.
"""

from __future__ import annotations

import math

from comity.simulate.agreement_rows import NONE, TERMINATED, TREATY
from comity.simulate.compiled import inlined_part, part
from comity.simulate.transforms import exponential

MONTHS = 12


@part()
def start_families(w, p, c):
    """Work out what of the hazard depends on regimes and parameters alone; nothing is worn yet."""
    w.depth_scale[0], w.depth_scale[1] = p.depth_effect[0], p.reference[1]
    for form in range(w.base_hazard.shape[0]):
        w.base_hazard[form] = -math.log1p(-p.year_risk[form]) / MONTHS
    for g in range(w.steady.shape[0]):
        a = c.of_family[c.first_of[g]]
        form, count = c.form[a], c.n_parties[a]
        first, last = _gap_terms(c, a)
        effect, steady = p.gap_effect[form] / count, 0.0
        if form == TREATY:
            steady = p.democracy[0] * c.n_democracies[a] / count
            if c.n_democracies[a] == count:
                steady += p.joint_democracy[0]
        for k in range(first, last):
            w.pull[k] = effect * c.gap_weight[k]
            steady += effect * c.gap_weight[k] * (1.0 - 2.0 * p.reference[0])
        w.steady[g] = steady
        n_spokes = 0
        for k in range(count):
            n_spokes += c.spoke_number[c.parties[a, k]] >= 0
        w.has_spokes[g] = 1 if n_spokes > 1 else 0
        for b in range(w.wear.shape[1]):
            w.wear[g, b] = 0.0


@part()
def find_living(w, x, c):
    """Note which families have an agreement that stands or that something may bring back."""
    for g in range(w.is_alive.shape[0]):
        w.is_alive[g] = 0
        for m in range(c.first_of[g], c.first_of[g + 1]):
            a = c.of_family[m]
            never = c.status[a] == TERMINATED or c.status[a] == NONE
            if not never or c.prospect[a] >= 0 or x.agreement[a] >= 0:
                w.is_alive[g] = 1


@inlined_part()
def _gap_terms(c, a):
    """Return the first term of the gaps of an agreement's parties, and the one after its last."""
    most = c.parties.shape[1]
    return c.first_gap[a * most], c.first_gap[(a + 1) * most]


@inlined_part()
def _least_fear(w, c, a, b):
    """Return the least fear among the spokes that are parties, in one member."""
    fear = 1.0
    for k in range(c.n_parties[a]):
        s = c.parties[a, k]
        if c.spoke_number[s] >= 0:
            fear = min(fear, w.fear[s, b])
    return fear


@inlined_part()
def _strain_of(w, p, c, g, a, b):
    """Return what governments and regimes add to the log hazard of family g in one member.

    ``a`` is one of its agreements.
    """
    first, last = _gap_terms(c, a)
    strain = w.steady[g]
    for k in range(first, last):
        strain -= w.pull[k] * w.orientation[c.gap_row[k], b]
    if c.form[a] == TREATY:
        for k in range(c.n_parties[a]):
            s = c.parties[a, k]
            more = p.support_change[c.democracy[s]]
            strain += more if w.unsettled[s, b] > 0 else 0.0
    return strain


@part()
def weigh_some(w, p, c, g, members, n):
    """Compute the hazard of family g anew in the first n of some members; scratch gets burdens.

    A loop of its own takes all exponentials side by side.
    """
    a, x, burdens, strains, hazard = (
        c.of_family[c.first_of[g]],
        w.room[0],
        w.room[1],
        w.strain[g],
        w.hazard[g],
    )
    first, last = c.first_pair[a], c.first_pair[a + 1]
    b_k, b_f, f_0 = p.density_effect[0] / (last - first), p.fear_effect[0], p.reference[3]
    usual, base = p.density_effect[0] * p.reference[2], w.base_hazard[c.form[a]]
    for m in range(n):
        b, burden = members[m], usual
        for pair in range(first, last):
            burden -= b_k * w.density[c.party_pair[pair], b]
        if w.has_spokes[g] != 0:
            burden -= b_f * (_least_fear(w, c, a, b) - f_0)
        strain = _strain_of(w, p, c, g, a, b)
        strains[b], burdens[m], x[m] = strain, burden, strain + burden
    for m in range(n):
        x[m] = base * exponential(x[m])
    for m in range(n):
        hazard[members[m]] = x[m]


@part()
def weigh_all(w, p, c, g, a):
    """Compute the hazard of family g in all members from what governments add now."""
    x, least, strain, n_spokes = w.room[0], w.room[1], w.strain[g], 0
    first, last = c.first_pair[a], c.first_pair[a + 1]
    b_k, b_f, f_0 = p.density_effect[0] / (last - first), p.fear_effect[0], p.reference[3]
    usual = p.density_effect[0] * p.reference[2]
    for b in range(x.shape[0]):
        x[b] = strain[b] + usual
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
    hazard, base = w.hazard[g], w.base_hazard[c.form[a]]
    for b in range(x.shape[0]):
        hazard[b] = base * exponential(x[b])

"""The monthly hazard of agreements that are kept: what adds to it and what takes from it.

All agreements of a family (one form, the same parties) have the same log hazard over their base but
for their depth: a strain, which governments and regimes put on them, and a burden, which working
channels and a common fear take off; the page says both term by term. So the hazard is kept by
family, at the usual depth, and its sum since the start is the family's wear. An agreement whose
depth makes the hazard e^z times as large ends when the wear has grown by e^-z times its endurance:
that point, its limit, is known when it comes into force and is all that a month compares.
Families between the same parties differ in their form alone: what is summed over these parties in a
member, the survey of a tie, is found once for all of them.
Functions take the parameters of the rule ``agreements``.
"""

from __future__ import annotations

import math

import numpy as np

from comity.simulate.agreement_rows import (
    FIRST_PAIR,
    FIRST_TERM,
    HAS_SPOKES,
    LAST_PAIR,
    LAST_TERM,
    NONE,
    OWN_FIRST,
    OWN_LAST,
    SAMPLE,
    TERMINATED,
    TREATY,
)
from comity.simulate.compiled import inlined_part, part, wide
from comity.simulate.draws import whole
from comity.simulate.transforms import exponential

MONTHS = 12


@part()
def start_families(w, p, c):
    """Work out what of the hazard depends on regimes and parameters alone; nothing is worn yet."""
    w.depth_scale[0], w.depth_scale[1] = p.depth_effect[0], p.reference[1]
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
            steady += effect * c.gap_weight[k] * (1.0 - 2.0 * p.reference[0])
        w.steady[g], w.pull[g] = steady, effect
        w.base_hazard[g] = -math.log1p(-p.year_risk[form]) / MONTHS
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
def _shock(w, p, c, a, b):
    """Return what recent changes of support add to the log hazard of a treaty in one member."""
    shock = 0.0
    for k in range(c.n_parties[a]):
        s = c.parties[a, k]
        more = p.support_change[c.democracy[s]]
        shock += more if w.unsettled[s, b] > 0 else 0.0
    return shock


@part()
def survey(w, p, c, first, last, b, n):
    """Look at the parties of some ties in one member; ``lean`` and the like have it from n on."""
    b_k, b_f, f_0, gap_0 = p.density_effect[0], p.fear_effect[0], p.reference[3], p.reference[0]
    usual, lean, burden, distance = b_k * p.reference[2], w.lean, w.burden, w.distance
    for i in range(first, last):
        tie, total, channels, gap = c.tie[i], 0.0, 0.0, 0.0
        for k in range(tie[FIRST_TERM], tie[LAST_TERM]):
            total += c.gap_weight[k] * w.orientation[c.gap_row[k], b]
        for k in range(tie[OWN_FIRST], tie[OWN_LAST]):
            gap += c.gap_weight[k] * (1.0 - w.orientation[c.gap_row[k], b])
        for k in range(tie[FIRST_PAIR], tie[LAST_PAIR]):
            channels += w.density[c.party_pair[k], b]
        load = usual - b_k * channels / np.float64(tie[LAST_PAIR] - tie[FIRST_PAIR])
        if tie[HAS_SPOKES] != 0:
            load -= b_f * (_least_fear(w, c, tie[SAMPLE], b) - f_0)
        place = np.uint32(n)
        lean[place], burden[place] = total, load
        distance[place] = gap - gap_0 if tie[OWN_FIRST] < tie[OWN_LAST] else 0.0
        n += 1


@part()
def list_hazards(w, p, c, s, b, is_new, survey, n):
    """List the hazards of a state's families in one member after n others; return how many.

    Of a government that is not new only those of treaties. The survey of the state's first tie is
    ``survey``.
    """
    strains, family, member, weighed = w.strain, w.weighed_family, w.weighed_member, w.weighed
    before = survey - np.int64(c.first_tie[s])
    for j in range(c.first_kin[s], c.last_treaty_kin[s]):
        g, place, k = c.kin[j, 0], np.uint32(before + c.kin[j, 1]), np.uint32(n)
        shock = _shock(w, p, c, c.tie[c.kin[j, 1], SAMPLE], b)
        strain = w.steady[g] - w.pull[g] * w.lean[place] + shock
        strains[g, b] = strain
        family[k], member[k], weighed[k] = g, b, strain + w.burden[place]
        n += 1
    if is_new:
        for j in range(c.last_treaty_kin[s], c.first_kin[s + 1]):
            g, place, k = c.kin[j, 0], np.uint32(before + c.kin[j, 1]), np.uint32(n)
            strain = w.steady[g] - w.pull[g] * w.lean[place]
            strains[g, b] = strain
            family[k], member[k], weighed[k] = g, b, strain + w.burden[place]
            n += 1
    return n


@part()
def weigh_listed(w, n):
    """Compute the n hazards on the list anew; a loop of its own takes all exponentials at once."""
    wide()  # pyright: ignore
    x, family, member = w.weighed, w.weighed_family, w.weighed_member
    for m in range(whole(n)):
        x[m] = exponential(x[m])
    for m in range(n):
        w.hazard[family[m], member[m]] = w.base_hazard[family[m]] * x[m]


@part()
def start_strain(w, p, c, g, a):
    """Work out what governments add to the log hazard of family g in all members."""
    strain, effect = w.strain[g], w.pull[g]
    first, last = _gap_terms(c, a)
    for b in range(strain.shape[0]):
        strain[b] = w.steady[g] + (_shock(w, p, c, a, b) if c.form[a] == TREATY else 0.0)
    for k in range(first, last):
        orientation, times = w.orientation[c.gap_row[k]], effect * c.gap_weight[k]
        for b in range(strain.shape[0]):
            strain[b] -= times * orientation[b]


@part()
def weigh_all(w, p, c, g, a):
    """Compute the hazard of family g in all members from what governments add now."""
    wide()  # pyright: ignore
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
    hazard, base = w.hazard[g], w.base_hazard[g]
    for b in range(x.shape[0]):
        hazard[b] = base * exponential(x[b])

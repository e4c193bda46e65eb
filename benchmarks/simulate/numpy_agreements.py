"""Agreements of the vectorized simulator: review every month, declarations under negotiation.

Where a review concerns few members it works on flat lists of (agreement, member); ``a`` and ``m``
are those lists. An endurance is lowered by a hazard that is renewed in January, in July and around
a change of government, whether or not the agreement is kept.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core.rows import STATUSES
from comity.simulate.agreement_rows import TREATY

NONE, NEGOTIATING, SIGNED, IN_FORCE, SUSPENDED, HOLLOW, TERMINATED = (
    STATUSES.index(word)
    for word in ("none", "negotiating", "signed", "in_force", "suspended", "hollow", "terminated")
)
UPHELD, BROKEN, YEAR, GATES = 1, -1, 12, 3
Floats, Ints = NDArray[np.float64], NDArray[np.int64]


def is_kept(status: Ints) -> NDArray[np.bool_]:
    """Return where a status is signed or in force."""
    return (status == SIGNED) | (status == IN_FORCE)


def open_agreements(w: Any) -> None:
    """Put every agreement at its recorded status, and note who is bound by which."""
    c, p = w.c, w.p["agreements"]
    n_acts, most = c.parties.shape
    w.status, w.depth = w.spread(c.status), w.spread(c.depth)
    w.gates = np.zeros((n_acts, w.n), np.int64)
    w.hazard, w.strain = np.zeros((2, n_acts, w.n))
    w.endurance = np.full((n_acts, w.n), np.inf)
    kept = is_kept(c.status)
    w.endurance[kept] = w.rng.standard_exponential((kept.sum(), w.n))
    w.base_hazard = -np.log1p(-p.year_risk) / 12
    w.acts_of = [np.flatnonzero((c.parties == s).any(axis=1)) for s in range(c.office.size)]
    w.gap_weight = np.zeros((n_acts, most, 4))
    w.act_pairs = np.full((n_acts, most * (most - 1) // 2), -1)
    w.pair_share = np.zeros((n_acts, c.pairs.shape[0]))
    w.stock, w.n_in_force = np.zeros((2, c.pairs.shape[0], w.n))
    for a, row in enumerate(c.parties):
        parties = [s for s in row if s >= 0]
        for k, s in enumerate(parties):
            used = [c.toward[s, q] for q in parties if q != s and c.toward[s, q] >= 0]
            np.add.at(w.gap_weight[a, k], used, 1 / max(len(used), 1))
        pairs = [c.dyad[s, q] for s, q in combinations(parties, 2)]
        w.act_pairs[a, : len(pairs)] = pairs
        w.pair_share[a, pairs] = 1 / len(pairs)
        if c.status[a] == IN_FORCE:
            w.stock[pairs] += c.depth[a]
            w.n_in_force[pairs] += 1
    w.bound = np.stack([(c.parties == s).any(axis=1) for s in range(c.office.size)], axis=1)
    # The mean gap of all parties is linear in orientations: has_gap / 2 - mean_weight @ o / 2.
    w.mean_weight, w.has_gap = np.zeros((n_acts, c.office.size, 4)), np.zeros(n_acts)
    for a, row in enumerate(c.parties):
        for k, s in enumerate(row[row >= 0]):
            w.mean_weight[a, s] = w.gap_weight[a, k] / (row >= 0).sum()
            w.has_gap[a] += w.gap_weight[a, k].any() / (row >= 0).sum()
    w.mean_weight = w.mean_weight.reshape(n_acts, -1)
    w.is_spoke = np.stack([(c.parties == s).any(axis=1) for s in c.spokes])  # (spoke, agreement)
    w.has_spokes = w.is_spoke.sum(axis=0) > 1
    w.democracies = (w.bound * c.democracy).sum(axis=1) / w.bound.sum(axis=1)


def gap_of(w: Any, a: Ints, m: Ints, k: int) -> Floats:
    """Return the gap of party k of each agreement, (item,)."""
    s, weight = w.c.parties[a, k], w.gap_weight[a, k]
    lean = (weight * (1 - w.o[s, :, m])).sum(axis=1) / 2
    return np.where(weight.any(axis=1), lean, w.p["agreements"].reference[0, m])


def burden(w: Any, a: Ints, m: Ints) -> Floats:
    """Return what depth, channels and common fear take from the log hazard, (item,)."""
    p = w.p["agreements"]
    _, depth_0, density_0, fear_0 = p.reference[:, m]
    channels = (w.pair_share[a] * w.density[:, m].T).sum(axis=1)
    out = -p.depth_effect[0, m] * (w.depth[a, m] - depth_0)
    out -= p.density_effect[0, m] * (channels - density_0)
    return out - np.where(w.has_spokes[a], p.fear_effect[0, m] * (least_fear(w, a, m) - fear_0), 0)


def least_fear(w: Any, a: Ints, m: Ints) -> Floats:
    """Return the least fear among the spokes that are parties, (item,)."""
    least = np.ones(a.size)
    for row, s in enumerate(w.c.spokes):
        least = np.minimum(least, np.where(w.is_spoke[row, a], w.fear[s, m], 1))
    return least


def burden_of_all(w: Any) -> Floats:
    """Return the burden of every agreement in every member, (agreement, member)."""
    p = w.p["agreements"]
    _, depth_0, density_0, fear_0 = p.reference
    out = -p.depth_effect[0] * (w.depth - depth_0)
    out -= p.density_effect[0] * (w.pair_share @ w.density - density_0)
    for a in np.flatnonzero(w.has_spokes):
        least = w.fear[w.c.spokes[w.is_spoke[:, a]]].min(axis=0)
        out[a] -= p.fear_effect[0] * (least - fear_0)
    return out


def strain(w: Any, a: Ints, m: Ints) -> Floats:
    """Return what governments and regimes add to the log hazard, (item,)."""
    c, p = w.c, w.p["agreements"]
    form, lean = c.form[a], w.o.reshape(-1, w.n)[:, m].T
    gap = w.has_gap[a] * (0.5 - p.reference[0, m]) - (w.mean_weight[a] * lean).sum(axis=1) / 2
    x = p.gap_effect[form, m] * gap
    i = np.flatnonzero(form == TREATY)
    a, m = a[i], m[i]
    bonus = p.democracy[0, m] * w.democracies[a]
    bonus += np.where(w.democracies[a] == 1, p.joint_democracy[0, m], 0)
    recent = (w.since[:, m] < YEAR).T
    for regime in (0, 1):
        count = (w.bound[a] & recent & (c.democracy == regime)).sum(axis=1)
        bonus += count * p.support_change[regime, m]
    x[i] += bonus
    return x


def review(w: Any, t: int) -> None:
    """Uphold, drop or restore agreements."""
    c = w.c
    w.impulse[:], w.ruptured[:], w.upheld[:] = 0, False, 0
    new, touched = np.zeros(w.status.shape, bool), np.zeros(w.status.shape, bool)
    for s, acts in enumerate(w.acts_of):
        m = np.flatnonzero(w.change[s])
        new[np.ix_(acts, m)] = touched[np.ix_(acts, m)] = True
        treaties = acts[c.form[acts] == TREATY]
        touched[np.ix_(treaties, np.flatnonzero(w.since[s] == YEAR))] = True
    a, m = np.nonzero(touched if t else np.ones_like(touched))
    w.strain[a, m] = strain(w, a, m)
    if t == 0 or c.calendar[t] % 6 == 0:
        w.hazard = w.base_hazard[c.form] * np.exp(w.strain + burden_of_all(w))
    else:
        w.hazard[a, m] = w.base_hazard[c.form[a], m] * np.exp(w.strain[a, m] + burden(w, a, m))
    w.endurance -= w.hazard
    a, m = np.nonzero(new | (w.endurance < 0))
    drop(w, a, m)


def drop(w: Any, a: Ints, m: Ints) -> None:
    """Review some agreements in some members."""
    c, p, rng = w.c, w.p["agreements"], w.rng
    status, form = w.status[a, m], c.form[a]
    kept, away = is_kept(status), (status == SUSPENDED) | (status == HOLLOW)
    falls, restored = kept & (w.endurance[a, m] < 0), np.zeros(a.size, bool)
    for k in range(c.parties.shape[1]):
        s = c.parties[a, k]
        change = np.where(s >= 0, w.change[s, m], 0)
        i = np.flatnonzero(kept & (form != TREATY) & (change == 2))
        gap_0 = p.reference[0, m[i]]
        x = p.gap_effect[form[i], m[i]] * (gap_of(w, a[i], m[i], k) - gap_0) + burden(w, a[i], m[i])
        odds, share = np.exp(x), p.refusal[form[i], m[i]]
        refuses = rng.random(i.size) < share * odds / (1 - share + share * odds)
        falls[i] |= refuses
        tell(w, a[i], m[i], s[i], refuses)
        i = np.flatnonzero(away & (change > 0))
        i = i[gap_of(w, a[i], m[i], k) < p.reference[0, m[i]]]
        restored[i] |= rng.random(i.size) < p.restore[0, m[i]]
    i = np.flatnonzero(falls)
    v, hollow = rng.random(i.size), p.hollow[0, m[i]]
    suspended = hollow + p.suspended[0, m[i]]
    fate = np.where(v < hollow, HOLLOW, np.where(v < suspended, SUSPENDED, TERMINATED))
    set_status(w, a[i], m[i], fate)
    i = np.flatnonzero(restored)
    set_status(w, a[i], m[i], np.full(i.size, IN_FORCE))


def tell(w: Any, a: Ints, m: Ints, s: Ints, refuses: NDArray[np.bool_]) -> None:
    """Tell every other ally that shares the agreement what state s did with it."""
    for k in range(w.c.parties.shape[1]):
        q = w.c.parties[a, k]
        row = np.where((q >= 0) & (q != s), w.c.belief[q, s], -1)
        i = np.flatnonzero((row >= 0) & refuses)
        w.upheld[row[i], m[i]] = BROKEN
        i = np.flatnonzero((row >= 0) & ~refuses)
        i = i[w.upheld[row[i], m[i]] == 0]
        w.upheld[row[i], m[i]] = UPHELD


def set_status(w: Any, a: Ints, m: Ints, new: Ints) -> None:
    """Change the status of some agreements in some members, with what follows from it."""
    p, before = w.p["agreements"], w.status[a, m]
    was, now = is_kept(before), is_kept(new)
    w.status[a, m] = new
    begins, ends = now & ~was, was & ~now
    w.endurance[a[begins], m[begins]] = w.rng.standard_exponential(begins.sum())
    w.endurance[a[~now], m[~now]] = np.inf
    starts = (new == IN_FORCE) & (before != IN_FORCE)
    size = np.where(starts, p.impulse_signed[0, m], np.where(ends, p.impulse_ended[0, m], 0))
    count = (new == IN_FORCE) * 1 - (before == IN_FORCE)
    for k in range(w.act_pairs.shape[1]):
        i = np.flatnonzero(w.act_pairs[a, k] >= 0)
        where = w.act_pairs[a[i], k], m[i]
        np.add.at(w.impulse, where, size[i])
        np.add.at(w.stock, where, count[i] * w.depth[a[i], m[i]])
        np.add.at(w.n_in_force, where, count[i])
        torn = i[ends[i]]
        w.ruptured[w.act_pairs[a[torn], k], m[torn]] = True


def negotiate(w: Any) -> None:
    """Let declarations of two spokes begin, advance, break off or be adopted."""
    c, p = w.c, w.p["new_agreements"]
    for a in np.flatnonzero(c.prospect >= 0):
        k = c.prospect[a]
        i, j = c.pairs[k]
        u, hub = w.rng.random(w.n), c.hub[0]
        idle = (w.status[a] == NONE) | (w.status[a] == TERMINATED)
        talking = np.flatnonzero(w.status[a] == NEGOTIATING)
        common = np.minimum(1, np.minimum(w.stock[c.dyad[i, hub]], w.stock[c.dyad[j, hub]]))
        x = p.effect[0] * w.close[k] + p.effect[1] * w.pair_o[k]
        x += p.effect[2] * common - p.effect[3] * w.load[k]
        begins = np.flatnonzero(idle & (u < 1 - np.exp(-p.rate[0] * np.exp(x))))
        w.status[a, begins], w.gates[a, begins] = NEGOTIATING, 0
        m = talking
        breaks = np.zeros(m.size, bool)
        for s, q in ((i, j), (j, i)):
            if c.toward[s, q] >= 0:
                breaks |= (w.change[s, m] == 2) & (w.o[s, c.toward[s, q], m] < 0)
        w.status[a, m[breaks]] = NONE
        least = np.minimum(w.belief[c.belief[i, j], m], w.belief[c.belief[j, i], m])
        score = p.gate[0, m] + p.gate[1, m] * least - p.gate[2, m] * w.load[k, m]
        passes = ~breaks & (u[m] < 1 / (1 + np.exp(-score)))
        w.gates[a, m[passes]] += 1
        m = m[passes]
        m = m[w.gates[a, m] == GATES]
        act = np.full(m.size, a)
        gap = (gap_of(w, act, m, 0) + gap_of(w, act, m, 1)) / 2
        before = w.depth[a, m]
        w.depth[a, m] = np.clip((p.depth[0, m] - p.depth[1, m] * gap) / p.depth[2, m], 0, 1)
        deeper = w.p["agreements"].depth_effect[0, m] * (w.depth[a, m] - before)
        w.hazard[a, m] *= np.exp(-deeper)
        set_status(w, act, m, np.full(m.size, IN_FORCE))

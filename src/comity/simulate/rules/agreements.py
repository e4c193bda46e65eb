"""Agreement review: what a month, and a new government, leave of what was agreed.

Theory
------
Treaties are broken rarely, and mostly when the source of leader support changes outside
democracies; lesser forms are looked at by every new coalition, which drops them the more readily
the further it stands from their content. Depth, working channels and a common fear of being left
alone raise the cost of dropping.

Equation
--------
x_s = b_gap (gap_s - gap_0) - b_depth (d - d_0) - b_density (K - K_0) - b_fear (F - F_0). An
agreement stands until its monthly hazards -ln(1 - R) / 12 exp(mean x + B) have used up its
endurance, an exponential number; refusal at a change of support p e^x / (1 - p + p e^x).

Parameters: ``agreement.*`` but ``reference_*`` of others, ``relation.impulse_signed``,
``relation.impulse_ended``. Streams: ``agreement/<id>/background``, ``/outcome``,
``/review-<state>``, ``/restore-<state>``.

The hazard is computed anew in January, in July and around a change of government only.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.agreement_hazard import burden_of, renew, renew_all
from comity.simulate.agreement_rows import (
    FORMS,
    HOLLOW,
    IN_FORCE,
    SUSPENDED,
    TERMINATED,
    TREATY,
)
from comity.simulate.agreement_status import (
    BROKEN,
    UNKNOWN,
    UPHELD,
    count_in,
    gap_of,
    is_kept,
    set_status,
    tell_of_agreement,
)
from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import Draws, one_uniform
from comity.simulate.layout import Layout
from comity.simulate.reads import Read, Stream
from comity.simulate.rules.turnover import SUPPORT
from comity.simulate.transforms import exponential

SOURCES = ("atop", "chisols", "leeds-mattes-vogel-2009")
MONTHS = 12


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    gap_effect: NDArray[np.float64]  # (form,)
    year_risk: NDArray[np.float64]  # (form,)         probability
    refusal: NDArray[np.float64]  # (form,)           probability
    depth_effect: NDArray[np.float64]  # (1,)
    density_effect: NDArray[np.float64]  # (1,)
    fear_effect: NDArray[np.float64]  # (1,)
    reference: NDArray[np.float64]  # (4,)            gap, depth, density, fear
    democracy: NDArray[np.float64]  # (1,)            log hazard ratio, all against no party
    joint_democracy: NDArray[np.float64]  # (1,)      log hazard ratio
    support_change: NDArray[np.float64]  # (2,)       nondemocracy, democracy; log hazard ratio
    hollow: NDArray[np.float64]  # (1,)               probability
    suspended: NDArray[np.float64]  # (1,)            probability
    restore: NDArray[np.float64]  # (1,)              probability
    impulse_signed: NDArray[np.float64]  # (1,)
    impulse_ended: NDArray[np.float64]  # (1,)


class Streams(NamedTuple):
    """Addresses by agreement."""

    draws: Draws
    background: NDArray[np.int64]
    outcome: NDArray[np.int64]
    review: NDArray[np.int64]  # (agreement * state,)
    restore: NDArray[np.int64]  # (agreement * state,)


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""

    def one(name: str, low: float = -np.inf, high: float = np.inf) -> list[Read]:
        return [Read((name,), low=low, high=high)]

    def by_form(name: str, low: float = -np.inf, high: float = np.inf) -> list[Read]:
        return [Read((f"agreement.{name}.{form}",), low=low, high=high) for form in FORMS]

    references = ("gap", "depth", "density", "fear")
    return {
        "gap_effect": by_form("gap_effect"),
        "year_risk": by_form("year_risk", 0, 1),
        "refusal": by_form("refusal", 0, 1),
        "depth_effect": one("agreement.depth_effect"),
        "density_effect": one("agreement.density_effect"),
        "fear_effect": one("agreement.fear_effect"),
        "democracy": one("agreement.democracy_effect"),
        "joint_democracy": one("agreement.joint_democracy_effect"),
        "reference": [
            Read((f"agreement.reference_{name}",), low=0, high=1, firm=False) for name in references
        ],
        "support_change": [
            Read((f"agreement.support_change.{kind}",)) for kind in ("nondemocracy", "democracy")
        ],
        "hollow": one("agreement.outcome_hollow", 0, 1),
        "suspended": one("agreement.outcome_suspended", 0, 1),
        "restore": one("agreement.restore", 0, 1),
        "impulse_signed": one("relation.impulse_signed"),
        "impulse_ended": one("relation.impulse_ended"),
    }


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    names, codes = layout.agreements, layout.index.codes
    return {
        "background": [Stream(f"agreement/{name}/background") for name in names],
        "outcome": [Stream(f"agreement/{name}/outcome") for name in names],
        "review": [Stream(f"agreement/{a}/review-{s}") for a in names for s in codes],
        "restore": [Stream(f"agreement/{a}/restore-{s}") for a in names for s in codes],
    }


@part()
def _is_refused(w, p, u, c, t, a, b):
    """Return whether a party whose support changed this month refuses what is no treaty."""
    refused = False
    states, gap_0 = c.office.shape[0], p.reference[0]
    for k in range(c.n_parties[a]):
        s = c.parties[a, k]
        if w.government_changed[s, b] == SUPPORT:
            gap = gap_of(w, c, a, k, b, gap_0)
            x = p.gap_effect[c.form[a]] * (gap - gap_0) + burden_of(w, p, c, a, b)
            odds, share = exponential(x), p.refusal[c.form[a]]
            chance = share * odds / (1.0 - share + share * odds)
            if one_uniform(u.draws, u.review[a * states + s], t, b) < chance:
                tell_of_agreement(w, c, a, s, b, BROKEN)
                refused = True
    return refused


@part()
def _tell_kept(w, c, a, b):
    """Tell that the parties whose support changed this month kept what is no treaty."""
    for k in range(c.n_parties[a]):
        s = c.parties[a, k]
        if w.government_changed[s, b] == SUPPORT:
            tell_of_agreement(w, c, a, s, b, UPHELD)


@part()
def _is_restored(w, p, u, c, t, a, b):
    """Return whether a new government that stands nearer than the reference restores it."""
    restored = False
    states, gap_0 = c.office.shape[0], p.reference[0]
    for k in range(c.n_parties[a]):
        s = c.parties[a, k]
        if w.government_changed[s, b] > 0:
            gap = gap_of(w, c, a, k, b, gap_0)
            if gap < gap_0:
                uniform = one_uniform(u.draws, u.restore[a * states + s], t, b)
                restored |= uniform < p.restore[0]
    return restored


@part()
def start(w, p, u, c):
    """Put every agreement at its recorded status."""
    members = w.status.shape[1]
    for b in range(members):
        w.reviewed[0, b] = -1
        w.reviewed[2, b] = b
    for form in range(w.base_hazard.shape[0]):
        w.base_hazard[form] = -math.log1p(-p.year_risk[form]) / MONTHS
    for pair in range(c.pairs.shape[0]):
        for b in range(members):
            w.stock[pair, b] = 0.0
            w.n_in_force[pair, b] = 0
    for a in range(c.form.shape[0]):
        w.n_fresh[a, 0] = 0
        kept = is_kept(c.status[a])
        for b in range(members):
            w.status[a, b] = c.status[a]
            w.depth[a, b] = c.depth[a]
            w.gates[a, b] = 0
            w.endurance[a, b] = UNKNOWN
            w.hazard[a, b] = 0.0
            if kept:
                w.endurance[a, b] = -math.log(one_uniform(u.draws, u.background[a], 0, b))
        if c.status[a] == IN_FORCE:
            for m in range(c.first_pair[a], c.first_pair[a + 1]):
                for b in range(members):
                    count_in(w, a, c.party_pair[m], b, 1)


@inlined_part()
def _choose(w, found, n_found, stamp, n_chosen):
    """Add the first ``n_found`` members to those to review, each once; return the new count."""
    marked, chosen = w.reviewed[0], w.reviewed[1]
    for m in range(n_found):
        b = found[m]
        if marked[b] != stamp:
            marked[b] = stamp
            chosen[n_chosen] = b
            n_chosen += 1
    return n_chosen


@part()
def _gather(w, c, t, a):
    """Put the members in which a party is new or has settled in into ``reviewed``; how many.

    Having settled in matters to treaties alone.
    """
    stamp, n_chosen = t * c.form.shape[0] + a, 0
    for k in range(c.n_parties[a]):
        s = c.parties[a, k]
        n_chosen = _choose(w, w.changed[s], w.n_changed[s, 0], stamp, n_chosen)
        if c.form[a] == TREATY:
            n_chosen = _choose(w, w.settled_in[s], w.n_settled_in[s, 0], stamp, n_chosen)
    return n_chosen


@part()
def _renew_some(w, p, c, t, a, n_chosen):
    """Compute the hazard anew where a party is new or the agreement came into force last month."""
    chosen, everyone, kept, n_kept = w.reviewed[1], w.reviewed[2], w.reviewed[3], 0
    if t == 0:
        renew(w, p, c, a, everyone, everyone.shape[0])
    else:
        endurance = w.endurance[a]
        for m in range(n_chosen):  # what is not kept has no hazard
            kept[n_kept] = chosen[m]
            n_kept += endurance[chosen[m]] < UNKNOWN
        renew(w, p, c, a, kept, n_kept)
    renew(w, p, c, a, w.fresh[a], w.n_fresh[a, 0])
    w.n_fresh[a, 0] = 0


@part()
def _review(w, p, u, c, t, a, b):
    """Review one agreement in one member whose endurance may be used up or whose party is new."""
    before = w.status[a, b]
    new = before
    if is_kept(before):
        ends, is_treaty = w.endurance[a, b] < 0.0, c.form[a] == TREATY
        if not is_treaty and _is_refused(w, p, u, c, t, a, b):
            ends = True
        if ends:
            v, hollow = one_uniform(u.draws, u.outcome[a], t, b), p.hollow[0]
            new = TERMINATED
            if v < hollow:
                new = HOLLOW
            elif v < hollow + p.suspended[0]:
                new = SUSPENDED
        elif not is_treaty:
            _tell_kept(w, c, a, b)
    elif before in (SUSPENDED, HOLLOW) and _is_restored(w, p, u, c, t, a, b):
        new = IN_FORCE
    if new != before:
        set_status(w, u, c, t, a, b, new, p.impulse_signed[0], p.impulse_ended[0])


@inlined_part()
def _is_shaken(w, c, a, b):
    """Return whether the support of a party changed this month."""
    shaken = False
    for k in range(c.n_parties[a]):
        shaken |= w.government_changed[c.parties[a, k], b] == SUPPORT
    return shaken


@part()
def _pass_freely(w, p, u, c, t, a, n_chosen):
    """Let a month pass for an agreement that no lever holds."""
    endurance, hazard, status, chosen = w.endurance[a], w.hazard[a], w.status[a], w.reviewed[1]
    n_spent, is_treaty = 0, c.form[a] == TREATY
    for b in range(endurance.shape[0]):
        endurance[b] -= hazard[b]
        n_spent += endurance[b] < 0.0
    for m in range(n_chosen):
        b = chosen[m]
        now, is_spent = status[b], endurance[b] < 0.0
        n_spent -= is_spent
        if is_kept(now):
            if is_spent or (not is_treaty and _is_shaken(w, c, a, b)):
                _review(w, p, u, c, t, a, b)
        elif now in (SUSPENDED, HOLLOW):
            _review(w, p, u, c, t, a, b)
    if n_spent > 0:
        for b in range(endurance.shape[0]):
            if endurance[b] < 0.0:
                _review(w, p, u, c, t, a, b)


@part()
def _pass_held(w, p, x, u, c, t, a):
    """Let a month pass for an agreement that a lever may hold."""
    row = x.agreement[a]
    for b in range(w.status.shape[1]):
        held = w.held[row, b]
        if math.isnan(held):
            w.endurance[a, b] -= w.hazard[a, b]
            _review(w, p, u, c, t, a, b)
        else:
            if c.prospect[a] >= 0 and held == IN_FORCE and w.status[a, b] != IN_FORCE:
                w.depth[a, b] = c.depth[a]
            set_status(w, u, c, t, a, b, int(held), p.impulse_signed[0], p.impulse_ended[0])


@part()
def step(w, p, x, u, c, t):
    """Review every agreement for one month."""
    members = w.status.shape[1]
    for k in range(w.impulse.shape[0]):
        for b in range(members):
            w.impulse[k, b] = 0.0
            w.ruptured[k, b] = 0
    for row in range(w.upheld.shape[0]):
        for b in range(members):
            w.upheld[row, b] = 0
    anew = t == 0 or c.calendar[t] % 6 == 0
    for a in range(c.form.shape[0]):
        if c.status[a] == TERMINATED and c.prospect[a] < 0 and x.agreement[a] < 0:
            continue  # nothing brings it back
        n_chosen = _gather(w, c, t, a)
        _renew_some(w, p, c, t, a, n_chosen)
        if anew:
            renew_all(w, p, c, a)
        if x.agreement[a] < 0:
            _pass_freely(w, p, u, c, t, a, n_chosen)
        else:
            _pass_held(w, p, x, u, c, t, a)

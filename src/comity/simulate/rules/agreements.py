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

The hazard is computed anew in January, in July and around a change of government only;
`comity.simulate.agreement_hazard` says how.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.agreement_hazard import (
    find_living,
    list_hazards,
    start_families,
    start_strain,
    survey,
    weigh_all,
    weigh_listed,
)
from comity.simulate.agreement_review import answer, ask, is_held, turn
from comity.simulate.agreement_rows import FORMS, IN_FORCE
from comity.simulate.agreement_status import (
    NEVER,
    count_in,
    deepen,
    endow,
    is_kept,
    set_status,
)
from comity.simulate.compiled import part, wide
from comity.simulate.draws import Draws, read_some
from comity.simulate.layout import Layout
from comity.simulate.rare import list_marked
from comity.simulate.reads import Read, Stream
from comity.simulate.rules.turnover import SUPPORT

SOURCES = ("atop", "chisols", "leeds-mattes-vogel-2009")


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
def start(w, p, u, c):
    """Put every agreement at its recorded status."""
    members = w.status.shape[1]
    everyone = w.marked[0]
    for b in range(members):
        everyone[b] = b
    start_families(w, p, c)
    w.n_asked[0] = w.n_turned[0] = 0
    for g in range(w.nearest.shape[0]):
        for b in range(members):
            w.nearest[g, b] = NEVER
    for pair in range(c.pairs.shape[0]):
        for b in range(members):
            w.stock[pair, b] = 0.0
            w.n_in_force[pair, b] = 0
    for a in range(c.form.shape[0]):
        for b in range(members):
            w.status[a, b] = c.status[a]
            w.depth[a, b] = c.depth[a]
            w.gates[a, b] = 0
            w.limit[a, b] = NEVER
        if is_kept(c.status[a]):
            read_some(u.draws, u.background[a], 0, everyone, members, w.room[0])
            for b in range(members):
                endow(w, c, a, b, w.room[0, b])
        if c.status[a] == IN_FORCE:
            for m in range(c.first_pair[a], c.first_pair[a + 1]):
                for b in range(members):
                    count_in(w, a, c.party_pair[m], b, 1)


@part()
def _meet_governments(w, p, c):
    """Compute hazards anew where governments are new, and list their reviews.

    Treaties are weighed once more a year after a party's support changed.
    """
    n, surveyed = 0, 0
    for s in range(w.n_changed.shape[0]):
        changed, first = w.changed[s], np.int64(c.first_tie[s])
        last = np.int64(c.first_tie[s + 1])
        for m in range(w.n_changed[s, 0]):
            b = changed[m]
            survey(w, p, c, first, last, b, surveyed)
            n = list_hazards(w, p, c, s, b, True, surveyed, n)
            ask(w, c, s, b, w.government_changed[s, b] == SUPPORT, surveyed)
            surveyed += last - first
        settled, last = w.settled_in[s], np.int64(c.last_treaty_tie[s])
        if first < last:
            for m in range(w.n_settled_in[s, 0]):
                survey(w, p, c, first, last, settled[m], surveyed)
                n = list_hazards(w, p, c, s, settled[m], False, surveyed, n)
    weigh_listed(w, n)


@part()
def _wear(w, g):
    """Wear a family's agreements by a month; return how many members may have one that ends.

    Those are marked in ``marks``.
    """
    wide()  # pyright: ignore
    hazard, wear, nearest, marks, n = w.hazard[g], w.wear[g], w.nearest[g], w.marks[0], 0
    for b in range(wear.shape[0]):
        wear[b] += hazard[b]
        n += wear[b] > nearest[b]
    if n > 0:
        for b in range(wear.shape[0]):
            marks[b] = 1 if wear[b] > nearest[b] else 0
    return n


@part()
def _end_worn(w, x, c, g, b):
    """List a family's agreements that are worn out in one member; look for the next limit."""
    nearest, wear = NEVER, w.wear[g, b]
    for m in range(c.first_of[g], c.first_of[g + 1]):
        a = c.of_family[m]
        if w.limit[a, b] < wear and not is_held(w, x, a, b):
            turn(w, a, b, 0)
            w.limit[a, b] = NEVER
        nearest = min(nearest, w.limit[a, b])
    w.nearest[g, b] = nearest


@part()
def _hold(w, p, x, u, c, t, a):
    """Give an agreement the status that a lever holds this month; what is held does not wear."""
    row = x.agreement[a]
    for b in range(w.status.shape[1]):
        held = w.held[row, b]
        if not math.isnan(held):
            if is_kept(w.status[a, b]):
                w.limit[a, b] += w.hazard[c.family[a], b]
            if c.prospect[a] >= 0 and held == IN_FORCE and w.status[a, b] != IN_FORCE:
                deepen(w, c, a, b, c.depth[a])
            set_status(w, u, c, t, a, b, int(held), p.impulse_signed[0], p.impulse_ended[0])


@part()
def _clear(w):
    """Forget what the month before did to pairs and told allies."""
    for k in range(w.impulse.shape[0]):
        for b in range(w.impulse.shape[1]):
            w.impulse[k, b] = 0.0
            w.ruptured[k, b] = 0
    for row in range(w.upheld.shape[0]):
        for b in range(w.upheld.shape[1]):
            w.upheld[row, b] = 0


@part()
def _pass(w, p, x, c, t, g):
    """Let a month pass for the agreements of a family."""
    first = c.of_family[c.first_of[g]]
    if t == 0:
        start_strain(w, p, c, g, first)
    if t == 0 or c.calendar[t] % 6 == 0:
        weigh_all(w, p, c, g, first)
    if _wear(w, g) > 0:
        worn = w.listed[1]
        for m in range(list_marked(w.mark_words[0], g, w.listed[0], worn, 0)):
            _end_worn(w, x, c, g, worn[m])


@part()
def step(w, p, x, u, c, t):
    """Review every agreement for one month."""
    _clear(w)
    if t == 0:
        find_living(w, x, c)
    _meet_governments(w, p, c)
    for g in range(w.is_alive.shape[0]):
        if w.is_alive[g] != 0:
            _pass(w, p, x, c, t, g)
    answer(w, p, x, u, c, t)
    for a in range(c.form.shape[0]):
        if x.agreement[a] >= 0:
            _hold(w, p, x, u, c, t, a)

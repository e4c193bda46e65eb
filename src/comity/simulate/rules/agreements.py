"""Agreement review: what a month, and a new government, leave of what was agreed.

Theory
------
Treaties are broken rarely, and mostly when the source of leader support changes outside
democracies; lesser forms are looked at by every new coalition, which drops them the more readily
the further it stands from their content. Depth and working channels raise the cost of dropping.

Equation
--------
x_s = b_gap (gap_s - gap_0) - b_depth (d - d_0) - b_density (K - K_0). Background hazard
-ln(1 - R) / 12 exp(mean x + B); refusal at a change of support p e^x / (1 - p + p e^x).

Parameters: ``agreement.gap_effect.<form>``, ``.year_risk.<form>``, ``.refusal.<form>``,
``.depth_effect``, ``.density_effect``, ``.reference_gap``, ``.reference_depth``,
``.reference_density``, ``.support_change.democracy``, ``.support_change.nondemocracy``,
``.outcome_hollow``, ``.outcome_suspended``, ``.restore``, ``relation.impulse_signed``,
``relation.impulse_ended``. Streams: ``agreement/<id>/background`` (dense), ``/outcome``,
``/review-<state>``, ``/restore-<state>``.

Notes
-----
Few agreements fall in any month. The background uniform is held against a bound that is set anew
when a government or a density changes; only below it is the hazard itself computed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import compiled, inlined, inlined_part, part
from comity.simulate.draws import Draws, one_uniform, read_uniforms
from comity.simulate.layout import (
    FORMS,
    HOLLOW,
    IN_FORCE,
    SIGNED,
    SUSPENDED,
    TERMINATED,
    TREATY,
    Layout,
)
from comity.simulate.reads import Read, Stream
from comity.simulate.rules.turnover import SUPPORT
from comity.simulate.transforms import exponential, probability_of

SOURCES = ("atop", "chisols", "leeds-mattes-vogel-2009")
YEAR = 12
_ROUNDING = 1.0 + 1e-9


class Parameters(NamedTuple):
    """Each (entity, member)."""

    gap_effect: NDArray[np.float64]  # (form, B)
    year_risk: NDArray[np.float64]  # (form, B)         probability
    refusal: NDArray[np.float64]  # (form, B)           probability
    depth_effect: NDArray[np.float64]  # (1, B)
    density_effect: NDArray[np.float64]  # (1, B)
    reference: NDArray[np.float64]  # (3, B)            gap, depth, density
    support_change: NDArray[np.float64]  # (2, B)       nondemocracy, democracy; log hazard ratio
    hollow: NDArray[np.float64]  # (1, B)               probability
    suspended: NDArray[np.float64]  # (1, B)            probability
    restore: NDArray[np.float64]  # (1, B)              probability
    impulse_signed: NDArray[np.float64]  # (1, B)
    impulse_ended: NDArray[np.float64]  # (1, B)


class Streams(NamedTuple):
    """Addresses by agreement; ``background`` holds rows of the dense streams."""

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

    references = ("gap", "depth", "density")
    return {
        "gap_effect": by_form("gap_effect"),
        "year_risk": by_form("year_risk", 0, 1),
        "refusal": by_form("refusal", 0, 1),
        "depth_effect": one("agreement.depth_effect"),
        "density_effect": one("agreement.density_effect"),
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
        "background": [Stream(f"agreement/{name}/background", dense=True) for name in names],
        "outcome": [Stream(f"agreement/{name}/outcome") for name in names],
        "review": [Stream(f"agreement/{a}/review-{s}") for a in names for s in codes],
        "restore": [Stream(f"agreement/{a}/restore-{s}") for a in names for s in codes],
    }


@inlined_part()
def _is_kept(status):
    return status in (SIGNED, IN_FORCE)


@compiled()
def depth_in_force(status, form_depth, parties, i, j, b):
    """Return the depth in force between two states in member b."""
    total = 0.0
    for a in range(form_depth.shape[0]):
        if status[a, b] == IN_FORCE:
            has_i = has_j = False
            for k in range(parties.shape[1]):
                has_i = has_i or parties[a, k] == i
                has_j = has_j or parties[a, k] == j
            if has_i and has_j:
                total += form_depth[a]
    return total


@inlined_part()
def _set_status(w, p, c, a, b, status):
    """Change an agreement's status, with its impulse and the stock of its pairs."""
    before = w.status[a, b]
    if before != status:
        w.status[a, b] = status
        impulse = 0.0
        if status == IN_FORCE:
            impulse = p.impulse_signed[0, b]
        elif _is_kept(before) and not _is_kept(status):
            impulse = p.impulse_ended[0, b]
        for k in range(c.parties.shape[1]):
            for m in range(k):
                i, j = c.parties[a, m], c.parties[a, k]
                if j >= 0:
                    pair = c.dyad[i, j]
                    w.impulse[pair, b] += impulse
                    w.stock[pair, b] = depth_in_force(w.status, c.depth, c.parties, i, j, b)


@inlined()
def gap_of(orientation, toward, parties, a, s, b, reference):
    """Return how far state s stands from the content of agreement a, 0 to 1."""
    total, count = 0.0, 0
    for k in range(parties.shape[1]):
        q = parties[a, k]
        if q >= 0 and q != s and toward[s, q] >= 0:
            total += (1.0 - orientation[4 * s + toward[s, q], b]) / 2.0
            count += 1
    return total / count if count else reference


@compiled()
def density_of(density, dyad, parties, a, b):
    """Return the mean density over the pairs of parties of agreement a."""
    total, count = 0.0, 0
    for k in range(parties.shape[1]):
        for m in range(k):
            if parties[a, k] >= 0:
                total += density[dyad[parties[a, m], parties[a, k]], b]
                count += 1
    return total / count


@inlined_part()
def _burden(w, p, c, a, b):
    """Return the part of x that all parties share: depth and channels."""
    density = density_of(w.density, c.dyad, c.parties, a, b)
    return -p.depth_effect[0, b] * (c.depth[a] - p.reference[1, b]) - p.density_effect[0, b] * (
        density - p.reference[2, b]
    )


@inlined_part()
def _background(w, p, c, a, b, is_bound):
    """Return the probability that the agreement is not upheld without a change of support.

    With ``is_bound`` a probability that it cannot pass while no government and no density changes:
    a year's strain of new support counts, its relief does not.
    """
    total, since_change, count = 0.0, 0.0, 0
    gap_0 = p.reference[0, b]
    for k in range(c.parties.shape[1]):
        s = c.parties[a, k]
        if s >= 0:
            total += gap_of(w.orientation, c.toward, c.parties, a, s, b, gap_0) - gap_0
            count += 1
            if c.form[a] == TREATY and w.months_since_support[s, b] < YEAR:
                strain = p.support_change[c.democracy[s], b]
                since_change += max(strain, 0.0) if is_bound else strain
    x = p.gap_effect[c.form[a], b] * total / count + w.burden[a, b]
    return probability_of(w.base_hazard[c.form[a], b] * exponential(x + since_change))


@inlined_part()
def _is_refused(w, p, u, c, t, a, b):
    """Return whether a party whose support changed this month refuses the agreement."""
    refused = False
    states, gap_0 = c.office.shape[0], p.reference[0, b]
    for k in range(c.parties.shape[1]):
        s = c.parties[a, k]
        if s >= 0 and w.government_changed[s, b] == SUPPORT and c.form[a] != TREATY:
            gap = gap_of(w.orientation, c.toward, c.parties, a, s, b, gap_0)
            x = p.gap_effect[c.form[a], b] * (gap - gap_0) + w.burden[a, b]
            odds, share = exponential(x), p.refusal[c.form[a], b]
            chance = share * odds / (1.0 - share + share * odds)
            refused |= one_uniform(u.draws, u.review[a * states + s], t, b) < chance
    return refused


@inlined_part()
def _is_restored(w, p, u, c, t, a, b):
    """Return whether a new government that stands nearer than the reference restores it."""
    restored = False
    states, gap_0 = c.office.shape[0], p.reference[0, b]
    for k in range(c.parties.shape[1]):
        s = c.parties[a, k]
        if s >= 0 and w.government_changed[s, b] > 0:
            gap = gap_of(w.orientation, c.toward, c.parties, a, s, b, gap_0)
            uniform = one_uniform(u.draws, u.restore[a * states + s], t, b)
            restored |= gap < gap_0 and uniform < p.restore[0, b]
    return restored


@part()
def start(w, p, u, c):
    """Put every agreement at its recorded status."""
    for b in range(w.status.shape[1]):
        w.reviewed[0, b] = -1
    for form in range(w.base_hazard.shape[0]):
        for b in range(w.status.shape[1]):
            w.base_hazard[form, b] = -math.log1p(-p.year_risk[form, b]) / YEAR
    for a in range(c.form.shape[0]):
        for b in range(w.status.shape[1]):
            w.status[a, b] = c.status[a]
    for k in range(c.pairs.shape[0]):
        depth = depth_in_force(w.status, c.depth, c.parties, c.pairs[k, 0], c.pairs[k, 1], 0)
        for b in range(w.status.shape[1]):
            w.stock[k, b] = depth


@part()
def _density_moves(density, t):
    """Return whether the scenario holds any pair's density otherwise than a month ago."""
    for k in range(density.shape[0]):
        now, before = density[k, t], density[k, t - 1]
        if now != before and not (math.isnan(now) and math.isnan(before)):
            return True
    return False


@part()
def step(w, p, x, u, c, t):
    """Review every agreement for one month.

    Members to look at closely are gathered first: those with a new government in a party, then
    those whose background uniform is below a bound that was set when anything last changed.
    """
    members = w.status.shape[1]
    for k in range(w.impulse.shape[0]):
        for b in range(members):
            w.impulse[k, b] = 0.0
    everyone = t == 0 or _density_moves(x.density, t)
    marked, chosen = w.reviewed[0], w.reviewed[1]
    for a in range(c.form.shape[0]):
        status, bound, held = w.status[a], w.most_background[a], x.agreement[a, t]
        stamp, n_chosen = t * c.form.shape[0] + a, 0
        for k in range(c.parties.shape[1]):
            s = c.parties[a, k]
            for m in range(w.n_changed[s, 0] if s >= 0 else 0):
                b = w.changed[s, m]
                if marked[b] != stamp:
                    marked[b] = stamp
                    chosen[n_chosen] = b
                    n_chosen += 1
        if everyone:
            for b in range(members):
                w.burden[a, b] = _burden(w, p, c, a, b)
        for m in range(members if everyone else n_chosen):
            b = m if everyone else chosen[m]
            bound[b] = _background(w, p, c, a, b, True) * _ROUNDING
        read_uniforms(u.draws, u.background[a], t, 0)
        uniform = u.draws.uniform[0]
        if held >= 0:
            if t == 0 or x.agreement[a, t - 1] != held:
                for b in range(members):
                    _set_status(w, p, c, a, b, held)
            continue
        for b in range(members):
            if uniform[b] < bound[b] and marked[b] != stamp and _is_kept(status[b]):
                chosen[n_chosen] = b
                n_chosen += 1
        for m in range(n_chosen):
            b = chosen[m]
            new = status[b]
            if _is_kept(status[b]):
                dropped = uniform[b] < bound[b]
                dropped = dropped and uniform[b] < _background(w, p, c, a, b, False)
                if dropped or _is_refused(w, p, u, c, t, a, b):
                    v, hollow = one_uniform(u.draws, u.outcome[a], t, b), p.hollow[0, b]
                    new = TERMINATED
                    if v < hollow:
                        new = HOLLOW
                    elif v < hollow + p.suspended[0, b]:
                        new = SUSPENDED
            elif (status[b] == SUSPENDED or status[b] == HOLLOW) and _is_restored(
                w, p, u, c, t, a, b
            ):
                new = IN_FORCE
            _set_status(w, p, c, a, b, new)

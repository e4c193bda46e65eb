"""Turnover: governments leave by schedule, term or hazard; the source of support may change.

Theory
------
Leaders leave office by rules that differ between offices; what changes policy is less the person
than the coalition that keeps the leader in power.

Equation
--------
P(exit) = 1 - e^(-h) unless held, scheduled or at the end of a term; orientation becomes the new
coalition's plus ``orientation_sd_support`` times a normal, or moves by ``orientation_sd_leader``
times a normal when only the leader changed; clipped to [-1, 1].

Parameters: ``turnover.exit_hazard``, ``.support_share``, ``.party_loses`` (by state, else by kind
of office), ``.orientation_sd_support``, ``.orientation_sd_leader``,
``coalitions.<state>.<id>.<component>``. Streams: ``turnover/<state>/exit`` (dense), ``/support``,
``/coalition``, ``/orientation-<component>``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from comity.core.states import COMPONENTS
from comity.simulate.draws import Draws, dense_uniforms, one_uniform
from comity.simulate.layout import ONE_TERM, TWO_TERM, Layout
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import normal_quantile, probability_of

SOURCES = ("archigos", "chisols")
LEADER, SUPPORT = 1, 2


class Parameters(NamedTuple):
    """Each (entity, member)."""

    exit_hazard: NDArray[np.float64]  # (state, B)          per month
    support_share: NDArray[np.float64]  # (state, B)        probability
    party_loses: NDArray[np.float64]  # (state, B)          probability
    sd_support: NDArray[np.float64]  # (1, B)
    sd_leader: NDArray[np.float64]  # (1, B)
    coalition: NDArray[np.float64]  # (coalition * 4, B)    orientation, row 4 i + component


class Streams(NamedTuple):
    """Addresses by state; ``exit`` holds rows of the dense streams."""

    draws: Draws
    exit: NDArray[np.int64]
    support: NDArray[np.int64]
    coalition: NDArray[np.int64]
    orientation: NDArray[np.int64]  # (state * 4,)


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""

    def by_office(name: str, offices: tuple[str, ...] | None = None, high: float = np.inf):
        return [
            Read(
                (f"turnover.{name}.{entry.code}", f"turnover.{name}.{entry.office}"),
                otherwise=None if offices is None or entry.office in offices else 0.0,
                low=0,
                high=high,
            )
            for entry in layout.entries
        ]

    others = tuple(e.office for e in layout.entries if e.office != "two_term_president")
    return {
        "exit_hazard": by_office("exit_hazard"),
        "support_share": by_office("support_share", others, high=1),
        "party_loses": by_office("party_loses", ("two_term_president",), high=1),
        "sd_support": [Read(("turnover.orientation_sd_support",), low=0, firm=False)],
        "sd_leader": [Read(("turnover.orientation_sd_leader",), low=0, firm=False)],
        "coalition": [
            Read((f"coalitions.{state}.{name}.{component}",))
            for state, name in layout.coalitions
            for component in COMPONENTS
        ],
    }


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    codes = layout.index.codes
    return {
        "exit": [Stream(f"turnover/{code}/exit", dense=True) for code in codes],
        "support": [Stream(f"turnover/{code}/support") for code in codes],
        "coalition": [Stream(f"turnover/{code}/coalition") for code in codes],
        "orientation": [
            Stream(f"turnover/{code}/orientation-{component}")
            for code in codes
            for component in COMPONENTS
        ],
    }


@njit
def _pair_orientation(w, c, k, b):
    """Set the mean of both governments' orientation toward each other's role."""
    i, j = c.pairs[k, 0], c.pairs[k, 1]
    total = 0.0
    if c.toward[i, j] >= 0:
        total += w.orientation[4 * i + c.toward[i, j], b]
    if c.toward[j, i] >= 0:
        total += w.orientation[4 * j + c.toward[j, i], b]
    w.pair_orientation[k, b] = total / 2


@njit
def start(w, p, u, c):
    """Put the recorded governments in office."""
    for i in range(c.office.shape[0]):
        for b in range(w.coalition.shape[1]):
            w.coalition[i, b] = c.coalition[i]
            w.months_in_office[i, b] = c.months_in_office[i]
            w.months_since_support[i, b] = c.months_since_support[i]
            w.clock[i, b] = c.clock[i]
            w.terms[i, b] = c.terms[i]
            w.government_changed[i, b] = 0
            w.exit_probability[i, b] = probability_of(p.exit_hazard[i, b])
            for k in range(4):
                w.orientation[4 * i + k, b] = c.start_orientation[i, k]
        w.n_changed[i, 0] = 0
    for k in range(c.pairs.shape[0]):
        for b in range(w.coalition.shape[1]):
            _pair_orientation(w, c, k, b)


@njit
def _next_coalition(w, c, i, b, uniform):
    """Return the coalition that follows a change of support."""
    present = w.coalition[i, b]
    total = 0.0
    for k in range(c.first_coalition[i], c.first_coalition[i + 1]):
        if k != present:
            total += c.weight[k]
    if total <= 0.0:
        return present
    reached = 0.0
    chosen = present
    for k in range(c.first_coalition[i], c.first_coalition[i + 1]):
        if k != present and c.weight[k] > 0.0:
            reached += c.weight[k]
            chosen = k
            if reached > uniform * total:
                break
    return chosen


@njit
def _hand_over(w, p, u, c, t, i, b, change, drawn):
    """Put a new government in office; ``drawn`` draws the coalition of a change of support."""
    w.months_in_office[i, b] = 0
    w.government_changed[i, b] = change
    w.changed[i, w.n_changed[i, 0]] = b
    w.n_changed[i, 0] += 1
    if change == SUPPORT:
        w.months_since_support[i, b] = 0
        if drawn:
            w.coalition[i, b] = _next_coalition(
                w, c, i, b, one_uniform(u.draws, u.coalition[i], t, b)
            )
    for k in range(4):
        row = 4 * i + k
        noise = normal_quantile(one_uniform(u.draws, u.orientation[row], t, b))
        if change == SUPPORT:
            value = p.coalition[4 * w.coalition[i, b] + k, b] + p.sd_support[0, b] * noise
        else:
            value = w.orientation[row, b] + p.sd_leader[0, b] * noise
        w.orientation[row, b] = min(max(value, -1.0), 1.0)
    for j in range(c.office.shape[0]):
        if j != i:
            _pair_orientation(w, c, c.dyad[i, j], b)


@njit
def _leave(w, p, u, c, t, i, b, scheduled, held):
    """Decide one member's month in state i; called only where something may happen."""
    office = c.office[i]
    if held >= 0:
        change = SUPPORT if held != w.coalition[i, b] else LEADER
        w.coalition[i, b] = held
        w.clock[i, b] = c.term_months[i]
        w.terms[i, b] = 1
        _hand_over(w, p, u, c, t, i, b, change, False)
        return
    ended = office > 0 and w.clock[i, b] <= 0
    if ended:
        w.clock[i, b] = c.term_months[i]
    if office == TWO_TERM:
        if ended and not scheduled:
            if one_uniform(u.draws, u.support[i], t, b) < p.party_loses[i, b]:
                w.terms[i, b] = 1
                _hand_over(w, p, u, c, t, i, b, SUPPORT, True)
            elif w.terms[i, b] >= 2:
                w.terms[i, b] = 1
                _hand_over(w, p, u, c, t, i, b, LEADER, False)
            else:
                w.terms[i, b] += 1
        else:
            w.terms[i, b] = 1
            _hand_over(w, p, u, c, t, i, b, LEADER, False)
        return
    if office == ONE_TERM:
        w.clock[i, b] = c.term_months[i]
    changed = one_uniform(u.draws, u.support[i], t, b) < p.support_share[i, b]
    _hand_over(w, p, u, c, t, i, b, SUPPORT if changed else LEADER, True)


@njit
def step(w, p, x, u, c, t):
    """Let one month of turnover pass in every state."""
    for i in range(c.office.shape[0]):
        w.n_changed[i, 0] = 0
        office, since, clock = w.months_in_office[i], w.months_since_support[i], w.clock[i]
        changed, leaves = w.government_changed[i], w.exit_probability[i]
        for b in range(office.shape[0]):
            office[b] += 1
            since[b] += 1
            clock[b] -= 1
            changed[b] = 0
        uniform = dense_uniforms(u.draws, u.exit[i], t, 0)
        scheduled, held = c.scheduled[i, t] == 1, x.coalition[i, t]
        everyone = scheduled or held >= 0
        president = c.office[i] > 0
        for b in range(office.shape[0]):
            if everyone or uniform[b] < leaves[b] or (president and clock[b] <= 0):
                _leave(w, p, u, c, t, i, b, scheduled, held)

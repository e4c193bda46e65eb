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

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.core.states import COMPONENTS
from comity.simulate.compiled import compiled, inlined_part, part
from comity.simulate.draws import Draws, read_some, read_uniforms, whole
from comity.simulate.layout import ONE_TERM, TWO_TERM, Layout
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import normal_quantiles, probability_of

SOURCES = ("archigos", "chisols")
LEADER, SUPPORT = 1, 2
YEAR = 12


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    exit_hazard: NDArray[np.float64]  # (state,)          per month
    support_share: NDArray[np.float64]  # (state,)        probability
    party_loses: NDArray[np.float64]  # (state,)          probability
    sd_support: NDArray[np.float64]  # (1,)
    sd_leader: NDArray[np.float64]  # (1,)
    coalition: NDArray[np.float64]  # (coalition * 4,)    orientation, row 4 i + component


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


@inlined_part()
def pair_orientation(orientation, pairs, toward, k, b):
    """Return the mean of both governments' orientation toward each other's role."""
    i, j = pairs[k, 0], pairs[k, 1]
    total = 0.0
    if toward[i, j] >= 0:
        total += orientation[4 * i + toward[i, j], b]
    if toward[j, i] >= 0:
        total += orientation[4 * j + toward[j, i], b]
    return total / 2


@part()
def start(w, p, u, c):
    """Put the recorded governments in office."""
    members = w.coalition.shape[1]
    for i in range(c.office.shape[0]):
        for b in range(members):
            w.coalition[i, b] = c.coalition[i]
            w.months_in_office[i, b] = c.months_in_office[i]
            w.months_since_support[i, b] = c.months_since_support[i]
            w.clock[i, b] = c.clock[i]
            w.terms[i, b] = c.terms[i]
            w.government_changed[i, b] = 0
        w.exit_probability[i] = probability_of(p.exit_hazard[i])
        for k in range(4):
            for b in range(members):
                w.orientation[4 * i + k, b] = c.start_orientation[i, k]
        w.n_changed[i, 0] = 0
        w.n_settled_in[i, 0] = 0
    for k in range(c.pairs.shape[0]):
        for b in range(members):
            w.pair_orientation[k, b] = pair_orientation(w.orientation, c.pairs, c.toward, k, b)


@compiled()
def next_coalition(weight, first, last, present, uniform):
    """Return the coalition that follows: the first whose cumulative share exceeds the uniform.

    ``weight`` is (coalition,) over all states; the state's own are ``first`` to ``last`` - 1.
    """
    total = 0.0
    for k in range(first, last):
        if k != present:
            total += weight[k]
    reached = 0.0
    chosen = present
    for k in range(first, last):
        if k != present and weight[k] > 0.0:
            reached += weight[k]
            chosen = k
            if reached > uniform * total:
                break
    return chosen


@inlined_part()
def _decide(terms, i, b, office, scheduled, ended, support, share, loses):
    """Return 0 (the leader stays), LEADER or SUPPORT where something may happen.

    Keeps the count of a president's terms, ``terms`` (state, member).
    """
    if office != TWO_TERM:
        return SUPPORT if support < share else LEADER
    change = LEADER
    if ended and not scheduled:
        if support < loses:
            change = SUPPORT
        elif terms[i, b] < 2:
            change = 0
    terms[i, b] = terms[i, b] + 1 if change == 0 else 1
    return change


@part()
def _enter(w, p, u, c, t, i):
    """Give every new government of state i its coalition and its orientation."""
    n, changed, new, uniform = w.n_changed[i, 0], w.changed[i], w.government_changed[i], w.room[1]
    if n == 0:
        return
    for m in range(n):
        b = changed[m]
        w.months_in_office[i, b] = 0
        if new[b] == SUPPORT:
            w.months_since_support[i, b] = 0
    noise = w.room[2, : whole(n)]
    for k in range(4):
        row = 4 * i + k
        read_some(u.draws, u.orientation[row], t, changed, n, uniform)
        normal_quantiles(uniform[: whole(n)], noise)
        for m in range(n):
            b = changed[m]
            if new[b] == SUPPORT:
                value = p.coalition[4 * w.coalition[i, b] + k] + p.sd_support[0] * noise[m]
            else:
                value = w.orientation[row, b] + p.sd_leader[0] * noise[m]
            w.orientation[row, b] = min(max(value, -1.0), 1.0)
    for j in range(c.office.shape[0]):
        if j != i:
            k = c.dyad[i, j]
            for m in range(n):
                b = changed[m]
                w.pair_orientation[k, b] = pair_orientation(w.orientation, c.pairs, c.toward, k, b)


@part()
def _pass_month(w, x, u, c, t, i, flag):
    """Let the clocks of state i run on; ``flag`` gets 1 where something may happen, else 0."""
    office, since, clock = w.months_in_office[i], w.months_since_support[i], w.clock[i]
    changed, leaves, has_terms = w.government_changed[i], w.exit_probability[i], c.office[i] > 0
    everyone = c.scheduled[i, t] == 1 or x.coalition[i] >= 0
    read_uniforms(u.draws, u.exit[i], t, 0)
    uniform = u.draws.uniform[0]
    for b in range(office.shape[0]):
        office[b] += 1
        clock[b] -= 1
        changed[b] = 0
    for b in range(office.shape[0]):
        since[b] += 1
        acts = everyone | (uniform[b] < leaves) | (has_terms & (clock[b] <= 0)) | (since[b] == YEAR)
        flag[b] = 1.0 if acts else 0.0


@part()
def _replace(w, p, x, u, c, t, i, b, support, following):
    """Let the government of state i change in one member, if it does.

    ``support`` and ``following`` are its uniforms for whether and by which coalition.
    """
    row, kind, scheduled = x.coalition[i], c.office[i], c.scheduled[i, t] == 1
    ended, present = kind > 0 and w.clock[i, b] <= 0, w.coalition[i, b]
    held = -1 if row < 0 or math.isnan(w.held[row, b]) else int(w.held[row, b])
    if held >= 0:
        change = SUPPORT if held != present else LEADER
        w.coalition[i, b] = held
        w.terms[i, b] = 1
    elif scheduled or ended or u.draws.uniform[0, b] < w.exit_probability[i]:
        change = _decide(
            w.terms, i, b, kind, scheduled, ended, support, p.support_share[i], p.party_loses[i]
        )
        if change == SUPPORT:
            w.coalition[i, b] = next_coalition(
                c.weight, c.first_coalition[i], c.first_coalition[i + 1], present,
                following,
            )  # fmt: skip
    else:
        return
    if ended or held >= 0 or kind == ONE_TERM:
        w.clock[i, b] = c.term_months[i]
    if change > 0:
        w.government_changed[i, b] = change
        w.changed[i, w.n_changed[i, 0]] = b
        w.n_changed[i, 0] += 1


@part()
def step(w, p, x, u, c, t):
    """Let one month of turnover pass in every state."""
    flag, support, following, asked = w.room[0], w.room[1], w.room[2], w.reviewed[1]
    for i in range(c.office.shape[0]):
        w.n_changed[i, 0] = 0
        w.n_settled_in[i, 0] = 0
        since, n = w.months_since_support[i], 0
        _pass_month(w, x, u, c, t, i, flag)
        for b in range(flag.shape[0]):
            if flag[b] > 0.0:
                if since[b] == YEAR:
                    w.settled_in[i, w.n_settled_in[i, 0]] = b
                    w.n_settled_in[i, 0] += 1
                asked[n] = b
                n += 1
        read_some(u.draws, u.support[i], t, asked, n, support)
        read_some(u.draws, u.coalition[i], t, asked, n, following)
        for m in range(n):
            _replace(w, p, x, u, c, t, i, asked[m], support[m], following[m])
        _enter(w, p, u, c, t, i)

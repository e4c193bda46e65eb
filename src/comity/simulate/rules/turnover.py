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
from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import Draws, as_uniform, quarter_month, whole
from comity.simulate.layout import ONE_TERM, TWO_TERM, Layout
from comity.simulate.rare import end_list, list_marked, most_word, read_listed
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import normal_quantiles, probability_of

SOURCES = ("archigos", "chisols")
LEADER, SUPPORT = 1, 2
YEAR = 12
NEVER = 2**31 - 1


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
        since = c.months_since_support[i]
        for b in range(members):
            w.coalition[i, b] = c.coalition[i]
            w.unsettled[i, b] = 1 if since < YEAR else 0
            w.settles[i, b] = YEAR - 1 - since
            w.term_ends[i, b] = c.clock[i] - 1 if c.office[i] > 0 else NEVER
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


@part()
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
def _list(w, x, u, c, t):
    """List states and members in which something may happen; return how many there are."""
    n, marked, now = 0, w.marks[0], np.int32(t)  # narrow as what it is held against
    for i in range(c.office.shape[0]):
        everyone = (c.scheduled[i, t] == 1) | (x.coalition[i] >= 0)
        words = u.draws.words[u.exit[i], quarter_month(u.draws, t)]
        most, term_ends, settles = most_word(w.exit_probability[i]), w.term_ends[i], w.settles[i]
        for b in range(marked.shape[0]):
            by_itself = (term_ends[b] <= now) | (settles[b] == now)
            marked[b] = everyone | by_itself | (words[b] <= most)
        n = list_marked(w.mark_words[0], i, w.listed[0], w.listed[1], n)
    end_list(u.draws, w.listed[0], w.listed[1], w.addressed[0], n)
    return n


@part()
def _read(w, u, t, purpose, each, n, out):
    """Write the uniforms of ``n`` listed events from the streams of a purpose, ``each`` per state.

    That of event m from stream k is in place ``k * whole(n) + m``.
    """
    state, number, stream, width = w.listed[0], w.addressed[0], w.addressed[1], whole(n)
    for k in range(each):
        for m in range(width):
            stream[k * width + m] = purpose[each * state[m] + k]
            number[k * width + m] = number[m]
    read_listed(u.draws, t, stream, number, each * width, out)


@part()
def _replace(w, p, x, u, c, t, i, b, support, following):
    """Let the government of state i change in one member, if it does; return how it changed.

    ``support`` and ``following`` are its uniforms for whether and by which coalition.
    """
    row, kind, scheduled = x.coalition[i], c.office[i], c.scheduled[i, t] == 1
    ended, present = w.term_ends[i, b] <= t, w.coalition[i, b]
    held = -1 if row < 0 or math.isnan(w.held[row, b]) else int(w.held[row, b])
    word = u.draws.words[u.exit[i], quarter_month(u.draws, t), b]
    if held >= 0:
        change = SUPPORT if held != present else LEADER
        w.coalition[i, b] = held
        w.terms[i, b] = 1
    elif scheduled or ended or as_uniform(word) < w.exit_probability[i]:
        change = _decide(
            w.terms, i, b, kind, scheduled, ended, support, p.support_share[i], p.party_loses[i]
        )
        if change == SUPPORT:
            w.coalition[i, b] = next_coalition(
                c.weight, c.first_coalition[i], c.first_coalition[i + 1], present,
                following,
            )  # fmt: skip
    else:
        return 0
    if kind > 0 and (ended or held >= 0 or kind == ONE_TERM):
        w.term_ends[i, b] = t + c.term_months[i]
    return change


@part()
def _note(w, t, i, b, change):
    """Note that the government of state i changed in one member."""
    w.government_changed[i, b] = change
    w.changed[i, w.n_changed[i, 0]] = b
    w.n_changed[i, 0] += 1
    if change == SUPPORT:
        w.unsettled[i, b] = 1
        w.settles[i, b] = t + YEAR


@part()
def _pass_month(w, p, x, u, c, t):
    """Let governments change; list the new ones and return how many they are."""
    n, n_new, state, member = _list(w, x, u, c, t), 0, w.listed[0], w.listed[1]
    support, following = w.event_room[0], w.event_room[1]
    _read(w, u, t, u.support, 1, n, support)
    _read(w, u, t, u.coalition, 1, n, following)
    for m in range(n):
        i, b = state[m], member[m]
        if w.settles[i, b] == t:
            w.unsettled[i, b] = 0
            w.settled_in[i, w.n_settled_in[i, 0]] = b
            w.n_settled_in[i, 0] += 1
        change = _replace(w, p, x, u, c, t, i, b, support[m], following[m])
        if change > 0:
            _note(w, t, i, b, change)
            state[n_new], member[n_new] = i, b
            n_new += 1
    end_list(u.draws, state, member, w.addressed[0], n_new)
    return n_new


@part()
def _face(w, c, i):
    """Let new governments of state i be felt in how its pairs are disposed to each other."""
    changed, n = w.changed[i], w.n_changed[i, 0]
    if n == 0:
        return
    for j in range(c.office.shape[0]):
        if j != i:
            both, own, other = w.pair_orientation[c.dyad[i, j]], c.toward[i, j], c.toward[j, i]
            one, two = w.orientation[4 * i + max(own, 0)], w.orientation[4 * j + max(other, 0)]
            first, second = 0.5 if own >= 0 else 0.0, 0.5 if other >= 0 else 0.0
            for m in range(n):
                b = changed[m]
                both[b] = first * one[b] + second * two[b]


@part()
def _enter(w, p, u, c, t, n):
    """Give the ``n`` new governments that are listed their orientation."""
    state, member, width, noise = w.listed[0], w.listed[1], whole(n), w.event_room[1]
    _read(w, u, t, u.orientation, 4, n, w.event_room[0])
    normal_quantiles(w.event_room[0, : 4 * width], noise[: 4 * width])
    for m in range(n):
        i, b = state[m], member[m]
        is_support, party = w.government_changed[i, b] == SUPPORT, 4 * w.coalition[i, b]
        sd = p.sd_support[0] if is_support else p.sd_leader[0]
        for k in range(4):
            row = 4 * i + k
            center = p.coalition[party + k] if is_support else w.orientation[row, b]
            w.orientation[row, b] = min(max(center + sd * noise[k * width + m], -1.0), 1.0)
    for i in range(c.office.shape[0]):
        _face(w, c, i)


@part()
def step(w, p, x, u, c, t):
    """Let one month of turnover pass in every state."""
    for i in range(c.office.shape[0]):
        w.n_changed[i, 0] = 0
        w.n_settled_in[i, 0] = 0
        for b in range(w.government_changed.shape[1]):
            w.government_changed[i, b] = 0
    _enter(w, p, u, c, t, _pass_month(w, p, x, u, c, t))

"""Disputes: quarrels flare, feed on themselves, and come back where a mediator has left.

Theory
------
Old matters return by the calendar and in bursts: a flare draws an answer within weeks. Friendly
governments and working channels make flares rarer. What was settled by a mediator is less durable
once mediation stops [1]_.

Equation
--------
lambda = r season exp(-b_o (o - o_0) - b_K (K - K_0) + b_rel g (1 - M)) + e;
e' = b e + alpha (1 - b) n. The count n is Poisson(lambda), at most 5.

Parameters: ``dispute.rate.<docket>``, ``.season.<01..12>``, ``.orientation_effect``,
``.density_effect``, ``.branching``, ``.memory``, ``.severity_1``, ``.severity_2``,
``mediator.relapse_effect``, ``agreement.reference_density``. Streams: ``dispute/<docket>/flare``
(dense), ``/severity``.

References
----------
.. [1] Beardsley (2008). Agreement without peace? American Journal of Political Science 52(4).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import Draws, as_uniform, quarter_month, whole
from comity.simulate.layout import Layout
from comity.simulate.rare import end_list, list_marked, read_listed
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import LOG2_E, exponential, fused, poisson_quantile, power_above

SOURCES = ("beardsley-2008", "comity-chronology", "hensel")
MOST_SEVERE = 3
FAR = 490.0  # powers of 2 beyond which a rate is as good as 0 or without bound
_ALMOST_ONE = 1.0 - 2.0**-32


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    rate: NDArray[np.float64]  # (docket,)            flares per month
    season: NDArray[np.float64]  # (12,)              factor
    orientation_effect: NDArray[np.float64]  # (1,)
    density_effect: NDArray[np.float64]  # (1,)
    branching: NDArray[np.float64]  # (1,)            flares per flare
    memory: NDArray[np.float64]  # (1,)               per month
    severity: NDArray[np.float64]  # (2,)             probability of severity 1 and 2
    relapse: NDArray[np.float64]  # (1,)
    reference_density: NDArray[np.float64]  # (1,)


class Streams(NamedTuple):
    """Addresses by docket; ``flare`` holds rows of the dense streams."""

    draws: Draws
    flare: NDArray[np.int64]
    severity: NDArray[np.int64]


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""

    def one(name: str, low: float = -np.inf, high: float = np.inf) -> list[Read]:
        return [Read((f"dispute.{name}",), low=low, high=high)]

    return {
        "rate": [Read((f"dispute.rate.{docket}",), low=0) for docket in layout.dockets],
        "season": [
            Read((f"dispute.season.{month:02d}",), otherwise=1.0, low=0) for month in range(1, 13)
        ],
        "orientation_effect": one("orientation_effect"),
        "density_effect": one("density_effect"),
        "branching": one("branching", 0, 1),
        "memory": one("memory", 0, 1),
        "severity": [
            Read((f"dispute.severity_{grade}",), low=0, high=1, firm=False) for grade in (1, 2)
        ],
        "relapse": [Read(("mediator.relapse_effect",))],
        "reference_density": [Read(("agreement.reference_density",), low=0, high=1, firm=False)],
    }


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    names = layout.dockets
    return {
        "flare": [Stream(f"dispute/{name}/flare", dense=True) for name in names],
        "severity": [Stream(f"dispute/{name}/severity") for name in names],
    }


@part()
def start(w, p, u, c):
    """Open the dockets that are open on the record."""
    members, answer = w.severity.shape[1], p.branching[0] * (1.0 - p.memory[0])
    for k in range(c.pairs.shape[0]):
        for b in range(members):
            w.total_severity[k, b] = 0
            w.gravest[k, b] = 0
            w.load[k, b] = 0.0
            w.shock[k, b] = 0.0
    for d in range(c.docket_pair.shape[0]):
        k = c.docket_pair[d]
        for b in range(members):
            w.severity[d, b] = 0
            w.flares[d, b] = c.recent_flares[d]
            w.excitation[d, b] = answer * c.recent_flares[d]
            w.mediated_end[d, b] = 0.0
            grade(w, k, d, b, c.severity[d])
            w.gravest[k, b] = max(w.gravest[k, b], c.severity[d])


@inlined_part()
def grade(w, k, d, b, severity):
    """Give a docket of pair k a new severity in one member, and the pair its load."""
    w.total_severity[k, b] += severity - w.severity[d, b]
    w.load[k, b] = w.total_severity[k, b] * (1.0 / MOST_SEVERE)
    w.severity[d, b] = severity


@part()
def _settle_down(w, p, c):
    """Begin the month without any flare and with the shock that this is to a pair."""
    s1, s2 = p.severity[0], p.severity[1]
    usual = (s1 + 2.0 * s2 + MOST_SEVERE * (1.0 - s1 - s2)) / (1.0 - p.branching[0])
    for k in range(c.pairs.shape[0]):
        if c.has_docket[k]:
            mean = 0.0
            for d in range(c.docket_pair.shape[0]):
                if c.docket_pair[d] == k:
                    mean += usual * p.rate[d]
            for b in range(w.shock.shape[1]):
                w.shock[k, b] = -mean
    for d in range(c.docket_pair.shape[0]):
        for b in range(w.flares.shape[1]):
            w.flares[d, b] = 0


@part()
def _exponents(w, p, c, k, calm, again):
    """Write the power of 2 by which a pair's rates differ, and what a mediated end adds to it."""
    b_o, b_k = p.orientation_effect[0] * LOG2_E, p.density_effect[0] * LOG2_E
    toward, density, mediation = w.pair_orientation[k], w.density[k], w.mediation[k]
    o_0, k_0 = c.mean_history[0, k], p.reference_density[0]
    relapse = min(max(p.relapse[0] * LOG2_E, -FAR), FAR)
    for b in range(calm.shape[0]):
        power = b_o * (o_0 - toward[b]) + b_k * (k_0 - density[b])
        calm[b] = min(max(power, -FAR), FAR)
    for b in range(again.shape[0]):
        again[b] = relapse * (1.0 - mediation[b])


@part()
def _list_prone(w, p, x, u, c, t):
    """List dockets and members in which there may be a flare; return how many there are.

    At a rate of x there is a flare only where the uniform is above e^-x, so above 1 - x.
    """
    n, marked, calm, again = 0, w.marks[0], w.room[0], w.room[1]
    for k in range(c.pairs.shape[0]):
        if c.has_docket[k]:
            _exponents(w, p, c, k, calm, again)
            for d in range(c.docket_pair.shape[0]):
                if c.docket_pair[d] == k:
                    _mark(w, p, u, c, t, d, calm, again, marked)
                    if x.flare[d] >= 0:
                        held = w.held[x.flare[d]]
                        for b in range(marked.shape[0]):
                            marked[b] = 1 if held[b] > 0.0 else marked[b]
                    n = list_marked(w.mark_words[0], d, w.listed[0], w.listed[1], n)
    end_list(u.draws, w.listed[0], w.listed[1], w.addressed[0], n)
    return n


@part()
def _mark(w, p, u, c, t, d, calm, again, marked):
    """Mark who has a uniform above 1 - x or only a little below it, x a bound of the rate."""
    words, rate = u.draws.words[u.flare[d], quarter_month(u.draws, t)], p.rate[d]
    rate *= p.season[c.calendar[t]]
    mediated, excitation = w.mediated_end[d], w.excitation[d]
    for b in range(marked.shape[0]):
        power = power_above(fused(mediated[b], again[b], calm[b]))  # pyright: ignore
        least = fused(words[b], -(2.0**-32), _ALMOST_ONE)  # pyright: ignore
        marked[b] = fused(rate, power, excitation[b]) > least  # pyright: ignore


@part()
def _count(w, p, u, c, t, n):
    """Write the flares that the ``n`` listed have by chance to the first room of events."""
    docket, member, month = w.listed[0], w.listed[1], quarter_month(u.draws, t)
    out, excitation, uniform = w.event_room[0], w.event_room[1], w.event_room[2]
    b_o, b_k, relapse = p.orientation_effect[0], p.density_effect[0], p.relapse[0]
    k_0, season = p.reference_density[0], p.season[c.calendar[t]]
    for m in range(whole(n)):
        d, b = docket[m], member[m]
        k = c.docket_pair[d]
        calm = b_o * (w.pair_orientation[k, b] - c.mean_history[0, k])
        calm += b_k * (w.density[k, b] - k_0)
        out[m] = relapse * w.mediated_end[d, b] * (1.0 - w.mediation[k, b]) - calm
        excitation[m] = w.excitation[d, b]
        uniform[m] = as_uniform(u.draws.words[u.flare[d], month, b])
    for m in range(whole(n)):
        out[m] = season * exponential(out[m])
    for m in range(whole(n)):
        out[m] = p.rate[docket[m]] * out[m] + excitation[m]
    for m in range(whole(n)):
        out[m] = poisson_quantile(uniform[m], out[m])


@part()
def _strike(w, p, c, d, b, flares, severity):
    """Let the flares of one docket be felt in one member."""
    k = c.docket_pair[d]
    w.flares[d, b] = flares
    w.excitation[d, b] += p.branching[0] * (1.0 - p.memory[0]) * flares
    w.shock[k, b] += severity * flares
    w.mediated_end[d, b] = 0.0
    grade(w, k, d, b, max(severity, w.severity[d, b]))
    w.gravest[k, b] = max(severity, w.gravest[k, b])
    if severity == MOST_SEVERE:
        w.ruptured[k, b] = 1


@part()
def step(w, p, x, u, c, t):
    """Let one month of flares pass in every docket."""
    _settle_down(w, p, c)
    n, docket, member, s1, s2 = (
        _list_prone(w, p, x, u, c, t), w.listed[0], w.listed[1], p.severity[0], p.severity[1],
    )  # fmt: skip
    counts, uniform, stream = w.event_room[0], w.event_room[1], w.addressed[1]
    _count(w, p, u, c, t, n)
    for d in range(c.docket_pair.shape[0]):
        for b in range(w.excitation.shape[1]):
            w.excitation[d, b] *= p.memory[0]
    for m in range(whole(n)):
        stream[m] = u.severity[docket[m]]
    read_listed(u.draws, t, stream, w.addressed[0], n, uniform)
    for m in range(n):
        d, b = docket[m], member[m]
        row, flares, v = x.flare[d], int(counts[m]), uniform[m]
        severity = 1 + (v >= s1) + (v >= s1 + s2)
        held = 0 if row < 0 or math.isnan(w.held[row, b]) else int(w.held[row, b])
        if held > 0:
            severity, flares = held, max(flares, 1)
        if flares > 0:
            _strike(w, p, c, d, b, flares, severity)

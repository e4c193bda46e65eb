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

from comity.simulate.compiled import part
from comity.simulate.draws import Draws, read_some, read_uniforms
from comity.simulate.layout import Layout
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import exponential, poisson_quantile

SOURCES = ("beardsley-2008", "comity-chronology", "hensel")
MOST_SEVERE = 3


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
    members = w.severity.shape[1]
    for k in range(c.pairs.shape[0]):
        for b in range(members):
            w.load[k, b] = 0.0
            w.shock[k, b] = 0.0
    for d in range(c.docket_pair.shape[0]):
        for b in range(members):
            w.severity[d, b] = c.severity[d]
            w.flares[d, b] = c.recent_flares[d]
            w.excitation[d, b] = 0.0
            w.mediated_end[d, b] = 0.0
            w.load[c.docket_pair[d], b] += c.severity[d] / MOST_SEVERE


@part()
def _flare(w, p, c, d, k, month, uniform):
    """Draw one docket's flares of the month; return how many there are in the block."""
    excitation, flares, expected = w.excitation[d], w.flares[d], w.room[0]
    rate, toward, density = p.rate[d] * p.season[month], w.pair_orientation[k], w.density[k]
    b_o, b_k, relapse = p.orientation_effect[0], p.density_effect[0], p.relapse[0]
    mediation, mediated, o_0 = w.mediation[k], w.mediated_end[d], c.mean_history[0, k]
    k_0, memory, n_flared = p.reference_density[0], p.memory[0], 0
    answer = p.branching[0] * (1.0 - memory)
    for b in range(flares.shape[0]):
        excitation[b] = memory * excitation[b] + answer * flares[b]
    for b in range(flares.shape[0]):
        calm = b_o * (toward[b] - o_0) + b_k * (density[b] - k_0)
        back = relapse * mediated[b] * (1.0 - mediation[b])
        expected[b] = rate * exponential(back - calm) + excitation[b]
    for b in range(flares.shape[0]):
        flares[b] = poisson_quantile(uniform[b], expected[b])
    for b in range(flares.shape[0]):
        n_flared += flares[b]
    return n_flared


@part()
def _strike(w, p, c, d, b, held, v):
    """Let the flares of one docket be felt in one member; ``v`` is its uniform for severity."""
    k, s1, s2, flares = c.docket_pair[d], p.severity[0], p.severity[1], w.flares[d, b]
    grade = held
    if held == 0:
        grade = 1 if v < s1 else (2 if v < s1 + s2 else MOST_SEVERE)
    w.shock[k, b] += grade * flares
    w.severity[d, b] = max(w.severity[d, b], grade)
    w.mediated_end[d, b] = 0.0
    if grade == MOST_SEVERE:
        w.ruptured[k, b] = 1


@part()
def step(w, p, x, u, c, t):
    """Let one month of flares pass in every docket."""
    members, s1, s2 = w.severity.shape[1], p.severity[0], p.severity[1]
    for k in range(c.pairs.shape[0]):
        if c.has_docket[k]:
            for b in range(members):
                w.shock[k, b] = 0.0
    struck, uniform = w.reviewed[1], w.room[0]
    usual = (s1 + 2.0 * s2 + MOST_SEVERE * (1.0 - s1 - s2)) / (1.0 - p.branching[0])
    for d in range(c.docket_pair.shape[0]):
        k, row, flares = c.docket_pair[d], x.flare[d], w.flares[d]
        read_uniforms(u.draws, u.flare[d], t, 0)
        n_flared = _flare(w, p, c, d, k, c.calendar[t], u.draws.uniform[0])
        shock, mean = w.shock[k], usual * p.rate[d]
        for b in range(members):
            shock[b] -= mean
        if n_flared == 0 and row < 0:
            continue
        n = 0
        for b in range(members):
            held = 0 if row < 0 or math.isnan(w.held[row, b]) else int(w.held[row, b])
            if held > 0 and flares[b] < 1:
                flares[b] = 1
            if flares[b] > 0:
                struck[n] = b
                n += 1
        read_some(u.draws, u.severity[d], t, struck, n, uniform)
        for m in range(n):
            b = struck[m]
            held = 0 if row < 0 or math.isnan(w.held[row, b]) else int(w.held[row, b])
            _strike(w, p, c, d, b, held, uniform[m])

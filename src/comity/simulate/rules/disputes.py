"""Disputes: quarrels flare, feed on themselves, and are laid to rest.

Theory
------
Old matters return by the calendar and in bursts: a flare draws an answer within weeks. Friendly
governments and working channels make flares rarer; mediation by the hub helps to settle.

Equation
--------
lambda = r season exp(-b_o (o - o_0) - b_K (K - K_0)) + e;  e' = b e + alpha (1 - b) n. The count n
is Poisson(lambda), at most 5; an open docket is settled at the hazard
h exp(b_M M + b'_K (K - K_0) + b'_o (o - o_0)).

Parameters: ``dispute.rate.<docket>``, ``.season.<01..12>``, ``.orientation_effect``,
``.density_effect``, ``.branching``, ``.memory``, ``.severity_1``, ``.severity_2``,
``.settle_rate``, ``.mediation_effect``, ``.settle_density_effect``,
``.settle_orientation_effect``, ``agreement.reference_density``. Streams:
``dispute/<docket>/flare`` and ``/settle`` (dense), ``/severity``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import part
from comity.simulate.draws import Draws, one_uniform, read_uniforms
from comity.simulate.layout import Layout
from comity.simulate.reads import Read, Stream
from comity.simulate.transforms import exponential, poisson_quantile, probability_of

SOURCES = ("comity-chronology", "hensel")
MOST_SEVERE = 3


class Parameters(NamedTuple):
    """Each (entity, member)."""

    rate: NDArray[np.float64]  # (docket, B)            flares per month
    season: NDArray[np.float64]  # (12, B)              factor
    orientation_effect: NDArray[np.float64]  # (1, B)
    density_effect: NDArray[np.float64]  # (1, B)
    branching: NDArray[np.float64]  # (1, B)            flares per flare
    memory: NDArray[np.float64]  # (1, B)               per month
    severity: NDArray[np.float64]  # (2, B)             probability of severity 1 and 2
    settle_rate: NDArray[np.float64]  # (1, B)          per month
    mediation_effect: NDArray[np.float64]  # (1, B)
    settle_density: NDArray[np.float64]  # (1, B)
    settle_orientation: NDArray[np.float64]  # (1, B)
    reference_density: NDArray[np.float64]  # (1, B)


class Streams(NamedTuple):
    """Addresses by docket; ``flare`` and ``settle`` hold rows of the dense streams."""

    draws: Draws
    flare: NDArray[np.int64]
    settle: NDArray[np.int64]
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
        "settle_rate": one("settle_rate", 0),
        "mediation_effect": one("mediation_effect"),
        "settle_density": one("settle_density_effect"),
        "settle_orientation": one("settle_orientation_effect"),
        "reference_density": [Read(("agreement.reference_density",), low=0, high=1, firm=False)],
    }


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    names = layout.dockets
    return {
        "flare": [Stream(f"dispute/{name}/flare", dense=True) for name in names],
        "settle": [Stream(f"dispute/{name}/settle", dense=True) for name in names],
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


@part()
def _flare(w, p, c, d, k, month, uniform):
    """Draw one docket's flares of the month."""
    excitation, flares = w.excitation[d], w.flares[d]
    rate, season = p.rate[d], p.season[month]
    toward, density = w.pair_orientation[k], w.density[k]
    b_o, b_k, k_0 = p.orientation_effect[0], p.density_effect[0], p.reference_density[0]
    alpha, memory = p.branching[0], p.memory[0]
    expected, o_0 = w.room[0], c.mean_history[0, k]
    for b in range(flares.shape[0]):
        excitation[b] = memory[b] * excitation[b] + alpha[b] * (1.0 - memory[b]) * flares[b]
    for b in range(flares.shape[0]):
        calm = b_o[b] * (toward[b] - o_0) + b_k[b] * (density[b] - k_0[b])
        expected[b] = rate[b] * season[b] * exponential(-calm)
    for b in range(flares.shape[0]):
        flares[b] = poisson_quantile(uniform[b], expected[b] + excitation[b])


@part()
def _settling(w, p, c, k):
    """Put each member's probability that an open docket of the pair is settled into room 1."""
    out, toward = w.room[1], w.pair_orientation[k]
    density, mediation, k_0 = w.density[k], w.mediation[k], p.reference_density[0]
    b_m, b_k, b_o = p.mediation_effect[0], p.settle_density[0], p.settle_orientation[0]
    rate, o_0 = p.settle_rate[0], c.mean_history[0, k]
    for b in range(out.shape[0]):
        out[b] = b_m[b] * mediation[b] + b_k[b] * (density[b] - k_0[b])
    for b in range(out.shape[0]):
        out[b] = probability_of(rate[b] * exponential(out[b] + b_o[b] * (toward[b] - o_0)))


@part()
def step(w, p, x, u, c, t):
    """Let one month of flares and settlements pass in every docket."""
    members = w.severity.shape[1]
    for k in range(c.pairs.shape[0]):
        if c.has_docket[k]:
            for b in range(members):
                w.load[k, b] = 0.0
                w.shock[k, b] = 0.0
    s1, s2, alpha = p.severity[0], p.severity[1], p.branching[0]
    for d in range(c.docket_pair.shape[0]):
        k = c.docket_pair[d]
        read_uniforms(u.draws, u.flare[d], t, 0)
        read_uniforms(u.draws, u.settle[d], t, 1)
        _flare(w, p, c, d, k, c.calendar[t], u.draws.uniform[0])
        _settling(w, p, c, k)
        uniform, settles = u.draws.uniform[1], w.room[1]
        severity, flares, held = w.severity[d], w.flares[d], x.flare[d, t]
        load, shock, rate = w.load[k], w.shock[k], p.rate[d]
        for b in range(members):
            usual = s1[b] + 2.0 * s2[b] + MOST_SEVERE * (1.0 - s1[b] - s2[b])
            shock[b] -= usual * rate[b] / (1.0 - alpha[b])
        for b in range(members):
            if held > 0 and flares[b] < 1:
                flares[b] = 1
            if flares[b] > 0:
                grade = held
                if held == 0:
                    v = one_uniform(u.draws, u.severity[d], t, b)
                    grade = 1 if v < s1[b] else (2 if v < s1[b] + s2[b] else MOST_SEVERE)
                shock[b] += grade * flares[b]
                severity[b] = max(severity[b], grade)
            elif severity[b] > 0 and uniform[b] < settles[b]:
                severity[b] = 0
            load[b] += severity[b] / MOST_SEVERE

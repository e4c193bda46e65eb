"""Commitment, fear and alignment: what the hub is good for, and where a spoke stands for it.

Theory
------
A spoke fears to be abandoned when commitment is low and the threat is near [1]_ [2]_. Between hub
and rival it may stand with one in security and with the other in trade while they get on; as
tension rises the middle loses its charm and the two domains can no longer be told apart.

Equation
--------
C' = Cbar + rho (C - Cbar) + sigma eps; F = L(f_0 - f_C (C - 1/2) + f_T T (1 - s)); tension is how
far the hub's relation to its rivals lies below its mean, in sds, from 0 to 2; a <- a + eta (a* - a)
with a* the best point of `comity.simulate.alignment`.

Parameters: ``commitment.*``, ``abandonment.*``, ``rival_threat.*``, ``exposure.*``,
``alignment.*``, ``start.*`` (mean and spread of the hub's relation to its rivals). Streams:
``commitment/<spoke>/noise`` (dense).

References
----------
.. [1] Snyder (1984). The security dilemma in alliance politics. World Politics 36(4).
.. [2] Cha (1999). Alignment despite antagonism.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.alignment import best_in_domain, taste_and_linkage, ways
from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import Draws, quarter_month
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.reads import Read, Stream
from comity.simulate.rules.bargaining import is_round
from comity.simulate.rules.hub_line import hub_coalition, hub_coalitions
from comity.simulate.transforms import logistic

SOURCES = ("cha-1999", "snyder-1984")
HIGHEST_TENSION = 2.0
FLEXIBILITY, RIVAL_PRESSURE, ECONOMY, EXPOSURE, TARIFF = range(5)


class Parameters(NamedTuple):
    """Each (entity,), of the one parameter draw that a block lives in."""

    commitment: NDArray[np.float64]  # (hub coalition * spoke,)   0 to 1
    memory: NDArray[np.float64]  # (1,)                           per month
    noise_sd: NDArray[np.float64]  # (1,)
    abandonment: NDArray[np.float64]  # (3,)     intercept, effects of commitment and threat
    self_reliance: NDArray[np.float64]  # (spoke,)
    rival_threat: NDArray[np.float64]  # (spoke,)
    exposure: NDArray[np.float64]  # (spoke,)
    shape: NDArray[np.float64]  # (4,)           taste, its fall, linkage, its rise
    speed: NDArray[np.float64]  # (1,)           per month
    pulls: NDArray[np.float64]  # (5,)           flexibility, rival's pressure, economy, exposure,
    #                                              tariffs
    intercept: NDArray[np.float64]  # (1,)       logit
    mean: NDArray[np.float64]  # (rival,)
    level: NDArray[np.float64]  # (rival,)       at the start
    flare: NDArray[np.float64]  # (rival,)       at the start
    level_memory: NDArray[np.float64]  # (1,)
    level_step_sd: NDArray[np.float64]  # (rival,)


class Streams(NamedTuple):
    """Rows of the dense streams, by spoke."""

    draws: Draws
    noise: NDArray[np.int64]


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""

    def family(prefix: str, names: tuple[str, ...]) -> list[Read]:
        return [Read((f"{prefix}.{name}",)) for name in names]

    def by_spoke(name: str) -> list[Read]:
        return [Read((f"{name}.{code}", f"{name}.default"), low=0, high=1, firm=False)
                for code in layout.spokes]  # fmt: skip

    c = layout.constants
    rival_pairs = [layout.index.dyads[c.dyad[c.hub[0], rival]] for rival in c.rivals]
    return {
        "commitment": [
            Read((f"commitment.{code}.{name}", f"commitment.{name}", "commitment.default"),
                 low=0, high=1, firm=False)
            for name in hub_coalitions(layout)
            for code in layout.spokes
        ],
        "memory": [Read(("commitment.memory",), low=0, high=1)],
        "noise_sd": [Read(("commitment.noise_sd",), low=0)],
        "abandonment": family(
            "abandonment", ("intercept", "commitment_effect", "threat_effect")
        ),
        "self_reliance": by_spoke("abandonment.self_reliance"),
        "rival_threat": by_spoke("rival_threat"),
        "exposure": by_spoke("exposure"),
        "shape": [
            Read(("alignment.taste",), low=1e-6), Read(("alignment.taste_fall",), low=0),
            Read(("alignment.linkage",), low=0), Read(("alignment.linkage_rise",), low=0),
        ],
        "speed": [Read(("alignment.speed",), low=0, high=1)],
        "pulls": family(
            "alignment",
            ("flexibility_effect", "rival_pressure", "economy_orientation", "exposure_effect",
             "tariff_effect"),
        ),
        "intercept": [Read(("start.intercept",))],
        "mean": [Read((f"start.mean.{pair}",)) for pair in rival_pairs],
        "level": [Read((f"start.level.{pair}",)) for pair in rival_pairs],
        "flare": [Read((f"start.flare.{pair}",)) for pair in rival_pairs],
        "level_memory": [Read(("start.level_memory",))],
        "level_step_sd": [Read((f"start.level_step_sd.{pair}",), low=0) for pair in rival_pairs],
    }  # fmt: skip


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    names = [f"commitment/{code}/noise" for code in layout.spokes]
    return {"noise": [Stream(name, dense=True, normal=True) for name in names]}


@part()
def _tense(w, p, c, is_start):
    """Set tension from the hub's relations to its rivals; at the start from their parts."""
    tension, memory, n = w.tension[0], p.level_memory[0], c.rivals.shape[0]
    if n == 0:
        for b in range(tension.shape[0]):
            tension[b] = 0.0
    for row in range(n):
        relation, spread = w.relation[c.dyad[c.hub[0], c.rivals[row]]], p.level_step_sd[row]
        has_sd = memory < 1.0 and spread > 0.0
        per_sd = math.sqrt(1.0 - memory * memory) / spread / n if has_sd else 0.0
        usual = p.intercept[0] + p.mean[row]
        now = -p.level[row] - p.flare[row]  # relations are set only after this
        is_last = row == n - 1
        low, high = (0.0, HIGHEST_TENSION) if is_last else (-math.inf, math.inf)
        for b in range(tension.shape[0]):
            part_of_sum = per_sd * (now if is_start else usual - relation[b])
            sum_so_far = part_of_sum if row == 0 else tension[b] + part_of_sum
            tension[b] = min(max(sum_so_far, low), high)


@part()
def _part_domains(w, p):
    """Write what each member's tension makes of taste and linkage."""
    tension, for_both, for_one, own, across = (
        w.tension[0],
        w.ways[0],
        w.ways[1],
        w.ways[2],
        w.ways[3],
    )
    first, fall, second, rise = p.shape[0], p.shape[1], p.shape[2], p.shape[3]
    taste, linkage = for_both, for_one  # until the next loop
    for b in range(tension.shape[0]):
        taste[b], linkage[b] = taste_and_linkage(tension[b], first, fall, second, rise)
    for b in range(tension.shape[0]):
        for_both[b], for_one[b], own[b], across[b] = ways(taste[b], linkage[b])


@part()
def _fear(w, p, c, row):
    """Set the fear of one spoke from its commitment and its threat."""
    i = c.spokes[row]
    fear, commitment, threat = w.fear[i], w.commitment[row], w.threat[i]
    f_0, f_c, f_t = p.abandonment[0], p.abandonment[1], p.abandonment[2]
    own = p.self_reliance[row]
    for b in range(fear.shape[0]):
        near = f_t * threat[b] * (1.0 - own)
        fear[b] = logistic(f_0 - f_c * (commitment[b] - 0.5) + near)


@part()
def _concede(w, c, row):
    """Write the mean concession of one spoke over the demands of security."""
    n_spokes, n_issues, conceded = c.spokes.shape[0], 0, w.conceded[row]
    for k in range(c.in_security.shape[0]):
        n_issues += c.in_security[k]
    share = 1.0 / max(n_issues, 1)
    for b in range(conceded.shape[0]):
        conceded[b] = 0.0
    for k in range(c.in_security.shape[0]):
        if c.in_security[k]:
            concession = w.concession[k * n_spokes + row]
            for b in range(conceded.shape[0]):
                conceded[b] += concession[b] * share


@inlined_part()
def _pulls(hub, commitment, conceded, pressure, of_security, of_economy):
    """Return the pulls toward the hub in security and in economy."""
    threat, flexible, rival = of_security
    trade, exposed, tariff = of_economy
    security = commitment * threat + hub + (flexible * conceded - rival)
    return security, trade * hub - exposed - tariff * pressure


@part()
def _align(w, p, c, row, speed):
    """Move one spoke by a share of the way toward its best point."""
    i, conceded = c.spokes[row], w.conceded[row]
    hub, commitment, pressure = w.orientation[4 * i], w.commitment[row], w.pressure[i]
    of_security = p.rival_threat[row], p.pulls[FLEXIBILITY], p.pulls[RIVAL_PRESSURE]
    of_economy = p.pulls[ECONOMY], p.pulls[EXPOSURE] * p.exposure[row], p.pulls[TARIFF]
    v, y, q, z = w.ways[0], w.ways[1], w.ways[2], w.ways[3]
    first, second = w.alignment_security[row], w.alignment_economy[row]
    for b in range(first.shape[0]):
        g, h = _pulls(hub[b], commitment[b], conceded[b], pressure[b], of_security, of_economy)
        first[b] += speed * (best_in_domain(g, h, v[b], y[b], q[b], z[b]) - first[b])
    for b in range(second.shape[0]):
        g, h = _pulls(hub[b], commitment[b], conceded[b], pressure[b], of_security, of_economy)
        second[b] += speed * (best_in_domain(h, g, v[b], y[b], q[b], z[b]) - second[b])


@part()
def start(w, p, u, c):
    """Put commitment, fear, tension and alignment where today's government would have them."""
    n_spokes = c.spokes.shape[0]
    _tense(w, p, c, True)
    _part_domains(w, p)
    for i in range(w.fear.shape[0]):
        for b in range(w.fear.shape[1]):
            w.fear[i, b] = 0.0
    for row in range(w.concession.shape[0]):
        for b in range(w.concession.shape[1]):
            w.concession[row, b] = 0.0
    for row in range(n_spokes):
        for b in range(w.commitment.shape[1]):
            mean = p.commitment[hub_coalition(w, c, b) * n_spokes + row]
            w.commitment[row, b] = w.usual_commitment[row, b] = mean
        _fear(w, p, c, row)
        _concede(w, c, row)
        _align(w, p, c, row, 1.0)


@part()
def step(w, p, x, u, c, t):
    """Move commitment, fear, tension and alignment by one month."""
    n_spokes, hub = c.spokes.shape[0], c.hub[0]
    _tense(w, p, c, False)
    pull(w, x, x.tension[0], w.tension[0])
    _part_domains(w, p)
    memory, sd = p.memory[0], p.noise_sd[0]
    terms_are_new = t == 0 or is_round(c, t - 1)
    for row in range(n_spokes):
        noise = u.draws.normals[u.noise[row], quarter_month(u.draws, t)]
        commitment, mean = w.commitment[row], w.usual_commitment[row]
        for m in range(w.n_changed[hub, 0]):
            b = w.changed[hub, m]
            mean[b] = p.commitment[hub_coalition(w, c, b) * n_spokes + row]
        for b in range(commitment.shape[0]):
            value = mean[b] + memory * (commitment[b] - mean[b]) + sd * noise[b]
            commitment[b] = min(max(value, 0.0), 1.0)
        pull(w, x, x.commitment[row], commitment)
        _fear(w, p, c, row)
        pull(w, x, x.fear[row], w.fear[c.spokes[row]])
        if terms_are_new:
            _concede(w, c, row)
        _align(w, p, c, row, p.speed[0])
        pull(w, x, x.alignment_security[row], w.alignment_security[row])
        pull(w, x, x.alignment_economy[row], w.alignment_economy[row])

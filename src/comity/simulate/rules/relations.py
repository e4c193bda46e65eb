"""Relations: a slow level, a fast flare, and what the drivers move.

Theory
------
A quarrel moves relations at once and passes; what lasts works through drivers (governments, open
disputes, mediation, agreements, threat, third parties, the hub), and takes months to arrive.

Equation
--------
r = c + mu + l + u + s;  l' = rho l + q_l eps;  u' = rho_u u + w q_u eps - f sum(severity n - mean);
s' = rho_s s + (1 - rho_s)(Z - Z_0) + impulses, rho_s = 2^(-1/half-life). Z is the sum over drivers
of effect times value; Z_0 the same at the recorded means. `driver_sum` says it term by term.

Parameters: ``start.*`` (the posterior draw of the starting relations), ``relation.beta.*``,
``.driver_half_life``, ``.flare_effect``, ``.flare_remainder``, ``.government_sd``,
``.leader_effect_share``. Streams: ``relation/<dyad>/level`` and ``/flare`` (dense),
``/government``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.simulate.compiled import inlined_part, part
from comity.simulate.draws import Draws, one_uniform, read_uniforms
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.reads import Read, Stream
from comity.simulate.rules.turnover import SUPPORT
from comity.simulate.transforms import (
    hyperbolic_tangent,
    normal_quantiles,
    student_t4_quantile,
)

SOURCES = ("comity-chronology",)
BOUND = 12.0
STRAIN_DISTANCE = 0.5

EFFECTS = (
    "orientation", "dispute_load", "mediation", "agreement_stock", "shared_threat", "balance",
    "density", "fear_symmetric", "fear_asymmetric", "pressure_common", "pressure_unequal",
    "pressure_axis", "talks_hub", "talks_spoke", "talks_strain",
)  # fmt: skip
(
    ORIENTATION, LOAD, MEDIATION, STOCK, THREAT, BALANCE, DENSITY, FEAR_SYMMETRIC, FEAR_ASYMMETRIC,
    PRESSURE_COMMON, PRESSURE_UNEQUAL, PRESSURE_AXIS, TALKS_HUB, TALKS_SPOKE, TALKS_STRAIN,
) = range(len(EFFECTS))  # fmt: skip


class Parameters(NamedTuple):
    """Each (entity, member); all but ``effect`` in logits of the pair's relation or shares."""

    effect: NDArray[np.float64]  # (effect, B)          long-run effects, in the order of EFFECTS
    half_life: NDArray[np.float64]  # (1, B)            months
    flare_effect: NDArray[np.float64]  # (1, B)         per step of severity
    flare_remainder: NDArray[np.float64]  # (1, B)      share
    government_sd: NDArray[np.float64]  # (1, B)
    leader_share: NDArray[np.float64]  # (1, B)         share
    intercept: NDArray[np.float64]  # (1, B)
    mean: NDArray[np.float64]  # (dyad, B)
    level: NDArray[np.float64]  # (dyad, B)             at the start
    flare: NDArray[np.float64]  # (dyad, B)             at the start
    level_memory: NDArray[np.float64]  # (1, B)         per month
    level_step_sd: NDArray[np.float64]  # (dyad, B)
    flare_memory: NDArray[np.float64]  # (1, B)
    flare_step_sd: NDArray[np.float64]  # (dyad, B)


class Streams(NamedTuple):
    """Addresses by pair; ``level`` and ``flare`` hold rows of the dense streams."""

    draws: Draws
    level: NDArray[np.int64]
    flare: NDArray[np.int64]
    government: NDArray[np.int64]


def parameters(layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""

    def one(
        name: str, low: float = -np.inf, high: float = np.inf, *, firm: bool = True
    ) -> list[Read]:
        return [Read((name,), low=low, high=high, firm=firm)]

    def by_pair(name: str, low: float = -np.inf) -> list[Read]:
        return [Read((f"start.{name}.{dyad}",), low=low) for dyad in layout.index.dyads]

    return {
        "effect": [Read((f"relation.beta.{name}",)) for name in EFFECTS],
        "half_life": one("relation.driver_half_life", low=1e-6),
        "flare_effect": one("relation.flare_effect"),
        "flare_remainder": one("relation.flare_remainder", 0, 1, firm=False),
        "government_sd": one("relation.government_sd", 0, firm=False),
        "leader_share": one("relation.leader_effect_share", 0, 1, firm=False),
        "intercept": one("start.intercept"),
        "mean": by_pair("mean"),
        "level": by_pair("level"),
        "flare": by_pair("flare"),
        "level_memory": one("start.level_memory"),
        "level_step_sd": by_pair("level_step_sd", 0),
        "flare_memory": one("start.flare_memory"),
        "flare_step_sd": by_pair("flare_step_sd", 0),
    }


def streams(layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    pairs = layout.index.dyads
    return {
        "level": [Stream(f"relation/{pair}/level", dense=True) for pair in pairs],
        "flare": [Stream(f"relation/{pair}/flare", dense=True) for pair in pairs],
        "government": [Stream(f"relation/{pair}/government") for pair in pairs],
    }


@inlined_part()
def _common_terms(w, c, k, effect, toward, load, mediation, stock, out):
    """Write the terms that every pair has; the four recorded drivers come as (member,) arrays."""
    i, j = c.pairs[k, 0], c.pairs[k, 1]
    threat_i, threat_j, density = w.threat[i], w.threat[j], w.density[k]
    for b in range(out.shape[0]):
        out[b] = effect[ORIENTATION, b] * toward[b] + effect[LOAD, b] * load[b]
    for b in range(out.shape[0]):
        out[b] += effect[MEDIATION, b] * mediation[b] + effect[STOCK, b] * stock[b]
    for b in range(out.shape[0]):
        out[b] += effect[THREAT, b] * min(threat_i[b], threat_j[b])
    for b in range(out.shape[0]):
        out[b] += effect[DENSITY, b] * density[b]


@inlined_part()
def _balance_term(w, c, k, effect, out):
    """Add agreement about third parties: friends of friends, foes of foes."""
    i, j, states = c.pairs[k, 0], c.pairs[k, 1], c.office.shape[0]
    if states < 3:
        return
    for third in range(states):
        if third != i and third != j:
            first, second = w.closeness[c.dyad[i, third]], w.closeness[c.dyad[j, third]]
            weight = effect[BALANCE]
            for b in range(out.shape[0]):
                out[b] += weight[b] * first[b] * second[b] / (states - 2)


@inlined_part()
def _role_terms(w, c, k, effect, out):
    """Add what only pairs of certain roles have."""
    i, j = c.pairs[k, 0], c.pairs[k, 1]
    if c.two_spokes[k]:
        fear_i, fear_j, press_i, press_j = w.fear[i], w.fear[j], w.pressure[i], w.pressure[j]
        for b in range(out.shape[0]):
            out[b] += effect[FEAR_SYMMETRIC, b] * min(fear_i[b], fear_j[b])
            out[b] += effect[FEAR_ASYMMETRIC, b] * abs(fear_i[b] - fear_j[b])
        for b in range(out.shape[0]):
            out[b] += effect[PRESSURE_COMMON, b] * min(press_i[b], press_j[b])
            out[b] += effect[PRESSURE_UNEQUAL, b] * abs(press_i[b] - press_j[b])
        for b in range(out.shape[0]):
            talks = 0.0
            for m in range(c.proliferators.shape[0]):
                talks = max(talks, w.talks[c.proliferators[m], b])
            apart = abs(w.orientation[4 * i + 3, b] - w.orientation[4 * j + 3, b])
            if apart > STRAIN_DISTANCE:
                out[b] += effect[TALKS_STRAIN, b] * talks
    if c.hub_spoke[k] >= 0:
        pressure = w.pressure[c.hub_spoke[k]]
        for b in range(out.shape[0]):
            out[b] += effect[PRESSURE_AXIS, b] * pressure[b]
    if c.hub_proliferator[k] >= 0:
        talks_hub = w.talks[c.hub_proliferator[k]]
        for b in range(out.shape[0]):
            out[b] += effect[TALKS_HUB, b] * talks_hub[b]
    if c.spoke_proliferator[k, 0] >= 0:
        toward = w.orientation[4 * c.spoke_proliferator[k, 0] + 3]
        talks_spoke = w.talks[c.spoke_proliferator[k, 1]]
        for b in range(out.shape[0]):
            out[b] += effect[TALKS_SPOKE, b] * talks_spoke[b] * toward[b]


@inlined_part()
def driver_sum(w, c, k, effect, toward, load, mediation, stock, out):
    """Write Z of pair k without the government effect, (member,), from last month's relations."""
    _common_terms(w, c, k, effect, toward, load, mediation, stock, out)
    _balance_term(w, c, k, effect, out)
    _role_terms(w, c, k, effect, out)


@part()
def _closeness(w):
    for k in range(w.relation.shape[0]):
        relation, close = w.relation[k], w.closeness[k]
        for b in range(relation.shape[0]):
            close[b] = hyperbolic_tangent(relation[b])


@part()
def _at_record(w, c, k, effect, values, room, out):
    """Write Z of pair k with the four recorded drivers at ``values``, (4, dyad)."""
    for m in range(4):
        for b in range(out.shape[0]):
            room[m, b] = values[m, k]
    driver_sum(w, c, k, effect, room[0], room[1], room[2], room[3], out)


@part()
def start(w, p, u, c):
    """Put every pair at its measured relation, the drivers' share of it in ``driver``."""
    members = w.relation.shape[1]
    room = w.record
    for b in range(members):
        w.driver_memory[0, b] = 2.0 ** (-1.0 / p.half_life[0, b])
        w.out_of_range[0, b] = 0
    for k in range(c.pairs.shape[0]):
        for b in range(members):
            relation = p.intercept[0, b] + p.mean[k, b] + p.level[k, b] + p.flare[k, b]
            w.relation[k, b] = relation  # as measured; only what is simulated is held in range
            w.flare[k, b] = p.flare[k, b]
            w.government_effect[k, b] = 0.0
    _closeness(w)
    for k in range(c.pairs.shape[0]):
        for b in range(members):
            w.first_closeness[k, b] = w.closeness[k, b]
    for k in range(c.pairs.shape[0]):
        _at_record(w, c, k, p.effect, c.mean_history, room, w.reference[k])
        _at_record(w, c, k, p.effect, c.last_history, room, w.driver[k])
        for b in range(members):
            w.driver[k, b] -= w.reference[k, b]
            w.level[k, b] = p.level[k, b] - w.driver[k, b]


@part()
def _new_governments(w, p, u, c, t, i):
    """Draw what each new government of state i and its counterparts do beyond what is measured."""
    for m in range(w.n_changed[i, 0]):
        b = w.changed[i, m]
        for j in range(c.office.shape[0]):
            if j == i:
                continue
            k = c.dyad[i, j]
            is_support = (
                w.government_changed[i, b] == SUPPORT or w.government_changed[j, b] == SUPPORT
            )
            size = 1.0 if is_support else p.leader_share[0, b]
            noise = student_t4_quantile(one_uniform(u.draws, u.government[k], t, b))
            w.government_effect[k, b] = p.government_sd[0, b] * size * noise


@part()
def _relate(w, p, c, k, room):
    """Move the three parts of pair k by a month; ``room`` holds both normals."""
    level, rho, q = w.level[k], p.level_memory[0], p.level_step_sd[k]
    noise = room[0]
    for b in range(level.shape[0]):
        level[b] = rho[b] * level[b] + q[b] * noise[b]
    flare, rho_u, q_u, jolt = w.flare[k], p.flare_memory[0], p.flare_step_sd[k], room[1]
    remainder, shock, f = p.flare_remainder[0], w.shock[k], p.flare_effect[0]
    if c.has_docket[k]:
        for b in range(flare.shape[0]):
            jolt[b] *= remainder[b]
    for b in range(flare.shape[0]):
        flare[b] = rho_u[b] * flare[b] + q_u[b] * jolt[b]
    for b in range(flare.shape[0]):
        flare[b] -= f[b] * shock[b]


@part()
def step(w, p, x, u, c, t):
    """Move every pair's relation by one month."""
    members = w.relation.shape[1]
    for i in range(c.office.shape[0]):
        _new_governments(w, p, u, c, t, i)
    memory, total = w.driver_memory[0], w.room[0]
    for k in range(c.pairs.shape[0]):
        driver_sum(
            w, c, k, p.effect, w.pair_orientation[k], w.load[k], w.mediation[k], w.stock[k], total
        )
        driver, effect, reference = w.driver[k], w.government_effect[k], w.reference[k]
        impulse = w.impulse[k]
        for b in range(members):
            total[b] += effect[b] - reference[b]
        for b in range(members):
            driver[b] = memory[b] * driver[b] + (1.0 - memory[b]) * total[b]
        for b in range(members):
            driver[b] += impulse[b]
        room = u.draws.uniform
        for slot in range(2):
            row = u.level[k] if slot == 0 else u.flare[k]
            read_uniforms(u.draws, row, t, slot)
            normal_quantiles(room[slot], w.room[1])
            for b in range(members):
                room[slot, b] = w.room[1, b]
        _relate(w, p, c, k, room)
        relation, level, flare, mean = w.relation[k], w.level[k], w.flare[k], p.mean[k]
        outside, intercept = w.out_of_range[0], p.intercept[0]
        for b in range(members):
            relation[b] = (intercept[b] + mean[b]) + (level[b] + flare[b]) + driver[b]
        for b in range(members):
            if abs(relation[b]) > BOUND:
                relation[b] = min(max(relation[b], -BOUND), BOUND)
                outside[b] = 1
        if x.relation[k] >= 0:  # the level keeps what a lever leaves
            for b in range(members):
                total[b] = relation[b]
            pull(w, x, x.relation[k], relation)
            for b in range(members):
                level[b] += relation[b] - total[b]
    _closeness(w)

"""Relations: a slow level, a fast flare, and what the drivers move.

Theory
------
A quarrel moves relations at once and passes; what lasts works through drivers (governments, open
disputes, mediation, agreements, threat, third parties, the hub), and takes months to arrive.

Equation
--------
r = c + mu + l + u + s;  l' = rho l + q_l eps;  u' = rho_u u + w q_u eps - f sum(severity n - mean);
s' = rho_s s + (1 - rho_s)(Z - Z_0) + impulses, rho_s = 2^(-1/half-life). Z is the sum over drivers
of effect times value; Z_0 the same at the recorded means. `_driver_sum` says it term by term.

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
from comity.simulate.draws import Draws, read_normals, read_some, whole
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.reads import Read, Stream
from comity.simulate.rules.turnover import SUPPORT
from comity.simulate.transforms import hyperbolic_tangent, student_t4_quantile

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
    """Each (entity,), of the draw a block lives in; all but ``effect`` in logits or shares."""

    effect: NDArray[np.float64]  # (effect,)          long-run effects, in the order of EFFECTS
    half_life: NDArray[np.float64]  # (1,)            months
    flare_effect: NDArray[np.float64]  # (1,)         per step of severity
    flare_remainder: NDArray[np.float64]  # (1,)      share
    government_sd: NDArray[np.float64]  # (1,)
    leader_share: NDArray[np.float64]  # (1,)         share
    intercept: NDArray[np.float64]  # (1,)
    mean: NDArray[np.float64]  # (dyad,)
    level: NDArray[np.float64]  # (dyad,)             at the start
    flare: NDArray[np.float64]  # (dyad,)             at the start
    level_memory: NDArray[np.float64]  # (1,)         per month
    level_step_sd: NDArray[np.float64]  # (dyad,)
    flare_memory: NDArray[np.float64]  # (1,)
    flare_step_sd: NDArray[np.float64]  # (dyad,)


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
def _common_terms(w, c, k, effect, out):
    """Add the terms that every pair has besides the four recorded ones."""
    threat_i, threat_j, density = w.threat[c.pairs[k, 0]], w.threat[c.pairs[k, 1]], w.density[k]
    b_t, b_d = effect[THREAT], effect[DENSITY]
    for b in range(out.shape[0]):
        out[b] += b_t * min(threat_i[b], threat_j[b]) + b_d * density[b]


@inlined_part()
def _balance_term(w, c, k, effect, out):
    """Add agreement about third parties: friends of friends, foes of foes."""
    i, j, states = c.pairs[k, 0], c.pairs[k, 1], c.office.shape[0]
    if states < 3:
        return
    weight, other = effect[BALANCE] / (states - 2), -1
    for third in range(states):
        if third in (i, j):
            continue
        if other < 0:
            other = third
            continue
        first, second = w.closeness[c.dyad[i, third]], w.closeness[c.dyad[j, third]]
        also_i, also_j = w.closeness[c.dyad[i, other]], w.closeness[c.dyad[j, other]]
        for b in range(out.shape[0]):
            out[b] += weight * (first[b] * second[b] + also_i[b] * also_j[b])
        other = -1
    if other >= 0:
        first, second = w.closeness[c.dyad[i, other]], w.closeness[c.dyad[j, other]]
        for b in range(out.shape[0]):
            out[b] += weight * first[b] * second[b]


@inlined_part()
def _spoke_terms(w, c, i, j, effect, out):
    """Add what only pairs of spokes have."""
    fear_i, fear_j, press_i, press_j = w.fear[i], w.fear[j], w.pressure[i], w.pressure[j]
    b_s, b_a = effect[FEAR_SYMMETRIC], effect[FEAR_ASYMMETRIC]
    b_c, b_u = effect[PRESSURE_COMMON], effect[PRESSURE_UNEQUAL]
    for b in range(out.shape[0]):
        out[b] += b_s * min(fear_i[b], fear_j[b]) + b_a * abs(fear_i[b] - fear_j[b])
    for b in range(out.shape[0]):
        out[b] += b_c * min(press_i[b], press_j[b]) + b_u * abs(press_i[b] - press_j[b])
    strain = effect[TALKS_STRAIN]
    lean_i, lean_j = w.orientation[4 * i + 3], w.orientation[4 * j + 3]
    for b in range(out.shape[0]):
        talks = 0.0
        for m in range(c.proliferators.shape[0]):
            talks = max(talks, w.talks[c.proliferators[m], b])
        out[b] += strain * talks if abs(lean_i[b] - lean_j[b]) > STRAIN_DISTANCE else 0.0


@inlined_part()
def _role_terms(w, c, k, effect, out):
    """Add what only pairs of certain roles have."""
    if c.two_spokes[k]:
        _spoke_terms(w, c, c.pairs[k, 0], c.pairs[k, 1], effect, out)
    if c.hub_spoke[k] >= 0:
        pressure, b_x = w.pressure[c.hub_spoke[k]], effect[PRESSURE_AXIS]
        for b in range(out.shape[0]):
            out[b] += b_x * pressure[b]
    if c.hub_proliferator[k] >= 0:
        talks_hub, b_h = w.talks[c.hub_proliferator[k]], effect[TALKS_HUB]
        for b in range(out.shape[0]):
            out[b] += b_h * talks_hub[b]
    if c.spoke_proliferator[k, 0] >= 0:
        toward = w.orientation[4 * c.spoke_proliferator[k, 0] + 3]
        talks_spoke, b_p = w.talks[c.spoke_proliferator[k, 1]], effect[TALKS_SPOKE]
        for b in range(out.shape[0]):
            out[b] += b_p * talks_spoke[b] * toward[b]


@inlined_part()
def _driver_sum(w, c, k, effect, out):
    """Write Z of pair k without the government effect, (member,), from last month's relations."""
    toward, load, mediation, stock = w.pair_orientation[k], w.load[k], w.mediation[k], w.stock[k]
    b_o, b_l, b_m, b_s = effect[ORIENTATION], effect[LOAD], effect[MEDIATION], effect[STOCK]
    for b in range(out.shape[0]):
        out[b] = b_o * toward[b] + b_l * load[b] + b_m * mediation[b] + b_s * stock[b]
    _common_terms(w, c, k, effect, out)
    _balance_term(w, c, k, effect, out)
    _role_terms(w, c, k, effect, out)


@part()
def _closeness(w):
    for k in range(w.relation.shape[0]):
        relation, close = w.relation[k], w.closeness[k]
        for b in range(relation.shape[0]):
            close[b] = hyperbolic_tangent(relation[b])


@part()
def _at_record(w, c, k, effect, values, room):
    """Return Z of pair k with the four recorded drivers at ``values``, (4, dyad).

    At the start all members of a block are alike; the first one is asked.
    """
    room[0] = effect[ORIENTATION] * values[0, k] + effect[LOAD] * values[1, k]
    room[0] += effect[MEDIATION] * values[2, k] + effect[STOCK] * values[3, k]
    _common_terms(w, c, k, effect, room)
    _balance_term(w, c, k, effect, room)
    _role_terms(w, c, k, effect, room)
    return room[0]


@part()
def start(w, p, u, c):
    """Put every pair at its measured relation, the drivers' share of it in ``driver``."""
    members, room = w.relation.shape[1], w.room[0, :1]
    w.driver_memory[0] = 2.0 ** (-1.0 / p.half_life[0])
    for b in range(members):
        w.out_of_range[0, b] = 0
    for k in range(c.pairs.shape[0]):
        # As measured; only what is simulated is held in range.
        relation = p.intercept[0] + p.mean[k] + p.level[k] + p.flare[k]
        for b in range(members):
            w.relation[k, b] = relation
            w.flare[k, b] = p.flare[k]
            w.government_effect[k, b] = 0.0
    _closeness(w)
    for k in range(c.pairs.shape[0]):
        w.first_closeness[k] = w.closeness[k, 0]
        w.reference[k] = _at_record(w, c, k, p.effect, c.mean_history, room)
        moved = _at_record(w, c, k, p.effect, c.last_history, room) - w.reference[k]
        for b in range(members):
            w.driver[k, b] = moved
            w.level[k, b] = p.level[k] - moved


@part()
def _new_governments(w, p, u, c, t, i):
    """Draw what each new government of state i and its counterparts do beyond what is measured."""
    n, changed, noise, sd = w.n_changed[i, 0], w.changed[i], w.room[0], p.government_sd[0]
    if n == 0:
        return
    for j in range(c.office.shape[0]):
        if j == i:
            continue
        k, first, second = c.dyad[i, j], w.government_changed[i], w.government_changed[j]
        read_some(u.draws, u.government[k], t, changed, n, noise)
        for m in range(whole(n)):
            noise[m] = student_t4_quantile(noise[m])
        for m in range(n):
            b = changed[m]
            is_support = first[b] == SUPPORT or second[b] == SUPPORT
            size = 1.0 if is_support else p.leader_share[0]
            w.government_effect[k, b] = sd * size * noise[m]


@part()
def _move_driver(w, p, c, k, total):
    """Let pair k's drivers arrive by a month; ``total`` is scratch."""
    _driver_sum(w, c, k, p.effect, total)
    memory, reference = w.driver_memory[0], w.reference[k]
    driver, effect, impulse = w.driver[k], w.government_effect[k], w.impulse[k]
    for b in range(driver.shape[0]):
        arriving = (1.0 - memory) * (total[b] + (effect[b] - reference))
        driver[b] = memory * driver[b] + arriving + impulse[b]


@part()
def _move_level(w, p, u, k, t, noise):
    """Move the slow level and the flare of pair k by a month; ``noise`` is scratch."""
    level, rho, q = w.level[k], p.level_memory[0], p.level_step_sd[k]
    read_normals(u.draws, u.level[k], t, noise)
    for b in range(level.shape[0]):
        level[b] = rho * level[b] + q * noise[b]


@part()
def _move_flare(w, p, u, c, k, t, noise):
    flare, rho, q, shock, f = (
        w.flare[k], p.flare_memory[0], p.flare_step_sd[k], w.shock[k], p.flare_effect[0]
    )  # fmt: skip
    if c.has_docket[k]:
        q *= p.flare_remainder[0]
    read_normals(u.draws, u.flare[k], t, noise)
    for b in range(flare.shape[0]):
        flare[b] = rho * flare[b] + q * noise[b] - f * shock[b]


@part()
def _add_up(w, p, k):
    """Add the parts of pair k's relation, held in range."""
    relation, level, flare, driver = w.relation[k], w.level[k], w.flare[k], w.driver[k]
    usual, n_outside = p.intercept[0] + p.mean[k], 0
    for b in range(relation.shape[0]):
        relation[b] = usual + (level[b] + flare[b]) + driver[b]
        n_outside += abs(relation[b]) > BOUND
    if n_outside > 0:
        for b in range(relation.shape[0]):
            if abs(relation[b]) > BOUND:
                relation[b] = min(max(relation[b], -BOUND), BOUND)
                w.out_of_range[0, b] = 1


@part()
def step(w, p, x, u, c, t):
    """Move every pair's relation by one month."""
    for i in range(c.office.shape[0]):
        _new_governments(w, p, u, c, t, i)
    room = w.room[0]
    for k in range(c.pairs.shape[0]):
        _move_driver(w, p, c, k, room)
        _move_level(w, p, u, k, t, room)
        _move_flare(w, p, u, c, k, t, room)
        _add_up(w, p, k)
        if x.relation[k] >= 0:  # the level keeps what a lever leaves
            relation, level = w.relation[k], w.level[k]
            for b in range(room.shape[0]):
                room[b] = relation[b]
            pull(w, x, x.relation[k], relation)
            for b in range(room.shape[0]):
                level[b] += relation[b] - room[b]
    _closeness(w)

"""Relations: a slow level, a fast flare, and what the drivers move.

Theory
------
A quarrel moves relations at once and passes; what lasts works through drivers (governments, open
disputes, mediation, agreements, threat, third parties, the hub), and takes months to arrive.

Equation
--------
r = c + mu + l + u + s;  l' = rho l + q_l eps;  u' = rho_u u + w q_u eps - f sum(severity n - mean);
s' = rho_s s + (1 - rho_s)(Z - Z_0) + impulses, rho_s = 2^(-1/half-life). Z is the sum over drivers
of effect times value; Z_0 the same at the recorded means. `_move_driver` says it term by term.

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
from comity.simulate.draws import Draws, quarter_month, read_some, whole
from comity.simulate.layout import Layout
from comity.simulate.levers import pull
from comity.simulate.reads import Read, Stream
from comity.simulate.rules.turnover import SUPPORT
from comity.simulate.single import hyperbolic_tangent
from comity.simulate.transforms import student_t4_quantile

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
        "level": [Stream(f"relation/{pair}/level", dense=True, normal=True) for pair in pairs],
        "flare": [Stream(f"relation/{pair}/flare", dense=True, normal=True) for pair in pairs],
        "government": [Stream(f"relation/{pair}/government") for pair in pairs],
    }


@inlined_part()
def _third(i, j, number):
    """Return the state of this number among those that are neither i nor j > i."""
    number += number >= i
    return number + (number >= j)


@inlined_part()
def _add_balance(w, c, k, share, effect, out):
    """Add agreement about third parties: friends of friends, foes of foes."""
    i, j, thirds = c.pairs[k, 0], c.pairs[k, 1], c.office.shape[0] - 2
    weight, close, to_i, to_j = share * effect[BALANCE] / thirds, w.closeness, c.dyad[i], c.dyad[j]
    for m in range(0, thirds - 3, 4):  # four at a time: every loop over members costs to enter
        f, g, h, q = _third(i, j, m), _third(i, j, m + 1), _third(i, j, m + 2), _third(i, j, m + 3)
        f_i, g_i, h_i, q_i = close[to_i[f]], close[to_i[g]], close[to_i[h]], close[to_i[q]]
        f_j, g_j, h_j, q_j = close[to_j[f]], close[to_j[g]], close[to_j[h]], close[to_j[q]]
        for b in range(out.shape[0]):
            two = f_i[b] * f_j[b] + g_i[b] * g_j[b]
            out[b] += weight * (two + (h_i[b] * h_j[b] + q_i[b] * q_j[b]))
    for m in range(thirds // 4 * 4, thirds):
        h = _third(i, j, m)
        h_i, h_j = close[to_i[h]], close[to_j[h]]
        for b in range(out.shape[0]):
            out[b] += weight * (h_i[b] * h_j[b])


@inlined_part()
def _add_fear_and_pressure(w, i, j, share, effect, out):
    """Add what pairs of spokes have in common, and how far they differ."""
    fear_i, fear_j, press_i, press_j = w.fear[i], w.fear[j], w.pressure[i], w.pressure[j]
    b_s, b_a = share * effect[FEAR_SYMMETRIC], share * effect[FEAR_ASYMMETRIC]
    b_c, b_u = share * effect[PRESSURE_COMMON], share * effect[PRESSURE_UNEQUAL]
    for b in range(out.shape[0]):
        out[b] += b_s * min(fear_i[b], fear_j[b]) + b_a * abs(fear_i[b] - fear_j[b])
    for b in range(out.shape[0]):
        out[b] += b_c * min(press_i[b], press_j[b]) + b_u * abs(press_i[b] - press_j[b])


@inlined_part()
def _add_strain(w, c, i, j, share, effect, out):
    """Add what talks do to spokes that stand apart toward proliferators."""
    talks, strain = w.room[1], share * effect[TALKS_STRAIN]
    lean_i, lean_j = w.orientation[4 * i + 3], w.orientation[4 * j + 3]
    for b in range(out.shape[0]):
        talks[b] = 0.0
    for m in range(c.proliferators.shape[0]):
        these = w.talks[c.proliferators[m]]
        for b in range(out.shape[0]):
            talks[b] = max(talks[b], these[b])
    for b in range(out.shape[0]):
        out[b] += strain * talks[b] if abs(lean_i[b] - lean_j[b]) > STRAIN_DISTANCE else 0.0


@inlined_part()
def _add_roles(w, c, k, share, effect, out):
    """Add what only pairs of certain roles have."""
    if c.two_spokes[k]:
        _add_fear_and_pressure(w, c.pairs[k, 0], c.pairs[k, 1], share, effect, out)
        _add_strain(w, c, c.pairs[k, 0], c.pairs[k, 1], share, effect, out)
    if c.hub_spoke[k] >= 0:
        pressure, b_x = w.pressure[c.hub_spoke[k]], share * effect[PRESSURE_AXIS]
        for b in range(out.shape[0]):
            out[b] += b_x * pressure[b]
    if c.hub_proliferator[k] >= 0:
        talks_hub, b_h = w.talks[c.hub_proliferator[k]], share * effect[TALKS_HUB]
        for b in range(out.shape[0]):
            out[b] += b_h * talks_hub[b]
    if c.spoke_proliferator[k, 0] >= 0:
        toward = w.orientation[4 * c.spoke_proliferator[k, 0] + 3]
        talks_spoke, b_p = w.talks[c.spoke_proliferator[k, 1]], share * effect[TALKS_SPOKE]
        for b in range(out.shape[0]):
            out[b] += b_p * talks_spoke[b] * toward[b]


@inlined_part()
def _shared_threat(w, c, k, b):
    return min(w.threat[c.pairs[k, 0], b], w.threat[c.pairs[k, 1], b])


@inlined_part()
def _what_moves(x, c, k):
    """Return whether pair k's threat, its load and mediation, and its density may change.

    Without a docket there is no load; allies alone hold beliefs about each other.
    """
    i, j = c.pairs[k, 0], c.pairs[k, 1]
    threat = (x.threat[i] >= 0) | (x.threat[j] >= 0)
    quarrel = (c.has_docket[k] > 0) | (x.mediation[k] >= 0)
    return threat, quarrel, (c.belief[i, j] >= 0) | (x.density[k] >= 0)


@inlined_part()
def _same_for_all(w, x, c, k, effect):
    """Return the terms that neither a rule nor a lever moves, as the first member has them."""
    threat_moves, quarrel_moves, density_moves = _what_moves(x, c, k)
    total = 0.0 if threat_moves else effect[THREAT] * _shared_threat(w, c, k, 0)
    total += 0.0 if quarrel_moves else effect[MEDIATION] * w.mediation[k, 0]
    return total + (0.0 if density_moves else effect[DENSITY] * w.density[k, 0])


@inlined_part()
def _add_what_moves(w, x, c, k, share, effect, out):
    """Add the terms that `_same_for_all` leaves out."""
    threat_moves, quarrel_moves, density_moves = _what_moves(x, c, k)
    load, mediation, density = w.load[k], w.mediation[k], w.density[k]
    b_t, b_d = share * effect[THREAT], share * effect[DENSITY]
    b_l, b_m = share * effect[LOAD], share * effect[MEDIATION]
    if threat_moves:
        for b in range(out.shape[0]):
            out[b] += b_t * _shared_threat(w, c, k, b)
    if quarrel_moves:
        for b in range(out.shape[0]):
            out[b] += b_l * load[b] + b_m * mediation[b]
    if density_moves:
        for b in range(out.shape[0]):
            out[b] += b_d * density[b]


@part()
def _at_record(w, c, k, effect, values, room):
    """Return Z of pair k with the four recorded drivers at ``values``, (4, dyad).

    At the start all members of a block are alike; the first one is asked.
    """
    room[0] = effect[ORIENTATION] * values[0, k] + effect[LOAD] * values[1, k]
    room[0] += effect[MEDIATION] * values[2, k] + effect[STOCK] * values[3, k]
    room[0] += effect[THREAT] * _shared_threat(w, c, k, 0) + effect[DENSITY] * w.density[k, 0]
    _add_balance(w, c, k, 1.0, effect, room)
    _add_roles(w, c, k, 1.0, effect, room)
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
            w.politics[k, b] = p.effect[ORIENTATION] * w.pair_orientation[k, b]
        _take_closeness(w, k)
    for k in range(c.pairs.shape[0]):
        w.first_closeness[k] = w.closeness[k, 0]
        w.reference[k] = _at_record(w, c, k, p.effect, c.mean_history, room)
        moved = _at_record(w, c, k, p.effect, c.last_history, room) - w.reference[k]
        for b in range(members):
            w.driver[k, b] = moved
            w.level[k, b] = p.level[k] - moved


@part()
def _new_governments(w, p, u, c, t, i):
    """Let each new government of state i act on its pairs: by its orientation, and beyond it.

    The numbers of all pairs are drawn first: none has to wait for another then.
    """
    n, changed, noise, n_noise = w.n_changed[i, 0], w.changed[i], w.long_room, 0
    if n == 0:
        return
    for j in range(c.office.shape[0]):
        if j != i:
            room = noise[n_noise : n_noise + whole(n)]
            read_some(u.draws, u.government[c.dyad[i, j]], t, changed, n, room)
            n_noise += whole(n)
    for m in range(n_noise):
        noise[m] = p.government_sd[0] * student_t4_quantile(noise[m])
    n_noise = 0
    for j in range(c.office.shape[0]):
        if j != i:
            _act(w, p, c, i, j, noise[n_noise : n_noise + whole(n)])
            n_noise += whole(n)


@inlined_part()
def _act(w, p, c, i, j, noise):
    """Put what governments that are new in state i, and state j's, do to their pair's drivers."""
    k, n, changed, b_o = c.dyad[i, j], w.n_changed[i, 0], w.changed[i], p.effect[ORIENTATION]
    first, second = w.government_changed[i], w.government_changed[j]
    politics, toward = w.politics[k], w.pair_orientation[k]
    for m in range(n):
        b = changed[m]
        is_support = (first[b] == SUPPORT) | (second[b] == SUPPORT)
        size = 1.0 if is_support else p.leader_share[0]
        politics[b] = b_o * toward[b] + size * noise[m]


@part()
def _move_driver(w, p, x, c, k):
    """Let a month's share of Z - Z_0 of pair k arrive, from last month's relations."""
    driver, memory, impulse, b_s = w.driver[k], w.driver_memory[0], w.impulse[k], p.effect[STOCK]
    politics, stock, share = w.politics[k], w.stock[k], 1.0 - memory
    same = _same_for_all(w, x, c, k, p.effect) - w.reference[k]
    for b in range(driver.shape[0]):
        arriving = share * (same + politics[b] + b_s * stock[b])
        driver[b] = memory * driver[b] + arriving + impulse[b]
    _add_what_moves(w, x, c, k, share, p.effect, driver)
    _add_balance(w, c, k, share, p.effect, driver)
    _add_roles(w, c, k, share, p.effect, driver)


@part()
def _move_level_and_flare(w, p, u, c, k, t):
    """Move the slow level and the fast flare of pair k by a month."""
    level, rho, q = w.level[k], p.level_memory[0], p.level_step_sd[k]
    flare, rho_u, q_u = w.flare[k], p.flare_memory[0], p.flare_step_sd[k]
    if c.has_docket[k]:
        q_u *= p.flare_remainder[0]
    normals, month = u.draws.normals, quarter_month(u.draws, t)
    noise, other_noise = normals[u.level[k], month], normals[u.flare[k], month]
    for b in range(level.shape[0]):
        level[b] = rho * level[b] + q * noise[b]
        flare[b] = rho_u * flare[b] + q_u * other_noise[b]
    if c.has_docket[k]:
        shock, f = w.shock[k], p.flare_effect[0]
        for b in range(flare.shape[0]):
            flare[b] -= f * shock[b]


@part()
def _add_up(w, p, k):
    """Add the parts of pair k's relation, held in range."""
    level, flare, driver, usual = w.level[k], w.flare[k], w.driver[k], p.intercept[0] + p.mean[k]
    relation, close, n_outside = w.relation[k], w.closeness[k], 0
    for b in range(relation.shape[0]):
        total = usual + (level[b] + flare[b]) + driver[b]
        relation[b] = total
        close[b] = hyperbolic_tangent(total)
        n_outside += abs(total) > BOUND
    if n_outside > 0:  # closeness is 1 or -1 there either way
        for b in range(relation.shape[0]):
            if abs(relation[b]) > BOUND:
                relation[b] = min(max(relation[b], -BOUND), BOUND)
                w.out_of_range[0, b] = 1


@part()
def _take_closeness(w, k):
    relation, close = w.relation[k], w.closeness[k]
    for b in range(relation.shape[0]):
        close[b] = hyperbolic_tangent(relation[b])


@part()
def _pull_relation(w, x, k, free):
    """Pass pair k's relation through its levers; the level keeps what they leave."""
    relation, level = w.relation[k], w.level[k]
    for b in range(free.shape[0]):
        free[b] = relation[b]
    pull(w, x, x.relation[k], relation)
    for b in range(free.shape[0]):
        level[b] += relation[b] - free[b]
    _take_closeness(w, k)


@part()
def step(w, p, x, u, c, t):
    """Move every pair's relation by one month."""
    for i in range(c.office.shape[0]):
        _new_governments(w, p, u, c, t, i)
    for k in range(c.pairs.shape[0]):  # all of them before any relation moves
        _move_driver(w, p, x, c, k)
    for k in range(c.pairs.shape[0]):
        _move_level_and_flare(w, p, u, c, k, t)
        _add_up(w, p, k)
        if x.relation[k] >= 0:
            _pull_relation(w, x, k, w.room[0])

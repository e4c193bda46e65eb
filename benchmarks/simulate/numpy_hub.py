"""The hub's line, the spokes between hub and rival, bargaining and the staged track, vectorized."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats, Ints = NDArray[np.float64], NDArray[np.int64]


def logistic(x: Floats) -> Floats:
    """Return the logistic function."""
    return 1 / (1 + np.exp(-x))


def open_hub(w: Any) -> None:
    """Put the hub's line, the spokes, demands and tracks where they start."""
    c, p, states, spokes = w.c, w.p["bargaining"], w.c.office.size, w.c.spokes.size
    w.posture, w.fear = np.zeros(w.n), np.zeros((states, w.n))
    w.pressure, w.threat = np.zeros((states, w.n)), w.p["hub_line"].threat
    w.usual_commitment = np.zeros((spokes, w.n))
    take_line(w, w.everyone)
    w.first_posture, w.commitment = w.posture.copy(), w.usual_commitment.copy()
    n_demands = c.in_security.size
    w.concession = np.zeros((n_demands, spokes, w.n))
    w.coordination = np.zeros((n_demands, w.n), bool)
    w.weight = p.hub_stake / p.hub_stake.sum(axis=0)
    bound = p.spoke_stake * (1 + p.constraint_effect[0] * p.constraint)
    w.stake = bound[:, None] * p.cost_factor  # (demand, spoke, member)
    w.alignment = np.zeros((2, spokes, w.n))
    q = w.p["alignment"]
    w.tension = tension(w, -q.level - q.flare)
    set_fear(w)
    w.alignment = best_alignment(w)
    w.stage = np.floor(w.p["track"].start_stage + 0.5).astype(np.int64)
    w.talks = np.zeros((states, w.n))
    w.talks[c.proliferators] = w.stage > 0


def take_line(w: Any, m: Ints) -> None:
    """Take the line of the hub's government in members m."""
    c, p, hub = w.c, w.p["hub_line"], w.c.hub[0]
    own = w.coalition[hub, m] - c.first_coalition[hub]
    w.posture[m] = p.posture[own, m]
    w.pressure[:, m] = p.pressure.reshape(-1, c.office.size, w.n)[own, :, m].T
    w.usual_commitment[:, m] = (
        w.p["alignment"].commitment.reshape(-1, c.spokes.size, w.n)[own, :, m].T
    )


def tension(w: Any, below: Floats) -> Floats:
    """Return tension from how far relations to each rival lie below their mean, (rival, member)."""
    p, n = w.p["alignment"], w.c.rivals.size
    rho = p.level_memory[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = p.level_step_sd / np.sqrt(1 - rho**2)
        x = np.where((rho < 1) & (p.level_step_sd > 0), below / sd, 0)
    return np.clip(x.sum(axis=0) / max(n, 1), 0, 2)


def set_fear(w: Any) -> None:
    """Set the fear of every spoke."""
    p, spokes = w.p["alignment"], w.c.spokes
    f_0, f_c, f_t = p.abandonment
    near = f_t * w.threat[spokes] * (1 - p.self_reliance)
    w.fear[spokes] = logistic(f_0 - f_c * (w.commitment - 0.5) + near)


def best_alignment(w: Any) -> Floats:
    """Return the best point of every spoke, (domain, spoke, member)."""
    c, p = w.c, w.p["alignment"]
    taste_0, fall, linkage_0, rise = p.shape
    flexibility, rival_pressure, economy_effect, exposure, tariff = p.pulls
    hub = w.o[c.spokes, 0]
    own = c.in_security == 1
    conceded = w.concession[own].mean(axis=0) if own.any() else 0
    security = w.commitment * p.rival_threat + hub + flexibility * conceded - rival_pressure
    economy = economy_effect * hub - exposure * p.exposure - tariff * w.pressure[c.spokes]
    taste = np.broadcast_to(taste_0 * np.exp(-fall * w.tension), hub.shape)
    linkage = np.broadcast_to(linkage_0 * (np.exp(rise * w.tension) - 1), hub.shape)
    total, split = (security + economy) / taste, (security - economy) / (taste + 2 * linkage)
    point = np.stack([total + split, total - split]) / 2
    row, m = np.nonzero((abs(point) > 0.5).any(axis=0))
    point[:, row, m] = best_edge(*(x[row, m] for x in (security, economy, taste, linkage)))
    return 0.5 + point


def best_edge(security: Floats, economy: Floats, taste: Floats, linkage: Floats) -> Floats:
    """Return the best point on the edges of the square, (domain, item)."""
    points = []
    for end in (-0.5, 0.5):
        other = np.clip((economy + linkage * end) / (taste + linkage), -0.5, 0.5)
        points.append(np.stack([np.full_like(other, end), other]))
        other = np.clip((security + linkage * end) / (taste + linkage), -0.5, 0.5)
        points.append(np.stack([other, np.full_like(other, end)]))
    x, y = np.stack(points, axis=1)  # (edge, item)
    value = security * x + economy * y - taste * (x**2 + y**2) / 2 - linkage * (x - y) ** 2 / 2
    best = value.argmax(axis=0)[None]
    return np.concatenate([np.take_along_axis(x, best, 0), np.take_along_axis(y, best, 0)])


def move_spokes(w: Any) -> None:
    """Move tension, commitment, fear and alignment."""
    c, p = w.c, w.p["alignment"]
    w.tension = tension(w, p.intercept + p.mean - w.relation[c.dyad[c.hub[0], c.rivals]])
    noise = p.noise_sd * w.rng.standard_normal(w.commitment.shape)
    usual = w.usual_commitment
    w.commitment = np.clip(usual + p.memory * (w.commitment - usual) + noise, 0, 1)
    set_fear(w)
    w.alignment += p.speed * (best_alignment(w) - w.alignment)


# Bargaining


def bargain(w: Any) -> None:
    """Hold a round on every demand, then let homes ratify."""
    c, p = w.c, w.p["bargaining"]
    loss = p.harm * w.pressure[c.spokes] + p.security_value * w.fear[c.spokes]
    pairs = c.spoke_pairs
    cost = ((1 - w.density[pairs]) * logistic(-w.relation[pairs])).sum(axis=0)
    cost = p.cost[0] * cost / max(pairs.size, 1)
    offers, value = np.empty_like(w.concession), np.zeros_like(loss)
    for k in range(c.in_security.size):
        alone, kept_alone = solve_alone(w, p, k, loss * w.weight[k])
        joint, kept_joint = solve_together(w, p, k, loss * w.weight[k])
        coordinate(w, p, k, cost, alone, kept_alone, joint, kept_joint)
        offers[k] = np.where(w.coordination[k], joint, alone)
        value += np.where(w.coordination[k], kept_joint, kept_alone)
    ratio = np.divide(value, loss, out=np.zeros_like(value), where=loss > 0)
    passes = w.rng.random(loss.shape) < logistic(p.ratification * ratio)
    w.concession = np.where(passes, offers, w.concession)
    for row, s in enumerate(c.spokes):
        pair, m = c.dyad[c.hub[0], s], np.flatnonzero(~passes[row])
        w.impulse[pair, m] += p.impulse[0, m]
        w.ruptured[pair, m] = True


def solve_alone(w: Any, p: Any, k: int, loss: Floats) -> tuple[Floats, Floats]:
    """Return terms and surplus of every spoke alone, (spoke, member)."""
    gain, cost, beta = p.hub_stake[k], w.stake[k], p.power[0]
    a = gain**2 / cost
    outside = p.substitutability[k] * (a.sum(axis=0) - a) - w.weight[k] * p.breakdown_loss[0]
    rest, square = (1 - beta) * outside, a * (1 - beta / 2)
    m = (rest + np.sqrt(rest**2 + 4 * square * beta * loss)) / (2 * square)
    y = np.minimum(m * gain / cost, 1)
    least = np.maximum(outside, 0) / gain
    deal = (least <= 1) & (cost * least**2 / 2 <= loss)
    return np.where(deal, y, 0), np.where(deal, loss - cost * y**2 / 2, 0)


def solve_together(w: Any, p: Any, k: int, loss: Floats) -> tuple[Floats, Floats]:
    """Return terms and surplus of all spokes at one table, (spoke, member)."""
    gain, cost, n_spokes = p.hub_stake[k], w.stake[k], w.c.spokes.size
    outside = -w.weight[k] * (n_spokes * p.breakdown_loss[0] + p.joint_loss[0])
    total, beta = loss.sum(axis=0), p.power[0]
    a = (gain**2 / cost).sum(axis=0)
    rest, square = (1 - beta) * outside, a * (1 - beta / 2)
    y = (rest + np.sqrt(rest**2 + 4 * square * beta * total)) / (2 * square) * gain / cost
    m = np.flatnonzero((y > 1).any(axis=0))
    y[:, m] = capped(gain[m], cost[:, m], total[m], outside[m], beta[m])
    return y, loss - cost * y**2 / 2


def capped(gain: Floats, cost: Floats, loss: Floats, outside: Floats, beta: Floats) -> Floats:
    """Return the concessions of a table where some are whole, (spoke, item)."""
    m = np.zeros_like(loss)
    for _ in range(cost.shape[0] + 1):
        whole = m * gain >= cost
        weight = np.where(whole, 0, gain**2 / cost).sum(axis=0)
        rest = (1 - beta) * (outside - gain * whole.sum(axis=0))
        square = weight * (1 - beta / 2)
        left = loss - np.where(whole, cost / 2, 0).sum(axis=0)
        inside = np.maximum(rest**2 + 4 * square * beta * left, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(weight > 0, (rest + np.sqrt(inside)) / (2 * square), np.inf)
        m = np.maximum(m, found)
    return np.minimum(m * gain / cost, 1)


def coordinate(
    w: Any, p: Any, k: int, cost: Floats,
    alone: Floats, kept_alone: Floats, joint: Floats, kept_joint: Floats,
) -> None:  # fmt: skip
    """Begin or end coordination on demand k."""
    weight, together = w.weight[k], w.coordination[k]
    stay, quit_ = kept_joint / weight - cost, kept_alone / weight
    least = (stay - quit_).min(axis=0)
    won = np.maximum(p.hub_stake[k] * (alone - joint).sum(axis=0), 0)
    tempted = quit_ + p.wedge_share[0] * won / weight
    defects = (tempted > stay) & (p.patience[0] * (tempted - quit_) < tempted - stay)
    u, size = w.rng.random(w.n), p.gain_effect[0] * least
    ends = defects.any(axis=0) | (u < 1 - np.exp(-3 * p.end_rate[0] * np.exp(-size)))
    begins = (least > 0) & (u < 1 - np.exp(-3 * p.start_rate[0] * np.exp(size)))
    w.coordination[k] = np.where(together, ~ends, begins)


# The track


def move_track(w: Any) -> None:
    """Move every proliferator's stage."""
    c, p, hub = w.c, w.p["track"], w.c.hub[0]
    peace, pace, patron, unity = p.effect
    for row, target in enumerate(c.proliferators):
        x = peace * w.o[hub, 3]
        if c.spokes.size:
            x += pace * w.o[c.spokes, 3].mean(axis=0)
        patrons = c.patrons[c.patrons != target]
        if patrons.size:
            x -= patron * w.close[c.dyad[patrons, target]].mean(axis=0)
        if c.spoke_pairs.size:
            x += unity * w.close[c.spoke_pairs].mean(axis=0)
        z, size = w.stage[row], np.exp(x)
        forward = np.where(z < 4, p.forward[np.minimum(z, 3), w.everyone] * size, 0)
        back = np.where(z > 0, p.back[np.maximum(z - 1, 0), w.everyone] / size, 0)
        u, moves = w.rng.random(w.n), 1 - np.exp(-forward - back)
        ahead = u * (forward + back) < moves * forward
        after = np.where(ahead, z + 1, np.where(u < moves, np.where(z < 3, 0, z - 1), z))
        m = np.flatnonzero(after != z)
        steps = (np.maximum(after[m], 1) - np.maximum(z[m], 1)).astype(float)
        steps *= np.where(steps < 0, p.collapse[0, m], 1)
        if target != hub:
            w.impulse[c.dyad[hub, target], m] += steps * p.step_hub[0, m]
        for s in c.spokes[c.spokes != target]:
            w.impulse[c.dyad[s, target], m] += steps * p.step_spoke[0, m] * w.o[s, 3, m]
        w.stage[row] = after
        w.talks[target] = after > 0

"""Beliefs, meetings, channels and the common good, vectorized."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from numpy_hub import logistic

Floats = NDArray[np.float64]


def leaning(w: Any) -> Floats:
    """Return how each government believed about leans to its believer, (belief, member)."""
    i, component = w.c.about, w.c.toward[w.c.about, w.c.believer]
    out = w.o[i, component]
    out[component < 0] = 0
    return out


def open_beliefs(w: Any) -> None:
    """Believe the record, and take present rates of meetings for the past year's."""
    c = w.c
    w.belief = leaning(w)
    w.doubt = np.repeat(w.p["beliefs"].start_variance, c.believer.size, axis=0)
    w.upheld = np.zeros(w.belief.shape, np.int64)
    w.recent = 12 * w.p["signals"].summit_rate
    w.meets = np.zeros((c.pairs.shape[0], w.n), bool)
    w.together = np.zeros((1, w.n), bool)
    w.public_good = np.zeros((1, w.n))


def reset_beliefs(w: Any) -> None:
    """Unlearn what was believed of governments that are gone."""
    c, p = w.c, w.p["beliefs"]
    for row, (j, i) in enumerate(zip(c.believer, c.about, strict=True)):
        m, component = np.flatnonzero(w.change[i]), c.toward[i, j]
        support = w.change[i, m] == 2
        size = np.where(support, p.reset_support[0, m], p.reset_leader[0, m])
        lost = size * (1 - p.understanding[0, m] * w.density[c.dyad[i, j], m])
        prior = p.coalition[4 * w.coalition[i, m] + component, m] if component >= 0 else 0
        w.doubt[row, m] += lost
        w.belief[row, m] += np.minimum(lost, 1) * (prior - w.belief[row, m])


def meet(w: Any) -> None:
    """Draw who meets at the top."""
    c, p = w.c, w.p["signals"]
    x = p.trilateral[0] * (w.posture - w.first_posture)
    if c.spoke_pairs.size:
        lean = w.pair_o[c.spoke_pairs].mean(axis=0) - c.mean_history[0, c.spoke_pairs].mean()
        x += p.trilateral[1] * lean - p.trilateral[2] * w.load[c.spoke_pairs].max(axis=0)
    w.together[0] = w.rng.random(w.n) < 1 - np.exp(-p.trilateral_rate[0] * np.exp(x))
    k = c.allied_pairs
    x = p.summit[0] * (w.close[k] - w.first_close[k])
    x += p.summit[1] * (w.pair_o[k] - c.mean_history[0, k, None]) - p.summit[2] * w.load[k]
    meets = w.rng.random(x.shape) < 1 - np.exp(-p.summit_rate * np.exp(x))
    w.meets[k] = meets | w.together
    w.recent = w.recent * (11 / 12) + w.meets[k]
    w.impulse[k] += p.impulse * w.meets[k]


def learn(w: Any) -> None:
    """Let a month of meetings, visits and kept or broken agreements be seen."""
    meet(w)
    c, p = w.c, w.p["signals"]
    word, meeting, visit = p.most[0] * p.cost / (p.cost + p.reference_cost[0])
    told = word + meeting * w.meets[c.dyad[c.believer, c.about]]
    said = told * leaning(w) + p.agreement * w.upheld
    told += p.agreement * abs(w.upheld)
    before = 1 / w.doubt
    w.doubt = 1 / (before + told)
    w.belief = w.doubt * (w.belief * before + said)
    for i, j in permutations(c.spokes, 2):
        row, m, component = c.belief[j, i], np.flatnonzero(w.change[i]), c.toward[i, j]
        lean = w.o[i, component, m] if component >= 0 else 0
        score = p.visit[0, m] + p.visit[1, m] * lean + p.visit[2, m] * w.close[c.dyad[i, j], m]
        m = m[w.rng.random(m.size) < logistic(score)]
        before = 1 / w.doubt[row, m]
        w.doubt[row, m] = 1 / (before + visit[m])
        w.belief[row, m] = w.doubt[row, m] * (w.belief[row, m] * before + visit[m])


def grow(w: Any) -> None:
    """Let the channels of allies grow or tear."""
    c, p, k = w.c, w.p["density"], w.c.allied_pairs
    worst = np.zeros(w.load.shape, bool)
    np.logical_or.at(worst, c.docket_pair, w.severity == 3)
    kept = np.minimum(w.n_in_force[k] / np.maximum(c.n_shared[k], 1)[:, None], 1)
    inputs = (np.minimum(w.recent / p.summits_full, 1) + ~worst[k] + kept) / 3
    density = w.density[k]
    moved = density + p.growth * (1 - density) * inputs
    moved -= (p.rupture_loss * w.ruptured[k] + p.decay) * density
    w.density[k] = np.clip(moved, 0, 1)


def supply(w: Any) -> None:
    """Measure how much of the joint good is supplied."""
    c, p = w.c, w.p["public_good"]
    w.public_good[:] = 0
    if not (c.in_security.size and c.spoke_pairs.size):
        return
    m = np.flatnonzero(w.coordination.any(axis=0))
    reach = w.density[:, m][c.spoke_pairs] + np.minimum(w.stock[:, m][c.spoke_pairs], 1)
    share = w.coordination[:, m].mean(axis=0) * np.minimum(reach.mean(axis=0), 1)
    own, cost, weakest = p.benefit[:, m], p.cost[:, m], p.weakest_link[0, m] >= 0.5

    def good(q: Floats | float) -> Floats:
        effort = (own + q * (own.sum(axis=0) - own)) / cost
        return np.where(weakest, effort.min(axis=0), effort.sum(axis=0))

    alone, joint = good(0.0), good(1.0)
    room = joint - alone
    w.public_good[0, m] = np.divide(
        good(share) - alone, room, out=np.zeros_like(room), where=room != 0
    )

"""Uphill to a mode of the hyper-parameters, by the slope of every step's own score.

The log evidence is a sum of one-step predictive log densities. At the truth their slopes are
uncorrelated with mean zero, so that the sum of their outer products stands for the curvature
(Berndt, Hall, Hall & Hausman 1974). One evaluation for each hyper-parameter thus gives a whole
scoring step, where differences of differences would take hundreds. Where it ends does not depend on
how good the stand-in is, only how soon.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.measure.mode import BOX, LARGEST_SCALE, Mode, Objective, in_threads

Floats = NDArray[np.float64]
FORWARD_STEP = 1e-3  # of differences; every hyper-parameter has unit scale when unconstrained
SHARES = ((1.0, 0.4), (0.12, 0.03))  # of the scoring step, tried two at a time
LONGEST = 1.5  # no hyper-parameter moves further in one step
GAIN_LEFT = 2e-3  # nats that another step would be expected to gain
MAX_STEPS = 30


def climb(objective: Objective, point: Floats, bend: Floats | None = None) -> Mode:
    """Return a mode to within `GAIN_LEFT` nats, with the stand-in for its curvature.

    Parameters
    ----------
    objective
        Log posterior of the hyper-parameters.
    point
        Where to start, (free hyper-parameter,), unconstrained.
    bend
        Negative curvature to start with, where a mode of much the same objective is known.
    """
    value = objective.value(point)
    slope, outer = slope_and_bend(objective, point)
    bend = outer if bend is None else bend
    for _ in range(MAX_STEPS):
        step = np.linalg.solve(bend, slope)
        if 0.5 * float(slope @ step) < GAIN_LEFT:
            break
        step *= min(1.0, LONGEST / np.abs(step).max())
        begun, before, earlier = point, value, slope
        for shares in SHARES:
            trials = [np.clip(point + share * step, -BOX, BOX) for share in shares]
            values = objective.values(trials)
            best = int(values.argmax())
            if values[best] > value:
                value, point = float(values[best]), trials[best]
                break
        if value - before < GAIN_LEFT:
            break
        slope, outer = slope_and_bend(objective, point)
        bend = with_secant(outer, point - begun, earlier - slope)
    return Mode(point, value, -bend, float(np.abs(slope).max()))


def with_secant(bend: Floats, move: Floats, drop: Floats) -> Floats:
    """Return the negative curvature corrected by how the slope dropped along a move (BFGS)."""
    along = float(move @ drop)
    bent = bend @ move
    if along <= 1e-3 * float(move @ bent):  # not concave along the move
        return bend
    return bend + np.outer(drop, drop) / along - np.outer(bent, bent) / float(move @ bent)


def slope_and_bend(objective: Objective, point: Floats) -> tuple[Floats, Floats]:
    """Return the slope of the log posterior and a stand-in for its negative curvature.

    Shapes (hyper-parameter,) and (hyper-parameter, hyper-parameter); the second is positive
    definite.
    """
    moves = FORWARD_STEP * np.eye(len(point))
    scores = np.array(
        in_threads(objective.step_scores, [point, *(point + moves)], objective.n_threads)
    )
    each = (scores[1:] - scores[0]) / FORWARD_STEP  # (hyper-parameter, step)
    each = np.where(np.isfinite(each), each, 0.0)
    here = objective.log_prior(point)
    up = np.array([objective.log_prior(point + move) for move in moves])
    down = np.array([objective.log_prior(point - move) for move in moves])
    prior_bend = -(up - 2 * here + down) / FORWARD_STEP**2
    bend = each @ each.T + np.diag(np.maximum(prior_bend, LARGEST_SCALE**-2))
    return each.sum(axis=1) + (up - down) / (2 * FORWARD_STEP), bend

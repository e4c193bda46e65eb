"""Metropolis steps that carry draws of the hyper-parameters into tails no proposal reaches.

A standard deviation that may as well be zero has a posterior like its prior far to the left of the
mode: a flat side of the likelihood that importance sampling around the mode visits too seldom. Each
draw is offered values straight from the prior of one hyper-parameter at a time; such a step leaves
the posterior as it is and is taken with the ratio of the likelihoods (Gilks and Berzuini 2001).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.measure.mode import Objective

Floats = NDArray[np.float64]
N_SWEEPS = 2
ALSO_MOVED = ("level_half_life",)  # where steps are small the level may last for any time


def move_draws(
    objective: Objective, points: Floats, values: Floats, generator: np.random.Generator
) -> Floats:
    """Return the draws after two sweeps of steps.

    Parameters
    ----------
    objective
        Log posterior.
    points, values
        Draws, (draw, free hyper-parameter), and their log posterior, (draw,).
    generator
        Of the offers and of their acceptance.
    """
    points, values = points.copy(), values.copy()
    for _ in range(N_SWEEPS):
        for place, prior in enumerate(objective.transform.priors):
            if place >= objective.n_free or not (
                prior.family == "halfnormal" or objective.transform.names[place] in ALSO_MOVED
            ):
                continue
            offered = points.copy()
            natural = prior.quantile(generator.uniform(1e-12, 1, len(points)))
            offered[:, place] = np.log(natural)
            u = generator.uniform(size=len(points))
            found = objective.values(offered)
            prior_ratio = np.array(
                [objective.log_prior(b) - objective.log_prior(a)
                 for a, b in zip(points, offered, strict=True)]
            )  # fmt: skip
            is_taken = np.log(u) < found - values - prior_ratio
            points[is_taken], values[is_taken] = offered[is_taken], found[is_taken]
    return points

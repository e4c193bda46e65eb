"""An invented world: relations of all pairs of states, moved by drivers whose effects are known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.core.evidence import RelationEvidence
from comity.core.judged import JudgedNumber
from comity.core.states import StateIndex
from comity.explain.assumptions import Priors, driver_memory
from comity.explain.columns import Columns
from comity.explain.sums import respond

Floats = NDArray[np.float64]
HALF_LIFE = 8.5
MEMORY = np.array([1.0, 0.96, 0.5, 1.0, 0.96, 0.5])
VARIANCE = np.array([1.0, 0.7, 0.2, 0.3, 0.2, 0.1])
EFFECTS = np.array([0.4, -0.5, 0.2, 0.2, -0.2, 0.0, 0.0, 0.1, 0.2, 0.2, 0.0])
NAMES = tuple(f"driver {k + 1}" for k in range(len(EFFECTS)))
GOVERNMENT_SD = 0.2
PERIOD_SD = 0.2
NOISE_SD = 1.0  # of a month's evidence


class World(NamedTuple):
    evidence: RelationEvidence
    columns: Columns
    priors: Priors
    government: NDArray[np.int64]
    period: NDArray[np.int64]
    readings: Floats  # (pair, time)   a month's evidence as a reading with noise; NaN where silent


def invented_world(
    n_states: int, n_months: int, *, heard: float, n_draws: int = 1, seed: int = 1
) -> World:
    """Return a world whose months are heard with a given chance."""
    generator = np.random.default_rng(seed)
    index = StateIndex([f"{chr(65 + k // 676)}{chr(65 + k // 26 % 26)}{chr(65 + k % 26)}"
                        for k in range(n_states)])  # fmt: skip
    n_pairs, rho = index.n_dyads, driver_memory(HALF_LIFE)
    relation = np.repeat(generator.standard_normal((n_pairs, 1)), n_months, axis=1)
    for k in (1, 2):
        x = np.sqrt(VARIANCE[k]) * generator.standard_normal(n_pairs)
        for t in range(n_months):
            if t:
                step = np.sqrt(VARIANCE[k] * (1 - MEMORY[k] ** 2))
                x = MEMORY[k] * x + step * generator.standard_normal(n_pairs)
            relation[:, t] += x
    values = np.empty((n_pairs, len(EFFECTS), n_months))
    for k in range(len(EFFECTS)):  # half are on and off, half take new values
        spell = (generator.random((n_pairs, n_months)) < 1 / 24).cumsum(axis=1)
        if k % 2:
            values[:, k] = spell % 2
        else:
            draws = generator.normal(0, 0.5, (n_pairs, n_months))
            values[:, k] = np.take_along_axis(draws, spell, axis=1)
        relation += EFFECTS[k] * respond(values[:, k], rho)
    government = (generator.random((n_pairs, n_months)) < 1 / 24).cumsum(axis=1)
    size = generator.standard_t(4, (n_pairs, int(government.max()) + 1))
    gamma = GOVERNMENT_SD * np.exp(0.5 * generator.standard_normal((n_pairs, 1))) * size
    relation += respond(np.take_along_axis(gamma, government, axis=1), rho)
    period = np.arange(n_months) // 12
    relation += PERIOD_SD * generator.standard_normal(int(period[-1]) + 1)[period]
    seen = generator.random(relation.shape) < heard
    readings = relation + NOISE_SD * generator.standard_normal(relation.shape)
    readings[~seen] = np.nan
    pair, time = np.nonzero(seen)
    site = np.zeros((n_draws, len(pair), 3, 2))
    site[:, :, 2, 0] = NOISE_SD**-2
    site[:, :, 2, 1] = readings[seen] / NOISE_SD**2
    evidence = RelationEvidence(
        index, np.arange(n_months) + 360, 1, np.concatenate([[0], np.cumsum(seen.sum(axis=1))]),
        time, site, np.tile(MEMORY, (n_draws, 1)), np.tile(VARIANCE, (n_draws, n_pairs, 1)),
        np.zeros((n_pairs, 2)),
    )  # fmt: skip
    n = len(EFFECTS)
    columns = Columns(NAMES, values, np.zeros(n), np.full(n, 0.4), np.zeros(n, bool))
    half_life = JudgedNumber(
        low=HALF_LIFE, central=HALF_LIFE, high=HALF_LIFE, meaning="half-life", who="benchmark",
        why="known",
    )  # fmt: skip
    priors = Priors(NAMES, columns.mean, columns.sd, half_life, 0.5, 0.5, 4.0, 0.2, 1.0)
    return World(evidence, columns, priors, government, period, readings)

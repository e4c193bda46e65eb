"""Simulated records for the statistical tests of `comity.measure`, by the model's own law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from comity.core.history import EventCounts
from comity.core.states import StateIndex
from comity.measure.model import NAMES, default_priors, level_memory

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SimulatedRecord:
    counts: EventCounts
    directed: Floats  # (directed_dyad, time)  true relation, intercept included
    pair: Floats  # (dyad, time)
    natural: dict[str, float]


def simulate_record(
    generator: np.random.Generator,
    *,
    n_states: int,
    n_months: int,
    acts_a_month: float,
    natural: dict[str, float] | None = None,
) -> SimulatedRecord:
    """Draw hyper-parameters from their priors (or take ``natural``), then a record."""
    priors = default_priors()
    value = {name: float(priors[name].quantile(generator.uniform())) for name in NAMES}
    value.update(natural or {})
    index = StateIndex([chr(65 + k) * 3 for k in range(n_states)])
    theta = np.empty((index.n_directed, n_months))
    for first, second in index.directions:
        theta[[first, second]] = value["intercept"] + _pair(generator, value, n_months)
    pair = theta[index.directions].mean(axis=1)
    acts: list[tuple[int, int, float, bool, int]] = []
    row = 0
    rates = acts_a_month * np.exp(generator.normal(0, 0.7, index.n_directed))
    for dyad, directed in enumerate(index.directions):
        for t in range(n_months):
            for channel in range(3):
                relation = pair[dyad, t] if channel == 2 else theta[directed[channel], t]
                rate = 0.3 * rates[directed[0]] if channel == 2 else rates[directed[channel]]
                share = 1 / (1 + np.exp(-relation))
                share = generator.beta(
                    max(value["concentration"] * share, 1e-9),
                    max(value["concentration"] * (1 - share), 1e-9),
                )
                for _ in range(generator.poisson(rate)):
                    cooperative = bool(generator.uniform() < share)
                    centre = value["tone_cooperative" if cooperative else "tone_conflictual"]
                    noise = value["tone_noise_sd"] * generator.standard_t(4)
                    tone = centre + value["tone_loading"] * (relation - value["intercept"]) + noise
                    for d in directed if channel == 2 else directed[channel : channel + 1]:
                        acts.append((t, int(d), 10 * tone, cooperative, row))
                    row += 1
    return SimulatedRecord(count_acts(index, n_months, acts), theta, pair, value)


def count_acts(
    index: StateIndex, n_months: int, acts: list[tuple[int, int, float, bool, int]]
) -> EventCounts:
    """Count acts given as (time, directed dyad, tone, cooperative, row)."""
    acts = sorted(acts)
    cooperative = np.zeros((index.n_directed, n_months), np.int64)
    conflictual = np.zeros_like(cooperative)
    for t, d, _, is_cooperative, _ in acts:
        (cooperative if is_cooperative else conflictual)[d, t] += 1
    columns = [list(column) for column in zip(*acts, strict=True)] if acts else [[]] * 5
    return EventCounts(
        index=index,
        months=np.arange(400, 400 + n_months),
        cooperative=cooperative,
        conflictual=conflictual,
        tone=np.array(columns[2], float),
        tone_directed=np.array(columns[1], np.int64),
        tone_time=np.array(columns[0], np.int64),
        tone_cooperative=np.array(columns[3], bool),
        act_row=np.array(columns[4], np.int64),
    )


def _pair(generator: np.random.Generator, value: dict[str, float], n_months: int) -> Floats:
    """Draw both directions' theta month by month, as the theory page writes them: (2, time)."""

    def couple(sd: float, correlation: float) -> Floats:
        return sd**2 * np.array([[1, correlation], [correlation, 1]])

    rho, g = level_memory(value["level_half_life"]), value["reciprocity"]
    wild = np.exp(value["volatility_spread"] * generator.standard_normal())
    move = np.array([[rho - g, g], [g, rho - g]])
    step = couple(wild * value["level_step_sd"], value["level_correlation"])
    flare_step = couple(wild * value["flare_step_sd"], value["flare_correlation"])
    still = np.linalg.solve(np.eye(4) - np.kron(move, move), step.ravel()).reshape(2, 2)
    mean = generator.multivariate_normal(
        np.zeros(2), couple(value["mean_sd"], value["mean_correlation"])
    )
    level = generator.multivariate_normal(np.zeros(2), still)
    flare = generator.multivariate_normal(
        np.zeros(2), flare_step / (1 - value["flare_memory"] ** 2)
    )
    out = np.empty((2, n_months))
    for t in range(n_months):
        if t:
            level = move @ level + generator.multivariate_normal(np.zeros(2), step)
            flare = value["flare_memory"] * flare
            flare = flare + generator.multivariate_normal(np.zeros(2), flare_step)
        out[:, t] = mean + level + flare
    return out


@pytest.fixture(scope="session")
def simulate() -> Callable[..., SimulatedRecord]:
    return simulate_record

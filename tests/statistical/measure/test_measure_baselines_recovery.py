"""Fitted to data of its own making, a baseline finds the numbers that made them."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.states import StateIndex
from comity.measure.baselines import (
    Baseline,
    Climatology,
    DiscountedCounts,
    GlobalMean,
    StaticHierarchy,
)
from comity.measure.baselines.search import BestPoint

N_REPLICATES = 8


def drawn_from(rule, truth, n_directed, n_time, generator):
    """Simulate a record whose share follows the rule's own forecasts."""
    volume = 1 + generator.poisson(generator.gamma(1.0, 15.0, (n_directed, n_time)))
    successes = np.zeros_like(volume)
    for t in range(n_time):
        if t == 0:
            share, concentration = np.full(n_directed, truth[0]), np.full(n_directed, 5.0)
        else:
            past = successes[:, :t] * 1.0, (volume - successes)[:, :t] * 1.0
            share, concentration = (
                a[:, 0] for a in rule.forecast(*past, truth, range(t, t + 1), 1)
            )
        p = generator.beta(share * concentration, (1 - share) * concentration)
        successes[:, t] = generator.binomial(volume[:, t], p)
    return successes, volume - successes


@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        (GlobalMean(), [0.7, 6.0]),
        (DiscountedCounts(), [0.7, 0.8, 4.0, 10.0, 1.0]),
    ],
    ids=["global mean", "discounted counts"],
)
def test_a_fit_recovers_what_made_the_data(rule, truth) -> None:
    generator = np.random.default_rng(11)
    free = []
    for _ in range(N_REPLICATES):
        record = drawn_from(rule, truth, 300, 10, generator)
        best = Baseline(rule).fit(*record, until=10).best
        free.append([p.free(best.values[p.name]) for p in rule.parameters])
    # The cap and its damping trade off along a ridge: only what they do together is determined.
    judged = [k for k, p in enumerate(rule.parameters) if p.name not in ("cap_acts", "damping")]
    mean, sd = np.mean(free, axis=0), np.std(free, axis=0, ddof=1)
    for k in judged:
        parameter = rule.parameters[k]
        error = sd[k] / np.sqrt(N_REPLICATES)
        expected = parameter.free(truth[k])
        assert abs(mean[k] - expected) < 5 * error + 0.02, (
            f"{parameter.name}: estimate {mean[k]:.3f}, expected {expected:.3f}, SE {error:.3f}"
        )


def test_the_right_rule_wins_on_its_own_data() -> None:
    generator = np.random.default_rng(12)
    index = StateIndex([f"{k:03d}" for k in range(14)])
    i, j = index.directed_pairs.T
    level = 1.0 + 0.6 * generator.normal(size=14)[i] + 0.6 * generator.normal(size=14)[j]
    share = 1 / (1 + np.exp(-level - 0.3 * generator.normal(size=len(i))))
    volume = 1 + generator.poisson(2.0, (len(i), 8))
    p = generator.beta(20 * share[:, None], 20 * (1 - share[:, None]), volume.shape)
    successes = generator.binomial(volume, p)
    record = successes, volume - successes
    difference = []
    static = Baseline(StaticHierarchy(index)).fit(*record, until=6)
    mean = Baseline(Climatology()).fit(*record, until=6)
    assert isinstance(static.best, BestPoint)
    for t in (6, 7):
        difference.append(static.log_score(*record, t) - mean.log_score(*record, t))
    found = np.concatenate(difference)
    error = found.std() / np.sqrt(len(found))
    assert found.mean() > 2 * error, f"estimate {found.mean():.4f}, expected > 0, SE {error:.4f}"

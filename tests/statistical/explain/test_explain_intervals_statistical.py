"""Intervals of hazards, curves and spreads hold what they say, on records drawn with known truth.

Shares of replicates are compared with the level within five Monte Carlo errors, plus two points for
what an approximation in samples of this size may cost.
"""

from __future__ import annotations

import numpy as np
import pytest

from comity.explain.hazards import fit_hazard
from comity.explain.survival import fit_survival
from comity.explain.turnover import rate_spread, share_spread

pytestmark = pytest.mark.statistical
TWO_POINTS, ERRORS = 0.02, 5


def holds(share: float, level: float, n: int) -> bool:
    return abs(share - level) < TWO_POINTS + ERRORS * np.sqrt(level * (1 - level) / n)


def test_hazard_ratios_are_covered_where_units_differ():
    """Catches a covariance without clusters, and a spread halved by mistake."""
    generator, inside, n = np.random.default_rng(4), [], 400
    for _ in range(n):
        unit = np.repeat(np.arange(300), 15)
        changed = (generator.random(300) < 0.3)[unit] * 1.0  # a trait of the unit, as a regime is
        frailty = generator.gamma(0.5, 2, 300)[unit]
        hazard = 0.05 * frailty * np.exp(0.8 * changed)
        outcome = (generator.random(len(unit)) < -np.expm1(-hazard)).astype(float)
        low, high = fit_hazard(outcome, {"changed": changed}, cluster=unit).coefficient("changed")[
            1:
        ]
        inside.append(low <= 0.8 <= high)
    assert holds(float(np.mean(inside)), 0.95, n), np.mean(inside)


def test_curves_are_covered_at_ten_years_and_at_the_median():
    """Catches an interval on the wrong scale."""
    generator, n = np.random.default_rng(5), 600
    at_ten, median = [], []
    for _ in range(n):
        life, watched = generator.exponential(24, 200), generator.uniform(2, 80, 200)
        way = np.where(life <= watched, 0, -1)
        curve = fit_survival(np.minimum(life, watched), way)
        _, low, high = curve.at(10)
        at_ten.append(low <= np.exp(-10 / 24) <= high)
        _, low, high = curve.median
        median.append(low <= 24 * np.log(2) <= (np.inf if np.isnan(high) else high))
    assert holds(float(np.mean(at_ten)), 0.95, n), np.mean(at_ten)
    assert holds(float(np.mean(median)), 0.95, n), np.mean(median)


def test_a_state_that_is_not_in_the_table_lies_in_the_interval_of_the_spread():
    """Catches an interval of the mean where one of a new state is meant."""
    generator, n = np.random.default_rng(6), 80
    rates, shares = [], []
    for _ in range(n):
        years = generator.uniform(10, 60, 60)
        truth = generator.gamma(3, 0.25 / 3, 61)
        counts = generator.poisson(truth[:60] * years)
        _, low, high = rate_spread(counts.astype(float), years).quantiles
        rates.append(low <= truth[60] <= high)
        share = generator.beta(4, 5, 61)
        kept = generator.binomial(counts, share[:60])
        _, low, high = share_spread(kept.astype(float), counts.astype(float)).quantiles
        shares.append(low <= share[60] <= high)
    assert holds(float(np.mean(rates)), 0.9, n), np.mean(rates)
    assert holds(float(np.mean(shares)), 0.9, n), np.mean(shares)

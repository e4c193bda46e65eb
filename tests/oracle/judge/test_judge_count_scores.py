"""Scores of counts beside scipy's beta-binomial."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom

from comity.core.count_forecasts import CountForecast, single
from comity.judge.count_scores import count_scores


def test_one_component_is_a_beta_binomial() -> None:
    share, kappa = np.array([0.3, 0.8, 0.5]), np.array([4.0, 20.0, 1.0])
    good, bad = np.array([2, 0, 0]), np.array([3, 7, 0])
    log, ranked = count_scores(single(share, kappa), good, bad)
    for cell in (0, 1):
        n = good[cell] + bad[cell]
        law = betabinom(n, kappa[cell] * share[cell], kappa[cell] * (1 - share[cell]))
        assert log[cell] == pytest.approx(-law.logpmf(good[cell]))
        k = np.arange(n)
        assert ranked[cell] == pytest.approx(((law.cdf(k) - (good[cell] <= k)) ** 2).sum())
    assert np.isnan(log[2])
    assert np.isnan(ranked[2])


def test_components_are_mixed_by_weight() -> None:
    shares, weights = np.array([[0.2], [0.9]]), np.array([[0.25], [0.75]])
    found = CountForecast(shares, np.full((2, 1), 5.0), weights)
    log, _ = count_scores(found, np.array([3]), np.array([1]))
    mass = [betabinom.pmf(3, 4, 5 * p, 5 * (1 - p)) for p in (0.2, 0.9)]
    assert log[0] == pytest.approx(-np.log(0.25 * mass[0] + 0.75 * mass[1]))

"""Survival curves, spreads over states and exact shares beside other libraries."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import betabinom, binomtest, nbinom
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from comity.explain.survival import fit_survival
from comity.explain.treaties import exact_share
from comity.explain.turnover import rate_spread, share_spread


@pytest.fixture(scope="module")
def durations():
    generator = np.random.default_rng(2)
    time = np.ceil(generator.exponential(20, 250)) + 0.5
    cut = generator.uniform(1, 60, 250).round()
    way = np.where(time <= cut, generator.integers(0, 3, 250), -1)
    return np.minimum(time, cut), way


def test_a_curve_equals_the_one_of_statsmodels(durations):
    time, way = durations
    curve = fit_survival(time, way, n_ways=3)
    theirs = SurvfuncRight(time, (way >= 0).astype(int))
    assert curve.time.tolist() == theirs.surv_times.tolist()
    assert np.allclose(curve.survival, theirs.surv_prob)
    for t in (10, 20):
        step = np.searchsorted(theirs.surv_times, t, side="right") - 1
        assert curve.at(t).value == pytest.approx(theirs.surv_prob[step])
    assert curve.median.value == theirs.quantile(0.5)
    low, high = theirs.quantile_ci(0.5, method="cloglog")
    assert curve.median[1:] == (low, high)
    band = theirs.surv_prob_se / (theirs.surv_prob * np.abs(np.log(theirs.surv_prob)))
    inside = (theirs.surv_prob > 0) & (theirs.surv_prob < 1)
    expected = theirs.surv_prob[inside] ** np.exp(1.959964 * band[inside])
    assert np.allclose(curve.low[inside], expected, atol=1e-6)


def test_chances_by_way_of_ending_equal_those_of_statsmodels(durations):
    time, way = durations
    curve = fit_survival(time, way, n_ways=3)
    theirs = CumIncidenceRight(time, way + 1)
    for k in range(3):
        for t in (5.0, 15.0, 40.0):
            step = np.searchsorted(theirs.times, t, side="right") - 1
            assert curve.ended(k, t) == pytest.approx(theirs.cinc[k][step])
    total = curve.survival + curve.incidence.sum(axis=1)
    assert np.allclose(total, 1)


def test_a_spread_of_rates_is_where_a_negative_binomial_is_most_likely():
    generator = np.random.default_rng(8)
    years = generator.uniform(5, 60, 60)
    events = generator.poisson(generator.gamma(4, 0.2 / 4, 60) * years)
    found = rate_spread(events.astype(float), years)

    def loss(x):
        m, a = np.exp(x)
        return -nbinom.logpmf(events, a, a / (a + m * years)).sum()

    best = minimize(loss, np.log([0.2, 4]), method="Nelder-Mead", options={"xatol": 1e-7})
    assert (found.mean, found.evenness) == pytest.approx(np.exp(best.x), rel=1e-3)


def test_a_spread_of_shares_is_where_a_beta_binomial_is_most_likely():
    generator = np.random.default_rng(9)
    trials = generator.integers(0, 25, 50)
    events = generator.binomial(trials, generator.beta(4, 6, 50))
    found = share_spread(events.astype(float), trials.astype(float))

    def loss(x):
        m, a = 1 / (1 + np.exp(-x[0])), np.exp(x[1])
        return -betabinom.logpmf(events, trials, m * a, (1 - m) * a).sum()

    best = minimize(loss, [0, 2], method="Nelder-Mead", options={"xatol": 1e-7})
    assert found.mean == pytest.approx(1 / (1 + np.exp(-best.x[0])), rel=1e-3)
    assert found.evenness == pytest.approx(np.exp(best.x[1]), rel=1e-2)


@pytest.mark.parametrize(("k", "n"), [(0, 12), (12, 12), (3, 40), (18, 480)])
def test_an_exact_share_equals_the_binomial_test(k, n):
    interval = binomtest(k, n).proportion_ci(0.95, "exact")
    assert exact_share(k, n) == pytest.approx((k / n, interval.low, interval.high))

"""The static hierarchy and the vector autoregression beside dense linear algebra."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize
from scipy.special import expit

from comity.core.states import StateIndex
from comity.measure.baselines import MinnesotaRegression
from comity.measure.baselines.likelihood import beta_binomial_log_prob
from comity.measure.baselines.static import beta_of, posterior

INDEX = StateIndex(["AAA", "BBB", "CCC", "DDD"])


def dense_prior(values: list[float]) -> np.ndarray:
    """Covariance of the levels of all directed dyads."""
    _, source_sd, target_sd, dyad_sd, correlation, _ = values
    n = INDEX.n_directed
    out = np.empty((n, n))
    for a, (i, j) in enumerate(INDEX.directed_pairs):
        for b, (k, m) in enumerate(INDEX.directed_pairs):
            out[a, b] = source_sd**2 * (i == k) + target_sd**2 * (j == m)
            out[a, b] += dyad_sd**2 * ((a == b) + correlation * ((i, j) == (m, k)))
    return out


def test_static_levels_equal_the_dense_laplace_approximation() -> None:
    generator = np.random.default_rng(4)
    volume = generator.integers(0, 30, INDEX.n_directed) * 1.0
    volume[3] = 0
    successes = generator.binomial(volume.astype(int), 0.7) * 1.0
    values = [0.9, 0.5, 0.7, 0.8, 0.4, 10.0]
    precision = np.linalg.inv(dense_prior(values))

    def loss(level: np.ndarray) -> float:
        fit = successes @ level - volume @ np.logaddexp(0, level)
        return 0.5 * (level - 0.9) @ precision @ (level - 0.9) - fit

    mode = minimize(loss, np.full(INDEX.n_directed, 0.9), method="BFGS", options={"gtol": 1e-9}).x
    p = expit(mode)
    variance = np.diag(np.linalg.inv(np.diag(volume * p * (1 - p)) + precision))
    start = np.full(INDEX.n_directed, values[0])
    found = posterior(INDEX, successes, volume, values, start)
    np.testing.assert_allclose(found[0], mode, atol=1e-5)
    np.testing.assert_allclose(found[1], variance, rtol=1e-5)


def test_spread_levels_keep_mean_and_variance_of_the_share() -> None:
    draws = np.random.default_rng(5).normal(1.2, 0.8, 400_000)
    share = expit(draws)
    mean, concentration = beta_of(np.array([1.2]), np.array([0.64]), 6.0)
    expected = share.var() + (share * (1 - share)).mean() / 7.0
    error = 5 * share.std() / np.sqrt(len(draws))
    assert abs(mean[0] - share.mean()) < error, (mean[0], share.mean(), error)
    assert mean[0] * (1 - mean[0]) / (1 + concentration[0]) == pytest.approx(expected, rel=0.01)


def test_log_probability_equals_scipy() -> None:
    n = np.array([0, 1, 9, 40, 900])
    successes = np.array([0, 1, 3, 40, 700])
    share, concentration = 0.7, np.array([0.4, 3.0, 80.0, 5.0, 400.0])
    expected = stats.betabinom(n, share * concentration, (1 - share) * concentration)
    found = beta_binomial_log_prob(successes, n - successes, np.array(share), concentration)
    np.testing.assert_allclose(found, expected.logpmf(successes), atol=1e-9)


@pytest.mark.parametrize(("lags", "lead"), [(1, 1), (2, 1), (1, 2), (2, 3)])
def test_regression_equals_the_dense_ridge_solution(lags: int, lead: int) -> None:
    acts = np.random.default_rng(6).poisson(3.0, (INDEX.n_directed, 10, 4))
    prior = (0.5, 0.3, 0.4, 1.5)
    rule = MinnesotaRegression(INDEX, acts, lags=lags)
    time = 9
    found = rule.median_counts(prior, range(time, time + 1), lead)[:, 0]
    last = time - lead
    known = np.log1p(acts[:, : last + 1].astype(float))
    step = np.diff(known, axis=1)
    scale = np.tile(np.sqrt((step**2).mean(axis=(0, 1)) + 1e-4), 2)
    for first, back in INDEX.directions:
        y = np.concatenate([known[first], known[back]], axis=1)
        rows = range(lead + lags - 1, last + 1)
        x = np.array([np.r_[1.0, *(y[t - lead - lag] for lag in range(lags))] for t in rows])
        new = np.r_[1.0, *(y[last - lag] for lag in range(lags))]
        forecast = np.empty(8)
        for k in range(8):
            sd, mean = [prior[3] * scale[k]], [0.0]
            for lag in range(1, lags + 1):
                for source in range(8):
                    own = source == k
                    sd.append(prior[1] / lag * (1 if own else prior[2] * scale[k] / scale[source]))
                    mean.append(prior[0] if own and lag == 1 else 0.0)
            d = np.diag(1 / np.array(sd) ** 2)
            target = x.T @ y[list(rows), k] / scale[k] ** 2 + d @ mean
            forecast[k] = new @ np.linalg.solve(x.T @ x / scale[k] ** 2 + d, target)
        expected = np.maximum(np.expm1(forecast), 0).reshape(2, 4)
        np.testing.assert_allclose(found[[first, back]], expected, rtol=1e-7, atol=1e-9)

"""Scores beside scoringrules, beside integrals, and beside cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scoringrules as sr
from scipy.integrate import quad
from scipy.stats import norm

from comity.judge import scores

SEED = 20250912


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(SEED)


def test_brier_and_log(generator) -> None:
    p, y = generator.uniform(size=50), generator.integers(0, 2, 50)
    assert np.allclose(scores.brier_score(p, y), sr.brier_score(y, p))
    assert np.allclose(scores.log_score(p, y), sr.log_score(y, p))


def test_ranked_probability(generator) -> None:
    p = generator.dirichlet(np.ones(5), size=40)
    y = generator.integers(0, 5, 40)
    assert np.allclose(scores.ranked_probability_score(p, y), sr.rps_score(y + 1, p))


def test_two_classes_give_the_brier_score(generator) -> None:
    p = generator.uniform(size=30)
    y = generator.integers(0, 2, 30)
    both = np.stack([1 - p, p], axis=-1)
    assert np.allclose(scores.ranked_probability_score(both, y), scores.brier_score(p, y))


@pytest.mark.parametrize(("fair", "estimator"), [(False, "qd"), (True, "fair")])
def test_crps_of_an_ensemble(generator, fair: bool, estimator: str) -> None:
    x, y = generator.normal(size=(30, 21)), generator.normal(size=30)
    ours = scores.crps_ensemble(x, y, fair=fair)
    assert np.allclose(ours, sr.crps_ensemble(y, x, estimator=estimator))
    brute = np.abs(x - y[:, None]).mean(1)
    apart = np.abs(x[:, :, None] - x[:, None, :]).sum((1, 2))
    assert np.allclose(ours, brute - 0.5 * apart / (21 * 20 if fair else 21 * 21))


def test_crps_of_normals(generator) -> None:
    m, s, y = generator.normal(size=20), generator.gamma(2, size=20), generator.normal(size=20)
    assert np.allclose(scores.crps_normal(m, s, y), sr.crps_normal(y, m, s))
    whole = quad(lambda x: (norm.cdf(x, 0.3, 1.7) - (x >= 1.1)) ** 2, -30, 30, points=[1.1])[0]
    assert float(scores.crps_normal(0.3, 1.7, 1.1)) == pytest.approx(whole, abs=1e-6)
    assert float(scores.crps_normal(0.3, 0.0, 1.1)) == pytest.approx(0.8)


def test_crps_of_mixtures(generator) -> None:
    m, s = generator.normal(size=(12, 4)), generator.gamma(2, size=(12, 4))
    w, y = generator.dirichlet(np.ones(4)), generator.normal(size=12)
    theirs = sr.crps_mixnorm(y, m, s, np.broadcast_to(w, m.shape))
    assert np.allclose(scores.crps_normal_mixture(m, s, y, w), theirs)
    alone = scores.crps_normal_mixture(m[:, :1], s[:, :1], y)
    assert np.allclose(alone, scores.crps_normal(m[:, 0], s[:, 0], y))
    points = scores.crps_normal_mixture(m, np.zeros_like(m), y)
    assert np.allclose(points, scores.crps_ensemble(m, y))


def test_quantiles_and_intervals(generator) -> None:
    low, width, y = (
        generator.normal(size=25),
        generator.gamma(2, size=25),
        generator.normal(size=25),
    )
    ours = scores.interval_score(low, low + width, y, coverage=0.8)
    assert np.allclose(ours, sr.interval_score(y, low, low + width, 0.2))
    assert np.allclose(scores.quantile_score(low, 0.3, y), 2 * sr.quantile_score(y, low, 0.3))
    levels = (np.arange(20_000) + 0.5) / 20_000
    mean = scores.quantile_score(norm.ppf(levels, 0.2, 1.3), levels, 1.0).mean()
    assert mean == pytest.approx(float(scores.crps_normal(0.2, 1.3, 1.0)), abs=1e-4)


def test_energy(generator) -> None:
    x, y = generator.normal(size=(300, 3)), generator.normal(size=3)
    assert float(scores.energy_score(x, y)) == pytest.approx(float(sr.es_ensemble(y, x)))
    line = scores.energy_score(x[:, :1], y[:1])
    assert float(line) == pytest.approx(float(scores.crps_ensemble(x[:, 0], y[0])))


def test_by_hand() -> None:
    assert scores.brier_score(0.7, 1) == pytest.approx(0.09)
    assert scores.log_score(0.25, 1) == pytest.approx(np.log(4))
    assert scores.log_score(0.0, 1) == np.inf
    assert np.isnan(scores.log_score(0.5, np.nan))
    # F = .2, .7, 1; the third class happens: .04 + .49
    assert scores.ranked_probability_score([0.2, 0.5, 0.3], 2) == pytest.approx(0.53)
    # E|X - y| = (1 + 1 + 3) / 3; E|X - X'| = 2 (2 + 2 + 4) / 9 over 0, 2, 4
    assert scores.crps_ensemble([0, 2, 4], 1.0) == pytest.approx(5 / 3 - 8 / 9)
    assert scores.interval_score(1, 3, 0.5, coverage=0.5) == pytest.approx(2 + 4 * 0.5)

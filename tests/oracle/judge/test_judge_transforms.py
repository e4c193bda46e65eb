"""Transforms beside the randomized ones they average, and their spread beside enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom, norm

from comity.core.backtest import N_PIT_BINS
from comity.core.count_forecasts import single
from comity.judge.count_scores import count_transforms
from comity.judge.transforms import count_transform, normal_transform, transform_histogram

SEED = 20250912
EDGES = np.linspace(0, 1, N_PIT_BINS + 1)


@pytest.mark.parametrize(("n", "counted"), [(0, 0), (1, 1), (4, 0), (4, 2), (60, 44)])
def test_mass_is_the_mean_over_the_random_number(n: int, counted: int) -> None:
    """Randomized as in Czado, Gneiting & Held (2009): between F(y - 1) and F(y)."""
    law = betabinom(n, 3.0, 1.5)
    mass, _ = count_transform(law.pmf(np.arange(n + 1)), counted)
    n_draws = 40_000
    u = np.random.default_rng(SEED).uniform(law.cdf(counted - 1), law.cdf(counted), n_draws)
    share = np.histogram(u, EDGES)[0] / n_draws
    error = np.sqrt(np.maximum(share * (1 - share), 1e-9) / n_draws)
    assert np.all(np.abs(mass - share) < 5 * error + 1e-9)
    assert mass.sum() == pytest.approx(1)


@pytest.mark.parametrize("n", [0, 1, 5, 80])
def test_honest_mass_is_flat_and_its_spread_that_of_all_counts(n: int) -> None:
    chances = betabinom(n, 2.0, 5.0).pmf(np.arange(n + 1))
    masses = np.array([count_transform(chances, k)[0] for k in range(n + 1)])
    assert chances @ masses == pytest.approx(np.full(N_PIT_BINS, 0.1))
    variance = chances @ (masses - 0.1) ** 2
    assert count_transform(chances, 0)[1] == pytest.approx(np.sqrt(variance), abs=1e-7)


def test_what_was_called_impossible_lies_at_its_end() -> None:
    chances = np.array([0.5, 0.5, 0.0])
    assert count_transform(chances, 2)[0].tolist() == [0.0] * 9 + [1.0]
    assert count_transform(chances[::-1], 0)[0].tolist() == [1.0] + [0.0] * 9


def test_cells_without_acts_have_none_and_others_their_own_law() -> None:
    forecast = single(np.array([0.3, 0.8]), np.array([4.0, 20.0]))
    mass, spread, sd = count_transforms(forecast, np.array([2, 0]), np.array([3, 0]))
    assert sd[0] == pytest.approx(betabinom(5, 1.2, 2.8).std() / 5)
    assert np.isnan(sd[1])
    assert np.isnan(mass[1]).all()
    assert np.isnan(spread[1]).all()
    own = count_transform(betabinom(5, 1.2, 2.8).pmf(np.arange(6)), 2)
    assert mass[0] == pytest.approx(own[0])
    assert spread[0] == pytest.approx(own[1])


def test_a_normal_forecast_has_its_quantiles() -> None:
    """A value at every percent of the forecast fills every bin alike."""
    levels = (np.arange(1000) + 0.5) / 1000
    mean, sd = np.array([1.0, -2.0]), np.array([0.5, 3.0])
    draws = mean + sd * norm.ppf(levels)[:, None]
    mass, spread = normal_transform(mean, sd, draws)
    assert mass == pytest.approx(np.full((2, 10), 0.1))
    assert spread == pytest.approx(np.full((2, 10), 0.3))
    beyond = normal_transform(mean, sd, mean[None] + 100)[0]
    assert beyond[:, -1].tolist() == [1.0, 1.0]


def test_a_histogram_by_hand() -> None:
    """Two clusters: spreads .3 and .3 added in the first, .4 in the second."""
    mass = np.zeros((3, 10))
    mass[[0, 1, 2], [0, 0, 9]] = 1.0
    spread = np.full((3, 10), 0.3)
    spread[2] = 0.4
    bins = transform_histogram(mass, spread, ["a", "a", "b"])
    assert [one.share for one in bins] == pytest.approx([2 / 3, *[0.0] * 8, 1 / 3])
    half = norm.ppf(0.95) * np.sqrt(0.6**2 + 0.4**2) / 3
    assert (bins[3].low, bins[3].high) == pytest.approx((max(0, 0.1 - half), 0.1 + half))
    assert not bins[0].is_inside
    assert bins[3].is_inside
    with pytest.raises(ValueError, match="needs at least one case"):
        transform_histogram(mass[:0], spread[:0], [])

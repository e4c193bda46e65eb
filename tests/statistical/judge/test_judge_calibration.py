"""Bands of transforms and of reliability hold what they say, dependent cases included.

Tolerances are four Monte Carlo errors; each test names the fault it would see.
"""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.count_forecasts import single
from comity.judge.count_scores import count_transforms
from comity.judge.reliability import BAND, reliability
from comity.judge.transforms import transform_histogram

SEED = 20250912
N_RUNS, N_CASES = 150, 80


def shares_inside(too_sure: float, copies: int, *, knows: bool) -> np.ndarray:
    """Return the share of runs in which each bin lies in its band, (bin,).

    Forecasts of the split of so many acts are right but for their concentration, ``too_sure`` times
    what it should be. Every case comes ``copies`` times; the histogram is told so if it ``knows``.
    """
    generator = np.random.default_rng([SEED, copies, int(10 * too_sure)])
    inside = np.zeros(10)
    for _ in range(N_RUNS):
        n, kappa = generator.integers(1, 30, N_CASES), generator.uniform(2, 10, N_CASES)
        p = generator.uniform(0.2, 0.8, N_CASES)
        y = generator.binomial(n, generator.beta(kappa * p, kappa * (1 - p)))
        found = count_transforms(single(p, too_sure * kappa), y, n - y)[:2]
        mass, spread = (np.repeat(part, copies, axis=0) for part in found)
        together = np.repeat(np.arange(N_CASES), copies) if knows else np.arange(len(mass))
        bins = transform_histogram(mass, spread, together)
        inside += [one.is_inside for one in bins]
    return inside / N_RUNS


def error(n: int) -> float:
    return np.sqrt(BAND * (1 - BAND) / n)


@pytest.mark.parametrize("copies", [1, 4])
def test_a_band_holds_nine_in_ten_of_honest_transforms(copies: int) -> None:
    """A band of binomial width would hold nearly all: most steps cross several bins."""
    share = shares_inside(1.0, copies, knows=True)
    # Bins of one run are nearly independent; three points for a normal band of 80 cases.
    assert abs(share.mean() - BAND) < 4 * error(10 * N_RUNS) + 0.03, f"{share}, seed {SEED}"
    assert np.all(np.abs(share - BAND) < 4 * error(N_RUNS) + 0.03), f"{share}, seed {SEED}"


def test_copies_taken_for_cases_would_leave_the_band() -> None:
    assert shares_inside(1.0, 4, knows=False).mean() < BAND - 0.2


def test_forecasts_that_are_too_sure_leave_the_band_at_both_ends() -> None:
    share = shares_inside(8.0, 1, knows=True)
    assert max(share[0], share[-1]) < 0.3, share


@pytest.mark.parametrize("knows", [True, False])
def test_a_reliability_band_knows_which_windows_overlap(knows: bool) -> None:
    """Six cases of one unit come out together: a band of single cases holds too few of them."""
    generator = np.random.default_rng([SEED, 9])
    said = np.repeat([0.2, 0.5, 0.8], 60)
    together = np.arange(180) // 6
    inside: list[bool] = []
    for _ in range(100):
        happened = generator.uniform(size=30)[together] < said
        found = reliability(said, happened, generator, together=together if knows else None)
        inside += [point.low <= point.happened <= point.high for point in found.points]
    share = float(np.mean(inside))
    if knows:  # ten outcomes a point: discrete, so a band holds nine in ten or more
        assert BAND - 4 * error(300) < share < 1, f"holds {share:.3f}, seed {SEED}"
    else:
        assert share < BAND - 0.15, f"holds {share:.3f}, seed {SEED}"

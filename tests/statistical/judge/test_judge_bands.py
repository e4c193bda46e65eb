"""Intervals of gains and bands of reliability hold what they say, on invented forecasts.

Tolerances are Monte Carlo errors times a constant; each test names the fault it would see.
"""

from __future__ import annotations

import numpy as np
import pytest

from comity.judge.reliability import BAND, reliability
from comity.judge.skill import COVERAGE, block_gain

SEED = 20250912


def test_the_interval_of_a_gain_covers_it_where_cases_of_a_block_hang_together() -> None:
    """A bootstrap of single cases would cover about half: blocks share most of their noise."""
    n_blocks, size, n_runs, truth = 60, 6, 400, 0.3
    generator = np.random.default_rng([SEED, 1])
    block = np.repeat(np.arange(n_blocks), size)
    inside = apart = 0
    for _ in range(n_runs):
        shared = np.repeat(generator.normal(size=n_blocks), size)
        gain = truth + shared + 0.3 * generator.normal(size=n_blocks * size)
        found = block_gain(gain, block, generator)
        inside += found.low <= truth <= found.high
        apart += found.low <= truth + found.detectable <= found.high
    share, error = inside / n_runs, np.sqrt(COVERAGE * (1 - COVERAGE) / n_runs)
    # A percentile bootstrap of 60 blocks is a little too narrow: 2 points are allowed for that.
    assert abs(share - COVERAGE) < 4 * error + 0.02, f"covers {share:.3f}, seed {SEED}"
    # A gain of the detectable size must be missed by zero's interval four times in five.
    assert abs(1 - apart / n_runs - 0.8) < 4 * np.sqrt(0.16 / n_runs) + 0.02


def test_a_band_holds_what_honest_chances_show() -> None:
    """Bands from the outcomes themselves, or of one draw, would hold far too much or too little."""
    generator = np.random.default_rng([SEED, 2])
    said = np.repeat([0.1, 0.3, 0.5, 0.7, 0.9], 20)
    inside: list[bool] = []
    for _ in range(150):
        found = reliability(said, generator.uniform(size=100) < said, generator)
        inside += [point.low <= point.happened <= point.high for point in found.points]
    share = np.mean(inside)
    # Shares of 20 are discrete, so a band holds its 90% or a little more.
    error = np.sqrt(BAND * (1 - BAND) / 150)
    assert BAND - 4 * error < share < BAND + 0.08, f"holds {share:.3f}, seed {SEED}"


def test_chances_that_are_too_sure_fall_out_of_their_band() -> None:
    generator = np.random.default_rng([SEED, 3])
    said = np.repeat([0.02, 0.98], 200)
    honest = np.where(said > 0.5, 0.8, 0.2)
    found = reliability(said, generator.uniform(size=400) < honest, generator)
    assert all(not point.low <= point.happened <= point.high for point in found.points)
    assert found.miscalibration > 0.02
    again = reliability(honest, generator.uniform(size=400) < honest, generator)
    assert again.miscalibration < 0.01


def test_parts_add_up_and_too_few_blocks_give_no_interval() -> None:
    generator = np.random.default_rng([SEED, 4])
    said, happened = generator.uniform(size=50), generator.integers(0, 2, 50)
    found = reliability(said, happened, generator)
    total = found.miscalibration - found.discrimination + found.uncertainty
    assert total == pytest.approx(np.mean((said - happened) ** 2))
    assert min(found.miscalibration, found.discrimination) >= -1e-12
    few = block_gain(np.arange(40.0), np.repeat([1, 2, 3, 4], 10), generator)
    assert (few.mean, few.n, few.n_blocks) == (19.5, 40, 4)
    assert np.isnan([few.low, few.high, few.se]).all()
    assert block_gain([np.nan], [1], generator).n == 0
    with pytest.raises(ValueError, match="at least one forecast"):
        reliability([], [], generator)

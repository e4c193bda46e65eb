"""The split of variance recovers a planted split; intervals over draws lose the sampling noise."""

import numpy as np

from comity.simulate.split import Split, split_variance

ERRORS = 5


def planted(between: float, within: float, draws: int, members: int, seed: int) -> Split:
    rng = np.random.default_rng(seed)
    expectation = rng.normal(0.4, between**0.5, draws)
    values = rng.normal(expectation[:, None], within**0.5, (draws, members))
    return split_variance(values.sum(axis=1), np.sum(values**2), np.full(draws, members, np.int64))


def test_the_split_recovers_a_planted_one():
    draws, members = 400, 25
    split = planted(0.5, 2.0, draws, members, seed=11)
    error = (0.5 + 2.0 / members) * (2 / (draws - 1)) ** 0.5
    print(f"between {split.between:.4f}, expected 0.5, SE {error:.4f}; within {split.within:.4f}")
    assert abs(split.between - 0.5) < ERRORS * error
    assert abs(split.within - 2.0) < ERRORS * 2.0 * (2 / (draws * (members - 1))) ** 0.5
    assert 0.15 < split.ignorance_share < 0.25


def test_without_taking_out_the_noise_the_split_would_be_wrong():
    draws, members = 400, 2
    split = planted(0.02, 2.0, draws, members, seed=12)
    error = (0.02 + 2.0 / members) * (2 / (draws - 1)) ** 0.5
    assert abs(split.between - 0.02) < ERRORS * error
    assert 0.02 + 2.0 / members > 0.02 + ERRORS * error  # the planted bug: no correction


def test_intervals_over_draws_hold_four_fifths_of_the_expectations():
    draws = 2000
    split = planted(1.0, 9.0, draws, 4, seed=13)
    width = (split.high - split.low) / 2
    error = (1.0 + 9.0 / 4) ** 0.5 * (0.8 * 0.2 / draws) ** 0.5 / 0.1755  # density at the 10% point
    assert abs(width - 1.2816) < ERRORS * error
    assert ERRORS * error < (1.0 + 9.0 / 4) ** 0.5 * 1.2816 - 1.2816  # the planted bug: raw means


def test_pure_chance_and_pure_ignorance():
    chance = split_variance(np.full(10, 50.0), np.array(500.0), np.full(10, 100, np.int64))
    assert chance.ignorance_share == 0
    assert chance.low == chance.high == 0.5
    ignorance = split_variance(
        np.array([0.0, 100.0] * 5), np.array(500.0), np.full(10, 100, np.int64)
    )
    assert ignorance.ignorance_share == 1
    nothing = split_variance(np.zeros(4), np.array(0.0), np.full(4, 3, np.int64))
    assert nothing.ignorance_share == 0


def test_one_member_per_draw_cannot_be_split():
    split = split_variance(np.array([1.0, 0.0]), np.array(1.0), np.ones(2, np.int64))
    assert split.mean == 0.5
    assert np.isnan(split.ignorance_share)
    assert np.isnan(split.low)


def test_an_interval_buried_in_noise_does_not_collapse():
    """At most one interval in ten may be narrower than the truth, whatever the noise."""
    draws, members, between, tries = 500, 40, 0.02, 200
    halves = np.array(
        [
            (split.high - split.low) / 2
            for split in (planted(between, 10.0, draws, members, seed) for seed in range(tries))
        ]
    )
    narrow = np.mean(halves < 0.95 * 1.2816 * between**0.5)
    error = (0.1 * 0.9 / tries) ** 0.5
    assert narrow < 0.1 + ERRORS * error, f"{narrow:.2f} of the intervals are too narrow"
    spreads = [
        max(float(planted(between, 10.0, draws, members, seed).between), 0.0)
        for seed in range(tries)
    ]
    bare = np.mean(np.sqrt(spreads) * 1.2816 < 0.95 * 1.2816 * between**0.5)
    assert bare > 0.1 + ERRORS * error  # the planted bug: no allowance for the variance's error

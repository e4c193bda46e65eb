"""Gains of a backtest: paired cases, blocks of months, and what could have been seen."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.backtest import Backtest, Losses
from comity.judge.backtest import backtest_gains, blocks_of


def losses(values: np.ndarray) -> Losses:
    return Losses("flares", "Brier", "pair", ("simulator", "rule"), ("A-B", "A-C"), values)


def test_gains_are_means_over_what_both_answered() -> None:
    values = np.full((2, 30, 1, 2), np.nan)
    values[0, :, 0, 0], values[1, :, 0, 0] = 0.1, 0.3
    values[0, :10, 0, 1] = 0.9  # no rule answered
    found = Backtest("small", np.arange(30), (1,), (losses(values),))
    (gain,) = backtest_gains(found)
    assert (gain.n, gain.ours, gain.method, gain.lead) == (30, "simulator", "rule", 1)
    assert (gain.our_mean, gain.mean, gain.gain) == pytest.approx((0.1, 0.3, 0.2))
    assert (gain.low, gain.high) == pytest.approx((0.2, 0.2))
    assert gain.detectable == pytest.approx(0, abs=1e-9)


def test_blocks_are_as_long_as_the_lead_and_half_a_year_at_least() -> None:
    origins = np.array([100, 103, 106, 111, 112, 124])
    assert blocks_of(origins, 1).tolist() == [0, 0, 1, 1, 2, 4]
    assert blocks_of(origins, 12).tolist() == [0, 0, 0, 0, 1, 2]


def test_what_could_be_seen_grows_with_the_noise_and_falls_with_the_months() -> None:
    def detectable(n: int, noise: float) -> float:
        values = np.zeros((2, n, 1, 2))
        values[1] = np.random.default_rng(1).normal(0, noise, (n, 1, 2))
        (gain,) = backtest_gains(Backtest("small", np.arange(n), (1,), (losses(values),)))
        return gain.detectable

    assert detectable(240, 2.0) == pytest.approx(2 * detectable(240, 1.0))
    assert detectable(240, 1.0) > 2 * detectable(2880, 1.0)
    # 5,760 independent values of sd 1 in 480 blocks: (1.96 + 0.84) / sqrt(5,760), known to 5 times
    # the relative error 1 / sqrt(2 * 480) of a standard error from so many blocks.
    assert detectable(2880, 1.0) == pytest.approx(2.80 / np.sqrt(5760), rel=5 / np.sqrt(960))


def test_nothing_in_common_is_no_gain() -> None:
    values = np.full((2, 5, 1, 2), np.nan)
    values[0, 0] = 1
    assert backtest_gains(Backtest("small", np.arange(5), (1,), (losses(values),))) == ()

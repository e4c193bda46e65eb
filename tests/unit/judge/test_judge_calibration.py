"""Calibration of a backtest: which method at which lead, and which cases hang together."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.backtest import Backtest, Chances, Transforms
from comity.judge.calibration import backtest_calibration

ORIGINS = np.arange(0, 60, 3)
METHODS = ("simulator", "rule", "silent")


def chances() -> Chances:
    generator = np.random.default_rng(3)
    p = generator.choice([0.2, 0.5, 0.8], size=(3, len(ORIGINS), 2, 4))
    p[2] = np.nan
    happened = (generator.uniform(size=p.shape[1:]) < p[0]).astype(float)
    happened[-3:, 1] = np.nan  # the record does not reach so far
    return Chances("turnovers", METHODS, ("A", "B", "C", "D"), p, happened)


def test_every_method_that_answered_has_parts_and_ours_has_points() -> None:
    item = chances()
    found = backtest_calibration(Backtest("small", ORIGINS, (1, 12), (), chances=(item,)))
    assert [(one.method, one.lead, one.n) for one in found] == [
        ("simulator", 1, 80), ("rule", 1, 80), ("simulator", 12, 68), ("rule", 12, 68),
    ]  # fmt: skip
    for one in found:
        parts = one.reliability
        assert parts is not None
        assert bool(parts.points) == (one.method == "simulator")
        place, number = (1, 12).index(one.lead), METHODS.index(one.method)
        score = np.nanmean((item.probability[number, :, place] - item.happened[:, place]) ** 2)
        whole = parts.miscalibration - parts.discrimination + parts.uncertainty
        assert whole == pytest.approx(score)
    assert found == backtest_calibration(Backtest("small", ORIGINS, (1, 12), (), chances=(item,)))


def test_a_year_ahead_is_less_well_known_than_a_month() -> None:
    """Windows of a year overlap: one block of four origins says little more than one origin."""
    item = chances()
    p, y = item.probability.copy(), item.happened.copy()
    p[:, :, 1], y[:, 1] = p[:, :, 0], y[:, 0]
    same = Chances(item.target, item.methods, item.units, p, y)
    near, far = (
        one.reliability
        for one in backtest_calibration(Backtest("s", ORIGINS, (1, 12), (), chances=(same,)))
        if one.method == "simulator"
    )
    assert near is not None
    assert far is not None

    def width(points) -> float:
        return float(np.mean([point.high - point.low for point in points]))

    assert width(far.points) > 1.15 * width(near.points)


def transforms(units: tuple[str, ...]) -> Transforms:
    shape = (1, len(ORIGINS), 1, len(units), 10)
    return Transforms(
        "acts", ("ours",), units, np.full(shape, 0.1), np.full(shape, 0.2),
        np.full(shape[:-1], 0.3), "share of acts",
    )  # fmt: skip


def test_both_directions_of_a_pair_hang_together() -> None:
    two, pairs = (
        backtest_calibration(Backtest("s", ORIGINS, (1,), (), transforms=(transforms(units),)))[0]
        for units in (("A>B", "B>A"), ("A>B", "A>C"))
    )
    assert two.n == pairs.n == 40
    assert (two.sharpness, two.unit) == (pytest.approx(0.3), "share of acts")
    ratio = (two.pit[0].high - 0.1) / (pairs.pit[0].high - 0.1)
    assert ratio == pytest.approx(np.sqrt(2))


def test_nothing_answered_is_nothing_said() -> None:
    none = Chances("flares", ("ours",), (), np.empty((1, 20, 1, 0)), np.empty((20, 1, 0)))
    assert backtest_calibration(Backtest("s", ORIGINS, (1,), (), chances=(none,))) == ()

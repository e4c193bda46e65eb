"""Where a curve crosses a level: steps, slopes, several crossings, none, and none that is sure."""

import numpy as np
import pytest

from comity.core.errors import ParameterError
from comity.judge.crossing import read_curve

GRID = np.linspace(0.0, 1.0, 21)
NOTHING = np.zeros(21)


def curve(mean, level, se=0.0, batches=None, values=GRID):
    return read_curve(values, mean, np.full(mean.shape, se), level, batches)


@pytest.mark.parametrize("at", [0.03, 0.31, 0.5, 0.96])
def test_a_step_is_found_within_a_cell_of_the_grid(at):
    found = curve((at < GRID).astype(float), 0.5)
    assert found.standing == "crosses"
    (crossing,) = found.crossings
    assert crossing.rises
    assert abs(crossing.value - at) <= 0.05
    assert crossing.low == crossing.value == crossing.high


def test_a_straight_line_is_found_where_it_meets_the_level():
    (up,) = curve(GRID, 0.3337).crossings
    (down,) = curve(1 - GRID, 0.3337).crossings
    assert (up.value, up.rises) == (pytest.approx(0.3337), True)
    assert (down.value, down.rises) == (pytest.approx(0.6663), False)


def test_a_hump_crosses_twice_and_a_wave_four_times():
    hump = curve(np.exp(-((GRID - 0.4) ** 2) / 0.02), 0.5).crossings
    half = np.sqrt(0.02 * np.log(2))
    assert [c.rises for c in hump] == [True, False]
    np.testing.assert_allclose([c.value for c in hump], [0.4 - half, 0.4 + half], atol=0.004)
    fine = np.linspace(0, 1, 201)
    wave = curve(np.sin(4 * np.pi * fine + 0.3), 0.0, values=fine).crossings
    places = (np.pi * np.arange(1, 5) - 0.3) / (4 * np.pi)
    np.testing.assert_allclose([c.value for c in wave], places, atol=1e-3)


def test_a_level_that_is_never_reached_is_no_crossing():
    assert curve(GRID, 1.5).standing == "below"
    assert curve(GRID, -0.5).standing == "above"
    assert curve(GRID, 1.5).crossings == ()


def test_a_flat_curve_on_the_level_cannot_be_told_from_it():
    for se in (0.0, 0.1):
        found = curve(np.full(21, 0.5), 0.5, se)
        assert (found.standing, found.n_unresolved) == ("unresolved", 21)


def test_a_curve_that_ends_within_noise_of_the_level_leans_and_does_not_cross():
    mean = np.linspace(0.0, 0.52, 21)
    found = curve(mean, 0.5, se=0.02)
    assert (found.standing, found.crossings, found.leans) == ("below", (), True)
    assert curve(mean, 0.5, se=0.001).standing == "crosses"
    assert not curve(mean, 0.6, se=0.001).leans


def test_noise_on_one_side_is_pooled_instead_of_being_crossed_again():
    mean = np.array([0.0, 0.52, 0.45, 0.53, 0.48, 0.55, 1.0])
    found = read_curve(np.arange(7.0), mean, np.full(7, 0.05), 0.5)
    assert len(found.crossings) == 1
    assert 0 < found.crossings[0].value < 6


def test_a_stretch_of_the_fit_on_the_level_is_met_in_its_middle():
    found = read_curve(np.arange(5.0), np.array([-1.0, 0, 0, 0, 1]), np.full(5, 0.1), 0.0)
    assert found.crossings[0].value == pytest.approx(2.0)


def test_the_interval_is_that_of_a_common_shift_over_the_slope():
    """Batches that lie above or below each other move the crossing of a line by shift / slope."""
    shifts = np.array([-0.03, 0.01, 0.02, -0.01, 0.04, -0.02, 0.0, 0.03, -0.04, 0.0])
    batches = 2 * GRID[None, :] + shifts[:, None]
    (crossing,) = curve(batches.mean(axis=0), 1.0, 0.01, batches).crossings
    error = shifts.std(ddof=1) / np.sqrt(10) / 2
    assert crossing.se == pytest.approx(error, rel=1e-6)
    assert crossing.high - crossing.value == pytest.approx(1.383 * error, rel=1e-3)


def test_an_interval_stays_within_the_range():
    shifts = np.linspace(-0.5, 0.5, 10)
    batches = GRID[None, :] + shifts[:, None]
    (crossing,) = curve(batches.mean(axis=0), 0.1, 0.02, batches).crossings
    assert crossing.low == 0.0


@pytest.mark.parametrize("values", [[0.5], [0.0, 0.0], [1.0, 0.5]])
def test_too_few_or_disordered_values_are_refused(values):
    values = np.array(values)
    with pytest.raises(ParameterError, match="two or more increasing values"):
        read_curve(values, np.zeros(values.size), np.zeros(values.size), 0.5)

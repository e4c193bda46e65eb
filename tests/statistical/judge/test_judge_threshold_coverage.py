"""Intervals of a threshold hold it as often as they say, and ignorance is told from chance.

Bugs that these can catch: an interval without the jackknife's factor of n - 1, one of a single
batch instead of their mean, sampling error counted as ignorance, and a flat curve said to cross.
"""

import numpy as np
import pytest
from scipy.special import expit

from comity.core.thresholds import GridAnswers, Moved, ThresholdAsked
from comity.judge.crossing import read_curve
from comity.judge.threshold import find_threshold, values_closer

GRID = np.linspace(0.0, 1.0, 13)
N_BATCHES, N_WORLDS = 10, 1000
REPEATS = 400
TRUTH = 0.43
TOLERANCE = 5 * np.sqrt(0.8 * 0.2 / REPEATS)
"""Five Monte Carlo standard errors of a coverage of 80%."""
ASKED = ThresholdAsked(words="w", asks="chance", level=0.5, numbers=("n",), outcome="o")


def worlds(generator, shares, shared, n=N_WORLDS):
    """Return mean, its error and batch means of worlds that say yes at ``shares``, (point,)."""
    draws = generator.random((n, 1 if shared else shares.size))
    yes = (draws < shares).reshape(N_BATCHES, -1, shares.size)
    batches = yes.mean(axis=1)
    mean = batches.mean(axis=0)
    return mean, np.sqrt(mean * (1 - mean) / (n - 1)), batches


@pytest.mark.parametrize("shared", [True, False], ids=["shared worlds", "worlds of their own"])
@pytest.mark.parametrize("slope", [4.0, 15.0])
def test_the_interval_of_a_logistic_curve_covers(shared, slope):
    generator = np.random.default_rng([7, int(slope), shared])
    shares = expit(slope * (GRID - TRUTH))
    held, misses = [], []
    for _ in range(REPEATS):
        mean, se, batches = worlds(generator, shares, shared)
        found = read_curve(GRID, mean, se, 0.5, batches)
        (crossing,) = found.crossings
        held.append(crossing.low <= TRUTH <= crossing.high)
        misses.append(crossing.value - TRUTH)
    coverage, bias = np.mean(held), np.mean(misses)
    spread = np.std(misses) / np.sqrt(REPEATS)
    assert abs(coverage - 0.8) < TOLERANCE, f"coverage {coverage:.3f}, slope {slope}"
    assert abs(bias) < 5 * spread + 0.002, f"bias {bias:.4f}, standard error {spread:.4f}"


def test_a_curve_steeper_than_the_grid_is_covered_when_it_is_asked_again():
    """A straight line over a whole cell misses by three sampling errors, over a part of it not."""
    generator = np.random.default_rng(17)
    held, once = [], []
    moved = Moved("n", "", "", (), GRID)
    nothing = GridAnswers(np.zeros((1, GRID.size)), np.ones((1, GRID.size)), None)
    for _ in range(REPEATS):
        draws = generator.random((N_WORLDS, 1))

        def ask(values, draws=draws):
            yes = (draws < expit(40 * (values - TRUTH))).reshape(N_BATCHES, -1, values.size)
            batches = yes.mean(axis=1)
            mean = batches.mean(axis=0)
            return GridAnswers(mean, np.sqrt(mean * (1 - mean) / (N_WORLDS - 1)), batches)

        central = ask(GRID)
        values = values_closer(ASKED, moved, central)
        for closer, into in ((None, once), ((values, ask(values)), held)):
            found = find_threshold(
                ASKED, moved, central, nothing, closer=closer, n_worlds=0, n_draw_worlds=0
            )
            (crossing,) = found.central.crossings
            into.append(crossing.low <= TRUTH <= crossing.high)
    assert np.mean(once) < 0.2
    assert abs(np.mean(held) - 0.8) < TOLERANCE


def test_a_flat_curve_on_the_level_seldom_crosses():
    generator = np.random.default_rng(11)
    crossed = [
        read_curve(GRID, *worlds(generator, np.full(GRID.size, 0.5), False)[:2], 0.5).standing
        == "crosses"
        for _ in range(REPEATS)
    ]
    allowed = 0.05 + 5 * np.sqrt(0.05 * 0.95 / REPEATS)
    assert np.mean(crossed) < allowed


@pytest.mark.parametrize("sd", [0.0, 0.1])
def test_ignorance_is_what_is_left_of_the_spread_without_chance(sd):
    generator = np.random.default_rng([13, int(100 * sd)])
    n_draws = 300
    truths = 0.5 + sd * generator.standard_normal(n_draws)
    grids = [worlds(generator, expit(12 * (GRID - x)), True, 200) for x in truths]
    mean, se, batches = (np.array(part) for part in zip(*grids, strict=True))
    moved = Moved("n", "", "", (), GRID)
    central = GridAnswers(GRID, np.zeros(GRID.size), None)
    found = find_threshold(
        ASKED, moved, central, GridAnswers(mean, se, batches), n_worlds=0, n_draw_worlds=200
    ).spread
    assert found.share_found > 0.98
    # Chance: a share of one half in 200 worlds is off by 0.035, over a slope of 3 at the crossing.
    assert found.chance_sd == pytest.approx(0.0354 / 3, rel=0.25)
    error = np.sqrt((sd**2 + found.chance_sd**2) / (2 * n_draws))
    assert found.ignorance_sd == pytest.approx(sd, abs=5 * error if sd else 2 * found.chance_sd / 3)
    if sd:
        reach = 1.2816 * np.hypot(sd, found.chance_sd)
        quantile_error = 5 * np.hypot(sd, found.chance_sd) * 1.7 / np.sqrt(n_draws)
        assert found.low == pytest.approx(0.5 - reach, abs=quantile_error)
        assert found.high == pytest.approx(0.5 + reach, abs=quantile_error)

"""Readings at known hyper-parameters are where the truth is, on average, and as wide as they say.

z is the truth less the posterior mean, in posterior sd. If the posterior is right, z has mean 0 and
sd 1 over records, whatever the posterior's shape; a reading at the mode has a mean z of about 0.1
where cooperative acts are the larger share. Intervals made of mean and sd cover their nominal share
only where the posterior is Gaussian: that is printed, and held to three points.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from benchmarks.measure.bias import FEW, LEVELS, Figures, measured, vectors

from comity.measure import filter as filter_module
from comity.measure import kernels

pytestmark = pytest.mark.statistical
N_PAIRS = 1000
LARGEST_SE = 4.5  # of 16 figures; false alarm in one of 9,000 seeds
THREE_POINTS = 0.03


def table(n_pairs: int, **changes: object) -> dict[tuple[str, str], Figures]:
    found = measured(n_pairs, seed=2, n_threads=2, **changes)
    return {(name, months): figures for name, months, figures in found}


def departures(found: dict[tuple[str, str], Figures]) -> tuple[float, str]:
    """Return the largest departure of mean and sd of z, in Monte Carlo errors, and the figures."""
    largest, words = 0.0, []
    for (name, months), one in found.items():
        for expected, (value, error) in ((0.0, one.mean), (1.0, one.sd)):
            largest = max(largest, abs(value - expected) / error)
        inside = ", ".join(f"{k:.0%} {x:.3f} ({e:.3f})" for k, (x, e) in one.coverage.items())
        words.append(
            f"{name}, {months}: mean {one.mean[0]:+.3f} (SE {one.mean[1]:.3f}), sd "
            f"{one.sd[0]:.3f} (SE {one.sd[1]:.3f}); inside {inside}"
        )
    return largest, "\n".join(words)


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], Figures]:
    return table(N_PAIRS)


def test_readings_have_no_bias_and_the_width_they_say(
    found: dict[tuple[str, str], Figures], capsys: pytest.CaptureFixture[str]
) -> None:
    largest, words = departures(found)
    with capsys.disabled():
        print(f"\n{words}")
    assert largest < LARGEST_SE, words
    assert {months for _, months in found} == {"all months", f"under {FEW} acts"}


def test_intervals_of_mean_and_sd_cover(found: dict[tuple[str, str], Figures]) -> None:
    for key, one in found.items():
        for level, (share, error) in one.coverage.items():
            assert abs(share - level) < THREE_POINTS + 2 * error, (key, level, share, error)
    assert set(LEVELS) == {0.5, 0.8, 0.9, 0.99}


def test_a_reading_at_the_mode_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted bug: filtered readings lie by about a tenth of their sd off, as modes would."""
    shifted = filter_module.filter_panel

    def at_the_mode(panel, parameters, *more: Any):
        run = shifted(panel, parameters)
        sd = np.sqrt(run.covariance[:, 0, 0])
        run.mean[:, 0] += 0.15 * sd
        return run

    monkeypatch.setattr("comity.measure.mixture.filter_panel", at_the_mode)
    assert departures(table(N_PAIRS))[0] > LARGEST_SE


def test_steps_read_as_half_would_be_caught() -> None:
    """Planted bug: level and flare move half as far in a month as they do."""
    wrong = tuple(vector.copy() for vector in vectors())
    for vector in wrong:
        for part in (1, 2, 4, 5):
            vector[kernels.VARIANCE + part] /= 4
    assert departures(table(300, parameters=wrong))[0] > LARGEST_SE

"""A strictly better forecast never scores worse in expectation: exact expectations, any truth.

Better means a part of the way toward the truth. Each score is convex in the forecast and smallest
at the truth, so its expectation must fall, or stay, all the way. A score with a wrong sign, a
missing half or classes counted from the wrong end breaks this somewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from comity.judge import scores

SLACK = 1e-9
chance = st.floats(0.001, 0.999)
part = st.floats(0, 1)


@st.composite
def two_laws(draw) -> tuple[np.ndarray, np.ndarray]:
    """A truth and a forecast over the same ordered classes."""
    n = draw(st.integers(2, 6))
    weights = st.lists(st.floats(0.01, 1), min_size=n, max_size=n)
    truth, said = (np.array(draw(weights)) for _ in range(2))
    return truth / truth.sum(), said / said.sum()


@given(chance, chance, part)
def test_of_yes_and_no(truth: float, said: float, moved: float) -> None:
    nearer = said + moved * (truth - said)
    for score in (scores.brier_score, scores.log_score):
        worse, better = (
            truth * score(p, True) + (1 - truth) * score(p, False) for p in (said, nearer)
        )
        assert better <= worse + SLACK


@given(two_laws(), part)
def test_of_ordered_classes(laws, moved: float) -> None:
    truth, said = laws
    nearer = (1 - moved) * said + moved * truth
    worse, better = (
        truth @ scores.ranked_probability_score(p, np.arange(len(truth))) for p in (said, nearer)
    )
    assert better <= worse + SLACK


@given(
    st.lists(st.integers(-5, 5), min_size=1, max_size=5),
    st.lists(st.integers(-5, 5), min_size=1, max_size=5),
    st.integers(0, 4),
)
def test_of_draws(truth: list[int], said: list[int], n_moved: int) -> None:
    """Forecast draws are mixed with draws of the truth in whole numbers."""
    y = np.array(truth, float)
    worse_draws = np.tile(said, 4 * len(truth))
    better_draws = np.concatenate(
        [np.tile(said, (4 - n_moved) * len(truth)), np.tile(truth, n_moved * len(said))]
    )
    worse, better = (
        scores.crps_ensemble(np.broadcast_to(x, (len(y), len(x))), y).mean()
        for x in (worse_draws, better_draws)
    )
    assert better <= worse + SLACK


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=9), st.floats(-8, 8), part, chance)
def test_of_quantiles(truth: list[float], said: float, moved: float, level: float) -> None:
    y = np.array(truth)
    right = np.quantile(y, level, method="inverted_cdf")
    worse, better = (
        scores.quantile_score(q, level, y).mean() for q in (said, said + moved * (right - said))
    )
    assert better <= worse + SLACK


@given(
    st.lists(st.floats(-5, 5), min_size=1, max_size=9),
    st.floats(-8, 8), st.floats(0, 8), part, st.floats(0.1, 0.9),
)  # fmt: skip
def test_of_intervals(truth, low: float, width: float, moved: float, coverage: float) -> None:
    y = np.array(truth)
    tail = (1 - coverage) / 2
    ends = np.quantile(y, [tail, 1 - tail], method="inverted_cdf")
    said = np.array([low, low + width])
    worse, better = (
        scores.interval_score(pair[0], pair[1], y, coverage=coverage).mean()
        for pair in (said, said + moved * (ends - said))
    )
    assert better <= worse + 1e-6


@given(st.floats(-3, 3), st.floats(0.1, 3), st.floats(-3, 3), st.floats(0.1, 3), part)
def test_of_normals(mean: float, sd: float, said: float, said_sd: float, moved: float) -> None:
    """A mixture of the forecast and the truth is between them; expectations by mid-quantiles."""
    from scipy.special import ndtri

    y = mean + sd * ndtri((np.arange(2000) + 0.5) / 2000)
    means, sds = np.array([said, mean]), np.array([said_sd, sd])
    better = scores.crps_normal_mixture(means, sds, y, np.array([1 - moved, moved])).mean()
    worse = scores.crps_normal(said, said_sd, y).mean()
    assert better <= worse + 1e-4
    assert scores.crps_normal(mean, sd, y).mean() <= worse + 1e-4


RIGHT = {name: getattr(scores, name) for name in dir(scores) if name.endswith("_score")}
RIGHT["crps_ensemble"] = scores.crps_ensemble


def linear(p, happened):
    """Absolute error of a chance: pays for overstating what is likelier than not."""
    return np.abs(p - happened)


def upside_down(probabilities, happened):
    """Ranked probability score with the sign turned."""
    return -RIGHT["ranked_probability_score"](probabilities, happened)


def spread_counted_whole(members, observed):
    """CRPS without its half: pays for spread."""
    near = np.abs(members - observed[:, None]).mean(axis=-1)
    return 2 * RIGHT["crps_ensemble"](members, observed) - near


def no_width(low, high, observed, *, coverage):
    """Interval score without the width: pays for the widest interval, and none for hitting."""
    whole = RIGHT["interval_score"](low, high, observed, coverage=coverage)
    return whole - 2 * (high - low)


@pytest.mark.parametrize(
    ("name", "improper", "check"),
    [
        ("brier_score", linear, test_of_yes_and_no),
        ("log_score", lambda p, y: -RIGHT["log_score"](p, y), test_of_yes_and_no),
        ("ranked_probability_score", upside_down, test_of_ordered_classes),
        ("crps_ensemble", spread_counted_whole, test_of_draws),
        ("interval_score", no_width, test_of_intervals),
    ],
)
def test_an_improper_score_is_seen(
    monkeypatch, name: str, improper: Callable, check: Callable
) -> None:
    """The properties above fail where a score is not proper; without that they would say little."""
    monkeypatch.setattr(scores, name, improper)
    with pytest.raises((AssertionError, ExceptionGroup)) as caught:
        check()
    found = caught.value
    several = found.exceptions if isinstance(found, ExceptionGroup) else (found,)
    assert all(isinstance(one, AssertionError) for one in several)

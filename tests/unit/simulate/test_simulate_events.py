"""Events of a hazard happen as their probability says, whether or not it had to be worked out."""

import numpy as np
import pytest

from comity.simulate.compiled import compiled
from comity.simulate.events import draw_events, gather, has_odds

MEMBERS = 20_000


@compiled()
def drawn(words, hazard, happens):
    draw_events(words, hazard, happens)


@compiled()
def gathered(marks, marked):
    return gather(marks, marked)


@compiled()
def odds(uniform, score):
    return has_odds(uniform, score)


def happened(words: np.ndarray, hazard: np.ndarray) -> np.ndarray:
    happens = np.full(words.size, 7, np.int8)
    drawn(words, hazard, happens)
    return happens


@pytest.mark.parametrize("size", [1e-9, 1e-3, 0.1, 0.5, 1.0, 3.0, 30.0, 1e6, 1e300])
def test_an_event_happens_below_its_probability(size: float) -> None:
    rng = np.random.default_rng(4)
    hazard = size * rng.uniform(0.0, 2.0, MEMBERS)
    words = rng.integers(0, 2**32, MEMBERS, np.uint32)
    expected = (words + 0.5) / 2**32 < -np.expm1(-hazard)
    np.testing.assert_array_equal(happened(words, hazard), expected)


@pytest.mark.parametrize("hazard", [0.01, 0.2, 0.8, 2.0])
def test_the_nearest_words_on_either_side_are_told_apart(hazard: float) -> None:
    """Where the partial sums cannot tell: within a few words of the probability."""
    last = int(np.floor(-np.expm1(-hazard) * 2**32 - 0.5))
    words = np.arange(last - 3, last + 5).astype(np.uint32)
    found = happened(words, np.full(words.size, hazard))
    np.testing.assert_array_equal(found, [1, 1, 1, 1, 0, 0, 0, 0])


def test_without_a_hazard_nothing_happens_and_with_an_endless_one_everything_does() -> None:
    words = np.array([0, 1, 2**31, 2**32 - 1] * 4, np.uint32)
    assert not happened(words, np.zeros(16)).any()
    assert happened(words, np.full(16, np.inf)).all()


def test_odds_are_those_of_the_logistic_function() -> None:
    rng = np.random.default_rng(5)
    for score in rng.normal(0.0, 4.0, 500):
        uniform = rng.uniform()
        assert odds(uniform, score) == (uniform < 1.0 / (1.0 + np.exp(-score)))
    assert odds(1e-9, 1e4)
    assert not odds(1e-9, -1e4)


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_the_marked_are_gathered_in_order(share: float) -> None:
    marks = (np.random.default_rng(6).uniform(size=200) < share).astype(np.int8)
    marked = np.zeros(200, np.int32)
    n = gathered(marks, marked)
    np.testing.assert_array_equal(marked[:n], np.flatnonzero(marks))

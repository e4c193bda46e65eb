"""Noise and tangents in single precision against SciPy and NumPy."""

import numpy as np
import pytest
from numba import njit
from scipy import special

from comity.simulate import single
from comity.simulate.compiled import from_python
from comity.simulate.single import ERROR_OF_TANGENT, error_of_noise

normals_of_words = from_python(single.normals_of_words)
hyperbolic_tangent = from_python(single.hyperbolic_tangent)


def found(words):
    numbers = words.copy().view(np.float32)
    normals_of_words(numbers)
    return numbers


def exact(words):
    tail = np.minimum(words, ~words)
    return np.where(words == tail, 1, -1) * special.ndtri((tail + 0.5) * 2.0**-32)


@pytest.fixture(scope="module")
def words():
    """Of all words 400,000, half of them in the tails, and the ends of every power of two."""
    rng = np.random.default_rng(7)
    words = rng.integers(0, 2**32, 400_000, dtype=np.uint64)
    words[:160_000] >>= rng.integers(0, 32, 160_000).astype(np.uint64)
    words[160_000:200_000] = 2**32 - 1 - words[:40_000]
    bases = np.array([factor << n for factor in (2, 3) for n in range(6, 30)] + [2**31], np.uint64)
    near = bases[:, None] + np.arange(80, dtype=np.uint64) - 40
    ends = np.arange(256, dtype=np.uint64)
    return np.concatenate([words, near.ravel(), ends, 2**32 - 1 - ends]).astype(np.uint32)


def test_normals_keep_to_the_error_that_tolerances_rest_on(words):
    assert words.min() == 0
    assert words.max() == 2**32 - 1
    q = exact(words)
    off = np.abs(found(words) - q)
    assert np.all(off <= error_of_noise(q))
    assert np.sqrt(np.mean((off / np.maximum(np.abs(q), 0.01)) ** 2)) < 1.3e-7


def test_opposite_words_have_opposite_normals(words):
    assert np.array_equal(found(~words), -found(words))


def test_from_a_word_to_the_next_a_normal_falls_by_rounding_alone(words):
    for low in (np.unique(words)[:-1], np.arange(2**31 - 400, 2**31 + 400, dtype=np.uint32)):
        before, after = found(low).astype(np.float64), found(low + np.uint32(1))
        assert np.all(before - after <= 4e-7 * np.abs(after))
        assert np.all(np.diff(before) >= -4e-7 * np.abs(before[1:]))


def test_the_moments_of_evenly_spread_words_are_those_of_the_normal():
    words = np.arange(2**11, 2**32, 2**12, dtype=np.uint64).astype(np.uint32)
    numbers = found(words).astype(np.float64)
    assert abs(np.mean(numbers)) < 1e-6
    assert abs(np.mean(numbers**2) - 1) < 1e-5
    assert abs(np.mean(numbers**4) - 3) < 1e-3


@pytest.mark.parametrize("members", [1, 7, 16, 48, 256])
def test_a_normal_is_the_same_wherever_a_member_stands(words, members):
    all_at_once = found(words)
    for start in (0, 5, 49_990, words.size - members):
        part = slice(start, start + members)
        assert np.array_equal(found(words[part]), all_at_once[part])
        assert np.array_equal(found(words[part][::-1]), all_at_once[part][::-1])


def test_tangents_keep_to_the_error_that_tolerances_rest_on():
    x = np.concatenate([np.linspace(-30, 30, 200_001), np.linspace(-1, 1, 100_001)])

    @njit
    def apply(x, out):
        for k in range(x.size):
            out[k] = hyperbolic_tangent(x[k])

    found, opposite = np.empty(x.size, np.float32), np.empty(x.size, np.float32)
    apply(x, found)
    apply(-x, opposite)
    assert np.max(np.abs(found - np.tanh(x))) < ERROR_OF_TANGENT
    assert np.array_equal(opposite, -found)

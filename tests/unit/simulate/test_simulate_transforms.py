"""The transforms against SciPy and closed forms."""

import numpy as np
import pytest
from numba import njit
from scipy import special, stats

from comity.simulate import transforms
from comity.simulate.compiled import from_python

exponential = from_python(transforms.exponential)
exponential_within = from_python(transforms.exponential_within)
normal_quantile = from_python(transforms.normal_quantile)
normal_quantiles = from_python(transforms.normal_quantiles)
poisson_quantile = from_python(transforms.poisson_quantile)
quotient = from_python(transforms.quotient)
student_t4_quantile = from_python(transforms.student_t4_quantile)

U = np.concatenate([[2.0**-33, 1e-9, 1e-4], np.linspace(0.001, 0.999, 999), [1 - 2.0**-33]])


def test_exp_keeps_to_its_error():
    x = np.concatenate([np.linspace(-700, 700, 20_001), np.linspace(-1, 1, 20_001)])

    @njit
    def apply(x, out):
        for k in range(x.size):
            out[k] = exponential(x[k])

    found = np.empty_like(x)
    apply(x, found)
    assert np.max(np.abs(found / np.exp(x) - 1)) < 5e-14


def test_exp_of_nothing_is_one():
    assert exponential(0.0) == 1


def test_a_quotient_keeps_to_its_error():
    rng = np.random.default_rng(11)
    a, x = rng.normal(size=5000), 10 ** rng.uniform(-36, 36, 5000)
    found = np.array([quotient(*pair) for pair in zip(a, x, strict=True)])
    assert np.max(np.abs(found * x / a - 1)) < 1e-14
    assert quotient(1.0, 1e60) == 0


def test_exp_stays_finite_far_out():
    assert np.isfinite(exponential(1e9))
    assert 0 < exponential(-1e9) < 1e-300


def test_exp_without_a_look_at_the_range_has_the_same_bits():
    x = np.linspace(-708, 708, 1001)
    assert [exponential_within(v) for v in x] == [exponential(v) for v in x]


@pytest.fixture(scope="module")
def grid():
    """Of the words of 32 bits that uniforms come from: 100,000, half of them in the tails."""
    rng = np.random.default_rng(7)
    words = rng.integers(0, 2**32, 100_000, dtype=np.uint64)
    words[:40_000] >>= rng.integers(0, 32, 40_000).astype(np.uint64)
    words[40_000:50_000] = 2**32 - 1 - words[:10_000]
    words[50_000:50_040] = 2**31 - 20 + np.arange(40)
    words[-512:-256] = np.arange(256)
    words[-256:] = 2**32 - 1 - np.arange(256)
    return (words + 0.5) * 2.0**-32


def quantiles(u):
    out = np.empty_like(u)
    normal_quantiles(u, out)
    return out


def test_the_normal_quantile_is_exact_for_a_number_close_to_the_uniform(grid):
    """A uniform stands for a cell of 2^-32; the number meant lies within a 25th of that of it."""
    assert grid.min() == 2.0**-33
    assert grid.max() == 1 - 2.0**-33
    exact = special.ndtri(grid)
    off = np.abs(quantiles(grid) - exact) * stats.norm.pdf(exact)
    assert np.max(off) < 2.0**-32 / 25


def test_the_normal_quantile_keeps_its_errors_from_the_middle_to_the_last_word(grid):
    exact = special.ndtri(grid)
    off = np.abs(quantiles(grid) - exact)
    assert np.max(off / np.abs(exact)) < 1.5e-10
    assert np.max((off / np.abs(exact))[np.abs(exact) < 1]) < 3e-11
    assert np.max(off) < 4e-10


def test_the_normal_quantile_is_odd_about_the_middle(grid):
    assert np.array_equal(quantiles(1 - grid), -quantiles(grid))
    assert normal_quantile(0.5) == 0


def test_the_normal_quantile_never_falls_from_one_uniform_to_the_next(grid):
    ordered = np.unique(grid)
    assert np.all(np.diff(quantiles(ordered)) > 0)


def test_neighbouring_words_have_rising_normals_half_a_step_apart_at_least():
    rng = np.random.default_rng(8)
    last = 2**32 - 2
    words = np.concatenate([rng.integers(0, last, 60_000), [0, 1, 2**31 - 1, 2**31, last]])
    words = np.concatenate([words, *(2**n + np.arange(-40, 40) for n in range(6, 32))])
    words = np.concatenate([words, *(3 * 2**n + np.arange(-40, 40) for n in range(6, 30))])
    low, high = (words + 0.5) * 2.0**-32, (words + 1.5) * 2.0**-32
    step = special.ndtri(high) - special.ndtri(low)
    assert np.all(quantiles(high) - quantiles(low) > 0.5 * step)


@pytest.mark.parametrize("members", [1, 7, 16, 48, 256])
def test_the_normal_quantile_is_the_same_wherever_a_member_stands(grid, members):
    all_at_once = quantiles(grid)
    assert [normal_quantile(u) for u in grid[:2000]] == list(all_at_once[:2000])
    for start in (0, 5, 49_990, grid.size - members):
        part = slice(start, start + members)
        assert np.array_equal(quantiles(grid[part]), all_at_once[part])
        assert np.array_equal(quantiles(grid[part][::-1].copy()), all_at_once[part][::-1])


def test_the_t4_quantile_inverts_its_distribution():
    t = np.array([student_t4_quantile(u) for u in U])
    tail = stats.t.sf(np.abs(t), 4)  # accurate in the tail, unlike 1 - cdf
    assert np.max(np.abs(tail / np.minimum(U, 1 - U) - 1)) < 1e-6
    assert abs(student_t4_quantile(0.5)) < 1e-16


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.3, 2.0, 30.0])
def test_the_poisson_quantile_is_the_usual_one_up_to_five(rate):
    expected = np.minimum(stats.poisson.ppf(U, rate) if rate else np.zeros_like(U), 5)
    assert [poisson_quantile(u, rate) for u in U] == list(expected)

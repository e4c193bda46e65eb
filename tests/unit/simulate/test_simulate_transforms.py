"""The transforms against SciPy and closed forms."""

import numpy as np
import pytest
from numba import njit
from scipy import special, stats

from comity.simulate.transforms import (
    exponential,
    hyperbolic_tangent,
    normal_quantile,
    normal_quantiles,
    poisson_quantile,
    student_t4_quantile,
)

U = np.concatenate([[2.0**-33, 1e-9, 1e-4], np.linspace(0.001, 0.999, 999), [1 - 2.0**-33]])


@pytest.mark.parametrize(("mine", "theirs"), [(exponential, np.exp), (hyperbolic_tangent, np.tanh)])
def test_exp_and_tanh_are_within_a_few_units_of_the_last_place(mine, theirs):
    x = np.linspace(-30, 30, 20_001)

    @njit
    def apply(x, out):
        for k in range(x.size):
            out[k] = mine(x[k])

    found = np.empty_like(x)
    apply(x, found)
    scale = np.abs(theirs(x)) if theirs is np.exp else 1
    assert np.max(np.abs(found - theirs(x)) / scale) < 1e-15


def test_exp_stays_finite_far_out():
    assert np.isfinite(exponential(1e9))
    assert 0 < exponential(-1e9) < 1e-300


def test_the_normal_quantile_is_exact_to_rounding():
    found = np.empty_like(U)
    normal_quantiles(U, found)
    assert np.max(np.abs(found - special.ndtri(U)) / (1e-3 + np.abs(found))) < 5e-15
    assert [normal_quantile(u) for u in U] == list(found)


def test_the_t4_quantile_inverts_its_distribution():
    t = np.array([student_t4_quantile(u) for u in U])
    tail = stats.t.sf(np.abs(t), 4)  # accurate in the tail, unlike 1 - cdf
    assert np.max(np.abs(tail / np.minimum(U, 1 - U) - 1)) < 1e-6
    assert abs(student_t4_quantile(0.5)) < 1e-16


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.3, 2.0, 30.0])
def test_the_poisson_quantile_is_the_usual_one_up_to_five(rate):
    expected = np.minimum(stats.poisson.ppf(U, rate) if rate else np.zeros_like(U), 5)
    assert [poisson_quantile(u, rate) for u in U] == list(expected)

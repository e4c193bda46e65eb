"""Indices against closed forms (Ishigami & Homma 1990) and against SALib on the same answers."""

import numpy as np
import pytest
from SALib.analyze import sobol as salib_sobol
from tests.fixtures.known_variance import FIRST, TOTAL, VARIANCE, factors, ishigami

from comity.judge.sobol import sobol_design, sobol_indices


def indices_of(function, groups, n_base, seed=1, noise=0.0):
    design = sobol_design(groups, n_base, seed)
    mean = function(design.rows)[None]
    n_groups = max(groups) + 1
    return sobol_indices(
        mean, np.full(mean.shape, noise), n_base=n_base, quantities=("y",),
        factors=factors(n_groups), n_worlds=1, seed=seed,
    )  # fmt: skip


def test_indices_of_ishigami_are_those_of_its_closed_form():
    found = indices_of(ishigami, [0, 1, 2], 4096)
    # Sobol' points do better than the random error of which these intervals tell.
    assert found.variance_low[0] < VARIANCE < found.variance_high[0]
    half = (found.first_high - found.first_low) / 2
    np.testing.assert_array_less(np.abs(found.first[0] - FIRST), half[0] + 1e-3)
    half = (found.total_high - found.total_low) / 2
    np.testing.assert_array_less(np.abs(found.total[0] - TOTAL), half[0])
    np.testing.assert_allclose(found.total[0], TOTAL, atol=0.02)
    np.testing.assert_allclose(found.first[0], FIRST, atol=0.02)


def test_an_additive_function_has_equal_first_and_total_and_a_dummy_has_none():
    weights = np.array([3.0, 2.0, 1.0, 0.0])
    found = indices_of(lambda rows: rows @ weights, [0, 1, 2, 3], 2048)
    share = weights**2 / np.sum(weights**2)
    np.testing.assert_allclose(found.first[0], share, atol=0.01)
    np.testing.assert_allclose(found.total[0], share, atol=0.01)
    assert found.first[0, 3] == found.total[0, 3] == 0
    np.testing.assert_allclose(found.variance, np.sum(weights**2) / 12, rtol=0.01)


def test_a_group_has_the_share_of_its_members_together():
    weights = np.array([3.0, 2.0, 1.0])
    found = indices_of(lambda rows: rows @ weights, [0, 1, 1], 2048)
    np.testing.assert_allclose(found.total[0], [9 / 14, 5 / 14], atol=0.01)


def test_a_choice_has_the_variance_between_its_levels():
    worth = np.array([0.0, 1.0, 5.0])
    found = indices_of(lambda rows: worth[(rows[:, 0] * 3).astype(int)] + rows[:, 1], [0, 1], 2048)
    between = worth.var()
    share = np.array([between, 1 / 12]) / (between + 1 / 12)
    np.testing.assert_allclose(found.first[0], share, atol=0.02)
    np.testing.assert_allclose(found.total[0], share, atol=0.02)


def test_salib_finds_the_same_from_the_same_answers():
    n, k = 1024, 3
    design = sobol_design(range(k), n, 5)
    answer = ishigami(design.rows)
    found = sobol_indices(
        answer[None], np.zeros((1, answer.size)), n_base=n, quantities=("y",),
        factors=factors(k), n_worlds=1, seed=1,
    )  # fmt: skip
    # SALib takes the answers row by row of the base samples: A, A_1 ... A_k, B.
    a, b, *mixed = answer.reshape(k + 2, n)
    theirs = salib_sobol.analyze(
        {"num_vars": k, "names": ["x0", "x1", "x2"], "bounds": [[0, 1]] * k},
        np.stack([a, *mixed, b]).T.ravel(), calc_second_order=False, num_resamples=50, seed=1,
    )  # fmt: skip
    # The same estimators, but for the mean and the 2n - 1 in the variance.
    np.testing.assert_allclose(found.total[0], theirs["ST"], atol=2e-3)
    np.testing.assert_allclose(found.first[0], theirs["S1"], atol=2e-3)


@pytest.mark.parametrize("n_base", [0, 3, 1000])
def test_a_number_of_samples_that_is_no_power_of_two_is_refused(n_base):
    from comity.core.errors import ParameterError

    with pytest.raises(ParameterError, match=r"a power of two, 4 or more.*Ask for \d"):
        sobol_design([0], n_base, 1)

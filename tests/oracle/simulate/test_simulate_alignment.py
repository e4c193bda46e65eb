"""Alignment in two domains: the best point of the square, and its limits with known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from comity.simulate import alignment
from comity.simulate.compiled import from_python

best_alignment = from_python(alignment.best_alignment)
taste_and_linkage = from_python(alignment.taste_and_linkage)

CASES = range(300)


def drawn(case: int) -> tuple[float, float, float, float]:
    generator = np.random.default_rng([5, case])
    security, economy = generator.normal(0, 1, 2)
    return security, economy, generator.uniform(0.1, 3), generator.choice([0.0, 0.3, 5.0])


def searched(security: float, economy: float, taste: float, linkage: float) -> np.ndarray:
    """Minimize the same quadratic as a bounded least-squares problem."""
    curvature = taste * np.eye(2) + linkage * np.array([[1, -1], [-1, 1]])
    root = np.linalg.cholesky(curvature).T
    goal = np.linalg.solve(root.T, np.array([security, economy]))
    found = lsq_linear(root, goal, bounds=(-0.5, 0.5), method="bvls", tol=1e-15)
    return found.x + 0.5


@pytest.mark.parametrize("case", CASES)
def test_closed_form_is_what_a_search_finds(case: int) -> None:
    np.testing.assert_allclose(best_alignment(*drawn(case)), searched(*drawn(case)), atol=1e-8)


def test_cases_lie_inside_on_an_edge_and_in_a_corner() -> None:
    at_bound = [sum(a in (0.0, 1.0) for a in best_alignment(*drawn(case))) for case in CASES]
    assert all(at_bound.count(n) > 20 for n in (0, 1, 2))


def test_clipping_both_at_once_would_be_caught() -> None:
    """Planted bug: the other domain is not solved again once one is at its bound."""
    wrong = 0
    for case in CASES:
        security, economy, taste, linkage = drawn(case)
        total, split = (security + economy) / taste, (security - economy) / (taste + 2 * linkage)
        clipped = np.clip([(total + split) / 2, (total - split) / 2], -0.5, 0.5) + 0.5
        wrong += np.abs(clipped - best_alignment(*drawn(case))).max() > 1e-8
    assert wrong > 20


def test_an_overwhelming_taste_for_the_middle_gives_one_half() -> None:
    for case in CASES:
        security, economy, _, linkage = drawn(case)
        assert best_alignment(security, economy, 1e12, linkage) == pytest.approx((0.5, 0.5))


def test_an_overwhelming_linkage_gives_the_same_alignment_in_both_domains() -> None:
    for case in CASES:
        security, economy, taste, _ = drawn(case)
        found = best_alignment(security, economy, taste, 1e12)
        assert found[0] == pytest.approx(found[1], abs=1e-9)


def test_without_tension_the_domains_may_part_and_tension_closes_the_split() -> None:
    judged = {"taste": 1.5, "taste_fall": 1.5, "linkage": 0.5, "linkage_rise": 1.0}
    calm, linked = taste_and_linkage(0.0, **judged)
    assert (calm, linked) == (1.5, 0.0)
    split = []
    for tension in (0.0, 1.0, 2.0, 4.0):
        security, economy = best_alignment(0.4, -0.4, *taste_and_linkage(tension, **judged))
        split.append(security - economy)
    assert split[0] == pytest.approx(0.8 / 1.5)
    assert split[-1] < 0.05 * split[0]
    assert math.isclose(taste_and_linkage(2.0, **judged)[1], 0.5 * (math.e**2 - 1))

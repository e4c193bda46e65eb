"""Hazard fits and their covariances beside statsmodels and beside sums over all pairs of rows."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.genmod.families.links import CLogLog, Logit

from comity.explain.clustered import shared_member_meat
from comity.explain.hazards import fit_hazard
from comity.explain.jackknife import fit_jackknife
from comity.explain.within import Within, fit_within


@pytest.fixture(scope="module")
def ends():
    generator = np.random.default_rng(11)
    n, n_units = 3000, 200
    unit = generator.integers(0, n_units, n)
    x = generator.normal(size=n) + 0.5 * generator.normal(size=n_units)[unit]
    changed = (generator.random(n) < 0.2).astype(float)
    line = -3 + 0.4 * x + 0.9 * changed + 0.3 * generator.normal(size=n_units)[unit]
    outcome = (generator.random(n) < -np.expm1(-np.exp(line))).astype(float)
    members = generator.integers(0, 40, n_units)[unit], generator.integers(40, 80, n_units)[unit]
    return outcome, {"x": x, "changed": changed}, unit, members


@pytest.mark.parametrize(("link", "theirs"), [("cloglog", CLogLog()), ("logit", Logit())])
def test_a_hazard_fit_equals_the_one_of_statsmodels(ends, link, theirs):
    outcome, drivers, unit, _ = ends
    fit = fit_hazard(outcome, drivers, cluster=unit, link=link)
    design = np.column_stack([np.ones(len(outcome)), *drivers.values()])
    family = sm.families.Binomial(theirs)
    other = sm.GLM(outcome, design, family=family).fit(
        tol=1e-12, cov_type="cluster", cov_kwds={"groups": unit}
    )
    assert np.allclose(fit.coefficients, other.params, atol=1e-8)
    assert np.allclose(fit.covariance, other.cov_params(), rtol=1e-6)
    assert fit.log_likelihood == pytest.approx(other.llf, rel=1e-10)
    low, high = np.exp(other.conf_int()[2])
    assert fit.ratio("changed")[1:] == pytest.approx((low, high), rel=1e-6)


def test_rows_that_share_a_member_are_summed_pair_by_pair():
    generator = np.random.default_rng(3)
    n = 120
    first, second = generator.integers(0, 8, n), generator.integers(8, 14, n)
    swap = generator.random(n) < 0.5
    one, other = np.where(swap, second, first), np.where(swap, first, second)
    scores = generator.normal(size=(n, 2)) + generator.normal(size=(14, 2))[one]
    brute = np.zeros((2, 2))
    for i in range(n):
        for j in range(n):
            if {one[i], other[i]} & {one[j], other[j]}:
                brute += np.outer(scores[i], scores[j])
    values, vectors = np.linalg.eigh(brute)
    expected = (vectors * np.maximum(values, 0)) @ vectors.T
    assert np.allclose(shared_member_meat(scores, one, other), expected, atol=1e-9)


def test_within_equals_least_squares_with_a_column_for_every_effect():
    generator = np.random.default_rng(5)
    n_pairs, n_years = 30, 6
    unit, year = np.repeat(np.arange(n_pairs), n_years), np.tile(np.arange(n_years), n_pairs)
    kept = generator.random(len(unit)) < 0.8
    unit, year = unit[kept], year[kept]
    x, held = generator.normal(size=(2, len(unit))) + generator.normal(size=n_pairs)[unit]
    weights = generator.uniform(0.5, 2, len(unit))
    y = 0.7 * x - 0.2 * held + generator.normal(size=n_pairs)[unit] + generator.normal(size=len(x))
    panel = Within(unit, year, (unit, unit + 100), weights, by_member=False)
    fit = fit_within(panel, y, {"x": x}, {"held": held})
    dummies = [unit[:, None] == np.unique(unit), year[:, None] == np.unique(year)[1:]]
    design = np.column_stack([x, held, *dummies]).astype(float)
    theirs = sm.WLS(y, design, weights=weights).fit()
    assert fit.coefficients[0] == pytest.approx(theirs.params[0], rel=1e-9)
    robust = theirs.get_robustcov_results(
        "cluster", groups=unit, use_correction=False, df_correction=False
    )
    assert fit.se("x") == pytest.approx(robust.bse[0], rel=1e-7)


def test_leaving_a_state_out_equals_fitting_without_it():
    generator = np.random.default_rng(6)
    one, other = (column.ravel() for column in np.triu_indices(12, 1))
    unit, year = np.repeat(np.arange(len(one)), 5), np.tile(np.arange(5), len(one))
    x, held = generator.normal(size=(2, len(unit)))
    y = 0.5 * x + generator.normal(size=len(unit))
    panel = Within(unit, year, (one[unit], other[unit]), generator.uniform(0.5, 2, len(unit)))
    fit = fit_jackknife(panel, y, {"x": x}, {"held": held})
    whole = fit_within(panel, y, {"x": x}, {"held": held})
    assert fit.coefficients[0] == pytest.approx(whole.coefficients[0], rel=1e-9)
    without = []
    for state in range(12):
        kept = (one[unit] != state) & (other[unit] != state)
        again = fit_within(panel.rows(kept), y[kept], {"x": x[kept]}, {"held": held[kept]})
        without.append(again.coefficients[0] - whole.coefficients[0])
    assert np.allclose(fit.deviations[:, 0], without, atol=1e-9)
    assert fit.se("x") == pytest.approx(np.sqrt(10 / 24 * np.sum(np.square(without))))

"""What the rows cannot carry is said in a sentence, and no number is given."""

import numpy as np
import pytest

from comity.core.errors import NotEstimableError, ParameterError, ShapeError
from comity.explain.hazards import fit_hazard
from comity.explain.survival import fit_survival
from comity.explain.treaties import exact_share
from comity.explain.turnover import rate_spread
from comity.explain.within import Within, fit_within

N = 400
GENERATOR = np.random.default_rng(1)
X = GENERATOR.normal(size=N)
CHANGED = (np.arange(N) % 4 == 0).astype(float)
OUTCOME = (GENERATOR.random(N) < 0.15).astype(float)
UNIT = np.arange(N) // 8


def refused(**drivers):
    with pytest.raises(NotEstimableError) as error:
        fit_hazard(OUTCOME, drivers, cluster=UNIT)
    return str(error.value)


def test_a_driver_that_never_varies_is_named():
    assert refused(changed=CHANGED, era=np.full(N, 2.0)) == (
        "era: a driver must vary; found 2 in all 400 rows. Leave it out or widen the sample."
    )


def test_drivers_that_are_sums_of_each_other_are_named():
    assert refused(x=X, changed=CHANGED, both=2 * X - CHANGED) == (
        "both: drivers must not be sums of each other; found that it follows from x, changed. "
        "Leave one of them out."
    )


def test_ends_on_one_side_of_a_driver_are_counted():
    without = np.where(OUTCOME > 0, 0.0, CHANGED)
    assert refused(changed=without) == (
        f"changed: ends must occur on both sides of a driver; found none in the "
        f"{int(without.sum())} rows with it. Report the counts, or join it with another driver."
    )


def test_a_driver_that_separates_without_being_yes_or_no_is_named():
    apart = np.where(OUTCOME > 0, 3.0, 0.0) + GENERATOR.uniform(0, 1, N)
    assert refused(apart=apart).startswith(
        "apart: ends must occur on both sides of a driver; found"
    )


def test_missing_values_are_counted():
    hole = X.copy()
    hole[:3] = np.nan
    assert refused(x=hole) == (
        "x: a driver must be known in every row; found 3 rows without a value. "
        "Leave those rows out."
    )


def test_too_few_ends_or_clusters_are_counted():
    with pytest.raises(NotEstimableError) as error:
        fit_hazard(np.r_[np.ones(4), np.zeros(N - 4)], {"x": X}, cluster=UNIT)
    assert str(error.value) == (
        "a hazard needs 10 ends and as many rows without; found 4 ends in 400 rows. "
        "Widen the years or the kinds of end that count."
    )
    with pytest.raises(NotEstimableError, match="clustered intervals need 10 clusters; found 4"):
        fit_hazard(OUTCOME, {"x": X}, cluster=UNIT // 13)
    with pytest.raises(ShapeError, match="needs 400 rows in every column"):
        fit_hazard(OUTCOME, {"x": X[:-1]}, cluster=UNIT)


def test_a_term_that_is_not_of_the_fit_gets_its_nearest():
    fit = fit_hazard(OUTCOME, {"changed": CHANGED}, cluster=UNIT)
    with pytest.raises(ParameterError) as error:
        fit.ratio("change")
    assert str(error.value) == (
        'a term must be one of the fit; found "change". Nearest: "changed".'
    )


def test_what_only_differs_between_pairs_has_no_effect_within_them():
    panel = Within(UNIT, np.arange(N) % 8, (UNIT, UNIT + 99), np.ones(N))
    with pytest.raises(NotEstimableError) as error:
        fit_within(panel, X, {"treaty": (UNIT % 2).astype(float)})
    assert str(error.value) == (
        "treaty: a driver must vary within pairs beyond the years; found that it does not. "
        "Leave it out, or leave pair effects out and say so."
    )
    short = Within(np.arange(N), np.arange(N) % 8, (UNIT, UNIT + 99), np.ones(N))
    with pytest.raises(NotEstimableError, match="a panel needs more rows than effects"):
        fit_within(short, X, {"changed": CHANGED})


def test_curves_shares_and_spreads_need_something_to_count():
    with pytest.raises(NotEstimableError, match="something must have ended; found 3 units"):
        fit_survival(np.array([1.0, 2, 3]), np.array([-1, -1, -1]))
    with pytest.raises(ShapeError, match="a duration of 0 or more"):
        fit_survival(np.array([1.0, -2]), np.array([0, 0]))
    with pytest.raises(NotEstimableError, match="a share needs rows"):
        exact_share(0, 0)
    with pytest.raises(NotEstimableError, match="found 2 states and 3 changes"):
        rate_spread(np.array([1.0, 2.0]), np.array([9.0, 9.0]))


def test_a_curve_says_nothing_beyond_what_was_watched():
    curve = fit_survival(np.array([1.0, 2, 4]), np.array([0, 0, -1]))
    assert curve.at(0.5).value == 1
    assert curve.at(4).value == pytest.approx(1 / 3)
    assert np.isnan(curve.median.high)
    with pytest.raises(NotEstimableError) as error:
        curve.at(9)
    assert str(error.value) == (
        "survival at 9: something must be watched that long; found at most 4. "
        "Ask for an earlier time."
    )

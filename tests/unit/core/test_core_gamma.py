"""The Gamma scale of judged numbers: quantiles beside SciPy's, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from comity.core.gamma_quantile import gamma_quantile, gamma_share_below
from comity.core.judged import JudgedNumber

SHAPES = [0.1, 0.5, 0.7, 1.0, 2.5, 4.0, 30.0, 400.0, 10_000.0]
PROBABILITIES = np.array([2.0**-33, 1e-6, 0.01, 0.05, 0.3, 0.5, 0.8, 0.95, 0.999, 1 - 1e-6])


def judged(**changes: object) -> JudgedNumber:
    given = {"low": 0.00683, "central": 0.02, "high": 0.0388, "scale": "gamma", "shape": 4.0}
    return JudgedNumber(**{**given, "meaning": "a rate", "who": "tests", "why": "x", **changes})


@pytest.mark.parametrize("shape", SHAPES)
def test_quantiles_are_those_of_scipy(shape: float) -> None:
    exact = stats.gamma.ppf(PROBABILITIES, shape, scale=0.3 / shape)
    np.testing.assert_allclose(gamma_quantile(PROBABILITIES, shape, 0.3), exact, rtol=1e-9)
    inner = PROBABILITIES[2:-2]
    exact = stats.gamma.ppf(inner, shape, scale=0.3 / shape)
    np.testing.assert_allclose(gamma_quantile(inner, shape, 0.3), exact, rtol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_share_below_is_that_of_scipy(shape: float) -> None:
    x = shape * np.array([[1e-3, 0.3, 0.9], [1.0, 1.1, 3.0]])
    np.testing.assert_allclose(
        gamma_share_below(x, shape), stats.gamma.cdf(x, shape), rtol=1e-10, atol=1e-13
    )


def test_the_inverse_goes_back() -> None:
    p = np.linspace(0.001, 0.999, 501)
    np.testing.assert_allclose(gamma_share_below(gamma_quantile(p, 0.7, 0.7), 0.7), p, rtol=1e-11)


def test_nothing_asked_gives_nothing_and_a_number_keeps_its_form() -> None:
    assert gamma_quantile([], 2.0, 1.0).shape == (0,)
    assert gamma_quantile(0.5, 2.0, 1.0).shape == ()


def test_central_is_the_mean_of_what_is_drawn() -> None:
    number = judged()
    assert not number.is_fixed
    drawn = number.quantile((np.arange(20_000) + 0.5) / 20_000)
    assert drawn.mean() == pytest.approx(0.02, rel=1e-3)
    assert drawn.std() == pytest.approx(0.01, rel=1e-2)
    assert number.quantile([0.05, 0.95]) == pytest.approx([number.low, number.high], rel=0.02)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shape": None}, 'the scale "gamma" needs a shape, and no other scale has one'),
        ({"scale": "positive"}, 'the scale "gamma" needs a shape, and no other scale has one'),
        ({"shape": 0.0}, "greater than 0"),
        ({"shape": 2.0}, "with mean 0.02 and shape 2.0, low and high must be 0.00355 and 0.0474"),
        ({"high": 0.05}, "found 0.00683 and 0.05"),
        ({"low": -0.1, "central": 0.0}, "a gamma scale needs a mean above 0; found 0.0"),
        ({"low": 0.02, "high": 0.02}, "low and high must be 0.00683 and 0.0388"),
    ],
)  # fmt: skip
def test_what_does_not_hold_together_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        judged(**changes)
    assert words in str(caught.value)

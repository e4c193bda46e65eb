"""The Gamma scale of judged numbers: quantiles beside SciPy's, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from comity.core.gamma_quantile import gamma_quantile
from comity.core.judged import JudgedNumber

SHAPES = [0.1, 0.5, 0.7, 1.0, 2.5, 4.0, 30.0, 100.0]
PROBABILITIES = np.array([2.0**-33, 1e-6, 0.01, 0.05, 0.3, 0.5, 0.8, 0.95, 0.999, 1 - 1e-6])


def judged(**changes: object) -> JudgedNumber:
    given = {"low": 0.00683, "central": 0.02, "high": 0.0388, "scale": "gamma", "shape": 4.0}
    return JudgedNumber(**{**given, "meaning": "a rate", "who": "tests", "why": "x", **changes})


@pytest.mark.parametrize("shape", SHAPES)
def test_quantiles_are_those_of_scipy(shape: float) -> None:
    exact = stats.gamma.ppf(PROBABILITIES, shape, scale=0.3 / shape)
    np.testing.assert_allclose(
        gamma_quantile(PROBABILITIES, shape=shape, mean=0.3), exact, rtol=1e-9
    )
    inner = PROBABILITIES[2:-2]
    exact = stats.gamma.ppf(inner, shape, scale=0.3 / shape)
    np.testing.assert_allclose(gamma_quantile(inner, shape=shape, mean=0.3), exact, rtol=1e-10)


def test_one_number_keeps_its_form() -> None:
    assert gamma_quantile(0.5, shape=2.0, mean=1.0).shape == ()


def test_central_is_the_mean_of_what_is_drawn() -> None:
    number = judged()
    assert not number.is_fixed
    assert number.central_word == "mean"
    assert judged(scale="positive", shape=None).central_word == "median"
    drawn = number.quantile((np.arange(20_000) + 0.5) / 20_000)
    assert drawn.mean() == pytest.approx(0.02, rel=1e-3)
    assert drawn.std() == pytest.approx(0.01, rel=1e-2)
    assert number.quantile([0.05, 0.95]) == pytest.approx([number.low, number.high], rel=0.02)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shape": None}, 'the scale "gamma", and no other, needs a shape'),
        ({"scale": "positive"}, 'the scale "gamma", and no other, needs a shape'),
        ({"shape": 0.0}, "greater than 0"),
        ({"shape": 2.0}, "has low 0.003554 and high 0.04744"),
        ({"high": 0.05}, "found 0.00683 and 0.05"),
    ],
)
def test_what_does_not_hold_together_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        judged(**changes)
    assert words in str(caught.value)

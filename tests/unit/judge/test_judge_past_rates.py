"""Chances that simple rules read off the past, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.past import PastSeries
from comity.judge.past_rates import (
    BASE_RATE,
    COIN,
    LAST_YEAR,
    LIKE_TODAY,
    past_answers,
    simple_chances,
)

NAN = np.nan


def series(kind: str, *values: float, threshold: float = 0.0) -> PastSeries:
    return PastSeries(kind, np.array(values, float), threshold)  # pyright: ignore


@pytest.mark.parametrize(
    ("past", "lead", "expected"),
    [
        (series("event", 1, 0, 0, 1, 0), 2, [0, 1, 1, NAN, NAN]),
        (series("event", 0, NAN, 0, 1, 0), 2, [NAN, 1, 1, NAN, NAN]),
        (series("state", 1, 0, 0, 1, NAN), 2, [0, 1, NAN, NAN, NAN]),
        (series("months", 1, 1, 0, 1, 1, threshold=2), 3, [1, 1, NAN, NAN, NAN]),
        (series("months", 1, 1, 0, 0, 1, threshold=2), 3, [0, 0, NAN, NAN, NAN]),
        (series("rise", 1, 3, 2, 5), 2, [1, 1, NAN, NAN]),
        (series("rise", 1, 3, 1, NAN), 2, [0, NAN, NAN, NAN]),
        (series("level", 1, 3, 2, 5, threshold=2.5), 1, [1, 0, 1, NAN]),
        (series("event", 1, 0), 2, [NAN, NAN]),
    ],
)
def test_answers_look_ahead_only_and_stop_where_the_record_does(past, lead, expected) -> None:
    assert np.array_equal(past_answers(past, lead), expected, equal_nan=True)


def test_shares_count_overlapping_windows_once() -> None:
    # Answers of t = 0..11: the event of month 6 is seen from months 4 and 5: 2 yes of 10.
    past = series("event", *[0] * 6, 1, *[0] * 5)
    found = simple_chances(past, 2)
    assert found[COIN] == 0.5
    assert found[BASE_RATE] == pytest.approx((0.2 * 5 + 0.5) / 6)
    # No event in the last two months. Of the known months all but 6 and 7 looked so: 2 of 8.
    assert found[LIKE_TODAY] == pytest.approx((2 / 8 * 4 + 0.5) / 5)
    assert found[LAST_YEAR] == pytest.approx(1 - (1 - 1.5 / 13) ** 2)


def test_what_holds_is_compared_with_months_in_which_it_held() -> None:
    past = series("state", *[1, 1, 0, 0] * 6, 1)
    found = simple_chances(past, 1)
    assert found[LIKE_TODAY] == pytest.approx((6 / 12 * 12 + 0.5) / 13)
    assert found[LAST_YEAR] == pytest.approx((6 + 0.5) / 13)


def test_a_rise_is_drawn_from_the_steps_of_the_last_year() -> None:
    past = series("rise", *np.arange(30.0))
    assert simple_chances(past, 6)[LAST_YEAR] == pytest.approx(0.99)
    steps = np.tile([1.0, -1.0], 15).cumsum()
    found = simple_chances(series("rise", *steps), 6)
    assert found[LAST_YEAR] == pytest.approx(0.5, abs=1e-9)
    assert LIKE_TODAY not in found


def test_nothing_known_leaves_the_coin() -> None:
    assert simple_chances(None, 3) == {COIN: 0.5}
    found = simple_chances(series("state", *[NAN] * 20), 3)
    assert found == {COIN: 0.5, BASE_RATE: 0.5}


def test_no_rule_is_ever_sure() -> None:
    for value in (0.0, 1.0):
        found = simple_chances(series("state", *[value] * 40), 12)
        assert all(0 < chance < 1 for chance in found.values())

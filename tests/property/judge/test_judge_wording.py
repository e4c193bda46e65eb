"""Numbers in words: signed, rounded no finer than known, never surer than they are."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.wording import (
    MINUS,
    difference_interval,
    frequency,
    frequency_difference,
    frequency_interval,
    percent,
    percent_interval,
    point_difference,
    share_interval,
    signed,
    step_of,
)

CHANCE = st.floats(0, 1)
ERROR = st.floats(0, 0.3)
COUNT = re.compile(r"(?:about |fewer than |more than )?([\d,]+) in ([\d,]+)")


@given(CHANCE, ERROR)
def test_a_frequency_is_within_its_step_of_the_chance(probability, se):
    text = frequency(probability, se)
    if probability in (0, 1):
        assert text == ("none" if probability == 0 else "all")
        return
    match = COUNT.fullmatch(text)
    assert match, text
    count, base = (int(part.replace(",", "")) for part in match.groups())
    step = 1 / base if base != 100 else step_of(se)
    if text.startswith("fewer"):
        assert probability < count / base
    elif text.startswith("more"):
        assert probability > count / base
    else:
        assert abs(count / base - probability) <= step / 2 + 1e-12
        assert 0 < count < base


@given(CHANCE, ERROR)
def test_a_frequency_is_never_finer_than_its_error(probability, se):
    text = frequency(probability, se)
    if "1,000" in text:
        assert se <= 0.001
        assert min(probability, 1 - probability) < 0.01
    elif "in 100" in text and "about" not in text and "5 in 100" not in text:
        assert se <= 0.05


@given(st.floats(0.02, 0.98), ERROR)
def test_the_other_side_of_a_chance_is_its_complement(probability, se):
    def count(chance):
        found = COUNT.fullmatch(frequency(chance, se))
        return int(found[1]) / int(found[2])

    assert abs(count(probability) + count(1 - probability) - 1) <= step_of(se) + 1e-12


@given(st.floats(-1, 1), ERROR)
def test_a_difference_shows_its_sign_or_says_that_it_has_none(difference, se):
    text = frequency_difference(difference, se)
    if "either way" in text:
        assert abs(difference) <= step_of(se)
    else:
        assert ("+" in text) == (difference > 0)
        assert (MINUS in text) == (difference < 0)
    swapped = frequency_difference(-difference, se)
    exchanged = str.maketrans({"+": MINUS, MINUS: "+"})
    assert swapped == text.translate(exchanged)


@given(CHANCE, CHANCE, ERROR)
def test_the_ends_of_an_interval_keep_their_order_and_range(one, other, se):
    low, high = sorted((one, other))
    first, second = re.findall(r"\d+", frequency_interval(low, high, se))[:2]
    assert 0 <= int(first) <= int(second) <= 100


@given(st.floats(-50, 50), st.integers(0, 3))
def test_a_signed_number_reads_back(value, decimals):
    text = signed(value, decimals)
    assert "-" not in text
    assert abs(float(text.replace(MINUS, "-")) - value) <= 0.5 * 10**-decimals + 1e-9


@given(st.floats(1e-9, 1 - 1e-9))
def test_a_share_never_claims_certainty(share):
    assert percent(share) not in ("0%", "100%")
    assert " 0 to" not in percent_interval(share, share)
    assert not percent_interval(share, share).endswith(" 100")


def test_what_is_not_known_is_unknown():
    nan = math.nan
    assert frequency(nan) == frequency_difference(nan) == signed(nan) == percent(nan) == "unknown"
    assert frequency_interval(nan, 0.5) == difference_interval(0.1, nan) == "unknown"


def test_a_chance_outside_its_range_is_a_fault():
    with pytest.raises(ValueError, match=r"a chance lies between 0 and 1; found 1\.2"):
        frequency(1.2)


def test_sentences_of_shares():
    assert share_interval(0.861, 0.79, 0.914) == "86%, 80% interval 79 to 91"
    assert point_difference(-0.131, -0.2, -0.058) == "−13 points (80% interval −20 to −6)"
    assert percent_interval(0.002, 0.998) == "<1 to >99"

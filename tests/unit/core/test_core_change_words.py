"""Quarrels and turning points in words: every rule at its boundary."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core import change_words as words
from comity.core.changes import Changes
from comity.core.quarrels import Quarrel, TurningPoint

pytestmark = pytest.mark.unit
LIMITS = {
    "flare": 0.7, "turning_point": 0.4, "turning_months": 6.0, "listed": 0.5, "clear_acts": 5.0,
}  # fmt: skip
NOTHING = np.zeros((1, 1))
USUAL = {"flare_down": 0.18, "flare_up": 0.18, "turning_down": 0.28, "turning_up": 0.28}
CHANGES = Changes(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, (), (), USUAL, LIMITS, 512)


def test_a_quarrel_and_a_turn_as_lines_of_a_list() -> None:
    quarrel = Quarrel("AAA-BBB", 480, 2, 481, -1.0, 0.57)
    assert words.quarrel_words(quarrel) == (
        "Jan 2010, 2 months: odds of conflict 2.7 times as high at its deepest (Feb 2010); "
        "57 in 100"
    )
    turn = TurningPoint("AAA-BBB", 482, True, 480, 484, 0.7, 0.996)
    assert words.turning_words(turn) == (
        "Mar 2010, warmer: odds of cooperation 2.0 times as high; over 99 in 100"
    )
    assert words.run_words(turn) == "Jan 2010 to May 2010"
    assert words.run_words(TurningPoint("AAA-BBB", 482, True, 482, 482, 0.7, 0.6)) == "Mar 2010"


def test_the_caution_goes_when_acts_reach_the_threshold() -> None:
    assert words.few_acts_words(500, 100, CHANGES) == ""
    assert words.few_acts_words(499, 100, CHANGES) == (
        "With 499 acts in 100 months, fewer than 5 a month, what is taken for a passing quarrel "
        "and what for a turn rests mostly on the model's prior."
    )
    assert words.few_acts_words(0, 100, CHANGES).startswith("With no acts in 100 months")
    assert words.few_acts_words(1, 100, CHANGES).startswith("With 1 act in")


def test_what_nothing_would_give_stands_beside_the_definition() -> None:
    assert words.usual_words(CHANGES) == (
        "In a month of which nothing is known a quarrel would have a chance of 18 in 100, a turn "
        "to colder one of 28 in 100, to warmer the same. Chances of turns carry a standard error "
        f"of up to 2 in 100 from the number of draws. {words.GAUSSIAN}"
    )
    assert "below \N{MINUS SIGN}0.7 logit" in words.definition_words(CHANGES)
    assert words.odds_words(-9.5).startswith("odds of conflict 8103 times")

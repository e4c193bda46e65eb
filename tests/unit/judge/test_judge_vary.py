"""Verdicts with one judged number held: which are looked at in full, and which change word."""

import numpy as np
import pytest
from tests.unit.judge.conftest import WARMER

from comity.core.claims import Claim, SimulationEstimand
from comity.core.ensemble import OutcomeContrast
from comity.core.judged import JudgedNumber
from comity.core.varied import HeldAnswer
from comity.judge import claims_that_can_change, vary_claim
from comity.judge.reading import silent
from comity.judge.vary import ends_of


def judged(low, central, high):
    return JudgedNumber(low=low, central=central, high=high, meaning="m", who="w", why="y")


NUMBERS = {
    "sign": judged(-1.0, 0.2, 1.0),
    "size": judged(0.5, 1.0, 1.5),
    "idle": judged(1.0, 2.0, 3.0),
    "fixed": judged(2.0, 2.0, 2.0),
}
CLAIM = Claim(
    number=7, claim_class="causal", words="w", no_data_reason="none", against="a",
    simulation=SimulationEstimand(
        outcome="warmer", scenario="one", against="baseline", statistic="difference",
        expect="higher", rests_on=("sign",), rejects_if="r",
    ),
)  # fmt: skip


class Linear:
    """A difference of 0.05 x sign x size + shift: its interval follows from the ends of both.

    ``width`` is what other numbers add to it on either side.
    """

    def __init__(self, shift=0.0, spread=0.0, width=0.0):
        self.shift, self.spread, self.asked = shift, spread, []
        self.width = width

    def answer(self, **held):
        signs = np.array([held["sign"]] if "sign" in held else [-1.0, 0.2, 1.0])
        sizes = np.array([held["size"]] if "size" in held else [0.5, 1.0, 1.5])
        found = 0.05 * np.multiply.outer(signs, sizes) + self.shift
        return OutcomeContrast(
            WARMER,
            0.5,
            0.5,
            float(np.median(found)),
            1e-4,
            found.min() - self.width,
            found.max() + self.width,
            0.5,
            2.0,
        )

    def base(self):
        return self.answer()

    def held(self, moves, n_draws):
        self.asked.append((n_draws, tuple(item.name for item in moves)))
        out = []
        for item in moves:
            then = self.answer(**{item.name: item.value})
            out.append(
                HeldAnswer(
                    item, 0 if item.name == "idle" else 25,
                    then.difference - self.base().difference, 1e-4, self.spread,
                    then if n_draws is None else None,
                )
            )  # fmt: skip
        return tuple(out)


def vary(futures):
    return vary_claim(CLAIM, silent("nothing"), NUMBERS, futures, n_draws=500)


def test_a_number_held_on_one_side_of_zero_takes_the_sign_change_away():
    found = vary(Linear())
    assert found.word == "depends"
    assert {(x.held.name, x.held.side, x.word_after) for x in found.changes} == {
        ("sign", "low", "only the prior"), ("sign", "high", "only the prior"),
    }  # fmt: skip
    assert {x.moved < 0 for x in found.changes if x.held.side == "low"} == {True}


def test_an_answer_that_still_flips_has_no_threshold_in_a_number_that_is_held():
    found = vary(Linear(width=0.2))
    assert found.word == "depends"
    held = [x for x in found.whole if x.held.name == "sign"]
    assert [(x.reading_after, x.word_after) for x in held] == 2 * [("flips", "only the prior")]
    assert not [x for x in found.changes if x.held.name == "size"]


def test_a_number_that_widens_the_answer_over_both_lines_makes_it_depend():
    # As judged from -0.015 to 0.135; with the size at its high from -0.015 down to -0.015: no.
    found = vary(Linear(shift=0.06, spread=0.05))
    assert found.word == "only the prior"
    assert not found.changes
    # At the low size the answer runs from 0.01 to 0.06, at the high one from -0.04 to 0.11.
    wide = vary(Linear(shift=0.035, spread=0.05))
    assert wide.word == "depends"
    assert ("size", "low", "only the prior") in {
        (x.held.name, x.held.side, x.word_after) for x in wide.changes
    }


def test_only_ends_that_could_change_the_word_are_simulated_in_full():
    futures = Linear(shift=0.2)
    found = vary(futures)
    assert futures.asked[0] == (25, ("sign", "sign", "size", "size", "idle", "idle"))
    assert futures.asked[1] == (None, ())
    assert (found.n_moves, found.n_unread, found.whole) == (6, 2, ())
    assert [x.held.name for x in found.screened[:2]] == ["sign", "sign"]


def test_spread_between_draws_counts_when_it_is_asked_what_could_change():
    def looked_at(spread):
        futures = Linear(shift=0.085, spread=spread)
        vary(futures)
        return futures.asked[1][1]

    assert "size" not in looked_at(0.0)
    assert looked_at(0.06).count("size") == 2


def test_fixed_numbers_have_no_ends():
    assert [(x.name, x.side, x.value) for x in ends_of(NUMBERS)][:2] == [
        ("sign", "low", -1.0), ("sign", "high", 1.0),
    ]  # fmt: skip
    assert "fixed" not in {x.name for x in ends_of(NUMBERS)}


@pytest.mark.parametrize(
    ("change", "can"),
    [
        ({}, True),
        ({"claim_class": "forecast"}, False),
        ({"claim_class": "recommendation"}, False),
        ({"simulation": CLAIM.simulation.model_copy(update={"rests_on": ("size",)})}, False),
    ],
)
def test_claims_that_can_change_are_found_by_asking_the_rules(synthetic, change, can):
    case = synthetic.case(claims=(CLAIM.model_copy(update=change),))
    found = claims_that_can_change(case, synthetic.relations(case), NUMBERS)
    assert [item.number for item, _ in found] == ([7] if can else [])

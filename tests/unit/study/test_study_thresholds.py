"""Thresholds of a claim: what is asked, in which worlds, what is refused, and how it is said."""

import numpy as np
import pytest
from scipy.optimize import brentq

from comity.core.errors import ConfigError
from comity.core.scenarios import Clamp, Scenario
from comity.core.settings import Settings
from comity.core.thresholds import ThresholdAsked
from comity.judge.threshold_words import threshold_sentences
from comity.record import load_case
from comity.simulate.closed_forms import ask_closed_form
from comity.study import Study
from comity.study.threshold_answers import Effort, central_answers, draw_answers, with_held
from comity.study.threshold_asked import asked_of, claim_of, moved_instead
from comity.study.thresholds import find_thresholds, moved_of

FEW = Effort(n_points=5, n_draws=6, n_worlds=200, n_draw_worlds=40)
CLOSED = Effort(n_points=41, n_draws=40, n_worlds=0, n_draw_worlds=0)
SUBSTITUTES, JOINT = "demands.burden.substitutability", "bargain.joint_loss"


@pytest.fixture(scope="module")
def study():
    case = load_case("tests/fixtures/small-case")
    return Study(case, Settings(n_hyper_draws=8, n_paths=16, use_cache=False))


@pytest.fixture(scope="module")
def gain(study):
    return asked_of(study, claim_of(study, 3))[0]


@pytest.fixture(scope="module")
def chance(study):
    return asked_of(study, claim_of(study, 3))[1]


def closed(study, **points):
    return ask_closed_form(
        study.case, "coordination gain", "burden",
        {name.replace("__", "."): np.atleast_1d(value) for name, value in points.items()}, {},
        start=study.relations.start, history=study.history,
    )  # fmt: skip


def test_the_threshold_is_where_the_closed_form_is_zero(study, gain):
    answer = find_thresholds(study, gain, line=CLOSED, plane=CLOSED)

    def at(x, joint=None):
        more = {} if joint is None else {"bargain__joint_loss": joint}
        return float(closed(study, demands__burden__substitutability=x, **more)[0])

    line = answer.lines[0]
    truth = brentq(at, 0, 0.9) if at(0) * at(0.9) < 0 else None
    crossings = line.central.crossings
    if truth is None:
        assert not crossings
    else:
        assert crossings[0].value == pytest.approx(truth, abs=0.002)
    assert answer.map is not None
    found = 0
    for joint, row in zip(answer.map.second.values, answer.map.rows, strict=True):
        if at(0.0, joint) < 0 < at(0.9, joint):
            (crossing,) = row.crossings
            assert crossing.value == pytest.approx(brentq(at, 0, 0.9, args=(joint,)), abs=0.002)
            found += 1
    assert found > 5


def test_every_draw_is_the_answer_at_its_own_numbers(study, gain):
    moved = moved_of(study, gain.model_copy(update={"numbers": (SUBSTITUTES,), "between": ()}), 3)
    asked = gain.model_copy(update={"numbers": (SUBSTITUTES,), "between": ()})
    draws = draw_answers(study, asked, moved, Effort(3, 4, 0, 0))
    assert draws.mean.shape == (4, 3)
    assert np.ptp(draws.mean[:, 0]) > 0
    central = central_answers(study, asked, moved, Effort(3, 4, 0, 0))
    np.testing.assert_allclose(
        central.mean, closed(study, demands__burden__substitutability=moved[0].values)
    )


def test_a_held_quantity_is_held_in_place_of_the_scenario_s_own():
    own = Clamp(quantity="density.BBB-CCC", value=0.9, from_lead=1)
    other = Clamp(quantity="fear.BBB", value=0.1, from_lead=1)
    scenario = Scenario(id="s", title="S", clamps=(own, other))
    found = with_held(scenario, {"density.BBB-CCC": 0.2})
    held = {clamp.quantity: clamp.value for clamp in found.clamps}
    assert held == {"fear.BBB": 0.1, "density.BBB-CCC": 0.2}
    assert with_held(scenario, {}) is scenario


def test_futures_are_asked_at_every_value_and_in_every_draw(study, chance):
    (moved,) = moved_of(study, chance, 3)
    central = central_answers(study, chance, (moved,), FEW)
    assert central.mean.shape == (3,)
    assert central.batches is not None
    np.testing.assert_allclose(central.batches.mean(axis=0), central.mean, atol=1e-12)
    assert np.all(np.diff(central.mean) < 0), "denser ties settle disputes"
    draws = draw_answers(study, chance, (moved,), FEW)
    assert draws.mean.shape == (6, 3)
    assert draws.batches is not None
    assert draws.batches.shape == (6, 10, 3)
    np.testing.assert_allclose(draws.batches.mean(axis=1), draws.mean, atol=1e-12)


def test_two_held_or_moved_make_a_grid_with_the_first_along_the_last_axis(study, chance):
    asked = chance.model_copy(update={"numbers": ("dispute.settle_rate",), "between": ()})
    first, second = moved_of(study, asked, 2)
    assert (first.name, second.name) == ("dispute.settle_rate", "density.BBB-CCC")
    grid = central_answers(study, asked, (first, second), FEW)
    alone = chance.model_copy(update={"numbers": ("dispute.settle_rate",), "held": ()})
    at_central = central_answers(study, alone, (first,), FEW)
    assert grid.mean.shape == (2, 2)
    assert grid.mean[1, 0] < grid.mean[0, 0], "second number up: denser"
    assert grid.mean[0, 1] < grid.mean[0, 0], "first number up: settled sooner"
    assert at_central.mean[1] < at_central.mean[0]


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (0.999, "at every value of density.BBB-CCC from 0.00 to 1.00"),
        (0.001, "at no value of density.BBB-CCC from 0.00 to 1.00"),
    ],
)
def test_a_level_outside_what_is_reached_gets_a_sentence(study, chance, level, words):
    asked = chance.model_copy(update={"level": level})
    (line,) = find_thresholds(study, asked, line=FEW).lines
    assert words in threshold_sentences(line)[0]


@pytest.mark.parametrize(
    ("claim", "changes", "words"),
    [
        (9, {}, "claim: must be the number of a claim of small-case, 1 to 3; found 9."),
        (1, {}, "claim 1 asks about no threshold. Claims that do: 3. Add [[claim.thresholds]] to "
                "claims.toml."),
        (2, {}, "claim 2 asks about no threshold. Claims that do: 3. Add [[claim.thresholds]] to "
                "claims.toml; or name a number with --number."),
        (3, {"numbers": ["bargain.joint_los"]}, '--number: must be a judged number of the case; '
         'found "bargain.joint_los". Nearest: "bargain.joint_loss".'),
        (3, {"numbers": ["tension.AAA"]}, "It can be held in a scenario: name it with --held."),
        (3, {"numbers": ["bargain.concept"]}, "--number: bargain.concept is held fixed at 0 and "
         "has no range. Give --low and --high to move it all the same."),
        (3, {"numbers": [JOINT], "low": [1.0], "high": [0.5]}, "thresholds: low must be below high "
         "for bargain.joint_loss; found 1 and 0.5."),
        (3, {"numbers": [JOINT], "low": [1.0]}, "--low, --high: one of each for every number that "
         "moves, 1; found 1 and 0. Name the numbers with --number or --held."),
        (3, {"numbers": [JOINT, SUBSTITUTES], "held": ["fear.BBB"]}, "--number, --held: one or two "
         "together; found 3: bargain.joint_loss, demands.burden.substitutability, fear.BBB."),
        (3, {"numbers": [JOINT], "low": [-0.5], "high": [1.0]}, "--low, --high: bargain.joint_loss "
         "is 0 or more; found -0.5 to 1. Choose a range within."),
        (3, {"numbers": [SUBSTITUTES], "low": [0.0], "high": [2.0]}, "--low, --high: "
         "demands.burden.substitutability lies from 0 to 1; found 0 to 2."),
        (3, {"held": ["density.BBB-CCC"], "low": [0.0], "high": [1.5]}, "--low, --high: "
         "density.BBB-CCC lies from 0 to 1; found 0 to 1.5."),
        (3, {"numbers": [JOINT, JOINT]}, "thresholds: the same is named twice: "
         "bargain.joint_loss."),
        (3, {"held": ["coalition.BBB"]}, '--held: must be a quantity on a scale that can be held '
         'here; found "coalition.BBB".'),
        (3, {"held": ["density.BBB-CCC"], "level": 2.0}, "thresholds: level of a chance lies "
         "between 0 and 1; found 2."),
    ],
)  # fmt: skip
def test_nonsense_gets_a_sentence(study, claim, changes, words):
    def ask():
        for asked in moved_instead(study, claim_of(study, claim), **changes):
            find_thresholds(study, asked, line=FEW, plane=FEW)

    with pytest.raises(ConfigError) as caught:
        ask()
    assert words in str(caught.value)


def test_one_point_gets_a_sentence(study, gain):
    with pytest.raises(ConfigError, match="a threshold lies between two values at least; found 1"):
        find_thresholds(study, gain, line=Effort(1, 2, 0, 0))


def test_a_claim_without_thresholds_lends_its_estimand_to_a_number(study):
    (asked,) = moved_instead(study, claim_of(study, 2), numbers=["relation.beta.mediation"])
    assert (asked.asks, asked.level, asked.side) == ("difference", 0.0, "above")
    assert (asked.outcome, asked.against) == ("spokes-warmer", "baseline")


def test_only_thresholds_that_move_a_named_number_are_asked(study):
    claim = claim_of(study, 3)
    (only,) = moved_instead(study, claim, numbers=[JOINT])
    assert (only.asks, only.numbers) == ("coordination gain", (JOINT,))
    assert len(moved_instead(study, claim, numbers=["bargain.harm"])) == 2


def test_an_unknown_outcome_of_a_threshold_is_refused(study):
    asked = ThresholdAsked(
        words="w", asks="chance", level=0.5, numbers=(JOINT,), outcome="dispute-opn"
    )
    with pytest.raises(ConfigError, match=r'found "dispute-opn"\. Nearest: "dispute-open"\.'):
        find_thresholds(study, asked, line=FEW)

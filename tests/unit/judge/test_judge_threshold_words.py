"""A threshold in words: once above or below, between, nowhere, everywhere, and not to be told."""

import numpy as np
import pytest

from comity.core.thresholds import GridAnswers, Moved, ThresholdAsked
from comity.judge.threshold import find_map, find_threshold
from comity.judge.threshold_words import figure, map_sentence, threshold_sentences

GRID = np.linspace(0.0, 1.0, 11)
ASKED = ThresholdAsked(words="it pays", asks="honesty of the mediator", numbers=("n",))
MOVED = Moved("n", "a number", "", (0.2, 0.5, 0.8), GRID)


def exact(mean):
    mean = np.asarray(mean, float)
    return GridAnswers(mean, np.zeros(mean.shape), None)


def said(mean, draws=None, asked=ASKED, moved=MOVED, se=0.0):
    mean = np.asarray(mean, float)
    central = GridAnswers(mean, np.full(mean.shape, se), None)
    many = np.array([mean] * 6) if draws is None else np.asarray(draws, float)
    return threshold_sentences(
        find_threshold(asked, moved, central, exact(many), n_worlds=500, n_draw_worlds=50)
    )


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (GRID - 0.42, "it pays once n is above 0.42."),
        (0.42 - GRID, "it pays once n is below 0.42."),
        (0.04 - (GRID - 0.5) ** 2, "it pays once n is between 0.30 and 0.70."),
        ((GRID - 0.5) ** 2 - 0.04, "it pays once n is below 0.30 or above 0.70."),
        (GRID + 0.1, "it pays at every value of n from 0.00 to 1.00."),
        (GRID - 1.1, "it pays at no value of n from 0.00 to 1.00."),
    ],
)
def test_where_it_holds(mean, words):
    assert said(mean)[0] == f"With every other number central, {words}"


def test_below_is_the_side_that_counts_when_it_is_asked():
    below = ASKED.model_copy(update={"side": "below"})
    assert "once n is below 0.42." in said(GRID - 0.42, asked=below)[0]
    assert "at every value" in said(GRID - 1.1, asked=below)[0]
    assert "holds everywhere from" in said(GRID - 1.1, asked=below)[1]


def test_what_cannot_be_told_is_said():
    flat = said(np.zeros(11), se=0.1)[0]
    assert flat == (
        "With every other number central, it cannot be told whether it pays: at every value of n "
        "from 0.00 to 1.00 the answer lies within sampling error of the level 0 with 500 worlds a "
        "value."
    )
    ends = said(GRID - 0.9, se=0.05)[0]
    assert "at no value of n" in ends
    assert "At 3 of 11 values it cannot be told from the level 0 with 500 worlds a value." in ends


def test_draws_with_a_threshold_without_one_and_with_several():
    places = np.linspace(0.2, 0.6, 41)
    draws = [GRID - x for x in places]
    draws += [GRID - 2] * 5 + [GRID + 1] * 3 + [0.04 - (GRID - 0.5) ** 2]
    sentence = said(GRID - 0.4, draws)[1]
    assert sentence == (
        "84 of 100 draws of the other judged numbers (50 drawn) have one: in 80% of these it lies "
        "between 0.24 and 0.56, in half of them below 0.40; in 10 of 100 draws it holds nowhere "
        "from 0.00 to 1.00; in 6 of 100 draws it holds everywhere from 0.00 to 1.00; in 2 of 100 "
        "draws the answer crosses the level more than once."
    )


def test_few_draws_with_a_threshold_have_no_spread():
    draws = [GRID - 0.5] * 2 + [GRID + 1] * 8
    assert "20 of 100 draws of the other judged numbers (10 drawn) have one from 0.00 to 1.00, too "
    assert "too few to tell its spread" in said(GRID - 0.5, draws)[1]
    none = said(GRID + 1)[1]
    assert none.startswith("None of the draws of the other judged numbers (6 drawn) has a ")


def test_today_s_judgement_stands_beside_it():
    half = [GRID - 0.4] * 3 + [GRID - 0.9] * 3
    assert said(GRID - 0.4, half)[2] == (
        "It is judged at 0.5 (0.2 to 0.8); there, it pays in 50 of 100 draws."
    )
    away = Moved("n", "", "", (1.5, 2.0, 2.5), GRID)
    assert said(GRID - 0.4, moved=away)[2] == (
        "It is judged at 2 (1.5 to 2.5), outside the range asked about."
    )
    assert len(said(GRID - 0.4, moved=Moved("n", "", "", (), GRID))) == 2


def test_a_map_says_where_it_holds_and_in_how_many_draws():
    second = Moved("m", "", "", (), np.array([0.0, 0.5, 1.0]))
    mean = GRID[None, :] + second.values[:, None] - 0.75
    asked = ThresholdAsked(words="it pays", asks="honesty of the mediator", numbers=("n", "m"))
    draws = np.array([mean + shift for shift in (-0.5, 0.0, 0.0, 0.5)])
    found = find_map(asked, (MOVED, second), exact(mean), exact(draws), n_worlds=0,
                     n_draw_worlds=0)  # fmt: skip
    values = [[c.value for c in row.crossings] for row in found.rows]
    np.testing.assert_allclose(values[:2], [[0.75], [0.25]])
    assert values[2] == []
    np.testing.assert_allclose(found.share_holding, (draws > 0).mean(axis=0))
    assert [spread.share_found for spread in found.spreads] == [0.75, 0.75, 0.25]
    assert map_sentence(found).startswith("With every other number central, it pays in ")


@pytest.mark.parametrize(
    ("value", "ends", "words"),
    [(0.456, (0, 1), "0.46"), (-0.456, (-1, 1), "−0.46"), (-0.001, (0, 1), "0.00"),
     (12.4, (0, 100), "12"), (0.04567, (0, 0.1), "0.046")],
)  # fmt: skip
def test_a_figure_is_as_fine_as_its_range(value, ends, words):
    assert figure(value, Moved("n", "", "", (), np.array(ends, float))) == words

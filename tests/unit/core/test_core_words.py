"""States, months, judged numbers and problems."""

import datetime as dt

import numpy as np
import pytest
from pydantic import ValidationError

from comity.core.errors import CaseError, ParameterError, Problem, ShapeError, nearest_match
from comity.core.judged import JudgedNumber
from comity.core.months import (
    calendar_month,
    month_of,
    month_start,
    month_text,
    month_words,
    parse_month,
)
from comity.core.states import StateIndex, component_toward


def test_state_index_places_every_pair_where_its_label_says():
    index = StateIndex(["USA", "CHN", "KOR", "JPN"])
    assert index.codes == ("CHN", "JPN", "KOR", "USA")
    assert (index.n_dyads, index.n_directed) == (6, 12)
    for number, label in enumerate(index.dyads):
        assert index.dyad_number(label) == number
        assert index.dyad_number("-".join(reversed(label.split("-")))) == number
    for number, label in enumerate(index.directed_dyads):
        assert index.directed_number(*label.split(">")) == number
    for number, (there, back) in enumerate(index.directions):
        first, second = index.dyads[number].split("-")
        assert index.directed_dyads[there] == f"{first}>{second}"
        assert index.directed_dyads[back] == f"{second}>{first}"


def test_unknown_states_and_odd_dyads_are_named():
    index = StateIndex(["USA", "JPN", "KOR"])
    with pytest.raises(ParameterError, match=r'no state "JAP" in this case\. Nearest: "JPN"\.'):
        index.number("JAP")
    with pytest.raises(ParameterError, match="a dyad needs two states"):
        index.dyad_number("JPN-JPN")
    with pytest.raises(ParameterError, match="a dyad is written as JPN-KOR"):
        index.dyad_number("JPN")
    with pytest.raises(ParameterError, match="needs two states"):
        index.directed_number("JPN", "JPN")
    with pytest.raises(ParameterError, match="must differ"):
        StateIndex(["JPN", "JPN"])


def test_component_follows_the_first_role_that_has_one():
    assert component_toward(["hub"]) == 0
    assert component_toward(["spoke"]) == 1
    assert component_toward(["patron", "rival"]) == 2
    assert component_toward(["rival", "proliferator"]) == 3
    assert component_toward(["patron"]) == -1


def test_months_go_there_and_back():
    for text in ("1970-01", "1998-12", "2025-09"):
        month = parse_month(text)
        assert month_text(month) == text
        assert month_of(month_start(month)) == month
    assert month_of(dt.date(2025, 9, 30)) == parse_month("2025-09")
    assert month_words(parse_month("2025-09")) == "Sep 2025"
    assert calendar_month(parse_month("2025-09")) == 9
    with pytest.raises(ParameterError, match="written as YYYY-MM"):
        parse_month("2025-13")


@pytest.mark.parametrize(
    ("scale", "low", "central", "high"),
    [("real", -1.0, 0.5, 1.0), ("positive", 0.1, 0.2, 2.0), ("unit", 0.05, 0.5, 0.6)],
)
def test_judged_quantiles_pass_through_the_three_numbers(scale, low, central, high):
    number = JudgedNumber(
        low=low, central=central, high=high, scale=scale, meaning="m", who="w", why="y"
    )
    np.testing.assert_allclose(number.quantile([0.05, 0.5, 0.95]), [low, central, high])
    grid = number.quantile(np.linspace(0.001, 0.999, 99))
    assert (np.diff(grid) > 0).all()


def test_a_fixed_number_stays_fixed_and_disorder_is_refused():
    fixed = JudgedNumber(low=0, central=0, high=0, meaning="m", who="w", why="y")
    assert (fixed.quantile([0.01, 0.99]) == 0).all()
    with pytest.raises(ValidationError, match="low <= central <= high"):
        JudgedNumber(low=1, central=0, high=2, meaning="m", who="w", why="y")
    with pytest.raises(ValidationError, match="positive scale needs low > 0"):
        JudgedNumber(low=0, central=1, high=2, scale="positive", meaning="m", who="w", why="y")


def test_a_problem_has_four_parts_and_a_case_error_lists_all():
    problem = Problem("events.csv", 7, "target", "a known state", '"JAP"', 'Nearest: "JPN".')
    assert str(problem) == (
        'events.csv, row 7, column "target": a known state; found "JAP". Nearest: "JPN".'
    )
    error = CaseError("c", [problem, Problem("case.toml", 0, "", "a title", "none")])
    assert str(error).splitlines() == [
        "c: 2 problems; nothing was written.",
        "  case.toml: a title; found none.",
        f"  {problem}",
    ]
    assert isinstance(ShapeError("x"), ValueError)


def test_nearest_match_prefers_a_close_word_and_lists_few_choices():
    assert nearest_match("sumit", ["summit", "visit"]) == 'Nearest: "summit".'
    assert nearest_match("zzz", ["a", "b"]) == "Allowed: a, b."
    assert nearest_match("zzz", [f"w{k}" for k in range(40)]) == ""

"""Draws that reach the futures: which numbers, from which distribution, paired with what."""

import dataclasses

import numpy as np
import pytest
from tests.fixtures.synthetic_effects import build_effects

from comity.core.errors import ParameterError, ShapeError
from comity.core.judged import JudgedNumber
from comity.core.posterior import PosteriorDraws, driver_draws, parameter_of

GENERATOR = np.random.default_rng(8)
N = 4000


def judged(**changes):
    return JudgedNumber(
        **{"low": -1.0, "central": 0.0, "high": 1.0, "meaning": "m", "who": "w", "why": "y"}
        | changes
    )


def correlated():
    z = GENERATOR.normal(size=(N, 2))
    z[:, 1] = 0.8 * z[:, 0] + 0.6 * z[:, 1]
    return PosteriorDraws(("a", "b"), np.column_stack([0.3 + z[:, 0], np.exp(z[:, 1])]), ("x", "y"))


def test_only_what_data_carry_is_handed_on_under_the_simulators_names():
    effects = build_effects()
    found = driver_draws(effects)
    assert found.names == (
        "relation.beta.orientation", "relation.beta.dispute_load", "relation.beta.shared_threat",
        "relation.government_sd",
    )  # fmt: skip
    columns = [effects.draw_names.index(name.split(".")[-1]) for name in found.names]
    np.testing.assert_array_equal(found.draws, effects.draws[:, columns])
    assert found.why[1].startswith("Tier C; the data took 56% of the judged variance away. A ")


def test_nothing_learned_hands_nothing_on():
    effects = build_effects()
    priors = tuple(
        dataclasses.replace(item, tier="prior-driven") if item.is_estimated else item
        for item in effects.drivers
    )
    found = driver_draws(dataclasses.replace(effects, drivers=priors))
    assert found.names == ()
    assert found.at(np.empty((0, 5))).shape == (0, 5)
    assert found.as_judged({}) == {}


def test_numbers_have_the_distribution_of_the_draws_and_their_dependence():
    given = correlated()
    got = given.at(GENERATOR.uniform(size=(2, N)))
    # Two samples of N: a quantile's error is about sqrt(q (1 - q) / N) / density.
    levels = np.array([0.1, 0.5, 0.9])
    for k in range(2):
        ends = np.quantile(given.draws[:, k], np.clip(levels[:, None] + [-0.035, 0.035], 0, 1))
        found = np.quantile(got[k], levels)
        assert ((ends[:, 0] <= found) & (found <= ends[:, 1])).all()
    rank = np.corrcoef(np.argsort(np.argsort(got)))[0, 1]
    wanted = np.corrcoef(np.argsort(np.argsort(given.draws.T)))[0, 1]
    assert abs(rank - wanted) < 5 * 2 / np.sqrt(N)


def test_where_nothing_was_learned_nothing_moves():
    number = judged(low=-0.658, central=0.0, high=0.658)
    uniform = GENERATOR.uniform(size=(1, 500))
    fine = (np.arange(200_000) + 0.5) / 200_000
    same = PosteriorDraws(("a",), number.quantile(fine)[:, None], ("",))
    np.testing.assert_allclose(same.at(uniform)[0], number.quantile(uniform[0]), atol=2e-3)


def test_a_draw_does_not_depend_on_how_many_there_are():
    given, uniform = correlated(), GENERATOR.uniform(size=(2, 50))
    np.testing.assert_allclose(given.at(uniform)[:, :20], given.at(uniform[:, :20]))


def test_summaries_keep_the_form_of_the_number_that_they_replace():
    given = correlated()
    before = {"a": judged(), "b": judged(low=0.1, central=1, high=9, scale="positive", unit="u")}
    found = given.as_judged(before)
    assert (found["b"].scale, found["b"].unit, found["b"].tag) == ("positive", "u", "R")
    for k, name in enumerate(given.names):
        low, central, high = np.quantile(given.draws[:, k], [0.05, 0.5, 0.95])
        assert (found[name].low, found[name].central, found[name].high) == (low, central, high)


@pytest.mark.parametrize(
    ("names", "shape", "words"),
    [
        (("a",), (5, 2), "found draws of shape (5, 2) and 1 sentences for 1 names. Give every"),
        (("a", "a"), (5, 2), "names must differ; found a, a. Keep one each."),
        (("a",), (1, 1), "two or more draws are needed, all of them finite; found 1, 0 values"),
    ],
)
def test_draws_that_do_not_fit_are_refused(names, shape, words):
    with pytest.raises((ShapeError, ParameterError)) as caught:
        PosteriorDraws(names, np.zeros(shape), ("",) * len(names))
    assert words in str(caught.value)


def test_draws_must_be_finite_and_read_at_their_own_uniforms():
    with pytest.raises(ParameterError, match="1 values not finite"):
        PosteriorDraws(("a",), np.array([[0.0], [np.nan]]), ("",))
    with pytest.raises(ShapeError, match=r"each of 2 names is needed; found shape \(1, 3\)"):
        correlated().at(np.full((1, 3), 0.5))


def test_names():
    assert parameter_of("density") == "relation.beta.density"

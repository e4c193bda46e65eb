"""A number held in every draw: the same run as a case that fixes it, and the first draws of it."""

from dataclasses import astuple

import numpy as np
import pytest
from tests.oracle.simulate.small_world import BASELINE, EVERYTHING, small_case, small_history
from tests.oracle.simulate.small_world import small_start as start_of

from comity.core.errors import ConfigError, ParameterError
from comity.core.settings import Settings
from comity.core.varied import Held, hold
from comity.simulate import HeldRuns, contrast_scenarios, merged_parameters
from comity.simulate.block import kept_blocks, plan_run
from comity.simulate.world import BLOCK

CASE = small_case(lead=12)
NUMBERS = merged_parameters(CASE)
WORLD = {"start": start_of(CASE), "history": small_history(CASE)}
SETTINGS = Settings(n_months=14, n_members=960, n_draws=24, seed=3, n_threads=1)
OUTCOME = next(item.id for item in CASE.outcomes if item.kind == "relation_above_start")
MOVE = Held("relation.government_sd", "high", 0.9)


def runs(settings=SETTINGS, outcome=OUTCOME):
    return HeldRuns(CASE, EVERYTHING, BASELINE, outcome, settings=settings, **WORLD)


def contrast(case, settings=SETTINGS):
    found = contrast_scenarios(case, EVERYTHING, BASELINE, settings=settings, **WORLD)
    return found.estimate(OUTCOME)


def fixed(move):
    number = hold(NUMBERS[move.name], move.value)
    return CASE.model_copy(update={"parameters": {**CASE.parameters, move.name: number}})


def same(one, other):
    np.testing.assert_allclose(
        [x for x in astuple(one)[1:] if isinstance(x, float)],
        [x for x in astuple(other)[1:] if isinstance(x, float)],
        rtol=1e-12,
        atol=1e-15,
    )


def test_with_every_number_as_judged_it_is_the_contrast_of_the_two_scenarios():
    same(runs().base(), contrast(CASE))


def test_a_whole_answer_is_that_of_a_case_that_fixes_the_number():
    (found,) = runs().held([MOVE], None)
    same(found.estimate, contrast(fixed(MOVE)))
    assert found.moved == pytest.approx(
        contrast(fixed(MOVE)).difference - contrast(CASE).difference, abs=1e-12
    )
    assert found.moved != 0


def test_the_first_draws_are_those_of_the_whole_answer():
    (first,) = runs().held([MOVE], 6)
    few = np.arange(SETTINGS.n_draws) < 6
    options = {"settings": SETTINGS, "draws": few, **WORLD}
    was, then = (
        contrast_scenarios(case, EVERYTHING, BASELINE, **options).estimate(OUTCOME)
        for case in (CASE, fixed(MOVE))
    )
    assert first.n_draws == 6
    assert first.estimate is None
    assert first.moved == pytest.approx(then.difference - was.difference, abs=1e-12)


def test_a_look_at_few_draws_agrees_with_all_of_them_within_its_error():
    moves = [
        Held(name, "high", NUMBERS[name].high)
        for name in NUMBERS
        if name.startswith("relation.") and not NUMBERS[name].is_fixed
    ]
    look, whole = runs().held(moves, 12), runs().held(moves, None)
    moved = [(a, b) for a, b in zip(look, whole, strict=True) if b.moved]
    assert len(moved) >= 3
    # 12 draws leave a t with 11 degrees of freedom: beyond 7 errors once in 50,000 looks.
    far = [
        (a.held.name, a.moved, b.moved, a.moved_se)
        for a, b in moved
        if abs(a.moved - b.moved) > 7 * max(a.moved_se, 1 / np.sqrt(12 * 40) / 40)
    ]
    assert not far, far


def test_a_number_that_nothing_reads_is_not_simulated():
    spare = NUMBERS["relation.government_sd"].model_copy(update={"low": 0.1, "high": 0.3})
    case = CASE.model_copy(update={"parameters": {**CASE.parameters, "spare.number": spare}})
    asked = HeldRuns(case, EVERYTHING, BASELINE, OUTCOME, settings=SETTINGS, **WORLD)
    unread, read = asked.held([Held("spare.number", "low", 0.1), MOVE], 6)
    assert (unread.n_draws, unread.moved, unread.reach) == (0, 0.0, 0.0)
    assert read.n_draws == 6


def test_unknown_numbers_and_outcomes_are_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r'found "relation.government_s"\. Nearest: '):
        runs().held([Held("relation.government_s", "low", 0.1)], 2)
    with pytest.raises(ConfigError, match="must be one of the case that falls due within 14 mon"):
        runs(outcome=OUTCOME + "x")


@pytest.mark.parametrize("members", [24, 961])
def test_draws_with_unequal_or_single_futures_are_refused(members):
    with pytest.raises(ParameterError, match="the same number of futures, two or more; found"):
        runs(SETTINGS.model_copy(update={"n_members": members}))


def test_of_a_kept_draw_every_block_is_simulated():
    many = SETTINGS.model_copy(update={"n_members": 4 * (BLOCK + 8), "n_draws": 4})
    plan = plan_run(CASE, BASELINE, settings=many, **WORLD)
    assert plan.blocks_per_draw == 2
    kept = np.array([False, True, False, True])
    assert kept_blocks(plan, range(plan.n_blocks), kept) == [2, 3, 6, 7]


def test_kept_draws_are_the_same_futures_and_nonsense_is_refused():
    everyone = np.ones(SETTINGS.n_draws, bool)
    options = {"settings": SETTINGS, **WORLD}
    same(contrast_scenarios(CASE, EVERYTHING, BASELINE, draws=everyone, **options)
         .estimate(OUTCOME), contrast(CASE))  # fmt: skip
    with pytest.raises(ParameterError, match="yes or no for each of the 24 parameter draws"):
        contrast_scenarios(CASE, EVERYTHING, BASELINE, draws=everyone[:5], **options)
    with pytest.raises(ParameterError, match="with 0 yes"):
        contrast_scenarios(CASE, EVERYTHING, BASELINE, draws=~everyone, **options)

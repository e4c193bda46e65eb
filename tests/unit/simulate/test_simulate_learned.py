"""Learned numbers in the futures: they replace the judged ones, and nothing else moves."""

import numpy as np
import pytest
from tests.unit.simulate.resume_world import CASE, WORLD

from comity.core.errors import ConfigError
from comity.core.posterior import PosteriorDraws
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.simulate import simulate_scenario
from comity.simulate.block import plan_run
from comity.simulate.parameters import merged_parameters

BASELINE = Scenario(id="baseline", title="Baseline")
SETTINGS = Settings(n_members=400, n_months=12, n_draws=40, n_threads=1)
LOAD, SPREAD = "relation.beta.dispute_load", "relation.government_sd"


def plan(learned=None):
    return plan_run(CASE, BASELINE, settings=SETTINGS, learned=learned, **WORLD)


def rows_of(found, field):
    return next(slice(first, end) for rule, name, first, end in found.fields
                if (rule, name) == ("relations", field))  # fmt: skip


def learned(value=0.7):
    # Two columns in orders that do not go together.
    turned = np.arange(50) * 27 % 50
    draws = np.column_stack([np.full(50, value), 0.2 + 0.1 * turned / 49])
    return PosteriorDraws((LOAD, SPREAD), draws, ("", ""))


def test_the_learned_numbers_are_read_and_all_others_stay():
    judged, found = plan(), plan(learned())
    load = rows_of(found, "effect").start + 1
    spread = rows_of(found, "government_sd").start
    np.testing.assert_array_equal(found.matrix[load], 0.7)
    assert (found.matrix[spread] >= 0.2).all()
    assert (found.matrix[spread] <= 0.3).all()
    # Read at the same uniforms: a higher judged draw is a higher learned one.
    assert np.corrcoef(judged.matrix[spread], found.matrix[spread])[0, 1] > 0.9
    others = np.setdiff1d(np.arange(len(judged.matrix)), [load, spread])
    np.testing.assert_array_equal(judged.matrix[others], found.matrix[others])


def test_the_same_distribution_gives_nearly_the_same_futures():
    number = merged_parameters(CASE)[LOAD]
    fine = number.quantile((np.arange(20_000) + 0.5) / 20_000)[:, None]
    same, other, judged = (
        simulate_scenario(CASE, BASELINE, settings=SETTINGS, learned=one, **WORLD)
        for one in (PosteriorDraws((LOAD,), fine, ("",)), learned(), None)
    )
    gap = np.abs(same.relation_mean - judged.relation_mean).max()
    assert gap < 1e-3 < np.abs(other.relation_mean - judged.relation_mean).max()


def test_a_number_that_no_rule_reads_is_refused():
    with pytest.raises(ConfigError) as caught:
        plan(PosteriorDraws(("relation.beta.trade",), np.zeros((5, 1)), ("",)))
    assert str(caught.value) == (
        'learned numbers: each must be one that the rules read; found "relation.beta.trade". Hand '
        "on only numbers that the simulator has."
    )

"""A study whose futures take estimated drivers: only where asked, never a kept judged answer."""

import numpy as np
import pytest
from tests.fixtures.synthetic_effects import build_effects

from comity.core.settings import Settings
from comity.record import load_case
from comity.study import StepCache, Study

LOAD = "relation.beta.dispute_load"


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    cache = StepCache(tmp_path_factory.mktemp("steps"))
    found = {}
    for drivers in ("judged", "estimated"):
        settings = Settings(n_members=200, n_draws=20, n_months=12, drivers=drivers)
        study = Study(load_case("tests/fixtures/small-case"), settings, cache=cache)
        study._effects = build_effects()
        found[drivers] = study
    return found


def test_judged_futures_do_not_wait_for_effects(studies):
    study = studies["judged"]
    assert study.learned is None
    assert study.parameters == study.judged


def test_parameters_are_what_the_futures_take_and_say_so(studies):
    study = studies["estimated"]
    moved = {name for name, one in study.parameters.items() if one != study.judged[name]}
    assert moved == set(study.learned.names)
    found = study.parameters[LOAD]
    assert (found.tag, found.who) == ("R", "comity, estimated")
    column = study.effects.draw_names.index("dispute_load")
    assert found.central == np.median(study.effects.draws[:, column])


def test_futures_of_one_kind_are_never_given_for_the_other(studies):
    judged, estimated = (studies[name].ensemble() for name in ("judged", "estimated"))
    assert studies["estimated"].finished["futures baseline"] == "computed"
    assert not np.allclose(judged.relation_mean, estimated.relation_mean, atol=1e-4)
    other = build_effects()
    again = Study(studies["estimated"].case, studies["estimated"].settings,
                  cache=studies["estimated"].cache)  # fmt: skip
    again._effects = other
    again.ensemble()
    assert again.finished["futures baseline"] == "kept"
    other.draws[:] += 0.1
    moved = Study(again.case, again.settings, cache=again.cache)
    moved._effects = other
    moved.ensemble()
    assert moved.finished["futures baseline"] == "computed"


def test_contrasts_take_them_too(studies):
    scenario = studies["judged"].scenario_ids[1]
    one, other = (studies[name].contrast(scenario) for name in ("judged", "estimated"))
    assert not np.allclose(one.relation_difference, other.relation_difference, atol=1e-6)


def test_the_receipt_says_which(studies):
    assert studies["estimated"].receipt().settings["drivers"] == "estimated"

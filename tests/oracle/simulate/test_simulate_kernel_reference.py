"""The compiled kernel walks the same futures as the plain reference."""

import functools

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.oracle.simulate.kernel_beside_reference import differences, run_kernel
from tests.oracle.simulate.random_worlds import worlds
from tests.oracle.simulate.small_world import (
    BASELINE,
    CENTRAL,
    EVERYTHING,
    judged,
    later_outcomes,
    outcomes,
    small_case,
    small_history,
    small_start,
)

from comity.core.ensemble import Ensemble
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.core.streams import uniforms
from comity.record import driver_history, load_case
from comity.simulate import (
    merged_parameters,
    reference,
    reference_agreements,
    reference_levers,
    reference_rules,
    reference_world,
)
from comity.simulate.reference_world import normal

SCENARIOS = {"baseline": BASELINE, "everything": EVERYTHING}


@pytest.mark.parametrize("null", [False, True], ids=["model", "null"])
@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize(
    ("seed", "months", "members", "draws"), [(1, 24, 20, 7), (2**63 + 5, 61, 20, 3), (4, 3, 1, 1)]
)
def test_kernel_and_reference_walk_the_same_futures(seed, months, members, draws, scenario, null):
    lead = min(24, months)
    case = small_case(lead=lead, outcomes=(*outcomes(lead), *later_outcomes(lead)))
    world = small_start(case), small_history(case)
    settings = Settings(n_members=members, n_months=months, n_draws=draws, seed=seed)
    ensemble = run_kernel(case, SCENARIOS[scenario], *world, settings, null)
    assert not list(differences(ensemble, case, SCENARIOS[scenario], *world, settings, null))


def test_the_first_members_of_a_large_ensemble_are_the_references():
    case = small_case()
    world = small_start(case), small_history(case)
    settings = Settings(n_members=700, n_months=24, n_draws=11, seed=9)
    ensemble = run_kernel(case, EVERYTHING, *world, settings)
    assert not list(differences(ensemble, case, EVERYTHING, *world, settings, n_checked=5))


def test_the_case_goes_before_the_package_defaults():
    case = small_case()
    merged = merged_parameters(case)
    assert all(merged[name] == number for name, number in case.parameters.items())


# A planted discrepancy in any one number must be seen.


@functools.cache
def _planted_ensemble(scenario: Scenario, n_months: int) -> tuple[Ensemble, Settings]:
    case = small_case(spread=0.0)
    settings = Settings(n_members=60, n_months=n_months, n_draws=7, seed=5)
    return run_kernel(case, scenario, small_start(case), small_history(case), settings), settings


PLANTED = {"bargain.concept": 1.0, "track.start_stage.PRO": 0.0}
FACTORS = {"mediator.rupture_risk": 8.0, "mediator.rupture_cost": 8.0, "mediator.bias_limit": 2.0}
"""Switches and thresholds that half their value does not move."""

UNREAD = (
    {  # numbers that the small case never reads: its states have no such office
        name for name in CENTRAL if name.endswith((".military", ".monarchy"))
    }
    | {
        "turnover.exit_hazard.prime_minister",  # the one prime minister has a rate of her own
        "turnover.support_share.one_term_president",  # so has the one-term president
        "turnover.support_share.two_term_president",  # only the party is lost
        "agreement.refusal.treaty",  # treaties are not reviewed
    }
    | {  # the measure is a share of what the spokes could supply, whatever that is
        name for name in CENTRAL if name.startswith("public_good.")
    }
)


@pytest.mark.parametrize("name", sorted(CENTRAL.keys() - UNREAD))
def test_a_number_changed_in_the_reference_alone_is_seen(name):
    case = small_case(spread=0.0)
    planted = merged_parameters(case) | {
        name: judged(PLANTED.get(name, FACTORS.get(name, 0.5) * CENTRAL[name]))
    }
    world = small_start(case), small_history(case)
    found = ""
    for scenario, n_months in ((EVERYTHING, 24), (BASELINE, 100)):
        if not found:
            ensemble, settings = _planted_ensemble(scenario, n_months)
            found = next(
                differences(
                    ensemble, case, scenario, *world, settings, parameters=planted, n_checked=60
                ),
                "",
            )
    assert found, f"{name} changed in the reference alone went unnoticed"


@hypothesis_settings(max_examples=40)
@given(
    worlds(),
    st.integers(0, 2**64 - 1),
    st.integers(1, 30),
    st.integers(1, 4),
    st.integers(1, 5),
    st.sampled_from([1.0, 8.0]),
    st.booleans(),
)
def test_any_small_world_is_walked_alike(world, seed, months, members, draws, scale, null):
    case, scenario = world.case, world.scenario
    start, history = small_start(case, seed=seed), small_history(case, seed=seed)
    start.mean[:] *= scale  # some relations beyond the range
    settings = Settings(n_members=members, n_months=months, n_draws=draws, seed=seed)
    ensemble = run_kernel(case, scenario, start, history, settings, null)
    found = differences(ensemble, case, scenario, start, history, settings, null)
    assert next(found, "") == ""


def test_the_bundled_case_is_walked_alike():
    case = load_case("japan-korea-us")
    start, history = small_start(case), driver_history(case)
    settings = Settings(n_members=2, n_months=36, n_draws=2, seed=3)
    for scenario in case.scenarios:
        nulls = (False, True) if scenario.id == "baseline" else (False,)
        for null in nulls:
            ensemble = run_kernel(case, scenario, start, history, settings, null)
            assert not list(differences(ensemble, case, scenario, start, history, settings, null))


# A rule that the reference gets wrong must be seen.


WRONG_RULES = {
    "support change counts for a year": (reference_agreements, "RECENT_MONTHS", 13),
    "the range is 12": (reference_rules, "FARTHEST_RELATION", 1.0),
    "the tails are Student's": (reference_rules, "student_t4", normal),
    "third states count": (reference_rules, "balance", lambda world, pair, relations: 0.0),
    "the stock counts agreements in force": (
        reference_world.World, "agreement_stock", lambda world, pair: 0.0,
    ),
    "flares are surprises": (
        reference_rules, "flare_surprise",
        lambda world, label: sum(d.flares for d in world.dockets if d.pair == label),
    ),
    "months are addressed by the calendar": (
        reference, "uniforms",
        lambda seed, stream, *, member, month, draw: uniforms(
            seed, stream, member=member, month=month + (month != 0), draw=draw
        ),
    ),
    "the reference values are the means": (reference, "set_references", lambda world, past: None),
    "acts happen once": (reference_levers, "ACTS", ()),
    "coalitions follow by their weights": (
        reference_rules, "_next_coalition", lambda office, uniform: office.coalitions[0].id,
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", WRONG_RULES)
def test_a_rule_changed_in_the_reference_alone_is_seen(rule, monkeypatch):
    ensemble, settings = _planted_ensemble(EVERYTHING, 24)
    case = small_case(spread=0.0)
    monkeypatch.setattr(*WRONG_RULES[rule])
    world = small_start(case), small_history(case)
    found = differences(ensemble, case, EVERYTHING, *world, settings, n_checked=60)
    assert next(found, None), f'a reference without "{rule}" went unnoticed'

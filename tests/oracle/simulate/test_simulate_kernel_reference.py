"""The compiled kernel walks the same futures as the plain reference."""

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from comity.core.ensemble import Ensemble
from comity.core.scenarios import Clamp, Scenario
from comity.core.settings import Settings
from comity.simulate import merged_parameters
from tests.oracle.simulate.kernel_beside_reference import differences, run_kernel
from tests.oracle.simulate.small_world import (
    BASELINE,
    CENTRAL,
    COALITIONS,
    EVERYTHING,
    judged,
    small_case,
    small_history,
    small_start,
)

SCENARIOS = {"baseline": BASELINE, "everything": EVERYTHING}


@pytest.mark.parametrize("null", [False, True], ids=["model", "null"])
@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize(
    ("seed", "months", "members", "draws"), [(1, 24, 20, 7), (2**63 + 5, 61, 20, 3), (4, 3, 1, 1)]
)
def test_kernel_and_reference_walk_the_same_futures(seed, months, members, draws, scenario, null):
    case = small_case(lead=min(24, months))
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
def _planted_ensemble() -> tuple[Ensemble, Settings]:
    case = small_case(spread=0.0)
    settings = Settings(n_members=60, n_months=24, n_draws=7, seed=5)
    return run_kernel(case, EVERYTHING, small_start(case), small_history(case), settings), settings


UNREAD = {  # numbers that the small case never reads: its states have no such office
    name for name in CENTRAL if name.endswith((".military", ".monarchy"))
} | {
    "turnover.exit_hazard.prime_minister",  # the one prime minister has a rate of her own
    "turnover.support_share.one_term_president",  # so has the one-term president
    "turnover.support_share.two_term_president",  # only the party is lost
    "agreement.refusal.treaty",  # treaties are not reviewed
    "relation.beta.talks_hub",  # fixed below
}


@pytest.mark.parametrize("name", sorted(CENTRAL.keys() - UNREAD))
def test_a_number_changed_in_the_reference_alone_is_seen(name):
    ensemble, settings = _planted_ensemble()
    case = small_case(spread=0.0)
    planted = merged_parameters(case) | {name: judged(0.5 * CENTRAL[name])}
    world = small_start(case), small_history(case)
    found = differences(
        ensemble, case, EVERYTHING, *world, settings, parameters=planted, n_checked=60
    )
    assert next(found, None), f"halving {name} in the reference alone went unnoticed"

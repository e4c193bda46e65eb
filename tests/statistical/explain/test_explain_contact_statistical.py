"""Density and abandonment on made-up worlds: no finding from nothing, each placebo fires.

Worlds are drawn with 40 states and ten years. Shares of replicates are compared with what they must
be within five Monte Carlo errors. Each test names the fault that it has been seen to catch.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.statistical.explain.contact_worlds import World, make_world

from comity.explain.abandonment import MATCHED, AbandonmentTest, abandonment_test
from comity.explain.density_of_contact import DensityEffect, density_effect
from comity.explain.density_rows import density_rows

pytestmark = pytest.mark.statistical
REPLICATES, N_PERMUTATIONS, ERRORS = 80, 20, 5
HUB = "AAX"


def effects(n: int = REPLICATES, first: int = 0, **world: float) -> list[DensityEffect]:
    return [effect_of(make_world(seed, **world)) for seed in range(first, first + n)]


def effect_of(world: World, n_permutations: int = N_PERMUTATIONS) -> DensityEffect:
    rows = density_rows(world.acts, world.support, world.members, world.numbers)
    return density_effect(rows, n_permutations=n_permutations)


def runs_of(n: int, **world: float) -> list[AbandonmentTest]:
    made = (make_world(seed, **world) for seed in range(n))
    return [abandonment_test(w.acts, w.members, w.numbers, hub=HUB) for w in made]


def mean_and_error(values: list[float]) -> tuple[float, float]:
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def at_least(share: float, expected: float, n: int) -> bool:
    return share >= expected - ERRORS * np.sqrt(expected * (1 - expected) / n)


@pytest.fixture(scope="module")
def undampened() -> list[DensityEffect]:
    return effects(shock=0.6)


def test_intervals_hold_zero_where_density_does_nothing_to_a_shock(undampened):
    """Catches a sandwich of score sums: its intervals hold zero in 65 to 80 of 100 worlds."""
    held = np.mean([one.dampening.low <= 0 <= one.dampening.high for one in undampened])
    assert at_least(held, 0.95, REPLICATES), held
    mean, error = mean_and_error([one.dampening.value for one in undampened])
    assert abs(mean) < ERRORS * error


def test_a_shock_is_seen_and_full_dampening_takes_it_away(undampened):
    """Catches density with its sign or its year mistaken."""
    thin, error = mean_and_error([one.shock_thin.value for one in undampened])
    assert thin > ERRORS * error
    dampened = effects(30, shock=0.6, dampening=1.0)
    dense, error = mean_and_error([one.shock_dense.value for one in dampened])
    assert abs(dense) < ERRORS * error
    mean, error = mean_and_error([one.dampening.value for one in dampened])
    assert mean < -ERRORS * error


def test_a_plain_dampening_is_told(undampened):
    """The reading must be able to say yes: a large shock, many changes, full dampening."""
    world = make_world(3, shock=2.5, dampening=1.0, change_rate=0.2)
    found = effect_of(world, n_permutations=199)
    assert found.is_estimable, found.reading
    assert found.reading == "A change of government moves dense pairs less than thin ones."
    assert not any(one.reading.startswith("A change") for one in undampened)


def test_fewer_acts_after_a_change_are_not_taken_for_a_shock():
    """Catches |change| without its noise: thin pairs lose most of their acts at a change."""
    found = effects(30, volume_fall=0.7)
    thin, error = mean_and_error([one.shock_thin.value for one in found])
    assert abs(thin) < ERRORS * error
    # The negative control says so whenever it happens.
    fired = np.mean(["volume" in one.fired for one in found])
    assert at_least(fired, 0.95, 30), fired


def test_what_comes_before_a_change_fires_the_lead():
    """Catches a lead of the wrong length: thin pairs move two years before a change, no sooner."""
    found = effects(30, foreseen=3.0)
    fired = np.mean(["lead" in one.fired and one.lead.high < 0 for one in found])
    assert fired > 0.5, fired


def test_placebos_stay_silent_where_nothing_is_wrong(undampened):
    """Catches a placebo that fires on everything: each may in 5 of 100 worlds."""
    for name in ("lead", "volume"):
        silent = np.mean([name not in one.fired for one in undampened])
        assert at_least(silent, 0.95, REPLICATES), (name, silent)


def test_a_hub_that_pulls_everyone_is_caught_by_its_placebos():
    """The trap: whoever stands well with the hub stands well with others, partner or not."""
    found = runs_of(20, hub_pull=0.4)
    assert np.mean([one.is_finding for one in found]) > 0.5
    assert not any(one.is_identified for one in found)
    assert all(one.reading.endswith(("is not identified.", "not identified.")) for one in found)
    assert np.mean([bool(one.caught_by) for one in found if one.is_finding]) > 0.9


def test_an_effect_among_partners_alone_is_let_through():
    """Catches placebos that refuse everything, and pairs matched by the tone that is explained."""
    found = runs_of(20, fear=1.0)
    assert np.mean([one.is_identified for one in found]) > 0.5
    matched = [one.placebos[0].by_year.value for one in found]
    assert found[0].placebos[0].group == MATCHED
    mean, error = mean_and_error(matched)
    assert abs(mean) < ERRORS * error, (mean, error)
    told = next(one for one in found if one.is_identified)
    assert "consistent with an effect, if partners and outsiders differ" in told.reading


def test_nothing_gives_a_finding_as_rarely_as_it_should():
    silent = np.mean([not one.is_finding for one in runs_of(40)])
    assert at_least(silent, 0.95, 40), silent

"""Designs give the effect where a plain association is confounded, and refuse where there is none.

In every panel the driver partly follows the relation, so that the plain estimate is wrong; the part
that a design sets apart does not. What this can catch: a design that lets the rest of the driver
in, a calendar that predicts a month from itself.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.fixtures.confounded_panels import TRUTH, confounded
from tests.fixtures.simulated_panels import World, judged_effects, simulate_world

from comity.core.drivers import DesignPart, DriverSeries
from comity.explain.calendar import calendar_part
from comity.explain.explain import estimate_effects

LARGEST_SE = 5.0


def row_of(world: World, prior_sd: float = 0.8):
    numbers = judged_effects(world.panel.names, sd=prior_sd)
    volume = np.random.default_rng(1).poisson(2.0, world.relation.shape)
    found = estimate_effects(
        world.evidence, world.panel, numbers, volume=volume, n_keep=60, n_shuffles=99, n_threads=1
    )
    return found.rows[0]


@pytest.mark.parametrize(("kind", "tier"), [("dates", "A"), ("calendar", "A")])
def test_a_design_recovers_what_the_association_gets_wrong(kind, tier):
    n, z, plain, tiers = 8, [], [], []
    for seed in range(20, 20 + n):
        row = row_of(confounded(seed, kind))
        (design,) = row.designs
        z.append((design.data_estimate - TRUTH) / design.data_se)
        plain.append((row.data_estimate - TRUTH) / row.data_se)
        tiers.append(row.tier)
        if row.tier == tier:
            assert row.sentence.startswith("The relation is moved by driver 0, under ")
    assert np.mean(plain) > 3, "the plain association must be confounded, or this tests nothing"
    assert abs(np.mean(z)) <= LARGEST_SE / np.sqrt(n), f"design: {np.round(z, 2)}"
    assert tiers.count(tier) >= n - 2, tiers  # a placebo fires by chance now and then


def test_without_a_design_an_effect_is_never_more_than_an_association():
    for seed in (40, 41, 42):
        row = row_of(simulate_world(seed, n_states=8, n_times=180, effects=(0.8, 0.0)))
        assert row.tier == "C"
        assert row.sentence.startswith("The relation is associated with driver 0: ")
        assert row.low < 0.8 < row.high95


def test_a_panel_that_says_nothing_is_driven_by_its_prior():
    for seed in (50, 51, 52):
        world = simulate_world(seed, n_states=5, n_times=60, heard=0.3, noise_sd=6.0)
        row = row_of(world, prior_sd=0.2)
        assert row.tier == "prior-driven"
        assert "not identified here; the number is the prior" in row.sentence
        assert row.contraction < 0.1


def test_too_few_occasions_carry_nothing():
    world = confounded(60, "dates")
    series = world.panel.drivers[0]
    few = DriverSeries(
        series.name, series.words, series.unit, series.source, series.values,
        designs=(DesignPart("dates", "dates set from outside", "A", "", series.designs[0].values,
                            5),),
    )  # fmt: skip
    row = row_of(World(world.evidence, world.panel.with_driver(few), *_rest(world)))
    (design,) = row.designs
    assert design.refusal == (
        "It moves on 5 occasions, and 8 are needed before one of them can be left out."
    )
    assert row.tier in ("C", "prior-driven")


def _rest(world: World):
    return world.effects, world.government_effects, world.relation, world.period


def test_a_quarrel_that_broke_out_once_has_no_calendar():
    months = np.arange(360, 360 + 180)
    values = np.zeros((60, 180))
    generator = np.random.default_rng(3)
    for pair in range(60):
        begin = int(generator.integers(20, 150))
        values[pair, begin : begin + 6] = 1.0
    _, first_stage = calendar_part(values, months)
    assert first_stage < 10
    yearly = np.tile(((months % 12) == 7).astype(float), (60, 1))
    part, strong = calendar_part(yearly + 0.3 * generator.standard_normal((60, 180)), months)
    assert strong > 10
    assert part.values[0, months % 12 == 7].min() > part.values[0, months % 12 != 7].max()

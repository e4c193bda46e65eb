"""Designs give the effect where a plain association is confounded, and refuse where there is none.

In every panel the driver partly follows the relation, so that the plain estimate is wrong; the part
that a design sets apart does not. What this can catch: a design that lets the rest of the driver
in, a calendar that predicts a month from itself, windows whose controls were touched themselves.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.fixtures.simulated_panels import (
    HALF_LIFE,
    World,
    judged_effects,
    made_evidence,
    simulate_world,
)

from comity.core.drivers import DesignPart, DriverSeries, Occasions
from comity.explain.assumptions import driver_memory
from comity.explain.calendar import calendar_part
from comity.explain.event_study import event_study
from comity.explain.explain import estimate_effects
from comity.explain.sums import respond

LARGEST_SE = 5.0
TRUTH = -0.8
MEMORY = driver_memory(HALF_LIFE)


def with_driver(world: World, seed: int, series: DriverSeries, effect: float) -> World:
    """Return a world whose first driver is ``series`` and moves relations by ``effect``."""
    old = world.evidence
    relation = world.relation + effect * respond(series.values, MEMORY)
    evidence = made_evidence(
        np.random.default_rng(seed), relation, old.index, old.memory[0], old.variance[0, 0],
        heard=0.6, noise_sd=0.7,
    )  # fmt: skip
    return World(
        evidence, world.panel.with_driver(series), world.effects, world.government_effects,
        relation, world.period,
    )  # fmt: skip


def confounded(seed: int, kind: str, effect: float = TRUTH, n_states: int = 8) -> World:
    """Return a panel with a driver of which one part is set from outside and one follows."""
    world = simulate_world(
        seed, n_states=n_states, n_times=180, effects=(0.0, 0.0), government_sd=0.1
    )
    n_pairs, n_times = world.relation.shape
    generator = np.random.default_rng(seed)
    if kind == "dates":
        outside = np.zeros((n_pairs, n_times))
        for pair in range(n_pairs):
            for begin in generator.choice(n_times - 12, 4, replace=False):
                outside[pair, begin : begin + 12] = 1.0
        designs = (
            DesignPart("dates", "dates set from outside", "A", "nobody chose them", outside, 20),
        )
    else:
        month = world.panel.months % 12
        phase = generator.integers(0, 12, (n_pairs, 1))
        outside = (((month - phase) % 12) < 4).astype(float)
        designs = ()
    follows = 0.8 * np.concatenate(
        [world.relation[:, :1].repeat(2, axis=1), world.relation[:, :-2]], axis=1
    )
    series = DriverSeries(
        "driver_0", "driver 0", "unit", "simulated", outside + follows, designs=designs,
        is_seasonal=kind == "calendar",
    )  # fmt: skip
    return with_driver(world, seed, series, effect)


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


def turnovers(seed: int, jump: float, n: int = 60) -> tuple[World, Occasions]:
    """Return a panel in which every pair is touched at most once, and moves by ``jump`` then."""
    world = simulate_world(
        seed, n_states=8, n_times=240, effects=(0.0, 0.0), government_sd=0.0, period_sd=0.3
    )
    generator = np.random.default_rng(seed)
    touched = np.zeros(world.relation.shape, bool)
    moved = np.zeros(world.relation.shape)
    falls: list[tuple[int, int]] = []
    for _ in range(n):
        pair, time = int(generator.integers(len(touched))), int(generator.integers(15, 214))
        if not touched[pair].any():
            touched[pair, time] = True
            moved[pair, time:] = jump
            falls.append((pair, time))
    old = world.evidence
    evidence = made_evidence(
        generator, world.relation + moved, old.index, old.memory[0], old.variance[0, 0], heard=0.6,
        noise_sd=0.7,
    )  # fmt: skip
    pair, time = np.array(falls).T
    occasions = Occasions("made", "made-up occasions", pair, time, np.arange(len(pair)), touched)
    return World(evidence, world.panel, *_rest(world)), occasions


def test_event_studies_recover_a_jump_and_cover_it():
    truth, n, error, inside, leads = 2.0, 100, [], [], []
    for seed in range(1000, 1000 + n):
        world, occasions = turnovers(seed, truth, n=200)  # every pair moves at some time
        study = event_study(world.evidence, occasions, n_threads=1)
        error.append(study.mean - truth)
        inside.append(abs(study.mean - truth) <= 1.31 * study.mean_se)  # 80% by t, 28 pairs
        leads.append(study.lead_p < 0.05)
    se = np.std(error, ddof=1) / np.sqrt(n)
    assert abs(np.mean(error)) <= LARGEST_SE * se, f"bias {np.mean(error):.3f} (SE {se:.3f})"
    assert abs(np.mean(inside) - 0.8) <= LARGEST_SE * np.sqrt(0.16 / n), np.mean(inside)
    assert np.mean(leads) <= 0.05 + LARGEST_SE * np.sqrt(0.05 * 0.95 / n), np.mean(leads)


def test_event_studies_see_a_relation_that_moved_first():
    fired = []
    for seed in range(1200, 1212):
        world, occasions = turnovers(seed, 1.5)
        late = Occasions(
            occasions.name, occasions.words, occasions.pair, occasions.time + 6,
            occasions.occasion, np.roll(occasions.touched, 6, axis=1),
        )  # fmt: skip
        fired.append(event_study(world.evidence, late, n_threads=1).lead_p < 0.05)
    assert np.mean(fired) >= 0.8


def test_controls_that_were_touched_themselves_would_be_caught():
    """Planted bug: nobody is marked as touched, so that moving pairs serve as controls."""
    error = []
    for seed in range(1300, 1330):
        world, occasions = turnovers(seed, 2.0, n=200)
        blind = Occasions(
            occasions.name, occasions.words, occasions.pair, occasions.time, occasions.occasion,
            np.zeros_like(occasions.touched),
        )  # fmt: skip
        error.append(event_study(world.evidence, blind, n_threads=1).mean - 2.0)
    se = np.std(error, ddof=1) / np.sqrt(len(error))
    assert np.mean(error) < -LARGEST_SE * se


def test_an_event_study_without_enough_occasions_has_no_number():
    world, occasions = turnovers(5, 1.0, n=4)
    study = event_study(world.evidence, occasions, n_threads=1)
    assert study.refusal == (
        f"{study.n_occasions} occasions have a pair to compare with, and 8 are needed. Import "
        "events of more states, or add governments of more states to the case."
    )
    assert study.bins == ()
    assert np.isnan([study.mean, study.mean_se, study.p_value, study.lead_p]).all()


def test_deaths_in_office_are_carried_where_a_leader_table_covers_enough_states():
    """Near-random turnover on a simulated panel: rare deaths, each in all pairs of the state."""
    world = simulate_world(
        77, n_states=14, n_times=240, effects=(0.0, 0.0), government_sd=0.0, period_sd=0.2
    )
    generator = np.random.default_rng(77)
    index = world.panel.index
    dies = generator.random((len(index), 240)) < 1 / 240
    dies[:, :13] = dies[:, -25:] = False
    touched = dies[index.pairs[:, 0]] | dies[index.pairs[:, 1]]
    moved = np.zeros(touched.shape)
    falls = []
    for number, (state, time) in enumerate(np.argwhere(dies)):
        for pair in np.flatnonzero((index.pairs == state).any(axis=1)):
            moved[pair, time:] += 0.5
            falls.append((pair, time, number))
    old = world.evidence
    evidence = made_evidence(
        generator, world.relation + moved, index, old.memory[0], old.variance[0, 0], heard=0.6,
        noise_sd=0.7,
    )  # fmt: skip
    pair, time, number = np.array(falls).T
    study = event_study(
        evidence, Occasions("death", "deaths in office", pair, time, number, touched), n_threads=1
    )
    assert study.n_occasions >= 8
    assert abs(study.mean - 0.5) <= LARGEST_SE * study.mean_se
    assert study.p_value < 0.05

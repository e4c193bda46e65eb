"""Every placebo fires on the violation that it is there for, and seldom without one.

Each planted violation is one that the main estimate cannot see: a driver that follows the relation,
noise that the measurement takes for smaller than it is, a shock that all pairs of a state share,
news that comes with the driver, one administration that carries all, sources that disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.fixtures.simulated_panels import (
    HALF_LIFE,
    World,
    made_evidence,
    made_priors,
    made_series,
    simulate_world,
)

from comity.core.drivers import DriverSeries
from comity.core.effects import Placebo
from comity.explain.assumptions import driver_memory
from comity.explain.columns import driver_columns
from comity.explain.panel_model import fit_panel
from comity.explain.placebos import (
    ADMINISTRATIONS,
    DATES,
    DYADS,
    LEADS,
    SOURCE,
    VOLUME,
    Suite,
    another_source,
)
from comity.explain.refit import Refit
from comity.explain.sums import respond
from comity.explain.thresholds import threshold

N_PANELS = 12
LEAST_SHARE = 0.8
LARGEST_SE = 5.0
NAMES = ("driver_0", "driver_1")


def suite(world: World, volume: np.ndarray | None = None, seed: int = 1) -> Suite:
    priors = made_priors(NAMES, sd=0.5)
    columns = driver_columns(world.panel, NAMES, priors)
    shared = {"government": world.panel.government, "period": world.period, "n_threads": 1}
    fit = fit_panel(world.evidence, columns, priors, n_keep=60, seed=seed, **shared)
    if volume is None:
        volume = np.random.default_rng(seed).poisson(2.0, world.relation.shape)
    refit = Refit.of(fit, world.evidence, priors, **shared)
    return Suite(refit, columns, world.panel, volume, seed, n_shuffles=99)


def clean(seed: int, **changes) -> World:
    made = {"n_states": 6, "n_times": 144, "effects": (0.4, -0.4), "government_sd": 0.2}
    world = simulate_world(seed, **(made | changes))
    half = np.arange(world.panel.index.n_dyads) % 2 == 0
    return replace(world, panel=replace(world.panel, is_partner=half))


def rewritten(world: World, seed: int, values: np.ndarray, moved: np.ndarray) -> World:
    """Return the world with another first driver and ``moved`` added to its relations."""
    old = world.panel.drivers[0]
    series = DriverSeries(old.name, old.words, old.unit, old.source, values)
    relation = world.relation + moved
    old_evidence = world.evidence
    evidence = made_evidence(
        np.random.default_rng(seed), relation, old_evidence.index, old_evidence.memory[0],
        old_evidence.variance[0, 0], heard=0.6, noise_sd=0.7,
    )  # fmt: skip
    return replace(
        world, panel=world.panel.with_driver(series), evidence=evidence, relation=relation
    )


def share_that_fires(run: Callable[[int], Placebo], seeds: range) -> float:
    fired = [run(seed).fired for seed in seeds]
    assert None not in fired
    return float(np.mean([bool(item) for item in fired]))


def test_leads_catch_a_driver_that_follows_the_relation() -> None:
    def run(seed: int) -> Placebo:
        world = clean(seed, effects=(0.0, 0.0))
        later = np.roll(world.relation, 5, axis=1)
        later[:, :5] = world.relation[:, :1]
        return suite(rewritten(world, seed, later, 0.0 * later)).leads("driver_0")

    assert share_that_fires(run, range(100, 100 + N_PANELS)) >= LEAST_SHARE


def test_permuted_dates_catch_noise_that_is_larger_than_the_measurement_says() -> None:
    """The level really wanders ten times as far as the model is told."""

    def run(seed: int) -> Placebo:
        world = clean(seed, effects=(0.0, 0.0), level_sd=2.0, flare_sd=0.2, government_sd=0.0)
        told = world.evidence.variance.copy()
        told[..., 1] = 0.2**2
        evidence = replace(world.evidence, variance=told)
        return suite(replace(world, evidence=evidence)).permuted_dates("driver_0")

    wrong = share_that_fires(run, range(200, 200 + 3 * N_PANELS))
    assert wrong >= 0.3, f"{wrong:.2f}: as often as such noise makes the estimate look clear"


def test_placebo_dyads_catch_a_shock_that_all_pairs_of_a_state_share() -> None:
    """The driver is recorded for partners only; what moves them moves every pair of the state."""

    def run(seed: int) -> Placebo:
        world = clean(seed, effects=(0.0, 0.0))
        index = world.panel.index
        by_state = made_series(np.random.default_rng(seed), len(index), 144, "spell")
        values = by_state[index.pairs].sum(axis=1)
        moved = 2.0 * respond(values, driver_memory(HALF_LIFE))
        values = np.where(world.panel.is_partner[:, None], values, 0.0)
        return suite(rewritten(world, seed, values, moved)).placebo_dyads("driver_0")

    assert share_that_fires(run, range(300, 300 + N_PANELS)) >= LEAST_SHARE


def test_placebo_dyads_look_at_the_drivers_own_value_where_it_has_one() -> None:
    """What is said of partners holds of all pairs alike, as when a hub's mood colours everybody."""

    def run(seed: int, elsewhere: float = 1.0) -> Placebo:
        world = clean(seed, effects=(0.0, 0.0))
        values = world.panel.drivers[0].values
        partner = world.panel.is_partner[:, None]
        moved = 1.5 * np.where(partner, 1.0, elsewhere) * respond(values, driver_memory(HALF_LIFE))
        changed = rewritten(world, seed, np.where(partner, values, 0.0), moved)
        series = replace(
            changed.panel.drivers[0],
            elsewhere=np.where(partner, 0.0, world.panel.drivers[0].values),
        )
        panel = changed.panel.with_driver(series)
        return suite(replace(changed, panel=panel)).placebo_dyads("driver_0")

    seeds = range(350, 350 + N_PANELS)
    assert share_that_fires(run, seeds) >= LEAST_SHARE
    assert share_that_fires(lambda seed: run(seed, 0.0), seeds) <= 0.25


def test_volume_catches_news_that_comes_with_the_driver() -> None:
    def run(seed: int) -> Placebo:
        world = clean(seed)
        rate = 2.0 * np.exp(0.8 * world.panel.drivers[0].values)
        volume = np.random.default_rng(seed).poisson(rate)
        return suite(world, volume).negative_control("driver_0")

    assert share_that_fires(run, range(400, 400 + N_PANELS)) >= LEAST_SHARE


def test_leaving_one_out_catches_an_administration_that_carries_all() -> None:
    def run(seed: int) -> Placebo:
        world = clean(seed, effects=(0.0, 0.0), government_sd=0.0)
        values = world.panel.drivers[0].values
        inside = values * (world.panel.administration == 1)
        moved = 4.0 * respond(inside, driver_memory(HALF_LIFE))
        return suite(rewritten(world, seed, values, moved)).administrations("driver_0")

    assert share_that_fires(run, range(500, 500 + N_PANELS)) >= LEAST_SHARE


def test_a_second_source_that_tells_another_story_is_caught() -> None:
    def run(seed: int) -> Placebo:
        world = clean(seed, effects=(0.0, 0.0))
        values = world.panel.drivers[0].values
        moved = 0.8 * respond(values, driver_memory(HALF_LIFE))
        made = suite(rewritten(world, seed, values, moved))
        other = rewritten(world, seed + 1, values, -moved).evidence
        first, second = (
            refit.likelihood(made.columns).alone("driver_0")
            for refit in (made.refit, made.refit.on(other))
        )
        return another_source(first, second)

    assert share_that_fires(run, range(600, 600 + N_PANELS)) >= LEAST_SHARE


@pytest.mark.parametrize("name", [LEADS, DYADS, VOLUME, ADMINISTRATIONS])
def test_placebos_seldom_fire_on_clean_panels(name: str) -> None:
    """A placebo fires on about one clean panel in twenty, whatever the true effect is."""
    method = {
        LEADS: Suite.leads, DYADS: Suite.placebo_dyads, VOLUME: Suite.negative_control,
        ADMINISTRATIONS: Suite.administrations,
    }[name]  # fmt: skip
    n, level = 80, threshold("level")
    rate = share_that_fires(
        lambda seed: method(suite(clean(seed)), "driver_0"), range(700, 700 + n)
    )
    se = np.sqrt(level * (1 - level) / n)
    assert rate <= level + LARGEST_SE * se, f"fires on {rate:.3f} of clean panels (SE {se:.3f})"


def test_permuted_dates_agree_with_the_model_on_clean_panels() -> None:
    """Without a violation the p-values of shifts are uniform: their mean is a half."""
    n = 80
    p = [
        suite(clean(seed, effects=(0.0, -0.4))).permuted_dates("driver_0").p_value
        for seed in range(900, 900 + n)
    ]
    se = np.sqrt(1 / 12 / n)
    assert abs(np.mean(p) - 0.5) <= LARGEST_SE * se, f"mean p {np.mean(p):.3f} (SE {se:.3f})"


def test_every_placebo_of_the_suite_is_tried_here() -> None:
    made = suite(clean(1))
    assert [item.name for item in made.run("driver_0")] == [
        LEADS, DATES, DYADS, VOLUME, ADMINISTRATIONS,
    ]  # fmt: skip
    assert another_source(None, None).name == SOURCE

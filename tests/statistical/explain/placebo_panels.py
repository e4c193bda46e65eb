"""Simulated panels with a violation planted in them, and the chance that a placebo sees it.

A violation is a movement of relations, (pair, time), that is added to what the acts say. Estimates
are linear in that, so that a placebo run on the movement alone, without noise, gives the mean of
its z value, and with it the chance that it fires; a violation of a given chance is the movement
times a number. Nothing here is chosen by trying.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri
from tests.fixtures.simulated_panels import HALF_LIFE, World, made_priors, simulate_world

from comity.core.effects import Placebo
from comity.core.evidence import RelationEvidence
from comity.explain.assumptions import driver_memory
from comity.explain.columns import driver_columns
from comity.explain.panel_model import fit_panel
from comity.explain.placebos import Suite, hausman_z, volume_score
from comity.explain.refit import Refit
from comity.explain.shuffles import turned, turns
from comity.explain.sums import respond

Floats = np.ndarray
NAME, NAMES = "driver_0", ("driver_0", "driver_1")
N_SHUFFLES = 99
LEVEL, WANTED = 0.05, 0.8
CLEAR = float(-ndtri(LEVEL / 2))
FOUR_IN_FIVE = CLEAR + float(ndtri(WANTED))  # mean z value of what is seen in 80%


def suite(world: World, seed: int = 1, volume: Floats | None = None, **priors: float) -> Suite:
    made = made_priors(NAMES, **({"sd": 0.5} | priors))
    columns = driver_columns(world.panel, NAMES, made)
    shared = {"government": world.panel.government, "period": world.period, "n_threads": 1}
    fit = fit_panel(world.evidence, columns, made, n_keep=60, seed=seed, **shared)
    if volume is None:
        volume = np.random.default_rng(seed).poisson(2.0, world.relation.shape)
    refit = Refit.of(fit, world.evidence, made, **shared)
    return Suite(refit, columns, world.panel, volume, seed, n_shuffles=N_SHUFFLES)


def clean(seed: int, **changes) -> World:
    made = {"n_states": 6, "n_times": 144, "effects": (0.4, -0.4), "government_sd": 0.2}
    world = simulate_world(seed, **(made | changes))
    half = np.arange(world.panel.index.n_dyads) % 2 == 0
    return replace(world, panel=replace(world.panel, is_partner=half))


def moved(evidence: RelationEvidence, movement: Floats, *, alone: bool = False) -> RelationEvidence:
    """Return evidence of relations with a movement added, or of the movement alone."""
    site = evidence.site.copy()
    shift = site[..., 0] * movement[evidence.pair, evidence.time][None, :, None]
    site[..., 1] = shift if alone else site[..., 1] + shift
    return replace(evidence, site=site)


def on(made: Suite, evidence: RelationEvidence) -> Suite:
    return replace(made, refit=made.refit.on(evidence))


def mean_z(placebo: Placebo) -> float:
    """Return the absolute z value behind a two-sided p-value."""
    return float(-ndtri(placebo.p_value / 2))


def two_sided_power(z: float, clear: float = CLEAR) -> float:
    return float(ndtr(z - clear) + ndtr(-z - clear))


@dataclass(frozen=True)
class Planted:
    """What a placebo says of one panel, without and with a violation, and the chance of it."""

    without: bool
    within: bool
    least: float  # chance that it fires
    most: float
    size: float  # of the violation, in logits a unit of the driver


def planted(made: Suite, run: Callable[[Suite], Placebo], movement: Floats) -> Planted:
    """Return what a placebo of a z value says of a violation that it should see in 80%."""
    evidence = made.refit.evidence
    size = FOUR_IN_FIVE / mean_z(run(on(made, moved(evidence, movement, alone=True))))
    seen = bool(run(on(made, moved(evidence, size * movement))).fired)
    power = two_sided_power(FOUR_IN_FIVE)
    return Planted(bool(run(made).fired), seen, power, power, size)


def relation_first(made: Suite, months: int = 5) -> Floats:
    """A relation that stands, some months before, where the driver is going to stand."""
    return np.roll(made.columns.values[:, 0], -months, axis=1)


def administrations(made: Suite) -> Planted:
    """One administration carries all: the largest of several tests, each at its share of 5%."""
    values, which = made.columns.values[:, 0], made.panel.administration
    movement = respond(values * (which == 1), driver_memory(HALF_LIFE))
    evidence = made.refit.evidence

    def z_values(size: float) -> Floats:
        refit = made.refit.on(moved(evidence, size * movement, alone=True))
        whole = refit.likelihood(made.columns).alone(NAME)
        steps = which[evidence.time]
        parts = [refit.on(refit.evidence.without(steps == k)) for k in np.unique(which)]
        return np.array(
            [hausman_z(whole, part.likelihood(made.columns).alone(NAME)) for part in parts]
        )

    unit = np.abs(z_values(1.0))
    clear = float(-ndtri(LEVEL / len(unit) / 2))
    size = (clear + float(ndtri(WANTED))) / unit.max()
    each = [two_sided_power(z, clear) for z in size * unit]
    changed = on(made, moved(evidence, size * movement))
    return Planted(
        bool(made.administrations(NAME).fired), bool(changed.administrations(NAME).fired),
        max(each), min(1.0, sum(each)), size,
    )  # fmt: skip


def news(made: Suite, seed: int) -> Planted:
    """Acts grow with the driver: the score of Poisson counts beside that of shifted dates."""
    values = made.columns.values[:, 0]
    response = respond(values, driver_memory(HALF_LIFE))
    rate = made.volume.mean()
    flat = response - response.mean(axis=1, keepdims=True) - response.mean(axis=0) + response.mean()
    noise = float(np.sqrt((flat**2).mean()))  # of the score, acts being Poisson

    def score(series: Floats, growth: float) -> Floats:
        return volume_score(series, rate * np.exp(growth * values))

    clear = float(-ndtri((N_SHUFFLES * LEVEL // 1) / (N_SHUFFLES + 1) / 2))  # p < 0.05: 4 of 100
    growth = (clear + float(ndtri(WANTED))) * noise / (score(response[None], 1e-3)[0] / 1e-3)
    generator = np.random.default_rng(seed)
    others = respond(
        turned(values, turns(400, len(values), values.shape[1], generator)),
        driver_memory(HALF_LIFE),
    )
    spread = float(np.sqrt(noise**2 + (score(others, growth) ** 2).mean()))
    power = two_sided_power(float(score(response[None], growth)[0]) / noise, clear * spread / noise)
    volume = generator.poisson(rate * np.exp(growth * values))
    seen = replace(made, volume=volume).negative_control(NAME)
    return Planted(
        bool(made.negative_control(NAME).fired), bool(seen.fired), power, power, growth
    )  # fmt: skip


def dates_power(times_too_small: float, n_shuffles: int = N_SHUFFLES) -> tuple[float, float]:
    """Return how often a null effect looks clear, and how often shifted dates then object.

    The standard error is so many times too small; that of shifts is right. They object where their
    p-value is above 5% by three of its Monte Carlo errors.
    """
    p = np.linspace(LEVEL, 1, 100_001)
    least = p[np.argmax(p - 3 * np.sqrt(p * (1 - p) / n_shuffles) >= LEVEL)]
    looks_clear = 2 * ndtr(-CLEAR / times_too_small)
    agreed = 2 * ndtr(ndtri(least / 2))
    return float(looks_clear), float(max(looks_clear - agreed, 0.0))

"""What must not matter: later rows, who is written first, press volume, silence, threads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from comity.core.history import EventCounts
from comity.core.settings import Settings
from comity.core.states import StateIndex
from comity.measure import fit_relations
from comity.measure.filter import filter_panel
from comity.measure.mixture import DIRECTIONS, read_relations
from comity.measure.model import NAMES, VOLATILITY_NODES, default_priors, kernel_vector
from comity.measure.panel import panel_of

pytestmark = pytest.mark.property

INDEX = StateIndex(["AAA", "BBB", "CCC"])
SETTINGS = Settings(n_hyper_draws=16, n_paths=64, seed=3, n_threads=1)


def parameters(**changes: float) -> NDArray[np.float64]:
    priors = default_priors()
    value = {name: float(priors[name].quantile(0.5)) for name in NAMES} | changes
    return kernel_vector([value[name] for name in NAMES], tone_tail=4.0)


def classes() -> tuple[NDArray[np.float64], ...]:
    """The vector of each volatility class, at prior medians."""
    priors = default_priors()
    value = [float(priors[name].quantile(0.5)) for name in NAMES]
    return tuple(kernel_vector(value, tone_tail=4.0, volatility=node) for node in VOLATILITY_NODES)


def random_counts(seed: int, n_months: int = 40, rate: float = 0.5) -> EventCounts:
    """Acts with tones, a third of them joint."""
    generator = np.random.default_rng(seed)
    acts: list[tuple[int, int, float, bool, int]] = []
    for row in range(int(rate * n_months * 6)):
        pair = INDEX.directions[generator.integers(3)]
        t, kind = int(generator.integers(n_months)), bool(generator.uniform() < 0.6)
        tone = abs(float(generator.normal(4, 2))) * (1 if kind else -1)
        joint = generator.uniform() < 0.33
        directed = pair if joint else [pair[generator.integers(2)]]
        acts += [(t, int(d), tone, kind, row) for d in directed]
    t, d, tone, kind, row = (list(column) for column in zip(*sorted(acts), strict=True))
    counts = np.zeros((2, INDEX.n_directed, n_months), np.int64)
    np.add.at(counts, (1 - np.array(kind, int), d, t), 1)
    return EventCounts(
        INDEX, np.arange(n_months) + 300, counts[0], counts[1], np.array(tone), np.array(d),
        np.array(t), np.array(kind), np.array(row),
    )  # fmt: skip


def until(counts: EventCounts, n_months: int) -> EventCounts:
    kept = counts.tone_time < n_months
    return replace(
        counts,
        months=counts.months[:n_months],
        cooperative=counts.cooperative[:, :n_months],
        conflictual=counts.conflictual[:, :n_months],
        tone=counts.tone[kept],
        tone_directed=counts.tone_directed[kept],
        tone_time=counts.tone_time[kept],
        tone_cooperative=counts.tone_cooperative[kept],
        act_row=counts.act_row[kept],
    )


def swapped(counts: EventCounts) -> tuple[EventCounts, NDArray[np.int64]]:
    """Every act with source and target exchanged, and where each directed dyad went."""
    turn = np.array([INDEX.directed_number(*d.split(">")[::-1]) for d in INDEX.directed_dyads])
    return replace(
        counts,
        cooperative=counts.cooperative[turn],
        conflictual=counts.conflictual[turn],
        tone_directed=turn[counts.tone_directed],
    ), turn


@given(seed=st.integers(0, 10_000), keep=st.integers(1, 39))
@hypothesis_settings(max_examples=15, deadline=None)
def test_filter_is_the_same_bit_for_bit_without_later_rows(seed: int, keep: int) -> None:
    counts, p = random_counts(seed), parameters()
    early, full = panel_of(until(counts, keep)), panel_of(counts)
    kept = full.time < keep
    short, long = filter_panel(early, p), filter_panel(full, p)
    assert np.array_equal(short.mean, long.mean[kept])
    assert np.array_equal(short.covariance, long.covariance[kept])
    assert np.array_equal(short.cell_score, long.cell_score[kept], equal_nan=True)


def test_smoothed_readings_do_use_later_rows() -> None:
    """The check above would pass on anything that ignores the data; this one would not."""
    counts, p = random_counts(1), parameters()
    early, full = panel_of(until(counts, 20)), panel_of(counts)
    short = read_relations(early, (p,) * 3, n_paths=0, seed=1, draw=0)
    long = read_relations(full, (p,) * 3, n_paths=0, seed=1, draw=0)
    kept = full.time < 20
    assert np.abs(short.pair[:, :] - long.pair[:, kept]).max() > 0.01
    assert np.array_equal(short.filtered_pair, long.filtered_pair[:, kept])


@given(seed=st.integers(0, 10_000))
@hypothesis_settings(max_examples=10, deadline=None)
def test_swapping_source_and_target_swaps_readings(seed: int) -> None:
    counts = random_counts(seed)
    turned, _ = swapped(counts)
    one, other = (
        read_relations(panel_of(c), classes(), n_paths=0, seed=1, draw=0) for c in (counts, turned)
    )
    for name in ("directed", "filtered_directed"):
        np.testing.assert_allclose(
            getattr(one, name), getattr(other, name)[..., ::-1], atol=1e-10, rtol=1e-10
        )
    np.testing.assert_allclose(one.pair, other.pair, atol=1e-10)


def test_swapping_source_and_target_swaps_the_whole_fit() -> None:
    counts = random_counts(4)
    turned, turn = swapped(counts)
    one, other = (fit_relations(c, settings=SETTINGS) for c in (counts, turned))
    for name in ("mean", "sd", "filtered_mean", "filtered_sd"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name)[turn], atol=1e-6)
    np.testing.assert_allclose(one.dyad_mean, other.dyad_mean, atol=1e-6)


def test_results_do_not_depend_on_threads_or_repetition() -> None:
    counts = random_counts(5)
    one = fit_relations(counts, settings=SETTINGS)
    other = fit_relations(counts, settings=SETTINGS.model_copy(update={"n_threads": 3}))
    for name in ("mean", "sd", "paths", "level_paths", "filtered_mean"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert np.array_equal(one.start.relation, other.start.relation)


def covered_record(seed: int) -> EventCounts:
    """Three states, 48 months, some 400 acts a month and direction; no tones."""
    generator = np.random.default_rng(seed)
    shape = (INDEX.n_directed, 48)
    theta = np.repeat(np.cumsum(generator.normal(0, 0.15, (3, 48)), axis=1), 2, axis=0)
    theta = theta + np.repeat(generator.normal(0.5, 0.6, 3), 2)[:, None]
    share = 1 / (1 + np.exp(-theta))
    share = generator.beta(30 * share, 30 * (1 - share))
    volume = generator.poisson(400, shape)
    cooperative = generator.binomial(volume, share)
    directed = np.empty(INDEX.n_directed, int)
    directed[INDEX.directions.ravel()] = np.arange(INDEX.n_directed)
    none = np.zeros(0, int)
    return EventCounts(
        INDEX, np.arange(48) + 300, cooperative[directed], (volume - cooperative)[directed],
        np.zeros(0), none, none, none.astype(bool), none,
    )  # fmt: skip


def tripled(counts: EventCounts, year: slice, classes: tuple[str, ...]) -> EventCounts:
    changes = {}
    for name in classes:
        changes[name] = getattr(counts, name).copy()
        changes[name][:, year] *= 3
    return replace(counts, **changes)


@pytest.mark.parametrize(
    ("classes", "moves"),
    [(("cooperative", "conflictual"), False), (("cooperative",), True)],
    ids=["all counts", "planted bug: one class only"],
)
def test_press_volume_does_not_move_a_well_covered_year(
    classes: tuple[str, ...], moves: bool
) -> None:
    counts, year = covered_record(2), slice(18, 30)
    # with few draws of the hyper-parameters the draws' own noise is as large as the limit
    fine = SETTINGS.model_copy(update={"n_hyper_draws": 128})
    before = fit_relations(counts, settings=fine)
    after = fit_relations(tripled(counts, year, classes), settings=fine)
    shift = np.abs(after.mean - before.mean)[:, year] / before.sd[:, year]
    assert bool(shift.max() > 0.2) is moves, f"largest shift {shift.max():.3f} posterior sd"


def test_silence_is_not_coolness() -> None:
    """After a pair falls silent its reading returns to its own mean, never beyond, and widens."""
    counts = until(random_counts(7, n_months=20), 20)
    longer = replace(
        counts,
        months=np.arange(300, 340),
        cooperative=np.pad(counts.cooperative, ((0, 0), (0, 20))),
        conflictual=np.pad(counts.conflictual, ((0, 0), (0, 20))),
    )
    filtered = filter_panel(panel_of(longer), parameters())
    mean = (filtered.mean @ DIRECTIONS.T).reshape(3, 40, 2)
    lasting = filtered.mean.reshape(3, 40, 6)[:, 19, [0, 3]]
    target = np.stack([lasting.sum(axis=1), lasting[:, 0] - lasting[:, 1]], axis=1)
    # the level may outlive the flare and carry another sign: both fade, so the sum shrinks late
    assert (np.abs(mean[:, 39] - target) <= np.abs(mean[:, 25] - target) + 1e-12).all()
    spread = np.einsum("di,kij,dj->kd", DIRECTIONS, filtered.covariance, DIRECTIONS)
    assert (np.diff(spread.reshape(3, 40, 2)[:, 19:], axis=1) > 0).all()

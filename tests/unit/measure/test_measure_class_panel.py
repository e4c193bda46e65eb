"""How counts by class are laid out, which pairs are drawn, and one-step scores of a panel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from comity.core.class_counts import ClassCounts
from comity.core.states import StateIndex
from comity.measure.class_panel import every_period, panel_of_classes, stratified_pairs
from comity.measure.filter import filter_panel
from comity.measure.mode import Objective, class_vectors
from comity.measure.model import panel_priors
from comity.measure.panel import Panel
from comity.measure.panel_fit import PanelFit, one_step_scores
from comity.measure.state_effects import StateEffects
from comity.measure.sticks import STICKS

pytestmark = pytest.mark.unit
Ints = NDArray[np.int64]

INDEX = StateIndex(["AAA", "BBB", "CCC"])
YEARS = np.array([360, 372, 396, 408])  # the third year is missing


def class_counts(cells: list[tuple[str, str, int, int, tuple[int, ...]]]) -> ClassCounts:
    """Cells as (source state, target state, position in years, event source, acts by class)."""
    rows = sorted((INDEX.directed_number(a, b), t, s, acts) for a, b, t, s, acts in cells)
    directed, time, source, acts = (np.array(column) for column in zip(*rows, strict=True))
    return ClassCounts(INDEX, YEARS, 12, ("one", "two"), directed, time, source, acts)


COUNTS = class_counts(
    [
        ("AAA", "BBB", 0, 0, (4, 1, 2, 0)),
        ("BBB", "AAA", 0, 0, (0, 0, 3, 1)),
        ("BBB", "AAA", 0, 1, (7, 0, 0, 0)),
        ("AAA", "BBB", 2, 0, (0, 0, 1, 1)),
        ("CCC", "BBB", 3, 1, (0, 5, 0, 2)),
    ]
)


@pytest.mark.parametrize(
    ("number", "first", "second", "third"),
    [
        (0, [[[5, 2], [0, 0]], [[0, 4], [7, 0]]], [[[0, 2], [0, 0]], [[0, 0]] * 2], [5, 2]),
        (1, [[[1, 4], [0, 0]], [[0, 0], [0, 7]]], None, [5, 0]),
        (2, [[[0, 2], [0, 0]], [[1, 3], [0, 0]]], [[[1, 1], [0, 0]], [[0, 0]] * 2], [2, 0]),
    ],
)
def test_each_stick_counts_its_own_classes(
    number: int, first: list, second: list | None, third: list
) -> None:
    panel = panel_of_classes(COUNTS, STICKS[number])
    np.testing.assert_array_equal(panel.acts[0, :2], first)
    if second is not None:
        np.testing.assert_array_equal(panel.acts[1, :2], second)
    np.testing.assert_array_equal(panel.acts[-1, 1, 1], third)
    assert not panel.acts[:, 2].any(), "counts by class know no joint acts"
    assert len(panel.acts) == (2 if second is None else 3)


def test_gaps_are_counted_in_periods_and_silent_pairs_have_no_steps() -> None:
    panel = panel_of_classes(COUNTS, STICKS[0])
    np.testing.assert_array_equal(panel.offset, [0, 2, 2, 3])  # AAA-CCC never acted
    np.testing.assert_array_equal(panel.month, [0, 3, 4])
    np.testing.assert_array_equal(panel.time, [0, 2, 3])
    assert panel.n_sources == 2


def test_a_step_for_every_period_says_the_same() -> None:
    panel = panel_of_classes(COUNTS, STICKS[0])
    whole = every_period(panel, (YEARS - YEARS[0]) // 12)
    parameters = fit_of(COUNTS).vectors[1]
    short, long = filter_panel(panel, parameters), filter_panel(whole, parameters)
    assert whole.n_steps == 12
    np.testing.assert_array_equal(whole.observed().acts, panel.acts)
    np.testing.assert_allclose(long.evidence[whole.is_seen()], short.evidence, atol=1e-12)
    np.testing.assert_allclose(long.mean[whole.is_seen()], short.mean, atol=1e-12)


def test_no_cells_give_no_steps() -> None:
    nothing = np.zeros(0, np.int64)
    none = ClassCounts(
        INDEX, YEARS, 12, ("one",), nothing, nothing, nothing, np.zeros((0, 4), np.int64)
    )
    panel = panel_of_classes(none, STICKS[0])
    assert panel.n_steps == 0
    assert panel.n_pairs == 3
    assert len(stratified_pairs(panel, 2, np.random.default_rng(1))) == 0


def panel_of_volumes(volume: Ints) -> Panel:
    n = len(volume)
    acts = np.zeros((n, 3, 1, 2), np.int64)
    acts[:, 0, 0, 0] = volume
    return Panel(
        np.arange(n + 1), np.zeros(n, np.int64), acts, np.zeros((n, 3, 2), np.int64), np.zeros(0),
        np.zeros(0, np.int64), np.zeros(n, np.int64), np.zeros((n, 2)),
    )  # fmt: skip


@pytest.mark.parametrize("n_pairs", [1, 9, 45, 50, 89])
def test_drawn_pairs_are_distinct_sorted_heard_and_spread_over_volume(n_pairs: int) -> None:
    volume = np.random.default_rng(2).permutation(np.arange(100))
    volume[volume < 10] = 0
    panel = panel_of_volumes(volume)
    for seed in range(50):
        chosen = stratified_pairs(panel, n_pairs, np.random.default_rng(seed))
        if 90 % n_pairs:  # a rank on the border of two runs may be drawn for both
            assert n_pairs / 2 < len(chosen) <= n_pairs
        else:
            assert len(chosen) == n_pairs
        assert (np.diff(chosen) > 0).all()
        assert (volume[chosen] > 0).all()
        rank = volume[chosen] - 10  # at least one within each of n_pairs equal runs of the ranks
        edges = np.linspace(0, 90, n_pairs + 1)
        touched = (rank[:, None] + 1 > edges[:-1]) & (rank[:, None] < edges[1:])
        assert touched.any(axis=0).all()


def test_with_room_for_all_every_heard_pair_is_drawn() -> None:
    panel = panel_of_volumes(np.array([3, 0, 1, 9]))
    chosen = stratified_pairs(panel, 3, np.random.default_rng(1))
    np.testing.assert_array_equal(chosen, [0, 2, 3])


def fit_of(counts: ClassCounts) -> PanelFit:
    """A fit at the prior medians: scores do not depend on how hyper-parameters were found."""
    priors = panel_priors(12, is_material=False)
    objective = Objective(panel_of_classes(counts, STICKS[0]), priors, 1)
    natural = objective.transform.natural(objective.start)
    vectors = class_vectors(natural, 4.0, len(counts.sources))
    effects = replace(StateEffects.none(3), mean=np.array([0.4, -0.3, 0.1, 0.0, 0.2, -0.5]))
    return PanelFit(STICKS[0], natural, vectors, effects, None, objective, 3)  # type: ignore[arg-type]


def scored(counts: ClassCounts, changed: dict[tuple[int, int], tuple[int, ...]]) -> np.ndarray:
    acts = counts.acts.copy()
    for (directed, time), values in changed.items():
        acts[(counts.directed == directed) & (counts.time == time)] = values
    return one_step_scores(fit_of(COUNTS), replace(counts, acts=acts), 2)


def test_one_step_probabilities_sum_to_one_over_outcomes() -> None:
    cell, n = INDEX.directed_number("AAA", "BBB"), 6
    scores = [scored(COUNTS, {(cell, 2): (k, 0, n - k, 0)})[cell] for k in range(n + 1)]
    assert np.exp(scores).sum() == pytest.approx(1, abs=1e-9)


def test_one_step_scores_are_nan_where_the_stick_has_no_trials() -> None:
    score = scored(COUNTS, {})
    assert np.flatnonzero(np.isfinite(score)).tolist() == [INDEX.directed_number("AAA", "BBB")]


def test_one_step_scores_see_earlier_periods_only() -> None:
    both = class_counts(
        [
            ("AAA", "BBB", 0, 0, (4, 1, 2, 0)),
            ("BBB", "AAA", 2, 0, (1, 0, 9, 1)),
            ("AAA", "BBB", 2, 0, (1, 0, 1, 1)),
            ("AAA", "BBB", 3, 0, (9, 0, 0, 0)),
        ]
    )
    cell, other = INDEX.directed_number("AAA", "BBB"), INDEX.directed_number("BBB", "AAA")
    as_it_is = scored(both, {})[cell]
    assert scored(both, {(cell, 3): (0, 0, 40, 0)})[cell] == as_it_is, "a later period was seen"
    assert scored(both, {(other, 2): (50, 0, 0, 0)})[cell] == as_it_is, "the same period was seen"
    assert scored(both, {(cell, 0): (0, 0, 7, 0)})[cell] != as_it_is, "the past was not seen"

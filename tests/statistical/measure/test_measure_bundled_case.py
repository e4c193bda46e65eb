"""Face validity on the bundled case: windows were chosen from the chronology, before looking."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.months import parse_month
from comity.core.relations import Relations
from comity.core.settings import Settings
from comity.measure import fit_relations

record = pytest.importorskip("comity.record")
pytestmark = pytest.mark.statistical

WINDOWS = [
    # window, contrast, warmer?
    (("2012-08", "2013-07"), ("2010-08", "2011-07"), False),  # islets visit, shrine
    (("2018-07", "2019-12"), ("2016-01", "2017-12"), False),  # ruling, export curbs, pact
    (("2023-03", "2024-02"), ("2021-03", "2022-02"), True),  # summits resumed
]


@pytest.fixture(scope="module")
def relations() -> Relations:
    counts = record.count_events(record.load_case("japan-korea-us"))
    return fit_relations(counts, settings=Settings(seed=1))


def within(relations: Relations, window: tuple[str, str]) -> np.ndarray:
    first, last = (parse_month(text) for text in window)
    return (relations.months >= first) & (relations.months <= last)


@pytest.mark.parametrize(("window", "contrast", "warmer"), WINDOWS)
def test_relation_moves_where_the_chronology_says(
    relations: Relations, window: tuple[str, str], contrast: tuple[str, str], warmer: bool
) -> None:
    paths = relations.paths[:, relations.index.dyad_number("JPN-KOR")]
    change = paths[:, within(relations, window)].mean(axis=1)
    change = change - paths[:, within(relations, contrast)].mean(axis=1)
    probability = float(((change > 0) == warmer).mean())
    se = np.sqrt(probability * (1 - probability) / len(change))
    words = "warmer" if warmer else "cooler"
    assert probability - 2 * se > 0.9, (
        f"P({words} in {window} than in {contrast}) = {probability:.3f} (SE {se:.3f})"
    )


def test_paths_and_moments_agree(relations: Relations) -> None:
    """Path draws and exact mixture moments are two roads to one posterior."""
    n = len(relations.paths)
    error = (relations.paths.mean(axis=0) - relations.dyad_mean) / relations.dyad_sd * np.sqrt(n)
    assert np.abs(error).max() < 5, f"largest error of a path mean: {np.abs(error).max():.1f} SE"
    error = (relations.level_paths.mean(axis=0) - relations.level_mean) / relations.level_sd
    assert np.abs(error).max() * np.sqrt(n) < 5
    ratio = relations.paths.var(axis=0) / relations.dyad_sd**2
    assert abs(ratio.mean() - 1) < 0.05


def test_start_is_the_filtered_reading_of_the_last_month(relations: Relations) -> None:
    start, n = relations.start.relation, len(relations.start.intercept)
    expected, sd = relations.dyad_filtered_mean[:, -1], relations.dyad_filtered_sd[:, -1]
    error = (start.mean(axis=0) - expected) / sd * np.sqrt(n)
    assert np.abs(error).max() < 4.5, f"largest error of a start mean: {np.abs(error).max():.1f} SE"
    np.testing.assert_allclose(start.std(axis=0) / sd, 1, atol=4.5 / np.sqrt(n))
    assert relations.start.month == relations.months[-1]


def test_score_beside_the_baseline_is_reported(relations: Relations) -> None:
    (score,) = relations.scores
    assert score.n_cells == (relations.n_events > 0).sum()
    assert score.difference_low < score.difference < score.difference_high
    assert any("fitted on the cells on which they are scored" in note for note in relations.notes)

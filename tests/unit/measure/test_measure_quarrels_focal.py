"""One pair on the grid: what is taken over from the fast measurement, and how it is weighted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from comity.core.errors import ParameterError
from comity.core.history import EventCounts
from comity.core.settings import Settings
from comity.core.states import StateIndex
from comity.measure import fit_relations
from comity.measure.filter import step_evidence
from comity.measure.model import NAMES as FAST_NAMES
from comity.measure.model import VOLATILITY_NODES, kernel_vector
from comity.measure.panel import panel_of
from comity.measure.quarrels import focal, read_focal
from comity.measure.quarrels.model import NAMES

pytestmark = pytest.mark.unit
FAST = {
    "intercept": 1.2, "concentration": 20.0, "level_step_sd": 0.3, "level_half_life": 20.0,
    "flare_step_sd": 0.5, "flare_memory": 0.5, "mean_sd": 1.0, "reciprocity": 0.02,
    "level_correlation": 0.5, "flare_correlation": 0.28, "mean_correlation": 0.0,
    "volatility_spread": 0.4, "tone_cooperative": 0.4, "tone_conflictual": -0.4,
    "tone_loading": 0.1, "tone_noise_sd": 0.2,
}  # fmt: skip


@pytest.fixture(scope="module")
def counts() -> EventCounts:
    rng, index = np.random.default_rng(1), StateIndex(["AAA", "BBB", "CCC"])
    volume = rng.poisson(0.5, (index.n_directed, 30))
    good = rng.binomial(volume, 0.7)
    good[:2, 14:16] = 0
    nothing = np.empty(0, np.int64)
    return EventCounts(
        index, np.arange(480, 510), good, volume - good, np.empty(0), nothing, nothing,
        np.empty(0, bool), nothing,
    )  # fmt: skip


@pytest.fixture(scope="module")
def relations(counts):
    return fit_relations(counts, settings=Settings(n_hyper_draws=8, n_paths=64, n_threads=2))


def test_the_half_sum_takes_smaller_steps_than_a_direction() -> None:
    own = dict(zip(NAMES, focal.grid_values(FAST, 1.0, 3.5, 0.6), strict=True))
    wild = np.exp(0.4)
    assert own["level_step_sd"] == pytest.approx(0.3 * wild * np.sqrt(0.75))
    assert own["flare_step_sd"] == pytest.approx(0.6 * 0.5 * wild * 0.8)
    assert own["mean_sd"] == pytest.approx(np.sqrt(0.5))
    assert (own["flare_tail"], own["intercept"], own["concentration"]) == (3.5, 1.2, 20.0)


def test_a_pair_alone_has_the_evidence_that_it_has_among_others(counts) -> None:
    panel = panel_of(counts).observed()
    row = np.array([FAST[name] for name in FAST_NAMES])
    alone = [focal.fast_evidence(focal.one_pair(panel, k), row[None], 4.0)[0] for k in range(3)]
    by_class = np.array(
        [
            step_evidence(panel, kernel_vector(row, tone_tail=4.0, volatility=node))
            for node in VOLATILITY_NODES
        ]
    )
    for pair, found in enumerate(alone):
        steps = slice(panel.offset[pair], panel.offset[pair + 1])
        inside = by_class[:, steps].sum(axis=1)
        expected = np.log(np.exp(inside) @ np.array([1, 4, 1]) / 6)
        assert found == pytest.approx(expected, abs=1e-9)


def test_a_reading_depends_on_its_seed_not_on_threads(counts, relations) -> None:
    few = {"n_candidates": 8, "n_draws": 2, "n_paths": 40}
    one = read_focal(counts, relations, "AAA-BBB", **few)
    two = read_focal(counts, relations, "AAA-BBB", **few, n_threads=2)
    np.testing.assert_array_equal(one.pairs[0].flare_down, two.pairs[0].flare_down)
    np.testing.assert_array_equal(one.pairs[0].level_paths, two.pairs[0].level_paths)
    assert 1 <= one.settings["effective"] <= 8
    assert one.pairs[0].dyad == "AAA-BBB"
    assert "effective of 8 candidates" in one.notes[0]


def test_several_sources_are_refused(counts, relations) -> None:
    names = dict.fromkeys((*FAST_NAMES, "intercept_2"), (0.0, 0.0, 0.0))
    with pytest.raises(ParameterError) as caught:
        read_focal(counts, replace(relations, hyperparameters=names), "AAA-BBB")
    assert str(caught.value) == (
        "the grid reading of AAA-BBB must rest on the case's own acts; the relations rest on "
        "several sources of events. Leave the event store out."
    )


def test_relations_say_how_likely_changes_are(counts, relations) -> None:
    changes = relations.changes
    for name in ("flare_down", "flare_up", "turning_down", "turning_up"):
        values = getattr(changes, name)
        assert values.shape == (3, 30)
        assert np.isnan(values).any() == name.startswith("turning")
        assert ((values >= 0) & (values <= 1) | np.isnan(values)).all()
    listed = {item.dyad for item in (*changes.quarrels, *changes.turning_points)}
    assert listed <= set(counts.index.dyads)
    frame = relations.to_frame()
    np.testing.assert_array_equal(frame["flare_down"], changes.flare_down.ravel())
    assert set(relations.to_xarray()) >= {"flare_down", "turning_up"}
    assert changes.monte_carlo_se == pytest.approx(0.0625)

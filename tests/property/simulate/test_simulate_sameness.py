"""The same futures whatever the threads, the blocks and the number of other members."""

import numpy as np
import pytest
from tests.oracle.simulate.small_world import (
    BASELINE,
    EVERYTHING,
    small_case,
    small_history,
    small_start,
)

from comity.core.ensemble import Ensemble
from comity.core.settings import Settings
from comity.simulate import block, contrast_scenarios, ensemble, simulate_scenario
from comity.simulate.kernel import standard_kernel

CASE = small_case(lead=12)
WORLD = {"start": small_start(CASE), "history": small_history(CASE)}
SETTINGS = Settings(n_members=700, n_months=14, n_draws=9, seed=3, n_threads=1)


def run(settings: Settings = SETTINGS, **options: object) -> Ensemble:
    return simulate_scenario(CASE, EVERYTHING, settings=settings, **WORLD, **options)


def bytes_of(result: object) -> dict[str, object]:
    """Return every array of a result as bytes and every number as it is."""
    found = dict(vars(result))
    found.pop("settings")
    return {
        name: value.tobytes() if isinstance(value, np.ndarray) else repr(value)
        for name, value in found.items()
        if name != "events"
    }


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_do_not_matter(threads):
    settings = SETTINGS.model_copy(update={"n_threads": threads})
    assert bytes_of(run(settings)) == bytes_of(run())


@pytest.mark.parametrize("size", [64, 128, 1024])
def test_block_size_does_not_matter(size, monkeypatch):
    expected = bytes_of(run(keep_paths=True))
    monkeypatch.setattr(block, "BLOCK", size)
    assert bytes_of(run(keep_paths=True)) == expected


def test_contrasts_do_not_depend_on_threads_or_blocks(monkeypatch):
    def contrast(threads: int) -> dict[str, object]:
        settings = SETTINGS.model_copy(update={"n_threads": threads})
        return bytes_of(contrast_scenarios(CASE, EVERYTHING, BASELINE, settings=settings, **WORLD))

    expected = contrast(1)
    assert contrast(3) == expected
    monkeypatch.setattr(block, "BLOCK", 128)
    assert contrast(2) == expected


def test_more_members_leave_the_earlier_ones_as_they_were():
    few = run(SETTINGS.model_copy(update={"n_members": 100}), keep_paths=True)
    many = run(keep_paths=True)
    assert np.array_equal(few.paths, many.paths[:100])
    for name, table in few.events.items():
        assert np.array_equal(table, many.events[name][:100])


def test_a_longer_horizon_leaves_the_earlier_months_as_they_were():
    short = run(SETTINGS.model_copy(update={"n_months": 13}), keep_paths=True)
    assert np.array_equal(short.paths, run(keep_paths=True).paths[:, :, :13])


def test_a_planted_dependence_on_the_block_is_seen(monkeypatch):
    fewer = SETTINGS.model_copy(update={"n_members": 690})
    expected = run(keep_paths=True).paths
    refill = block.run_block

    def shifted(plan: block.Plan, slot: block.Slot, number: int) -> block.Slot:
        return refill(plan, slot, (number + plan.members(number)) % plan.n_blocks)

    monkeypatch.setattr(ensemble, "run_block", shifted)
    assert not np.array_equal(run(fewer, keep_paths=True).paths, expected[:690])


def test_a_scenario_against_itself_is_exactly_nothing():
    same = contrast_scenarios(CASE, EVERYTHING, EVERYTHING, settings=SETTINGS, **WORLD)
    assert not same.relation_difference.any()
    assert not same.relation_monte_carlo_se.any()
    assert all(item.difference == 0 and item.monte_carlo_se == 0 for item in same.outcomes)


def test_the_kernel_is_compiled_once():
    run()
    run(SETTINGS.model_copy(update={"n_months": 3, "n_draws": 1}))
    simulate_scenario(CASE, BASELINE, settings=SETTINGS, **WORLD)
    assert len(standard_kernel().units) == 1


def test_probabilities_are_probabilities_and_everything_is_finite():
    ensemble = run()
    for item in ensemble.outcomes:
        assert 0 <= item.low <= item.high <= 1
        assert 0 <= item.probability <= 1
        assert 0 <= item.ignorance_share <= 1
    assert np.all((ensemble.dispute_open >= 0) & (ensemble.dispute_open <= 1))
    assert np.all(np.isfinite(ensemble.relation_quantiles))
    assert np.all(np.diff(ensemble.relation_quantiles, axis=0) >= 0)
    assert np.all(
        (ensemble.relation_ignorance_share >= 0) & (ensemble.relation_ignorance_share <= 1)
    )


def test_quantiles_of_the_histogram_are_those_of_the_paths():
    ensemble = run(keep_paths=True)
    assert ensemble.paths is not None
    exact = np.quantile(ensemble.paths, ensemble.quantile_levels, axis=0)
    width = np.abs(np.diff(np.sort(ensemble.paths, axis=0), axis=0)).max(axis=0)
    assert np.all(np.abs(ensemble.relation_quantiles - exact) < 0.005 + width)
    assert np.allclose(ensemble.relation_mean, ensemble.paths.mean(axis=0), atol=1e-5)

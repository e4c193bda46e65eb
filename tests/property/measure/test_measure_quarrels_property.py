"""Invariances of level and flare."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.quarrels import PairActs
from comity.measure.quarrels import QuarrelFit, read_quarrels
from comity.measure.quarrels.evidence import PairRecord, filter_pair

pytestmark = pytest.mark.property
CENTRAL = np.array([0.4, 50.0, 0.2, 60.0, 0.3, 0.5, 1.0, 3.0, 0.4, -0.4, 0.1, 0.2])


def fit_at(natural: np.ndarray) -> QuarrelFit:
    draws = np.vstack([natural, natural * np.r_[np.ones(1), np.full(11, 1.1)]])
    return QuarrelFit(draws, natural, 0.0, 0.0, 1.0, 1, "level and flare", 4.0, ("AAA-BBB",))


def acts(seed: int, n_months: int = 24) -> PairActs:
    generator = np.random.default_rng(seed)
    volume = generator.poisson(6, n_months)
    return PairActs(
        "AAA-BBB", np.arange(480, 480 + n_months), generator.binomial(volume, 0.6), volume
    )


@given(st.integers(0, 10**6))
@settings(max_examples=5)
def test_probabilities_are_probabilities(seed: int) -> None:
    pair = read_quarrels([acts(seed)], fit_at(CENTRAL), n_paths=40).pairs[0]
    for name in ("flare_down", "flare_up", "filtered_flare_down", "filtered_flare_up"):
        value = getattr(pair, name)
        assert ((value >= 0) & (value <= 1)).all()
    assert (np.diff(pair.level_quantiles, axis=0) > 0).all()
    assert (np.diff(pair.relation_quantiles, axis=0) > 0).all()
    np.testing.assert_allclose(pair.level_mean + pair.flare_mean, pair.relation_mean, atol=1e-4)
    known = ~np.isnan(pair.turning_down)
    assert known.sum() == 24 - 11
    assert (pair.turning_down[known] + pair.turning_up[known] <= 1 + 1e-9).all()


def test_cooperation_and_conflict_mirror_each_other() -> None:
    one = acts(5)
    other = replace(one, cooperative=one.volume - one.cooperative)
    mirrored = CENTRAL.copy()
    mirrored[0] *= -1
    a = read_quarrels([one], fit_at(CENTRAL), n_paths=8).pairs[0]
    b = read_quarrels([other], fit_at(mirrored), n_paths=8).pairs[0]
    np.testing.assert_allclose(a.flare_down, b.flare_up, atol=1e-4)
    np.testing.assert_allclose(a.level_mean, -b.level_mean, atol=2e-3)
    np.testing.assert_allclose(a.filtered_relation_mean, -b.filtered_relation_mean, atol=2e-3)
    np.testing.assert_allclose(a.log_score, b.log_score, atol=1e-4)


def test_threads_and_company_do_not_matter() -> None:
    one, two = acts(6), replace(acts(7), dyad="CCC-DDD")
    alone = read_quarrels([one], fit_at(CENTRAL), n_paths=20, n_threads=1).pairs[0]
    among = read_quarrels([two, one], fit_at(CENTRAL), n_paths=20, n_threads=2).pair("AAA-BBB")
    for name in ("flare_down", "level_paths", "relation_quantiles", "turning_down"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(among, name))


def test_filtered_readings_do_not_see_later_months() -> None:
    whole = acts(8)
    part = PairActs("AAA-BBB", whole.months[:12], whole.cooperative[:12], whole.volume[:12])
    a = read_quarrels([whole], fit_at(CENTRAL), n_paths=4).pairs[0]
    b = read_quarrels([part], fit_at(CENTRAL), n_paths=4).pairs[0]
    np.testing.assert_allclose(a.filtered_flare_down[:12], b.filtered_flare_down, atol=5e-4)
    np.testing.assert_allclose(a.filtered_relation_mean[:12], b.filtered_relation_mean, atol=5e-3)
    np.testing.assert_allclose(a.log_score[:12], b.log_score, atol=5e-3)


def test_silent_months_before_the_record_add_nothing_to_its_evidence() -> None:
    one = acts(9)
    silent = np.zeros(10, np.int64)
    longer = PairActs(
        "AAA-BBB", np.arange(470, 504), np.r_[silent, one.cooperative], np.r_[silent, one.volume]
    )
    value = fit_at(CENTRAL).value()
    assert filter_pair(PairRecord(longer), value).log_evidence == pytest.approx(
        filter_pair(PairRecord(one), value).log_evidence, abs=0.01
    )

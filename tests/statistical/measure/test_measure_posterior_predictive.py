"""Replicates look like the record when the law is right, and unlike it when it is not."""

import numpy as np
import pytest

from comity.core.attention import Attention
from comity.core.states import StateIndex
from comity.measure.attention import VolumeLaw, fit_attention, simulate_volume
from comity.measure.posterior_predictive import (
    MIX_STATISTICS,
    check_volume,
    compare,
    longest_conflict_run,
    replicate_mix,
    share_asymmetry,
    share_autocorrelation,
)

SEED, N_RECORDS = 5, 150
LAW = VolumeLaw(size=4.0, step_sd=0.2, jump_prob=0.02, start_log_rate=1.0, start_sd=1.0)


def logits_of(generator: np.random.Generator, n_draws: int, n_times: int = 60) -> np.ndarray:
    """Return prior draws of two directions that share a random walk, (draw, 2, time)."""
    walk = np.cumsum(generator.normal(0, 0.25, (n_draws, 1, n_times)), axis=2)
    return walk + generator.normal(0, 0.3, (n_draws, 2, 1))


def test_tail_probabilities_are_uniform_when_record_and_replicates_share_a_law() -> None:
    generator = np.random.default_rng(SEED)
    tails: dict[str, list[float]] = {name: [] for name in MIX_STATISTICS}
    for _ in range(N_RECORDS):
        volume = generator.poisson(6.0, (2, 60))
        replicates = replicate_mix(volume, logits_of(generator, 61), 30.0, generator)
        for check in compare("A-B", replicates[0], replicates[1:], volume, MIX_STATISTICS):
            tails[check.statistic].append(check.tail_prob)
    for name, values in tails.items():
        share = float(np.mean(np.array(values) < 0.2))
        se = np.sqrt(0.2 * 0.8 / N_RECORDS)
        assert abs(share - 0.2) < 5 * se, f"{name}: {share:.3f}, expected 0.2, {se=:.3f}, {SEED=}"


def test_asymmetry_and_memory_that_the_model_lacks_are_seen() -> None:
    generator = np.random.default_rng(SEED)
    volume = np.full((2, 60), 20)
    wave = np.where(np.arange(60) // 10 % 2 == 0, 1.5, -1.5)
    record = replicate_mix(volume, np.stack([wave + 1, wave - 1])[None], 30.0, generator)[0]
    flat = replicate_mix(volume, np.zeros((300, 2, 60)), 30.0, generator)
    seen = {c.statistic: c for c in compare("A-B", record, flat, volume, MIX_STATISTICS)}
    for name in ("asymmetry", "autocorrelation at lag 1", "longest conflict run"):
        assert seen[name].tail_prob < 0.02, f"{name}: {seen[name]}"


def volume_tails(assumed: dict[str, float]) -> np.ndarray:
    """Return tail probabilities of both volume statistics, (dyad, statistic)."""
    generator = np.random.default_rng(SEED)
    index = StateIndex([f"S{k}" for k in range(7)])
    acts = simulate_volume(LAW, index.n_directed, 100, generator)
    law = VolumeLaw(**(vars(LAW) | assumed))
    found: Attention = fit_attention(index, np.arange(100), acts, law=law)
    return np.array(
        [
            [c.tail_prob for c in check_volume(found, *name.split(">"), generator=generator)]
            for name in index.directed_dyads
        ]
    )


def test_volume_checks_pass_under_the_right_law_and_fail_under_a_thin_one() -> None:
    right, thin = volume_tails({}), volume_tails({"size": 100.0, "jump_prob": 0.0, "step_sd": 0.05})
    n = len(right)
    se = np.sqrt(0.1 * 0.9 / n)
    for column, name in enumerate(("share of silent months", "variance over mean")):
        # Replicates given the past share the record's ups and downs: tails are wide, not uniform.
        share = float((right[:, column] < 0.1).mean())
        assert share < 0.1 + 5 * se, f"{name}: {share:.3f}, expected at most 0.1, {se=:.3f}"
    seen = float((thin[:, 1] < 0.1).mean())
    assert seen > 0.1 + 5 * se, f"planted thin law: {seen:.3f}, expected above 0.1, {se=:.3f}"


def test_statistics_of_small_records() -> None:
    good, volume = np.array([[0, 0, 0, 5, 0]]), np.array([[2, 0, 3, 5, 1]])
    assert longest_conflict_run(good, volume) == 2
    assert np.isnan(share_autocorrelation(good, volume, 1))
    assert np.isnan(share_asymmetry(np.array([[1], [0]]), np.array([[1], [0]])))
    assert share_asymmetry(np.array([[3], [1]]), np.array([[4], [4]])) == pytest.approx(0.5)

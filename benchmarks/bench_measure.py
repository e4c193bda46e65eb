"""Seconds of the measurement: one filter pass of the bundled case's size, and a whole fit.

Run with ``pytest benchmarks/bench_measure.py --benchmark-enable``.

"""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.history import EventCounts
from comity.core.settings import Settings
from comity.core.states import StateIndex
from comity.measure import fit_relations
from comity.measure.filter import prequential_score
from comity.measure.model import NAMES, default_priors, kernel_vector
from comity.measure.panel import panel_of


def record(n_states: int = 6, n_months: int = 333, n_acts: int = 700) -> EventCounts:
    generator = np.random.default_rng(1)
    index = StateIndex([chr(65 + k) * 3 for k in range(n_states)])
    directed = generator.integers(index.n_directed, size=n_acts)
    time = np.sort(generator.integers(n_months, size=n_acts))
    kind = generator.uniform(size=n_acts) < 0.65
    counts = np.zeros((2, index.n_directed, n_months), np.int64)
    np.add.at(counts, (1 - kind.astype(int), directed, time), 1)
    tone = np.where(kind, 1, -1) * np.abs(generator.normal(4, 2, n_acts))
    return EventCounts(
        index, np.arange(n_months) + 336, counts[0], counts[1], tone, directed, time, kind,
        np.arange(n_acts),
    )  # fmt: skip


@pytest.mark.benchmark(group="measure")
def test_one_filter_pass(benchmark):
    priors = default_priors()
    natural = [float(priors[name].quantile(0.5)) for name in NAMES]
    panel, vector = panel_of(record()), kernel_vector(natural, tone_tail=4.0)
    score = benchmark(prequential_score, panel, vector)
    assert np.isfinite(score)


@pytest.mark.benchmark(group="measure")
def test_whole_fit(benchmark):
    relations = benchmark.pedantic(
        fit_relations, args=(record(),), kwargs={"settings": Settings()}, rounds=2, warmup_rounds=1
    )
    assert np.isfinite(relations.mean).all()

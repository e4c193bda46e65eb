"""Invented panels of any size: levels that drift, four classes, volumes that differ by pair."""

from __future__ import annotations

import numpy as np

from comity.core.class_counts import ClassCounts
from comity.core.states import StateIndex

FIRST_MONTH = 300


def invented_counts(
    n_states: int, n_months: int, acts_a_month: float, seed: int = 1
) -> ClassCounts:
    """Return monthly counts; ``acts_a_month`` is the median over directed dyads."""
    generator = np.random.default_rng(seed)
    index = StateIndex([f"{number:03d}" for number in range(n_states)])
    rate = acts_a_month * np.exp(generator.normal(0, 1.2, index.n_directed))
    mean = generator.normal(1.0, 1.2, index.n_directed)
    level = np.zeros(index.n_directed)
    cells: list[tuple[np.ndarray, ...]] = []
    for month in range(n_months):
        level = 0.985 * level + generator.normal(0, 0.15, index.n_directed)
        volume = generator.poisson(rate)
        heard = np.flatnonzero(volume)
        share = 1 / (1 + np.exp(-(mean + level)[heard]))
        good = generator.binomial(volume[heard], share)
        bad = volume[heard] - good
        deeds, blows = generator.binomial(good, 0.15), generator.binomial(bad, 0.4)
        acts = np.stack([good - deeds, deeds, bad - blows, blows], axis=1)
        cells.append((heard, np.full(len(heard), month), acts))
    directed, time, acts = (np.concatenate(column) for column in zip(*cells, strict=True))
    order = np.lexsort((time, directed))
    return ClassCounts(
        index=index,
        months=np.arange(n_months) + FIRST_MONTH,
        period_months=1,
        sources=("invented",),
        directed=directed[order],
        time=time[order],
        source=np.zeros(len(order), np.int64),
        acts=acts[order].astype(np.int64),
    )

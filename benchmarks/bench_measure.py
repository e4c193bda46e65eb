"""Seconds of the measurement: one filter pass at the bundled case's size, and whole fits.

Run from the repository root: ``python benchmarks/bench_measure.py``. The record is invented: six
states, 333 months, 700 acts. The first fit includes whatever had to be compiled.
"""

from __future__ import annotations

import os
import platform
import statistics
import time

import numpy as np

from comity.core.history import EventCounts
from comity.core.settings import Settings
from comity.core.states import StateIndex
from comity.measure import fit_relations
from comity.measure.filter import prequential_score
from comity.measure.model import NAMES, default_priors, kernel_vector
from comity.measure.panel import panel_of

N_PASSES = 50
N_FITS = 3


def invented_record(n_states: int = 6, n_months: int = 333, n_acts: int = 700) -> EventCounts:
    """Return acts thrown at random over pairs and months."""
    generator = np.random.default_rng(1)
    index = StateIndex([chr(65 + k) * 3 for k in range(n_states)])
    directed = generator.integers(index.n_directed, size=n_acts)
    when = np.sort(generator.integers(n_months, size=n_acts))
    kind = generator.uniform(size=n_acts) < 0.65
    counts = np.zeros((2, index.n_directed, n_months), np.int64)
    np.add.at(counts, (1 - kind.astype(int), directed, when), 1)
    tone = np.where(kind, 1, -1) * np.abs(generator.normal(4, 2, n_acts))
    return EventCounts(
        index, np.arange(n_months) + 336, counts[0], counts[1], tone, directed, when, kind,
        np.arange(n_acts),
    )  # fmt: skip


def seconds(act: object, *args: object, **kwargs: object) -> float:
    """Return how long one call takes."""
    begun = time.perf_counter()
    act(*args, **kwargs)  # type: ignore[operator]
    return time.perf_counter() - begun


def main() -> None:
    """Print one row per figure, medians over repeated calls."""
    record, settings = invented_record(), Settings()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'first fit':<28}{seconds(fit_relations, record, settings=settings):>10.2f} s")
    fits = [seconds(fit_relations, record, settings=settings) for _ in range(N_FITS)]
    print(f"{'later fit':<28}{statistics.median(fits):>10.2f} s")
    priors = default_priors()
    central = [float(priors[name].quantile(0.5)) for name in NAMES]
    panel, vector = panel_of(record), kernel_vector(central, tone_tail=4.0)
    passes = [seconds(prequential_score, panel, vector) for _ in range(N_PASSES)]
    print(f"{'one filter pass':<28}{1000 * statistics.median(passes):>10.2f} ms")


if __name__ == "__main__":
    main()

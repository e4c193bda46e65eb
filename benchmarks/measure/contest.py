"""Every method refitted at every origin, and its scores of what came next."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from comity.core.states import StateIndex
from comity.measure.baselines import (
    Baseline,
    BestPoint,
    Climatology,
    DiscountedCounts,
    ExponentialSmoothing,
    GlobalMean,
    GoldsteinSmoothing,
    MinnesotaRegression,
    Persistence,
    Rule,
    StaticHierarchy,
    TwoMemories,
)

REFERENCE = "discounted counts"
OURS = "comity"
MOST_PAIRS = 300
"""Pairs on which the vector autoregression's hyper-parameters are fitted where there are more."""

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """One method's log scores and its last fit.

    ``values`` is (directed_dyad, period scored), NaN where a period has no act.
    ``not_interior`` names every parameter that was not at an interior optimum at some origin.
    """

    name: str
    values: Floats
    best: BestPoint | None
    not_interior: tuple[str, ...]
    seconds: float


def rules(index: StateIndex, acts: Counts, stick: int = 1, lags: int = 1) -> list[Rule]:
    """Return every baseline, the reference among them."""
    return [
        GlobalMean(),
        Climatology(),
        Persistence(),
        ExponentialSmoothing(),
        DiscountedCounts(),
        TwoMemories(index),
        StaticHierarchy(index),
        GoldsteinSmoothing(acts),
        MinnesotaRegression(index, acts, stick, lags),
    ]


def scored_by(
    rule: Rule,
    successes: Counts,
    failures: Counts,
    spans: Sequence[tuple[int, Sequence[int]]],
    lead: int = 1,
) -> Scores:
    """Return one baseline's scores.

    ``spans`` pairs the number of periods known to the fit with the periods scored by it.
    """
    begun = time.perf_counter()
    volume = successes + failures
    columns, missed, best = [], set(), None
    for until, times in spans:
        small, kept = _fewer_pairs(rule, volume, until)
        fitting = Baseline(small, lead)
        fitting.best = best
        best = fitting.fit(successes * kept, failures * kept, until).best
        missed.update(best.not_interior if best else ())
        scoring = Baseline(rule, lead)
        scoring.best = best
        columns += [scoring.log_score(successes, failures, t) for t in times]
    scored = [t for _, times in spans for t in times]
    values = np.where(volume[:, scored] > 0, np.stack(columns, axis=1), np.nan)
    return Scores(rule.name, values, best, tuple(sorted(missed)), time.perf_counter() - begun)


def ours_scored(
    successes: Counts,
    failures: Counts,
    index: StateIndex,
    origins: Sequence[int],
    **options: int,
) -> Scores | None:
    """Return the model's scores of the periods after the origins, or None where there is none.

    ``options`` go to `ours.one_step_scores` as they are.
    """
    begun = time.perf_counter()
    try:
        model: Callable[..., Floats] = importlib.import_module("ours").one_step_scores
        columns = [model(successes, failures, index, origin, **options) for origin in origins]
    except (ImportError, NotImplementedError) as reason:
        print(f"{OURS}: left out; {reason}")
        return None
    scored = (successes + failures)[:, [origin + 1 for origin in origins]] > 0
    values = np.where(scored, np.stack(columns, axis=1), np.nan)
    return Scores(OURS, values, None, (), time.perf_counter() - begun)


def _fewer_pairs(rule: Rule, volume: Counts, until: int) -> tuple[Rule, Counts]:
    """Return the rule on a systematic sample of pairs by volume, and the sample as 0 and 1."""
    everything = np.ones((len(volume), 1), np.int64)
    if not isinstance(rule, MinnesotaRegression):
        return rule, everything
    directions = rule.index.directions
    loud = volume[directions, :until].sum(axis=(1, 2))
    order = np.argsort(-loud, kind="stable")[: int((loud > 0).sum())]
    if len(order) <= MOST_PAIRS:
        return rule, everything
    chosen = order[np.linspace(0, len(order) - 1, MOST_PAIRS).astype(int)]
    kept = np.zeros((len(volume), 1), np.int64)
    kept[directions[chosen].ravel()] = 1
    return replace(rule, acts=rule.acts * kept[:, :, None]), kept

"""Counts of classes laid out for the compiled loops: one stick, observed periods only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from comity.core.class_counts import ClassCounts
from comity.measure.kernels import N_CHANNELS
from comity.measure.panel import Panel
from comity.measure.sticks import Stick

Ints = NDArray[np.int64]


def panel_of_classes(counts: ClassCounts, stick: Stick) -> Panel:
    """Return the periods of every pair in which the stick has trials.

    Gaps between steps are counted in periods, so that memories are per period.
    """
    good, bad = stick.split(counts.acts)
    seen = np.flatnonzero(good + bad > 0)
    place = np.empty(counts.index.n_directed, np.int64)
    place[counts.index.directions.ravel()] = np.arange(counts.index.n_directed)
    pair, direction = divmod(place[counts.directed[seen]], 2)
    period = (counts.months[counts.time[seen]] - counts.months[0]) // counts.period_months
    key = pair * len(counts.months) + counts.time[seen]
    steps, row = np.unique(key, return_inverse=True)
    acts = np.zeros((len(steps), N_CHANNELS, len(counts.sources), 2), np.int64)
    # no two cells agree in directed dyad, period and source, so plain assignment adds nothing up
    acts[row, direction, counts.source[seen], 0] = good[seen]
    acts[row, direction, counts.source[seen], 1] = bad[seen]
    month = np.empty(len(steps), np.int64)
    month[row] = period
    n_pairs = counts.index.n_dyads
    per_pair = np.bincount(steps // len(counts.months), minlength=n_pairs)
    return Panel(
        offset=np.concatenate([[0], np.cumsum(per_pair)]),
        month=month,
        acts=acts,
        span=np.zeros((len(steps), N_CHANNELS, 2), np.int64),
        tone=np.zeros(0),
        tone_class=np.zeros(0, np.int64),
        time=steps % len(counts.months),
        start=np.zeros((n_pairs, 2)),
    )


def every_period(panel: Panel, periods: Ints) -> Panel:
    """Return the panel with a step for every period of every pair; silent ones observe nothing."""
    n_times = len(periods)
    where = panel.pair * n_times + panel.time
    size = panel.n_pairs * n_times
    acts = np.zeros((size, *panel.acts.shape[1:]), panel.acts.dtype)
    acts[where] = panel.acts
    return replace(
        panel,
        offset=np.arange(panel.n_pairs + 1) * n_times,
        month=np.tile(periods, panel.n_pairs),
        acts=acts,
        span=np.zeros((size, N_CHANNELS, 2), np.int64),
        time=np.tile(np.arange(n_times), panel.n_pairs),
    )


def stratified_pairs(panel: Panel, n_pairs: int, generator: np.random.Generator) -> Ints:
    """Return pairs for fitting hyper-parameters, drawn evenly over the ranks of their volume.

    Pairs without acts tell nothing and are never drawn.
    """
    volume = panel.by_pair(panel.acts.sum(axis=(1, 2, 3)).astype(float))
    ranked = np.argsort(volume, kind="stable")
    ranked = ranked[volume[ranked] > 0]
    if len(ranked) <= n_pairs:
        return np.sort(ranked)
    # one shift for all: ranks at least one apart never fall on the same pair
    at = (np.arange(n_pairs) + generator.random()) * (len(ranked) / n_pairs)
    return np.sort(ranked[at.astype(np.int64)])

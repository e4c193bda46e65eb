"""Event counts laid out for the compiled loops: pair by pair, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.core.class_counts import ClassCounts
from comity.core.errors import ShapeError
from comity.core.history import EventCounts
from comity.measure.kernels import N_CHANNELS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
TONE_UNIT = 10.0
"""Tones are divided by this, so that their scale runs from -1 to 1."""


@dataclass(frozen=True)
class Panel:
    """Visited months of every pair with their acts; see the notation of `comity.measure.kernels`.

    ``acts`` holds successes and failures of the stick; ``span`` the first and one past the last
    tone of each channel: 0 the pair's first state toward its second, 1 back, 2 both jointly.
    """

    offset: NDArray[np.int64]  # (pair + 1,)
    month: NDArray[np.int64]  # (step,)
    acts: NDArray[np.int64]  # (step, channel, source, 2)
    span: NDArray[np.int64]  # (step, channel, 2)
    tone: NDArray[np.float64]  # (act,)            tenths of the tone scale
    tone_class: NDArray[np.int64]  # (act,)        1 cooperative, 0 conflictual
    time: NDArray[np.int64]  # (step,)             position in months
    start: NDArray[np.float64]  # (pair, 2)        prior mean of lasting half-sum, half-difference

    @property
    def n_steps(self) -> int:
        """Visited pair-months."""
        return len(self.month)

    @property
    def n_pairs(self) -> int:
        """Pairs."""
        return len(self.offset) - 1

    @property
    def n_sources(self) -> int:
        """Sources of events."""
        return self.acts.shape[2]

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints, Ints, Floats, Ints, Floats]:
        """The leading arguments of `kernels.filter_steps`."""
        return (
            self.offset, self.gap, self.acts, self.span, self.tone, self.tone_class, self.start,
        )  # fmt: skip

    @cached_property
    def gap(self) -> Ints:
        """Periods since the step before, (step,); 0 at a pair's first step."""
        gap = np.diff(self.month, prepend=0)
        gap[self.offset[:-1][np.diff(self.offset) > 0]] = 0
        return gap

    @cached_property
    def counts(self) -> Ints:
        """Every number of acts that a cell can hold, increasing from 0; joint acts added or not."""
        with_joint = self.acts[:, :2] + self.acts[:, 2:]
        found = np.zeros(1, np.int64)
        for acts in (self.acts, with_joint):
            for cells in (acts, acts.sum(axis=-1)):
                here = np.bincount(cells.ravel(), minlength=len(found))
                here[: len(found)] += found
                found = here
        return np.union1d([0], np.flatnonzero(found))

    @property
    def pair(self) -> NDArray[np.int64]:
        """Pair of each step, (step,)."""
        return np.repeat(np.arange(self.n_pairs), np.diff(self.offset))

    def by_pair(self, values: Floats) -> Floats:
        """Return sums over the steps of each pair, (pair,)."""
        total = np.bincount(self.pair, weights=values, minlength=self.n_pairs)
        return total.astype(np.float64)

    def is_seen(self) -> NDArray[np.bool_]:
        """Whether a step has any act or tone, (step,)."""
        has_tone = np.diff(self.span, axis=2).sum(axis=(1, 2)) > 0
        return (self.acts.sum(axis=(1, 2, 3)) > 0) | has_tone

    def observed(self) -> Panel:
        """Return the panel without its silent months, which say nothing."""
        return self._steps(self.is_seen())

    def of_pairs(self, pairs: Ints) -> Panel:
        """Return the panel of some pairs, given in increasing order."""
        chosen = np.zeros(self.n_pairs, bool)
        chosen[pairs] = True
        part = self._steps(chosen[self.pair])
        count = np.diff(self.offset)[pairs]
        return replace(
            part, offset=np.concatenate([[0], np.cumsum(count)]), start=self.start[pairs]
        )

    def _steps(self, kept: NDArray[np.bool_]) -> Panel:
        count = np.bincount(self.pair[kept], minlength=self.n_pairs)
        return replace(
            self,
            offset=np.concatenate([[0], np.cumsum(count)]),
            month=self.month[kept],
            acts=self.acts[kept],
            span=self.span[kept],
            time=self.time[kept],
        )


def panel_of(counts: EventCounts, others: Sequence[ClassCounts] = ()) -> Panel:
    """Return every month of every pair of ``counts``.

    ``others`` are further sources, each with an intercept and a concentration of its own; their
    acts belong to the direction in which they are coded.

    Raises
    ------
    ShapeError
        The arrays of ``counts`` do not fit together.
    """
    shape = (counts.index.n_directed, len(counts.months))
    for name in ("cooperative", "conflictual"):
        found = getattr(counts, name).shape
        if found != shape:
            raise ShapeError(
                f"EventCounts.{name} must have shape (directed_dyad, time) = {shape}; "
                f"found {found}. Count the events with the same states and months."
            )
    if len(counts.months) == 0:
        raise ShapeError("EventCounts.months must hold at least one month; found none.")
    n_dyads, n_times = counts.index.n_dyads, len(counts.months)
    directions = counts.index.directions
    place = np.empty(counts.index.n_directed, np.int64)
    place[directions.ravel()] = np.arange(2 * n_dyads)
    cell = place[counts.tone_directed] // 2 * n_times + counts.tone_time  # (act,)
    direction = place[counts.tone_directed] % 2
    cooperative = np.asarray(counts.tone_cooperative, np.int64)
    joint = is_joint(cell, counts.act_row, direction)
    acts = np.zeros((n_dyads * n_times, N_CHANNELS, 1 + len(others), 2), np.int64)
    for column, array in enumerate((counts.cooperative, counts.conflictual)):
        acts[:, :2, 0, column] = array[directions].transpose(0, 2, 1).reshape(-1, 2)
    own = acts[:, :, 0]
    np.subtract.at(own, (cell[joint], direction[joint], 1 - cooperative[joint]), 1)
    once = joint & (direction == 0)
    np.add.at(own[:, 2], (cell[once], 1 - cooperative[once]), 1)
    if acts.min() < 0:
        raise ShapeError(
            "every act listed in EventCounts.tone must be counted in cooperative or conflictual; "
            f"found {-int(acts[acts < 0].sum())} joint acts that are not. Count the events anew."
        )
    for number, other in enumerate(others, start=1):
        add_source(acts, number, counts, other, place)
    kept = np.flatnonzero(~joint | once)
    slot = (cell * N_CHANNELS + np.where(joint, 2, direction))[kept]
    order = np.argsort(slot, kind="stable")
    edges = np.searchsorted(slot[order], np.arange(n_dyads * n_times * N_CHANNELS + 1))
    return Panel(
        offset=np.arange(n_dyads + 1) * n_times,
        month=np.tile(np.asarray(counts.months, np.int64), n_dyads),
        acts=acts,
        span=np.stack([edges[:-1], edges[1:]], axis=-1).reshape(-1, N_CHANNELS, 2).astype(np.int64),
        tone=np.asarray(counts.tone, float)[kept][order] / TONE_UNIT,
        tone_class=cooperative[kept][order],
        time=np.tile(np.arange(n_times), n_dyads),
        start=np.zeros((n_dyads, 2)),
    )


def add_source(
    acts: Ints, number: int, counts: EventCounts, other: ClassCounts, place: Ints
) -> None:
    """Add the acts of another source to the acts of a case, in place.

    ``place`` gives each directed dyad twice its pair, plus its direction. Acts outside the case's
    months or between other states are left out.
    """
    if other.period_months != 1:
        raise ShapeError(
            f"counts that join a case must be monthly; found periods of {other.period_months} "
            "months. Count the stored events by month."
        )
    codes, n_times = counts.index.codes, len(counts.months)
    own = np.array([codes.index(c) if c in codes else -1 for c in other.index.codes])
    ends = own[other.index.directed_pairs[other.directed]]  # (cell, 2)
    time = other.months[other.time] - counts.months[0]
    kept = (ends >= 0).all(axis=1) & (time >= 0) & (time < n_times)
    source, target = ends[kept].T
    directed = source * (len(codes) - 1) + target - (target > source)
    row = place[directed] // 2 * n_times + time[kept]
    for column, array in enumerate((other.cooperative, other.conflictual)):
        np.add.at(acts[:, :, number, column], (row, place[directed] % 2), array[kept])


def is_joint(
    cell: NDArray[np.int64], row: NDArray[np.int64], direction: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether an act is one entry of a joint act: same row, both directions of a pair, (act,).

    A joint act is one act. Entered as two it would count twice, and its two entries would share
    their noise, which the model would take for perfectly parallel flares.
    """
    if len(cell) == 0:
        return np.zeros(0, bool)
    key = np.stack([cell, np.asarray(row, np.int64)], axis=1)
    _, group, size = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    group = group.reshape(-1)
    turned = np.bincount(group, weights=direction)
    return (size[group] == 2) & (turned[group] == 1)

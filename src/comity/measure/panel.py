"""Event counts laid out for the compiled loops: pair by pair, month by month."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ShapeError
from comity.core.history import EventCounts
from comity.measure.kernels import N_CHANNELS

Ints = NDArray[np.int64]
TONE_UNIT = 10.0
"""Tones are divided by this, so that their scale runs from -1 to 1."""


@dataclass(frozen=True)
class Panel:
    """Visited months of every pair with their acts; see the notation of `comity.measure.kernels`.

    ``acts`` holds cooperative and conflictual counts; ``span`` the first and one past the last tone
    of each channel: 0 the pair's first state toward its second, 1 back, 2 both jointly.
    """

    offset: NDArray[np.int64]  # (dyad + 1,)
    month: NDArray[np.int64]  # (step,)
    acts: NDArray[np.int64]  # (step, channel, 2)
    span: NDArray[np.int64]  # (step, channel, 2)
    tone: NDArray[np.float64]  # (act,)            tenths of the tone scale
    tone_class: NDArray[np.int64]  # (act,)        1 cooperative, 0 conflictual
    time: NDArray[np.int64]  # (step,)             position in months

    @property
    def n_steps(self) -> int:
        """Visited pair-months."""
        return len(self.month)

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints, Ints, NDArray[np.float64], Ints]:
        """The leading arguments of `kernels.filter_steps`."""
        return self.offset, self.month, self.acts, self.span, self.tone, self.tone_class

    def is_seen(self) -> NDArray[np.bool_]:
        """Whether a step has any act or tone, (step,)."""
        return (self.acts.sum(axis=(1, 2)) > 0) | (np.diff(self.span, axis=2).sum(axis=(1, 2)) > 0)

    def observed(self) -> Panel:
        """Return the panel without its silent months, which say nothing."""
        seen = self.is_seen()
        pair = np.repeat(np.arange(len(self.offset) - 1), np.diff(self.offset))[seen]
        count = np.bincount(pair, minlength=len(self.offset) - 1)
        return replace(
            self,
            offset=np.concatenate([[0], np.cumsum(count)]),
            month=self.month[seen],
            acts=self.acts[seen],
            span=self.span[seen],
            time=self.time[seen],
        )


def panel_of(counts: EventCounts) -> Panel:
    """Return every month of every pair of ``counts``.

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
    acts = np.zeros((n_dyads * n_times, N_CHANNELS, 2), np.int64)
    for column, array in enumerate((counts.cooperative, counts.conflictual)):
        acts[:, :2, column] = array[directions].transpose(0, 2, 1).reshape(-1, 2)
    np.subtract.at(acts, (cell[joint], direction[joint], 1 - cooperative[joint]), 1)
    once = joint & (direction == 0)
    np.add.at(acts[:, 2], (cell[once], 1 - cooperative[once]), 1)
    if acts.min() < 0:
        raise ShapeError(
            "every act listed in EventCounts.tone must be counted in cooperative or conflictual; "
            f"found {-int(acts[acts < 0].sum())} joint acts that are not. Count the events anew."
        )
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
    )


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

"""Thresholds over draws of the other judged numbers: how much is ignorance, how much is chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from comity.core.thresholds import (
    CurveReading,
    Floats,
    GridAnswers,
    Moved,
    Spread,
    ThresholdAsked,
    ThresholdFound,
    ThresholdMap,
)
from comity.judge.crossing import TAIL, closer_values, read_curve

LEAST_FOUND = 5
"""Draws with a threshold from which quantiles over them are given."""


def read_grid(grid: GridAnswers, values: Floats, level: float) -> tuple[CurveReading, ...]:
    """Return how each curve of a grid stands to the level; the last axis is the curve."""
    n = values.size
    means, errors = grid.mean.reshape(-1, n), grid.se.reshape(-1, n)
    parts = [None] * len(means)
    if grid.batches is not None:
        parts = [*grid.batches.reshape(len(means), -1, n)]
    return tuple(
        read_curve(values, mean, se, level, batches)
        for mean, se, batches in zip(means, errors, parts, strict=True)
    )


def find_threshold(
    asked: ThresholdAsked,
    moved: Moved,
    central: GridAnswers,
    draws: GridAnswers,
    *,
    closer: tuple[Floats, GridAnswers] | None = None,
    n_worlds: int,
    n_draw_worlds: int,
) -> ThresholdFound:
    """Return the thresholds in one number.

    Parameters
    ----------
    central
        (value,) with every other number central.
    draws
        (draw, value) with every other number drawn.
    closer
        More values, and the answers there with every other number central.
    n_worlds, n_draw_worlds
        Worlds behind each value, central and in a draw; 0 for a closed form.
    """
    values, answers = moved.values, central
    if closer is not None:
        values, answers = _merged((values, central), closer)
    (reading,) = read_grid(answers, values, asked.level)
    return ThresholdFound(
        asked, moved, central.mean, central.se, _share_holding(asked, draws.mean), reading,
        spread_of(asked, read_grid(draws, moved.values, asked.level)), n_worlds, n_draw_worlds,
    )  # fmt: skip


def values_closer(asked: ThresholdAsked, moved: Moved, central: GridAnswers) -> Floats:
    """Return the values at which to ask again, where the curve crosses; maybe none."""
    (reading,) = read_grid(central, moved.values, asked.level)
    return closer_values(moved.values, reading)


def _merged(
    first: tuple[Floats, GridAnswers], second: tuple[Floats, GridAnswers]
) -> tuple[Floats, GridAnswers]:
    values = np.concatenate([first[0], second[0]])
    order = np.argsort(values)
    one, other = first[1], second[1]
    batches = None
    if one.batches is not None and other.batches is not None:
        batches = np.concatenate([one.batches, other.batches], axis=-1)[..., order]
    mean, se = (
        np.concatenate([getattr(one, name), getattr(other, name)], axis=-1)[..., order]
        for name in ("mean", "se")
    )
    return values[order], GridAnswers(mean, se, batches)


def find_map(
    asked: ThresholdAsked,
    moved: tuple[Moved, Moved],
    central: GridAnswers,
    draws: GridAnswers,
    *,
    n_worlds: int,
    n_draw_worlds: int,
) -> ThresholdMap:
    """Return where something holds in two numbers; arguments as for `find_threshold`.

    ``central`` is (second, first), ``draws`` (draw, second, first), batches before the last axis.
    """
    first, second = moved
    n_rows = second.values.size
    readings = read_grid(draws, first.values, asked.level)
    return ThresholdMap(
        asked, first, second, central.mean, central.se, _share_holding(asked, draws.mean),
        read_grid(central, first.values, asked.level),
        tuple(spread_of(asked, readings[row::n_rows]) for row in range(n_rows)),
        n_worlds, n_draw_worlds,
    )  # fmt: skip


def spread_of(asked: ThresholdAsked, readings: Sequence[CurveReading]) -> Spread:
    """Return the spread of thresholds over draws.

    Of a curve that crosses several times the first crossing counts.
    """
    n = len(readings)
    crossed = [reading.crossings for reading in readings if reading.crossings]
    first = np.array([crossings[0].value for crossings in crossed])
    noise = float(np.mean([crossings[0].se ** 2 for crossings in crossed])) if crossed else 0.0
    total = float(np.var(first, ddof=1)) if first.size > 1 else 0.0
    low, middle, high = (
        (float(x) for x in np.quantile(first, (TAIL, 0.5, 1 - TAIL)))
        if first.size >= LEAST_FOUND
        else (np.nan,) * 3
    )

    def share(standing: str) -> float:
        return sum(one.standing == standing and not one.leans for one in readings) / n

    throughout, never = asked.side, "below" if asked.side == "above" else "above"
    leaning = sum(one.leans for one in readings) / n
    several = sum(len(item) > 1 for item in crossed) / n
    return Spread(
        n, low, middle, high, share("crosses"), share(never), share(throughout),
        share("unresolved") + leaning, several,
        float(np.sqrt(max(total - noise, 0.0))), float(np.sqrt(noise)),
    )  # fmt: skip


def _share_holding(asked: ThresholdAsked, mean: Floats) -> Floats:
    holds = mean > asked.level if asked.side == "above" else mean < asked.level
    return holds.mean(axis=0)

"""A line with its 50% and 80% bands: the one way in which uncertainty over time is drawn."""

from __future__ import annotations

import altair as alt
import numpy as np
from numpy.typing import NDArray

from comity.show.figures.figure import Columns, month_column, named, points, year_column
from comity.show.palette import var

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
NAMES = ("p10", "p25", "p50", "p75", "p90")


def band_columns(months: NDArray[np.int64], quantiles: NDArray[np.float64]) -> Columns:
    """Return time and quantiles as columns, in points of 100.

    ``quantiles`` are shares, shape (quantile, time), in the order of `LEVELS`.
    """
    columns: Columns = {"year": year_column(months), "month": month_column(months)}
    columns.update({name: points(row) for name, row in zip(NAMES, quantiles, strict=True)})
    return columns


def pick_levels(levels: tuple[float, ...], quantiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the quantiles at `LEVELS` out of those at hand, shape (quantile, time).

    Raises
    ------
    ValueError
        A level is missing.
    """
    have = {round(level, 6): k for k, level in enumerate(levels)}
    missing = [level for level in LEVELS if level not in have]
    if missing:
        raise ValueError(
            f"bands need the quantile levels {LEVELS}; found {levels}; missing {missing}. "
            "Simulate again with these levels."
        )
    return quantiles[[have[level] for level in LEVELS]]


def bands(
    table: str, x: alt.X, y: alt.Y, *, token: str, outer: float = 0.2, inner: float = 0.3
) -> list[alt.Chart]:
    """Return the two bands of a table as layers, the wide one first."""
    base = named(table).encode(x)
    return [
        base.mark_area(color=var(token), opacity=outer, line=False).encode(y.copy(), alt.Y2("p90")),
        base.mark_area(color=var(token), opacity=inner, line=False).encode(
            alt.Y("p25:Q"), alt.Y2("p75")
        ),
    ]


def share_axis(field: str, *, values: tuple[int, ...] = (0, 25, 50, 75, 100)) -> alt.Y:
    """Return the axis of the expected share of cooperative acts, 0 to 100."""
    return alt.Y(
        f"{field}:Q",
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(values=list(values), title=None, domain=False, ticks=False, labelPadding=6),
    )

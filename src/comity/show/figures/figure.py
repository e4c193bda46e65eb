"""A figure: a chart specification, the columns it draws, and the same reading in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import ArrayLike

from comity.core.months import month_words
from comity.show.palette import var

Columns = dict[str, list[Any]]

FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif"
LABEL_SIZE = 11.5


@dataclass(frozen=True)
class Figure:
    """What the page needs to draw one figure and to hand out its data.

    ``tables`` holds the named data of the specification, column by column; ``data_table`` names
    the one that "save data" writes. Layers whose name starts with ``wide`` or ``narrow`` are drawn
    only on wide or narrow screens.
    """

    id: str
    spec: dict[str, Any]
    tables: dict[str, Columns]
    data_table: str
    alt: str

    def payload(self) -> dict[str, Any]:
        """Return the figure as the page's script reads it."""
        tables = {
            name: {key: [_drawn(value) for value in column] for key, column in columns.items()}
            for name, columns in self.tables.items()
        }
        return {"spec": self.spec, "tables": tables, "data": self.data_table}


def year_of(months: ArrayLike) -> np.ndarray:
    """Return months since 1970-01 as decimal years, the first of a month."""
    return 1970 + np.asarray(months, float) / 12


def year_column(months: ArrayLike) -> list[float]:
    """Return decimal years, fine enough to tell days apart."""
    return [round(float(value), 4) for value in year_of(months)]


def month_column(months: ArrayLike) -> list[str]:
    """Return months in words."""
    return [month_words(int(month)) for month in np.asarray(months)]


def _drawn(value: Any) -> Any:
    """Return a value as charts take it: what is no number becomes None and is not drawn."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def points(values: ArrayLike, digits: int = 1) -> list[float]:
    """Return shares as points of 100; NaN where there is no number."""
    return [round(100 * float(value), digits) for value in np.asarray(values)]


def named(table: str) -> alt.Chart:
    """Return a chart on a named table."""
    return alt.Chart(alt.NamedData(table))


def year_axis(
    first: float, last: float, *, offset: float = 0, every: int = 5, small: bool = False
) -> alt.X:
    """Return the shared time axis over decimal years."""
    start = int(np.ceil(first / every) * every)
    return alt.X(
        "year:Q",
        scale=alt.Scale(domain=[round(first, 4), round(last, 4)], nice=False, zero=False),
        axis=alt.Axis(
            values=list(range(start, int(last) + 1, every)), format="d", title=None, offset=offset,
            grid=False, ticks=not small, domain=not small, labelOverlap=True, labelFlush=False,
        ),
    )  # fmt: skip


def finish(chart: alt.LayerChart | alt.Chart, *, height: float, description: str) -> dict[str, Any]:
    """Return the specification of a chart as wide as its place, in the house's type and colours."""
    # Set on the dictionary, because every setter of a chart copies the whole chart first.
    spec = chart.to_dict(validate=False)
    spec.update({"width": "container", "height": height, "description": description})
    spec["padding"] = {"left": 2, "right": 4, "top": 4, "bottom": 2}
    spec["config"] = {
        "background": "transparent",
        "font": FONT,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "aria": False,
        "view": {"stroke": None},
        "text": {"fontSize": LABEL_SIZE, "fill": var("ink")},
        "axis": {
            "labelColor": var("soft"),
            "labelFontSize": LABEL_SIZE,
            "gridColor": var("line"),
            "domainColor": var("line"),
            "tickColor": var("line"),
            "titleColor": var("soft"),
            "titleFontSize": LABEL_SIZE,
            "titleFontWeight": "normal",
        },
    }
    return spec

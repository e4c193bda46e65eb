"""Futures of one pair: the last recorded years, the baseline's fan, the null simulator's width."""

from __future__ import annotations

import altair as alt
import numpy as np

from comity.core.case import Case
from comity.core.ensemble import Ensemble
from comity.core.months import month_start, month_words
from comity.core.relations import Relations, share
from comity.core.wording import frequency, frequency_interval
from comity.show.figures.bands import band_columns, bands, pick_levels, share_axis
from comity.show.figures.figure import (
    LABEL_SIZE,
    Columns,
    Figure,
    finish,
    named,
    points,
    year_axis,
    year_column,
    year_of,
)
from comity.show.labels import spread
from comity.show.palette import var

HEIGHT = 210
MONTHS_BEFORE = 48


def future_shares(ensemble: Ensemble, dyad: str) -> np.ndarray:
    """Return the pair's future shares at the levels of the bands, shape (quantile, time)."""
    number = ensemble.index.dyad_number(dyad)
    return share(pick_levels(ensemble.quantile_levels, ensemble.relation_quantiles[:, number]))


def fan_figure(
    case: Case, relations: Relations, baseline: Ensemble, null: Ensemble | None, dyad: str
) -> Figure:
    """Return the fan of a pair; the null simulator's 80% interval is dashed when it is given."""
    past = relations.dyad_quantiles(dyad)[:, -MONTHS_BEFORE:]
    ahead = future_shares(baseline, dyad)
    months = relations.months[-MONTHS_BEFORE:]
    joined = np.concatenate([months[-1:], baseline.months])
    tables: dict[str, Columns] = {
        "past": band_columns(months, past),
        "futures": band_columns(joined, np.hstack([past[:, -1:], ahead])),
    }
    first, last = float(year_of(months[0])), float(year_of(baseline.months[-1]))
    x, plain_x = year_axis(first, last, every=1), alt.X("year:Q")
    y = share_axis("p10")
    layers: list[alt.Chart] = [
        *bands("futures", x, y, token="future", outer=0.25, inner=0.3),
        named("futures")
        .mark_line(color=var("ink"), strokeWidth=1.6)
        .encode(plain_x, alt.Y("p50:Q")),
        *bands("past", x, y, token="a"),
        named("past").mark_line(color=var("a"), strokeWidth=2).encode(plain_x, alt.Y("p50:Q")),
        alt.Chart(alt.InlineData([{"year": round(float(year_of(months[-1])), 4)}]))
        .mark_rule(color=var("soft"), strokeDash=[2, 3])
        .encode(plain_x),
    ]
    low, centre, high = (tables["futures"][name][-1] for name in ("p10", "p50", "p90"))
    ends = [
        (centre, f"{round(centre)} in 100", "ink", 600),
        (high, f"{round(high)}", "soft", 400),
        (low, f"{round(low)}", "soft", 400),
    ]
    if null is not None:
        dull = future_shares(null, dyad)
        tables["null"] = {
            "year": year_column(joined),
            "low": points(np.append(past[0, -1], dull[0])),
            "high": points(np.append(past[-1, -1], dull[-1])),
        }
        for name in ("low", "high"):
            layers.append(
                named("null")
                .mark_line(color=var("soft"), strokeDash=[2, 3], strokeWidth=1.2)
                .encode(plain_x, alt.Y(f"{name}:Q"))
            )
        ends.append((tables["null"]["high"][-1], "random walk", "soft", 400))
    heights = [HEIGHT * (1 - value / 100) for value, *_ in ends]
    placed = spread(heights, least=15, low=4, high=HEIGHT - 4)
    for (_, text, token, weight), at in zip(ends, placed, strict=True):
        layers.append(
            alt.Chart(alt.InlineData([{"year": round(last, 4), "text": text}]))
            .mark_text(
                align="left",
                dx=8,
                baseline="middle",
                color=var(token),
                fontWeight=weight,
                fontSize=13 if weight == 600 else LABEL_SIZE,
            )
            .encode(plain_x, y=alt.YValue(at), text="text:N")
        )
    when = month_words(int(baseline.months[-1]))
    reading = (
        f"Futures of {case.dyad_words(dyad)} to {when}: the middle future has "
        f"{frequency(centre / 100)} acts cooperative, 80 of 100 futures lie between "
        f"{frequency_interval(low / 100, high / 100)}."
    )
    if null is not None:
        reading += (
            f" The random walk spans {round(tables['null']['low'][-1])} to "
            f"{round(tables['null']['high'][-1])} in 100."
        )
    spec = finish(alt.layer(*layers), height=HEIGHT, description=reading)
    return Figure(f"fan-{dyad}", spec, tables, "futures", reading)


def horizon_year(ensemble: Ensemble) -> int:
    """Return the year in which the futures end."""
    return month_start(int(ensemble.months[-1])).year

"""What a scenario does to a pair over time, against the spread of the baseline's futures."""

from __future__ import annotations

import altair as alt
import numpy as np

from comity.core.case import Case
from comity.core.ensemble import Contrast, Ensemble
from comity.core.months import month_words
from comity.core.relations import share
from comity.show.figures.figure import (
    LABEL_SIZE,
    Columns,
    Figure,
    finish,
    month_column,
    named,
    points,
    year_axis,
    year_column,
    year_of,
)
from comity.show.headlines import Shift
from comity.show.labels import spread
from comity.show.numbers import signed_count, signed_interval
from comity.show.palette import var

HEIGHT = 170


def shift_columns(contrast: Contrast, baseline: Ensemble, dyad: str) -> Columns:
    """Return the paired difference of the pair's share over time, in points of 100.

    Differences are simulated in logit units; here each is read at the baseline's mean, so that
    ``difference`` is share(mean + difference) - share(mean), and likewise for the interval and for
    one standard deviation of the baseline's futures to either side.
    """
    d = contrast.index.dyad_number(dyad)
    mean = baseline.relation_mean[d]

    def moved(by: np.ndarray) -> list[float]:
        return points(share(mean + by) - share(mean), 2)

    return {
        "year": year_column(contrast.months),
        "month": month_column(contrast.months),
        "difference": moved(contrast.relation_difference[d]),
        "low": moved(contrast.relation_low[d]),
        "high": moved(contrast.relation_high[d]),
        "spread_low": moved(-contrast.relation_spread[d]),
        "spread_high": moved(contrast.relation_spread[d]),
    }


def largest_shift(contrast: Contrast, baseline: Ensemble, case: Case, dyad: str) -> Shift:
    """Return how far the scenario moves the pair in the month in which it moves it most.

    The month is where the mean difference is largest in units of the spread of futures.
    """
    d = contrast.index.dyad_number(dyad)
    spread_sd = np.maximum(contrast.relation_spread[d], 1e-12)
    ratio = contrast.relation_difference[d] / spread_sd
    t = int(np.abs(ratio).argmax())
    mean = baseline.relation_mean[d, t]
    moved = float(share(mean + contrast.relation_difference[d, t]) - share(mean))
    low, high = contrast.relation_low[d, t], contrast.relation_high[d, t]
    scenario = case.scenario(contrast.scenario)
    return Shift(
        scenario.title if scenario else contrast.title,
        case.dyad_words(dyad),
        moved,
        float(ratio[t]),
        month_words(int(contrast.months[t])),
        bool(low > 0 or high < 0),
    )


def difference_figure(case: Case, contrast: Contrast, baseline: Ensemble, dyad: str) -> Figure:
    """Return the difference of one scenario: line and 80% ignorance band on the grey spread."""
    columns = shift_columns(contrast, baseline, dyad)
    months = contrast.months
    first, last = float(year_of(months[0])), float(year_of(months[-1]))
    x, plain_x = year_axis(first, last, every=1), alt.X("year:Q")
    drawn = [columns[name] for name in ("spread_low", "spread_high", "low", "high")]
    reach = float(10 * np.ceil(np.nanmax(np.abs(drawn)) / 10)) or 10.0
    y = alt.Y(
        "spread_low:Q",
        scale=alt.Scale(domain=[-reach, reach], nice=False),
        axis=alt.Axis(
            values=[-reach, -reach / 2, 0, reach / 2, reach],
            format="+.2~f",
            title=None,
            domain=False,
            ticks=False,
            labelPadding=6,
            labelExpr="datum.value == 0 ? '0' : replace(format(datum.value, '+.2~f'), '-', '−')",
        ),
    )
    base = named("shift").encode(plain_x)
    at_end = -1
    ends = [
        (
            columns["difference"][at_end],
            signed_count(columns["difference"][at_end] / 100),
            "b",
            600,
        ),
        (columns["spread_high"][at_end], "one sd", "soft", 400),
    ]
    heights = [HEIGHT * (reach - value) / (2 * reach) for value, *_ in ends]
    placed = spread(heights, least=16, low=6, high=HEIGHT - 6)
    layers: list[alt.Chart] = [
        named("shift")
        .mark_area(color=var("future"), opacity=0.28)
        .encode(x, y, alt.Y2("spread_high")),
        base.mark_rule(color=var("soft"), strokeWidth=0.8).encode(
            y=alt.YDatum(0), x=alt.XValue(0), x2=alt.X2Value("width")
        ),
        base.mark_area(color=var("b"), opacity=0.3).encode(alt.Y("low:Q"), alt.Y2("high")),
        base.mark_line(color=var("b"), strokeWidth=2.2).encode(alt.Y("difference:Q")),
    ]
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
    shift = largest_shift(contrast, baseline, case, dyad)
    d, t = contrast.index.dyad_number(dyad), columns["month"].index(shift.when)
    reading = (
        f"{shift.title}: paired difference of {shift.pair} against the baseline, largest in "
        f"{shift.when} with {signed_count(shift.points)} in 100, 80% interval "
        f"{signed_interval(columns['low'][t] / 100, columns['high'][t] / 100)}; one standard "
        f"deviation "
        f"of the futures is {signed_count(columns['spread_high'][t] / 100)} in 100 there."
    )
    spec = finish(alt.layer(*layers), height=HEIGHT, description=reading)
    return Figure(
        f"shift-{contrast.scenario}-{contrast.index.dyads[d]}",
        spec,
        {"shift": columns},
        "shift",
        reading,
    )

"""The relation of one pair over the recorded months: its events, governments and futures."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import numpy as np
from scipy.signal import find_peaks

from comity.core.case import Case
from comity.core.ensemble import Ensemble
from comity.core.history import EventCounts
from comity.core.months import month_of, month_start, month_words
from comity.core.relations import Relations, share
from comity.core.wording import frequency, frequency_interval
from comity.show.figures.bands import band_columns, bands, pick_levels, share_axis
from comity.show.figures.figure import (
    LABEL_SIZE,
    Columns,
    Figure,
    finish,
    named,
    year_axis,
    year_of,
)
from comity.show.figures.governments import (
    GAP,
    ROW,
    decimal_year,
    government_columns,
    government_layers,
    textures_of,
)
from comity.show.labels import Placed, Wish, place_labels, spread
from comity.show.palette import var

HEIGHT = 250
LANE = 36
"""Height in pixels of the lane for labels above and below the plot."""
TICKS = 44
PROMINENCE = 8.0
"""A high or a low is labelled when it stands out by this many points of 100. ASSUMED."""
NEAR_MONTHS = 3
LAYOUTS = ((0, 190), (380, 380), (560, 560))
"""Plot widths from which a layout is used, and the width for which it is made, in pixels."""


@dataclass(frozen=True)
class Extreme:
    """A high or a low of the median, with the strongest act of its kind close by."""

    month: int
    value: float
    is_high: bool
    prominence: float
    act: str


def extremes(case: Case, dyad: str, quantiles: np.ndarray) -> tuple[Extreme, ...]:
    """Return highs and lows of the pair's median that stand out, in time order."""
    median = 100 * quantiles[2]
    found: list[Extreme] = []
    for sign in (1, -1):
        where, facts = find_peaks(sign * median, prominence=PROMINENCE)
        for t, prominence in zip(where, facts["prominences"], strict=True):
            month = int(case.first_month + t)
            act = _strongest_act(case, dyad, month, sign)
            found.append(Extreme(month, float(median[t]), sign > 0, float(prominence), act))
    return tuple(sorted(found, key=lambda item: item.month))


def _strongest_act(case: Case, dyad: str, month: int, sign: int) -> str:
    pair = set(dyad.split("-"))
    near = [
        row
        for row in case.events
        if pair & set(row.source)
        and pair & set(row.target)
        and pair <= {*row.source, *row.target}
        and abs(month_of(row.date) - month) <= NEAR_MONTHS
        and sign * row.tone > 0
    ]
    if not near:
        return ""
    strongest = max(near, key=lambda row: (abs(row.tone), row.date))
    return strongest.kind.replace("_", " ")


def event_columns(case: Case, counts: EventCounts, dyad: str) -> Columns:
    """Return one row per recorded event with an act between the two, in time order.

    ``tone`` keeps its sign for conflictual acts; a cooperative act of negative tone or the reverse
    is drawn by how it was classed.
    """
    directions = set(case.index.directions[case.index.dyad_number(dyad)].tolist())
    keys = ("year", "date", "tone", "reach", "kind", "what", "url")
    columns: Columns = {key: [] for key in keys}
    seen: set[int] = set()
    for k in np.argsort(counts.act_row, kind="stable"):
        number = int(counts.act_row[k])
        if int(counts.tone_directed[k]) not in directions or number in seen:
            continue
        seen.add(number)
        row = case.events[number]
        way = 1 if counts.tone_cooperative[k] else -1
        values = (
            decimal_year(row.date),
            row.date.isoformat(),
            row.tone,
            way * max(abs(row.tone), 1.5),
            row.kind.replace("_", " "),
            row.description,
            row.url,
        )
        for key, value in zip(keys, values, strict=True):
            columns[key].append(value)
    return columns


def _label_columns(points: tuple[Extreme, ...], as_of: Wish | None, case: Case, last: float):
    first = 1970 + case.first_month / 12
    columns: Columns = {
        key: [] for key in ("year", "text", "act", "align", "low_width", "high_width", "value")
    }
    by_wish = {id(item): item for item in points}
    for k, (shown_from, width) in enumerate(LAYOUTS):
        until = LAYOUTS[k + 1][0] if k + 1 < len(LAYOUTS) else 10_000
        wishes = [
            Wish(
                month_words(item.month),
                float((year_of(item.month) - first) / (last - first)),
                item.prominence,
                item.act,
            )
            for item in points
        ]
        values = {
            id(wish): by_wish[id(item)].value for wish, item in zip(wishes, points, strict=True)
        }
        if as_of is not None:
            wishes.append(as_of)
        placed: tuple[Placed, ...] = place_labels(wishes, width=width, size=LABEL_SIZE)
        for item in placed:
            if item.wish is as_of:
                continue
            columns["year"].append(round(first + item.wish.position * (last - first), 4))
            columns["text"].append(item.wish.text)
            columns["act"].append(item.second_line)
            columns["align"].append(item.align)
            columns["low_width"].append(shown_from)
            columns["high_width"].append(until)
            columns["value"].append(round(values[id(item.wish)], 1))
    return columns


def _label_layers(table: str, x: alt.X, *, first_line: float, leader: tuple[float, float] | None):
    shown = "width >= datum.low_width && width < datum.high_width"
    visible = alt.condition(shown, alt.value(1), alt.value(0))
    layers: list[alt.Chart] = []
    for align in ("left", "center", "right"):
        own = named(table).transform_filter(f"datum.align === '{align}'").encode(x)
        layers.append(
            own.mark_text(align=align, baseline="top", fontSize=LABEL_SIZE).encode(
                y=alt.YValue(first_line), text="text:N", opacity=visible
            )
        )
        layers.append(
            own.mark_text(
                align=align, baseline="top", fontSize=LABEL_SIZE - 1, color=var("soft")
            ).encode(y=alt.YValue(first_line + 14), text="act:N", opacity=visible)
        )
    if leader is not None:
        faint = alt.condition(shown, alt.value(0.8), alt.value(0))
        layers.append(
            named(table)
            .mark_rule(color=var("soft"), strokeWidth=0.7)
            .encode(x, y=alt.YValue(leader[0]), y2=alt.Y2Value(leader[1]), opacity=faint)
        )
    return layers


def relation_figure(
    case: Case, relations: Relations, counts: EventCounts, baseline: Ensemble | None, dyad: str
) -> Figure:
    """Return the strong figure of a focal pair.

    Bands hold 50% and 80% of the smoothed posterior of the expected share of cooperative acts;
    after the dotted line come 50% and 80% of the baseline's futures, in grey.
    """
    number = relations.index.dyad_number(dyad)
    quantiles = relations.dyad_quantiles(dyad)
    history = band_columns(relations.months, quantiles)
    as_of = decimal_year(case.as_of)
    first, last = float(year_of(case.first_month)), as_of + 0.3
    tables: dict[str, Columns] = {"series": history}
    if baseline is not None:
        ahead = share(pick_levels(baseline.quantile_levels, baseline.relation_quantiles[:, number]))
        months = np.concatenate([relations.months[-1:], baseline.months])
        tables["futures"] = band_columns(months, np.hstack([quantiles[:, -1:], ahead]))
        last = float(year_of(baseline.months[-1]))
    span = last - first

    words = f"as of {case.as_of.day} {month_words(case.last_month)}"
    now = Wish(words, (as_of - first) / span, 1e6)
    turns = extremes(case, dyad, quantiles)
    tables["highs"] = _label_columns(tuple(t for t in turns if t.is_high), now, case, last)
    tables["lows"] = _label_columns(tuple(t for t in turns if not t.is_high), None, case, last)
    tables["events"] = event_columns(case, counts, dyad)
    tables["now"] = {"from": [round(first, 4)], "year": [as_of], "text": [words]}
    states = tuple(dyad.split("-"))
    for state in states:
        tables[f"governments_{state}"] = government_columns(case, state)

    top_of_ticks = HEIGHT + LANE
    middle = top_of_ticks + TICKS / 2
    rows_top = top_of_ticks + TICKS + 6
    bottom = rows_top + len(states) * (ROW + GAP)
    x = year_axis(first, last, offset=bottom - HEIGHT)
    y = share_axis("p10")
    plain_x = alt.X("year:Q")

    plot: list[alt.Chart] = []
    if baseline is not None:
        plot += bands("futures", x, y, token="future", outer=0.25, inner=0.3)
        plot.append(
            named("futures")
            .mark_line(color=var("future"), strokeWidth=1.3, strokeDash=[4, 3])
            .encode(plain_x, alt.Y("p50:Q"))
        )
    plot += bands("series", x, y, token="a")
    plot.append(
        named("series").mark_line(color=var("a"), strokeWidth=2).encode(plain_x, alt.Y("p50:Q"))
    )
    tips = [
        alt.Tooltip("month:N", title="month"),
        alt.Tooltip("p50:Q", title="in 100", format=".0f"),
        alt.Tooltip("p10:Q", title="80% from", format=".0f"),
        alt.Tooltip("p90:Q", title="to", format=".0f"),
    ]
    plot.append(
        named("series")
        .mark_rule(opacity=0.001, strokeWidth=4, color=var("ink"))
        .encode(plain_x, y=alt.YValue(0), y2=alt.Y2Value(HEIGHT), tooltip=tips)
    )
    plot.append(
        named("now")
        .mark_rule(color=var("soft"), strokeDash=[2, 3])
        .encode(plain_x, y=alt.YValue(-LANE + 18), y2=alt.Y2Value(bottom))
    )
    align = _align_of(now, LAYOUTS[0][1])
    plot.append(
        named("now")
        .mark_text(align=align, baseline="top", color=var("soft"), fontSize=LABEL_SIZE)
        .encode(plain_x, y=alt.YValue(-LANE), text="text:N")
    )
    plot += _label_layers("highs", plain_x, first_line=-LANE, leader=None)
    plot += _label_layers("lows", plain_x, first_line=HEIGHT + 6, leader=None)
    for table, sign in (("highs", -1), ("lows", 1)):
        shown = "width >= datum.low_width && width < datum.high_width"
        plot.append(
            named(table)
            .mark_point(color=var("ink"), filled=True, size=16)
            .encode(
                plain_x, alt.Y("value:Q"), opacity=alt.condition(shown, alt.value(1), alt.value(0))
            )
        )
        edge = -4 if sign < 0 else HEIGHT + 4
        plot.append(
            named(table)
            .mark_rule(color=var("soft"), strokeWidth=0.7)
            .encode(
                plain_x,
                alt.Y("value:Q"),
                y2=alt.Y2Value(edge),
                opacity=alt.condition(shown, alt.value(0.7), alt.value(0)),
            )
        )
    plot += _end_labels(tables, last, quantiles[2, -1], baseline)
    for k, state in enumerate(states):
        top = rows_top + k * (ROW + GAP)
        plot += government_layers(
            case, state, textures_of(case, states), plain_x, top=top, span=span
        )
        plot.append(_lane_name(case.state_name(state), as_of, top + ROW / 2))
    plot.append(_lane_name("acts", as_of, middle))

    tick_scale = alt.Scale(
        domain=[-10, 10], range=[middle + TICKS / 2, middle - TICKS / 2], nice=False
    )
    ticks = (
        named("events")
        .transform_calculate(zero="0")
        .encode(
            plain_x,
            alt.Y("zero:Q", scale=tick_scale, axis=None),
            alt.Y2("reach"),
            href="url:N",
            tooltip=[
                alt.Tooltip("date:N", title="date"),
                alt.Tooltip("kind:N", title="kind"),
                alt.Tooltip("what:N", title="what"),
                alt.Tooltip("tone:Q", title="tone"),
            ],
        )
    )
    acts = [
        ticks.transform_filter("datum.reach > 0").mark_rule(color=var("warm"), strokeWidth=1.8),
        ticks.transform_filter("datum.reach < 0").mark_rule(
            color=var("cool"), strokeWidth=1.8, strokeDash=[3, 1]
        ),
        named("now")
        .mark_rule(color=var("line"))
        .encode(alt.X("from:Q"), alt.X2("year"), y=alt.YValue(middle)),
    ]
    chart = alt.layer(alt.layer(*plot), alt.layer(*acts)).resolve_scale(y="independent")
    pair = case.dyad_words(dyad)
    low, centre, high = quantiles[0, -1], quantiles[2, -1], quantiles[-1, -1]
    reading = (
        f"Expected share of cooperative acts between {pair}, month by month from "
        f"{month_words(case.first_month)} to {month_words(case.last_month)}. In the last month "
        f"{frequency(float(centre))}, 80% interval {frequency_interval(float(low), float(high))}."
    )
    turns_words = "; ".join(
        f"{'high' if t.is_high else 'low'} in {month_words(t.month)} near {round(t.value)} in 100"
        for t in turns
    )
    if turns_words:
        reading += f" Highs and lows: {turns_words}."
    return Figure(
        f"relation-{dyad}",
        finish(chart, height=HEIGHT, description=reading),
        tables,
        "series",
        reading,
    )


def _align_of(wish: Wish, width: float) -> str:
    placed = place_labels([wish], width=width, size=LABEL_SIZE)
    return placed[0].align if placed else "right"


def _lane_name(text: str, x: float, y: float) -> alt.Chart:
    return (
        alt.Chart(alt.InlineData([{"year": x, "text": text}]))
        .mark_text(align="left", baseline="middle", dx=7, color=var("soft"), fontSize=LABEL_SIZE)
        .encode(alt.X("year:Q"), y=alt.YValue(y), text="text:N")
    )


def _end_labels(
    tables: dict[str, Columns], last: float, now: float, baseline: Ensemble | None
) -> list[alt.Chart]:
    lines = [(f"{round(100 * now)} in 100", "expected now", "a", 100 * now, 16)]
    if baseline is not None:
        then = tables["futures"]["p50"][-1]
        when = month_start(int(baseline.months[-1])).year
        lines.append((f"{round(then)} in 100", f"middle, {when}", "soft", then, 13))
    heights = [HEIGHT * (1 - value / 100) for *_, value, _ in lines]
    placed = spread(heights, least=36, low=8, high=HEIGHT - 22)
    layers: list[alt.Chart] = []
    for (text, below, token, _, size), y in zip(lines, placed, strict=True):
        base = alt.Chart(alt.InlineData([{"year": round(last, 4), "text": text, "below": below}]))
        shared = {"align": "left", "dx": 8, "color": var(token)}
        layers.append(
            base.mark_text(**shared, fontSize=size, fontWeight=600, baseline="middle").encode(
                alt.X("year:Q"), y=alt.YValue(y), text="text:N"
            )
        )
        layers.append(
            base.mark_text(
                align="left", dx=8, color=var("soft"), fontSize=LABEL_SIZE - 0.5, baseline="middle"
            ).encode(alt.X("year:Q"), y=alt.YValue(y + 15), text="below:N")
        )
    return layers

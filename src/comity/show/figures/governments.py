"""Governments as bands under a figure: one row a state, texture for the coalition."""

from __future__ import annotations

import datetime as dt

import altair as alt

from comity.core.case import Case
from comity.show.figures.figure import Columns, named
from comity.show.labels import text_width
from comity.show.palette import CoalitionTexture, coalition_textures, var

ROW = 15
GAP = 5
NAME_SIZE = 10.5


def decimal_year(day: dt.date) -> float:
    """Return a day as a decimal year."""
    start = dt.date(day.year, 1, 1)
    length = (dt.date(day.year + 1, 1, 1) - start).days
    return round(day.year + (day - start).days / length, 4)


def textures_of(case: Case, states: tuple[str, ...]) -> tuple[CoalitionTexture, ...]:
    """Return the textures of the coalitions that governed these states, longest in office first.

    Acting heads are drawn as a thin bar instead and need no texture.
    """
    first = dt.date(1970 + case.first_month // 12, case.first_month % 12 + 1, 1)
    days: dict[str, float] = {}
    for row in case.governments:
        end = min(row.end or case.as_of, case.as_of)
        if row.state in states and end > first and not row.acting:
            length = (end - max(row.start, first)).days
            days[row.coalition] = days.get(row.coalition, 0) + length
    return coalition_textures(days, coalition_names(case))


def coalition_names(case: Case) -> dict[str, str]:
    """Return the coalitions' names by id; the first state's name where several share an id."""
    return {item.id: item.name for item in reversed(case.coalitions)}


def government_columns(case: Case, state: str) -> Columns:
    """Return one row per government of the state within the case's months, up to ``as_of``."""
    names = coalition_names(case)
    first = 1970 + case.first_month / 12
    keys = (
        "leader",
        "office",
        "coalition",
        "start",
        "end",
        "from",
        "until",
        "acting",
        "need",
        "url",
    )
    columns: Columns = {key: [] for key in keys}
    for row in case.governments:
        end = min(row.end or case.as_of, case.as_of)
        if row.state != state or decimal_year(end) <= first:
            continue
        values = (
            row.leader, row.office, names.get(row.coalition, row.coalition),
            round(max(decimal_year(row.start), first), 4), decimal_year(end), row.start.isoformat(),
            row.end.isoformat() if row.end else "in office", row.acting,
            round(text_width(row.leader, NAME_SIZE) + 8), row.url,
        )  # fmt: skip
        for key, value in zip(keys, values, strict=True):
            columns[key].append(value)
    return columns


def government_layers(
    case: Case,
    state: str,
    textures: tuple[CoalitionTexture, ...],
    x: alt.X,
    *,
    top: float,
    span: float,
) -> list[alt.Chart]:
    """Return the row of one state as layers on the table ``governments_<state>``.

    ``top`` is the row's upper edge in pixels, ``span`` the length of the time axis in years. A
    leader's name is written where it fits at the present width; acting heads get half the height.
    """
    start = x.copy()
    start.shorthand = "start:Q"
    base = named(f"governments_{state}").encode(start, alt.X2("end"))
    tips = [
        alt.Tooltip("leader:N", title="leader"), alt.Tooltip("office:N", title="office"),
        alt.Tooltip("coalition:N", title="coalition"), alt.Tooltip("from:N", title="from"),
        alt.Tooltip("until:N", title="until"),
    ]  # fmt: skip
    layers = [
        base.transform_filter("!datum.acting")
        .mark_rect(color=var("line"), stroke=var("paper"), strokeWidth=1.5)
        .encode(y=alt.YValue(top), y2=alt.Y2Value(top + ROW), tooltip=tips)
    ]
    middle = top + ROW / 2
    for item in textures:
        own = base.transform_filter(f"!datum.acting && datum.coalition === {item.name!r}")
        ink = {"color": var("soft"), "opacity": 0.55}
        if item.texture == "hatched":
            marks = [(middle, {"strokeWidth": ROW - 1.5, "strokeDash": [1, 4]})]
        elif item.texture == "lined":
            marks = [(top + ROW * k / 4, {"strokeWidth": 1}) for k in (1, 2, 3)]
        elif item.texture == "dotted":
            dots = {"strokeWidth": 1.8, "strokeDash": [0, 5], "strokeCap": "round"}
            marks = [(top + ROW * k / 3, dots) for k in (1, 2)]
        else:
            marks = []
        layers += [own.mark_rule(**ink, **mark).encode(y=alt.YValue(y)) for y, mark in marks]
    layers.append(
        base.transform_filter("datum.acting")
        .mark_rect(color=var("soft"), stroke=var("paper"), strokeWidth=0.5)
        .encode(y=alt.YValue(top + ROW - 4), y2=alt.Y2Value(top + ROW), tooltip=tips)
    )
    fits = f"(datum.end - datum.start) / {span:.4f} * width > datum.need"
    text = named(f"governments_{state}").transform_filter("!datum.acting").encode(start)
    layers.append(
        text.mark_text(
            align="left", baseline="middle", dx=4, fontSize=NAME_SIZE, stroke=var("line"),
            strokeWidth=5, strokeJoin="round",
        ).encode(
            y=alt.YValue(middle + 0.5), text="leader:N",
            opacity=alt.condition(fits, alt.value(1), alt.value(0)),
        )
    )  # fmt: skip
    layers.append(
        text.mark_text(align="left", baseline="middle", dx=4, fontSize=NAME_SIZE).encode(
            y=alt.YValue(middle + 0.5), text="leader:N", tooltip=tips,
            opacity=alt.condition(fits, alt.value(1), alt.value(0)),
        )
    )  # fmt: skip
    return layers

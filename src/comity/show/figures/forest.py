"""Effects of drivers as a forest: point and interval of each, on the band of its prior.

What the data carry is a filled point on a full line; what is only the prior is a hollow point on a
broken line; what a placebo caught is a cross. Shape and words say so, colour only repeats it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt
import numpy as np

from comity.core.effects import CARRIED, GOVERNMENT, TIERS, DriverEffect
from comity.core.wording import signed
from comity.show.figures.figure import LABEL_SIZE, Columns, Figure, finish, named
from comity.show.palette import var

ROW = 40
Z80 = 1.2815515655446004
SHORT = {
    "orientation": "Conciliatory orientation",
    "dispute_load": "Open disputes",
    "mediation": "Mediation by the hub",
    "fear_symmetric": "Shared fear of abandonment",
    "fear_asymmetric": "Unequal fear of abandonment",
    "pressure_common": "Pressure by the hub on both",
    "pressure_unequal": "Pressure by the hub on one",
    "agreement_stock": "Agreements in force",
    "shared_threat": "Threat felt by both",
    "density": "Working channels",
    "balance": "Stance toward third states",
    GOVERNMENT: "Pairs of governments",
}
"""Names that fit above a line on a narrow screen."""
WORDS = {
    "A": "by design",
    "B": "under an assumption",
    "C": "associated",
    "not identified": "not identified",
    "prior-driven": "only the prior",
    "not estimable": "no number",
}
"""What a tier is called where there is room for two words."""
KINDS = ("learned", "caught", "prior")


def short_words(name: str) -> str:
    """Return a driver's name that fits above a line.

    >>> short_words("dispute_load"), short_words("trade_flow")
    ('Open disputes', 'Trade flow')
    """
    return SHORT.get(name) or name.replace("_", " ").capitalize()


def by_tier(effects: Sequence[DriverEffect]) -> tuple[DriverEffect, ...]:
    """Return the drivers with the strongest evidence first, otherwise in their own order."""
    return tuple(sorted(effects, key=lambda item: TIERS.index(item.tier)))


def kind_of(tier: str) -> str:
    """Return how a number of a tier is drawn: ``learned``, ``caught`` or ``prior``."""
    if tier in CARRIED:
        return "learned"
    return "caught" if tier == "not identified" else "prior"


def forest_columns(drivers: Sequence[DriverEffect]) -> Columns:
    """Return one row per driver that has a number and a sign, from the top, logits a unit."""
    rows = [item for item in by_tier(drivers) if item.is_estimated and item.name != GOVERNMENT]
    return {
        "row": [float(k) for k in range(len(rows))],
        "driver": [item.name for item in rows],
        "label": [f"{short_words(item.name)}: {WORDS[item.tier]}" for item in rows],
        "kind": [kind_of(item.tier) for item in rows],
        "estimate": [round(item.estimate, 4) for item in rows],
        "low": [round(item.low, 4) for item in rows],
        "high": [round(item.high, 4) for item in rows],
        "prior_low": [round(item.prior_mean - Z80 * item.prior_sd, 4) for item in rows],
        "prior_high": [round(item.prior_mean + Z80 * item.prior_sd, 4) for item in rows],
        "value": [value_words(item) for item in rows],
        "unit": [item.unit for item in rows],
    }


def value_words(item: DriverEffect) -> str:
    """Return an estimate with its sign; what the data do not carry stands in brackets."""
    text = signed(item.estimate)
    return text if item.tier in CARRIED else f"[{text}]"


def forest_figure(drivers: Sequence[DriverEffect]) -> Figure | None:
    """Return the forest of effects, or None where no driver has a number with a sign."""
    columns = forest_columns(drivers)
    count = len(columns["row"])
    if not count:
        return None
    drawn = [columns[name] for name in ("low", "high", "prior_low", "prior_high")]
    reach = float(np.ceil(2 * np.abs(drawn).max()) / 2)
    values = [-reach, -reach / 2, 0, reach / 2, reach]
    x = alt.X(
        "low:Q",
        scale=alt.Scale(domain=[-reach, reach], nice=False),
        axis=alt.Axis(
            values=values, title="logit a unit of the driver; right is warmer", domain=False,
            ticks=False, grid=True, labelPadding=6,
            labelExpr="datum.value == 0 ? '0' : replace(format(datum.value, '+.2~f'), '-', '−')",
        ),
    )  # fmt: skip
    y = alt.Y("row:Q", scale=alt.Scale(domain=[count - 0.35, -0.65], nice=False), axis=None)
    plain_y = alt.Y("row:Q")
    layers: list[alt.Chart] = [
        named("effects").mark_bar(color=var("future"), opacity=0.28, height=11).encode(
            alt.X("prior_low:Q"), alt.X2("prior_high"), y
        ),
        named("effects").mark_rule(color=var("soft"), strokeWidth=1).encode(
            x=alt.XDatum(0), y=alt.YValue(0), y2=alt.Y2Value("height")
        ),
    ]  # fmt: skip
    for kind in KINDS:
        layers += _marks(kind, x, plain_y)
    layers += [_halo(), _label("label", "left"), _label("value", "right")]
    reading = forest_words(drivers)
    spec = finish(alt.layer(*layers), height=ROW * count, description=reading)
    return Figure("effects", spec, {"effects": columns}, "effects", reading)


def _marks(kind: str, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    token = "a" if kind == "learned" else "soft"
    base = named("effects").transform_filter(f"datum.kind == '{kind}'")
    line = base.mark_rule(
        color=var(token), strokeWidth=2.6 if kind == "learned" else 1.3,
        strokeDash=[1, 0] if kind == "learned" else [4, 3],
    ).encode(x, alt.X2("high"), y)  # fmt: skip
    point = base.mark_point(
        shape="cross" if kind == "caught" else "circle", size=90, opacity=1,
        fill=var("a") if kind == "learned" else var("paper"),
        stroke=var(token), strokeWidth=1.6,
    ).encode(alt.X("estimate:Q"), y)  # fmt: skip
    return [line, point]


def _halo() -> alt.Chart:
    """Return what keeps the zero line from running through a text."""
    return (
        named("effects")
        .mark_text(
            baseline="middle",
            fontSize=LABEL_SIZE,
            dy=-17,
            align="left",
            stroke=var("paper"),
            strokeWidth=5,
        )
        .encode(alt.Y("row:Q"), x=alt.XValue(0), text="label:N")
    )


def _label(column: str, align: Literal["left", "right"]) -> alt.Chart:
    """Return one text of every row, above its line at one end of the plot."""
    ink = alt.Scale(domain=list(KINDS), range=[var("ink"), var("soft"), var("soft")])
    return (
        named("effects")
        .mark_text(baseline="middle", fontSize=LABEL_SIZE, dy=-17, align=align)
        .encode(
            alt.Y("row:Q"),
            x=alt.XValue(0 if align == "left" else "width"),
            text=f"{column}:N",
            color=alt.Color("kind:N", legend=None, scale=ink),
        )
    )


def forest_words(drivers: Sequence[DriverEffect]) -> str:
    """Return the figure in words: what the data carry with its numbers, the rest by name."""
    shown = [item for item in by_tier(drivers) if item.is_estimated and item.name != GOVERNMENT]
    parts = [
        f"{short_words(item.name)} {signed(item.estimate)}, 80% interval {signed(item.low)} to "
        f"{signed(item.high)}, {WORDS[item.tier]}."
        for item in shown
        if item.tier in CARRIED
    ]
    for tier in ("not identified", "prior-driven"):
        names = [short_words(item.name).lower() for item in shown if item.tier == tier]
        if names:
            parts.append(f"{WORDS[tier].capitalize()}, {len(names)}: {', '.join(names)}.")
    return f"Long-run effects of {len(shown)} drivers, logit a unit. {' '.join(parts)}"

"""Small multiples: every other pair on the same scale, uncertain ones drawn visibly uncertain."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import numpy as np

from comity.core.case import Case
from comity.core.months import month_words
from comity.core.relations import Relations
from comity.core.wording import frequency, percent_interval
from comity.show.figures.bands import band_columns, bands, share_axis
from comity.show.figures.figure import Figure, finish, named, year_axis, year_of
from comity.show.palette import var

HEIGHT = 92
THIN = 12
"""Pairs with fewer recorded acts than this are called thin. ASSUMED."""


@dataclass(frozen=True)
class Multiple:
    """One pair's small figure and what stands above it."""

    figure: Figure
    pair: str
    now: str
    interval: str
    n_acts: int
    evidence: str


def acts_of(relations: Relations, dyad: str) -> int:
    """Return how many acts of either direction the pair has in the record."""
    directions = relations.index.directions[relations.index.dyad_number(dyad)]
    return int(relations.n_events[directions].sum())


def evidence_of(n_acts: int) -> str:
    """Return ``none``, ``thin`` or ``enough``: how a pair's line is drawn."""
    if n_acts == 0:
        return "none"
    return "thin" if n_acts < THIN else "enough"


def multiple(case: Case, relations: Relations, dyad: str) -> Multiple:
    """Return the small figure of one pair.

    A pair without any act has no line at all, only the soft band of what pairs of the panel look
    like; a thin one has a dashed line.
    """
    quantiles = relations.dyad_quantiles(dyad)
    n_acts = acts_of(relations, dyad)
    evidence = evidence_of(n_acts)
    first, last = float(year_of(relations.months[0])), float(year_of(relations.months[-1]))
    x = year_axis(first, last, every=10)
    y = share_axis("p10", values=(0, 50, 100))
    faint = evidence == "none"
    layers = bands(
        "series",
        x,
        y,
        token="future" if faint else "a",
        outer=0.14 if faint else 0.2,
        inner=0.14 if faint else 0.28,
    )
    if not faint:
        layers.append(
            named("series")
            .mark_line(
                color=var("a"),
                strokeWidth=1.6,
                strokeDash=[1, 0] if evidence == "enough" else [4, 3],
            )
            .encode(alt.X("year:Q"), alt.Y("p50:Q"))
        )
    low, centre, high = (float(quantiles[k, -1]) for k in (0, 2, -1))
    pair = case.dyad_words(dyad)
    reading = (
        f"{pair}, {month_words(int(relations.months[0]))} to "
        f"{month_words(int(relations.months[-1]))}: "
        f"now {frequency(centre)} acts cooperative, "
        f"80% interval {percent_interval(low, high)} in 100; "
        f"{n_acts or 'no'} recorded act{'' if n_acts == 1 else 's'}."
    )
    spec = finish(alt.layer(*layers), height=HEIGHT, description=reading)
    figure = Figure(
        f"pair-{dyad}",
        spec,
        {"series": band_columns(relations.months, quantiles)},
        "series",
        reading,
    )
    return Multiple(
        figure,
        pair,
        frequency(centre),
        percent_interval(low, high),
        n_acts,
        evidence,
    )


def other_dyads(case: Case, relations: Relations) -> tuple[str, ...]:
    """Return the pairs that are not drawn large, best recorded first, ties in array order."""
    first_focal = case.index.dyad_label(case.focal_dyads[0]) if case.focal_dyads else ""
    labels = [label for label in relations.index.dyads if label != first_focal]
    order = np.argsort([-acts_of(relations, label) for label in labels], kind="stable")
    return tuple(labels[int(k)] for k in order)

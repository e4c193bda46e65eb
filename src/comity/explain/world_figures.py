"""Every figure that the public tables give, each with interval, sample, choices and code.

A table that is missing, or that cannot carry a figure, leaves a sentence in its place and no
number. `recorded_figures` are what this code gave on the tables named in each sample: they are
recorded in ``figures.toml``, since the tables may not be passed on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import TypeVar

from comity.core.errors import NotEstimableError
from comity.core.estimates import Estimate, NoEstimate
from comity.core.world_tables import TABLE_WORDS, WorldTables
from comity.explain.treaty_figures import (
    depth_figures,
    review_figures,
    survival_figures,
    violation_figures,
)
from comity.explain.turnover_figures import support_figures, tenure_figures, turnover_figures

Figure = Estimate | NoEstimate
Table = TypeVar("Table")

DIGITS = 6
"""Significant digits in which figures are recorded."""


def world_figures(tables: WorldTables, *, states: Sequence[str] = ()) -> tuple[Figure, ...]:
    """Return every figure, in a fixed order; a `NoEstimate` where the tables cannot carry one.

    ``states`` are the ISO codes of those whose leaders' time in office is wanted.
    """
    a, s, d, leaders = tables.alliances, tables.support, tables.depth, tables.archigos
    two = ("alliances", "support")
    parts: list[tuple[str, tuple[str, ...], Callable[[], Sequence[Figure]]]] = [
        ("treaties.hazard_ratio", two, lambda: violation_figures(_there(a), _there(s))),
        ("treaties.review", two, lambda: review_figures(_there(a), _there(s))),
        ("treaties.hazard_ratio.depth", (*two, "depth"),
         lambda: depth_figures(_there(a), _there(s), _there(d))),
        ("treaties.survival", ("alliances",), lambda: survival_figures(_there(a))),
        ("support", ("support",), lambda: support_figures(_there(s))),
        ("turnover", ("support",), lambda: turnover_figures(_there(s))),
        ("tenure", ("archigos",), lambda: tenure_figures(_there(leaders), states)),
    ]  # fmt: skip
    found: list[Figure] = []
    for name, needed, compute in parts:
        missing = [TABLE_WORDS[field] for field in needed if getattr(tables, field) is None]
        if missing:
            reason = f"{name}: needs {' and '.join(missing)}. Put it into the folder of tables."
            found.append(NoEstimate(name, name, reason))
            continue
        try:
            found += compute()
        except NotEstimableError as error:
            found.append(NoEstimate(name, name, str(error)))
    return tuple(found)


@cache
def recorded_figures() -> tuple[Estimate, ...]:
    """Return the figures recorded with the package."""
    text = files("comity.explain").joinpath("figures.toml").read_text(encoding="utf-8")
    return tuple(
        Estimate(**{**row, "sources": tuple(row["sources"])})
        for row in tomllib.loads(text)["figure"]
    )


def figures_text(figures: Sequence[Figure]) -> str:
    """Return figures as they are recorded, in TOML; those that could not be given are comments."""
    lines = [
        "# Figures that comity computed from public tables which it may not pass on.",
        "# Written by benchmarks/treaties.py --write; a test computes them anew.",
    ]
    for figure in figures:
        if isinstance(figure, NoEstimate):
            lines += ["", f"# {figure.name}: no figure. {figure.reason}"]
            continue
        lines += ["", "[[figure]]"]
        lines += [f"{one.name} = {_written(getattr(figure, one.name))}" for one in fields(figure)]
    return "\n".join(lines) + "\n"


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(part) for part in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    number = float(f"{float(value):.{DIGITS}g}")  # type: ignore[arg-type]
    return f"{number!r}"


def _there(table: Table | None) -> Table:
    assert table is not None  # asked for before
    return table

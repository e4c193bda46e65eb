"""When the data cannot be asked: short records, still drivers, drivers that move together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import DriverPanel
from comity.core.evidence import RelationEvidence
from comity.explain.columns import Columns
from comity.explain.panel_model import LikelihoodSums
from comity.explain.thresholds import threshold

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST_ACTS = 5
"""Acts on either side of a switch before it can be called separated by it; ASSUMED."""


def record_refusal(evidence: RelationEvidence) -> str:
    """Return why a record is too short to explain anything, or nothing."""
    n_months = len(evidence.months) * evidence.period_months
    n_heard = len(evidence.time)
    months, factors = int(threshold("least_months")), int(threshold("least_factors"))
    if n_months < months:
        return (
            f"The record has {n_months} months, and an explanation needs {months} or more. Start "
            "the case earlier (first_month in case.toml) or let stored events join it (--store)."
        )
    if n_heard < factors:
        return (
            f"Acts are recorded in {n_heard} pair-months, and an explanation needs {factors} or "
            "more. Add rows to events.csv or let stored events join them (--store)."
        )
    return ""


def driver_refusals(
    panel: DriverPanel,
    evidence: RelationEvidence,
    cooperative: Ints | None = None,
    conflictual: Ints | None = None,
) -> dict[str, str]:
    """Return why a driver cannot be estimated, by name; drivers that can be are not listed.

    ``cooperative`` and ``conflictual`` are acts by pair and month, where they are known.
    """
    short = record_refusal(evidence)
    heard = np.zeros((panel.index.n_dyads, len(panel.months)), bool)
    heard[evidence.pair, evidence.time] = True
    out: dict[str, str] = {}
    for item in panel.drivers:
        found = item.missing or short or _still(item.values, heard)
        if not found and cooperative is not None and conflictual is not None:
            found = _separated(item.values, cooperative, conflictual)
        if found:
            out[item.name] = found
    return out


def _still(values: Floats, heard: NDArray[np.bool_]) -> str:
    """Return why a driver that does not move cannot be estimated, or nothing.

    Only a pair with acts before and after a move can show what the move did.
    """
    moves = np.ptp(values, axis=1) > 1e-9
    if not moves.any():
        return (
            f"It has the same value in every month of each of the {len(values)} pairs, so that "
            "nothing can be set beside it. Lengthen the record until it moves, or leave it to its "
            "prior."
        )
    for k in np.flatnonzero(moves):
        times = np.flatnonzero(heard[k])
        if len(times) > 1 and np.ptp(values[k, times[0] : times[-1]]) > 1e-9:
            return ""
    return (
        f"It moves in {int(moves.sum())} pairs, and none of them has acts both before and after a "
        "move. Add acts of these pairs, or let stored events join the record (--store)."
    )


def _separated(values: Floats, cooperative: Ints, conflictual: Ints) -> str:
    """Return why a switch that parts the acts completely cannot be estimated, or nothing."""
    levels = np.unique(values)
    if len(levels) != 2:
        return ""
    moving = np.ptp(values, axis=1) > 0
    on = (values == levels[1])[moving]
    good, bad = cooperative[moving], conflictual[moving]
    counts = np.array([[side[state].sum() for side in (good, bad)] for state in (on, ~on)])
    total = counts.sum(axis=1)
    if (total < LEAST_ACTS).any():
        return ""
    shares = counts[:, 0] / total
    if set(shares.tolist()) != {0.0, 1.0}:
        return ""
    warm = "on" if shares[0] == 1 else "off"
    return (
        f"The acts are separated: all {int(total[0])} acts while it was on and all {int(total[1])} "
        f"while it was off are of one kind each (cooperative while {warm}), so that no slope is "
        "too steep. Add acts that were overlooked, or record the driver in steps rather than on "
        "and off."
    )


def collinear_drivers(sums: LikelihoodSums) -> dict[str, str]:
    """Return which columns cannot be told from the others, with the one most like each, by name.

    A column is collinear when the information that is left to it beside the others, taken without
    their priors, is below the convention ``collinear`` of what it has alone.
    """
    whole = sums.information.mean(axis=0)
    scale = np.sqrt(np.maximum(np.diag(whole), 1e-300))
    alike = whole / np.outer(scale, scale)
    out: dict[str, str] = {}
    for c, name in enumerate(sums.names):
        others = np.arange(len(sums.names)) != c
        if not others.any() or whole[c, c] <= 1e-9:
            continue
        block = alike[np.ix_(others, others)]
        fitted = np.linalg.lstsq(block, alike[others, c], rcond=1e-10)[0]
        own = 1 - float(fitted @ alike[others, c])
        if own < threshold("collinear"):
            out[name] = sums.names[int(np.argmax(np.where(others, np.abs(alike[c]), -1)))]
    return out


def collinear_words(partner: str) -> str:
    """Return what to do about a driver that moves with another, named by its words."""
    return (
        f"It moves together with another driver ({partner}), and the record cannot tell them "
        "apart. Leave one of the two out, or add months in which they part."
    )


def kept_columns(columns: Columns, names: set[str]) -> Columns:
    """Return columns less the named ones."""
    for name in names:
        if name in columns.names:
            columns = columns.without(name)
    return columns

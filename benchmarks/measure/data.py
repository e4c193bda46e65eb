"""The public event data the comparisons read, as acts by directed dyad, period and quad class."""

from __future__ import annotations

import csv
import gzip
import os
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comity.core.states import StateIndex

CLASSES = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")
FIRST_YEAR, LAST_YEAR = 2002, 2011
FIRST_MONTH_YEAR, N_MONTHS = 2005, 132
STICKS = {1: ((0, 1), (2, 3)), 2: ((1,), (0,)), 3: ((3,), (2,))}
STICK_NAMES = {
    1: "cooperative among all", 2: "material among cooperative", 3: "material among conflictual",
}  # fmt: skip


def folder() -> Path | None:
    """Return the data folder, or None after saying that there is none."""
    default = Path(__file__).parents[3] / "shared" / "data"
    found = Path(os.environ.get("COMITY_DATA", default))
    if found.is_dir():
        return found
    print("no data folder; name one in the variable COMITY_DATA")
    return None


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dyad_years(where: Path, n_states: int | None = None) -> tuple[StateIndex, NDArray[np.int64]]:
    """Return states and acts, (directed_dyad, year, quad_class).

    With ``n_states`` only those with most events, as source and as target together, counted over
    the whole file. Without, every state that is ever a source.
    """
    rows = _rows(where / "icews_dyad_year_2002_2011.csv.gz")
    events: Counter[str] = Counter()
    for row in rows:
        n = sum(int(row[name]) for name in CLASSES)
        events[row["source"]] += n
        events[row["target"]] += n
    sources = {row["source"] for row in rows}
    ranked = [state for state, _ in events.most_common()]
    index = StateIndex(sources if n_states is None else ranked[:n_states])
    acts = np.zeros((index.n_directed, LAST_YEAR - FIRST_YEAR + 1, len(CLASSES)), np.int64)
    kept = set(index)
    for row in rows:
        if row["source"] in kept and row["target"] in kept:
            directed = index.directed_number(row["source"], row["target"])
            acts[directed, int(row["year"]) - FIRST_YEAR] += [int(row[name]) for name in CLASSES]
    return index, acts


def dyad_months(where: Path) -> tuple[StateIndex, NDArray[np.int64]]:
    """Return the six states and their acts, (directed_dyad, month, quad_class)."""
    rows = _rows(where / "icews_events_2005_2015.csv.gz")
    index = StateIndex({row["source_state"] for row in rows})
    acts = np.zeros((index.n_directed, N_MONTHS, len(CLASSES)), np.int64)
    for row in rows:
        month = (int(row["date"][:4]) - FIRST_MONTH_YEAR) * 12 + int(row["date"][5:7]) - 1
        directed = index.directed_number(row["source_state"], row["target_state"])
        acts[directed, month, int(row["quad_class"]) - 1] += 1
    return index, acts


def stick_of(acts: NDArray[np.int64], stick: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return successes and failures of a stick, (directed_dyad, time) each."""
    good, bad = (acts[..., list(classes)].sum(axis=-1) for classes in STICKS[stick])
    return good, bad

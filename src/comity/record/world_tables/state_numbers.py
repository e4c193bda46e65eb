"""Correlates of War numbers of states with their ISO 3166 codes, from the table in the package."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import numpy as np

from comity.core.world_tables import StateNumbers


@cache
def load_state_numbers() -> StateNumbers:
    """Return which number goes with which ISO 3166 code (3166-3 for former states), by years."""
    path = files("comity.record").joinpath("tables").joinpath("state_numbers.csv")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    return StateNumbers(
        ccode=np.array([int(row["ccode"]) for row in rows], np.int64),
        iso3=tuple(row["iso3"] for row in rows),
        first_year=np.array([int(row["first_year"] or 0) for row in rows], np.int64),
        last_year=np.array([int(row["last_year"] or 9999) for row in rows], np.int64),
    )

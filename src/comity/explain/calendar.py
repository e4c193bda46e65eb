"""The calendar as a design: what moves a driver because of the month of the year alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import DesignPart

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
YEAR = 12
NAME = "calendar"
LEAST_YEARS = 4
"""Years of record below which no month of the year has a profile; ASSUMED."""


def calendar_part(values: Floats, months: Ints) -> tuple[DesignPart, float]:
    """Return the part of a driver that anniversaries set, and how strongly they set it.

    Parameters
    ----------
    values
        The driver, (dyad, time).
    months
        Months since 1970-01, (time,), one after the other.

    Returns
    -------
    part
        Fitted values of the first stage, 0 for pairs whose driver never moves.
    first_stage
        F of the first stage, clustered by pair and year; 0 where the record is too short for it.

    Notes
    -----
    In every pair the driver is taken relative to its mean of the calendar year. What the same month
    brought in the *other* years is the instrument: a quarrel that broke out once, in some August,
    predicts nothing of its own August, while a yearly anniversary does.
    """
    year = (months - months[0] + months[0] % YEAR) // YEAR
    calendar = months % YEAR
    n_years = int(year.max()) + 1
    moved, instrument = np.zeros(values.shape), np.zeros(values.shape)
    for each in range(n_years):
        now = year == each
        moved[:, now] = values[:, now] - values[:, now].mean(axis=1, keepdims=True)
    for month in range(YEAR):
        same = calendar == month
        total, n = moved[:, same].sum(axis=1, keepdims=True), int(same.sum())
        if n > 1:
            instrument[:, same] = (total - moved[:, same]) / (n - 1)
    moving = np.ptp(values, axis=1) > 1e-9
    slope, first_stage = 0.0, 0.0
    if n_years >= LEAST_YEARS and moving.any():
        slope, first_stage = _first_stage(moved[moving], instrument[moving], year)
    part = DesignPart(
        name=NAME,
        words="fixed dates of the calendar",
        grade="A",
        assumption="the month of the year moves the relation in no other way",
        values=max(slope, 0.0) * instrument,
        n_events=n_years * int(moving.sum()),
    )
    return part, first_stage


def _first_stage(moved: Floats, instrument: Floats, year: Ints) -> tuple[float, float]:
    """Return slope and F of the driver on its instrument, clustered by pair and year."""
    square = float((instrument**2).sum())
    if square < 1e-12:
        return 0.0, 0.0
    slope = float((instrument * moved).sum()) / square
    residual = instrument * (moved - slope * instrument)
    clusters = np.array([residual[:, year == each].sum(axis=1) for each in np.unique(year)])
    variance = float((clusters**2).sum()) / square**2
    return slope, slope**2 / variance if variance > 0 and slope > 0 else 0.0

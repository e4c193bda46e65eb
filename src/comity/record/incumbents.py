"""Who governs in which month, state by state and pair by pair."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.drivers import NOBODY
from comity.core.months import month_start

Ints = NDArray[np.int64]
FIXED_TERMS = ("one_term_president", "two_term_president")
ON_SCHEDULE = ("term_end", "election_loss")


def month_ends(case: Case) -> list[dt.date]:
    """Return the last day of every recorded month, of the last month ``as_of``."""
    return [
        min(month_start(int(month) + 1) - dt.timedelta(days=1), case.as_of) for month in case.months
    ]


def incumbents(case: Case) -> Ints:
    """Return the row of ``case.governments`` in office at each month's end, (state, time).

    Of overlapping terms the one that started last counts, so that an acting head stands for the
    head. `NOBODY` where none is recorded.
    """
    days = month_ends(case)
    found = np.full((len(case.index), len(days)), NOBODY, np.int64)
    rows = sorted(range(len(case.governments)), key=lambda row: case.governments[row].start)
    for row in rows:
        government = case.governments[row]
        held = [
            government.start <= day and (government.end is None or day < government.end)
            for day in days
        ]
        found[case.index.number(government.state), np.array(held)] = row
    return found


def pair_governments(case: Case, office: Ints) -> tuple[Ints, tuple[tuple[str, ...], ...]]:
    """Return the pair of governments of every dyad and month, numbered within it, and their names.

    Numbers follow the order in which the pairs of governments came together; a pair that meets
    again keeps its number. `NOBODY` where one of the two states has nobody recorded in office.
    """
    number = np.full((case.index.n_dyads, office.shape[1]), NOBODY, np.int64)
    names: list[tuple[str, ...]] = []
    for dyad, (i, j) in enumerate(case.index.pairs):
        met: dict[tuple[int, int], int] = {}
        for time, pair in enumerate(zip(office[i], office[j], strict=True)):
            if NOBODY not in pair:
                number[dyad, time] = met.setdefault((int(pair[0]), int(pair[1])), len(met))
        leaders = [tuple(case.governments[row].leader for row in pair) for pair in met]
        names.append(tuple(f"{first} and {second}" for first, second in leaders))
    return number, tuple(names)


def scheduled_changes(case: Case, office: Ints) -> NDArray[np.bool_]:
    """Return whether a new government came in a month because the calendar said so, (state, time).

    That is where the office has a fixed term, the new head was elected, and the one before left at
    the end of the term or lost the vote. Acting heads never count.
    """
    is_scheduled = np.zeros(office.shape, bool)
    for number, entry in enumerate(case.entries):
        if entry.office not in FIXED_TERMS:
            continue
        for time in range(1, office.shape[1]):
            before, after = office[number, time - 1], office[number, time]
            if before == after or NOBODY in (before, after):
                continue
            old, new = case.governments[before], case.governments[after]
            is_scheduled[number, time] = (
                not (old.acting or new.acting)
                and new.entered == "election"
                and old.left in ON_SCHEDULE
            )
    return is_scheduled

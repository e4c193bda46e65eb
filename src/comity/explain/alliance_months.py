"""Alliances month by month, as the simulator reviews them: what changed in the last year.

Coding: an alliance-month counts where the table of leaders covers every member in its year. A
member's support changed if it did so in this month or the eleven before it; a change without a
month is put in the middle of its year. Regimes are those of the year of the change, a year of
transition counting as no democracy, since the simulator knows no third regime. A violation in an
unknown month is spread over the months of its year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError
from comity.core.world_tables import VIOLATED, Alliances, SupportYears

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WINDOW_MONTHS = 12
_MIDYEAR, _MONTHS = 7, 12
_Changes = dict[tuple[int, int], tuple[bool, list[int]]]


@dataclass(frozen=True)
class AllianceMonths:
    """One row an alliance and month; members are counted, as in the simulator."""

    alliance: Ints  # (row,)                   atopid
    year: Ints  # (row,)
    violated: Floats  # (row,)                 1, or a share where the month is not known
    democracies: Floats  # (row,)              share of the members that are democracies
    changed_nondemocracies: Floats  # (row,)   members whose support changed
    changed_democracies: Floats  # (row,)
    all_democracies: Floats  # (row,)


def alliance_months(
    alliances: Alliances, support: SupportYears, *, first: int = 1946, last: int = 2008
) -> AllianceMonths:
    """Return the months of bilateral alliances in which every member is covered.

    Raises
    ------
    NotEstimableError
        No alliance-month is covered by both tables.
    """
    changes = _dated_changes(support)
    blocks: list[Floats] = []
    for number in np.flatnonzero(alliances.is_bilateral):
        blocks += _blocks(alliances, int(number), support, changes, first, last)
    if not blocks:
        raise NotEstimableError(
            f"alliances: both tables must cover some bilateral alliance in {first} to {last}; "
            "found none. Check that the two files are about the same years and states."
        )
    table = np.concatenate(blocks)
    return AllianceMonths(
        table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), *table[:, 2:].T
    )


def _dated_changes(support: SupportYears) -> _Changes:
    """Return, by state and year with a change, whether it is a democracy and the months."""
    found: _Changes = {}
    for row in np.flatnonzero(support.n_support_changes > 0):
        months = [month for month in support.change_months[row] if month > 0]
        key = int(support.ccode[row]), int(support.year[row])
        found[key] = bool(support.is_democracy[row] == 1), months or [_MIDYEAR]
    return found


def _blocks(
    alliances: Alliances, number: int, support: SupportYears, changes: _Changes,
    first: int, last: int,
) -> list[Floats]:  # fmt: skip
    """Return the rows of one alliance, a block a year."""
    states = alliances.members[number]
    begin, end = alliances.begin[number], alliances.end[number]
    final = int(end[0]) or last
    blocks: list[Floats] = []
    for year in range(max(first, int(begin[0])), min(last, final) + 1):
        rows = [support.row_of.get((state, year)) for state in states]
        if None in rows:
            continue
        dem = np.mean([support.is_democracy[row] == 1 for row in rows])
        ended = int(end[1]) if year == end[0] and end[1] > 0 else 0
        until = ended or _MONTHS
        since = min(int(begin[1]), until) if year == begin[0] and begin[1] > 0 else 1
        months = np.arange(since, until + 1)
        is_broken = year == end[0] and alliances.ending[number] == VIOLATED
        share = (months == ended) if ended else np.full(len(months), 1 / len(months))
        changed = _changed_members(states, year, months, changes)
        block = np.column_stack(
            [
                np.full(len(months), alliances.atopid[number]), np.full(len(months), year),
                is_broken * share, np.full(len(months), dem), changed,
                np.full(len(months), dem == 1),
            ]
        ).astype(float)  # fmt: skip
        blocks.append(block)
    return blocks


def _changed_members(states: tuple[int, ...], year: int, months: Ints, changes: _Changes) -> Floats:
    """Return members that changed as a nondemocracy and as a democracy by month, (month, 2)."""
    count = np.zeros((len(months), 2))
    for state in states:
        changed = np.zeros((len(months), 2), bool)
        for when in (year - 1, year):
            is_democracy, dates = changes.get((state, when), (False, []))
            for month in dates:
                since = _MONTHS * (year - when) + months - month
                changed[:, int(is_democracy)] |= (since >= 0) & (since < WINDOW_MONTHS)
        count += changed
    return count

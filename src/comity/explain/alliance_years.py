"""Alliances year by year, with what changed in their members: rows for a hazard regression.

Coding, in one place: an alliance-year counts where the table of leaders covers both of the first
two members that year (an alliance between two sides may have more). A member's support changed if
its source of leader support did so in this calendar year or the last; the change is a democratic
or a nondemocratic one by the regime of its own year, and neither in a year of transition. All
members are democracies where each is coded so this year. An alliance is violated in the year in
which ATOP ends it so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError
from comity.core.world_tables import VIOLATED, Alliances, SupportYears

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GROUPS = ("none", "democratic", "nondemocratic")
"""What changed in the two years, the nondemocratic change first where there are both."""

_DEMOCRACY, _NONDEMOCRACY = 1, 0


@dataclass(frozen=True)
class AllianceYears:
    """One row an alliance and year."""

    alliance: Ints  # (row,)                 atopid
    year: Ints  # (row,)
    age_years: Floats  # (row,)              0 in the first year
    violated: Floats  # (row,)               1 in the year of a violation
    changed_nondemocracy: Floats  # (row,)   1 where a nondemocracy's support changed
    changed_democracy: Floats  # (row,)
    democracies: Floats  # (row,)            share of the members that are democracies
    all_democracies: Floats  # (row,)        1 where every member is one
    members: tuple[Ints, Ints]  # (row,) each

    @property
    def n_alliances(self) -> int:
        """Number of alliances with at least one row."""
        return len(np.unique(self.alliance))

    @property
    def group(self) -> NDArray[np.str_]:
        """What changed, one of GROUPS, (row,)."""
        first = np.where(self.changed_democracy > 0, "democratic", "none")
        return np.where(self.changed_nondemocracy > 0, "nondemocratic", first)

    def years(self, first: int, last: int) -> AllianceYears:
        """Return the rows of some years, both ends included."""
        kept = (self.year >= first) & (self.year <= last)
        names = (
            "alliance", "year", "age_years", "violated", "changed_nondemocracy",
            "changed_democracy", "democracies", "all_democracies",
        )  # fmt: skip
        one, other = self.members
        return AllianceYears(
            **{name: getattr(self, name)[kept] for name in names}, members=(one[kept], other[kept])
        )


def alliance_years(
    alliances: Alliances,
    support: SupportYears,
    *,
    first: int | None = None,
    last: int | None = None,
    with_wartime: bool = True,
) -> AllianceYears:
    """Return the years of bilateral alliances in which both members are covered.

    Parameters
    ----------
    alliances, support
        The two tables.
    first, last
        Years that count, both ends included; those that the table of leaders covers when absent.
    with_wartime
        Whether alliances made during a war for that war count.

    Raises
    ------
    NotEstimableError
        No alliance-year is covered by both tables.
    """
    first = int(support.year.min()) if first is None else first
    last = int(support.year.max()) if last is None else last
    rows: list[tuple[float, ...]] = []
    for number in np.flatnonzero(alliances.is_bilateral):
        if alliances.is_wartime[number] and not with_wartime:
            continue
        one, other = alliances.members[number][:2]
        begin, end = int(alliances.begin[number, 0]), int(alliances.end[number, 0])
        is_broken = alliances.ending[number] == VIOLATED
        for year in range(max(first, begin), min(last, end or last) + 1):
            regimes = [_regime(support, state, year) for state in (one, other)]
            if None in regimes:
                continue
            changed = _changes(support, (one, other), year)
            dem = [regime == _DEMOCRACY for regime in regimes]
            rows.append(
                (
                    alliances.atopid[number], year, year - begin, is_broken and year == end,
                    _NONDEMOCRACY in changed, _DEMOCRACY in changed, sum(dem) / len(dem), all(dem),
                    one, other,
                )
            )  # fmt: skip
    if not rows:
        raise NotEstimableError(
            f"alliances: both tables must cover some bilateral alliance in {first} to {last}; "
            "found none. Check that the two files are about the same years and states."
        )
    table = np.array(rows, float)
    whole = table.astype(np.int64)
    return AllianceYears(
        alliance=whole[:, 0], year=whole[:, 1], age_years=table[:, 2], violated=table[:, 3],
        changed_nondemocracy=table[:, 4], changed_democracy=table[:, 5], democracies=table[:, 6],
        all_democracies=table[:, 7], members=(whole[:, 8], whole[:, 9]),
    )  # fmt: skip


def _regime(support: SupportYears, state: int, year: int) -> int | None:
    row = support.row_of.get((state, year))
    return None if row is None else int(support.is_democracy[row])


def _changes(support: SupportYears, states: tuple[int, int], year: int) -> set[int]:
    """Return the regimes in which a member's support changed in this year or the last."""
    found: set[int] = set()
    for state in states:
        for when in (year - 1, year):
            row = support.row_of.get((state, when))
            if row is not None and support.n_support_changes[row] > 0:
                found.add(int(support.is_democracy[row]))
    return found

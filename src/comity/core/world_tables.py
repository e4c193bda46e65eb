"""Public tables about all states, as the record room hands them on: treaties, support, leaders.

States are Correlates of War numbers (`ccode`) where a table has them, since many of its states
have no ISO 3166 code; `StateNumbers` joins the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ConfigError, ShapeError, nearest_match

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]

UNCODED = -1
"""A provision, regime or date part that the table leaves open."""

IN_FORCE, COMPLETED, VIOLATED, RENEGOTIATED = 0, 1, 2, 3
"""Ways in which ATOP lets an alliance end; IN_FORCE with a year of end: a member lost its state."""


@dataclass(frozen=True)
class Alliances:
    """Alliances of ATOP, one row each. Dates are year, month, day; 0 where not known.

    ``end`` has year 0 where the alliance stood when the table closed in ``last_year``.
    """

    atopid: Ints  # (alliance,)
    begin: Ints  # (alliance, 3)
    end: Ints  # (alliance, 3)
    ending: Ints  # (alliance,)              IN_FORCE, COMPLETED, VIOLATED or RENEGOTIATED
    is_bilateral: Bools  # (alliance,)
    is_wartime: Bools  # (alliance,)         made during a war for that war
    members: tuple[tuple[int, ...], ...]  # ccodes by alliance
    provisions: Mapping[str, Ints]  # (alliance,) by ATOP's column name; UNCODED where open
    last_year: int
    version: str

    def __post_init__(self) -> None:
        n = len(self.atopid)
        _check_rows(
            "Alliances", n, self.begin, self.end, self.ending, self.is_bilateral, self.members
        )

    def provision(self, name: str) -> Ints:
        """Return a provision by ATOP's column name; ConfigError names the nearest one."""
        return _provision(self.provisions, name)


@dataclass(frozen=True)
class AllianceMembers:
    """Spells of membership of ATOP: one row a member, alliance and phase of it."""

    atopid: Ints  # (spell,)
    ccode: Ints  # (spell,)
    entry: Ints  # (spell, 3)                year, month, day
    exit: Ints  # (spell, 3)                 year 0: still a member when the table closed
    provisions: Mapping[str, Ints]  # (spell,)
    version: str

    def __post_init__(self) -> None:
        _check_rows("AllianceMembers", len(self.atopid), self.ccode, self.entry, self.exit)

    def provision(self, name: str) -> Ints:
        """Return a provision by ATOP's column name; ConfigError names the nearest one."""
        return _provision(self.provisions, name)

    def in_force(self, year: int) -> Bools:
        """Whether each spell had begun by the end of a year and lasted beyond it, (spell,)."""
        left = (self.exit[:, 0] > 0) & (self.exit[:, 0] <= year)
        return (self.entry[:, 0] <= year) & ~left


@dataclass(frozen=True)
class SupportYears:
    """State-years of CHISOLS: who led, and whether the source of leader support changed.

    A state may be of several ``kinds`` at once: hybrids carry those they mix.
    """

    ccode: Ints  # (state_year,)
    year: Ints  # (state_year,)
    is_democracy: Ints  # (state_year,)       1, 0, or UNCODED in a year of transition
    kinds: Mapping[str, Bools]  # (state_year,) by KINDS
    n_leader_changes: Ints  # (state_year,)
    n_support_changes: Ints  # (state_year,)  lasting over 30 days, minor ones left out
    leaders: tuple[tuple[str, ...], ...]  # in order of office
    change_months: tuple[tuple[int, ...], ...]  # of changes of support; 0 where not dated
    version: str

    def __post_init__(self) -> None:
        n = len(self.ccode)
        _check_rows(
            "SupportYears", n, self.year, self.is_democracy, self.leaders, *self.kinds.values()
        )

    @cached_property
    def row_of(self) -> dict[tuple[int, int], int]:
        """Row of each (ccode, year)."""
        keys = zip(self.ccode.tolist(), self.year.tolist(), strict=True)
        return {key: row for row, key in enumerate(keys)}


KINDS = (
    "single_party", "personalist", "military", "indirect_military", "monarchy", "warlord",
    "oligarchy", "hybrid", "other", "parliamentary", "presidential", "mixed",
)  # fmt: skip
"""Kinds of regime that CHISOLS tells apart; the last three are democracies."""


@dataclass(frozen=True)
class Leaders:
    """Spells of leaders in office, by state and start.

    ``end`` is the day after which the leader no longer governed; where ``is_in_office``, the day on
    which the table closed.
    """

    state: NDArray[np.str_]  # (spell,)      ISO 3166 alpha-3, "" where the number has no code
    leader: NDArray[np.str_]  # (spell,)
    start: Days  # (spell,)
    end: Days  # (spell,)
    is_in_office: Bools  # (spell,)
    how_left: NDArray[np.str_]  # (spell,)   as the table writes it, "" where it does not say
    source: str  # a key of comity.core.sources

    def __post_init__(self) -> None:
        n = len(self.state)
        _check_rows("Leaders", n, self.leader, self.start, self.end, self.is_in_office)


@dataclass(frozen=True)
class DepthScores:
    """Scores of alliance treaties by Benson and Clinton; standardized, larger is deeper, wider."""

    atopid: Ints  # (alliance,)
    depth: Floats  # (alliance,)
    scope: Floats  # (alliance,)
    capacity: Floats  # (alliance,)          potential military capacity

    def __post_init__(self) -> None:
        _check_rows("DepthScores", len(self.atopid), self.depth, self.scope, self.capacity)


@dataclass(frozen=True)
class WorldTables:
    """The public tables that somebody has, None for each one that is missing."""

    alliances: Alliances | None = None
    members: AllianceMembers | None = None
    support: SupportYears | None = None
    depth: DepthScores | None = None
    archigos: Leaders | None = None
    reign: Leaders | None = None


TABLE_WORDS = {
    "alliances": "the alliance-level table of ATOP",
    "members": "the member-level table of ATOP",
    "support": "the state-year table of CHISOLS",
    "depth": "the alliance scores by Benson and Clinton",
    "archigos": "the leader table of Archigos",
    "reign": "the leader list of REIGN",
}
"""What each field of `WorldTables` is, in words."""


@dataclass(frozen=True)
class StateNumbers:
    """Which Correlates of War number goes with which ISO 3166 alpha-3 code, and in which years."""

    ccode: Ints  # (row,)
    iso3: tuple[str, ...]  # (row,)
    first_year: Ints  # (row,)
    last_year: Ints  # (row,)

    @cached_property
    def _rows(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for row, number in enumerate(self.ccode.tolist()):
            found.setdefault(number, []).append(row)
        return found

    def iso(self, ccode: int, year: int) -> str:
        """Return the ISO code of a numbered state in a year, "" where it had none."""
        for row in self._rows.get(ccode, ()):
            if self.first_year[row] <= year <= self.last_year[row]:
                return self.iso3[row]
        return ""

    def is_known(self, ccode: int) -> bool:
        """Whether the number is one of a state that had a code in some year."""
        return ccode in self._rows


def _provision(provisions: Mapping[str, Ints], name: str) -> Ints:
    if name not in provisions:
        hint = nearest_match(name, provisions)
        raise ConfigError(
            f'provisions: must be a column of ATOP that was read; found "{name}". {hint}'.rstrip()
        )
    return provisions[name]


def _check_rows(what: str, n: int, *columns: NDArray[np.generic] | tuple[object, ...]) -> None:
    lengths = [len(column) for column in columns]
    if any(length != n for length in lengths):
        raise ShapeError(
            f"{what} needs {n} rows in every column; found {', '.join(map(str, lengths))}. "
            "Give every row all columns."
        )

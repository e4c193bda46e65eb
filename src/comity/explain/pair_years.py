"""Pairs of states year by year: tone of what they did to each other, and how noisy it is.

Tone is log((C + ½) / (F + ½)), C cooperative and F conflictual acts of both directions; larger is
warmer. With n acts, a year's tone has the noise variance

    v = 1 / (n* p (1 - p)),   n* = n (1 + κ) / (n + κ)

p the pair's own share over all years and κ the concentration of acts within a year: more acts tell
less and less once a year's mix is known. p is not the year's own share, so that an odd year does
not count as a noisy one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from comity.core.class_counts import ClassCounts
from comity.core.errors import NotEstimableError
from comity.core.world_tables import AllianceMembers, StateNumbers, SupportYears

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CONCENTRATION = 49.0
"""κ of the cooperative share within a year, fitted on world panels by year (ICEWS 2002-2011)."""

_EPOCH, _YEAR_MONTHS = 1970, 12


@dataclass(frozen=True)
class PairYears:
    """Acts of all pairs of some states by year; states are sorted by ISO code."""

    codes: tuple[str, ...]
    years: Ints  # (time,)
    pairs: Ints  # (pair, 2)                positions of the two states, first < second
    cooperative: Ints  # (pair, time)       both directions
    conflictual: Ints  # (pair, time)
    directed_cooperative: Ints  # (state, state, time)   source, target
    directed_conflictual: Ints  # (state, state, time)

    @property
    def volume(self) -> Ints:
        """Acts of both directions, (pair, time)."""
        return self.cooperative + self.conflictual

    @property
    def tone(self) -> Floats:
        """Tone of both directions, (pair, time); 0 without acts."""
        return tone_of(self.cooperative, self.conflictual)

    @cached_property
    def noise_variance(self) -> Floats:
        """Noise variance of the tone, (pair, time); infinite without acts."""
        n = self.volume.astype(float)
        share = (self.cooperative.sum(axis=1) + 0.5) / (n.sum(axis=1) + 1)
        with np.errstate(divide="ignore"):
            effective = np.where(n > 0, n * (1 + CONCENTRATION) / (n + CONCENTRATION), 0.0)
            return 1 / (effective * (share * (1 - share))[:, None])

    def directed_tone(self, source: str) -> Floats:
        """Return the tone of a state toward every other, (state, time).

        Raises
        ------
        NotEstimableError
            The acts have no such state.
        """
        if source not in self.codes:
            raise NotEstimableError(
                f"acts of {source}: the state must occur in the events; found none of it among "
                f"{len(self.codes)} states. Use events that cover it."
            )
        row = self.codes.index(source)
        return tone_of(self.directed_cooperative[row], self.directed_conflictual[row])


def tone_of(cooperative: NDArray[np.generic], conflictual: NDArray[np.generic]) -> Floats:
    """Return log((C + ½) / (F + ½)); larger is warmer."""
    return np.log((np.asarray(cooperative, float) + 0.5) / (np.asarray(conflictual, float) + 0.5))


def pair_years(counts: ClassCounts) -> PairYears:
    """Return the acts of every pair by year, all sources of events together.

    Raises
    ------
    NotEstimableError
        The counts are not by year.
    """
    if counts.period_months != _YEAR_MONTHS:
        raise NotEstimableError(
            f"tone by year needs counts by 12 months; found counts by {counts.period_months}. "
            "Count the events with period_months=12."
        )
    n, n_years = len(counts.index), len(counts.months)
    source, rest = np.divmod(counts.directed, n - 1)
    target = rest + (rest >= source)
    directed = np.zeros((2, n, n, n_years), np.int64)
    for part, acts in enumerate((counts.cooperative, counts.conflictual)):
        np.add.at(directed[part], (source, target, counts.time), acts)
    pairs = np.column_stack(np.triu_indices(n, 1)).astype(np.int64)
    both = directed + directed.transpose(0, 2, 1, 3)
    own = both[:, pairs[:, 0], pairs[:, 1]]
    return PairYears(
        codes=counts.index.codes, years=_EPOCH + counts.months // _YEAR_MONTHS, pairs=pairs,
        cooperative=own[0], conflictual=own[1],
        directed_cooperative=directed[0], directed_conflictual=directed[1],
    )  # fmt: skip


def support_changes(
    support: SupportYears, numbers: StateNumbers, codes: tuple[str, ...], years: Ints
) -> tuple[Bools, Bools, Bools]:
    """Return where support is recorded, changed in a nondemocracy, and in a democracy.

    Each (state, year). A change in a year of transition is in neither.
    """
    place = {code: row for row, code in enumerate(codes)}
    shape = len(codes), len(years)
    covered, non, dem = (np.zeros(shape, bool) for _ in range(3))
    for (ccode, year), row in support.row_of.items():
        when = year - int(years[0])
        state = place.get(numbers.iso(ccode, year), -1)
        if state < 0 or not 0 <= when < len(years):
            continue
        covered[state, when] = True
        if support.n_support_changes[row] > 0:
            non[state, when] |= support.is_democracy[row] == 0
            dem[state, when] |= support.is_democracy[row] == 1
    return covered, non, dem


def shared_provision(
    members: AllianceMembers,
    numbers: StateNumbers,
    codes: tuple[str, ...],
    years: Ints,
    holds: Bools,
) -> Bools:
    """Return whether two states are in one alliance whose spells both hold, (state, state, year).

    ``holds``, (spell,), says which spells count: by their obligations, or all of them.
    """
    place = {code: row for row, code in enumerate(codes)}
    found = np.zeros((len(codes), len(codes), len(years)), bool)
    for when, year in enumerate(years.tolist()):
        live = members.in_force(year) & holds
        inside: dict[int, set[int]] = {}
        for row in np.flatnonzero(live):
            state = place.get(numbers.iso(int(members.ccode[row]), year), -1)
            if state >= 0:
                inside.setdefault(int(members.atopid[row]), set()).add(state)
        for group in inside.values():
            rows = np.array(sorted(group))
            found[rows[:, None], rows, when] = True
    states = np.arange(len(codes))
    found[states, states] = False
    return found

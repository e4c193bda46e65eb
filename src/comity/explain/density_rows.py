"""Rows for the question whether density of contact dampens the shock of a change of government.

A row is a pair of states around a year t: how far its tone moved from t - 1 to t + 1, whether a
member's source of leader support changed in t, and how dense their treaties were in t - 1. Density
is the mean of two yes-or-no provisions of the alliances that both belong to: a named organization
(ATOP `organ1` or `organ2` 2 or more) and a duty to consult in a crisis (`consul`): 0, ½ or 1.
Counts of acts would be volume in disguise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError
from comity.core.world_tables import AllianceMembers, StateNumbers, SupportYears
from comity.explain.pair_years import PairYears, shared_provision, support_changes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEAST_ACTS = 10
"""Acts that both end years must have; ASSUMED, the page shows 30 and 50 beside it."""

LEAD = 2
"""Years by which a change is moved to see whether tone foretells it: the first that is unseen."""

_NAMED_BODY = 2
DENSITIES = ("provisions", "organization", "consultation", "alliance")


@dataclass(frozen=True)
class DensityRows:
    """One row a pair and year."""

    unit: Ints  # (row,)                 pair
    year: Ints  # (row,)
    members: tuple[Ints, Ints]  # (row,) each, positions of states
    moved: Floats  # (row,)              |change of tone|, logits
    noise: Floats  # (row,)              what noise alone would give on average, logits
    noise_variance: Floats  # (row,)     of the change of tone
    volume: Floats  # (row,)             change of log acts
    density: Floats  # (row,)            in the year before, 0 to 1
    when: Ints  # (row,)                 position of the year in `changed`
    changed: dict[str, Bools]  # (state, time) by regime: "nondemocracy", "democracy"
    n_states: int

    def changed_in(self, regime: str, *, lead: int = 0, states: Bools | None = None) -> Floats:
        """Return 1 where a member's support changed, ``lead`` years later, (row,).

        ``states`` replaces the recorded changes, as a permutation does.
        """
        table = self.changed[regime] if states is None else states
        when = self.when + lead
        inside = (when >= 0) & (when < table.shape[1])
        at = np.where(inside, when, 0)
        one, other = self.members
        return ((table[one, at] | table[other, at]) & inside).astype(float)

    def rows(self, kept: Bools) -> DensityRows:
        """Return some of the rows."""
        one, other = self.members
        names = ("unit", "year", "moved", "noise", "noise_variance", "volume", "density", "when")
        return DensityRows(
            members=(one[kept], other[kept]), changed=self.changed, n_states=self.n_states,
            **{name: getattr(self, name)[kept] for name in names},
        )  # fmt: skip


def density_rows(
    acts: PairYears,
    support: SupportYears,
    members: AllianceMembers,
    numbers: StateNumbers,
    *,
    density: str = "provisions",
    least_acts: int = LEAST_ACTS,
) -> DensityRows:
    """Return the rows.

    Parameters
    ----------
    acts, support, members, numbers
        Acts by pair and year, the tables of leader support and of alliance members, and the
        numbers that join their states.
    density
        "provisions" (both), or one part of it: "organization", "consultation", or "alliance" (any
        common alliance).
    least_acts
        Acts that the years before and after must have.

    Raises
    ------
    NotEstimableError
        No pair is seen around a year that the table of leaders covers.
    """
    covered, non, dem = support_changes(support, numbers, acts.codes, acts.years)
    dense = _density(acts, members, numbers, density)
    first, second = acts.pairs.T
    tone, volume, noise = acts.tone, acts.volume, acts.noise_variance
    found: list[tuple[Ints | Floats, ...]] = []
    for when in range(1, len(acts.years) - 1):
        before, after = when - 1, when + 1
        seen = (volume[:, before] >= least_acts) & (volume[:, after] >= least_acts)
        seen &= covered[first, when] & covered[second, when]
        pair = np.flatnonzero(seen)
        variance = noise[pair, before] + noise[pair, after]
        found.append(
            (
                pair, np.full(len(pair), when), np.abs(tone[pair, after] - tone[pair, before]),
                variance, np.log(volume[pair, after] / volume[pair, before]),
                dense[first[pair], second[pair], before],
            )
        )  # fmt: skip
    if not sum(len(block[0]) for block in found):
        raise NotEstimableError(
            "density of contact: some pair must have "
            f"{least_acts} acts a year around a year of the table of leaders; found none. Use "
            "events and leaders of the same years."
        )
    pair, when, moved, variance, volume_moved, density_before = (
        np.concatenate(column) for column in zip(*found, strict=True)
    )
    pair, when = pair.astype(np.int64), when.astype(np.int64)
    return DensityRows(
        unit=pair, year=acts.years[when], members=(first[pair], second[pair]), moved=moved,
        noise=np.sqrt(2 / np.pi * variance), noise_variance=variance, volume=volume_moved,
        density=density_before, when=when, changed={"nondemocracy": non, "democracy": dem},
        n_states=len(acts.codes),
    )  # fmt: skip


def _density(
    acts: PairYears, members: AllianceMembers, numbers: StateNumbers, density: str
) -> Floats:
    """Return density by state, state and year."""

    def shared(holds: Bools) -> Floats:
        found = shared_provision(members, numbers, acts.codes, acts.years, holds)
        return found.astype(float)

    everyone = np.ones(len(members.atopid), bool)
    if density == "alliance":
        return shared(everyone)
    bodies = [members.provisions[name] for name in ("organ1", "organ2")
              if name in members.provisions]  # fmt: skip
    organized = np.any([body >= _NAMED_BODY for body in bodies], axis=0) if bodies else ~everyone
    if density == "organization":
        return shared(organized)
    consulting = members.provision("consul") == 1
    if density == "consultation":
        return shared(consulting)
    return (shared(organized) + shared(consulting)) / 2

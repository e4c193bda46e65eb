"""The naive test of abandonment fear, and the placebo pairs that catch it.

Quasi-alliance theory (Cha 1999) says that two states guarded by the same hub quarrel less when the
hub's commitment weakens. The naive test regresses next year's tone between two partners of the hub
on the hub's own tone toward the two:

    tone_pair,t+1 = g_year + λ tone_pair,t + b (tone_hub->i,t + tone_hub->j,t) / 2 + error

A slope among partners looks like a finding. But who is on good terms with the hub is on good terms
with others, and what is in the news of one pair is in that of the next. The same regression over
pairs that have no common protector shows how much of the slope is that. Where they show it too,
fear of abandonment is not identified, whatever the slope among partners.

Partners have a defence pact with the hub (ATOP `defense`) in every year; a pair of one partner and
one outsider, or of two outsiders, cannot fear to be abandoned together. The matched placebo keeps
one partner of each pair and replaces the other by an outsider: the pair nearest in the hub's tone
to the two and in volume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError
from comity.core.world_tables import AllianceMembers, StateNumbers
from comity.explain.coefficients import Interval
from comity.explain.pair_years import PairYears, shared_provision
from comity.explain.within import Within, WithinFit, fit_within

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HUB_TONE, OWN_TONE = "hub tone", "own tone"
LEAST_ACTS = 10
"""Acts a pair must have in every year; ASSUMED."""

LEAST_PAIRS = 20
PARTNERS, MATCHED, ONE_PARTNER, OUTSIDERS = "partners", "matched", "one partner", "outsiders"
PLACEBOS = (MATCHED, ONE_PARTNER, OUTSIDERS)


@dataclass(frozen=True)
class GroupSlope:
    """The slope on the hub's tone over one group of pairs."""

    group: str
    n_pairs: int
    n_rows: int
    by_year: Interval  # year effects and last year's tone: the naive test
    within: Interval  # pair effects as well


@dataclass(frozen=True)
class AbandonmentTest:
    """The naive test among partners, and over each group of placebo pairs. Intervals hold 95%."""

    hub: str
    partners: GroupSlope
    placebos: tuple[GroupSlope, ...]
    left_out: tuple[str, ...]  # placebos that could not be fitted, and why
    difference: Interval  # partners less matched pairs, naive test

    @property
    def is_finding(self) -> bool:
        """Whether the naive test alone would be called a finding."""
        return _excludes_zero(self.partners.by_year)

    @property
    def caught_by(self) -> tuple[str, ...]:
        """Placebo groups with a slope of the same sign that excludes zero."""
        sign = np.sign(self.partners.by_year.value)
        return tuple(
            one.group for one in self.placebos
            if _excludes_zero(one.by_year) and np.sign(one.by_year.value) == sign
        )  # fmt: skip

    @property
    def is_identified(self) -> bool:
        """Whether the slope survives: a finding, no placebo shows it, and the matched one differs.

        The slope within pairs must agree, since tone of partners and hub may only share a level.
        """
        alive = self.is_finding and not self.caught_by and _excludes_zero(self.difference)
        within = self.partners.within
        return (
            alive
            and _excludes_zero(within)
            and np.sign(within.value) == np.sign(self.partners.by_year.value)
        )

    @property
    def reading(self) -> str:
        """What follows, in two or three sentences."""
        slope = self.partners.by_year
        naive = (
            f"Between partners of {self.hub}, next year's tone goes with {self.hub}'s tone to them "
            f"({slope.value:+.2f}, {slope.low:+.2f} to {slope.high:+.2f})."
        )
        if self.is_identified:
            return (
                f"{naive} No placebo pair shows it, and pairs matched to them differ by "
                f"{self.difference.value:+.2f}: consistent with an effect, if partners and "
                "outsiders differ in nothing else that moves with the hub's tone."
            )
        if not self.is_finding:
            return f"{naive} That cannot be told from nothing: not identified."
        if self.caught_by:
            shown = ", ".join(
                f"{one.group} {one.by_year.value:+.2f}"
                for one in self.placebos if one.group in self.caught_by
            )  # fmt: skip
            return (
                f"{naive} Pairs without a common protector show it too ({shown}): fear of "
                "abandonment is not identified."
            )
        return f"{naive} It does not hold within pairs or beside matched ones: not identified."


def abandonment_test(
    acts: PairYears,
    members: AllianceMembers,
    numbers: StateNumbers,
    *,
    hub: str,
    least_acts: int = LEAST_ACTS,
) -> AbandonmentTest:
    """Run the naive test and its placebos.

    Parameters
    ----------
    acts
        Acts by pair and year.
    members, numbers
        ATOP's members, and the numbers that join their states.
    hub
        ISO code of the protector.
    least_acts
        Acts that a pair must have in every year.

    Raises
    ------
    NotEstimableError
        The hub is not in the events, or too few pairs of partners are seen.
    """
    hub_tone = acts.directed_tone(hub)
    defends = shared_provision(
        members, numbers, acts.codes, acts.years, members.provision("defense") == 1
    )
    place = acts.codes.index(hub)
    protected = defends[place]  # (state, time)
    always, never = protected.all(axis=1), ~protected.any(axis=1)
    first, second = acts.pairs.T
    seen = (acts.volume >= least_acts).all(axis=1) & (first != place) & (second != place)
    kinds = {
        PARTNERS: seen & always[first] & always[second],
        ONE_PARTNER: seen & ((always[first] & never[second]) | (never[first] & always[second])),
        OUTSIDERS: seen & never[first] & never[second],
    }
    if kinds[PARTNERS].sum() < LEAST_PAIRS:
        raise NotEstimableError(
            f"abandonment: {LEAST_PAIRS} pairs of partners of {hub} with {least_acts} acts a year "
            f"are needed; found {int(kinds[PARTNERS].sum())}. Use more events, or another hub."
        )
    weight = {name: kept.astype(float) for name, kept in kinds.items()}
    weight[MATCHED] = _matched(acts, hub_tone, kinds[PARTNERS], kinds[ONE_PARTNER], always)
    slopes: dict[str, GroupSlope] = {}
    fits: dict[str, WithinFit] = {}
    left_out: list[str] = []
    for group in (PARTNERS, *PLACEBOS):
        try:
            slopes[group], fits[group] = _slope(acts, hub_tone, weight[group], group)
        except NotEstimableError as error:
            if group in (PARTNERS, MATCHED):
                raise
            left_out.append(f"{group}: {error}")
    return AbandonmentTest(
        hub=hub, partners=slopes[PARTNERS],
        placebos=tuple(slopes[group] for group in PLACEBOS if group in slopes),
        left_out=tuple(left_out),
        difference=_difference(fits[PARTNERS], fits[MATCHED]),
    )  # fmt: skip


def _slope(
    acts: PairYears, hub_tone: Floats, weight: Floats, group: str
) -> tuple[GroupSlope, WithinFit]:
    pair = np.flatnonzero(weight > 0)
    if len(pair) < LEAST_PAIRS:
        raise NotEstimableError(
            f"{group}: {LEAST_PAIRS} pairs are needed; found {len(pair)}. Use more events."
        )
    n_years = len(acts.years) - 1
    unit, when = np.repeat(pair, n_years), np.tile(np.arange(n_years), len(pair))
    one, other = acts.pairs[unit].T
    tone = acts.tone
    drivers = {
        HUB_TONE: (hub_tone[one, when] + hub_tone[other, when]) / 2,
        OWN_TONE: tone[unit, when],
    }
    fits: list[WithinFit] = []
    for with_units in (False, True):
        panel = Within(unit, when, (one, other), weight[unit], with_units, by_member=False)
        fits.append(fit_within(panel, tone[unit, when + 1], drivers))
    slope = GroupSlope(
        group, len(pair), len(unit), fits[0].coefficient(HUB_TONE), fits[1].coefficient(HUB_TONE)
    )
    return slope, fits[0]


def _matched(
    acts: PairYears, hub_tone: Floats, partners: NDArray[np.bool_], mixed: NDArray[np.bool_],
    is_partner: NDArray[np.bool_],
) -> Floats:  # fmt: skip
    """Return how often each pair stands in for a pair of partners that shares a member, (pair,).

    Nearest in the hub's mean tone to the two and in volume, never in the tone between them: pairs
    picked by the outcome would share its slope.
    """
    one, other = acts.pairs.T
    toward = hub_tone.mean(axis=1)
    features = np.column_stack(
        [(toward[one] + toward[other]) / 2, np.log(acts.volume + 1).mean(axis=1)]
    )
    scale = np.maximum(features[partners | mixed].std(axis=0), 1e-12)
    candidates = np.flatnonzero(mixed)
    first, second = acts.pairs[candidates].T
    kept_member = np.where(is_partner[first], first, second)
    weight = np.zeros(len(acts.pairs))
    for pair in np.flatnonzero(partners):
        own = candidates[np.isin(kept_member, acts.pairs[pair])]
        if len(own):
            gap = (((features[own] - features[pair]) / scale) ** 2).sum(axis=1)
            weight[own[np.argmin(gap)]] += 1
    return weight


def _difference(one: WithinFit, other: WithinFit) -> Interval:
    """Return the difference of two slopes; their pairs are different, their errors independent."""
    value = one.coefficient(HUB_TONE).value - other.coefficient(HUB_TONE).value
    se = float(np.hypot(one.se(HUB_TONE), other.se(HUB_TONE)))
    return Interval(value, value - _Z * se, value + _Z * se)


_Z = 1.959964


def _excludes_zero(found: Interval) -> bool:
    return found.low > 0 or found.high < 0

"""Are treaties kept? Hazards of violation, survival and endings, from ATOP with CHISOLS.

The regressions read rows of `alliance_years` and `alliance_months`, where the coding is stated.
Their ancestor is Leeds, Mattes & Vogel 2009, whose own table was not at hand: here alliances made
in wartime count, a change of support counts in its year and the next, and the record ends in 2008.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError
from comity.core.world_tables import (
    COMPLETED,
    IN_FORCE,
    RENEGOTIATED,
    VIOLATED,
    Alliances,
    DepthScores,
    SupportYears,
)
from comity.explain.alliance_months import AllianceMonths, alliance_months
from comity.explain.alliance_years import GROUPS, AllianceYears, alliance_years
from comity.explain.coefficients import Interval
from comity.explain.hazards import HazardFit, fit_hazard
from comity.explain.survival import SurvivalCurve, fit_survival

Floats = NDArray[np.float64]

TERMS = ("changed_nondemocracy", "changed_democracy", "all_democracies")
REVIEW_TERMS = (
    "democracies", "changed_nondemocracies", "changed_democracies", "all_democracies",
)  # fmt: skip
LATE = 1990
"""Year from which treaties are compared with those of the years before it."""

HALF_YEAR = 0.5
_DECADE = 10.0


@dataclass(frozen=True)
class ViolationHazard:
    """The hazard of violation after a change in the source of leader support."""

    by_alliance: HazardFit  # rows of one alliance depend on each other
    by_member: HazardFit  # so do rows that share a member
    rows: AllianceYears


@dataclass(frozen=True)
class GroupRisk:
    """Violations of a group of alliance-years, with the exact interval of their share."""

    group: str
    n_violated: int
    n_years: int
    share: Interval


@dataclass(frozen=True)
class Endings:
    """How bilateral alliances ended."""

    n_alliances: int
    in_force: int  # at the close of the table
    lost_member: int  # ended with the independence of a member, without a code of ending
    completed: int
    violated: int
    renegotiated: int

    @property
    def n_coded(self) -> int:
        """Number of ends that ATOP says something about."""
        return self.completed + self.violated + self.renegotiated


def violation_hazard(
    alliances: Alliances, support: SupportYears, *, with_wartime: bool = True
) -> ViolationHazard:
    """Fit the hazard that a bilateral alliance is violated, by regime and change of support.

    Complementary log-log of alliance-years with a cubic in age.

    Raises
    ------
    NotEstimableError
        The rows cannot carry the fit; the sentence says which driver and what to do.
    """
    rows = alliance_years(alliances, support, with_wartime=with_wartime)
    columns = {name: getattr(rows, name) for name in TERMS} | _age(rows.age_years)
    return ViolationHazard(
        fit_hazard(rows.violated, columns, cluster=rows.alliance),
        fit_hazard(rows.violated, columns, cluster=rows.alliance, members=rows.members),
        rows,
    )


def _age(years: Floats) -> dict[str, Floats]:
    return {f"age_{power}": (years / _DECADE) ** power for power in (1, 2, 3)}


def group_risks(rows: AllianceYears, *, level: float = 0.95) -> tuple[GroupRisk, ...]:
    """Return the share of violated alliance-years by what changed in the members."""
    found: list[GroupRisk] = []
    for group in GROUPS:
        own = rows.group == group
        k, n = int(rows.violated[own].sum()), int(own.sum())
        found.append(GroupRisk(group, k, n, exact_share(k, n, level=level)))
    return tuple(found)


def exact_share(k: int, n: int, *, level: float = 0.95) -> Interval:
    """Return a share with its exact interval (Clopper and Pearson 1934).

    Raises
    ------
    NotEstimableError
        There is nothing to take a share of.
    """
    from scipy.special import betaincinv

    if n == 0:
        raise NotEstimableError(
            "a share needs rows; found none. Widen the years or the kinds that count."
        )
    tail = (1 - level) / 2
    low = float(betaincinv(k, n - k + 1, tail)) if k else 0.0
    high = float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
    return Interval(k / n, low, high)


def review_hazard(alliances: Alliances, support: SupportYears) -> HazardFit:
    """Fit the simulator's rule of agreement review on alliance-months, 1946 to the last year.

    Complementary log-log of a violation in the month; members are counted, as in the rule.

    Raises
    ------
    NotEstimableError
        The rows cannot carry the fit.
    """
    return _review(alliance_months(alliances, support, last=int(support.year.max())))


def _review(rows: AllianceMonths) -> HazardFit:
    columns = {name: getattr(rows, name) for name in REVIEW_TERMS}
    return fit_hazard(rows.violated, columns, cluster=rows.alliance)


def late_factor(
    alliances: Alliances, support: SupportYears, *, since: int = LATE, level: float = 0.9
) -> Interval:
    """Return how many times fewer alliances were violated late than the whole record expects.

    Violations since a year over those expected by `review_hazard` in these years; the interval is
    that of the share of violations that are late (Jeffreys).

    Raises
    ------
    NotEstimableError
        The rows cannot carry the fit.
    """
    from scipy.special import betaincinv

    rows = alliance_months(alliances, support, last=int(support.year.max()))
    fit = _review(rows)
    columns = [getattr(rows, name) for name in REVIEW_TERMS]
    line = np.column_stack([np.ones(fit.n_rows), *columns]) @ fit.coefficients
    expected = -np.expm1(-np.exp(line))
    is_late = rows.year >= since
    share = expected[is_late].sum() / expected.sum()
    k, n = rows.violated[is_late].sum(), rows.violated.sum()
    quantiles = betaincinv(k + 0.5, n - k + 0.5, [0.5, (1 - level) / 2, (1 + level) / 2])
    return Interval(*(quantiles / share).tolist())


def depth_hazard(alliances: Alliances, support: SupportYears, scores: DepthScores) -> HazardFit:
    """Fit the hazard of violation with the depth of the treaty beside the other terms.

    Raises
    ------
    NotEstimableError
        The rows cannot carry the fit.
    """
    rows = alliance_years(alliances, support)
    depth_of = dict(zip(scores.atopid.tolist(), scores.depth.tolist(), strict=True))
    depth = np.array([depth_of.get(number, np.nan) for number in rows.alliance.tolist()])
    kept = np.isfinite(depth)
    if not kept.any():
        raise NotEstimableError(
            "depth: scores must exist for some alliance of the panel; found none. Use the scores "
            "by ATOP number, and the same version of ATOP."
        )
    columns = {name: getattr(rows, name)[kept] for name in TERMS} | _age(rows.age_years[kept])
    return fit_hazard(
        rows.violated[kept], {"depth": depth[kept], **columns}, cluster=rows.alliance[kept]
    )


def kept_share(
    alliances: Alliances, *, first: int = 0, last: int = 9999, level: float = 0.95
) -> Interval:
    """Return the share of ended alliances, of all sizes, that did not end by violation.

    Of those that ended in these years and of whose end ATOP says something. It is another quantity
    than an answer to whether allies come to help in war: most alliances never are called up.

    Raises
    ------
    NotEstimableError
        No alliance ended in these years.
    """
    year = alliances.end[:, 0]
    own = (alliances.ending != IN_FORCE) & (year >= first) & (year <= last)
    return exact_share(int((alliances.ending[own] != VIOLATED).sum()), int(own.sum()), level=level)


def count_endings(alliances: Alliances) -> Endings:
    """Count how bilateral alliances ended."""
    own = alliances.is_bilateral
    ending, ended = alliances.ending[own], alliances.end[own, 0] > 0
    return Endings(
        n_alliances=int(own.sum()),
        in_force=int((~ended).sum()),
        lost_member=int((ended & (ending == IN_FORCE)).sum()),
        completed=int((ending == COMPLETED).sum()),
        violated=int((ending == VIOLATED).sum()),
        renegotiated=int((ending == RENEGOTIATED).sum()),
    )


def treaty_survival(
    alliances: Alliances, *, by_day: bool = False, only_coded: bool = False, level: float = 0.95
) -> SurvivalCurve:
    """Return how long bilateral alliances last, in years; ways are the codes of ending.

    Parameters
    ----------
    alliances
        The table.
    by_day
        Durations by calendar day; otherwise by calendar year, an alliance that begins and ends in
        the same year having lasted half of it.
    only_coded
        Whether an end with a member's independence counts as watching cut short, not as an end.
    level
        Share that the pointwise intervals hold.

    Raises
    ------
    NotEstimableError
        No alliance ended.
    """
    own = alliances.is_bilateral
    begin, end, ending = alliances.begin[own], alliances.end[own], alliances.ending[own]
    ended = end[:, 0] > 0
    close = np.where(ended, end[:, 0], alliances.last_year)
    duration = (close - begin[:, 0]).astype(np.float64) + HALF_YEAR
    if by_day:
        until = np.where(ended, _fraction(end), alliances.last_year + 1.0)
        duration = np.maximum(until - _fraction(begin), 0.0).astype(np.float64)
    stands = ~ended | ((ending == IN_FORCE) if only_coded else np.zeros(len(ended), bool))
    way = np.where(stands, -1, ending)
    return fit_survival(duration, way, n_ways=RENEGOTIATED + 1, level=level)


def _fraction(date: NDArray[np.int64]) -> Floats:
    """Return dates as years with a fraction; an unknown month is July, an unknown day the 15th."""
    month, day = np.where(date[:, 1] > 0, date[:, 1], 7), np.where(date[:, 2] > 0, date[:, 2], 15)
    return date[:, 0] + (month - 1) / 12 + (day - 1) / 365.25

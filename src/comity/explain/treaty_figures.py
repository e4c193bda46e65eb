"""The figures of `comity.explain.treaties` as estimates, each with its sample and choices."""

from __future__ import annotations

import numpy as np

from comity.core.estimates import Estimate
from comity.core.judged import Scale
from comity.core.world_tables import (
    COMPLETED,
    RENEGOTIATED,
    VIOLATED,
    Alliances,
    DepthScores,
    SupportYears,
)
from comity.explain.coefficients import Interval
from comity.explain.hazards import HazardFit
from comity.explain.treaties import (
    REVIEW_TERMS,
    TERMS,
    count_endings,
    depth_hazard,
    group_risks,
    kept_share,
    late_factor,
    review_hazard,
    treaty_survival,
    violation_hazard,
)

LEVEL, JUDGED_LEVEL = 0.95, 0.9
PANEL_CHOICES = (
    "Wartime alliances count; the first two members are covered; a change of support counts in its "
    "year and the next, by the regime of its own year, and in a year of transition not at all."
)
MONTH_CHOICES = (
    "Every member is covered; a change of support counts for twelve months; members are counted; a "
    "year of transition is no democracy."
)
YEAR_CHOICES = (
    "Whole calendar years, half a year where begin and end fall together; an end with a member's "
    "independence is an end."
)
_HERE = "comity.explain.treaties"
_WORDS = {
    "changed_nondemocracy": "a nondemocracy's change in the source of leader support",
    "changed_democracy": "a democracy's change in the source of leader support",
    "all_democracies": "every member a democracy, against not",
}
_MONTHS_A_YEAR = 12


def violation_figures(alliances: Alliances, support: SupportYears) -> list[Estimate]:
    """Return hazard ratios of violation by regime and change of support, and the shares behind."""
    found = violation_hazard(alliances, support)
    fit, rows = found.by_alliance, found.rows
    sample = (
        f"{rows.n_alliances:,} bilateral alliances, {fit.n_rows:,} alliance-years "
        f"{rows.year.min()} to {rows.year.max()}, {fit.n_events:.0f} violations "
        f"(ATOP {alliances.version}, CHISOLS {support.version})."
    )
    code = f"{_HERE}.violation_hazard"
    figures: list[Estimate] = []
    for clusters, one in (("alliance", fit), ("member", found.by_member)):
        for term in TERMS:
            figures.append(
                _ratio(
                    f"treaties.hazard_ratio.{term}.by_{clusters}", one.ratio(term, LEVEL),
                    f"hazard ratio of violation: {_WORDS[term]}; clustered by {clusters}",
                    sample, PANEL_CHOICES, code,
                )
            )  # fmt: skip
    late = rows.years(1946, 9999)
    for risk in group_risks(late, level=LEVEL):
        figures.append(
            Estimate(
                f"treaties.year_risk.{risk.group}", *risk.share, LEVEL, "unit",
                "probability per year", f"violated in a year; change of support: {risk.group}",
                f"{risk.n_violated} of {risk.n_years:,} alliance-years "
                f"{late.year.min()} to {late.year.max()}.",
                PANEL_CHOICES, f"{_HERE}.group_risks", ("atop", "chisols"),
            )
        )  # fmt: skip
    return figures


def review_figures(alliances: Alliances, support: SupportYears) -> list[Estimate]:
    """Return the simulator's numbers of treaty review, and how they fell since 1990.

    The estimates of democracy and of joint democracy err against each other; the simulator draws
    its numbers apart. Both intervals are narrowed by one factor, so that the spread of their sum,
    the hazard of a wholly democratic treaty, is the estimated one.
    """
    fit = review_hazard(alliances, support)
    sample = (
        f"{fit.n_rows:,} alliance-months 1946 to {support.year.max()}, {fit.n_events:.0f} "
        f"violations (ATOP {alliances.version}, CHISOLS {support.version})."
    )
    code = f"{_HERE}.review_hazard"
    democracies, non, dem, joint = REVIEW_TERMS
    narrow = _narrowing(fit, democracies, joint)
    note = f" Interval narrowed by {narrow:.2f}: drawn apart, it errs against joint democracy's."
    rows: list[tuple[str, Interval, Scale, str, str, str]] = [
        ("agreement.year_risk.treaty", fit.risk({}, _MONTHS_A_YEAR, JUDGED_LEVEL), "unit",
         "probability per year", MONTH_CHOICES,
         "chance that a treaty of nondemocracies is violated in a year without change of support"),
        ("agreement.support_change.nondemocracy", fit.coefficient(non, JUDGED_LEVEL), "real",
         "log hazard ratio", MONTH_CHOICES,
         "effect of a nondemocracy's change of support on breach in the year after"),
        ("agreement.support_change.democracy", fit.coefficient(dem, JUDGED_LEVEL), "real",
         "log hazard ratio", MONTH_CHOICES,
         "effect of a democracy's change of support on breach in the year after"),
        ("agreement.democracy_effect",
         _narrowed(fit.coefficient(democracies, JUDGED_LEVEL), narrow), "real", "log hazard",
         MONTH_CHOICES + note,
         "log hazard of violation, all parties democratic against none"),
        ("agreement.joint_democracy_effect",
         _narrowed(fit.coefficient(joint, JUDGED_LEVEL), narrow), "real", "log hazard",
         MONTH_CHOICES + note,
         "log hazard of violation where every party is democratic, beyond that"),
    ]  # fmt: skip
    figures = [
        Estimate(
            f"treaties.review.{name}", *found, JUDGED_LEVEL, scale, unit, meaning, sample, choices,
            code, ("atop", "chisols"), name,
        )
        for name, found, scale, unit, choices, meaning in rows
    ]  # fmt: skip
    return [
        *figures,
        Estimate(
            "treaties.late_factor", *late_factor(alliances, support, level=JUDGED_LEVEL),
            JUDGED_LEVEL, "positive", "ratio",
            "violations since 1990 over those that the whole record expects of these years",
            sample, MONTH_CHOICES, f"{_HERE}.late_factor", ("atop", "chisols"),
        ),
    ]  # fmt: skip


def depth_figures(
    alliances: Alliances, support: SupportYears, scores: DepthScores
) -> list[Estimate]:
    """Return the hazard ratio of violation by depth of the treaty."""
    fit = depth_hazard(alliances, support, scores)
    sample = (
        f"{fit.n_clusters:,} bilateral alliances with a score, {fit.n_rows:,} alliance-years, "
        f"{fit.n_events:.0f} violations (ATOP {alliances.version}, CHISOLS {support.version})."
    )
    warning = " Deep treaties are made where interests are volatile: no effect of depth."
    return [
        _ratio(
            "treaties.hazard_ratio.depth", fit.ratio("depth", LEVEL),
            "hazard ratio of violation for one unit of depth", sample, PANEL_CHOICES + warning,
            f"{_HERE}.depth_hazard", ("atop", "chisols", "benson-clinton-2016"),
        )
    ]  # fmt: skip


def survival_figures(alliances: Alliances) -> list[Estimate]:
    """Return how long bilateral alliances last and how they end."""
    curve, ends = treaty_survival(alliances, level=LEVEL), count_endings(alliances)
    sample = (
        f"{ends.n_alliances} bilateral alliances {alliances.begin[:, 0].min()} to "
        f"{alliances.last_year} (ATOP {alliances.version})."
    )
    code = f"{_HERE}.treaty_survival"
    median = curve.median
    figures = [
        Estimate(
            "treaties.median_years", *median, LEVEL, "positive", "years",
            "time by which half of the bilateral alliances have ended", sample, YEAR_CHOICES, code,
            ("atop",),
        )
    ]  # fmt: skip
    for years in (10, 20):
        figures.append(
            Estimate(
                f"treaties.survival.{years}", *curve.at(years), LEVEL, "unit", "share",
                f"bilateral alliances that still stand after {years} years", sample, YEAR_CHOICES,
                code, ("atop",),
            )
        )  # fmt: skip
    counts = {
        "alliances": ends.n_alliances, "in_force": ends.in_force, "lost_member": ends.lost_member,
        "coded": ends.n_coded, "completed": ends.completed, "violated": ends.violated,
        "renegotiated": ends.renegotiated,
    }  # fmt: skip
    figures += [
        _count(f"treaties.endings.{name}", number, f"bilateral alliances: {name}", sample,
               f"{_HERE}.count_endings", ("atop",))
        for name, number in counts.items()
    ]  # fmt: skip
    return [*figures, *kept_figures(alliances)]


def kept_figures(alliances: Alliances) -> list[Estimate]:
    """Return shares of ended alliances that did not end by violation, by years of ending."""
    spans = {"all": (0, 9999), "before_1945": (0, 1944), "since_1945": (1945, 9999)}
    figures: list[Estimate] = []
    for name, (first, last) in spans.items():
        own = alliances.ending != 0
        own &= (alliances.end[:, 0] >= first) & (alliances.end[:, 0] <= last)
        kept = np.isin(alliances.ending[own], (COMPLETED, RENEGOTIATED))
        broken = int((alliances.ending[own] == VIOLATED).sum())
        years = alliances.end[own, 0]
        figures.append(
            Estimate(
                f"treaties.kept_share.{name}",
                *kept_share(alliances, first=first, last=last, level=LEVEL), LEVEL, "unit", "share",
                "ended alliances that did not end by violation",
                f"{len(kept)} alliances that ended {years.min()} to {years.max()} in a coded way, "
                f"{broken} by violation (ATOP {alliances.version}).",
                "Ends, not wars: most alliances are never called up.",
                f"{_HERE}.kept_share", ("atop",),
            )
        )  # fmt: skip
    return figures


def _ratio(
    name: str, found: Interval, meaning: str, sample: str, choices: str, code: str,
    sources: tuple[str, ...] = ("atop", "chisols"),
) -> Estimate:  # fmt: skip
    return Estimate(
        name, *found, LEVEL, "positive", "hazard ratio", meaning, sample, choices, code, sources
    )


def _count(
    name: str, number: int, meaning: str, sample: str, code: str, sources: tuple[str, ...]
) -> Estimate:
    return Estimate(
        name, number, number, number, LEVEL, "real", "count", meaning, sample, "", code, sources
    )


def _narrowing(fit: HazardFit, one: str, other: str) -> float:
    """Return the factor that gives the sum of two numbers drawn apart its estimated spread."""
    a, b = fit.se(one), fit.se(other)
    return float(np.sqrt(1 + 2 * fit.correlation(one, other) * a * b / (a**2 + b**2)))


def _narrowed(found: Interval, factor: float) -> Interval:
    value, low, high = found
    return Interval(value, value - factor * (value - low), value + factor * (high - value))

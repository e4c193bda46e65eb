"""The figures of `comity.explain.turnover` and `.tenure` as estimates."""

from __future__ import annotations

from collections.abc import Sequence

from comity.core.errors import NotEstimableError, ParameterError
from comity.core.estimates import Estimate, NoEstimate
from comity.core.world_tables import Leaders, SupportYears
from comity.explain.coefficients import Interval
from comity.explain.tenure import tenure_record
from comity.explain.turnover import (
    DEMOCRACY,
    NONDEMOCRACY,
    SINCE,
    RegimeCounts,
    Spread,
    count_leaders,
    rate_spread,
    regime_counts,
    share_spread,
)

LEVEL, JUDGED_LEVEL = 0.95, 0.9
SPREAD_CHOICES = (
    "The interval is that of a state not in the table: the spread between states, not the counting "
    "error. A hybrid counts under each kind that it mixes."
)
OFFICES = {
    "prime_minister": "parliamentary", "one_term_president": "presidential",
    "single_party": "single_party", "personalist": "personalist", "military": "military",
    "monarchy": "monarchy",
}  # fmt: skip
"""Which kind of regime stands for an office of the simulator."""

FIXED_TERM = ("one_term_president",)
"""Offices whose exit is scheduled, so that a rate of leaving would count elections as exits."""

LEAST_EVENNESS = 1.0
"""Precision of a Beta below which a share is all or nothing by state: too uneven to hand on."""

_YEAR_MONTHS = 12
_HERE = "comity.explain"


def support_figures(support: SupportYears) -> list[Estimate]:
    """Return how often support changes by regime, and what the table covers."""
    countries, spells = count_leaders(support)
    first, last = int(support.year.min()), int(support.year.max())
    sample = f"{len(support.year):,} state-years {first} to {last} (CHISOLS {support.version})."
    note = "A spell begins where the name differs from the one before it in the same country."
    figures = [
        Estimate("support.countries", countries, countries, countries, LEVEL, "real", "count",
                 "countries covered", sample, "", f"{_HERE}.turnover.count_leaders", ("chisols",)),
        Estimate("support.leader_spells", spells, spells, spells, LEVEL, "real", "count",
                 "leader spells", sample, note, f"{_HERE}.turnover.count_leaders", ("chisols",)),
    ]  # fmt: skip
    for regime in (DEMOCRACY, NONDEMOCRACY):
        counts = regime_counts(support, regime)
        figures += [
            _rate(f"support.rate.{regime}", counts.support_rate, "events per year", counts,
                  "changes in the source of leader support", int(counts.support_changes.sum())),
            _rate(f"support.share.{regime}", counts.support_share, "share", counts,
                  "changes of leader that change the source of support",
                  int(counts.support_changes.sum())),
            _rate(f"support.leader_rate.{regime}", counts.leader_rate, "events per year", counts,
                  "changes of leader", int(counts.leader_changes.sum())),
        ]  # fmt: skip
    return figures


def turnover_figures(support: SupportYears) -> list[Estimate | NoEstimate]:
    """Return the simulator's numbers of turnover by office, with the spread between states."""
    figures: list[Estimate | NoEstimate] = []
    for office, regime in OFFICES.items():
        counts = regime_counts(support, regime)
        if office not in FIXED_TERM:
            name = f"turnover.exit_hazard.{office}"
            try:
                spread = rate_spread(counts.leader_changes, counts.years, level=JUDGED_LEVEL)
                figures.append(_exit(name, regime, counts, spread))
            except NotEstimableError as error:
                figures.append(NoEstimate(name, "rate at which the leader leaves", str(error)))
        name = f"turnover.support_share.{office}"
        try:
            spread = share_spread(counts.support_changes, counts.leader_changes, level=JUDGED_LEVEL)
            figures.append(_share(name, regime, counts, spread))
        except NotEstimableError as error:
            figures.append(NoEstimate(name, "share of changes that change support", str(error)))
    return figures


def tenure_figures(leaders: Leaders, states: Sequence[str]) -> list[Estimate | NoEstimate]:
    """Return how long leaders of some states stayed, on record."""
    figures: list[Estimate | NoEstimate] = []
    for state in states:
        name = f"tenure.{state}"
        try:
            record = tenure_record(leaders, state)
        except (NotEstimableError, ParameterError) as error:
            figures.append(NoEstimate(name, "months in office", str(error)))
            continue
        mean, half = record.mean_months, 1.96 * record.se_months
        sample = (
            f"{len(record.months)} completed spells of {state} begun in {record.since} or later "
            f"({leaders.source})."
        )
        where = f"{_HERE}.tenure.tenure_record"
        figures += [
            Estimate(f"{name}.mean", mean, max(mean - half, 0.0), mean + half, LEVEL, "real",
                     "months", "mean months in office", sample,
                     "The incumbent's unfinished spell is left out.", where, (leaders.source,)),
            Estimate(f"{name}.median", record.median_months, record.median_months,
                     record.median_months, LEVEL, "real", "months", "median months in office",
                     sample, "No interval.", where, (leaders.source,)),
        ]  # fmt: skip
    return figures


def _rate(
    name: str, found: Interval, unit: str, counts: RegimeCounts, meaning: str, n_events: int
) -> Estimate:
    return Estimate(
        name, *found, LEVEL, "positive", unit, f"{meaning}, {counts.regime}",
        f"{n_events:,} in {counts.years.sum():,.0f} state-years of {len(counts.ccode)} states "
        f"since {SINCE}.",
        "States are clusters.", f"{_HERE}.turnover.regime_counts", ("chisols",),
    )  # fmt: skip


def _exit(name: str, regime: str, counts: RegimeCounts, spread: Spread) -> Estimate:
    monthly = Interval(*(x / _YEAR_MONTHS for x in spread.quantiles))
    return Estimate(
        name, *monthly, spread.level, "positive", "events per month",
        f"rate at which the leader of a {regime.replace('_', '-')} state leaves",
        f"{counts.leader_changes.sum():,.0f} changes of leader in {counts.years.sum():,.0f} "
        f"state-years of {spread.n_states} states since {SINCE}.",
        SPREAD_CHOICES, f"{_HERE}.turnover.rate_spread", ("chisols",), name,
    )  # fmt: skip


def _share(name: str, regime: str, counts: RegimeCounts, spread: Spread) -> Estimate:
    if (
        spread.evenness < LEAST_EVENNESS
        or not 0 < min(spread.quantiles) < max(spread.quantiles) < 1
    ):
        k, n = counts.support_changes.sum(), counts.leader_changes.sum()
        raise NotEstimableError(
            f"{name}: changes of support must occur in more than a few states; found {k:.0f} of "
            f"{n:.0f} changes of leader, nearly all or none by state. Keep a judged number."
        )
    return Estimate(
        name, *spread.quantiles, spread.level, "unit", "probability",
        f"chance that a change of leader of a {regime.replace('_', '-')} state changes its support",
        f"{counts.support_changes.sum():.0f} of {counts.leader_changes.sum():,.0f} changes of "
        f"leader in {spread.n_states} states since {SINCE}.",
        SPREAD_CHOICES, f"{_HERE}.turnover.share_spread", ("chisols",), name,
    )  # fmt: skip

"""Density of contact and abandonment fear as estimates, each beside its placebos."""

from __future__ import annotations

from collections.abc import Sequence

from comity.core.errors import NotEstimableError
from comity.core.estimates import Estimate, NoEstimate
from comity.core.world_tables import TABLE_WORDS, StateNumbers, WorldTables
from comity.explain.abandonment import AbandonmentTest, abandonment_test
from comity.explain.coefficients import Interval
from comity.explain.density_of_contact import REGIMES, DensityEffect, density_effect
from comity.explain.density_rows import density_rows
from comity.explain.pair_years import PairYears

LEVEL = 0.95
DENSITY_CHOICES = (
    "Ten acts or more in the years before and after; density is the mean of a named organization "
    "and a duty to consult; pair and year effects, expected noise held; rows that share a state "
    "depend on each other."
)
ABANDONMENT_CHOICES = (
    "Ten acts or more in every year; partners have a defence pact with the hub throughout; rows of "
    "a pair depend on each other."
)
_NOTHING = "Not identified: see the placebos beside it."


def contact_figures(
    acts: PairYears, tables: WorldTables, numbers: StateNumbers, *, hub: str, events: str
) -> tuple[Estimate | NoEstimate, ...]:
    """Return the figures of both questions; a `NoEstimate` where they cannot be given.

    Parameters
    ----------
    acts
        Acts by pair and year.
    tables, numbers
        The public tables, and the numbers that join their states.
    hub
        ISO code of the protector in the test of abandonment fear.
    events
        Key of the source of events.
    """
    return (
        *_density(acts, tables, numbers, events),
        *_abandonment(acts, tables, numbers, hub, events),
    )


def _missing(name: str, tables: WorldTables, needed: Sequence[str]) -> list[NoEstimate]:
    words = [TABLE_WORDS[field] for field in needed if getattr(tables, field) is None]
    if not words:
        return []
    reason = f"{name}: needs {' and '.join(words)}. Put it into the folder of tables."
    return [NoEstimate(name, name, reason)]


def _density(
    acts: PairYears, tables: WorldTables, numbers: StateNumbers, events: str
) -> list[Estimate | NoEstimate]:
    if tables.support is None or tables.members is None:
        return [*_missing("density", tables, ("support", "members"))]
    try:
        rows = density_rows(acts, tables.support, tables.members, numbers)
    except NotEstimableError as error:
        return [NoEstimate("density", "dampening by density", str(error))]
    found: list[Estimate | NoEstimate] = []
    for regime in REGIMES:
        try:
            found += _effect(density_effect(rows, regime=regime), events)
        except NotEstimableError as error:
            found.append(NoEstimate(f"density.{regime}", "dampening by density", str(error)))
    return found


def _effect(effect: DensityEffect, events: str) -> list[Estimate]:
    sample = (
        f"{effect.n_rows:,} pair-years of {effect.n_pairs:,} pairs, {effect.n_changes} changes of "
        f"support ({effect.regime}), base {effect.base:.2f} logits."
    )
    parts: list[tuple[str, Interval, str, str]] = [
        ("shock_thin", effect.shock_thin, "logits",
         "how much more tone moves where support changed, pairs without dense treaties"),
        ("dampening", effect.dampening, "logits",
         "what full density adds to that shock; below 0 dampens"),
        ("placebo_lead", effect.lead, "logits", "the same for changes two years later"),
        ("placebo_volume", effect.volume, "log acts", "the same with the change of log acts"),
    ]  # fmt: skip
    return [
        Estimate(
            f"density.{effect.regime}.{name}", *found, LEVEL, "real", unit, meaning, sample,
            DENSITY_CHOICES, "comity.explain.density_of_contact.density_effect",
            (events, "atop", "chisols"),
        )
        for name, found, unit, meaning in parts
    ]  # fmt: skip


def _abandonment(
    acts: PairYears, tables: WorldTables, numbers: StateNumbers, hub: str, events: str
) -> list[Estimate | NoEstimate]:
    if tables.members is None:
        return [*_missing("abandonment", tables, ("members",))]
    try:
        test = abandonment_test(acts, tables.members, numbers, hub=hub)
    except NotEstimableError as error:
        return [NoEstimate("abandonment", "slope on the hub's tone", str(error))]
    return [*_slopes(test, events)]


def _slopes(test: AbandonmentTest, events: str) -> list[Estimate]:
    code = "comity.explain.abandonment.abandonment_test"
    found: list[Estimate] = []
    for group in (test.partners, *test.placebos):
        sample = f"{group.n_rows:,} pair-years of {group.n_pairs:,} pairs, hub {test.hub}."
        for name, slope, effects in (
            ("naive", group.by_year, "year effects"),
            ("within", group.within, "pair and year effects"),
        ):
            found.append(
                Estimate(
                    f"abandonment.{group.group.replace(' ', '_')}.{name}", *slope, LEVEL, "real",
                    "logits per logit",
                    f"next year's tone on the hub's tone to the two, {effects}: {group.group}",
                    sample, f"{ABANDONMENT_CHOICES} {_NOTHING}", code, (events, "atop", "cha-1999"),
                )
            )  # fmt: skip
    return found

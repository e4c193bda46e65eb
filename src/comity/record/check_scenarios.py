"""Scenarios that hold what exists, and outcomes that ask about what exists."""

from __future__ import annotations

from collections.abc import Collection

from comity.core.errors import Problem
from comity.core.months import month_of, month_text
from comity.core.outcomes import Outcome, outcome_faults
from comity.core.scenario_checks import clamp_faults
from comity.core.scenarios import CLAMPABLE, Clamp, Scenario
from comity.core.things import Things, prospect_ids
from comity.record.draft import Draft
from comity.record.located import Located
from comity.record.repeats import repeated

MAX_LEAD_MONTHS = 600


def check_scenarios(draft: Draft) -> list[Problem]:
    """Return clamps of nothing, values out of range, and outcomes that name nothing."""
    outcomes = draft.outcomes.items
    problems = repeated(((item, item.value.id) for item in outcomes), "id", "an outcome's id")
    for item in outcomes:
        problems += check_outcome(draft, item, item.value, ())
    for item in draft.scenarios.items:
        problems += _scenario(draft, item)
    prospects = prospect_ids(draft.with_role("spoke") or ())
    for row in draft.agreements.rows:
        if row.value.id in prospects:
            must = "must differ from the declarations that the model itself may negotiate"
            problems.append(row.problem("id", must, row.value.id, "Choose another id."))
    return problems


def check_outcome(
    draft: Draft, item: Located, outcome: Outcome, keys: tuple[str | int, ...]
) -> list[Problem]:
    """Return what an outcome names and the case does not have."""
    faults = outcome_faults(outcome, things_of_draft(draft, _asked_agreements(draft)))
    problems = [item.fault(fault.under(*keys)) for fault in faults]
    if outcome.month is not None and draft.as_of is not None:
        lead = outcome.month - month_of(draft.as_of)
        if not 1 <= lead <= MAX_LEAD_MONTHS:
            must = f"must lie 1 to {MAX_LEAD_MONTHS} months after as_of ({draft.as_of})"
            problems.append(item.problem((*keys, "month"), must, month_text(outcome.month)))
        elif outcome.too_many(lead):
            must = f"must not exceed the months up to {month_text(outcome.month)}, {lead}"
            found, nearest = str(outcome.at_least), f'Nearest: "{lead}".'
            problems.append(item.problem((*keys, "at_least"), must, found, nearest))
    return problems


def _asked_agreements(draft: Draft) -> set[str] | None:
    scenarios = draft.scenarios
    if scenarios.raw is None or len(scenarios.raw) != len(scenarios.items):
        return None  # a scenario that could not be read may bring the agreement about
    return _agreements(draft, *(item.value for item in scenarios.items))


def _scenario(draft: Draft, item: Located[Scenario]) -> list[Problem]:
    scenario = item.value
    problems: list[Problem] = []
    stem = item.file.rpartition("/")[2].removesuffix(".toml")
    if scenario.id != stem:
        must = "must be the name of the file"
        problems.append(item.problem("id", must, scenario.id, f'Nearest: "{stem}".'))
    if stem == "baseline" and (scenario.clamps or scenario.agreements):
        must = "the baseline holds nothing and brings nothing about"
        key = "clamps" if scenario.clamps else "agreements"
        problems.append(item.problem(key, must, f"{len(getattr(scenario, key))} of them"))
    known, prospects = draft.agreements.column("id"), prospect_ids(draft.with_role("spoke") or ())
    for number, agreement in enumerate(scenario.agreements):
        keys = ("agreements", number)
        if known is not None and agreement.id in known:
            must = "must differ from the agreements of the case"
            problems.append(item.problem((*keys, "id"), must, agreement.id))
        elif agreement.id in prospects:
            must = "must differ from the declarations that the model itself may negotiate"
            problems.append(item.problem((*keys, "id"), must, agreement.id))
        for place, party in enumerate(agreement.parties):
            must = "must be the code of a state in case.toml"
            problems += item.unknown((*keys, "parties", place), must, party, draft.codes)
    things = things_of_draft(draft, _agreements(draft, scenario))
    for number, clamp in enumerate(scenario.clamps):
        problems += _clamp(draft, item, clamp, ("clamps", number), things)
    return problems


def _clamp(
    draft: Draft, item: Located, clamp: Clamp, keys: tuple[str | int, ...], things: Things
) -> list[Problem]:
    start = None if draft.as_of is None else month_of(draft.as_of)
    faults = clamp_faults(clamp, things, start)
    problems = [item.fault(fault.under(*keys)) for fault in faults]
    end = clamp.end_month
    is_known = clamp.process in CLAMPABLE
    if is_known and start is not None and end is not None and end <= start:
        must = f"must lie after the month of as_of ({draft.as_of})"
        problems.append(item.problem((*keys, "end_month"), must, month_text(end)))
    return problems


def things_of_draft(draft: Draft, agreements: Collection[str] | None) -> Things:
    """Return what can be named; None where a fault elsewhere hides what there is."""
    own = None
    if draft.coalitions.raw is not None and draft.codes is not None:
        own = {code: draft.coalitions_of(code) or set[str]() for code in draft.codes}
    return Things(
        {
            "dyad": draft.dyads,
            "state": draft.codes,
            "hub": draft.with_role("hub"),
            "spoke": draft.with_role("spoke"),
            "proliferator": draft.with_role("proliferator"),
            "demand": draft.demands.words("id"),
            "docket": draft.disputes.column("id"),
            "agreement": agreements,
        },
        own,
    )


def _agreements(draft: Draft, *scenarios: Scenario) -> set[str] | None:
    """Return the agreements that can be simulated, with those that ``scenarios`` bring about.

    Left out are those of fewer than two states of the case: nobody there keeps them to another.
    """
    known, codes = draft.agreements.column("id"), draft.codes
    if known is None or codes is None:
        return None
    spokes = draft.with_role("spoke")  # where a state could not be read, any may be a spoke
    alone = {
        row.value.id
        for row in draft.agreements.rows
        if len(codes.intersection(row.value.parties)) < 2
    }
    new = {row.id for scenario in scenarios for row in scenario.agreements}
    return (known - alone) | set(prospect_ids(codes if spokes is None else spokes)) | new

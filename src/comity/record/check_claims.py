"""Claims that refer to what the case has."""

from __future__ import annotations

from comity.core.claims import Claim, DataEstimand, SimulationEstimand
from comity.core.errors import Problem, nearest_match
from comity.core.months import month_of, month_text
from comity.core.parameter_names import parameter_faults
from comity.record.check_scenarios import things_of_draft
from comity.record.check_states import check_dyad
from comity.record.check_thresholds import check_threshold
from comity.record.draft import Draft
from comity.record.located import Located, Path
from comity.record.repeats import repeated


def check_claims(draft: Draft) -> list[Problem]:
    """Return claims that name nothing, and rows that do not exist."""
    claims = draft.claims.items
    numbers = ((item, str(item.value.number)) for item in claims)
    problems = repeated(numbers, "number", "a claim's number")
    rows = record_rows(draft)
    for item in claims:
        problems += _claim(draft, item, rows)
    return problems


def record_rows(draft: Draft) -> dict[str, set[str] | None]:
    """Return how the rows of each table are named in a claim; None where it could not be read."""
    return {
        "events": draft.events.column("id"),
        "agreements": draft.agreements.column("id"),
        "disputes": draft.disputes.column("id"),
        "governments": _pairs(draft.governments.cells, "state", "start"),
        "agreement_status": _pairs(draft.statuses.cells, "agreement", "date"),
    }


def _pairs(cells: list[Located[dict[str, str]]] | None, first: str, last: str) -> set[str] | None:
    if cells is None:
        return None
    return {f"{row.value.get(first)}/{row.value.get(last)}" for row in cells}


def _claim(draft: Draft, item: Located[Claim], rows: dict[str, set[str] | None]) -> list[Problem]:
    claim, problems = item.value, list[Problem]()
    for number, name in enumerate(claim.record.rows if claim.record else ()):
        keys = ("record", "rows", number)
        table, _, row = name.partition(":")
        if table not in rows:
            must = "must be written table:row with a table of the record"
            problems.append(item.problem(keys, must, name, nearest_match(table, rows)))
        else:
            must = f"must be a row of {table}.csv"
            problems += item.unknown(keys, must, row, rows[table])
    if claim.data is not None:
        problems += _data(draft, item, claim.data, ("data",))
    if claim.simulation is not None:
        problems += _simulation(draft, item, claim.simulation, ("simulation",))
    for key in ("beside", "channels"):
        for place, asked in enumerate(getattr(claim, key)):
            for number, data in enumerate(asked.data):
                problems += _data(draft, item, data, (key, place, "data", number))
            if asked.simulation is not None:
                keys = (key, place, "simulation")
                problems += _simulation(draft, item, asked.simulation, keys)
    for place, asked in enumerate(claim.thresholds):
        problems += check_threshold(draft, item, asked, ("thresholds", place))
    return problems


def _simulation(
    draft: Draft, item: Located[Claim], asked: SimulationEstimand, keys: Path
) -> list[Problem]:
    must, known = "must be the id of an outcome in case.toml", draft.outcomes.words("id")
    problems = item.unknown((*keys, "outcome"), must, asked.outcome, known)
    for key in ("scenario", "against"):
        word = getattr(asked, key)
        if word:
            must, known = "must be the id of a scenario", draft.scenarios.words("id")
            problems += item.unknown((*keys, key), must, word, known)
    things = things_of_draft(draft, None)
    for number, name in enumerate(asked.rests_on):
        for fault in parameter_faults(name, things):
            problems.append(item.fault(fault.under(*keys, "rests_on", number)))
    return problems + _brought_about(draft, item, asked, keys)


def _brought_about(
    draft: Draft, item: Located[Claim], asked: SimulationEstimand, keys: Path
) -> list[Problem]:
    """Return a question about an agreement that neither of its scenarios brings about."""
    outcome = next(
        (row.value for row in draft.outcomes.items if row.value.id == asked.outcome), None
    )
    scenarios = {row.value.id: row.value for row in draft.scenarios.items}
    if outcome is None or not outcome.agreement or asked.scenario not in scenarios:
        return []
    bringing = {
        name for name, scenario in scenarios.items()
        if any(row.id == outcome.agreement for row in scenario.agreements)
    }  # fmt: skip
    if not bringing or bringing & {asked.scenario, asked.against}:
        return []
    must = f'"{asked.outcome}" asks about an agreement that only another scenario brings about'
    return [
        item.problem((*keys, "scenario"), must, asked.scenario,
                     nearest_match(asked.scenario, sorted(bringing)))
    ]  # fmt: skip


def _data(draft: Draft, item: Located[Claim], asked: DataEstimand, keys: Path) -> list[Problem]:
    problems: list[Problem] = []
    for key in ("dyad", "contrast_dyad"):
        if getattr(asked, key):
            problems += check_dyad(draft, item, (*keys, key), getattr(asked, key))
    for number, kind in enumerate(asked.kinds):
        must = "must be a kind of the table of event classes"
        kinds = draft.event_classes.column("kind")
        problems += item.unknown((*keys, "kinds", number), must, kind, kinds)
    for key in ("events", "contrast_events"):
        for number, name in enumerate(getattr(asked, key)):
            must, known = "must be a row of events.csv", draft.events.column("id")
            problems += item.unknown((*keys, key, number), must, name, known)
    if asked.series == "mediation_after_flare" and draft.disputes.cells is not None:
        pairs = {frozenset(row.value.parties) for row in draft.disputes.rows}
        if frozenset(asked.dyad.split("-")) not in pairs:
            must = "must be a pair with a docket in disputes.csv: without one nothing flares"
            known = sorted("-".join(sorted(pair)) for pair in pairs)
            hint = nearest_match(asked.dyad, known)
            problems.append(item.problem((*keys, "dyad"), must, asked.dyad, hint))
    if draft.as_of is None or draft.first_month is None:
        return problems
    first, last = draft.first_month, month_of(draft.as_of)
    if asked.within_months is not None:
        problems += _spans(draft, item, asked, keys)
    for key in ("window", "contrast"):
        window = getattr(asked, key)
        if window is not None and not first <= window[0] <= window[1] <= last:
            must = f"must lie in order within {month_text(first)} to {month_text(last)}"
            found = f"{month_text(window[0])} to {month_text(window[1])}"
            problems.append(item.problem((*keys, key), must, found))
    return problems


def _spans(draft: Draft, item: Located[Claim], asked: DataEstimand, keys: Path) -> list[Problem]:
    """Return lists of events none of which has its months recorded on both sides."""
    assert draft.first_month is not None
    assert draft.as_of is not None
    assert asked.within_months is not None
    first, last = (
        draft.first_month + asked.within_months,
        month_of(draft.as_of) - asked.within_months,
    )
    at = {row.value.id: month_of(row.value.date) for row in draft.events.rows}
    problems: list[Problem] = []
    for key in ("events", "contrast_events"):
        named = [name for name in getattr(asked, key) if name in at]
        if named and not any(first <= at[name] <= last for name in named):
            must = (
                f"one event at least must have {asked.within_months} recorded months on both "
                f"sides, so lie from {month_text(first)} to {month_text(last)}"
            )
            found = ", ".join(month_text(at[name]) for name in named)
            problems.append(item.problem((*keys, key), must, found))
    return problems

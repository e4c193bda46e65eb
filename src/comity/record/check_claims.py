"""Claims that refer to what the case has."""

from __future__ import annotations

from comity.core.claims import Claim, DataEstimand
from comity.core.errors import Problem, nearest_match
from comity.core.months import month_of, month_text
from comity.record.check_states import check_dyad
from comity.record.draft import Draft
from comity.record.located import Located
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
        problems += _data(draft, item, claim.data)
    if claim.simulation is not None:
        asked = claim.simulation
        must = "must be the id of an outcome in case.toml"
        known = draft.outcomes.words("id")
        problems += item.unknown(("simulation", "outcome"), must, asked.outcome, known)
        for key in ("scenario", "against"):
            word = getattr(asked, key)
            if word:
                must, known = "must be the id of a scenario", draft.scenarios.words("id")
                problems += item.unknown(("simulation", key), must, word, known)
    return problems


def _data(draft: Draft, item: Located[Claim], asked: DataEstimand) -> list[Problem]:
    problems: list[Problem] = []
    if asked.dyad:
        problems += check_dyad(draft, item, ("data", "dyad"), asked.dyad)
    for number, kind in enumerate(asked.kinds):
        must = "must be a kind of the table of event classes"
        kinds = draft.event_classes.column("kind")
        problems += item.unknown(("data", "kinds", number), must, kind, kinds)
    if draft.as_of is None or draft.first_month is None:
        return problems
    first, last = draft.first_month, month_of(draft.as_of)
    for key in ("window", "contrast"):
        window = getattr(asked, key)
        if window is not None and not first <= window[0] <= window[1] <= last:
            must = f"must lie in order within {month_text(first)} to {month_text(last)}"
            found = f"{month_text(window[0])} to {month_text(window[1])}"
            problems.append(item.problem(("data", key), must, found))
    return problems

"""Claims and questions that refer to what the case has."""

from __future__ import annotations

from comity.core.claims import Claim, DataEstimand, Question, SimulationEstimand
from comity.core.errors import Problem, nearest_match
from comity.core.months import month_of, month_text
from comity.record.check_scenarios import check_outcome
from comity.record.check_states import check_dyad
from comity.record.draft import Draft
from comity.record.located import Located, Path
from comity.record.repeats import repeated


def check_claims(draft: Draft) -> list[Problem]:
    """Return claims that name nothing, rows that do not exist, and questions out of time."""
    claims, questions = draft.claims.items, draft.questions.items
    numbers = ((item, str(item.value.number)) for item in claims)
    problems = repeated(numbers, "number", "a claim's number")
    problems += repeated(((item, item.value.id) for item in questions), "id", "a question's id")
    rows = record_rows(draft)
    for item in claims:
        problems += _claim(draft, item, rows)
    for item in questions:
        problems += _question(draft, item)
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
    return problems


def _data(draft: Draft, item: Located[Claim], asked: DataEstimand, keys: Path) -> list[Problem]:
    problems: list[Problem] = []
    if asked.dyad:
        problems += check_dyad(draft, item, (*keys, "dyad"), asked.dyad)
    for number, kind in enumerate(asked.kinds):
        must = "must be a kind of the table of event classes"
        kinds = draft.event_classes.column("kind")
        problems += item.unknown((*keys, "kinds", number), must, kind, kinds)
    for key in ("events", "contrast_events"):
        for number, name in enumerate(getattr(asked, key)):
            must, known = "must be a row of events.csv", draft.events.column("id")
            problems += item.unknown((*keys, key, number), must, name, known)
    if draft.as_of is None or draft.first_month is None:
        return problems
    first, last = draft.first_month, month_of(draft.as_of)
    for key in ("window", "contrast"):
        window = getattr(asked, key)
        if window is not None and not first <= window[0] <= window[1] <= last:
            must = f"must lie in order within {month_text(first)} to {month_text(last)}"
            found = f"{month_text(window[0])} to {month_text(window[1])}"
            problems.append(item.problem((*keys, key), must, found))
    return problems


def _question(draft: Draft, item: Located[Question]) -> list[Problem]:
    question, problems = item.value, list[Problem]()
    if draft.as_of is not None and question.opens < draft.as_of:
        must = f"must not lie before the case closes ({draft.as_of})"
        found = str(question.opens)
        problems.append(item.problem("opens", must, found, f'Nearest: "{draft.as_of}".'))
    if question.outcome is None:
        return problems
    problems += check_outcome(draft, item, question.outcome, ("outcome",))
    if draft.as_of is not None:
        start = month_of(draft.as_of)
        month = start + question.outcome.lead(start)
        first, last = month_of(question.opens), month_of(question.closes)
        if not first <= month <= last:
            key = "month" if question.outcome.month is not None else "lead_months"
            must = f"must fall in the months of the question, {question.opens} to {question.closes}"
            nearest = f'Nearest: "{month_text(min(max(month, first), last))}".'
            problems.append(item.problem(("outcome", key), must, month_text(month), nearest))
    return problems

"""Scenarios that hold what exists, and outcomes that ask about what exists."""

from __future__ import annotations

from comity.core.errors import Problem, nearest_match
from comity.core.months import month_of, month_text
from comity.core.outcomes import Outcome
from comity.core.rows import STATUSES
from comity.core.scenarios import CLAMPABLE, Clamp, Scenario
from comity.record.check_parameters import HELD, entities
from comity.record.check_states import check_dyad
from comity.record.draft import Draft
from comity.record.located import Located, quoted
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
    return problems


def check_outcome(
    draft: Draft, item: Located, outcome: Outcome, keys: tuple[str | int, ...]
) -> list[Problem]:
    """Return what an outcome names and the case does not have."""
    problems: list[Problem] = []
    if outcome.dyad:
        problems += check_dyad(draft, item, (*keys, "dyad"), outcome.dyad)
    if outcome.state:
        must = "must be the code of a state in case.toml"
        unknown = item.unknown((*keys, "state"), must, outcome.state, draft.codes)
        problems += unknown
        if outcome.coalition and not unknown:
            must = f"must be a coalition of {outcome.state} in case.toml"
            known = draft.coalitions_of(outcome.state)
            problems += item.unknown((*keys, "coalition"), must, outcome.coalition, known)
    if outcome.agreement:
        must = "must be the id of an agreement of the case or of a scenario"
        problems += item.unknown((*keys, "agreement"), must, outcome.agreement, _agreements(draft))
    if outcome.month is not None and draft.as_of is not None:
        lead = outcome.month - month_of(draft.as_of)
        if not 1 <= lead <= MAX_LEAD_MONTHS:
            must = f"must lie 1 to {MAX_LEAD_MONTHS} months after as_of ({draft.as_of})"
            problems.append(item.problem((*keys, "month"), must, month_text(outcome.month)))
    return problems


def _agreements(draft: Draft) -> set[str] | None:
    known = draft.agreements.column("id")
    readable = draft.scenarios.raw is not None and len(draft.scenarios.raw) == len(
        draft.scenarios.items
    )
    if known is None or not readable:
        return None  # a scenario that could not be read may bring the agreement about
    new = {row.id for item in draft.scenarios.items for row in item.value.agreements}
    return known | new


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
    known = draft.agreements.column("id")
    for number, agreement in enumerate(scenario.agreements):
        keys = ("agreements", number)
        if known is not None and agreement.id in known:
            must = "must differ from the agreements of the case"
            problems.append(item.problem((*keys, "id"), must, agreement.id))
        for place, party in enumerate(agreement.parties):
            must = "must be the code of a state in case.toml"
            problems += item.unknown((*keys, "parties", place), must, party, draft.codes)
    new = {agreement.id for agreement in scenario.agreements}
    for number, clamp in enumerate(scenario.clamps):
        problems += _clamp(draft, item, clamp, ("clamps", number), new)
    return problems


def _clamp(
    draft: Draft, item: Located, clamp: Clamp, keys: tuple[str | int, ...], new: set[str]
) -> list[Problem]:
    quantity, entity, value = clamp.process, clamp.entity, clamp.value
    at, problems = (*keys, "quantity"), list[Problem]()
    if quantity not in CLAMPABLE:
        must = "must be a quantity that a scenario can hold, written quantity.entity"
        hint = nearest_match(quantity, CLAMPABLE)
        if hint.startswith("Nearest: ") and entity:
            meant = hint.partition('"')[2].rpartition('"')[0]
            known = _known(draft, meant, new) or {entity}
            near = entity if entity in known else _nearest_word(entity, known)
            hint = f'Nearest: "{meant}.{near}".' if near else hint
        problems.append(item.problem(at, must, clamp.quantity, hint))
        return problems
    end = clamp.end_month
    if draft.as_of is not None and end is not None and end <= month_of(draft.as_of):
        must = f"must lie after the month of as_of ({draft.as_of})"
        problems.append(item.problem((*keys, "end_month"), must, month_text(end)))
    known = _known(draft, quantity, new)
    if known is not None and entity not in known:
        near = _nearest_word(entity, known)
        hint = f'Nearest: "{quantity}.{near}".' if near else nearest_match(entity, sorted(known))
        must = f"must name what exists: {CLAMPABLE[quantity]}"
        problems.append(item.problem(at, must, clamp.quantity, hint))
    return problems + _value(draft, item, keys, quantity, entity, value)


def _known(draft: Draft, quantity: str, new: set[str]) -> set[str] | None:
    """Return what a quantity may be held of; None when it cannot be known."""
    if quantity == "agreement":
        ids = draft.agreements.column("id")
        return None if ids is None else ids | new
    if quantity == "flare":
        return draft.disputes.column("id")
    if quantity == "coalition":
        return draft.codes
    return entities(draft, quantity)


def _nearest_word(found: str, known: set[str]) -> str:
    hint = nearest_match(found, sorted(known))
    return hint.partition('"')[2].rpartition('"')[0] if hint.startswith("Nearest: ") else ""


def _value(
    draft: Draft,
    item: Located,
    keys: tuple[str | int, ...],
    quantity: str,
    entity: str,
    value: float | str,
) -> list[Problem]:
    at = (*keys, "value")
    if quantity == "agreement":
        return item.unknown(at, "must be a status of an agreement", str(value), set(STATUSES))
    if quantity == "coalition":
        known = draft.coalitions_of(entity)
        if known is None or not known:
            return []
        must = f"must be a coalition of {entity} in case.toml"
        return item.unknown(at, must, str(value), known)
    if quantity == "flare":
        if value in (1, 2, 3):
            return []
        return [item.problem(at, "must be a severity: 1, 2 or 3", value, _nearest(value, 1, 3))]
    assert quantity in HELD
    if isinstance(value, float) and 0 <= value <= 1:
        return []
    return [item.problem(at, "must be a number from 0 to 1", value, _nearest(value, 0, 1))]


def _nearest(value: float | str, low: int, high: int) -> str:
    if isinstance(value, str) or value != value:
        return ""
    nearest = min(max(value, low), high)
    return f"Nearest: {quoted(f'{round(nearest) if high > 1 else nearest:g}')}."

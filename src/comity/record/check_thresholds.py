"""Thresholds that move what the case has, and ask what it can answer."""

from __future__ import annotations

from comity.core.errors import Problem, nearest_match
from comity.core.parameter_names import parameter_faults
from comity.core.quantities import (
    CLAMPABLE,
    HELD_IN_CLOSED_FORM,
    QUANTITIES,
    is_on_a_scale,
)
from comity.core.things import nearest_name, nearest_word
from comity.core.thresholds import CLOSED_FORMS, ThresholdAsked
from comity.record.check_scenarios import things_of_draft
from comity.record.draft import Draft
from comity.record.located import Located, Path


def check_threshold(
    draft: Draft, item: Located, asked: ThresholdAsked, keys: Path
) -> list[Problem]:
    """Return what a threshold names and the case does not have."""
    things = things_of_draft(draft, None)
    problems: list[Problem] = []
    for number, name in enumerate(asked.numbers):
        for fault in parameter_faults(name, things):
            problems.append(item.fault(fault.under(*keys, "numbers", number)))
    for number, name in enumerate(asked.held):
        problems += _held(draft, item, asked, (*keys, "held", number), name)
    if asked.entity:
        kind = CLOSED_FORMS[asked.asks]
        must = f"must name a {kind} of the case"
        problems += item.unknown((*keys, "entity"), must, asked.entity, things.of(kind))
    if asked.outcome:
        must, known = "must be the id of an outcome in case.toml", draft.outcomes.words("id")
        problems += item.unknown((*keys, "outcome"), must, asked.outcome, known)
        for key in ("scenario", "against"):
            word, known = getattr(asked, key), draft.scenarios.words("id")
            if word:
                must = "must be the id of a scenario"
                problems += item.unknown((*keys, key), must, word, known)
    return problems


def _held(
    draft: Draft, item: Located, asked: ThresholdAsked, keys: Path, name: str
) -> list[Problem]:
    process, _, entity = name.partition(".")
    known = [key for key in CLAMPABLE if is_on_a_scale(key)]
    if asked.is_closed_form:
        known = [key for key in known if key in HELD_IN_CLOSED_FORM]
    if process not in known:
        must = "must be a quantity on a scale that can be held here, written quantity.entity"
        near = nearest_word(process, known)
        return [item.problem(keys, must, name, nearest_match(near or process, known))]
    entities = things_of_draft(draft, None).of(QUANTITIES[process].of)
    if entities is None or entity in entities:
        return []
    must = f"must name what exists: {CLAMPABLE[process]}"
    return [item.problem(keys, must, name, nearest_name(process, entity, entities))]

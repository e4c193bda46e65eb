"""States, roles and coalitions that fit together."""

from __future__ import annotations

from comity.core.errors import Problem
from comity.core.months import month_of, month_text
from comity.record.draft import Draft
from comity.record.located import Located
from comity.record.repeats import repeated


def check_states(draft: Draft) -> list[Problem]:
    """Return states that are given twice, roles that do not make a system, coalitions of nobody."""
    problems = repeated(((item, item.value.code) for item in draft.states.items), "code", "a state")
    problems += _roles(draft)
    problems += _coalitions(draft)
    for item in draft.states.items:
        state = item.value
        if draft.as_of is None:
            break
        must = f"must lie after the month of as_of ({month_text(month_of(draft.as_of))})"
        for number, change in enumerate(state.scheduled):
            if change.month <= month_of(draft.as_of):
                keys = ("scheduled", number, "month")
                problems.append(item.problem(keys, must, month_text(change.month)))
        if state.next_term_month is not None and state.next_term_month <= month_of(draft.as_of):
            found = month_text(state.next_term_month)
            problems.append(item.problem("next_term_month", must, found))
    if draft.head is not None:
        for number, dyad in enumerate(draft.head.value.focal_dyads):
            problems += check_dyad(draft, draft.head, ("focal_dyads", number), dyad)
        known = draft.outcomes.words("id")
        for number, word in enumerate(draft.head.value.headline_outcomes):
            keys = ("headline_outcomes", number)
            problems += draft.head.unknown(keys, "must be the id of an outcome", word, known)
    return problems


def check_dyad(
    draft: Draft, item: Located, keys: str | tuple[str | int, ...], label: str
) -> list[Problem]:
    """Return a problem when a label does not name two states of the case in sorted order."""
    must = "must name two states of the case, sorted and joined by a hyphen"
    return item.unknown(keys, must, label, draft.dyads)


def _roles(draft: Draft) -> list[Problem]:
    if draft.states.raw is None:
        return []
    hubs, spokes = draft.with_role("hub"), draft.with_role("spoke")
    if hubs is None or spokes is None:
        return []  # a state that could not be read may hold the missing role
    problems: list[Problem] = []
    place: Located[None] = next(
        (Located(None, item.file, item.row) for item in draft.states.items),
        Located(None, "case.toml", 0),
    )
    if len(hubs) != 1:
        found = ", ".join(sorted(hubs)) or "none"
        problems.append(place.problem("states", "exactly one state must have the role hub", found))
    if len(spokes) < 2:
        found = ", ".join(sorted(spokes)) or "none"
        must = "at least two states must have the role spoke"
        problems.append(place.problem("states", must, found))
    problems += [
        item.problem("roles", "a hub must not be a spoke as well", ", ".join(item.value.roles))
        for item in draft.states.items
        if item.value.code in hubs & spokes
    ]
    return problems


def _coalitions(draft: Draft) -> list[Problem]:
    pairs = ((item, f"{item.value.state}.{item.value.id}") for item in draft.coalitions.items)
    problems = repeated(pairs, "id", "a state's coalition")
    for item in draft.coalitions.items:
        must = "must be the code of a state in case.toml"
        problems += item.unknown("state", must, item.value.state, draft.codes)
        if not is_plain(item.value.id):
            must = "must be a word without blanks and dots"
            problems.append(item.problem("id", must, item.value.id))
    for item in draft.states.items:
        if draft.coalitions_of(item.value.code) == set():
            must = 'needs a coalition: a table "[[coalitions]]" with this state'
            problems.append(item.problem("code", must, item.value.code))
    return problems


def is_plain(word: str) -> bool:
    """Return whether a word can be part of a dotted name."""
    return bool(word) and not any(letter.isspace() or letter == "." for letter in word)

"""Judged numbers whose names point at something."""

from __future__ import annotations

from comity.core.case import OFFICE_KINDS
from comity.core.errors import Problem, nearest_match
from comity.core.scenarios import CLAMPABLE
from comity.core.states import COMPONENTS
from comity.record.draft import Draft
from comity.record.located import Located, key_words
from comity.record.repeats import repeated

HELD = ("mediation", "pressure", "threat", "density")
"""Quantities with a present value in [0, 1] of each entity."""

BY_SPOKE = ("rival_threat", "exposure")
BY_COALITION = ("posture", "commitment")
"""Families whose numbers belong to a coalition of the hub."""

FAMILIES = (
    *HELD, *BY_SPOKE, *BY_COALITION, "abandonment", "agreement", "alignment", "bargain", "belief",
    "channels", "coalitions", "coordination", "demands", "dispute", "mediator", "prospect",
    "public_good", "relation", "signal", "summit", "track", "trilateral", "turnover", "visit",
)  # fmt: skip
_SEASONS = tuple(f"{month:02d}" for month in range(1, 13))


def check_parameters(draft: Draft) -> list[Problem]:
    """Return numbers of things that the case does not have, and orientations that are missing."""
    problems = repeated(((item, item.value.id) for item in draft.demands.items), "id", "a demand")
    for name, item in (draft.parameters or {}).items():
        problems += _points(draft, name, item)
        if name.startswith("coalitions.") and (item.value.low < -1 or item.value.high > 1):
            must = "an orientation must lie between -1 and 1"
            problems.append(item.problem((), must, f"{item.value.low} to {item.value.high}"))
    if draft.parameters is not None:
        problems += _orientations(draft)
    return problems


def entities(draft: Draft, quantity: str) -> set[str] | None:
    """Return what a held quantity may belong to: pairs, spokes, states or proliferators."""
    if quantity in ("mediation", "density"):
        return draft.dyads
    if quantity == "pressure":
        return draft.with_role("spoke")
    return draft.codes


def _points(draft: Draft, name: str, item: Located) -> list[Problem]:
    family, *rest = name.split(".")
    if family not in FAMILIES:
        must = "must begin with a known family of parameters"
        return [item.problem((), must, name, nearest_match(family, FAMILIES))]
    if family == "pressure" and len(rest) == 2:
        return _last(item, rest, 2, _hub_coalitions(draft), _OF_HUB)
    if family in BY_COALITION:
        words = _hub_coalitions(draft)
        return _last(item, rest[-1:], 1, None if words is None else words | {"default"}, _OF_HUB)
    if family in BY_SPOKE:
        spokes = draft.with_role("spoke")
        words = None if spokes is None else spokes | {"default"}
        return _last(item, rest, 1, words, "must belong to a spoke")
    if (family, *rest[:1]) == ("summit", "rate"):
        words = None if draft.dyads is None else draft.dyads | {"default"}
        return _last(item, rest[1:], 1, words, "must be the rate of a pair of states")
    if family in HELD:
        allowed = entities(draft, family)
        words = None if allowed is None else allowed | {"default"}
        return _last(
            item, rest, 1, words, f'must name what exists: {CLAMPABLE[family]}, or "default"'
        )
    if family == "coalitions":
        known = draft.coalitions.raw
        if known is None:
            return []
        words = {f"{raw.get('state')}.{raw.get('id')}" for raw in known}
        return item.unknown(
            (), "must belong to a coalition in case.toml", ".".join(rest[:2]), words
        )
    if family == "dispute" and rest[:1] == ["rate"]:
        ids = draft.disputes.column("id")
        words = None if ids is None else ids | {"default"}
        return _last(item, rest[1:], 1, words, "must be the rate of a docket in disputes.csv")
    if family == "dispute" and rest[:1] == ["season"]:
        return _last(item, rest[1:], 1, set(_SEASONS), "must be a month of the year, 01 to 12")
    if family == "turnover" and len(rest) == 2 and draft.codes is not None:
        words = draft.codes | set(OFFICE_KINDS)
        return _last(item, rest[1:], 1, words, "must belong to a state or a kind of office")
    return []


_OF_HUB = "must belong to a coalition of the hub in case.toml"


def _hub_coalitions(draft: Draft) -> set[str] | None:
    hubs, known = draft.with_role("hub"), draft.coalitions.raw
    if hubs is None or known is None:
        return None
    return {str(raw.get("id")) for raw in known if raw.get("state") in hubs}


def _last(
    item: Located, rest: list[str], length: int, words: set[str] | None, must: str
) -> list[Problem]:
    if len(rest) != length:
        return [item.problem((), must, key_words(item.path))]
    return item.unknown((), must, rest[-1], words)


def _orientations(draft: Draft) -> list[Problem]:
    problems: list[Problem] = []
    for coalition in draft.coalitions.items:
        name = f"coalitions.{coalition.value.state}.{coalition.value.id}"
        given = [word for word in draft.parameter_names if word.startswith(f"{name}.")]
        for component in COMPONENTS:
            wanted = f"{name}.{component}"
            if wanted in draft.parameter_names:
                continue
            table = next((item for key, item in (draft.parameters or {}).items()
                          if key.startswith(f"{name}.")), None)  # fmt: skip
            row = 0 if table is None else Located(None, "", 0, table.path[:3], table.lines).row_of()
            must = "every coalition needs its orientation toward hub, partner, rival, proliferator"
            found = "no such number" if given else "no orientation of this coalition"
            fix = f"Add {component} = [low, central, high] under [{name}]."
            problems.append(Problem("parameters.toml", row, wanted, must, found, fix))
    return problems

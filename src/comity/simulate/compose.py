"""Scenarios found, joined and said in words."""

from __future__ import annotations

from itertools import combinations, product

from comity.core.case import Case
from comity.core.errors import ConfigError, nearest_match
from comity.core.quantities import QUANTITIES
from comity.core.scenarios import Clamp, NewAgreement, Scenario
from comity.simulate.scenario import check_scenario

FOREVER = 10**9
"""End of an open window."""


def find_scenario(case: Case, scenario: Scenario | str) -> Scenario:
    """Return a scenario given itself, its id, or the ids of several joined by ``+``.

    Raises
    ------
    ConfigError
        The case has no scenario of that id, and the message names the nearest one; or the
        scenarios cannot be joined.
    """
    if isinstance(scenario, Scenario):
        return scenario
    parts = [_one(case, part.strip()) for part in scenario.split("+")]
    return parts[0] if len(parts) == 1 else compose_scenarios(*parts)


def _one(case: Case, scenario_id: str) -> Scenario:
    found = case.scenario(scenario_id)
    if found is None:
        known = [item.id for item in case.scenarios]
        hint = nearest_match(scenario_id, known)
        raise ConfigError(f'no scenario "{scenario_id}" in case {case.id}. {hint}'.rstrip())
    return found


def compose_scenarios(*scenarios: Scenario) -> Scenario:
    """Return one scenario that holds everything the given ones hold.

    Raises
    ------
    ConfigError
        No scenario is given, two bring about different agreements of one id, or two hold one
        quantity at different values in the same months, whatever happens.
    """
    if not scenarios:
        raise ConfigError("at least one scenario is needed to compose; found none.")
    agreements: dict[str, NewAgreement] = {}
    for scenario in scenarios:
        for row in scenario.agreements:
            if agreements.setdefault(row.id, row) != row:
                raise ConfigError(
                    f'scenarios to compose bring about two different agreements "{row.id}"; '
                    "rename one."
                )
    for one, other in combinations(scenarios, 2):
        for first, second in product(one.clamps, other.clamps):
            if _contradict(first, second):
                raise ConfigError(
                    f'scenarios "{one.id}" and "{other.id}" cannot be joined: both hold '
                    f"{first.quantity} in the same months, at {first.value} and at "
                    f"{second.value}. Join others, or write a scenario that says which counts."
                )
    return Scenario(
        id="-and-".join(item.id for item in scenarios),
        title="; ".join(item.title for item in scenarios),
        question=" ".join(item.question for item in scenarios if item.question),
        description=" ".join(item.description for item in scenarios if item.description),
        clamps=tuple(clamp for item in scenarios for clamp in item.clamps),
        agreements=tuple(agreements.values()),
    )


def _contradict(first: Clamp, second: Clamp) -> bool:
    """Whether two clamps hold one quantity at different values in a month that both cover.

    What acts on a condition, by chance, or on top of the model does not contradict: it is meant
    to meet the rest, and the later clamp counts.
    """
    if _thing(first) != _thing(second) or first.value == second.value:
        return False
    if any(item.while_ or item.chance < 1 or item.change != "set" for item in (first, second)):
        return False
    windows = [
        ((clamp.start_month, clamp.end_month), (clamp.from_lead, clamp.to_lead))
        for clamp in (first, second)
    ]
    for kind in (0, 1):
        if all(window[1 - kind] == (None, None) for window in windows):
            (a, b), (c, d) = (window[kind] for window in windows)
            return (a or 0) <= (FOREVER if d is None else d) and (c or 0) <= (
                FOREVER if b is None else b
            )
    return True  # calendar months beside leads: taken to meet, so that nothing wins in silence


def _thing(clamp: Clamp) -> tuple[str, ...]:
    """Return what is held; a pair may be written in either order."""
    is_pair = clamp.process in QUANTITIES and QUANTITIES[clamp.process].of == "dyad"
    return (clamp.process, *(sorted(clamp.entity.split("-")) if is_pair else (clamp.entity,)))


def scenario_in_words(case: Case, scenario: Scenario, n_months: int) -> tuple[str, ...]:
    """Return one sentence per thing held, without running anything.

    Raises
    ------
    ConfigError
        Every problem of the scenario, one per line.
    """
    check_scenario(case, scenario)
    lines = [
        f'Agreement "{row.name}" between {", ".join(row.parties)} becomes possible.'
        for row in scenario.agreements
    ]
    lines += [clamp.in_words(case.last_month, n_months) for clamp in scenario.clamps]
    return tuple(lines) or ("Nothing is held.",)

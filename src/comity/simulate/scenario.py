"""Scenarios: what is held, checked against the case and laid out month by month."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.errors import ConfigError, ParameterError, nearest_match
from comity.core.rows import STATUSES
from comity.core.scenarios import CLAMPABLE, Clamp, NewAgreement, Scenario

PAIR_QUANTITIES = ("mediation", "density")
STATE_QUANTITIES = ("fear", "pressure", "threat", "talks")
HELD_QUANTITIES = PAIR_QUANTITIES + STATE_QUANTITIES
ACTS = ("coalition", "flare")
"""Held in the first month of their window only: they happen, they do not last."""


FOREVER = 10**9
"""End of an open window."""


@dataclass(frozen=True)
class HeldArrays:
    """What a scenario holds, by entity and month; NaN or -1 (flare: 0) where nothing is held."""

    levels: dict[str, NDArray[np.float64]]  # quantity -> (entity, month)
    coalition: NDArray[np.int64]  # (state, month)         coalition numbered over all states
    agreement: NDArray[np.int64]  # (agreement, month)     position in STATUSES
    flare: NDArray[np.int64]  # (docket, month)            severity


def find_scenario(case: Case, scenario: Scenario | str) -> Scenario:
    """Return a scenario given itself or its id.

    Raises
    ------
    ConfigError
        The case has no scenario of that id; the message names the nearest one.
    """
    if isinstance(scenario, Scenario):
        return scenario
    found = case.scenario(scenario)
    if found is None:
        known = [item.id for item in case.scenarios]
        hint = nearest_match(scenario, known)
        raise ConfigError(f'no scenario "{scenario}" in case {case.id}. {hint}'.rstrip())
    return found


def compose_scenarios(*scenarios: Scenario) -> Scenario:
    """Return one scenario that holds everything the given ones hold.

    Raises
    ------
    ConfigError
        No scenario is given, two bring about different agreements of one id, or two hold one
        quantity at different values in the same months.
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
    """Whether two clamps hold one quantity at different values in a month that both cover."""
    if first.quantity != second.quantity or first.value == second.value:
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


def scenario_problems(case: Case, scenario: Scenario) -> tuple[str, ...]:
    """Return what a scenario asks that the case cannot give, a sentence each; empty when sound."""
    problems = [
        text for clamp in scenario.clamps if (text := _clamp_problem(case, scenario, clamp))
    ]
    taken = {row.id for row in case.agreements}
    for row in scenario.agreements:
        if row.id in taken:
            problems.append(f'agreement "{row.id}" exists in the case already; choose another id.')
        unknown = [code for code in row.parties if code not in case.index.codes]
        if unknown:
            hint = nearest_match(unknown[0], case.index.codes)
            problems.append(
                f'agreement "{row.id}": every party must be a state of the case; found '
                f'"{unknown[0]}". {hint}'.rstrip()
            )
    return tuple(problems)


def scenario_in_words(case: Case, scenario: Scenario, n_months: int) -> tuple[str, ...]:
    """Return one sentence per thing held, without running anything."""
    lines = [
        f'Agreement "{row.name}" between {", ".join(row.parties)} becomes possible.'
        for row in scenario.agreements
    ]
    for clamp in scenario.clamps:
        first, last = clamp_leads(clamp, case.last_month, n_months)
        if last < first:
            lines.append(f"{clamp.quantity} is not held within {n_months} months.")
        else:
            lines.append(clamp.in_words(case.last_month, n_months))
    return tuple(lines) or ("Nothing is held.",)


def clamp_leads(clamp: Clamp, start: int, n_months: int) -> tuple[int, int]:
    """Return first and last lead (inclusive) in which a clamp acts; last < first: never."""
    first, last = clamp.leads(start, n_months)
    if clamp.process not in ACTS:
        return first, last
    if clamp.start_month is not None and clamp.start_month <= start:
        return 1, 0
    return first, min(first, last)


def held_arrays(
    case: Case,
    scenario: Scenario,
    coalitions: tuple[tuple[str, str], ...],
    agreements: tuple[str, ...],
    n_months: int,
) -> HeldArrays:
    """Return what the scenario holds, laid out by entity and month.

    Raises
    ------
    ConfigError
        Every problem of the scenario, one per line.
    """
    problems = scenario_problems(case, scenario)
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        noun = "problem" if len(problems) == 1 else "problems"
        raise ConfigError(f"scenario {scenario.id}: {len(problems)} {noun}.\n{lines}")
    n, pairs = len(case.index), case.index.n_dyads
    levels = {
        name: np.full((pairs if name in PAIR_QUANTITIES else n, n_months), np.nan)
        for name in HELD_QUANTITIES
    }
    coalition = np.full((n, n_months), -1, np.int64)
    agreement = np.full((len(agreements), n_months), -1, np.int64)
    dockets = [row.id for row in case.disputes]
    flare = np.zeros((len(dockets), n_months), np.int64)
    for clamp in scenario.clamps:
        first, last = clamp_leads(clamp, case.last_month, n_months)
        when = slice(first - 1, max(first - 1, last))
        if clamp.process in PAIR_QUANTITIES:
            levels[clamp.process][case.index.dyad_number(clamp.entity), when] = float(clamp.value)
        elif clamp.process in STATE_QUANTITIES:
            levels[clamp.process][case.index.number(clamp.entity), when] = float(clamp.value)
        elif clamp.process == "coalition":
            number = coalitions.index((clamp.entity, str(clamp.value)))
            coalition[case.index.number(clamp.entity), when] = number
        elif clamp.process == "agreement":
            row = agreements.index(clamp.entity)
            agreement[row, when] = STATUSES.index(str(clamp.value))
        else:
            flare[dockets.index(clamp.entity), when] = int(clamp.value)
    return HeldArrays(levels, coalition, agreement, flare)


def _clamp_problem(case: Case, scenario: Scenario, clamp: Clamp) -> str:
    """Return what is wrong with a clamp, or nothing."""
    name, entity, value = clamp.process, clamp.entity, clamp.value
    if name not in CLAMPABLE:
        return (
            f'"{clamp.quantity}": a scenario cannot hold "{name}". '
            f"{nearest_match(name, CLAMPABLE)}".rstrip()
        )
    if name in PAIR_QUANTITIES:
        try:
            case.index.dyad_number(entity)
        except ParameterError as problem:
            return f'"{clamp.quantity}": {problem}'
        return _share_problem(clamp)
    known = _entities(case, scenario, name)
    if entity not in known:
        hint = nearest_match(entity, known)
        return f'"{clamp.quantity}": no {_NOUN[name]} "{entity}" in this case. {hint}'.rstrip()
    if name in STATE_QUANTITIES:
        return _share_problem(clamp)
    allowed = {
        "coalition": [row.id for row in case.coalitions if row.state == entity],
        "agreement": list(STATUSES),
        "flare": ["1", "2", "3"],
    }[name]
    text = value if isinstance(value, str) else f"{value:g}"
    if text not in allowed:
        hint = nearest_match(text, allowed)
        return f'"{clamp.quantity}" cannot be held at "{text}". {hint}'.rstrip()
    return ""


_NOUN = {
    "fear": "state",
    "pressure": "state",
    "threat": "state",
    "talks": "proliferator",
    "coalition": "state",
    "agreement": "agreement of two or more of its states",
    "flare": "docket",
}


def _entities(case: Case, scenario: Scenario, name: str) -> list[str]:
    if name == "agreement":
        rows = [*case.agreements, *scenario.agreements]
        codes = set(case.index.codes)
        return [row.id for row in rows if len(codes.intersection(row.parties)) > 1]
    if name == "flare":
        return [row.id for row in case.disputes]
    if name == "talks":
        return list(case.with_role("proliferator"))
    return list(case.index.codes)


def _share_problem(clamp: Clamp) -> str:
    try:
        value = float(clamp.value)
    except ValueError:
        value = float("nan")
    if not 0 <= value <= 1:
        return f'"{clamp.quantity}" lies between 0 and 1; found {clamp.value}.'
    return ""

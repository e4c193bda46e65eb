"""Scenarios: what is held or moved, checked against the case and laid out as levers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.conditions import RELATIONS, Clause, parse_condition
from comity.core.errors import ConfigError, nearest_match
from comity.core.quantities import CLAMPABLE, CONDITIONAL, QUANTITIES
from comity.core.rows import STATUSES
from comity.core.scenario_checks import clamp_faults
from comity.core.scenarios import Clamp, NewAgreement, Scenario
from comity.core.states import StateIndex
from comity.core.streams import stream_number, stream_numbers
from comity.core.things import Things, prospect_id

ASKABLE = (*CLAMPABLE, *(name for name in CONDITIONAL if name not in CLAMPABLE))
"""Quantities by their number in a clause; ``flare`` and ``first_visit`` are never asked about."""

CHANGES = ("set", "add", "scale")
PROSPECT_DEPTH = 1.2
"""Depth, of 3, of a new joint declaration: common aims are named, obligations are not."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Levers(NamedTuple):
    """What a scenario holds or moves, lever by lever in its order; the later lever counts.

    A row is one held quantity of one entity; rows are numbered in order of first appearance. The
    last nineteen fields give the row of every entity of a quantity, or -1.
    """

    target: Ints  # (lever,)                row
    first: Ints  # (lever,)                 lead, 1 is the first new month
    last: Ints  # (lever,)                  lead, inclusive; below first: never
    value: Floats  # (lever,)               word numbered; a relation that is set in logits
    change: Ints  # (lever,)                position in CHANGES
    chance: Floats  # (lever,)
    stream: Ints  # (lever,)                address of the draw, 0 where it is sure
    is_act: Ints  # (lever,)                happens once and does not last
    first_clause: Ints  # (lever + 1,)      clauses of a lever: first[k] .. first[k + 1]
    clause_quantity: Ints  # (clause,)      position in ASKABLE
    clause_entity: Ints  # (clause,)        row of that quantity's entities
    clause_relation: Ints  # (clause,)      position in RELATIONS
    clause_value: Floats  # (clause,)       word numbered; a relation in logits
    low: Floats  # (row,)
    high: Floats  # (row,)
    mediation: Ints  # (dyad,)
    density: Ints  # (dyad,)
    fear: Ints  # (spoke,)
    pressure: Ints  # (state,)
    threat: Ints  # (state,)
    talks: Ints  # (proliferator,)
    posture: Ints  # (1,)                   the hub
    commitment: Ints  # (spoke,)
    tension: Ints  # (1,)                   the hub
    stage: Ints  # (proliferator,)
    alignment_security: Ints  # (spoke,)
    alignment_economy: Ints  # (spoke,)
    coordination: Ints  # (demand,)
    relation: Ints  # (dyad,)
    coalition: Ints  # (state,)
    agreement: Ints  # (agreement,)
    flare: Ints  # (docket,)
    summit: Ints  # (dyad,)
    first_visit: Ints  # (spoke,)


def prospect_agreements(case: Case) -> tuple[NewAgreement, ...]:
    """Return the declarations that the model itself may bring about, one for each pair of spokes.

    In the order of the pairs; they cover no issue in particular.
    """
    return tuple(
        NewAgreement(
            id=prospect_id(*label.split("-")),
            name=f"New joint declaration of {case.dyad_words(label)}",
            parties=tuple(label.split("-")),
            form="statement",
            depth=PROSPECT_DEPTH,
        )
        for label in StateIndex(case.with_role("spoke")).dyads
    )


def things_of(case: Case, agreements: tuple[NewAgreement, ...] = ()) -> Things:
    """Return what can be named in a case to which scenarios add ``agreements``.

    A pair may be named in either order. Only agreements between two or more states of the case
    count: the others are not simulated.
    """
    codes = set(case.index.codes)
    rows = [*case.agreements, *prospect_agreements(case), *agreements]
    dyads = case.index.dyads
    return Things(
        {
            "dyad": [*dyads, *("-".join(reversed(label.split("-"))) for label in dyads)],
            "state": case.index.codes,
            "hub": case.with_role("hub"),
            "spoke": case.with_role("spoke"),
            "proliferator": case.with_role("proliferator"),
            "demand": [row.id for row in case.demands],
            "docket": [row.id for row in case.disputes],
            "agreement": [row.id for row in rows if len(codes.intersection(row.parties)) > 1],
        },
        {code: [row.id for row in case.coalitions if row.state == code] for code in codes},
    )


def scenario_problems(case: Case, scenario: Scenario) -> tuple[str, ...]:
    """Return what a scenario asks that the case cannot give, a sentence each; empty when sound."""
    things = things_of(case, scenario.agreements)
    problems = [
        str(fault.under("clamps", number))
        for number, clamp in enumerate(scenario.clamps)
        for fault in clamp_faults(clamp, things, case.last_month)
    ]
    prospects = {row.id for row in prospect_agreements(case)}
    taken = {row.id for row in case.agreements}
    problems += [
        f'agreement "{name}" of the case has the id of the declaration that its spokes may yet '
        "negotiate; choose another id."
        for name in sorted(prospects & taken)
    ]
    for row in scenario.agreements:
        if row.id in taken:
            problems.append(f'agreement "{row.id}" exists in the case already; choose another id.')
        elif row.id in prospects:
            problems.append(
                f'agreement "{row.id}" is the one that the model itself may negotiate; '
                "choose another id."
            )
        unknown = [code for code in row.parties if code not in case.index.codes]
        if unknown:
            hint = nearest_match(unknown[0], case.index.codes)
            problems.append(
                f'agreement "{row.id}": every party must be a state of the case; found '
                f'"{unknown[0]}". {hint}'.rstrip()
            )
    return tuple(problems)


def check_scenario(case: Case, scenario: Scenario) -> None:
    """Refuse a scenario that the case cannot give.

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


def canonical_entity(case: Case, quantity: str, entity: str) -> str:
    """Return the entity of a quantity as arrays name it: a pair with its codes sorted."""
    return case.index.dyad_label(entity) if QUANTITIES[quantity].of == "dyad" else entity


def lever_arrays(
    case: Case,
    scenario: Scenario,
    *,
    coalitions: tuple[tuple[str, str], ...],
    agreements: tuple[str, ...],
    n_months: int,
) -> Levers:
    """Return what the scenario holds, as arrays.

    Parameters
    ----------
    case, scenario
        The system and what is held in it.
    coalitions
        State and id of every coalition, numbered over all states.
    agreements
        Ids of the simulated agreements, in row order.
    n_months
        Horizon, to which the windows are cut.

    Raises
    ------
    ConfigError
        Every problem of the scenario, one per line; or two random streams share an address.
    """
    check_scenario(case, scenario)
    rows = _entity_rows(case, agreements)
    found: dict[tuple[str, str], int] = {}  # quantity and entity -> row
    columns: dict[str, list[float]] = {name: [] for name in Levers._fields[:8]}
    clauses: list[tuple[int, int, int, float]] = []
    first_clause = [0]
    names: list[str] = []  # of random streams
    for clamp in scenario.clamps:
        name, entity = clamp.process, canonical_entity(case, clamp.process, clamp.entity)
        first, last = clamp.acting_leads(case.last_month, n_months)
        stream = 0
        if clamp.chance < 1:
            before = sum(other.startswith(f"scenario/{name}.{entity}/") for other in names)
            names.append(f"scenario/{name}.{entity}/chance-{before + 1}")
            stream = stream_number(names[-1])
        numbers = {
            "target": found.setdefault((name, entity), len(found)),
            "first": first,
            "last": last,
            "value": _lever_value(clamp, coalitions),
            "change": CHANGES.index(clamp.change),
            "chance": clamp.chance,
            "stream": stream,
            "is_act": clamp.is_act,
        }
        for column, number in numbers.items():
            columns[column].append(number)
        clauses += [
            _clause(case, clause, rows, coalitions) for clause in parse_condition(clamp.while_)
        ]
        first_clause.append(len(clauses))
    stream_numbers(names)
    held: dict[str, NDArray[Any]] = {
        name: np.full(len(rows[name]), -1, np.int64) for name in CLAMPABLE
    }
    for (name, entity), row in found.items():
        held[name][rows[name][entity]] = row
    ranges = [_held_range(name, len(coalitions)) for name, _ in found]
    return Levers(
        **{name: _column(name, values) for name, values in columns.items()},
        first_clause=np.array(first_clause, np.int64),
        clause_quantity=np.array([row[0] for row in clauses], np.int64),
        clause_entity=np.array([row[1] for row in clauses], np.int64),
        clause_relation=np.array([row[2] for row in clauses], np.int64),
        clause_value=np.array([row[3] for row in clauses], np.float64),
        low=np.array([low for low, _ in ranges], np.float64),
        high=np.array([high for _, high in ranges], np.float64),
        **held,
    )


def _column(name: str, values: list[float]) -> NDArray[Any]:
    return np.array(values, np.float64 if name in ("value", "chance") else np.int64)


def _entity_rows(case: Case, agreements: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """Return the row of every entity of every quantity, the one entity of a quantity of none."""
    entities: dict[str, tuple[str, ...]] = {
        "dyad": case.index.dyads,
        "state": case.index.codes,
        "hub": case.with_role("hub"),
        "spoke": case.with_role("spoke"),
        "proliferator": case.with_role("proliferator"),
        "demand": tuple(row.id for row in case.demands),
        "docket": tuple(row.id for row in case.disputes),
        "agreement": agreements,
        "": ("",),
    }
    numbered = {
        kind: {entity: row for row, entity in enumerate(names)} for kind, names in entities.items()
    }
    return {name: numbered[QUANTITIES[name].of] for name in ASKABLE}


def _lever_value(clamp: Clamp, coalitions: tuple[tuple[str, str], ...]) -> float:
    if clamp.change != "set":
        return float(clamp.value)
    number = _number(clamp.process, clamp.entity, clamp.value, coalitions)
    low, high = _held_range(clamp.process, len(coalitions))
    return min(max(number, low), high)  # a share next to 0 or 1 lies beyond the range in logits


def _number(
    quantity: str, entity: str, value: float | str, coalitions: tuple[tuple[str, str], ...]
) -> float:
    """Return a value as arrays hold it: words numbered, a share of cooperative acts in logits."""
    match quantity:
        case "coalition":
            return coalitions.index((entity, str(value)))
        case "agreement":
            return STATUSES.index(str(value))
        case "relation":
            return math.log(float(value) / (1 - float(value)))
        case _:
            return float(value)


def _clause(
    case: Case,
    clause: Clause,
    rows: Mapping[str, Mapping[str, int]],
    coalitions: tuple[tuple[str, str], ...],
) -> tuple[int, int, int, float]:
    name, entity = clause.quantity, canonical_entity(case, clause.quantity, clause.entity)
    return (
        ASKABLE.index(name),
        rows[name][entity],
        tuple(RELATIONS).index(clause.relation),
        _number(name, entity, clause.value, coalitions),
    )


def _held_range(name: str, n_coalitions: int) -> tuple[float, float]:
    if name == "coalition":
        return 0.0, float(max(0, n_coalitions - 1))
    return QUANTITIES[name].low, QUANTITIES[name].high

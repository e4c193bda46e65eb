"""One future, member by member, in plain slow Python: what the compiled kernel is checked against.

Written from ``docs/theory/simulation.md`` alone; shares no code with the kernel but `comity.core`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from comity.core.case import Case
from comity.core.history import DriverHistory
from comity.core.judged import JudgedNumber
from comity.core.months import month_of
from comity.core.outcomes import Outcome
from comity.core.relations import RelationStart
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.core.states import COMPONENTS
from comity.core.streams import uniforms
from comity.simulate.reference_rules import (
    balance,
    flare_disputes,
    long_run,
    move_relations,
    review_agreements,
    turn_over,
)
from comity.simulate.reference_world import Docket, Office, Pact, Pair, World

LONG_UNCHANGED = 600
ACTS = ("coalition", "flare")
NULL_FAMILIES = (
    "relation.beta.",
    "agreement.gap_effect.",
    "agreement.support_change.",
    "agreement.refusal.",
)
NULL_NUMBERS = (
    "relation.government_sd",
    "relation.impulse_signed",
    "relation.impulse_ended",
    "relation.flare_effect",
    "dispute.branching",
    "dispute.orientation_effect",
    "dispute.density_effect",
    "dispute.settle_density_effect",
    "dispute.settle_orientation_effect",
    "dispute.mediation_effect",
    "agreement.depth_effect",
    "agreement.density_effect",
    "agreement.restore",
)


@dataclass(frozen=True)
class MemberPath:
    """One future, month by month; every list has one item per month.

    ``relation`` in logits, larger is warmer; ``flares`` in flares per month. ``start_relation`` is
    the pair's relation in the last recorded month, in the member's parameter draw.
    """

    start_relation: dict[str, float]  # dyad
    relation: dict[str, list[float]]  # dyad
    dispute_open: dict[str, list[bool]]  # dyad
    coalition: dict[str, list[str]]  # state
    changed: dict[str, list[bool]]  # state
    support_changed: dict[str, list[bool]]  # state
    status: dict[str, list[str]]  # agreement
    flares: dict[str, list[int]]  # docket
    is_out_of_range: bool = False


def simulate_member(
    case: Case,
    scenario: Scenario,
    *,
    start: RelationStart,
    history: DriverHistory,
    parameters: Mapping[str, JudgedNumber],
    settings: Settings,
    member: int,
    null: bool = False,
) -> MemberPath:
    """Return the path of one member of an ensemble.

    Parameters
    ----------
    case, scenario
        The system and what is held in it.
    start
        Posterior draws of the starting relations, in logits.
    history
        Recorded drivers; the last month is the present, the means are the reference.
    parameters
        Every judged number that the rules read, package defaults and those of the case merged.
    settings
        ``seed``, ``n_draws`` and ``n_months`` count here.
    member
        Number of the member, from 0.
    null
        Walk by the null simulator instead.

    Raises
    ------
    KeyError
        A rule reads a number that ``parameters`` does not hold.
    """
    draw = member % settings.n_draws
    numbers = draw_numbers(parameters, settings.seed, draw)
    row = draw % len(start.intercept)
    dynamics = {
        "level_memory": float(start.level_memory[row]),
        "flare_memory": float(start.flare_memory[row]),
    }
    if null:
        numbers = null_numbers(numbers)
        dynamics["level_memory"] = 1.0
    months = case.last_month + 1 + np.arange(settings.n_months)
    streams: dict[str, list[float]] = {}

    def uniform(stream: str, lead: int) -> float:
        if stream not in streams:
            read = uniforms(settings.seed, stream, member=member, month=months, draw=draw)
            streams[stream] = [float(value) for value in read]
        return streams[stream][lead - 1]

    held = held_values(case, scenario, settings.n_months)
    world = World(
        numbers=numbers,
        uniform=uniform,
        held=lambda quantity, entity, lead: held.get((quantity, entity, lead)),
        start_month=case.last_month,
        offices=_offices(case, history),
        pacts=_pacts(case, scenario),
        dockets=_dockets(case),
        pairs=_pairs(case, start, history, row),
        dynamics=dynamics,
    )
    if null:
        for pair in world.pairs.values():
            pair.flare_step_sd = 0.0
    set_references(world, history)
    path = _empty_path(world)
    for lead in range(1, settings.n_months + 1):
        turn_over(world, lead)
        review_agreements(world, lead)
        flare_disputes(world, lead)
        move_relations(world, lead)
        _note(path, world)
    return MemberPath(**path, is_out_of_range=world.is_out_of_range)


def draw_numbers(parameters: Mapping[str, JudgedNumber], seed: int, draw: int) -> dict[str, float]:
    """Return every judged number at this parameter draw's quantile."""
    return {
        name: float(
            judged.quantile(uniforms(seed, f"parameter/{name}/value", member=0, month=0, draw=draw))
        )
        for name, judged in parameters.items()
    }


def null_numbers(numbers: Mapping[str, float]) -> dict[str, float]:
    """Return the numbers of the null simulator."""
    changed = dict(numbers)
    for name in numbers:
        if name in NULL_NUMBERS or name.startswith(NULL_FAMILIES):
            changed[name] = 0.0
        if name.startswith("dispute.season."):
            changed[name] = 1.0
    return changed


def held_values(
    case: Case, scenario: Scenario, n_months: int
) -> dict[tuple[str, str, int], float | str]:
    """Return what the scenario holds, by quantity, entity and lead; later clamps count."""
    held: dict[tuple[str, str, int], float | str] = {}
    for clamp in scenario.clamps:
        entity = clamp.entity
        if clamp.process in ("mediation", "density"):
            entity = case.index.dyad_label(entity)
        first, last = clamp.leads(case.last_month, n_months)
        if clamp.process in ACTS:
            is_past = clamp.start_month is not None and clamp.start_month <= case.last_month
            last = 0 if is_past else min(first, last)
        for lead in range(first, last + 1):
            held[clamp.process, entity, lead] = clamp.value
    return held


def _offices(case: Case, history: DriverHistory) -> dict[str, Office]:
    offices: dict[str, Office] = {}
    for number, entry in enumerate(case.entries):
        coalitions = tuple(item for item in case.coalitions if item.state == entry.code)
        spells = sorted(
            (
                row
                for row in case.governments
                if row.state == entry.code and row.start <= case.as_of
            ),
            key=lambda row: row.start,
        )
        incumbent = case.incumbent(entry.code)
        coalition = coalitions[0].id if coalitions else ""
        in_office = since_support = LONG_UNCHANGED
        if incumbent is not None:
            coalition = incumbent.coalition
            in_office = case.last_month - month_of(incumbent.start)
            run = incumbent
            for row in reversed(spells[: spells.index(incumbent)]):
                if row.coalition != coalition:
                    break
                run = row
            since_support = case.last_month - month_of(run.start)
        recorded = history.state_orientation[number, :, -1]
        offices[entry.code] = Office(
            entry=entry,
            coalitions=coalitions,
            coalition=coalition,
            orientation={name: float(recorded[c]) for c, name in enumerate(COMPONENTS)},
            months_in_office=in_office,
            months_since_support=since_support,
            clock=(entry.next_term_month or 0) - case.last_month,
            terms_served=entry.terms_served,
        )
    return offices


def _pacts(case: Case, scenario: Scenario) -> list[Pact]:
    status = case.agreement_status()
    pacts: list[Pact] = []
    for row in (*case.agreements, *scenario.agreements):
        parties = tuple(state for state in dict.fromkeys(row.parties) if state in case.index.codes)
        if len(parties) > 1:
            pacts.append(Pact(row.id, parties, row.form, row.depth / 3, status.get(row.id, "none")))
    return pacts


def _dockets(case: Case) -> list[Docket]:
    return [
        Docket(
            id=row.id,
            pair=case.index.dyad_label("-".join(row.parties)),
            excitation=0.0,
            flares=sum(month_of(day) == case.last_month for day in row.flares),
            severity=row.severity if row.is_active else 0,
        )
        for row in case.disputes
    ]


def _pairs(case: Case, start: RelationStart, history: DriverHistory, row: int) -> dict[str, Pair]:
    pairs: dict[str, Pair] = {}
    for number, label in enumerate(case.index.dyads):
        first, second = label.split("-")
        base = float(start.intercept[row]) + float(start.mean[row, number])
        level, flare = float(start.level[row, number]), float(start.flare[row, number])
        pairs[label] = Pair(
            first=first,
            second=second,
            recorded_orientation=float(np.mean(history.orientation[number])),
            base=base,
            level=level,
            flare=flare,
            relation=base + level + flare,
            level_step_sd=float(start.level_step_sd[row, number]),
            flare_step_sd=float(start.flare_step_sd[row, number]),
        )
    return pairs


def set_references(world: World, history: DriverHistory) -> None:
    """Set each pair's long-run reference, and give the drivers their part of the start."""
    relations = {label: pair.relation for label, pair in world.pairs.items()}
    for number, pair in enumerate(world.pairs.values()):
        series = {
            "orientation": history.orientation[number],
            "dispute_load": history.dispute_load[number],
            "mediation": history.mediation[number],
            "agreement_stock": history.agreement_stock[number],
        }
        means = {name: float(np.mean(values)) for name, values in series.items()}
        present = {name: float(values[-1]) for name, values in series.items()}
        third = balance(world, pair, relations)
        pair.reference = long_run(world, pair, None, means, third)
        pair.drivers = long_run(world, pair, None, present, third) - pair.reference
        pair.level -= pair.drivers


def _empty_path(world: World) -> dict:
    pairs, offices = list(world.pairs), list(world.offices)
    return {
        "start_relation": {label: pair.relation for label, pair in world.pairs.items()},
        "relation": {label: [] for label in pairs},
        "dispute_open": {label: [] for label in pairs},
        "coalition": {state: [] for state in offices},
        "changed": {state: [] for state in offices},
        "support_changed": {state: [] for state in offices},
        "status": {pact.id: [] for pact in world.pacts},
        "flares": {docket.id: [] for docket in world.dockets},
    }


def _note(path: dict, world: World) -> None:
    for label, pair in world.pairs.items():
        path["relation"][label].append(pair.relation)
        is_open = any(item.severity > 0 for item in world.dockets if item.pair == label)
        path["dispute_open"][label].append(is_open)
    for state, office in world.offices.items():
        path["coalition"][state].append(office.coalition)
        path["changed"][state].append(office.changed)
        path["support_changed"][state].append(office.support_changed)
    for pact in world.pacts:
        path["status"][pact.id].append(pact.status)
    for docket in world.dockets:
        path["flares"][docket.id].append(docket.flares)


def outcome_happened(path: MemberPath, outcome: Outcome, case: Case) -> bool:
    """Return whether an outcome happened in this future.

    Raises
    ------
    ValueError
        The outcome's month lies outside the months simulated.
    """
    lead = outcome.lead(case.last_month)
    n_months = len(next(iter(path.coalition.values())))
    if not 1 <= lead <= n_months:
        raise ValueError(
            f'outcome "{outcome.id}" must fall into the {n_months} months simulated; '
            f"its lead is {lead}; simulate more months or ask about an earlier one"
        )
    now = lead - 1
    label = case.index.dyad_label(outcome.dyad) if outcome.dyad else ""
    dockets = [row.id for row in case.disputes if _is_of(case, row.parties, label)]
    match outcome.kind:
        case "relation_above_start":
            return path.relation[label][now] > path.start_relation[label]
        case "relation_share_above":
            return 1 / (1 + math.exp(-path.relation[label][now])) > (outcome.share or 0.0)
        case "dispute_open":
            return path.dispute_open[label][now]
        case "dispute_open_months":
            return sum(path.dispute_open[label][:lead]) >= (outcome.at_least or 1)
        case "flare_by":
            return any(sum(path.flares[docket][:lead]) > 0 for docket in dockets)
        case "agreement_in_force":
            known = path.status.get(outcome.agreement)  # None: another scenario's agreement
            return known is not None and known[now] == "in_force"
        case "coalition_in_office":
            return path.coalition[outcome.state][now] == outcome.coalition
        case "government_changed":
            return any(path.changed[outcome.state][:lead])
        case "support_changed":
            return any(path.support_changed[outcome.state][:lead])


def _is_of(case: Case, parties: tuple[str, ...], label: str) -> bool:
    return case.index.dyad_label("-".join(parties)) == label

"""Where a future of the reference starts: the last recorded month, as the rules take it up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import permutations

import numpy as np

from comity.core.case import Case
from comity.core.history import DriverHistory
from comity.core.months import month_of
from comity.core.relations import RelationStart
from comity.core.scenarios import Scenario
from comity.core.states import COMPONENTS
from comity.simulate.reference_agreements import PROSPECT_DEPTH
from comity.simulate.reference_beliefs import usual_meetings
from comity.simulate.reference_hub import (
    best_alignment,
    fear,
    set_unmoved_hub_line,
    tension,
    usual_commitment,
)
from comity.simulate.reference_levers import levers_of
from comity.simulate.reference_rules import balance, long_run
from comity.simulate.reference_track import rounded
from comity.simulate.reference_world import (
    Belief,
    Docket,
    Issue,
    Office,
    Pact,
    Pair,
    Spoke,
    Track,
    World,
)

LONG_UNCHANGED = 600


def start_world(
    case: Case,
    scenario: Scenario,
    *,
    numbers: Mapping[str, float],
    uniform: Callable[[str, int], float],
    start: RelationStart,
    history: DriverHistory,
    row: int,
    n_months: int,
    dynamics: dict[str, float],
) -> World:
    """Return the world of one member in the last recorded month."""
    world = World(
        numbers=numbers,
        uniform=uniform,
        levers=levers_of(case, scenario, n_months),
        start_month=case.last_month,
        offices=_offices(case, history),
        pacts=_pacts(case, scenario),
        dockets=_dockets(case),
        pairs=_pairs(case, start, history, row),
        issues={row.id: Issue(row.id, row.domain) for row in case.demands},
        dynamics=dynamics,
    )
    set_start(world)
    recorded = {label: history.mediation[k, -1] for k, label in enumerate(case.index.dyads)}
    for pair in world.spoke_pairs():
        pair.mediation = float(recorded[pair.label])
    return world


def set_start(world: World) -> None:
    """Give everything that the rules carry on its starting value, without levers."""
    allies = world.allied_pairs()
    for label, pair in world.pairs.items():
        pair.start_relation = pair.relation
        pair.density = world.own("density", label)
        pair.mediation = world.own("mediation", label)
        pair.meetings = 12 * usual_meetings(world, label) if pair in allies else 0.0
    set_unmoved_hub_line(world)
    world.start_posture = world.posture
    for believer, about in permutations(world.allies, 2):
        leaning = world.leaning(about, believer)
        variance = world.numbers["belief.start_variance"]
        world.beliefs[believer, about] = Belief(leaning, variance)
    world.tension = tension(world)
    for state in world.with_role("spoke"):
        spoke = world.spokes[state] = Spoke(concession=dict.fromkeys(world.issues, 0.0))
        spoke.commitment = usual_commitment(world, state)
        spoke.fear = fear(world, state)
        spoke.alignment = best_alignment(world, state)
    for state in world.with_role("proliferator"):
        stage = rounded(world.numbers.get(f"track.start_stage.{state}", 0.0))
        world.tracks[state] = Track(stage, float(stage >= 1))


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
    codes = case.index.codes
    pacts: list[Pact] = []
    for row in case.agreements:
        parties = tuple(state for state in dict.fromkeys(row.parties) if state in codes)
        pacts.append(Pact(row.id, parties, row.form, row.depth / 3, status[row.id]))
    spokes = case.with_role("spoke")
    for label in case.index.dyads:
        one, other = label.split("-")
        if one in spokes and other in spokes:
            name = f"declaration-{label.lower()}"
            new = Pact(name, (one, other), "statement", PROSPECT_DEPTH, "none", is_recorded=False)
            new.prospect = label
            pacts.append(new)
    for row in scenario.agreements:
        parties = tuple(state for state in dict.fromkeys(row.parties) if state in codes)
        pacts.append(Pact(row.id, parties, row.form, row.depth / 3, "none", is_recorded=False))
    return [pact for pact in pacts if len(pact.parties) > 1]


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
        pair.reference = long_run(world, pair, means, third)
        pair.drivers = long_run(world, pair, present, third) - pair.reference
        pair.level -= pair.drivers

"""One future, member by member, in plain slow Python: what the compiled kernel is checked against.

Written from ``docs/theory/simulation.md`` alone; shares no code with the kernel but `comity.core`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np

from comity.core.case import Case
from comity.core.history import DriverHistory
from comity.core.judged import JudgedNumber
from comity.core.outcomes import Outcome
from comity.core.relations import RelationStart
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.core.streams import uniforms
from comity.simulate.reference_agreements import negotiate, review_agreements
from comity.simulate.reference_bargains import bargain
from comity.simulate.reference_beliefs import reset_beliefs, signal
from comity.simulate.reference_disputes import flare_disputes, mediate_and_settle
from comity.simulate.reference_growth import move_density, supply_public_good
from comity.simulate.reference_hub import DOMAINS, move_spokes, set_hub_line
from comity.simulate.reference_rules import move_relations, turn_over
from comity.simulate.reference_start import set_references, start_world
from comity.simulate.reference_track import move_track
from comity.simulate.reference_world import World

NULL_FAMILIES = (
    "relation.beta.*",
    "relation.impulse_*",
    "track.effect.*",
    "summit.*_effect",
    "trilateral.*_effect",
    "prospect.*_effect",
    "agreement.gap_effect.*",
    "agreement.support_change.*",
    "agreement.refusal.*",
)
NULL_NUMBERS = (
    "relation.government_sd",
    "relation.flare_effect",
    "dispute.branching",
    "dispute.orientation_effect",
    "dispute.density_effect",
    "dispute.settle_density_effect",
    "dispute.settle_orientation_effect",
    "dispute.mediation_effect",
    "mediator.relapse_effect",
    "track.step_hub",
    "track.step_spoke",
    "agreement.fear_effect",
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
    mediated: dict[str, list[float]]  # dyad
    summits: dict[str, list[bool]]  # dyad; a trilateral meeting counts
    trilateral: list[bool]
    density: dict[str, list[float]]  # dyad
    posture: list[float]
    tension: list[float]
    belief_mean: dict[tuple[str, str], list[float]]  # (believer, about)
    belief_variance: dict[tuple[str, str], list[float]]  # (believer, about)
    commitment: dict[str, list[float]]  # spoke
    fear: dict[str, list[float]]  # spoke
    alignment_security: dict[str, list[float]]  # spoke
    alignment_economy: dict[str, list[float]]  # spoke
    concession: dict[tuple[str, str], list[float]]  # (spoke, demand)
    coordination: dict[str, list[bool]]  # demand
    stage: dict[str, list[int]]  # proliferator
    depth: dict[str, list[float]]  # agreement
    gates: dict[str, list[int]]  # agreement
    public_good: list[float]
    parties: dict[str, tuple[str, ...]]  # agreement, once for all months
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
    numbers = draw_numbers(demand_numbers(case) | dict(parameters), settings.seed, draw)
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

    world = start_world(
        case,
        scenario,
        numbers=numbers,
        uniform=uniform,
        start=start,
        history=history,
        row=row,
        n_months=settings.n_months,
        dynamics=dynamics,
    )
    if null:
        for pair in world.pairs.values():
            pair.flare_step_sd = 0.0
    set_references(world, history)
    path = _empty_path(world)
    for lead in range(1, settings.n_months + 1):
        move_month(world, lead)
        _note(path, world)
    return MemberPath(
        **path,
        parties={pact.id: pact.parties for pact in world.pacts},
        is_out_of_range=world.is_out_of_range,
    )


def move_month(world: World, lead: int) -> None:
    """Take every step of one month, in the page's order."""
    world.levers.look(world, lead)
    turn_over(world, lead)
    set_hub_line(world)
    reset_beliefs(world)
    review_agreements(world, lead)
    flare_disputes(world, lead)
    mediate_and_settle(world, lead)
    signal(world, lead)
    move_spokes(world, lead)
    bargain(world, lead)
    move_track(world, lead)
    negotiate(world, lead)
    move_density(world)
    move_relations(world, lead)
    supply_public_good(world)


def demand_numbers(case: Case) -> dict[str, JudgedNumber]:
    """Return the judged numbers of the case's demands by their names."""
    return {
        f"demands.{demand.id}.{kind}": getattr(demand, kind)
        for demand in case.demands
        for kind in ("hub_stake", "spoke_stake", "substitutability", "constraint")
    }


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
        if any(fnmatchcase(name, pattern) for pattern in (*NULL_NUMBERS, *NULL_FAMILIES)):
            changed[name] = 0.0
        if name.startswith("dispute.season."):
            changed[name] = 1.0
    return changed


def _empty_path(world: World) -> dict:
    pairs, offices, pacts = world.pairs, world.offices, [pact.id for pact in world.pacts]
    concessions = [(state, name) for state in world.spokes for name in world.issues]

    def rows(names: Iterable) -> dict:
        return {name: [] for name in names}

    return {
        "start_relation": {label: pair.relation for label, pair in pairs.items()},
        **{name: rows(pairs) for name in ("relation", "dispute_open")},
        **{name: rows(pairs) for name in ("mediated", "summits", "density")},
        **{name: rows(offices) for name in ("coalition", "changed", "support_changed")},
        **{name: rows(pacts) for name in ("status", "depth", "gates")},
        "flares": rows(docket.id for docket in world.dockets),
        **{name: [] for name in ("trilateral", "posture", "tension", "public_good")},
        **{name: rows(world.beliefs) for name in ("belief_mean", "belief_variance")},
        **{name: rows(world.spokes) for name in ("commitment", "fear")},
        **{f"alignment_{domain}": rows(world.spokes) for domain in DOMAINS},
        "concession": rows(concessions),
        "coordination": rows(world.issues),
        "stage": rows(world.tracks),
    }


def _note(path: dict, world: World) -> None:
    for label, pair in world.pairs.items():
        path["relation"][label].append(pair.relation)
        path["dispute_open"][label].append(bool(world.open_dockets(label)))
        path["mediated"][label].append(pair.mediation)
        path["summits"][label].append(pair.has_met)
        path["density"][label].append(pair.density)
    for state, office in world.offices.items():
        path["coalition"][state].append(office.coalition)
        path["changed"][state].append(office.changed)
        path["support_changed"][state].append(office.support_changed)
    for pact in world.pacts:
        path["status"][pact.id].append(pact.status)
        path["depth"][pact.id].append(pact.depth)
        path["gates"][pact.id].append(pact.gates)
    for docket in world.dockets:
        path["flares"][docket.id].append(docket.flares)
    path["trilateral"].append(world.is_trilateral)
    for name in ("posture", "tension", "public_good"):
        path[name].append(getattr(world, name))
    for both, belief in world.beliefs.items():
        path["belief_mean"][both].append(belief.mean)
        path["belief_variance"][both].append(belief.variance)
    for state, spoke in world.spokes.items():
        path["commitment"][state].append(spoke.commitment)
        path["fear"][state].append(spoke.fear)
        for domain in DOMAINS:
            path[f"alignment_{domain}"][state].append(spoke.alignment[domain])
        for name, value in spoke.concession.items():
            path["concession"][state, name].append(value)
    for name, issue in world.issues.items():
        path["coordination"][name].append(issue.is_coordinated)
    for state, track in world.tracks.items():
        path["stage"][state].append(track.stage)


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
            series = path.status.get(outcome.agreement)  # None: another scenario's agreement
            return series is not None and series[now] == "in_force"
        case "coalition_in_office":
            return path.coalition[outcome.state][now] == outcome.coalition
        case "government_changed":
            return any(path.changed[outcome.state][:lead])
        case "support_changed":
            return any(path.support_changed[outcome.state][:lead])
        case "declaration_by":
            known = {row.id for row in case.agreements}
            both = set(label.split("-"))
            new = [name for name, who in path.parties.items() if set(who) == both]
            return any("in_force" in path.status[name][:lead] for name in new if name not in known)
        case "summit_by":
            return any(path.summits[label][:lead])
        case "summit_months":
            return sum(path.summits[label][:lead]) >= (outcome.at_least or 1)
        case "trilateral_by":
            return any(path.trilateral[:lead])
        case "mediated_by":
            return any(value > 0 for value in path.mediated[label][:lead])
        case "mediated_months":
            acts = sum(value > 0 for value in path.mediated[label][:lead])
            return acts >= (outcome.at_least or 1)
        case "coordinates":
            return path.coordination[outcome.demand][now]
        case "coordinates_by":
            return any(path.coordination[outcome.demand][:lead])
        case "coordinates_any_by":
            return any(any(series[:lead]) for series in path.coordination.values())
        case "stage_reached":
            reached = max(path.stage[outcome.state][:lead])
            return reached >= (outcome.at_least or 1)
        case "alignment_above":
            series = {"security": path.alignment_security, "economy": path.alignment_economy}
            return series[outcome.domain][outcome.state][now] > (outcome.share or 0.0)
        case "public_good_above":
            return path.public_good[now] > (outcome.share or 0.0)


def _is_of(case: Case, parties: tuple[str, ...], label: str) -> bool:
    return case.index.dyad_label("-".join(parties)) == label

"""Names of judged numbers: what each family holds, and of which entity a number may be.

A name is written family by family with dots, such as ``mediator.stake.JPN``. In the table below a
part in angle brackets stands for the names of an entity; ``<spoke|default>`` also for ``default``,
which holds where an entity has no number of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

from comity.core.case import OFFICE_KINDS
from comity.core.errors import nearest_match
from comity.core.states import COMPONENTS
from comity.core.things import Fault, Things

PARAMETERS: dict[str, tuple[str, ...]] = {
    "abandonment": (
        "intercept", "commitment_effect", "threat_effect", "self_reliance.<spoke|default>",
    ),
    "agreement": (
        "year_risk.<form>", "gap_effect.<form>", "refusal.<form>", "support_change.<regime>",
        "depth_effect", "density_effect", "fear_effect", "democracy_effect",
        "joint_democracy_effect", "reference_gap", "reference_depth", "reference_density",
        "reference_fear", "outcome_hollow", "outcome_suspended", "restore",
    ),
    "alignment": (
        "taste", "taste_fall", "linkage", "linkage_rise", "speed", "flexibility_effect",
        "rival_pressure", "economy_orientation", "exposure_effect", "tariff_effect",
    ),
    "bargain": (
        "power", "concept", "constraint_effect", "harm", "security_value", "breakdown_loss",
        "joint_loss", "ratification_effect", "cost_factor.<spoke>",
    ),
    "belief": ("start_variance", "reset_support", "reset_leader", "understanding"),
    "channels": ("growth", "rupture_loss", "decay", "summits_full"),
    "coalitions": ("<state>.<coalition of it>.<component>",),
    "commitment": (
        "memory", "noise_sd", "<coalition of the hub|default>", "<spoke>.<coalition of the hub>",
    ),
    "coordination": ("cost", "start_rate", "end_rate", "gain_effect", "wedge_share", "patience"),
    "demands": ("<demand>.<stake>",),
    "density": ("<dyad|default>",),
    "dispute": (
        "branching", "memory", "orientation_effect", "density_effect", "settle_density_effect",
        "settle_orientation_effect", "mediation_effect", "severity_1", "severity_2", "settle_rate",
        "rate.<docket>", "season.<month>",
    ),
    "exposure": ("<spoke|default>",),
    "mediation": ("<outer dyad|default>",),
    "mediator": (
        "intercept", "posture_effect", "severity_effect", "load_effect", "concession",
        "rupture_risk", "rupture_cost", "bias_limit", "kydd_weight", "relapse_effect",
        "stake.<spoke|default>",
    ),
    "posture": ("<coalition of the hub|default>",),
    "pressure": ("<spoke|default>", "<spoke>.<coalition of the hub>"),
    "prospect": (
        "rate", "relation_effect", "orientation_effect", "common_hub_effect", "load_effect",
        "gate_intercept", "gate_belief_effect", "gate_load_effect", "value", "gap_cost",
        "curvature",
    ),
    "public_good": ("benefit.<spoke|default>", "cost.<spoke|default>", "weakest_link"),
    "relation": (
        "driver_half_life", "government_sd", "leader_effect_share", "flare_effect",
        "flare_remainder", "impulse_signed", "impulse_ended", "impulse_summit",
        "impulse_breakdown", "beta.<driver>",
    ),
    "rival_threat": ("<spoke|default>",),
    "signal": (
        "cost.<signal>", "precision_max", "cost_reference", "precision_upheld",
    ),
    "summit": (
        "rate.<allied dyad|default>", "relation_effect", "orientation_effect", "load_effect",
    ),
    "threat": ("<state|default>",),
    "track": (
        "rate.<move>", "effect.<part in talks>", "step_hub", "step_spoke", "collapse_factor",
        "start_stage.<proliferator>",
    ),
    "trilateral": ("rate", "posture_effect", "orientation_effect", "load_effect"),
    "turnover": (
        "exit_hazard.<state|office>", "support_share.<state|office>", "party_loses.<state|office>",
        "orientation_sd_support", "orientation_sd_leader",
    ),
    "visit": ("intercept", "orientation_effect", "relation_effect"),
}  # fmt: skip
"""Numbers of every family, by the name of the family."""

WORDS: dict[str, tuple[str, ...]] = {
    "component": COMPONENTS,
    "default": ("default",),
    "driver": (
        "orientation", "dispute_load", "mediation", "agreement_stock", "shared_threat", "balance",
        "density", "fear_symmetric", "fear_asymmetric", "pressure_common", "pressure_unequal",
        "pressure_axis", "talks_hub", "talks_spoke", "talks_strain",
    ),
    "form": ("statement", "executive", "treaty"),
    "month": tuple(f"{month:02d}" for month in range(1, 13)),
    "move": ("0-1", "1-2", "2-3", "3-4", "1-0", "2-0", "3-2", "4-3"),
    "office": OFFICE_KINDS,
    "part in talks": ("peacemaker", "pacemaker", "patron", "unity"),
    "regime": ("democracy", "nondemocracy"),
    "signal": ("statement", "summit", "visit"),
    "stake": ("hub_stake", "spoke_stake", "substitutability", "constraint"),
}  # fmt: skip
"""Entities that are the same in every case."""

MEANT: dict[str, str] = {
    "allied dyad": "a pair of hub and spokes, its codes sorted and joined by a hyphen",
    "coalition of it": "a coalition of that state in case.toml",
    "coalition of the hub": "a coalition of the hub in case.toml",
    "component": "a component of orientation",
    "default": '"default"',
    "demand": "a demand in demands.toml",
    "docket": "a docket in disputes.csv",
    "driver": "a driver of relations",
    "dyad": "a pair of states, their codes sorted and joined by a hyphen",
    "form": "a form of agreement",
    "month": "a month of the year, 01 to 12",
    "move": "a move between two stages of talks",
    "office": "a kind of office",
    "outer dyad": "a pair of states that are not both spokes (there it is simulated), their codes "
    "sorted and joined by a hyphen",
    "part in talks": "a part in talks",
    "proliferator": "a proliferator in case.toml",
    "regime": "a kind of regime",
    "signal": "a kind of signal",
    "spoke": "a spoke in case.toml",
    "stake": "a stake of a demand",
    "state": "a state in case.toml",
}
"""What the name of an entity must be, in words."""


def parameter_faults(name: str, things: Things) -> list[Fault]:
    """Return what is wrong with the name of a judged number: nothing, or one fault without keys.

    What cannot be known of the case, because a fault elsewhere hides it, is not called wrong.
    """
    family, *rest = name.split(".")
    if family not in PARAMETERS:
        must = "must begin with a known family of parameters"
        return [Fault((), must, name, nearest_match(family, PARAMETERS))]
    chosen = _nearest_pattern(PARAMETERS[family], rest, things)
    must = f'must be a known name in the family "{family}"'
    if chosen is not None:
        parts = enumerate(zip(chosen.split("."), rest, strict=True))
        wrong = next(
            (k for k, (part, _) in parts if not _fits(part, rest[:k], rest[k], things)), -1
        )
        if wrong < 0:
            return []
        kinds = _kinds(chosen.split(".")[wrong])
        must = f"must name what exists: {' or '.join(MEANT[kind] for kind in kinds)}"
    known = [f"{family}.{leaf}" for leaf in _expanded(PARAMETERS[family], things)]
    turned = ".".join("-".join(sorted(part.split("-"))) for part in name.split("."))
    hint = f'Nearest: "{turned}".' if turned in known else nearest_match(name, known)
    return [Fault((), must, name, hint)]


def _nearest_pattern(patterns: Collection[str], rest: list[str], things: Things) -> str | None:
    """Return the pattern whose words are those of the name, and most of whose entities fit."""
    found: list[tuple[int, str]] = []
    for pattern in patterns:
        parts = pattern.split(".")
        if len(parts) != len(rest) or not all(
            _kinds(part) or part == given for part, given in zip(parts, rest, strict=True)
        ):
            continue
        fits = [_fits(part, rest[:k], rest[k], things) for k, part in enumerate(parts)]
        found.append((sum(fits), pattern))
    return max(found, key=lambda item: item[0])[1] if found else None


def _fits(part: str, before: list[str], given: str, things: Things) -> bool:
    allowed = _allowed(_kinds(part), before, things)
    return part == given or allowed is None or given in allowed


def _kinds(part: str) -> tuple[str, ...]:
    """Return the kinds of entity that a part of a pattern stands for; none for a word."""
    return tuple(part[1:-1].split("|")) if part.startswith("<") else ()


def _allowed(kinds: tuple[str, ...], before: list[str], things: Things) -> set[str] | None:
    """Return the names that a part may have; None when they cannot be known."""
    found: set[str] = set()
    for kind in kinds:
        names = WORDS.get(kind) or _entities(kind, before, things)
        if names is None:
            return None
        found |= set(names)
    return found


def _entities(kind: str, before: list[str], things: Things) -> Collection[str] | None:
    match kind:
        case "coalition of it":
            return things.coalitions_of(before[-1])
        case "coalition of the hub":
            hubs = things.of("hub")
            own = [things.coalitions_of(hub) for hub in hubs] if hubs is not None else [None]
            return None if None in own else {name for names in own for name in names or ()}
        case "dyad":
            return _dyads(things.of("state"))
        case "allied dyad":
            hubs, spokes = things.of("hub"), things.of("spoke")
            return None if hubs is None or spokes is None else _dyads({*hubs, *spokes})
        case "outer dyad":
            every, inner = _dyads(things.of("state")), _dyads(things.of("spoke"))
            return None if every is None or inner is None else every - inner
        case _:
            return things.of(kind)


def _dyads(states: Collection[str] | None) -> set[str] | None:
    if states is None:
        return None
    return {"-".join(pair) for pair in combinations(sorted(states), 2)}


def _expanded(patterns: Collection[str], things: Things) -> Iterator[str]:
    """Yield the names that patterns stand for, as far as the entities are known."""
    for pattern in patterns:
        leaves = [()]
        for part in pattern.split("."):
            kinds = _kinds(part)
            leaves = [
                (*leaf, word)
                for leaf in leaves
                for word in (sorted(_allowed(kinds, list(leaf), things) or ()) if kinds else [part])
            ]
        yield from (".".join(leaf) for leaf in leaves)


def known_parameters(things: Things) -> tuple[str, ...]:
    """Return every name that a judged number of a case may have."""
    return tuple(
        f"{family}.{leaf}"
        for family, patterns in PARAMETERS.items()
        for leaf in _expanded(patterns, things)
    )

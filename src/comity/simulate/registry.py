"""The rules in the order in which a month passes through them.

A rule is a module with ``Parameters`` and ``Streams`` (named tuples), ``parameters(layout)`` and
``streams(layout)`` (what fills them), ``SOURCES`` (keys), and two compiled functions:
``start(w, p, u, c)`` puts the recorded present into the world, ``step(w, p, x, u, c, t)`` lets one
month pass. ``w`` is the world, ``p`` the rule's parameters, ``u`` its random numbers, ``c`` the
constants of the case, ``x`` what the scenario holds, ``t`` the month counted from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from comity.simulate import (
    agreement_hazard,
    agreement_review,
    agreement_rows,
    agreement_status,
    bargains,
    bundle,
    compiled,
    draws,
    events,
    layout,
    lean,
    machine_code,
    rare,
    single,
    tally,
    trace,
    transforms,
    watch,
    world,
)
from comity.simulate import (
    alignment as alignment_formula,
)
from comity.simulate import levers as lever_values
from comity.simulate.rules import (
    agreements,
    alignment,
    bargaining,
    beliefs,
    density,
    disputes,
    hub_line,
    levers,
    mediation,
    new_agreements,
    public_good,
    relations,
    signals,
    track,
    turnover,
)


@dataclass(frozen=True)
class Rule:
    """A process: its name and the module that says it."""

    name: str
    module: ModuleType

    @property
    def source(self) -> str:
        """Text of the module."""
        assert self.module.__file__ is not None
        return Path(self.module.__file__).read_text(encoding="utf-8")


RULES = (
    Rule("levers", levers),
    Rule("turnover", turnover),
    Rule("hub_line", hub_line),
    Rule("beliefs", beliefs),
    Rule("agreements", agreements),
    Rule("disputes", disputes),
    Rule("mediation", mediation),
    Rule("signals", signals),
    Rule("alignment", alignment),
    Rule("bargaining", bargaining),
    Rule("track", track),
    Rule("new_agreements", new_agreements),
    Rule("density", density),
    Rule("relations", relations),
    Rule("public_good", public_good),
)
GROUND = (
    agreement_hazard, agreement_review, agreement_rows, agreement_status, alignment_formula,
    bargains, bundle, compiled, draws, events, layout, lean, lever_values, machine_code, rare,
    single, tally, trace, transforms, watch, world,
)  # fmt: skip
"""Modules that every rule stands on; an edit of one makes a new kernel too."""


def rule_sources() -> tuple[str, ...]:
    """Return the keys of the works behind the rules and their random numbers, sorted."""
    return tuple(sorted({"salmon-2011", *(key for rule in RULES for key in rule.module.SOURCES)}))

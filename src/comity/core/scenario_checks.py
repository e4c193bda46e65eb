"""What a scenario asks that a case cannot give: the same words at load and before a run."""

from __future__ import annotations

import math

from comity.core.conditions import condition_faults
from comity.core.errors import nearest_match
from comity.core.months import month_text
from comity.core.quantities import CLAMPABLE, QUANTITIES
from comity.core.rows import STATUSES
from comity.core.scenarios import Clamp
from comity.core.things import Fault, Things, nearest_name, nearest_word

ONLY_SET = ("agreement", "first_visit")
"""Quantities beside the acts that can be set but not moved."""


def clamp_faults(clamp: Clamp, things: Things, start: int | None) -> list[Fault]:
    """Return what is wrong with a clamp; ``start`` is the last recorded month, None if unknown."""
    name, entity = clamp.process, clamp.entity
    if name not in CLAMPABLE:
        must = "must be a quantity that a scenario can hold, written quantity.entity"
        meant = nearest_word(name, CLAMPABLE)
        hint = nearest_match(name, CLAMPABLE)
        if meant and entity:
            hint = nearest_name(meant, entity, things.of(QUANTITIES[meant].of))
        elif name in QUANTITIES:
            hint = "It can only be asked about, in a condition."
        return [Fault(("quantity",), must, clamp.quantity, hint)]
    faults: list[Fault] = []
    known = things.of(QUANTITIES[name].of)
    if known is not None and entity not in known:
        must = f"must name what exists: {CLAMPABLE[name]}"
        hint = nearest_name(name, entity, known)
        faults.append(Fault(("quantity",), must, clamp.quantity, hint))
    faults += _change_faults(clamp) or _value_faults(clamp, things)
    faults += [fault.under("while") for fault in condition_faults(clamp.while_, things)]
    return faults + _window_faults(clamp, start)


def _change_faults(clamp: Clamp) -> list[Fault]:
    quantity = QUANTITIES[clamp.process]
    if clamp.change == "set":
        return []
    if quantity.is_act or clamp.process in ONLY_SET:
        must = f'"{clamp.process}" happens or is given: it can only be "set"'
        return [Fault(("change",), must, clamp.change, 'Nearest: "set".')]
    if quantity.is_whole and clamp.change == "scale":
        must = f'"{clamp.process}" is a whole number: it can only be "set" or moved by "add"'
        return [Fault(("change",), must, clamp.change, 'Nearest: "add".')]
    return []


def _value_faults(clamp: Clamp, things: Things) -> list[Fault]:
    name, value = clamp.process, clamp.value
    if name == "agreement":
        must = "must be a status of an agreement"
        return things.unknown(("value",), must, _shown(value), STATUSES)
    if name == "coalition":
        must = f"must be a coalition of {clamp.entity} in case.toml"
        own = things.coalitions_of(clamp.entity)
        return things.unknown(("value",), must, _shown(value), own) if own else []
    if isinstance(value, str) or not math.isfinite(value):
        return [Fault(("value",), "must be a number", _shown(value))]
    if clamp.change == "scale":
        must, low, high = "must be a factor of 0 or more", 0.0, math.inf
    elif clamp.change == "add":
        high = QUANTITIES[name].high - QUANTITIES[name].low
        low, must = -high, f"must be a step from {-high:g} to {high:g}"
    else:
        must, low, high = _range(name)
    if name == "relation" and clamp.change == "set":  # the ends are open: there is no nearest
        return [] if low < value < high else [Fault(("value",), must, _shown(value))]
    is_whole = QUANTITIES[name].is_whole
    if low <= value <= high and (not is_whole or value == int(value)):
        return []
    nearest = min(max(value, low), high)
    shown = f"{round(nearest) if is_whole else nearest:g}"
    return [Fault(("value",), must, _shown(value), f'Nearest: "{shown}".')]


def _range(name: str) -> tuple[str, float, float]:
    """Return what must hold for a value that is set, and between which bounds."""
    quantity = QUANTITIES[name]
    match name:
        case "relation":
            return "must be a share of cooperative acts, above 0 and below 1", 0.0, 1.0
        case "flare":
            return "must be a severity: 1, 2 or 3", 1.0, 3.0
        case "summit":
            return "must be 1: a summit happens", 1.0, 1.0
        case "coordination" | "first_visit":
            return "must be 0 or 1", 0.0, 1.0
        case _:
            noun = "whole number" if quantity.is_whole else "number"
            must = f"must be a {noun} from {quantity.low:g} to {quantity.high:g}"
            return must, quantity.low, quantity.high


def _window_faults(clamp: Clamp, start: int | None) -> list[Fault]:
    """Return a window of a calendar month and a lead that ends before it starts."""
    if start is None:
        return []
    first = clamp.start_month if clamp.from_lead is None else start + clamp.from_lead
    last = clamp.end_month if clamp.to_lead is None else start + clamp.to_lead
    if first is None or last is None or first <= last:
        return []
    key = "end_month" if clamp.to_lead is None else "to_lead"
    must = f"a window must not end before it starts, in {month_text(first)}"
    return [Fault((key,), must, month_text(last))]


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"

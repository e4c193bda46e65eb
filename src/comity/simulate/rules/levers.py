"""Levers: what the scenario does this month, future by future.

Theory
------
An intervention is do(quantity = value): the quantity takes the value whatever else happens, or
moves by so much from where the rules would put it, in the months, under the condition and with the
chance that the scenario names.

Equation
--------
value held by the last acting *set* lever, else value of the rule x product of *scale* + sum of
*add*, clipped. Conditions are judged on the state that the month before left.

Parameters: none. Streams: ``scenario/<quantity>.<entity>/chance-<n>``, read at the first month.
Sources: none; what is held is the scenario's.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from comity.simulate.compiled import part
from comity.simulate.draws import Draws, one_uniform
from comity.simulate.layout import Layout
from comity.simulate.reads import Read, Stream
from comity.simulate.scenario import ASKABLE

SOURCES: tuple[str, ...] = ()
SET, ADD, SCALE = range(3)
_CODE = {name: code for code, name in enumerate(ASKABLE)}
MEDIATION, DENSITY, FEAR = _CODE["mediation"], _CODE["density"], _CODE["fear"]
PRESSURE, THREAT, TALKS = _CODE["pressure"], _CODE["threat"], _CODE["talks"]
POSTURE, COMMITMENT, TENSION = _CODE["posture"], _CODE["commitment"], _CODE["tension"]
STAGE, COORDINATION, RELATION = _CODE["stage"], _CODE["coordination"], _CODE["relation"]
SECURITY, ECONOMY = _CODE["alignment_security"], _CODE["alignment_economy"]
COALITION, AGREEMENT, SUMMIT = _CODE["coalition"], _CODE["agreement"], _CODE["summit"]
DISPUTE, LOAD, PUBLIC_GOOD = _CODE["dispute"], _CODE["load"], _CODE["public_good"]


class Parameters(NamedTuple):
    """No parameter."""


class Streams(NamedTuple):
    """No stream of its own: levers carry their addresses."""

    draws: Draws


def parameters(_layout: Layout) -> dict[str, list[Read]]:
    """Return which parameters fill each field of `Parameters`."""
    return {}


def streams(_layout: Layout) -> dict[str, list[Stream]]:
    """Return the random streams of each field of `Streams`."""
    return {}


@part()
def _relations_and_pairs(w, code, k, b):
    if code == RELATION:
        return w.relation[k, b]
    if code == MEDIATION:
        return w.mediation[k, b]
    if code == DENSITY:
        return w.density[k, b]
    if code == LOAD:
        return w.load[k, b]
    return float(w.summit[k, b])


@part()
def _of_states(w, c, code, k, b):
    if code == FEAR:
        return w.fear[c.spokes[k], b]
    if code == PRESSURE:
        return w.pressure[k, b]
    if code == THREAT:
        return w.threat[k, b]
    if code == TALKS:
        return w.talks[c.proliferators[k], b]
    if code == STAGE:
        return float(w.stage[k, b])
    if code == COMMITMENT:
        return w.commitment[k, b]
    if code == SECURITY:
        return w.alignment_security[k, b]
    return w.alignment_economy[k, b]


@part()
def asked_value(w, c, code, k, b):
    """Return the value of a quantity, by its place in ASKABLE, of its entity k in member b."""
    if code == COALITION:
        return float(w.coalition[k, b])
    if code == AGREEMENT:
        return float(w.status[k, b])
    if code == DISPUTE:
        return float(w.severity[k, b])
    if code == POSTURE:
        return w.posture[0, b]
    if code == TENSION:
        return w.tension[0, b]
    if code == PUBLIC_GOOD:
        return w.public_good[0, b]
    if code == COORDINATION:
        return float(w.coordination[k, b])
    if code in (RELATION, MEDIATION, DENSITY, LOAD, SUMMIT):
        return _relations_and_pairs(w, code, k, b)
    return _of_states(w, c, code, k, b)


@part()
def _compares(value, relation, other):
    if relation == 0:
        return value < other
    if relation == 1:
        return value <= other
    if relation == 2:
        return value > other
    if relation == 3:
        return value >= other
    return (value == other) == (relation == 4)


@part()
def _holds(w, x, c, lever, b):
    """Return whether every clause of a lever's condition holds."""
    for k in range(x.first_clause[lever], x.first_clause[lever + 1]):
        value = asked_value(w, c, x.clause_quantity[k], x.clause_entity[k], b)
        if not _compares(value, x.clause_relation[k], x.clause_value[k]):
            return False
    return True


@part()
def start(w, p, u, c):
    """Nothing has happened yet."""
    for lever in range(w.done.shape[0]):
        for b in range(w.done.shape[1]):
            w.done[lever, b] = 0


@part()
def step(w, p, x, u, c, t):
    """Put down what acts this month."""
    members = w.posture.shape[1]
    for row in range(w.held.shape[0]):
        for b in range(members):
            w.held[row, b] = math.nan
            w.factor[row, b] = 1.0
            w.shift[row, b] = 0.0
    for lever in range(x.target.shape[0]):
        if t + 1 < x.first[lever] or t + 1 > x.last[lever]:
            continue
        row, value = x.target[lever], x.value[lever]
        for b in range(members):
            if x.is_act[lever] and w.done[lever, b]:
                continue
            chance = x.chance[lever]
            if chance < 1.0 and one_uniform(u.draws, x.stream[lever], 0, b) >= chance:
                continue
            if not _holds(w, x, c, lever, b):
                continue
            w.done[lever, b] = 1
            if x.change[lever] == SET:
                w.held[row, b] = value
            elif x.change[lever] == ADD:
                w.shift[row, b] += value
            else:
                w.factor[row, b] *= value

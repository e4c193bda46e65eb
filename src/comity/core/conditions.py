"""Conditions: what must hold for a clamp to act, such as ``posture.USA < 0 and fear.JPN >= 0.5``.

A condition is one or more clauses joined by ``and``. A clause compares one quantity of one entity
with a number, or with a word where the quantity is a coalition or the status of an agreement. It is
judged on the state that the month before left.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from comity.core.errors import ParameterError, nearest_match
from comity.core.quantities import CONDITIONAL, QUANTITIES
from comity.core.rows import STATUSES
from comity.core.things import Fault, Things, nearest_name, nearest_word

RELATIONS = {
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
    "==": "is",
    "!=": "is not",
}
"""The operators of a clause, in the order of their numbers, and how they are read aloud."""

WORD_RELATIONS = ("==", "!=")
WORDED = ("coalition", "agreement")
"""Quantities that are words: there is no more or less of them."""

_CLAUSE = re.compile(r"\s*([^\s<>=!]+)\s*(<=|>=|==|!=|<|>)\s*([^\s<>=!]+)\s*")
_AND = re.compile(r"\s+and\s+")
_JOINED = re.compile(r"\s*(?:&+|,|;|\bAND\b)\s*")
_FORM = "every clause must be written quantity.entity, an operator (< <= > >= == !=) and a value"


@dataclass(frozen=True)
class Clause:
    """One comparison: ``quantity.entity relation value``, the value as written."""

    quantity: str
    entity: str
    relation: str
    value: str

    @property
    def name(self) -> str:
        """The quantity with its entity."""
        return f"{self.quantity}.{self.entity}" if self.entity else self.quantity

    @property
    def number(self) -> float:
        """The value as a number; NaN where it is a word."""
        try:
            return float(self.value)
        except ValueError:
            return math.nan

    def __str__(self) -> str:
        """The clause as it is written."""
        return f"{self.name} {self.relation} {self.value}"

    def in_words(self) -> str:
        """Return the clause as it is read aloud: ``posture.USA is below 0``."""
        return f"{self.name} {RELATIONS[self.relation]} {self.value}"


def parse_condition(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a condition; none for an empty text.

    Raises
    ------
    ParameterError
        A clause is no comparison; the message shows it and how clauses are written.

    >>> [str(clause) for clause in parse_condition("posture.USA<0 and fear.JPN >= 0.5")]
    ['posture.USA < 0', 'fear.JPN >= 0.5']
    """
    if not text.strip():
        return ()
    return tuple(_parse_clause(part) for part in _AND.split(text.strip()))


def condition_in_words(text: str) -> str:
    """Return a condition as it is read aloud.

    >>> condition_in_words("posture.USA < 0 and stage.PRK == 2")
    'posture.USA is below 0 and stage.PRK is 2'
    """
    return " and ".join(clause.in_words() for clause in parse_condition(text))


def condition_faults(text: str, things: Things) -> list[Fault]:
    """Return what is wrong with a condition, clause by clause; empty when it can be judged."""
    if not text.strip():
        return []
    faults: list[Fault] = []
    for part in _AND.split(text.strip()):
        try:
            clause = _parse_clause(part)
        except ParameterError:
            faults.append(Fault((), _FORM, part, _nearest_form(part)))
        else:
            faults += _clause_faults(clause, things)
    return faults


def _parse_clause(text: str) -> Clause:
    match = _CLAUSE.fullmatch(text)
    if match is None:
        raise ParameterError(f'{_FORM}; found "{text}". {_nearest_form(text)}')
    quantity, _, entity = match[1].partition(".")
    return Clause(quantity, entity, match[2], match[3])


def _nearest_form(text: str) -> str:
    """Return the likeliest slip put right, or how a clause is written."""
    turned = text.replace("=<", "<=").replace("=>", ">=").replace("<>", "!=")
    meant = re.sub(r"(?<![<>=!])=(?!=)", "==", turned)
    meant = " and ".join(part.strip() for part in _JOINED.split(meant))
    if meant != text and all(_CLAUSE.fullmatch(part) for part in _AND.split(meant)):
        return f'Nearest: "{meant}".'
    return 'Write it as in "quantity.entity < 0.5", clauses joined by "and".'


def _clause_faults(clause: Clause, things: Things) -> list[Fault]:
    found = str(clause)
    if clause.quantity not in CONDITIONAL:
        must = "a condition must ask about a known quantity, written quantity.entity"
        return [Fault((), must, found, _nearest_quantity(clause, things))]
    quantity = QUANTITIES[clause.quantity]
    faults: list[Fault] = []
    known = things.of(quantity.of) if quantity.of else {""}
    if known is not None and clause.entity not in known:
        must = f"must name what exists: {quantity.words}"
        if not quantity.of:
            hint = f'Nearest: "{clause.quantity} {clause.relation} {clause.value}".'
        else:
            hint = nearest_name(clause.quantity, clause.entity, known)
        faults.append(Fault((), must, found, hint))
    return faults + _value_faults(clause, things)


def _nearest_quantity(clause: Clause, things: Things) -> str:
    if clause.quantity == "flare":
        return f'Nearest: "dispute.{clause.entity}", its open severity.'
    meant = nearest_word(clause.quantity, CONDITIONAL)
    if not meant:
        return nearest_match(clause.quantity, CONDITIONAL)
    return nearest_name(meant, clause.entity, things.of(QUANTITIES[meant].of))


def _value_faults(clause: Clause, things: Things) -> list[Fault]:
    name, found = clause.quantity, str(clause)
    if name in WORDED:
        if clause.relation not in WORD_RELATIONS:
            must = f'"{name}" must be compared with == or !='
            return [Fault((), must, found, f'Nearest: "{clause.name} == {clause.value}".')]
        known = list(STATUSES) if name == "agreement" else things.coalitions_of(clause.entity)
        if not known or clause.value in known:
            return []
        noun = "a status" if name == "agreement" else f"a coalition of {clause.entity}"
        hint = nearest_match(clause.value, known)
        return [Fault((), f'"{name}" must be compared with {noun}', found, hint)]
    quantity, number = QUANTITIES[name], clause.number
    if name == "relation":
        if 0 < number < 1:
            return []
        must = '"relation" must be compared with a share above 0 and below 1'
        return [Fault((), must, found)]
    if quantity.low <= number <= quantity.high and math.isfinite(number):
        return []
    span = f"from {quantity.low:g} to {quantity.high:g}"
    if math.isinf(quantity.high):
        span = f"of {quantity.low:g} or more"
    hint = ""
    if math.isfinite(number):
        nearest = min(max(number, quantity.low), quantity.high)
        hint = f'Nearest: "{clause.name} {clause.relation} {nearest:g}".'
    return [Fault((), f'"{name}" must be compared with a number {span}', found, hint)]

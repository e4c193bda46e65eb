"""What a case has that a scenario or an outcome can name, and what is wrong where it has not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from comity.core.errors import nearest_match


class Fault(NamedTuple):
    """One thing that does not hold: under which keys, what must hold, what was found, what to do.

    ``found`` is as written, without quotation marks.
    """

    keys: tuple[str | int, ...]
    must: str
    found: str
    fix: str = ""

    def under(self, *keys: str | int) -> Fault:
        """Return the same fault under more keys."""
        return self._replace(keys=(*keys, *self.keys))

    def __str__(self) -> str:
        """One line: where, what must hold, what was found, what to do."""
        where = ""
        for key in self.keys:
            where += f"[{key}]" if isinstance(key, int) else f".{key}" if where else key
        return f'{where}: {self.must}; found "{self.found}". {self.fix}'.rstrip()


@dataclass(frozen=True)
class Things:
    """Names by kind of entity (see `comity.core.quantities`); None where they cannot be known.

    ``coalitions`` maps each state to the ids of its own.
    """

    names: Mapping[str, Collection[str] | None]
    coalitions: Mapping[str, Collection[str]] | None

    def of(self, kind: str) -> Collection[str] | None:
        """Return the names of a kind, or None when they cannot be known."""
        return self.names.get(kind)

    def coalitions_of(self, state: str) -> Collection[str] | None:
        """Return the ids of a state's coalitions, or None when they cannot be known."""
        return None if self.coalitions is None else self.coalitions.get(state, ())

    def unknown(
        self, keys: tuple[str | int, ...], must: str, found: str, allowed: Collection[str] | None
    ) -> list[Fault]:
        """Return a fault when ``found`` is not among the allowed words; None allows all."""
        if allowed is None or found in allowed:
            return []
        return [Fault(keys, must, found, nearest_match(found, sorted(allowed)))]


def prospect_id(first: str, second: str) -> str:
    """Return the id of the new joint declaration that two spokes may negotiate.

    >>> prospect_id("KOR", "JPN")
    'declaration-jpn-kor'
    """
    return "-".join(("declaration", *sorted((first.lower(), second.lower()))))


def prospect_ids(spokes: Collection[str]) -> list[str]:
    """Return the ids of the declarations that the model itself may bring about."""
    return [prospect_id(*pair) for pair in combinations(sorted(spokes), 2)]


def nearest_word(found: str, known: Iterable[str]) -> str:
    """Return the nearest known word, or nothing when none is near."""
    hint = nearest_match(found, sorted(known))
    return hint.partition('"')[2].rpartition('"')[0] if hint.startswith("Nearest: ") else ""


def nearest_name(quantity: str, entity: str, known: Collection[str] | None) -> str:
    """Return a hint with the nearest ``quantity.entity``, or the known entities when few."""
    near = entity if known is None or entity in known else nearest_word(entity, known)
    if near:
        return f'Nearest: "{quantity}.{near}".'
    return nearest_match(entity, sorted(known or ()))

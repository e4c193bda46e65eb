"""A checked value together with the place it came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from comity.core.errors import Problem, nearest_match
from comity.core.things import Fault

Item = TypeVar("Item")
Path = tuple[str | int, ...]


def key_words(path: Path) -> str:
    """Return a path of keys and positions as people write it.

    >>> key_words(("clamps", 0, "value"))
    'clamps[0].value'
    """
    words = ""
    for part in path:
        words += f"[{part}]" if isinstance(part, int) else f".{part}" if words else part
    return words


@dataclass(frozen=True)
class Located(Generic[Item]):
    """A value, its file, its line, and for TOML the lines of its keys."""

    value: Item
    file: str
    row: int
    path: Path = ()
    lines: Mapping[Path, int] = field(default_factory=dict[Path, int])

    def row_of(self, *keys: str | int) -> int:
        """Return the line of a key, or of the nearest table around it."""
        whole = self.path + keys
        for length in range(len(whole), 0, -1):
            if whole[:length] in self.lines:
                return self.lines[whole[:length]]
        return self.row

    def problem(
        self, keys: str | tuple[str | int, ...], must: str, found: object, fix: str = ""
    ) -> Problem:
        """Return a problem at one of the value's columns or keys."""
        keys = (keys,) if isinstance(keys, str) else keys
        return Problem(
            self.file, self.row_of(*keys), key_words(self.path + keys), must, quoted(found), fix
        )

    def fault(self, fault: Fault) -> Problem:
        """Return a problem for something that does not hold under its keys."""
        return self.problem(fault.keys, fault.must, fault.found, fault.fix)

    def unknown(
        self,
        keys: str | tuple[str | int, ...],
        must: str,
        found: str,
        allowed: Collection[str] | None,
    ) -> list[Problem]:
        """Return a problem when ``found`` is not among the allowed words; None allows all."""
        if allowed is None or found in allowed:
            return []
        return [self.problem(keys, must, found, nearest_match(found, sorted(allowed)))]


def quoted(value: object) -> str:
    """Return a found value in quotation marks, cut to a length that fits a message."""
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else str(value)
    text = "".join(letter if letter.isprintable() else "?" for letter in text[:80])
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'

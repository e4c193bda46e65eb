"""Ids that are given twice, with the nearest one that is free."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from comity.core.errors import Problem
from comity.record.located import Located

_NUMBERED = re.compile(r"(.*?)(\d+)")


def repeated(
    items: Iterable[tuple[Located[Any], str]], column: str | tuple[str, ...], what: str
) -> list[Problem]:
    """Return a problem for each item whose word an earlier item already has."""
    listed = [(item, word) for item, word in items if word]
    taken = {word for _, word in listed}
    first: dict[str, Located[Any]] = {}
    problems: list[Problem] = []
    for item, word in listed:
        if word not in first:
            first[word] = item
            continue
        free = free_word(word, taken)
        taken.add(free)
        must = f"{what} must be unique; row {first[word].row_of()} has it already"
        problems.append(item.problem(column, must, word, f'Nearest free: "{free}".'))
    return problems


def free_word(word: str, taken: set[str]) -> str:
    """Return the next free word of the same pattern.

    >>> free_word("E002", {"E002", "E003"})
    'E004'
    >>> free_word("gsomia", {"gsomia"})
    'gsomia-2'
    """
    numbered = _NUMBERED.fullmatch(word)
    stem, start, width = (
        (numbered[1], int(numbered[2][-12:]), len(numbered[2])) if numbered else (f"{word}-", 1, 0)
    )
    number = start + 1
    while f"{stem}{number:0{width}d}" in taken:
        number += 1
    return f"{stem}{number:0{width}d}"

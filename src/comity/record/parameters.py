"""Judged numbers of a case: nested tables to dotted names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from comity.core.errors import Problem, nearest_match
from comity.core.judged import JudgedNumber
from comity.core.states import COMPONENTS
from comity.record.located import Located, Path
from comity.record.validation import validate

_ABOUT = ("who", "why", "tag", "source")


def read_parameters(
    data: Mapping[str, Any], lines: Mapping[Path, int], file: str
) -> tuple[dict[str, Located[JudgedNumber]], set[str], list[Problem]]:
    """Return the judged numbers by dotted name, all names given, and every problem.

    A table with the key ``central`` is one number; its path is its name. A coalition's orientation
    has a compact form: ``[coalitions.<state>.<id>]`` with ``hub``, ``partner``, ``rival`` and
    ``proliferator`` as ``[low, central, high]`` and one ``who``, ``why``, ``tag``, ``source``.

    Notes
    -----
    The names include those of numbers that do not hold, so that nothing is called missing that is
    only wrong.
    """
    numbers: dict[str, Located[JudgedNumber]] = {}
    names: set[str] = set()
    problems: list[Problem] = []

    def one(path: Path, raw: object) -> None:
        name = ".".join(map(str, path))
        names.add(name)
        row = Located(raw, file, 0, path, lines).row_of()
        number, faults = validate(JudgedNumber, raw, file, row, path=path, lines=lines)
        problems.extend(faults)
        if number is None:
            return
        if not all(map(math.isfinite, (number.value.low, number.value.high))):
            problems.append(number.problem((), "must be finite", raw, ""))
        numbers[name] = number

    def walk(path: Path, table: Mapping[str, Any]) -> None:
        place = Located(table, file, 0, path, lines)
        if len(path) == 3 and path[0] == "coalitions":
            compact(path, table, place)
            return
        scalars = [key for key, value in table.items() if not isinstance(value, dict)]
        if "central" in table or (scalars and path):
            one(path, table)
            return
        for key in scalars:
            must = "must be a table: a judged number has low, central, high, meaning, who and why"
            problems.append(place.problem(key, must, table[key]))
        for key, value in table.items():
            if isinstance(value, dict):
                walk((*path, key), value)

    def compact(path: Path, table: Mapping[str, Any], place: Located[Any]) -> None:
        about = {key: table[key] for key in _ABOUT if key in table}
        for key, value in table.items():
            if key in _ABOUT:
                continue
            if key not in COMPONENTS:
                hint = nearest_match(key, (*COMPONENTS, *_ABOUT))
                problems.append(place.problem(key, "must be a known key", key, hint))
            elif isinstance(value, dict):
                one((*path, key), value)
            elif isinstance(value, list) and len(value) == 3:
                quantiles = dict(zip(("low", "central", "high"), value, strict=True))
                meaning = f"orientation of {path[2]} ({path[1]}) toward the {key}"
                unit = "-1 to 1, larger is more conciliatory"
                one((*path, key), {**quantiles, "meaning": meaning, "unit": unit, **about})
            else:
                names.add(".".join(map(str, (*path, key))))
                must = "must be [low, central, high]"
                problems.append(place.problem(key, must, value))

    walk((), data)
    return numbers, names, problems

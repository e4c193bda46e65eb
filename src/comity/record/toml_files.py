"""TOML files of a case, with the line of every key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from comity.core.errors import Problem
from comity.record.located import Path
from comity.record.text_files import read_lines

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_PARTS = re.compile(_PART)
_AT = re.compile(r"line (\d+)")
_STRINGS = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')


@dataclass(frozen=True)
class TomlFile:
    """The data of a TOML file, or None when it could not be read."""

    data: dict[str, Any] | None
    lines: Mapping[Path, int] = field(default_factory=dict[Path, int])
    problems: tuple[Problem, ...] = ()


def read_toml(path: FilePath, file: str | None = None) -> TomlFile:
    """Return the data of a TOML file and the line of each key; faults become problems."""
    file = file or path.name
    lines, problems = read_lines(path, file)
    if lines is None:
        return TomlFile(None, problems=tuple(problems))
    try:
        data = tomllib.loads("\n".join(lines))
    except RecursionError:
        must, found = "must not be nested this deep", "a deep nesting"
        return TomlFile(None, problems=(Problem(file, 0, "", must, found),))
    except ValueError as error:
        at = _AT.search(str(error))
        row = int(at[1]) if at else len(lines) if "end of document" in str(error) else 0
        fix = "Check quotation marks and brackets there; the rest of this file was not read."
        found = re.sub(r"\s*\(at .*\)$", "", str(error).splitlines()[0])[:120]
        problem = Problem(file, row, "", "must be TOML", found, fix)
        return TomlFile(None, problems=(problem,))
    return TomlFile(data, key_lines(lines))


def key_lines(lines: list[str]) -> dict[Path, int]:
    """Return the line, counted from 1, of every key, table and element of an array of tables.

    A reading aid for messages: keys inside inline tables share the line of their table.
    """
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    array: Path | None = None  # the array that is open over several lines
    depth = elements = 0
    closing = ""  # the quotation marks of a string that runs over several lines
    for number, line in enumerate(lines, start=1):
        if closing:
            closing = "" if closing in line else closing
            continue
        if depth and array is not None:
            if depth == 1 and line.lstrip().startswith("{"):
                places.setdefault((*array, elements), number)
                elements += 1
        elif header := _HEADER.match(line):
            table = _placed(_names(header[2]), counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            places.setdefault(table, number)
            continue
        elif key := _KEY.match(line):
            array = table + _names(key[1])
            elements = 0
            for length in range(len(table) + 1, len(array) + 1):
                places.setdefault(array[:length], number)
        closing = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
        bare = _STRINGS.sub("", line.partition("=")[2] if not depth else line).partition("#")[0]
        depth = max(0, depth + bare.count("[") - bare.count("]"))
    return places


def _names(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PARTS.findall(dotted))


def _placed(names: Path, counts: Mapping[Path, int]) -> Path:
    """Return a table's path with the position of the present element of each array around it."""
    path: Path = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if place < len(names) - 1 and path in counts:
            path = (*path, counts[path])
    return path

"""Tables of a case: CSV files whose rows are checked one by one, and all of them."""

from __future__ import annotations

import csv
import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel

from comity.core.errors import Problem, nearest_match
from comity.record.located import Located, quoted
from comity.record.text_files import read_lines
from comity.record.validation import validate

Row = TypeVar("Row", bound=BaseModel)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Table(Generic[Row]):
    """The rows of a table that hold, the raw cells of all its rows, and what is wrong.

    ``cells`` is None when the table could not be read: then nothing may be said to be missing
    from it. It keeps the rows that do not hold, so that a reference to one is not called unknown.
    """

    rows: list[Located[Row]]
    cells: list[Located[dict[str, str]]] | None
    problems: list[Problem]

    def column(self, name: str) -> set[str] | None:
        """Return the words found in a column, or None when the table could not be read."""
        if self.cells is None:
            return None
        return {row.value[name] for row in self.cells if row.value.get(name)}

    def days(self, name: str) -> list[tuple[Located[dict[str, str]], dt.date]]:
        """Return the days found in a column with their rows, also in rows that do not hold."""
        return [
            (row, dt.date.fromisoformat(part.strip()))
            for row in self.cells or []
            for part in row.value.get(name, "").split(";")
            if is_day(part.strip())
        ]

    def codes(self, name: str) -> list[tuple[Located[dict[str, str]], str]]:
        """Return the words of a column of lists with their rows, also in rows that do not hold."""
        return [
            (row, part.strip())
            for row in self.cells or []
            for part in row.value.get(name, "").split(";")
            if part.strip()
        ]


def read_table(path: Path, model: type[Row], file: str | None = None) -> Table[Row]:
    """Return the rows of a CSV table, each checked against its model.

    One row stands on one line: a cell holds no line break. Columns may come in any order; those
    that have a default may be left out, and an empty cell takes the default.

    Parameters
    ----------
    path
        The file.
    model
        What a row must hold; field names are column names.
    file
        Name for the problems; the file's own name by default.

    Returns
    -------
    table
        Never raises for what is in the file: every fault is a problem with its line and column.
    """
    file = file or path.name
    lines, problems = read_lines(path, file)
    if lines is None:
        return Table([], None, problems)
    if not lines or not lines[0].strip():
        must = f"must begin with a line of column names ({', '.join(required(model))})"
        return Table([], None, [Problem(file, 1, "", must, "no such line")])
    if "\t" in lines[0] and "," not in lines[0]:
        must, fix = "must be a table separated by commas", "Save it as CSV with commas."
        return Table([], None, [Problem(file, 1, "", must, "a table separated by tabs", fix)])
    header, broken = _split(lines[0], file, 1, [])
    if header is None:
        return Table([], None, broken)
    header, absent, problems = _columns(header, model, file)
    days = _day_columns(model)
    rows: list[Located[Row]] = []
    cells: list[Located[dict[str, str]]] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        values, broken = _split(line, file, number, header)
        problems += broken
        if values is None:
            # Its id still exists, so that what refers to the row is not called wrong.
            whole = line.split(",")[: _broken_cell(line)]
            cells.append(Located(dict(zip(header, whole, strict=False)), file, number))
            continue
        raw = {name: value for name, value in zip(header, values, strict=False) if name}
        cells.append(Located(raw, file, number))
        if len(values) != len(header):
            must = f"must have {len(header)} cells, one for each column"
            fix = "Put a cell that holds a comma in quotation marks."
            problems.append(Problem(file, number, "", must, str(len(values)), fix))
            continue
        wrong = _wrong_days(raw, days, file, number)
        given = {name: value for name, value in raw.items() if value or name in required(model)}
        row, faults = validate(model, given, file, number, not_missing=absent)
        said = {problem.column for problem in wrong}
        faults = [fault for fault in faults if fault.column.partition("[")[0] not in said]
        problems += wrong + faults
        if row is not None and not wrong:
            rows.append(row)
    return Table(rows, cells, problems)


def required(model: type[BaseModel]) -> list[str]:
    """Return the columns that a table must have."""
    return [name for name, field in model.model_fields.items() if field.is_required()]


def _split(
    line: str, file: str, number: int, header: list[str]
) -> tuple[list[str] | None, list[Problem]]:
    try:
        [values] = csv.reader([line], strict=True)
    except (csv.Error, ValueError) as error:
        place = _broken_cell(line)
        column = header[place] if place < len(header) else f"number {place + 1}"
        fix = "Close the quotation marks on the same line and double those inside a cell."
        must = "must have whole quotation marks"
        if "limit" in str(error):
            must, fix = "a cell must be shorter than 131,072 letters", "Shorten it."
        return None, [Problem(file, number, column, must, str(error), fix)]
    values = [value.strip() for value in values]
    problems = [
        Problem(
            file, number, header[place] if place < len(header) else f"number {place + 1}",
            "must hold printable text only", quoted(value), "Remove the control character.",
        )
        for place, value in enumerate(values)
        if any(ord(letter) < 32 for letter in value)
    ]  # fmt: skip
    return (None if problems else values), problems


def _broken_cell(line: str) -> int:
    """Return the position of the first cell whose quotation marks are not whole."""
    place = start = 0
    while start <= len(line):
        if line[start : start + 1] == '"':
            end = start + 1
            while (end := line.find('"', end)) >= 0 and line[end + 1 : end + 2] == '"':
                end += 2
            if end < 0 or line[end + 1 : end + 2] not in ("", ","):
                return place
            start = end + 2
        else:
            comma = line.find(",", start)
            if comma < 0:
                return place
            start = comma + 1
        place += 1
    return place


def _columns(
    header: list[str], model: type[BaseModel], file: str
) -> tuple[list[str], frozenset[str], list[Problem]]:
    """Return the header with misspelt names put right, columns reported absent, and problems."""
    known = list(model.model_fields)
    problems: list[Problem] = []
    names: list[str] = []
    for name in header:
        if name in known and name not in names:
            names.append(name)
            continue
        if name in names:
            problems.append(
                Problem(file, 1, name, "a column must appear once", "it twice", "Remove one.")
            )
            names.append("")
            continue
        free = [word for word in known if word not in header]
        hint = nearest_match(name, free) or nearest_match(name, known)
        meant = hint.partition('"')[2].rpartition('"')[0]
        problems.append(Problem(file, 1, name, "must be a known column", quoted(name), hint))
        # Read on as if the nearest name had been written, so that the rows are checked as well.
        names.append(meant if meant in free and meant not in names else "")
    for name in required(model):
        if name not in names:
            hint = nearest_match(name, [word for word in header if word not in known])
            must = f'must have the column "{name}"'
            problems.append(Problem(file, 1, name, must, "no such column", hint))
    return names, frozenset(known) - frozenset(names), problems


def _day_columns(model: type[BaseModel]) -> list[str]:
    return [name for name, field in model.model_fields.items() if _holds_days(field.annotation)]


def _holds_days(annotation: Any) -> bool:
    return annotation is dt.date or any(_holds_days(part) for part in get_args(annotation))


def _wrong_days(raw: dict[str, str], days: list[str], file: str, number: int) -> list[Problem]:
    """Return days that are not written as YYYY-MM-DD; numbers would be read as seconds."""
    problems: list[Problem] = []
    for name in days:
        for part in filter(None, (part.strip() for part in raw.get(name, "").split(";"))):
            if not is_day(part):
                fix = "Write it as YYYY-MM-DD."
                problems.append(
                    Problem(file, number, name, "must be a calendar day", quoted(part), fix)
                )
    return problems


def is_day(text: str) -> bool:
    """Return whether a text is a calendar day written as YYYY-MM-DD."""
    try:
        return bool(_DAY.fullmatch(text)) and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False

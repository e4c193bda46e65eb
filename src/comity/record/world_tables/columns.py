"""Columns of a published table: found by name, every cell checked, every fault said."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import CaseError, DataError, Problem, nearest_match
from comity.core.printable import printable
from comity.core.world_tables import UNCODED

MAX_BYTES = 512_000_000
"""Largest table that is read into memory, unpacked; the published ones stay under 20 MB."""

MAX_PROBLEMS = 20
BLANK = ("", ".", "NA", "NaN")
"""Cells that hold nothing: as CSV, Stata and R write it."""

Parse = Callable[[str], int | float | str]


class CellError(ValueError):
    """What a cell must hold; never leaves this folder."""


@dataclass(frozen=True)
class Column:
    """One column: its name here, how publishers spell it, and what a cell may hold."""

    name: str
    spellings: tuple[str, ...]
    parse: Parse
    is_required: bool = True


def whole(low: int, high: int, blank: int | None = UNCODED) -> Parse:
    """Return a parser of whole numbers, also written 3.0; ``blank`` None: a cell must hold one."""

    def parse(text: str) -> int:
        if text in BLANK and blank is not None:
            return blank
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not low <= number <= high or number != int(number):  # NaN lies in no range
            raise CellError(f"must be a whole number from {low} to {high}")
        return int(number)

    return parse


def real(text: str) -> float:
    """Return a finite number, or NaN for a blank cell."""
    if text in BLANK:
        return float("nan")
    try:
        number = float(text)
    except ValueError:
        number = float("inf")
    if not np.isfinite(number):
        raise CellError("must be a number")
    return number


def text_of(text: str) -> str:
    """Return a cell as it stands, blanks between words put right."""
    return "" if text in BLANK else " ".join(text.split())


def one_of(words: dict[str, int]) -> Parse:
    """Return a parser of listed words."""

    def parse(text: str) -> int:
        if text in words:
            return words[text]
        try:
            return words[str(int(float(text)))]
        except (ValueError, KeyError, OverflowError):
            raise CellError(f"must be one of {', '.join(w for w in words if w)}") from None

    return parse


@dataclass(frozen=True)
class Cells:
    """Checked columns of a table, by name, and the line of each row in the file."""

    path: Path
    columns: dict[str, list[int | float | str]]
    lines: list[int]

    def ints(self, name: str) -> NDArray[np.int64]:
        """Return a column of whole numbers."""
        return np.array(self.columns[name], np.int64)

    def floats(self, name: str) -> NDArray[np.float64]:
        """Return a column of numbers."""
        return np.array(self.columns[name], np.float64)

    def texts(self, name: str) -> list[str]:
        """Return a column of words."""
        return [str(value) for value in self.columns[name]]

    def problem(self, row: int, column: str, must: str, found: object, fix: str = "") -> Problem:
        """Return a problem with a row."""
        return Problem(_name(self.path), self.lines[row], column, must, str(found), fix)


def read_cells(
    path: Path, columns: Sequence[Column], *, title: str, extra: tuple[str, ...] = ()
) -> Cells:
    """Return the checked columns of a table in CSV or tab-separated text, gzip or plain.

    Parameters
    ----------
    path
        The file.
    columns
        What is read. Columns that are not listed are left alone.
    title
        What the file should be, for errors.
    extra
        Names of columns, beside ``columns``, that are read as numbers where the file has them.

    Raises
    ------
    DataError
        The file is missing, unreadable, empty or another table; or a cell holds what it must not.
        Up to 20 problems are listed at once, each with its line and column.
    """
    rows = _rows(path, title)
    try:
        _, header = next(rows)
    except StopIteration:
        raise _file_error(
            path, f"must be {title}", "an empty file", "Get the file again."
        ) from None
    wanted = [*columns, *(Column(name, (), whole(-99, 9999), False) for name in extra)]
    places = _places(path, header, wanted, title)
    cells: dict[str, list[int | float | str]] = {column.name: [] for column in wanted}
    lines: list[int] = []
    problems: list[Problem] = []
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            must = f"must have {len(header)} cells, as the first line has"
            fix = "Look for a lost or doubled separator, or get the file again."
            problems.append(Problem(_name(path), line, "", must, str(len(row)), fix))
        else:
            problems += _add(cells, wanted, places, row, _name(path), line)
            lines.append(line)
        if len(problems) >= MAX_PROBLEMS:
            break
    raise_problems(path, problems)
    if not lines:
        raise _file_error(path, "must have rows", "a first line only", "Get the file again.")
    return Cells(path, {name: values for name, values in cells.items() if values}, lines)


def _add(
    cells: dict[str, list[int | float | str]], wanted: Sequence[Column],
    places: dict[str, int], row: list[str], file: str, line: int,
) -> list[Problem]:  # fmt: skip
    problems: list[Problem] = []
    for column in wanted:
        if column.name not in places:
            continue
        text = row[places[column.name]].strip()
        try:
            cells[column.name].append(column.parse(text))
        except CellError as error:
            cells[column.name].append(UNCODED)
            found = f'"{printable(text[:40])}"'
            problems.append(
                Problem(file, line, column.name, str(error), found, "Correct the cell.")
            )
    return problems


def raise_problems(path: Path, problems: Sequence[Problem]) -> None:
    """Raise one error for all of them; nothing where there is none."""
    if len(problems) == 1:
        raise DataError(problems[0])
    if problems:
        raise CaseError(_name(path), list(problems)[:MAX_PROBLEMS])


def _places(path: Path, header: list[str], wanted: Sequence[Column], title: str) -> dict[str, int]:
    known = {_key(name): place for place, name in reversed(list(enumerate(header)))}
    places: dict[str, int] = {}
    problems: list[Problem] = []
    n_required = sum(column.is_required for column in wanted)
    for column in wanted:
        keys = [_key(name) for name in (column.name, *column.spellings)]
        found = next((known[key] for key in keys if key in known), None)
        if found is not None:
            places[column.name] = found
        elif column.is_required:
            hint = nearest_match(column.name, header) if len(header) > 1 else ""
            must = f'must have the column "{column.name}", as {title} has'
            problems.append(Problem(_name(path), 1, column.name, must, "no such column", hint))
    if problems and len(problems) > n_required / 2:
        names = ", ".join(printable(name.strip()) for name in header[:4])
        fix = "Name the right file; the columns of the first line say which one it is."
        raise _file_error(path, f"must be {title}", f"a table that begins {names}", fix)
    raise_problems(path, problems)
    return places


def _rows(path: Path, title: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells; the separator is the more frequent one of the first line."""
    if not path.is_file():
        fix = f"Put {title} there, or name the file where you keep it."
        raise _file_error(path, "must exist", "no such file", fix)
    try:
        raw = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
        if raw[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as stream:
                raw = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        found = str(getattr(error, "strerror", None) or error)
        raise _file_error(path, "must be readable to its end", found, "Get it again.") from None
    if len(raw) > MAX_BYTES or path.stat().st_size > MAX_BYTES:
        must = f"must be smaller than {MAX_BYTES // 1_000_000} MB"
        raise _file_error(path, must, "a larger file", f"Name the file that holds {title}.")
    if b"\0" in raw[:4096]:
        fix = "Stata, Excel and zip files must be saved as CSV first."
        raise _file_error(path, "must be a table in plain text", "another kind of file", fix)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # names of leaders in older releases; numbers do not care
    first = text.partition("\n")[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        must, fix = "must be a table of separated cells", "Save it as CSV again."
        place = Problem(_name(path), reader.line_num, "", must, str(error), fix)
        raise DataError(place) from None


def _file_error(path: Path, must: str, found: str, fix: str) -> DataError:
    return DataError(Problem(_name(path), 0, "", must, found, fix))


def _name(path: Path) -> str:
    return printable(path.name)


def _key(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())

"""A block of lines as columns of text, with the lines that are no rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from comity.record.store.schema import MAX_TEXT
from comity.record.store.shape import Shape
from comity.record.store.split_line import StrayTextError, UnclosedQuoteError, split_line

if TYPE_CHECKING:
    import pyarrow as pa

MAX_LINES = 400_000
"""Lines of a block at most; the rest goes into the next one."""

LONG_LINE = 200_000
"""Bytes of a line from which on it is parsed by itself."""

MAX_JOINED = 20
"""Lines that one quoted row may run over."""


@dataclass
class ParsedBlock:
    """Columns of the rows of a block and the lines that are none."""

    table: pa.Table  # every column of the reader as text, and `line`
    faults: list[tuple[int, str]]  # line, reason
    n_lines: int  # lines used
    n_bytes: int  # bytes used; the rest belongs into the next block
    first_line: int
    _data: bytes = field(repr=False)
    _starts: NDArray[np.int64] = field(repr=False)
    _ends: NDArray[np.int64] = field(repr=False)

    @property
    def n_rows(self) -> int:
        """Rows of the block, good or not."""
        return self.table.num_rows + len(self.faults)

    def text(self, line: int) -> str:
        """Return a line as text, cut; bytes that are no text as escapes."""
        number = line - self.first_line
        raw = self._data[self._starts[number] : self._ends[number]][: 4 * MAX_TEXT]
        return readable(raw)


def readable(raw: bytes) -> str:
    """Return bytes as text that any table holds, cut at `MAX_TEXT` characters."""
    return raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00").rstrip("\r\n")[:MAX_TEXT]


def parse_block(
    data: bytes, first_line: int, shape: Shape, *, is_last: bool, is_fast: bool = True
) -> ParsedBlock:
    """Return a block's rows as text columns.

    Lines without anything odd are parsed together; the others, and all with ``is_fast`` off, one
    by one. Both ways give the same rows.
    """
    view = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(view == 10)
    if not len(ends) or ends[-1] != len(view) - 1:
        ends = np.append(ends, len(view))
    ends = ends[:MAX_LINES]
    is_last = is_last and int(ends[-1]) + 1 >= len(data)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    clean = _clean_lines(data, view, starts, ends, shape) & is_fast
    slow = _SlowLines(data, starts, ends, clean, shape, first_line, is_last=is_last)
    n_lines = slow.run()
    tables = [slow.table()]
    if clean.any():
        tables.append(_fast_table(data, view, starts, ends, clean, first_line, shape))
    import pyarrow as pa

    n_bytes = min(int(ends[n_lines - 1]) + 1, len(data))
    return ParsedBlock(
        pa.concat_tables(tables), slow.faults, n_lines, n_bytes, first_line, data, starts, ends
    )


def _clean_lines(
    data: bytes,
    view: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    shape: Shape,
) -> NDArray[np.bool_]:
    cuts = np.flatnonzero(view == ord(shape.layout.delimiter))
    n_cuts = np.diff(np.searchsorted(cuts, ends), prepend=0)
    clean = (n_cuts == shape.n_fields - 1) & (ends - starts < LONG_LINE)
    odd = [np.flatnonzero(view == 0)] if b"\0" in data else []
    if shape.layout.is_quoted and b'"' in data:
        odd.append(np.flatnonzero(view == ord('"')))
    if b"\r" in data:
        returns = np.flatnonzero(view == 13)
        odd.append(returns[view[np.minimum(returns + 1, len(view) - 1)] != 10])
    for places in odd:
        # Bytes after the last line of this block belong to the next one.
        clean[np.searchsorted(ends, places[places < ends[-1]])] = False
    if not data.isascii():
        for number in np.flatnonzero(np.maximum.reduceat(view, _inside(starts, view)) > 127):
            if clean[number] and not _is_text(data[starts[number] : ends[number]]):
                clean[number] = False
    return clean


def _inside(starts: NDArray[np.int64], view: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.minimum(starts, len(view) - 1)


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _fast_table(
    data: bytes,
    view: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    clean: NDArray[np.bool_],
    first_line: int,
    shape: Shape,
) -> pa.Table:
    """Return the clean lines, parsed together."""
    import pyarrow as pa
    import pyarrow.csv as csv

    stop = min(int(ends[-1]) + 1, len(data))
    if clean.all():
        source = pa.py_buffer(memoryview(data)[:stop])
    else:
        lengths = np.minimum(ends + 1, stop) - starts
        source = pa.py_buffer(view[:stop][np.repeat(clean, lengths)].tobytes())
    names = [f"f{number}" for number in range(shape.n_fields)]
    wanted = {name: f"f{place}" for name, place in shape.places.items()}
    used = list(dict.fromkeys(wanted.values()))
    found = csv.read_csv(
        pa.BufferReader(source),
        csv.ReadOptions(column_names=names, block_size=8 << 20),
        csv.ParseOptions(
            delimiter=shape.layout.delimiter,
            quote_char=False,
            double_quote=False,
            escape_char=False,
            newlines_in_values=False,
        ),
        csv.ConvertOptions(
            column_types={name: pa.string() for name in used},
            include_columns=used,
            null_values=[""],
            strings_can_be_null=True,
            check_utf8=False,
        ),
    )
    lines = pa.array(np.flatnonzero(clean) + first_line)
    return _table({name: found[place] for name, place in wanted.items()}, lines, shape)


def _table(columns: dict[str, object], lines: pa.Array, shape: Shape) -> pa.Table:
    import pyarrow as pa

    nothing = pa.nulls(len(lines), pa.string())
    return pa.table({name: columns.get(name, nothing) for name in shape.columns} | {"line": lines})


class _SlowLines:
    """Lines that something is odd about, parsed one by one."""

    def __init__(
        self,
        data: bytes,
        starts: NDArray[np.int64],
        ends: NDArray[np.int64],
        clean: NDArray[np.bool_],
        shape: Shape,
        first_line: int,
        *,
        is_last: bool,
    ) -> None:
        self._data, self._starts, self._ends = data, starts, ends
        self._clean, self._shape, self._first = clean, shape, first_line
        self._is_last = is_last
        self._rows: list[list[str]] = []
        self._lines: list[int] = []
        self.faults: list[tuple[int, str]] = []

    def run(self) -> int:
        """Parse every line that is not clean; return how many lines of the block are used."""
        after = 0  # lines before it belong to a row that runs over several
        for number in np.flatnonzero(~self._clean).tolist():
            if number < after:
                continue
            used = self._parse(number)
            if not used:
                self._clean[number:] = False
                return number
            self._clean[number + 1 : number + used] = False
            after = number + used
        return len(self._ends)

    def table(self) -> pa.Table:
        """Return the rows found."""
        import pyarrow as pa

        columns = {
            name: pa.array([row[place] or None for row in self._rows], pa.string())
            for name, place in self._shape.places.items()
        }
        return _table(columns, pa.array(self._lines, pa.int64()), self._shape)

    def _parse(self, number: int) -> int:
        """Take note of one row; return the lines it runs over, 0 if it needs lines to come."""
        raw = self._raw(number)
        if not raw:
            return 1
        try:
            fields = self._split(raw)
        except UnclosedQuoteError:
            return self._parse_joined(number, raw)
        except ValueError as error:
            return self._set_aside(number, _reason(error))
        if len(fields) == self._shape.n_fields + 1 and not fields[-1]:
            fields.pop()  # a delimiter at the end of the row
        if len(fields) != self._shape.n_fields:
            return self._set_aside(number, self._width(fields))
        self._keep(number, fields)
        return 1

    def _parse_joined(self, number: int, raw: bytes) -> int:
        for n_more in range(1, MAX_JOINED):
            if number + n_more >= len(self._ends):
                if self._is_last or number == 0:
                    break
                return 0
            further = self._raw(number + n_more)
            raw = raw + b"\n" + further
            if b'"' not in further and n_more < MAX_JOINED - 1:
                continue
            try:
                fields = self._split(raw)
            except UnclosedQuoteError:
                continue
            except ValueError:
                break
            if len(fields) == self._shape.n_fields:
                self._keep(number, fields)
                return n_more + 1
            break
        return self._set_aside(number, "a quotation mark is not closed")

    def _raw(self, number: int) -> bytes:
        raw = self._data[self._starts[number] : self._ends[number]]
        return raw[:-1] if raw.endswith(b"\r") else raw

    def _split(self, raw: bytes) -> list[str]:
        if b"\0" in raw:
            raise ValueError("holds a NUL byte")
        layout = self._shape.layout
        return split_line(raw.decode("utf-8"), layout.delimiter, is_quoted=layout.is_quoted)

    def _keep(self, number: int, fields: list[str]) -> None:
        self._rows.append(fields)
        self._lines.append(self._first + number)

    def _set_aside(self, number: int, reason: str) -> int:
        self.faults.append((self._first + number, reason))
        return 1

    def _width(self, fields: Sequence[str]) -> str:
        return f"has {len(fields)} fields where {self._shape.n_fields} are needed"


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "holds bytes that are not UTF-8"
    if isinstance(error, StrayTextError):
        return "text follows a closing quotation mark"
    return str(error)

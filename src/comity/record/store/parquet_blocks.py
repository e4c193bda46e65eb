"""Blocks of rows, read from a Parquet file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from comity.core.printable import printable
from comity.record.store.parts import Part
from comity.record.store.problems import CutShortError
from comity.record.store.schema import MAX_TEXT

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BLOCK_ROWS = 200_000
MAX_BLOCK_BYTES = 128 << 20
"""Bytes of text that one block may unpack to; a longer row comes alone."""

FARTHEST_MOMENT = {"s": 9 * 10**12, "ms": 9 * 10**15}
"""Seconds and milliseconds from 1970 on that DuckDB can count in microseconds."""

MAX_GROUP_BYTES = 4 << 30
"""Unpacked bytes that one row group may declare."""


def parquet_names(part: Part) -> list[str]:
    """Return the names of the columns; CutShortError when the file is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(part.path) as file:
            names = list(file.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise CutShortError(_first_line(error)) from None
    if len(set(names)) != len(names):
        raise CutShortError("Two of its columns have one name.")
    return names


def parquet_rows(part: Part) -> int:
    """Return the number of rows that the file declares."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(part.path) as file:
        return int(file.metadata.num_rows)


def read_parquet_blocks(part: Part, columns: list[str], offset: int) -> Iterator[pa.Table]:
    """Yield tables of rows from row ``offset`` on; CutShortError after the last that can be had."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(part.path, memory_map=False, pre_buffer=False) as file:
            skip = offset
            for group in range(file.num_row_groups):
                held = file.metadata.row_group(group)
                if skip >= held.num_rows:
                    skip -= held.num_rows
                    continue
                if held.total_byte_size > MAX_GROUP_BYTES:
                    raise CutShortError(
                        f"A row group unpacks to more than {MAX_GROUP_BYTES >> 30} GiB."
                    )
                for batch in _batches(part, file, group, columns):
                    rest = batch.slice(skip) if skip else batch
                    skip = max(0, skip - batch.num_rows)
                    for light in _light(pa.Table.from_batches([rest])):
                        yield readable_table(light)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise CutShortError(_first_line(error)) from None


def _batches(
    part: Part, file: pq.ParquetFile, group: int, columns: list[str]
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a group; columns whose text could fill the memory stay packed.

    A value may stand once in the file for many rows, so that a few bytes stand for gigabytes. One
    row, read packed, shows every value that a column holds in that way.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
    kinds = {field.name: field.type for field in file.schema_arrow}
    texts = [name for name in columns if any(is_kind(kinds[name]) for is_kind in text)]
    n_rows = min(BLOCK_ROWS, file.metadata.row_group(group).num_rows)
    heavy: list[str] = []
    if texts and n_rows:
        with pq.ParquetFile(part.path, pre_buffer=False, read_dictionary=texts) as packed:
            first = next(packed.iter_batches(1, [group], texts))
        for name, column in zip(first.schema.names, first.columns, strict=True):
            longest = int(_lengths(column.dictionary).max(initial=0))
            if longest * n_rows > MAX_BLOCK_BYTES:
                heavy.append(name)
    if not heavy:
        yield from file.iter_batches(BLOCK_ROWS, [group], columns)
        return
    with pq.ParquetFile(part.path, pre_buffer=False, read_dictionary=heavy) as packed:
        yield from packed.iter_batches(BLOCK_ROWS, [group], columns)


def _light(table: pa.Table) -> Iterator[pa.Table]:
    """Yield the table in runs of rows that unpack to at most `MAX_BLOCK_BYTES` or are one row."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not table.num_rows:
        return
    widths = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        if pa.types.is_dictionary(column.type):
            for at, chunk in zip(_starts(column), column.chunks, strict=True):
                lengths = _lengths(chunk.dictionary)
                places = pc.fill_null(chunk.indices, 0).to_numpy(False)
                if len(lengths):
                    widths[at : at + len(chunk)] += lengths[places]
    ends = widths.cumsum()
    if ends[-1] <= MAX_BLOCK_BYTES:
        yield table
        return
    start = 0
    while start < table.num_rows:
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + MAX_BLOCK_BYTES, "right")))
        yield table.slice(start, stop - start)
        start = stop


def row_text(table: pa.Table, first_line: int, line: int) -> str:
    """Return a row of a table as text, its cells by tabs, cut."""
    cells = [_cell_text(column[line - first_line]) for column in table.columns]
    return printable("\t".join(cells))[:MAX_TEXT]


def _cell_text(cell: pa.Scalar) -> str:
    try:
        value = cell.as_py()
    except (OverflowError, ValueError):  # a day or a moment that Python has no calendar for
        return f"({cell.type} out of range)"
    return "" if value is None else str(value)[:MAX_TEXT]


def _lengths(values: pa.Array) -> np.ndarray:
    import pyarrow.compute as pc

    lengths = pc.call_function("binary_length", [values])
    return pc.fill_null(lengths, 0).to_numpy(zero_copy_only=False)


def _starts(column: pa.ChunkedArray) -> list[int]:
    return [0, *np.cumsum([len(chunk) for chunk in column.chunks[:-1]], dtype=int).tolist()]


def readable_table(table: pa.Table) -> pa.Table:
    """Return a table that DuckDB takes: no strange types, and text that is UTF-8.

    Bytes that are not UTF-8 become escapes, numbers of rare types plain ones or text, and values of
    any other type DuckDB lacks the name of their type, which no reader takes for a good value.
    """
    for number, field in enumerate(table.schema):
        column = table.column(number)
        found = _readable(column)
        if found is not column:
            table = table.set_column(number, field.name, found)
    return table


def _readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_float16(kind):
        return column.cast(pa.float32())
    if pa.types.is_decimal256(kind):
        return column.cast(pa.string())
    if pa.types.is_date64(kind) or (pa.types.is_timestamp(kind) and kind.unit in FARTHEST_MOMENT):
        return _clipped(column, FARTHEST_MOMENT[getattr(kind, "unit", "ms")])
    if not pa.types.is_nested(kind) and not pa.types.is_string(kind) and not _is_other_text(kind):
        return column
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        if pa.types.is_nested(kind):
            return _named_type(column)
        return _escaped(column)
    return _named_type(column) if pa.types.is_nested(kind) else column


def _clipped(column: pa.ChunkedArray, farthest: int) -> pa.ChunkedArray:
    """Return moments clipped to those that DuckDB can hold, which any reader sets aside."""
    import pyarrow as pa
    import pyarrow.compute as pc

    raw = column.cast(pa.int64())
    span = pc.call_function("min_max", [raw]).as_py()
    if span["min"] is None or max(abs(span["min"]), abs(span["max"])) <= farthest:
        return column
    whole = pc.ElementWiseAggregateOptions(skip_nulls=False)
    raw = pc.call_function("min_element_wise", [raw, pa.scalar(farthest)], whole)
    raw = pc.call_function("max_element_wise", [raw, pa.scalar(-farthest)], whole)
    return raw.cast(column.type)


def _is_other_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _escaped(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return text with the bytes that are not UTF-8 as escapes."""
    import pyarrow as pa

    # A cast to binary leaves the bytes as they are.
    raw = column.cast(pa.large_string()).cast(pa.large_binary()).to_pylist()
    texts = [None if one is None else one.decode("utf-8", "backslashreplace") for one in raw]
    return pa.chunked_array([pa.array(texts, pa.large_string())])


def _named_type(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    return pa.chunked_array([pa.array([str(column.type)] * len(column), pa.string())])


def _first_line(error: Exception) -> str:
    return f"{str(error).splitlines()[0] if str(error) else type(error).__name__}."

"""Blocks of rows, read from a Parquet file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from comity.record.store.parts import Part
from comity.record.store.problems import CutShortError

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_ROWS = 200_000
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
                for batch in file.iter_batches(BLOCK_ROWS, [group], columns):
                    rest = batch.slice(skip) if skip else batch
                    skip = max(0, skip - batch.num_rows)
                    if rest.num_rows:
                        yield pa.Table.from_batches([rest])
    except (pa.ArrowException, OSError, ValueError) as error:
        raise CutShortError(_first_line(error)) from None


def _first_line(error: Exception) -> str:
    return f"{str(error).splitlines()[0] if str(error) else type(error).__name__}."

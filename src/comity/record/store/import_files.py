"""Event files into a store: streaming, resumable, each content once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from comity.core.errors import DataError
from comity.record.readers.reader import Reader
from comity.record.readers.registry import find_reader
from comity.record.store.blocks import BlockReader
from comity.record.store.open_store import MEMORY_LIMIT, open_store, plain_failures
from comity.record.store.parquet_blocks import parquet_rows, read_parquet_blocks, row_text
from comity.record.store.parse_block import parse_block, readable
from comity.record.store.parts import Part, content_hash, parts_of
from comity.record.store.problems import CutShortError, raise_problems
from comity.record.store.raw_rows import load_tables, set_raw_parquet, set_raw_table
from comity.record.store.result import MAX_REASONS, ImportedFile, ImportResult, Reason
from comity.record.store.shape import Shape, find_shape
from comity.record.store.write_block import Written, write_block

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

HOPELESS_ROWS = 200_000
"""Rows set aside after which a file is given up if fewer than one in a hundred was good."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class _Entry:
    """How far a part is."""

    id: int
    next_offset: int
    next_line: int
    n_rows: int
    n_good: int
    n_set_aside: int
    n_duplicates: int
    is_finished: bool
    note: str


@dataclass(frozen=True)
class _Step:
    """A block that stands in ``raw`` and is ready to be written."""

    next_offset: int
    next_line: int
    packed_done: int
    faults: list[tuple[int, str, str]]
    text_of: Callable[[int], str]
    has_rows: bool = True


def import_events(
    store: Path,
    source: str,
    files: Sequence[Path],
    *,
    progress: Progress | None = None,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = None,
) -> ImportResult:
    """Read event files into a store and return what became of every row.

    Every block of rows is committed together with the position reached, so that a call that was
    cut off at any moment leaves a valid store and the next call goes on where it stood. A file
    whose content is in the store already, under whatever name, adds nothing.

    Parameters
    ----------
    store
        The DuckDB file; made when absent.
    source
        Name of the reader: ``icews``, ``polecat``, ``gdelt1``, ``gdelt2`` or ``csv``.
    files
        Plain, gzip, bzip2, zip or Parquet files.
    progress
        Called with the name of a file and the share of it that is read, 0 to 1.
    memory_limit
        What DuckDB may hold in memory, as DuckDB writes it.

    Returns
    -------
    ImportResult
        One entry for each part: a file, or a member of a zip archive.

    Raises
    ------
    DataError
        A path or a file cannot be used, or the store cannot be opened: nothing was written. Or the
        disk or the memory ran out: what was committed before is kept.
    """
    reader = find_reader(source)
    planned = _plan(reader, files)
    done: list[ImportedFile] = []
    with (
        open_store(store, memory_limit=memory_limit, threads=threads) as connection,
        plain_failures(store),
    ):
        load_tables(connection, reader)
        for part, shape in planned:
            done.append(_import_part(connection, reader, part, shape, progress))
    return ImportResult(store, reader.name, tuple(done))


def _plan(reader: Reader, files: Sequence[Path]) -> list[tuple[Part, Shape]]:
    planned: list[tuple[Part, Shape]] = []
    errors: list[DataError] = []
    for path in files:
        try:
            planned += [(part, find_shape(reader, part)) for part in parts_of(path)]
        except DataError as error:
            errors.append(error)
    raise_problems(errors)
    return planned


def _import_part(
    connection: duckdb.DuckDBPyConnection,
    reader: Reader,
    part: Part,
    shape: Shape,
    progress: Progress | None,
) -> ImportedFile:
    digest = content_hash(part.path)
    found = _find(connection, reader, part, digest)
    entry = found or _add(connection, reader, part, shape, digest)
    before = entry.n_rows
    state = "imported" if found is None else "already there" if found.is_finished else "resumed"
    if not entry.is_finished:
        entry = _read_on(connection, reader, part, shape, entry, progress)
    return ImportedFile(
        name=part.name,
        layout=shape.layout.name,
        n_rows=entry.n_rows,
        n_good=entry.n_good,
        n_set_aside=entry.n_set_aside,
        n_duplicates=entry.n_duplicates,
        n_new=entry.n_rows - before,
        state=state,
        note=entry.note,
        sha256=digest,
        reasons=_reasons(connection, entry.id),
    )


def _read_on(
    connection: duckdb.DuckDBPyConnection,
    reader: Reader,
    part: Part,
    shape: Shape,
    entry: _Entry,
    progress: Progress | None,
) -> _Entry:
    note = "The file is empty." if shape.is_empty else ""
    steps = iter(()) if shape.is_empty else _steps(connection, part, shape, entry)
    try:
        for step in steps:
            connection.begin()
            written = (
                write_block(connection, reader, entry.id, step.faults, step.text_of)
                if step.has_rows
                else Written(0, 0, 0)
            )
            entry = _advance(entry, step, written)
            _save(connection, entry)
            connection.commit()
            if progress is not None:
                progress(part.name, min(0.999, step.packed_done / max(1, part.n_bytes)))
            if entry.n_set_aside > HOPELESS_ROWS and entry.n_good * 100 < entry.n_set_aside:
                note = "Given up: nearly every row so far had to be set aside."
                break
    except CutShortError as error:
        note = str(error)
    entry = replace(entry, is_finished=True, note=note)
    _save(connection, entry)
    if progress is not None:
        progress(part.name, 1.0)
    return entry


def _advance(entry: _Entry, step: _Step, written: Written) -> _Entry:
    return replace(
        entry,
        next_offset=step.next_offset,
        next_line=step.next_line,
        n_rows=entry.n_rows + written.n_good + written.n_set_aside,
        n_good=entry.n_good + written.n_good,
        n_set_aside=entry.n_set_aside + written.n_set_aside,
        n_duplicates=entry.n_duplicates + written.n_duplicates,
    )


def _steps(
    connection: duckdb.DuckDBPyConnection, part: Part, shape: Shape, entry: _Entry
) -> Iterator[_Step]:
    if part.packing == "parquet":
        return _parquet_steps(connection, part, shape, entry)
    return text_steps(connection, part, shape, entry.next_offset, entry.next_line)


def text_steps(
    connection: duckdb.DuckDBPyConnection, part: Part, shape: Shape, offset: int, line: int
) -> Iterator[_Step]:
    """Set ``raw`` block by block; offset 0 starts after the header.

    Raises
    ------
    CutShortError
        After the last block, when the part could not be read to its end.
    """
    if offset < shape.first_offset:
        offset, line = shape.first_offset, shape.first_line
    blocks = BlockReader(part, offset)
    while (block := blocks.take()) is not None:
        if block.is_overlong:
            offset += len(block.data) + block.n_skipped
            fault = (line, "is longer than a block of 32 MiB", readable(block.data[:4000]))
            set_raw_table(connection, _no_rows(shape), shape)
            line += 1
            yield _Step(offset, line, blocks.packed_done, [fault], lambda _: "")
            continue
        is_cut = block.is_last and bool(blocks.note) and not block.data.endswith(b"\n")
        parsed = parse_block(block.data, line, shape, is_last=block.is_last)
        if parsed.n_bytes < len(block.data):
            blocks.give_back(block.data[parsed.n_bytes :])
            is_cut = False
        faults = [(number, why, parsed.text(number)) for number, why in parsed.faults]
        table = parsed.table
        last = line + parsed.n_lines - 1
        if is_cut:
            # The last row may lack its end even where it has all its fields.
            faults = [item for item in faults if item[0] != last]
            faults.append((last, "the file ends inside this row", parsed.text(last)))
            table = table.filter(table["line"].to_numpy() != last)
        set_raw_table(connection, table, shape)
        offset, line = offset + parsed.n_bytes, line + parsed.n_lines
        has_rows = bool(table.num_rows or faults)
        yield _Step(offset, line, blocks.packed_done, faults, parsed.text, has_rows)
    if blocks.note:
        raise CutShortError(blocks.note)


def _no_rows(shape: Shape) -> pa.Table:
    import pyarrow as pa

    kinds = {name: pa.string() for name in shape.columns} | {"line": pa.int64()}
    return pa.schema(list(kinds.items())).empty_table()


def _parquet_steps(
    connection: duckdb.DuckDBPyConnection, part: Part, shape: Shape, entry: _Entry
) -> Iterator[_Step]:
    offset, n_rows = entry.next_offset, max(1, parquet_rows(part))
    columns = list(dict.fromkeys(shape.names[place] for place in shape.places.values()))

    for table in read_parquet_blocks(part, columns, offset):
        set_raw_parquet(connection, table, shape, offset + 1)
        text_of = partial(row_text, table, offset + 1)
        offset += table.num_rows
        done = int(part.n_bytes * offset / n_rows)
        yield _Step(offset, offset + 1, done, [], text_of)


def _find(
    connection: duckdb.DuckDBPyConnection, reader: Reader, part: Part, digest: str
) -> _Entry | None:
    rows = connection.execute(
        "SELECT id, next_offset, next_line, n_rows, n_good, n_set_aside, n_duplicates, "
        "is_finished, note FROM files WHERE sha256 = ? AND number = ? AND reader = ?",
        [digest, part.number, reader.name],
    ).fetchall()
    return _Entry(*rows[0]) if rows else None


def _add(
    connection: duckdb.DuckDBPyConnection, reader: Reader, part: Part, shape: Shape, digest: str
) -> _Entry:
    rows = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM files").fetchall()
    entry = _Entry(int(rows[0][0]), 0, 1, 0, 0, 0, 0, False, "")
    connection.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 1, 0, 0, 0, 0, false, '')",
        [
            entry.id, part.file_name, part.member, part.number, digest, part.n_bytes, reader.name,
            shape.layout.name,
        ],
    )  # fmt: skip
    return entry


def _save(connection: duckdb.DuckDBPyConnection, entry: _Entry) -> None:
    connection.execute(
        "UPDATE files SET next_offset = ?, next_line = ?, n_rows = ?, n_good = ?, "
        "n_set_aside = ?, n_duplicates = ?, is_finished = ?, note = ? WHERE id = ?",
        [
            entry.next_offset, entry.next_line, entry.n_rows, entry.n_good, entry.n_set_aside,
            entry.n_duplicates, entry.is_finished, entry.note, entry.id,
        ],
    )  # fmt: skip


def stored_files(store: Path) -> tuple[ImportedFile, ...]:
    """Return every part that a store holds rows of, in the order of import."""
    with open_store(store, read_only=True) as connection:
        rows = connection.execute(
            "SELECT id, if(member = '', name, name || ':' || member), layout, n_rows, n_good, "
            "n_set_aside, n_duplicates, is_finished, note, sha256 FROM files ORDER BY id"
        ).fetchall()
        return tuple(
            ImportedFile(
                *row[1:7],
                n_new=0,
                state="already there" if row[7] else "unfinished",
                note=row[8],
                sha256=row[9],
                reasons=_reasons(connection, row[0]),
            )
            for row in rows
        )


def _reasons(connection: duckdb.DuckDBPyConnection, file_id: int) -> tuple[Reason, ...]:
    rows = connection.execute(
        "SELECT reason, count(*), min(line) FROM set_aside WHERE file_id = ? "
        "GROUP BY reason ORDER BY count(*) DESC, reason LIMIT ?",
        [file_id, MAX_REASONS],
    ).fetchall()
    return tuple(Reason(*row) for row in rows)

"""The tables of an event store, one DuckDB file."""

from __future__ import annotations

from comity.record.readers.reader import CANONICAL

SCHEMA_VERSION = 1

MAX_TEXT = 1_000
"""Characters that are kept of a row that was set aside; a longer row is cut there."""

STORED = {name: kind for name, kind in CANONICAL.items() if name not in ("row_key", "fault")}
"""Canonical columns that `events` holds; the key of a row is held as its 128-bit hash."""

TABLES = {
    "store": {"schema_version": "INTEGER"},
    "files": {
        "id": "INTEGER",  # 1, 2, ... in the order of import
        "name": "VARCHAR",  # file name without its folder
        "member": "VARCHAR",  # name inside a zip archive, else empty
        "number": "INTEGER",  # position inside a zip archive, else 0
        "sha256": "VARCHAR",  # of the file as it lies on disk
        "n_bytes": "BIGINT",
        "reader": "VARCHAR",
        "layout": "VARCHAR",
        "next_offset": "BIGINT",  # bytes after unpacking, or rows of a Parquet file, read so far
        "next_line": "BIGINT",
        "n_rows": "BIGINT",  # rows of the file, the header and empty lines left out
        "n_good": "BIGINT",
        "n_set_aside": "BIGINT",
        "n_duplicates": "BIGINT",  # good canonical rows that repeat an earlier one
        "is_finished": "BOOLEAN",
        "note": "VARCHAR",  # empty, or why the file could not be read to its end
    },
    "events": {
        "file_id": "INTEGER",
        "line": "BIGINT",
        **STORED,
        "row_hash": "UHUGEINT",  # md5 of `row_key`
        "is_duplicate": "BOOLEAN",
    },
    "set_aside": {
        "file_id": "INTEGER",
        "line": "BIGINT",
        "reason": "VARCHAR",
        "text": "VARCHAR",  # cut at MAX_TEXT characters
    },
}
"""Tables of a store: columns with their DuckDB types."""


def create_statements() -> list[str]:
    """Return the statements that make an empty store, to be run in one transaction."""
    made = [
        f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})"
        for name, columns in TABLES.items()
    ]
    return [*made, f"INSERT INTO store VALUES ({SCHEMA_VERSION})"]

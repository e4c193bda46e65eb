"""Open the DuckDB file that holds events."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from comity.record.store.problems import data_error
from comity.record.store.schema import SCHEMA_VERSION, TABLES, create_statements

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "768MB"
"""What DuckDB may hold in memory; beyond it, it works on disk."""


@contextmanager
def open_store(
    path: Path,
    *,
    read_only: bool = False,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to a store; a missing one is made unless ``read_only``.

    Raises
    ------
    DataError
        The path holds something else, another version, or another process has it open.
    """
    import duckdb

    _check_path(path, read_only=read_only)
    try:
        connection = duckdb.connect(
            str(path), read_only=read_only, config=settings(memory_limit, threads)
        )
    except duckdb.Error as error:
        raise _cannot_open(path, error) from None
    try:
        with plain_failures(path):
            _check_version(connection, path, read_only=read_only)
            yield connection
    finally:
        connection.close()


def open_memory(
    memory_limit: str = MEMORY_LIMIT, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a connection without a file."""
    import duckdb

    return duckdb.connect(config=settings(memory_limit, threads))


def settings(
    memory_limit: str, threads: int | None
) -> dict[str, str | bool | int | float | list[str]]:
    """Return DuckDB's settings; ordered output is not needed, as every row carries its line."""
    chosen: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
    }
    return chosen if threads is None else {**chosen, "threads": threads}


@contextmanager
def plain_failures(path: Path) -> Iterator[None]:
    """Turn what stops DuckDB from outside into our errors: Ctrl-C, disk, memory, a damaged store.

    Raises
    ------
    DataError
        The disk or the memory ran out, or the store is damaged.
    """
    import duckdb

    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except RuntimeError as error:  # what Ctrl-C becomes inside a query
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise
    except (
        duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException,
        duckdb.InternalException, duckdb.SerializationException,
    ) as error:  # fmt: skip
        if _is_damage(error):
            raise _damaged(path, error) from None
        raise data_error(
            path,
            "disk and memory must suffice",
            str(error).splitlines()[0],
            "Make room and run the same command again; it goes on where it stood.",
        ) from None


_DAMAGE = ("corrupt", "checksum", "could not read enough", "serializ",
           "internal error", "failed to load metadata")  # fmt: skip


def _is_damage(error: Exception) -> bool:
    said = str(error).lower()
    return any(word in said for word in _DAMAGE)


def _damaged(path: Path, error: Exception) -> Exception:
    return data_error(
        path, "a store must be whole", f"a damaged one ({_first_line(error)})",
        "Import the files anew into another store.",
    )  # fmt: skip


def _first_line(error: Exception) -> str:
    said = str(error).strip()
    return said.splitlines()[0][:200] if said else type(error).__name__


def _check_path(path: Path, *, read_only: bool) -> None:
    must = "a store is one DuckDB file"
    if any("\ud800" <= letter <= "\udfff" for letter in str(path)):
        raise data_error(path, must, "a name that is not UTF-8", "Name another file.")
    # The functions of `os.path` never raise, whatever the name; those of a path may.
    exists = os.path.exists(path)
    if os.path.isdir(path):
        raise data_error(path, must, "a folder", "Name a file inside it.")
    if exists and not os.path.isfile(path):
        raise data_error(path, must, "a device or a pipe", "Name another file.")
    if os.path.islink(path) and not exists:
        raise data_error(path, must, "a link to nothing", "Name another file.")
    if read_only and not exists:
        raise data_error(path, must, "no such file", "Make it with `comity import`.")
    if exists and not _has_mark(path):
        raise data_error(path, must, "another kind of file", "Name another file.")
    if not os.path.isdir(path.parent):
        raise data_error(
            path, "the folder of a store must exist", f'no folder "{path.parent}"', "Create it."
        )


def _has_mark(path: Path) -> bool:
    # DuckDB opens a text or Parquet file too and shows it as a view.
    try:
        with path.open("rb") as file:
            return file.read(12)[8:] == b"DUCK"
    except OSError:
        return True  # said better by DuckDB


def _cannot_open(path: Path, error: Exception) -> Exception:
    said = str(error)
    if "could not set lock" in said.lower():
        return data_error(
            path,
            "one process at a time may work on a store",
            "another one that has it open",
            "Wait until it is done or stop it.",
        )
    if "version number" in said:
        return data_error(
            path, "a store is a file that the installed version of DuckDB reads",
            "one of another version", "Update comity, or import the files anew into another store.",
        )  # fmt: skip
    if _is_damage(error):
        return _damaged(path, error)
    return data_error(
        path, "the store must open", _first_line(error), "Check the path and its permissions."
    )


def _check_version(connection: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool) -> None:
    names = {
        row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    }
    if not names and not read_only:
        connection.begin()
        for statement in create_statements():
            connection.execute(statement)
        connection.commit()
        return
    found = connection.execute("FROM store").fetchall() if "store" in names else []
    if not found:
        raise data_error(
            path,
            "a store is a DuckDB file that `comity import` made",
            "a DuckDB file with other tables" if names else "an empty DuckDB file",
            "Name another file.",
        )
    if found[0][0] != SCHEMA_VERSION:
        raise data_error(
            path,
            f"this version of comity reads stores of version {SCHEMA_VERSION}",
            f"version {found[0][0]}",
            "Import the files anew into another store.",
        )
    held = connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall()
    lacking = sorted(
        {(table, column) for table, columns in TABLES.items() for column in columns} - set(held)
        | {(table, "") for table in set(TABLES) - names}
    )
    if lacking:
        raise data_error(
            path,
            f"a store has tables {', '.join(TABLES)} with their columns",
            f'one without "{".".join(filter(None, lacking[0]))}"',
            "Import the files anew into another store.",
        )

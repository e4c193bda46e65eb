"""Full paths as one Parquet file, written piece by piece; it appears only when it is whole."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ConfigError
from comity.core.keeping import Keep
from comity.core.outcomes import Outcome
from comity.core.whole_file import drafts_of, whole_file
from comity.simulate.block import Plan, Slot
from comity.simulate.kept_file import KeptFileError, is_kept, read_kept, write_kept
from comity.simulate.path_columns import PathColumns
from comity.simulate.pieces import Pieces
from comity.simulate.tables import empty_tables, fill_tables

if TYPE_CHECKING:
    import pyarrow as pa

SECONDS_UNTOUCHED = 3600.0
"""After which the draft of a killed process is removed; a live one writes every few seconds."""


Put = Callable[[int, "pa.Table"], None]
"""Takes a piece by its number."""


class PathCollector:
    """Collects the blocks of a piece and hands it on as a table once it is whole."""

    def __init__(
        self,
        plan: Plan,
        outcomes: tuple[Outcome, ...],
        pieces: Pieces,
        columns: PathColumns,
        put: Put,
    ) -> None:
        self._plan, self._outcomes, self._pieces = plan, outcomes, pieces
        self._columns, self._put = columns, put
        room = pieces.blocks_each * plan.block_size
        self._tables = empty_tables(plan, outcomes, min(room, plan.settings.n_members))
        self._members = list[NDArray[np.int64]]()

    def add(self, slot: Slot, block: int) -> None:
        """Take one block; those of a piece must come in order and without others in between."""
        first = sum(map(len, self._members))
        self._members.append(self._plan.numbers(block)[: self._plan.members(block)])
        rows = slice(first, first + len(self._members[-1]))
        fill_tables(self._tables, self._plan, self._outcomes, slot, block, rows)
        if self._pieces.is_last(block):
            whole = {name: table[: rows.stop] for name, table in self._tables.items()}
            members = np.concatenate(self._members)
            self._members.clear()
            self._put(self._pieces.of(block), self._columns.table(whole, members))


@contextmanager
def parquet_file(path: Path, columns: PathColumns) -> Iterator[Callable[[pa.Table], None]]:
    """Yield a function that adds a table as one row group; the file appears when all went well.

    Raises
    ------
    ConfigError
        The file cannot be written.
    """
    import pyarrow.parquet as pq

    with ExitStack() as stack:
        with writing(path):
            _check(path)
            _remove_leftovers(path)
            file = stack.enter_context(whole_file(path))
            out = pq.ParquetWriter(file, columns.schema, **_options(columns))

        def put(table: pa.Table) -> None:
            if table.num_rows:  # not so where no draw of the piece has a member left
                with writing(path):
                    out.write_table(table, row_group_size=table.num_rows)

        try:
            yield put
        except BaseException:
            with suppress(OSError):  # the disk may be full, which is said already
                out.close()
            raise
        with writing(path):
            out.close()
            stack.close()


class KeptPaths:
    """Pieces of the paths of a run that may be stopped, in a folder beside the file."""

    def __init__(self, path: Path, key: str, keep: Keep, columns: PathColumns) -> None:
        self.folder = path.with_name(f"{path.name}.unfinished-{key[:12]}")
        self._path, self._key, self._keep, self._columns = path, key, keep, columns

    def open(self) -> None:
        """Make the folder.

        Raises
        ------
        ConfigError
            Nothing can be written there.
        """
        with writing(self._path):
            _check(self._path)
            self.folder.mkdir(exist_ok=True)

    def put(self, piece: int, table: pa.Table) -> None:
        """Keep one piece.

        Raises
        ------
        ConfigError
            The piece cannot be written.
        """
        import pyarrow as pa

        # Arrow's own form: the words and numbers come back as they were, and in a tenth of the
        # time that packing them twice would take.
        buffer = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.ipc.new_stream(buffer, table.schema, options=options) as out:
            out.write_table(table)
        with writing(self._path):
            data = buffer.getvalue()
            write_kept(self._file(piece), self._key_of(piece), lambda file: file.write(data))

    def missing(self, n: int) -> list[int]:
        """Return which of the first ``n`` pieces are not there whole, and say so."""
        gone, bad = list[int](), list[int]()
        for piece in range(n):
            if not self._file(piece).exists():
                gone.append(piece)
            elif not is_kept(self._file(piece), self._key_of(piece)):
                bad.append(piece)
        for piece in bad:
            self._keep.warn(
                f'"{self._file(piece)}": a kept piece must be whole and of this run; found one '
                "that is damaged or belongs to another run. Its futures are simulated again."
            )
        if gone:
            self._keep.say(f"Paths of {len(gone)} of {n} pieces were not kept; simulated again.")
        return sorted(gone + bad)

    def join(self, n: int) -> None:
        """Write the file out of its ``n`` pieces.

        Raises
        ------
        ConfigError
            The file cannot be written, or a piece was lost while the run went on.
        """
        import pyarrow as pa

        self._keep.say(f'All futures are simulated; "{self._path}" is written from {n} pieces.')
        with parquet_file(self._path, self._columns) as put:
            for piece in range(n):
                try:
                    data = read_kept(self._file(piece), self._key_of(piece))
                except KeptFileError as error:
                    raise ConfigError(
                        f'"{self._file(piece)}": pieces must stay as they are until the run is '
                        f"done; found {error}. Run the same command again, which writes it anew."
                    ) from None
                with pa.ipc.open_stream(pa.BufferReader(data)) as held:
                    put(held.read_all())

    def remove(self) -> None:
        """Remove the pieces."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, piece: int) -> Path:
        return self.folder / f"piece-{piece:07d}.kept"

    def _key_of(self, piece: int) -> str:
        return f"{self._key} paths {piece}"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what keeps a file from being written into a sentence.

    Raises
    ------
    ConfigError
        Instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise ConfigError(
            f'"{path}": full paths must be writable there; found: {reason}. Make room, change the '
            "permissions or name another file; nothing stands under that name that is not whole."
        ) from None


def _options(columns: PathColumns) -> dict[str, Any]:
    import pyarrow as pa

    # Floats hardly repeat: their bytes are set side by side, which packs better than a dictionary.
    floats = [field.name for field in columns.schema if pa.types.is_floating(field.type)]
    rest = [field.name for field in columns.schema if not pa.types.is_floating(field.type)]
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": rest,
        "column_encoding": dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
        "write_statistics": [name for name in rest if name in ("member", "draw", "month")],
    }


def _check(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))


def _remove_leftovers(path: Path) -> None:
    limit = time.time() - SECONDS_UNTOUCHED
    for draft in drafts_of(path):
        with suppress(FileNotFoundError):
            if draft.stat().st_mtime < limit:
                draft.unlink()

"""What goes along with a long run: sums kept while it goes on, and its paths written to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core.keeping import Keep
from comity.simulate.block import Plan, Slot
from comity.simulate.kept import KeptSums
from comity.simulate.path_columns import PathColumns
from comity.simulate.path_file import KeptPaths, PathCollector, Put, parquet_file
from comity.simulate.pieces import Pieces, pieces_of
from comity.simulate.summary import Summary


class LongRun:
    """Which blocks of a run are still to be simulated, and where its pieces go.

    Attributes
    ----------
    first
        First block whose sums are still to be added.
    blocks
        Blocks to simulate: those before ``first`` whose paths were lost, then all from it on.
    """

    def __init__(self, plan: Plan, pieces: Pieces, sums: KeptSums | None) -> None:
        self._pieces = pieces
        self._sums = sums
        self._paths: PathCollector | None = None
        self._kept: KeptPaths | None = None
        self._kept_after = -1
        self.first = 0 if sums is None else sums.begin()
        self.blocks: Sequence[int] = range(self.first, plan.n_blocks)

    def collect(self, paths: PathCollector, kept: KeptPaths | None) -> None:
        """Let the paths go along; those of pieces that are done and were lost are made again."""
        self._paths, self._kept = paths, kept
        if kept is not None:
            lost = kept.missing(self._pieces.n_before(self.first))
            again = chain.from_iterable(self._pieces.blocks(piece) for piece in lost)
            self.blocks = [*again, *self.blocks]

    def keeps_after(self, block: int) -> bool:
        """Return whether sums are kept after a block; asked before it begins, in their order.

        No later block may then begin before `take` has this one.
        """
        if self._sums is None or block < self.first or not self._pieces.is_last(block):
            return False
        if self._sums.is_due(block + 1):
            self._kept_after = block
        return self._kept_after == block

    def take(self, slot: Slot, block: int) -> None:
        """Write the paths of a block that was added, and keep the sums if they are due.

        Raises
        ------
        ConfigError
            Something cannot be written.
        """
        if self._paths is not None:
            self._paths.add(slot, block)
        if self._sums is not None and block == self._kept_after:
            self._sums.write(block + 1)

    def remove(self) -> None:
        """Remove what was kept, once the answer is there."""
        for kept in (self._sums, self._kept):
            if kept is not None:
                kept.remove()


@contextmanager
def long_run(
    summary: Summary,
    *,
    null: bool,
    keep: Keep | None,
    key: Callable[[], str],
    paths_file: Path | None,
) -> Iterator[LongRun]:
    """Yield what goes along with a run; its file appears when all went well.

    Paths take much room, so that their pieces are kept only for a run that is to be resumable. Sums
    without their paths would be of no use, so that without it nothing is kept where paths are
    asked for.

    Raises
    ------
    ConfigError
        Something cannot be written.
    """
    plan, pieces = summary.plan, pieces_of(summary.plan)
    if keep is not None and paths_file is not None and not keep.resume:
        keep = None
    name = "" if keep is None else key()
    sums = None
    if keep is not None:
        sums = KeptSums(keep, name, plan, arrays_of(summary), summary.count_waiting)
    run = LongRun(plan, pieces, sums)
    if paths_file is None:
        yield run
        return
    columns = PathColumns(plan, summary.outcomes, null=null)
    kept = None if keep is None else KeptPaths(paths_file, name, keep, columns)
    with _direct(paths_file, columns) if kept is None else _joined(kept, pieces.n) as put:
        run.collect(PathCollector(plan, summary.outcomes, pieces, columns, put), kept)
        yield run


@contextmanager
def _direct(path: Path, columns: PathColumns) -> Iterator[Put]:
    """Write pieces straight into the file, as they come in order."""
    with parquet_file(path, columns) as add:
        yield lambda _, table: add(table)


@contextmanager
def _joined(kept: KeptPaths, n: int) -> Iterator[Put]:
    """Keep pieces one by one and write the file out of them at the end."""
    kept.open()
    yield kept.put
    kept.join(n)


def arrays_of(summary: Summary) -> dict[str, NDArray[Any]]:
    """Return every array that a summary adds to, by name."""
    found = {item.name: getattr(summary, item.name) for item in fields(summary)}
    return {name: value for name, value in found.items() if isinstance(value, np.ndarray)}

"""Kept sums: how far a run has come, on disk, so that a stopped run goes on to the same bytes.

What is kept is the sums as they stood when all blocks up to some one were in and no later one had
begun: threads rest there for as long as that takes. A run that goes on from there adds what is
missing. The two newest are kept, so that damage of one costs only the time between them.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ConfigError
from comity.core.keeping import Keep
from comity.simulate.block import Plan
from comity.simulate.kept_file import KeptFileError, read_kept, write_kept
from comity.simulate.pieces import members_before

Arrays = Mapping[str, NDArray[Any]]
DAYS_KEPT = 30
"""Days after which an unfinished run that nobody went on with is removed."""
COST_SHARE = 20
"""Keeping takes at most one part in so many of the time, however large the sums are."""


class KeptSums:
    """The kept sums of one run.

    ``arrays`` are those that the run adds to, in place; ``settle`` is called before they are kept.
    """

    def __init__(
        self, keep: Keep, key: str, plan: Plan, arrays: Arrays, settle: Callable[[], None]
    ) -> None:
        self.keep = keep
        self.key = key
        self.folder = keep.folder / key
        self._plan = plan
        self._arrays = arrays
        self._settle = settle
        self._mine: list[Path] = []
        self._next = time.monotonic() + keep.every_seconds
        self._has_failed = False

    def begin(self) -> int:
        """Return the first block that is still to be simulated, with the sums before it restored.

        Raises
        ------
        ConfigError
            The run is to be resumable and nothing can be written into the folder.
        """
        _remove_old(self.keep.folder, but=self.key)
        held = self._held()
        if not self.keep.resume:
            if held:
                self.keep.say(
                    f"{self._words(held[0][0])} are kept from a call that was stopped. "
                    "This one begins anew; --resume (resume=True in Python) would go on with them."
                )
            return 0
        self._check_folder()
        for block, path in held:
            if self._restore(block, path):
                self._mine = [path]
                self.keep.say(f"Going on after {self._words(block)}, which were kept.")
                self.keep.kept(*self._counts(block))
                return block
        self.keep.say("Nothing is kept of this run yet; it begins with the first future.")
        return 0

    def is_due(self, block: int) -> bool:
        """Return whether the sums before ``block`` are to be kept.

        That is where the last ones are long enough ago. Those of a run that is done are kept too,
        where earlier ones were, until its answer is safe.
        """
        is_done = block == self._plan.n_blocks
        is_time = time.monotonic() >= self._next
        return not self._has_failed and (bool(self._mine) if is_done else is_time)

    def write(self, block: int) -> None:
        """Keep the sums before ``block``; no later one may have begun.

        Raises
        ------
        ConfigError
            The run is to be resumable and the sums cannot be written.
        """
        began = time.monotonic()
        self._settle()
        path = self.folder / f"sums-{block:09d}.kept"
        try:
            write_kept(path, self._key_of(block), lambda file: _write_arrays(file, self._arrays))
        except OSError as error:
            self._fail(error)
            return
        took = time.monotonic() - began
        self._next = began + took + max(self.keep.every_seconds, COST_SHARE * took)
        self._mine = [*self._mine, path][-2:]
        for _, older in self._held():
            # Further ones are those of a call that was stopped; they stay until this one is done.
            if older < self._mine[0]:
                older.unlink(missing_ok=True)
        self.keep.kept(*self._counts(block))

    def remove(self) -> None:
        """Remove what was kept."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _held(self) -> list[tuple[int, Path]]:
        """Return kept sums by the block that follows them, furthest first."""
        found: list[tuple[int, Path]] = []
        for path in self.folder.glob("sums-*.kept"):
            number = path.stem.removeprefix("sums-")
            if number.isdecimal() and 0 < int(number) <= self._plan.n_blocks:
                found.append((int(number), path))
        return sorted(found, reverse=True)

    def _restore(self, block: int, path: Path) -> bool:
        try:
            _read_arrays(read_kept(path, self._key_of(block)), self._arrays)
        except KeptFileError as error:
            self.keep.warn(
                f'"{path}": a kept piece must be whole and of this run; found {error}. It is '
                "removed, and its futures are computed again."
            )
            path.unlink(missing_ok=True)
            return False
        return True

    def _check_folder(self) -> None:
        note = self.folder / "about.json"
        scenario, settings = self._plan.scenario.id, self._plan.settings
        about = {"unfinished run of": "comity simulate", "scenario": scenario}
        about |= settings.model_dump(include={"n_members", "n_months", "n_draws", "seed"})
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            note.write_text(json.dumps(about) + "\n", encoding="utf-8")
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self._has_failed = True
        reason = error.strerror or type(error).__name__
        if self.keep.resume:
            _refuse(self.folder, reason)
        self.keep.warn(
            f'"{self.folder}": pieces of a long run must be writable there; found: {reason}. The '
            "run goes on, but a stop would cost what it has done since the last kept piece."
        )

    def _key_of(self, block: int) -> str:
        return f"{self.key} sums {block}"  # so that a renamed file is known for what it is

    def _counts(self, block: int) -> tuple[int, int]:
        return members_before(self._plan, block), self._plan.settings.n_members

    def _words(self, block: int) -> str:
        return "{:,} of {:,} futures".format(*self._counts(block))


def _refuse(folder: Path, reason: str) -> NoReturn:
    raise ConfigError(
        f'"{folder}": a run with --resume must be able to keep its pieces there; found: {reason}. '
        "What was kept before stays. Make room or change the permissions, and run the same "
        "command again; or leave --resume out."
    ) from None


def _write_arrays(file: BinaryIO, arrays: Arrays) -> None:
    """Write arrays one after the other, counts in as few bytes as hold them."""
    small = {name: _small(array) for name, array in arrays.items()}
    forms = [[name, array.dtype.str, list(array.shape)] for name, array in small.items()]
    file.write(json.dumps(forms).encode() + b"\n")
    for array in small.values():
        file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)


def _small(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind not in "iu" or not array.size or array.min() < 0:
        return array
    return array.astype(np.min_scalar_type(array.max()))


def _read_arrays(data: memoryview, arrays: Arrays) -> None:
    """Write what `_write_arrays` wrote back into the arrays, all of them or none.

    Raises
    ------
    KeptFileError
        These are sums of another shape.
    """
    head, _, _ = bytes(data[: 1 << 16]).partition(b"\n")
    place, read = len(head) + 1, dict[str, NDArray[Any]]()
    for name, kind, shape in json.loads(head):
        count = int(np.prod(shape))
        flat = np.frombuffer(data, np.dtype(kind), count, place)
        read[name] = flat.reshape(shape)
        place += flat.nbytes
    if {name: array.shape for name, array in read.items()} != {
        name: array.shape for name, array in arrays.items()
    }:
        raise KeptFileError("sums of another shape")
    for name, array in arrays.items():
        array[...] = read[name]


def _remove_old(folder: Path, but: str) -> None:
    """Remove other runs that nobody has gone on with for a month."""
    limit = time.time() - DAYS_KEPT * 86_400
    for run in folder.glob("*/"):
        try:
            times = [item.stat().st_mtime for item in (run, *run.iterdir())]
        except OSError:  # being removed by another process, or not ours
            continue
        if run.name != but and max(times) < limit:
            shutil.rmtree(run, ignore_errors=True)

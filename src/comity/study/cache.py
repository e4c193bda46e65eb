"""Steps kept on disk under the hash of everything they read."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from comity.core.errors import ConfigError
from comity.core.keeping import Keep
from comity.core.receipt import hash_of, package_version, this_platform
from comity.core.source_hash import source_hash
from comity.study.storage import StoredError, restore, store

Result = TypeVar("Result")
MAX_BYTES = 1_000_000_000
"""Size to which the folder is kept; the steps of a case with a dozen scenarios need about 50 MB."""
UNFINISHED = "unfinished"
"""Folder beside the steps that holds pieces of runs that are not done."""


def cache_folder() -> Path:
    """Return the folder in which comity keeps finished steps; it may not exist yet."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("comity", appauthor=False)) / "steps"


def clear_cache(folder: Path | None = None) -> int:
    """Remove the kept steps and return how many there were; pieces of unfinished runs go too.

    Only files that comity writes there are touched.
    """
    folder = folder or cache_folder()
    kept = [*folder.glob("*.npz"), *folder.glob(".writing-*.npz")] if folder.is_dir() else []
    for path in kept:
        path.unlink(missing_ok=True)
    shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
    return len(kept)


@dataclass(frozen=True)
class StepCache:
    """Finished steps in a folder; None keeps nothing and finds nothing.

    The key of a step is the hash of its name, comity's version, the source files of the rooms that
    compute it, the platform, and whatever the step reads. An edited case, setting or rule therefore
    asks for another file; an old answer is never given.
    """

    folder: Path | None

    def keep(self, *, resume: bool = False, **told: Any) -> Keep | None:
        """Return where a simulation keeps how far it has come, and who is told (see `Keep`).

        Raises
        ------
        ConfigError
            Simulations shall go on with what stopped ones kept, and nothing is kept here.
        """
        if self.folder is not None:
            return Keep(self.folder / UNFINISHED, resume=resume, **told)
        if resume:
            raise ConfigError(
                "resume: pieces of a stopped run must be kept somewhere; found the cache off. "
                "Leave --no-cache (use_cache=False in Python) or --resume out."
            )
        return None

    def key(self, step: str, rooms: Sequence[str], reads: Any) -> str:
        """Return the key of a step that the rooms compute from ``reads``."""
        sources = {room: source_hash(room) for room in ("core", "study", *rooms)}
        return hash_of([step, package_version(), sources, this_platform(), reads])

    def get(
        self,
        step: str,
        rooms: Sequence[str],
        reads: Any,
        compute: Callable[[], Result],
        *,
        anew: bool = False,
    ) -> tuple[Result, bool]:
        """Return a step's result and whether it was kept from before; never so if ``anew``."""
        if self.folder is None:
            return compute(), False
        key = self.key(step, rooms, reads)
        path = self.folder / f"{step}-{key}.npz"
        if not anew:
            with suppress(StoredError):
                return restore(path, key), True
        result = compute()
        # A full or read-only disk costs the next run time, never this run its answer.
        try:
            store(path, key, result)
            _prune(self.folder)
        except OSError:
            return result, False
        return result, False


def _prune(folder: Path) -> None:
    """Remove the steps that were written longest ago until the rest fits into `MAX_BYTES`."""
    kept = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    total = 0
    for path in kept:
        total += path.stat().st_size
        if total > MAX_BYTES:
            path.unlink(missing_ok=True)

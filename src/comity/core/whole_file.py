"""Files that appear only when they are whole and on the disk."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

DRAFT = ".writing-"
"""Between a file's name and a random word in the name of its draft, which begins with a dot."""


@contextmanager
def whole_file(path: Path) -> Generator[BinaryIO]:
    """Yield a draft that takes the place of ``path`` when the block ends without an error.

    Until then whatever stood at ``path`` stays. The draft's bytes are on the disk before it takes
    the name, so that a reader finds the old file or the whole new one, also after a power failure.
    After an error the draft is removed; only a process that is killed leaves it behind.

    Raises
    ------
    OSError
        The folder is missing or write-protected, or the disk is full.
    """
    draft = path.with_name(_draft_start(path) + secrets.token_hex(8))
    # Not `tempfile`, whose files only their owner may read, whatever the user's mask says.
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    file = os.fdopen(handle, "wb")
    try:
        yield file
        file.flush()
        os.fsync(file.fileno())
        file.close()
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):  # a full disk is met again when the rest is flushed
            file.close()
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def drafts_of(path: Path) -> list[Path]:
    """Return drafts of a file, those of killed processes and of one that is writing now."""
    return sorted(
        item for item in path.parent.iterdir() if item.name.startswith(_draft_start(path))
    )


def _draft_start(path: Path) -> str:
    return f".{path.name[:150]}{DRAFT}"  # a name may not be longer than 255 bytes


def _sync_folder(folder: Path) -> None:
    """Put the new name itself on the disk, where the system lets a folder be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    with suppress(OSError):  # some network file systems refuse; the file itself is on the disk
        os.fsync(handle)
    os.close(handle)

"""One kept file: written whole or not at all, and known again by the hash of run and bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

from comity.core.whole_file import whole_file

_DIGEST_BYTES = 32
_PART_BYTES = 1 << 20


class KeptFileError(Exception):
    """A kept file is damaged, missing or of another run; never leaves this room."""


class _Hashing:
    """A file opened for writing whose bytes are hashed as they pass."""

    def __init__(self, file: BinaryIO, key: str) -> None:
        self._file = file
        self._digest = _digest_of(key)

    def write(self, data: Any) -> int:
        self._digest.update(data)
        return self._file.write(data)

    def digest(self) -> bytes:
        return self._digest.digest()


def write_kept(path: Path, key: str, write: Callable[[BinaryIO], object]) -> None:
    """Write a file of the run ``key``, its folder included; ``write`` is handed where to.

    Raises
    ------
    OSError
        The disk is full or write-protected.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        hashing = _Hashing(file, key)
        write(cast(BinaryIO, hashing))
        file.write(hashing.digest())


def read_kept(path: Path, key: str) -> memoryview:
    """Return the bytes of a file that `write_kept` wrote for the same run.

    Raises
    ------
    KeptFileError
        The file is missing, damaged or of another run; says so in a few words.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KeptFileError(error.strerror or type(error).__name__) from None
    content, found = memoryview(data)[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    digest = _digest_of(key)
    digest.update(content)
    if digest.digest() != found:
        raise KeptFileError("one that is damaged or belongs to another run")
    return content


def is_kept(path: Path, key: str) -> bool:
    """Whether a file is there, whole and of this run; reads it in parts."""
    digest = _digest_of(key)
    try:
        left = path.stat().st_size - _DIGEST_BYTES
        with path.open("rb") as file:
            while left > 0 and (part := file.read(min(left, _PART_BYTES))):
                digest.update(part)
                left -= len(part)
            return digest.digest() == file.read()
    except OSError:
        return False


def _digest_of(key: str) -> Any:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    digest.update(f"{len(key)} {key} ".encode())
    return digest

"""The parts of an input file: the file itself, or each member of a zip archive."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

from comity.core.printable import printable
from comity.record.store.problems import data_error

MAX_MEMBERS = 10_000
"""Members that a zip archive may have."""

FREE_BYTES = 256 << 20
"""Bytes that a file may unpack to, whatever its ratio; members of an archive share them."""

LEAST_FREE_BYTES = 1 << 20
"""Bytes that every member may unpack to, whatever its ratio."""

LOCAL_HEAD = 30
"""Bytes at least before the packed bytes of a member."""

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PAR1", "parquet"),
)
_UNREAD = (
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
)


@dataclass(frozen=True)
class Part:
    """One stream of rows: where it lies and how it is packed."""

    path: Path
    packing: str  # plain, gzip, bzip2, zip or parquet
    n_bytes: int  # packed
    member: str = ""  # name inside a zip archive
    number: int = 0  # position inside a zip archive
    header_offset: int = 0  # of the member inside the archive
    method: int = 0  # how the member is packed: 0 stored, 8 deflate, 12 bzip2
    free_bytes: int = FREE_BYTES  # unpacked bytes that are allowed whatever the ratio

    @property
    def file_name(self) -> str:
        """File name as text that can be stored and shown."""
        return printable(self.path.name, keep="")

    @property
    def name(self) -> str:
        """File name, with the member of an archive after a colon."""
        return f"{self.file_name}:{self.member}" if self.member else self.file_name


def parts_of(path: Path) -> list[Part]:
    """Return the parts of a file.

    Raises
    ------
    DataError
        The path is missing, no regular file, not readable, or packed in a way that is not read.
    """
    size = _regular_size(path)
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise data_error(
            path, "an event file must be readable", error.strerror or "no access",
            "Check its permissions.",
        ) from None  # fmt: skip
    for magic, words in _UNREAD:
        if head.startswith(magic):
            raise data_error(
                path,
                "event files are plain, gzip, bzip2, zip or Parquet",
                words,
                "Unpack it first.",
            )
    packing = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "plain")
    return (
        _members(path) if packing == "zip" else [Part(path, packing, size, free_bytes=FREE_BYTES)]
    )


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file as it lies on disk, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _regular_size(path: Path) -> int:
    must = "an event file is a regular file"
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        if os.path.islink(path):  # unlike Path.is_symlink it never raises
            raise data_error(path, must, "a link to nothing", "Mend the link.") from None
        words = "no such file" if isinstance(error, FileNotFoundError) else "no access"
        raise data_error(path, must, words, "Check the path.") from None
    if stat.S_ISDIR(found.st_mode):
        raise data_error(path, must, "a folder", "Name the files inside it.")
    if not stat.S_ISREG(found.st_mode):
        raise data_error(path, must, "a device or a pipe", "Write its content to a file first.")
    return found.st_size


def _members(path: Path) -> list[Part]:
    must = "a zip archive must be whole"
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise data_error(
            path, must, "one whose directory cannot be read", "Get it again; it was probably cut."
        ) from None
    found = [
        (number, entry)
        for number, entry in enumerate(entries)
        if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
    ]
    if not found or len(found) > MAX_MEMBERS:
        raise data_error(
            path, f"a zip archive holds 1 to {MAX_MEMBERS:,} files", f"{len(found):,}",
            "Unpack it and name the files.",
        )  # fmt: skip
    for _, entry in found:
        if entry.flag_bits & 1 or entry.compress_type not in (0, 8, 12):
            raise data_error(
                f"{path}:{entry.filename}",
                "members of a zip archive are stored, deflated or packed by bzip2",
                "one that is encrypted" if entry.flag_bits & 1 else "another method",
                "Unpack it first.",
            )
    _check_overlaps(path, [entry for _, entry in found])
    free_bytes = max(LEAST_FREE_BYTES, FREE_BYTES // len(found))
    return [
        Part(
            path, "zip", entry.compress_size, printable(entry.filename, keep=""), number,
            entry.header_offset, entry.compress_type, free_bytes,
        )
        for number, entry in found
    ]  # fmt: skip


def _check_overlaps(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Raise DataError where members share bytes, by which a small archive unpacks without end."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise data_error(
                path, "members of a zip archive lie one after another", "some that overlap",
                "Do not use this file.",
            )  # fmt: skip
        end = entry.header_offset + LOCAL_HEAD + entry.compress_size

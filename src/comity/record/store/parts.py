"""The parts of an input file: the file itself, or each member of a zip archive."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

from comity.record.store.problems import data_error

MAX_MEMBERS = 10_000
"""Members that a zip archive may have."""

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

    @property
    def name(self) -> str:
        """File name, with the member of an archive after a colon."""
        return f"{self.path.name}:{self.member}" if self.member else self.path.name


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
    return _members(path) if packing == "zip" else [Part(path, packing, size)]


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file as it lies on disk, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _regular_size(path: Path) -> int:
    must = "an event file is a regular file"
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        if path.is_symlink():
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
    return [
        Part(
            path, "zip", entry.compress_size, entry.filename, number,
            entry.header_offset, entry.compress_type,
        )
        for number, entry in found
    ]  # fmt: skip

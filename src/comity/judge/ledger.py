"""The ledger of sealed forecasts: lines of JSON, appended, each chained to the one before.

An entry carries the SHA-256 of its own canonical JSON without the key ``hash``, and the hash of the
entry before it (of the format's name, for the first). So a line that is changed, moved, doubled,
put in or taken out breaks the chain at that line. What a chain alone cannot show is a ledger cut
off at its end, or written anew from the start: for that the hash of the last entry, the *head*, has
to be kept where the ledger's owner cannot change it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from comity.core.errors import ConfigError, DataError, Problem
from comity.core.forecasts import (
    LEDGER_FORMAT,
    SealedForecast,
    canonical_json,
    question_hash,
    sha256_of,
)

GENESIS = hashlib.sha256(LEDGER_FORMAT.encode()).hexdigest()
"""What the first entry is chained to."""
_BEGIN = b'{"as_of":"'  # how every entry begins, keys being sorted
_LOCK_SECONDS = 10.0
_KEYS = frozenset(SealedForecast.model_fields)


@dataclass(frozen=True)
class Ledger:
    """A ledger that was read and whose chain holds.

    ``n_unfinished_bytes`` counts what follows the last whole entry: a sealing that was interrupted.
    """

    path: Path
    entries: tuple[SealedForecast, ...]
    n_bytes: int
    n_unfinished_bytes: int = 0

    @property
    def head(self) -> str:
        """The hash of the last entry; of the format's name where there is none."""
        return self.entries[-1].hash if self.entries else GENESIS


def read_ledger(path: Path, *, head: str = "") -> Ledger:
    """Return a ledger whose every line is as it was sealed.

    Parameters
    ----------
    path
        The file.
    head
        A hash that was published when the ledger ended with that entry; not checked when empty.

    Raises
    ------
    DataError
        A line is not as it was sealed, or the head is not in the ledger. The message names the
        line; nothing of such a ledger is used.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        must = "must be a ledger that can be read"
        found = (error.strerror or type(error).__name__).lower()
        fix = "comity forecast CASE --seal --ledger FILE begins one."
        raise DataError(Problem(path.name, 0, "", must, found, fix)) from error
    return _checked(path, content, head)


def append_forecasts(
    path: Path, contents: Sequence[Mapping[str, Any]], *, now: dt.datetime, head: str = ""
) -> Ledger:
    """Append entries to a ledger, on disk before this returns, and return the ledger.

    Parameters
    ----------
    path
        The file; begun when it does not exist.
    contents
        Plain data of each entry: the keys of `SealedForecast` less those of the chain.
    now
        The time of sealing, with its zone; kept in UTC to the second.
    head
        As in `read_ledger`.

    Raises
    ------
    DataError
        The ledger is not as it was sealed, or its last entry was sealed after ``now``. Nothing is
        written.
    ConfigError
        Somebody else is writing to it, or this system has no locks of files.

    Notes
    -----
    The file is locked, read, checked and appended to under one lock. A sealing that is killed
    leaves whole entries and at most one unfinished line, which the next sealing takes away.
    """
    is_new = not path.exists()
    # Appending is left to the system: no entry can be written over, whatever happens here.
    handle = os.open(
        path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o644
    )
    try:
        with _locked(handle, path):
            ledger = _checked(path, _whole(handle), head)
            last = ledger.entries[-1] if ledger.entries else None
            moment = now.astimezone(dt.UTC).replace(microsecond=0)
            if last is not None and moment < last.sealed:
                must = f"the last entry was sealed at {last.sealed.isoformat()}, so the clock must "
                fix = "Set the clock, or seal in another ledger."
                raise DataError(Problem(
                    path.name, last.number, "sealed", must + "not be before it",
                    moment.isoformat(), fix,
                ))  # fmt: skip
            lines, previous = list[str](), ledger.head
            for number, content in enumerate(contents, len(ledger.entries) + 1):
                entry = {
                    **content, "format": LEDGER_FORMAT, "number": number, "previous": previous,
                    "sealed": moment.isoformat(),
                }  # fmt: skip
                previous = sha256_of(entry)
                lines.append(canonical_json({**entry, "hash": previous}) + "\n")
            if ledger.n_unfinished_bytes:
                os.ftruncate(handle, ledger.n_bytes - ledger.n_unfinished_bytes)
            _write(handle, "".join(lines).encode())
            os.fsync(handle)
            if is_new:
                _sync_folder(path.parent)
            return _checked(path, _whole(handle), head)
    finally:
        os.close(handle)


def _checked(path: Path, content: bytes, head: str) -> Ledger:
    whole, newline, rest = content.rpartition(b"\n")
    lines = whole.split(b"\n") if newline else []
    entries: list[SealedForecast] = []
    for number, line in enumerate(lines, 1):
        entries.append(_entry(path, number, line, entries[-1] if entries else None))
    if rest and not (rest.startswith(_BEGIN) or _BEGIN.startswith(rest)):
        raise _broken(path, len(lines) + 1, "", "must be one entry of a ledger", _shown(rest))
    ledger = Ledger(path, tuple(entries), len(content), len(rest))
    if head and head not in {entry.hash for entry in entries}:
        n = len(entries)
        noun = "entry" if n == 1 else "entries"
        must = f'the entry that was published as head, "{head[:16]}…", must be in the ledger'
        fix = "The ledger was cut off at its end or written anew, or the head is another ledger's."
        raise DataError(Problem(path.name, 0, "", must, f"{n} {noun} without it", fix))
    return ledger


def _entry(path: Path, number: int, line: bytes, before: SealedForecast | None) -> SealedForecast:
    """Return the entry of a line, or refuse the line."""
    must = "must be one entry of a ledger, as JSON"
    try:
        found = json.loads(line.decode())
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _broken(path, number, "", must, _shown(line)) from None
    if not isinstance(found, dict) or set(found) != _KEYS:
        odd = "other keys" if isinstance(found, dict) else _shown(line)
        raise _broken(path, number, "", must, odd)
    if _canonical_or_none(found) != line:
        must = "must be written as it was sealed"
        raise _broken(path, number, "", must, "other spaces, another order or doubled keys")
    right = sha256_of({name: value for name, value in found.items() if name != "hash"})
    if found["hash"] != right:
        must, odd = "must be the hash of what the line says", f'"{str(found["hash"])[:16]}…"'
        raise _broken(path, number, "hash", must, odd, "The entry was changed after sealing.")
    wanted = GENESIS if before is None else before.hash
    moved = "An entry was moved, doubled, put in, changed or taken out before this line."
    if found["number"] != number:
        must, odd = f"must be entry {number} of the chain", f"entry {found['number']}"
        raise _broken(path, number, "number", must, odd, moved)
    if found["previous"] != wanted:
        must, odd = "must be the hash of the entry before", f'"{str(found["previous"])[:16]}…"'
        raise _broken(path, number, "previous", must, odd, moved)
    try:
        entry = SealedForecast.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        column = ".".join(str(part) for part in first["loc"])
        raise _broken(path, number, column, "must be as entries are", first["msg"]) from None
    if entry.question_hash != question_hash(entry.question):
        must = "must be the hash of the question"
        raise _broken(path, number, "question_hash", must, f'"{entry.question_hash[:16]}…"')
    if entry.sealed.tzinfo is None or (before is not None and entry.sealed < before.sealed):
        must, odd = "must not lie before the entry above, in UTC", entry.sealed.isoformat()
        raise _broken(path, number, "sealed", must, odd, "An entry was dated back.")
    return entry


def _canonical_or_none(found: Any) -> bytes | None:
    try:
        return canonical_json(found).encode()
    except (ValueError, UnicodeEncodeError):  # NaN, or half a character
        return None


def _broken(path: Path, line: int, column: str, must: str, found: str, fix: str = "") -> DataError:
    fix = f"{fix} Nothing of this ledger is used; restore it from a copy.".strip()
    return DataError(Problem(path.name, line, column, must, found, fix))


def _shown(line: bytes) -> str:
    text = line[:40].decode("utf-8", "replace")
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f'"{text}{"…" if len(line) > 40 else ""}"' if text else "an empty line"


def _whole(handle: int) -> bytes:
    size = os.fstat(handle).st_size
    parts = list[bytes]()
    os.lseek(handle, 0, os.SEEK_SET)
    while size > 0 and (part := os.read(handle, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _write(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def _sync_folder(folder: Path) -> None:
    """Make the name of a new file as lasting as its content."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _locked(handle: int, path: Path) -> Iterator[None]:
    """Hold the only right to write; wait for it a while. Ends with the process, however it ends."""
    try:
        import fcntl
    except ImportError:
        raise ConfigError(
            f"{path}: sealing needs locks of files, which this system does not offer to Python. "
            "Seal on Linux or macOS; reading and scoring work here."
        ) from None
    until = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                raise ConfigError(
                    f"{path}: somebody else has been writing to this ledger for "
                    f"{_LOCK_SECONDS:g} seconds; one at a time may. Try again when they are done."
                ) from None
            time.sleep(0.02)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)

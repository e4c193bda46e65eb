"""The bytes of a part, unpacked piece by piece, never more than a piece in memory."""

from __future__ import annotations

import bz2
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from comity.record.store.parts import Part
from comity.record.store.problems import CutShortError

PIECE = 1 << 20
STEP = 32 << 10
"""Packed bytes at a time: each stream that ends inside them costs a copy of what is left."""

SMALL = 64
"""Bytes at a time in which damaged data are unpacked, so that little before the damage is lost."""

MAX_RATIO = 200
"""Times its packed size that a part may unpack to."""


def read_chunks(part: Part, offset: int = 0) -> Iterator[tuple[bytes, int]]:
    """Yield unpacked pieces from ``offset`` on, each with the packed bytes read so far.

    Raises
    ------
    CutShortError
        After the last piece that can be had, when the part cannot be unpacked to its end.
    """
    if part.packing == "plain":
        yield from _plain(part.path, offset)
        return
    skip = offset
    for piece, done in _unpacked(part):
        if skip >= len(piece):
            skip -= len(piece)
            continue
        yield piece[skip:], done
        skip = 0


def _plain(path: Path, offset: int) -> Iterator[tuple[bytes, int]]:
    with path.open("rb") as file:
        done = file.seek(offset)
        while piece := file.read(4 * PIECE):
            done += len(piece)
            yield piece, done


def _unpacked(part: Part) -> Iterator[tuple[bytes, int]]:
    if part.packing == "gzip":
        return _inflate(_packed(part), lambda: zlib.decompressobj(31), b"\x1f\x8b", part.free_bytes)
    if part.packing == "bzip2" or part.method == 12:
        return _inflate(_packed(part), bz2.BZ2Decompressor, b"BZh", part.free_bytes)
    if part.method == 8:
        return _inflate(_packed(part), lambda: zlib.decompressobj(-15), b"", part.free_bytes)
    return _stored(part)


def _stored(part: Part) -> Iterator[tuple[bytes, int]]:
    done = 0
    for piece in _packed(part):
        done += len(piece)
        yield piece, done
    if done < part.n_bytes:
        raise CutShortError("The archive ends early; it was probably cut.")


def _packed(part: Part) -> Iterator[bytes]:
    """Yield the packed bytes of a part."""
    with part.path.open("rb") as file:
        left = part.n_bytes
        # What bzip2 unpacked in a call that ends in an error is lost, so it gets little at a time.
        step = 4096 if part.packing == "bzip2" or part.method == 12 else STEP
        if part.packing == "zip":
            file.seek(part.header_offset)
            head = file.read(30)
            if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
                raise CutShortError("The archive has no such member where its directory says.")
            names = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
            file.seek(names, 1)
        while left and (piece := file.read(min(step, left))):
            left -= len(piece)
            yield piece


def _salvaged(machine: Any, data: bytes) -> Iterator[bytes]:
    """Yield what damaged data give up to the damage; bzip2 gives only whole blocks anyway."""
    if machine is None:
        return
    for start in range(0, len(data), SMALL):
        try:
            yield machine.decompress(data[start : start + SMALL])
        except zlib.error:
            return


def _inflate(
    packed: Iterator[bytes], machine: Callable[[], Any], magic: bytes, free_bytes: int
) -> Iterator[tuple[bytes, int]]:
    """Yield unpacked pieces; ``magic`` starts a further stream in the same file, if any may."""
    running, fed, made = machine(), 0, 0
    for piece in packed:
        fed += len(piece)
        data, is_more = piece, True
        while data or is_more:
            if running.eof:
                data = data.lstrip(b"\0") if magic else b""
                if not data:
                    break
                if not data.startswith(magic[: len(data)]):
                    raise CutShortError("Bytes after the end of the packed data were not read.")
                running = machine()
            saved = running.copy() if hasattr(running, "copy") else None
            try:
                out = running.decompress(data, PIECE)
            except (zlib.error, OSError, ValueError, EOFError):
                for out in _salvaged(saved, data):
                    yield out, fed
                raise CutShortError("The packed data are damaged.") from None
            made += len(out)
            if made > free_bytes and made > MAX_RATIO * fed:
                raise CutShortError(
                    f"It unpacks to more than {MAX_RATIO} times its size, which no event file does."
                )
            if out:
                yield out, fed
            data = running.unused_data if running.eof else getattr(running, "unconsumed_tail", b"")
            is_more = len(out) == PIECE
    if not running.eof:
        raise CutShortError("The packed data end too early; the file was probably cut.")

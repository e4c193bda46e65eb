"""Blocks of whole lines, read from a part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.record.store.chunks import read_chunks
from comity.record.store.parts import Part
from comity.record.store.problems import CutShortError

BLOCK_BYTES = 32 << 20
"""Bytes of a block. A line that is longer is set aside."""


@dataclass(frozen=True)
class Block:
    """Whole lines, in bytes; an overlong line comes alone and cut."""

    data: bytes
    is_last: bool
    is_overlong: bool = False
    n_skipped: int = 0  # bytes of an overlong line that are not in `data`


class BlockReader:
    """Reads a part in blocks that end at line ends.

    Attributes
    ----------
    packed_done
        Packed bytes read so far, for progress.
    note
        Why the part could not be read to its end; empty when it could.
    """

    def __init__(self, part: Part, offset: int = 0, block_bytes: int | None = None) -> None:
        self._chunks: Iterator[tuple[bytes, int]] = read_chunks(part, offset)
        self._block_bytes = BLOCK_BYTES if block_bytes is None else block_bytes
        self._carry = b""
        self._is_over = False
        self.packed_done = 0
        self.note = ""

    def take(self) -> Block | None:
        """Return the next block; None after the last."""
        self._fill()
        data = self._carry
        if not data:
            return None
        if self._is_over and len(data) <= self._block_bytes:
            self._carry = b""
            return Block(data, is_last=True)
        end = data.rfind(b"\n", 0, self._block_bytes) + 1
        if end:
            self._carry = data[end:]
            return Block(data[:end], is_last=self._is_over and not self._carry)
        return self._overlong()

    def give_back(self, data: bytes) -> None:
        """Put lines back that the last block had and that shall start the next one."""
        self._carry = data + self._carry

    def _fill(self) -> None:
        pieces, size = [self._carry], len(self._carry)
        while size <= self._block_bytes and not self._is_over:
            piece = self._next_piece()
            pieces.append(piece)
            size += len(piece)
        self._carry = b"".join(pieces)

    def _next_piece(self) -> bytes:
        try:
            piece, self.packed_done = next(self._chunks)
        except StopIteration:
            self._is_over = True
        except CutShortError as error:
            self._is_over, self.note = True, str(error)
        except OSError as error:
            self._is_over, self.note = True, f"It could not be read on: {error.strerror}."
        else:
            return piece
        return b""

    def _overlong(self) -> Block:
        head, skipped, piece = self._carry[: self._block_bytes], 0, self._carry
        while b"\n" not in piece:
            skipped += len(piece)
            if self._is_over:
                self._carry = b""
                return Block(head, True, True, skipped - len(head))
            piece = self._next_piece()
        end = piece.index(b"\n") + 1
        self._carry = piece[end:]
        skipped += end
        return Block(head, self._is_over and not self._carry, True, skipped - len(head))

"""Addressed random numbers inside the kernel: the same bits as `comity.core.streams.uniforms`.

A stream that every member reads every month is *dense*: one call of the generator fills four
months of it for the whole block. A stream that only a few members need in a month (which coalition
follows, how severe a flare is) is read for those alone, at the same address that a dense reading
would use, so that reading it or not changes nobody's numbers. Streams of noise hold normals in
single precision instead of words: those of four months are made at once, in the words' place.

==========  ==================================================================
key         the 64-bit seed, two words
counter 0   member
counter 1   calendar month div 4; the output word is month mod 4
counter 2   stream
counter 3   parameter draw
==========  ==================================================================
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import uint32, uint64
from numpy.typing import NDArray

from comity.core.streams import MULTIPLIERS, WEYL
from comity.simulate.compiled import inlined_part, part, wide
from comity.simulate.single import normals_of_words

_M0 = np.uint64(MULTIPLIERS[0])
_M1 = np.uint64(MULTIPLIERS[1])
_W0 = np.uint64(WEYL[0])
_W1 = np.uint64(WEYL[1])
LOW_WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


class Draws(NamedTuple):
    """The random numbers of one block of members."""

    words: NDArray[np.uint32]  # (dense stream, month mod 4, member)
    normals: NDArray[np.float32]  # (dense stream, month mod 4, member)  the memory of ``words``
    is_normal: NDArray[np.int8]  # (dense stream,)      1 where it holds normals
    streams: NDArray[np.int64]  # (dense stream,)        addresses
    member: NDArray[np.uint64]  # (member,)             number of each member
    draw: NDArray[np.uint64]  # (1,)                    parameter draw of all of them
    key: NDArray[np.uint64]  # (2,)
    some: NDArray[np.uint64]  # (member,)               room for the numbers of some members
    first_month: NDArray[np.int64]  # (1,)               calendar month of the first new month


@inlined_part()
def _two_rounds(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Return words and keys after two rounds."""
    left, right = c0 * _M0, c2 * _M1
    c0, c2 = (right >> _HALF) ^ c1 ^ k0, (left >> _HALF) ^ c3 ^ k1
    c1, c3 = right & LOW_WORD, left & LOW_WORD
    k0, k1 = (k0 + _W0) & LOW_WORD, (k1 + _W1) & LOW_WORD
    left, right = c0 * _M0, c2 * _M1
    c0, c2 = (right >> _HALF) ^ c1 ^ k0, (left >> _HALF) ^ c3 ^ k1
    return c0, right & LOW_WORD, c2, left & LOW_WORD, (k0 + _W0) & LOW_WORD, (k1 + _W1) & LOW_WORD


@inlined_part()
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
    """Return the four words of one Philox4x32-10 block; words and keys as uint64."""
    # Ten rounds one by one: the compiler takes members at a time in loops without loops in them.
    c0, c1, c2, c3, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    return c0, c1, c2, c3


@part()
def fill_words(
    words: np.ndarray, stream: int, quarter: int, members: np.ndarray, draw: int, key: np.ndarray
):
    """Fill (4, member) with four months of one stream; ``quarter`` is the month div 4."""
    wide()  # pyright: ignore
    c1, c2, c3 = uint64(quarter), uint64(stream), uint64(draw)
    k0, k1 = key[0], key[1]
    w0, w1, w2, w3 = words[0], words[1], words[2], words[3]
    for b in range(members.shape[0]):
        a0, a1, a2, a3 = philox(members[b] & LOW_WORD, c1, c2, c3, k0, k1)
        w0[b] = uint32(a0)
        w1[b] = uint32(a1)
        w2[b] = uint32(a2)
        w3[b] = uint32(a3)


@part()
def refill(draws: Draws, t: int) -> None:
    """Fill every dense stream when month ``t`` (0 is the first new month) opens a quarter."""
    month = draws.first_month[0] + t
    if t == 0 or month % 4 == 0:
        for row in range(draws.streams.shape[0]):
            fill_words(
                draws.words[row], draws.streams[row], month // 4, draws.member, draws.draw[0],
                draws.key,
            )  # fmt: skip
            if draws.is_normal[row]:
                normals_of_words(draws.normals[row].reshape(-1))


@inlined_part()
def as_uniform(word: Any) -> float:
    """Return the uniform of a word: the middle of one of 2^32 equal parts of (0, 1)."""
    return (np.float64(word) + 0.5) * 2.0**-32


@inlined_part()
def quarter_month(draws: Draws, t: int) -> int:
    """Return the place of month ``t`` in its quarter, 0 to 3.

    ``draws.words[row, quarter_month(draws, t)]`` are this month's words of a dense stream,
    (member,); `as_uniform` makes one a uniform in a loop that needs it but once. Of a stream of
    noise, ``draws.normals[row, quarter_month(draws, t)]`` are this month's standard normals.
    """
    return (draws.first_month[0] + t) % 4


@part()
def _one_uniform(member, draw, stream, month, k0, k1):
    words = philox(member, uint64(month // 4), uint64(stream), draw, k0, k1)
    return as_uniform(words[month % 4])


@inlined_part()
def one_uniform(draws: Draws, stream: int, t: int, b: int) -> float:
    """Return one member's uniform of any stream in month ``t``."""
    month = draws.first_month[0] + t
    return _one_uniform(draws.member[b], draws.draw[0], stream, month, draws.key[0], draws.key[1])


@part()
def read_some(draws: Draws, stream: int, t: int, members: np.ndarray, n: int, out: np.ndarray):
    """Write the uniforms of any stream in month ``t`` of the first ``n`` of ``members`` to ``out``.

    Whole vectors are written: up to 7 further numbers, which mean nothing, follow the n-th.
    """
    wide()  # pyright: ignore
    if n == 0:
        return
    month, n_written, some, number = draws.first_month[0] + t, whole(n), draws.some, draws.member
    c1, c2, c3 = uint64(month // 4), uint64(stream), draws.draw[0]
    k0, k1, word = draws.key[0], draws.key[1], month % 4
    for m in range(n_written):
        some[m] = number[members[m]]
    for m in range(n_written):
        a0, a1, a2, a3 = philox(some[m] & LOW_WORD, c1, c2, c3, k0, k1)
        low, high = (a1 if word == 1 else a0), (a3 if word == 3 else a2)
        out[m] = as_uniform(high if word > 1 else low)


@inlined_part()
def whole(n: int) -> int:
    """Return ``n`` rounded up to a multiple of the widest vector."""
    return (n + 7) // 8 * 8

"""Named, addressed random numbers: every draw has an address, none has an order.

Philox4x32-10 [1]_ turns a 128-bit counter and a 64-bit key into four 32-bit words. comity fills the
counter with what the number is for, so that a member's numbers depend neither on how many members
there are, nor on chunks or threads, nor on which other processes exist:

=============  =====================================================================
key            the 64-bit seed
counter 0      member
counter 1      month div 4 (months since 1970-01); the output word is month mod 4
counter 2      stream: 32-bit stable hash of ``process/entity/purpose``
counter 3      number of the parameter draw
=============  =====================================================================

References
----------
.. [1] Salmon, Moraes, Dror & Shaw (2011). Parallel random numbers: as easy as 1, 2, 3. SC'11.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.core.errors import ConfigError

ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def stream_number(name: str) -> int:
    """Return the 32-bit address of a stream named ``process/entity/purpose``.

    The same on every platform and in every session (BLAKE2s, four bytes, little-endian).
    """
    return int.from_bytes(hashlib.blake2s(name.encode(), digest_size=4).digest(), "little")


def stream_numbers(names: Iterable[str]) -> NDArray[np.uint32]:
    """Return the addresses of several streams, refusing two that collide.

    Raises
    ------
    ConfigError
        Two names are equal or share an address.
    """
    seen: dict[int, str] = {}
    for name in names:
        number = stream_number(name)
        if number in seen:
            raise ConfigError(
                f'random streams "{seen[number]}" and "{name}" share one address; '
                "rename one entity."
            )
        seen[number] = name
    return np.fromiter(seen, np.uint32, len(seen))


def philox4x32(counter: ArrayLike, key: ArrayLike) -> NDArray[np.uint32]:
    """Return the Philox4x32-10 block of each counter.

    Parameters
    ----------
    counter
        Four 32-bit words, shape (..., 4).
    key
        Two 32-bit words, shape (2,), low word first.

    Returns
    -------
    words
        Shape (..., 4), dtype uint32.
    """
    words = np.asarray(counter, np.uint64)
    c0, c1, c2, c3 = (words[..., k] for k in range(4))
    k0, k1 = (int(word) & 0xFFFFFFFF for word in np.asarray(key, np.uint64))
    for _ in range(ROUNDS):
        left = c0 * np.uint64(MULTIPLIERS[0])
        right = c2 * np.uint64(MULTIPLIERS[1])
        c0, c1, c2, c3 = (
            (right >> _HALF) ^ c1 ^ np.uint64(k0),
            right & _LOW,
            (left >> _HALF) ^ c3 ^ np.uint64(k1),
            left & _LOW,
        )
        k0 = (k0 + WEYL[0]) & 0xFFFFFFFF
        k1 = (k1 + WEYL[1]) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=-1).astype(np.uint32)


def seed_key(seed: int) -> NDArray[np.uint32]:
    """Return the two key words of a 64-bit seed, low word first."""
    if not 0 <= seed < 2**64:
        raise ConfigError(f"a seed is a whole number from 0 to 2^64 - 1; found {seed}.")
    return np.array([seed & 0xFFFFFFFF, seed >> 32], np.uint32)


def uniforms(
    seed: int, stream: int | str, *, member: ArrayLike, month: ArrayLike, draw: ArrayLike = 0
) -> NDArray[np.float64]:
    """Return the uniform numbers at these addresses, strictly between 0 and 1.

    ``member``, ``month`` (months since 1970-01) and ``draw`` broadcast; the result has their shape.
    """
    number = stream_number(stream) if isinstance(stream, str) else stream
    member, month, draw = np.broadcast_arrays(
        np.asarray(member, np.int64), np.asarray(month, np.int64), np.asarray(draw, np.int64)
    )
    counter = np.stack([member, month // 4, np.full(member.shape, number), draw], axis=-1)
    block = philox4x32(counter, seed_key(seed))
    word = np.take_along_axis(block, (month % 4)[..., None], axis=-1)[..., 0]
    return (word.astype(np.float64) + 0.5) * 2.0**-32

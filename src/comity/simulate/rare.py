"""Rare events: in whom they may happen, and what is worked out for those alone.

Few members of a block meet a given event in a month. A rule *marks* them in a loop without
branches, one byte a member, by a test that is cheap and never misses anyone; *lists* who is marked,
with the entity that it is about (a docket, a state), so that a list may hold events of several;
and does the exact work on the list. Lists are filled up to whole vectors with copies of their last
event, so that loops over them need no remainder.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import uint64
from numba.cpython.unsafe.numbers import trailing_zeros
from numpy.typing import NDArray

from comity.simulate.compiled import inlined_part, part, wide
from comity.simulate.draws import LOW_WORD, Draws, as_uniform, philox, whole

_MOST_WORD = 2.0**32 - 1.0


@inlined_part()
def most_word(probability: float) -> Any:
    """Return the greatest random word whose uniform may lie below a probability, or the next."""
    return np.uint32(min(probability * 2.0**32, _MOST_WORD))


@inlined_part()
def list_marked(
    marked: NDArray[np.int64], entity: int, entities: np.ndarray, members: np.ndarray, n: int
) -> int:
    """Append the marked members of an entity to a list of ``n`` events; return how many it has.

    ``marked`` are the marks, bytes 0 or 1, read eight at a time. One place behind the list's end
    is written over.
    """
    for g in range(marked.shape[0]):
        left = marked[g]
        while True:  # with a second mark among eight rare, the processor seldom guesses wrong
            entities[n], members[n] = entity, 8 * g + (trailing_zeros(left) >> 3)  # pyright: ignore
            n += 1 if left != 0 else 0
            left &= left - 1
            if left == 0:
                break
    return n


@part()
def end_list(
    draws: Draws, entities: np.ndarray, members: np.ndarray, numbers: np.ndarray, n: int
) -> None:
    """Fill up a list of ``n`` events to whole vectors; write the members' numbers."""
    for m in range(n, whole(n)):
        entities[m], members[m] = entities[n - 1], members[n - 1]
    for m in range(whole(n)):
        numbers[m] = draws.member[members[m]] & LOW_WORD


@part()
def read_listed(
    draws: Draws, t: int, streams: np.ndarray, numbers: np.ndarray, n: int, out: np.ndarray
) -> None:
    """Write the uniforms of month ``t`` of ``n`` events, each of its own stream and member.

    Whole vectors are read and written.
    """
    wide()  # pyright: ignore
    month = draws.first_month[0] + t
    c1, c3, k0, k1, word = uint64(month // 4), draws.draw[0], draws.key[0], draws.key[1], month % 4
    for m in range(whole(n)):
        a0, a1, a2, a3 = philox(numbers[m], c1, uint64(streams[m]), c3, k0, k1)
        low, high = (a1 if word == 1 else a0), (a3 if word == 3 else a2)
        out[m] = as_uniform(high if word > 1 else low)

"""Packed cells in the order of their keys, by spreading them over all keys that there could be.

Sorting keys and fetching four columns in that order costs several times as much as one pass over
an array with a place for every key, as long as a fair part of the places is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from comity.record.store.packed import FIELD_BITS, PACKED_COLUMNS, numbers, unpack

if TYPE_CHECKING:
    import pyarrow as pa

MOST_PLACES_A_CELL = 4

_ROW_BITS = 63 - 3 * FIELD_BITS


def spread(
    key: NDArray[np.int64], n_keys: int, table: pa.Table
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Return the keys in order and their acts, (quad_class, cell).

    None where cells are not packed, too few for the keys, or too large for one word each. Keys are
    0 to ``n_keys`` - 1 and all differ; a cell has at least one row.
    """
    if PACKED_COLUMNS[0] not in table.column_names or n_keys > MOST_PLACES_A_CELL * len(key):
        return None
    word = numbers(table[PACKED_COLUMNS[0]])
    if not len(word) or word.min() < 1 or int(word.max()) >= 1 << _ROW_BITS:
        return None
    sums = numbers(table[PACKED_COLUMNS[1]])
    sums <<= _ROW_BITS
    word |= sums
    places = np.zeros(n_keys, np.int64)
    places[key] = word
    found = np.flatnonzero(places)
    acts = np.empty((4, len(found)), np.int64)
    np.take(places, found, out=acts[3], mode="clip")
    np.bitwise_and(acts[3], (1 << _ROW_BITS) - 1, out=acts[2])
    acts[3] >>= _ROW_BITS
    unpack(acts)
    return found, acts

"""Acts of four classes in two numbers, which DuckDB adds up faster than four.

A cell holds its number of rows and one sum of weights, in which classes 4, 1 and 2 have fields of
`FIELD_BITS` bits each; class 3 is what is left of the rows. No field exceeds the number of rows, so
that a cell of fewer than ``2**FIELD_BITS`` is exact; DOUBLE holds three fields whole. A row without
a class weighs more than all fields, so that it shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

CLASS_COLUMNS = ("acts_1", "acts_2", "acts_3", "acts_4")
"""Acts of each quad class in a table of cells, unless they are packed."""

FIELD_BITS = 17
PACKED_COLUMNS = ("n_rows", "packed")

_FIELD_OF_CLASS = {1: 1, 2: 2, 3: None, 4: 0}
_UNCLASSED = 1 << 3 * FIELD_BITS


def packed_sql() -> str:
    """Return the two columns of a cell, for rows whose ``quad_class`` is 1 to 4 or NULL."""
    weights = " ".join(
        f"WHEN {number} THEN {0 if place is None else 1 << place * FIELD_BITS}"
        for number, place in _FIELD_OF_CLASS.items()
    )
    weight = f"CASE quad_class {weights} ELSE {_UNCLASSED} END"
    return f"count(*) AS {PACKED_COLUMNS[0]}, sum(({weight})::DOUBLE) AS {PACKED_COLUMNS[1]}"


def has_unclassed(table: pa.Table) -> bool:
    """Return whether a row without a class is in the table, or a cell that may hide one."""
    sums = [np.from_dlpack(chunk) for chunk in table[PACKED_COLUMNS[1]].chunks]
    return any(chunk.max(initial=0) >= _UNCLASSED for chunk in sums)


def is_exact(table: pa.Table) -> bool:
    """Return whether every cell of the table is small enough for its fields."""
    rows = [np.from_dlpack(chunk) for chunk in table[PACKED_COLUMNS[0]].chunks]
    return all(int(chunk.max(initial=0)) < 1 << FIELD_BITS for chunk in rows)


def unpack(acts: NDArray[np.int64]) -> None:
    """Turn the number of rows and the sum in the last two rows of an array into acts.

    ``acts`` has the shape (quad_class, cell).
    """
    mask, packed = (1 << FIELD_BITS) - 1, acts[3]
    for number in (1, 2):
        np.right_shift(packed, FIELD_BITS * number, out=acts[number - 1])
        acts[number - 1] &= mask
    packed &= mask
    for number in (1, 2, 4):
        acts[2] -= acts[number - 1]


def unpacked(table: pa.Table) -> pa.Table:
    """Return a table of cells with the columns of every class."""
    import pyarrow as pa

    if PACKED_COLUMNS[0] not in table.column_names:
        return table
    acts = np.empty((4, table.num_rows), np.int64)
    for place, name in zip((2, 3), PACKED_COLUMNS, strict=True):
        acts[place] = numbers(table[name])
    unpack(acts)
    table = table.drop_columns(list(PACKED_COLUMNS))
    for name, found in zip(CLASS_COLUMNS, acts, strict=True):
        table = table.append_column(name, pa.array(found))
    return table


def numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return a column of numbers; pyarrow's own way would load pandas, which takes a second."""
    pieces = [np.zeros(0, np.int64), *(np.from_dlpack(chunk) for chunk in column.chunks)]
    return np.concatenate(pieces, dtype=np.int64, casting="unsafe")

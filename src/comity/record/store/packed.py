"""Acts of four classes in two numbers, which DuckDB adds up faster than four.

A cell holds its number of rows and one sum of weights, in which classes 4, 1 and 2 have fields of
`FIELD_BITS` bits each; class 3 is what is left of the rows. No field exceeds the number of rows, so
that a cell with fewer than ``2**FIELD_BITS`` of them is exact; DOUBLE holds three fields whole.
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

_FIELD_OF_CLASS = {4: 0, 1: 1, 2: 2}  # the class modulo 4, so that a shift finds the field


def packed_sql() -> str:
    """Return the two columns of a cell, for rows whose ``quad_class`` is 1 to 4."""
    inside = (1 << 3 * FIELD_BITS) - 1  # the weight of class 3 lies outside and becomes 0
    shift = f"({FIELD_BITS} * (quad_class & 3))::BIGINT"
    return (
        f"count(*) AS {PACKED_COLUMNS[0]}, "
        f"sum(((1::BIGINT << {shift}) & {inside})::DOUBLE) AS {PACKED_COLUMNS[1]}"
    )


def is_exact(table: pa.Table) -> bool:
    """Return whether every cell of the table is small enough for its fields."""
    rows = [np.from_dlpack(chunk) for chunk in table[PACKED_COLUMNS[0]].chunks]
    return all(int(chunk.max(initial=0)) < 1 << FIELD_BITS for chunk in rows)


def unpack(rows: NDArray[np.int64], packed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the acts of every cell by class, (cell, quad_class)."""
    acts = np.empty((4, len(rows)), np.int64)  # each class lies together in memory
    for number, place in _FIELD_OF_CLASS.items():
        np.right_shift(packed, place * FIELD_BITS, out=acts[number - 1])
        acts[number - 1] &= (1 << FIELD_BITS) - 1
    np.subtract(rows, acts[0], out=acts[2])
    acts[2] -= acts[1]
    acts[2] -= acts[3]
    return acts.T


def unpacked(table: pa.Table) -> pa.Table:
    """Return a table of cells with the columns of every class."""
    import pyarrow as pa

    if PACKED_COLUMNS[0] not in table.column_names:
        return table
    rows, packed = (numbers(table[name]) for name in PACKED_COLUMNS)
    table = table.drop_columns(list(PACKED_COLUMNS))
    for name, acts in zip(CLASS_COLUMNS, unpack(rows, packed).T, strict=True):
        table = table.append_column(name, pa.array(acts))
    return table


def numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return a column of numbers; pyarrow's own way would load pandas, which takes a second."""
    pieces = [np.zeros(0, np.int64), *(np.from_dlpack(chunk) for chunk in column.chunks)]
    return np.concatenate(pieces, dtype=np.int64, casting="unsafe")

"""Arrays in one piece of memory, each of them at the beginning of a cache line.

A row of a block is a whole number of the widest vectors. Where an array begins within a line, as
memory from the system does, each such vector lies in two lines and takes two accesses.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

Arrays = TypeVar("Arrays", bound=tuple[Any, ...])
LINE = 64
"""Bytes of a cache line, and of the widest vectors."""


def packed(values: Arrays) -> Arrays:
    """Return a named tuple with its arrays, and whole views of them, moved to lines of their own.

    Arrays not in C order, views of parts or of others, and what is no array stay what they are.
    """
    own = {id(item): item for item in values if _is_movable(item)}
    room = np.zeros(LINE + sum(_lines(item) for item in own.values()), np.uint8)
    place = -room.ctypes.data % LINE
    moved: dict[int, Any] = {}
    for key, item in own.items():
        moved[key] = room[place : place + item.nbytes].view(item.dtype).reshape(item.shape)
        moved[key][...] = item
        place += _lines(item)
    return type(values)(*(_moved(item, moved) for item in values))


def _is_movable(item: Any) -> bool:
    return isinstance(item, np.ndarray) and item.base is None and item.flags.c_contiguous


def _lines(item: Any) -> int:
    return -(-item.nbytes // LINE) * LINE


def _moved(item: Any, moved: dict[int, Any]) -> Any:
    """Return an array where it now is, also as a view of all of one that was moved."""
    whole = moved.get(id(getattr(item, "base", None)))
    if whole is not None:
        assert item.nbytes == whole.nbytes
        return whole.view(item.dtype).reshape(item.shape)
    return moved.get(id(item), item)

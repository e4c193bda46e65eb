"""Sums by source, target, period and class become counts of directed dyads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from comity.core.class_counts import ClassCounts
from comity.core.errors import ParameterError
from comity.core.states import StateIndex
from comity.record.store.packed import CLASS_COLUMNS, PACKED_COLUMNS, numbers, unpack
from comity.record.store.raw_rows import FIRST_DAY, LAST_DAY
from comity.record.store.spread import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa


_LETTERS = 26


def check_period(period_months: int) -> None:
    """Raise ParameterError for a period that is neither a month nor a year."""
    if period_months not in (1, 12):
        raise ParameterError(
            f"period_months: must be 1 or 12; found {period_months}. Choose one of them."
        )


def month_sql(period_months: int, day: str = "event_date") -> str:
    """Return the SQL for the first month of the period of a day, months since 1970-01."""
    if period_months == 12:
        return f"datediff('year', DATE '1970-01-01', {day}) * 12"
    return f"datediff('month', DATE '1970-01-01', {day})"


def cells_to_counts(
    table: pa.Table,
    *,
    label: str,
    states: Sequence[str] | None,
    first: int | None,
    last: int | None,
    period_months: int,
) -> ClassCounts:
    """Return counts of a table of source_state, target_state, month, label and acts.

    Rows of the table differ in their first four columns; a table without labels has the one given;
    acts are those of `CLASS_COLUMNS` or packed; states are those given or all found. Cells that no
    good row can have are left out: of a state that is not three capital letters, or of no month.
    """
    import pyarrow as pa

    if table["month"].null_count:
        table = table.filter(table["month"].is_valid())
    source, source_names = _coded(table["source_state"])
    target, target_names = _coded(table["target_state"])
    months = numbers(table["month"])
    bad = _bad_cells(months, [(source, source_names), (target, target_names)])
    if bad is not None:
        return cells_to_counts(
            table.filter(pa.array(~bad)), label=label, states=states, first=first, last=last,
            period_months=period_months,
        )  # fmt: skip
    index = StateIndex({*source_names, *target_names} if states is None else states)
    number = {code: place for place, code in enumerate(index.codes)}
    i = np.array([number[name] for name in source_names], np.int64)[source]
    j = np.array([number[name] for name in target_names], np.int64)[target]
    axis = _axis(months, first, last, period_months)
    labels = [label]
    # New memory costs more than arithmetic here, so that arrays of all cells change in place.
    is_after = j > i
    key = i
    key *= len(index) - 1
    key += j
    key -= is_after
    key *= max(1, len(axis))
    key += _time(months, axis, period_months)
    if "label" in table.column_names:
        epoch_found, found = _coded(table["label"])
        labels = sorted(found)
        key *= max(1, len(labels))
        key += np.array([labels.index(name) for name in found], np.int64)[epoch_found]
    n_keys = max(1, index.n_directed) * max(1, len(axis)) * max(1, len(labels))
    place, acts = spread(key, n_keys, table) or _sorted(key, table)
    of_source = np.zeros(len(place), np.int64)
    if len(labels) > 1:
        np.divmod(place, len(labels), out=(place, of_source))
    directed, time = np.divmod(place, max(1, len(axis)))
    return ClassCounts(
        index=index,
        months=axis,
        period_months=period_months,
        sources=tuple(labels),
        directed=directed,
        time=time,
        source=of_source,
        acts=acts.T,  # each class lies together in memory
    )


def _bad_cells(
    months: NDArray[np.int64], coded: Sequence[tuple[NDArray[np.integer], list[str]]]
) -> NDArray[np.bool_] | None:
    """Return which cells no good row has, None if none is such.

    A brief count checks neither the states nor the range of the days of its rows.
    """
    low, high = (int(day[:4]) * 12 + int(day[5:7]) - 1 - 1970 * 12 for day in (FIRST_DAY, LAST_DAY))
    bad = None
    if len(months) and not (low <= months.min() and months.max() <= high):
        bad = (months < low) | (months > high)
    for found, names in coded:
        is_state = [re.fullmatch("[A-Z]{3}", name) is not None for name in names]
        if not all(is_state):
            wrong = ~np.array(is_state)[found]
            bad = wrong if bad is None else bad | wrong
    return bad


def _state_numbers(column: pa.ChunkedArray) -> NDArray[np.int32] | None:
    """Return codes of three capital letters as numbers below 26**3; None if one is none."""
    import pyarrow as pa

    pieces = [np.zeros((0, 3), np.uint8)]
    for chunk in column.chunks:
        if chunk.null_count or chunk.type != pa.string():
            return None
        _, ends, data = chunk.buffers()
        bounds = np.frombuffer(ends, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        if (np.diff(bounds) != 3).any():
            return None
        if len(chunk):
            letters = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
            pieces.append(letters.reshape(-1, 3))
    found = np.concatenate(pieces) - np.uint8(ord("A"))  # what is less than A wraps around
    if int(found.max(initial=0)) >= _LETTERS:
        return None
    codes = found[:, 0].astype(np.int32)
    for place in (1, 2):
        codes *= _LETTERS
        codes += found[:, place]
    return codes


def _coded(column: pa.ChunkedArray) -> tuple[NDArray[np.integer], list[str]]:
    """Return the values of a column as positions in a list of its distinct values."""
    found = _state_numbers(column)
    if found is not None:
        is_found = np.zeros(_LETTERS**3, np.bool_)
        is_found[found] = True
        position = np.cumsum(is_found, dtype=np.int32) - 1
        names = [_state_name(number) for number in np.flatnonzero(is_found).tolist()]
        return position[found], names
    coded = column.dictionary_encode().unify_dictionaries()
    indices = np.concatenate([np.from_dlpack(chunk.indices) for chunk in coded.chunks])
    return indices.astype(np.int64), coded.chunk(0).dictionary.to_pylist()


def _state_name(number: int) -> str:
    first, rest = divmod(number, _LETTERS**2)
    return "".join(chr(ord("A") + place) for place in (first, *divmod(rest, _LETTERS)))


def _time(
    months: NDArray[np.int64], axis: NDArray[np.int64], period_months: int
) -> NDArray[np.int64]:
    time = months - (axis[0] if len(axis) else 0)
    if period_months > 1:
        time //= period_months
    return time


def _sorted(key: NDArray[np.int64], table: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the keys, which all differ, in order, and their acts, (quad_class, cell).

    Spoils the keys that it was given.
    """
    bits = len(key).bit_length()
    if int(key.max(initial=0)) >= 1 << 62 - bits:
        order = np.argsort(key)
        return key[order], _acts(table, order)
    # Sorted with its place behind it, a key takes a quarter of the time of an argsort.
    key <<= bits
    key |= np.arange(len(key))
    key.sort()
    order = key & ((1 << bits) - 1)
    key >>= bits
    return key, _acts(table, order)


def _acts(table: pa.Table, order: NDArray[np.int64]) -> NDArray[np.int64]:
    acts = np.empty((4, len(order)), np.int64)
    is_packed = PACKED_COLUMNS[0] in table.column_names
    places = zip((2, 3), PACKED_COLUMNS, strict=True) if is_packed else enumerate(CLASS_COLUMNS)
    for place, name in places:
        np.take(numbers(table[name]), order, out=acts[place], mode="clip")
    if is_packed:
        unpack(acts)
    return acts


def _axis(
    months: NDArray[np.int64], first: int | None, last: int | None, period: int
) -> NDArray[np.int64]:
    low = int(months.min()) if first is None and len(months) else first
    high = int(months.max()) if last is None and len(months) else last
    if low is None or high is None:
        return np.zeros(0, np.int64)
    return np.arange(low - low % period, high + 1, period, dtype=np.int64)

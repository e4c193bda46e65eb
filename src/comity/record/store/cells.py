"""Sums by source, target, period and class become counts of directed dyads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from comity.core.class_counts import ClassCounts
from comity.core.errors import ParameterError
from comity.core.states import StateIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa


CLASS_COLUMNS = ("acts_1", "acts_2", "acts_3", "acts_4")
"""Acts of each quad class in the tables that this file reads."""


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
    """Return counts of a table of source_state, target_state, month, label, acts_1, ..., acts_4.

    Rows of the table differ in their first four columns; a table without labels has the one given;
    states are those given or all found.
    """
    source, source_names = _coded(table, "source_state")
    target, target_names = _coded(table, "target_state")
    if "label" in table.column_names:
        epoch_found, labels = _coded(table, "label")
    else:
        epoch_found, labels = np.int64(0), [label]
    months = _numbers(table["month"])
    index = StateIndex({*source_names, *target_names} if states is None else states)
    number = {code: place for place, code in enumerate(index.codes)}
    i = np.array([number[name] for name in source_names], np.int64)[source]
    j = np.array([number[name] for name in target_names], np.int64)[target]
    directed = i * (len(index) - 1) + j - (j > i)
    axis = _axis(months, first, last, period_months)
    time = (months - (axis[0] if len(axis) else 0)) // period_months
    order_of = {name: place for place, name in enumerate(sorted(labels))}
    epoch = np.array([order_of[name] for name in labels], np.int64)[epoch_found]
    shape = (max(1, index.n_directed), max(1, len(axis)), max(1, len(labels)))
    key = (directed * shape[1] + time) * shape[2] + epoch
    order = np.argsort(key)
    cells = key[order]
    acts = np.empty((4, len(order)), np.int64).T  # each class lies together in memory
    for number, name in enumerate(CLASS_COLUMNS):
        acts[:, number] = _numbers(table[name])[order]
    return ClassCounts(
        index=index,
        months=axis,
        period_months=period_months,
        sources=tuple(sorted(labels)),
        directed=cells // (shape[1] * shape[2]),
        time=cells // shape[2] % shape[1],
        source=cells % shape[2],
        acts=acts,
    )


def _coded(table: pa.Table, name: str) -> tuple[np.ndarray, list[str]]:
    """Return the values of a column as positions in a list of its distinct values."""
    column = table[name].dictionary_encode().unify_dictionaries()
    if not column.num_chunks:
        return np.zeros(0, np.int64), []
    indices = np.concatenate([np.from_dlpack(chunk.indices) for chunk in column.chunks])
    return indices.astype(np.int64), column.chunk(0).dictionary.to_pylist()


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Return a column of numbers; pyarrow's own way would load pandas, which takes a second."""
    if not column.num_chunks:
        return np.zeros(0, np.int64)
    return np.concatenate([np.from_dlpack(chunk) for chunk in column.chunks]).astype(np.int64)


def _axis(months: np.ndarray, first: int | None, last: int | None, period: int) -> np.ndarray:
    low = int(months.min()) if first is None and len(months) else first
    high = int(months.max()) if last is None and len(months) else last
    if low is None or high is None:
        return np.zeros(0, np.int64)
    return np.arange(low - low % period, high + 1, period, dtype=np.int64)

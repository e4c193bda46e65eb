"""What a regression cannot carry, said in a sentence that names the driver and what to do."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError

Floats = NDArray[np.float64]

_DEPENDENT = 1e-8
"""Share of a column's spread beyond the columns before it, below which it is their sum."""


def check_varies(name: str, column: NDArray[np.generic]) -> None:
    """Refuse a driver that has one value throughout.

    Raises
    ------
    NotEstimableError
        With the value and what to do.
    """
    values = np.asarray(column, float)
    if not len(values):
        raise NotEstimableError(f"{name}: a driver needs rows; found none. Widen the sample.")
    if not np.isfinite(values).all():
        raise NotEstimableError(
            f"{name}: a driver must be known in every row; found "
            f"{int((~np.isfinite(values)).sum()):,} rows without a value. Leave those rows out."
        )
    if np.ptp(values) == 0:
        raise NotEstimableError(
            f"{name}: a driver must vary; found {values[0]:g} in all {len(values):,} rows. "
            "Leave it out or widen the sample."
        )


def check_design(drivers: Mapping[str, NDArray[np.generic]], outcome: Floats | None = None) -> None:
    """Refuse drivers that never vary, are sums of others, or have all ends on one side.

    Raises
    ------
    NotEstimableError
        With the driver's name and what to do.
    """
    for name, column in drivers.items():
        check_varies(name, column)
    names, columns = list(drivers), [np.asarray(c, float) for c in drivers.values()]
    if columns:
        x = np.column_stack([c - c.mean() for c in columns])
        x /= np.sqrt((x**2).sum(axis=0))
        left = np.abs(np.diag(np.linalg.qr(x, mode="r")))
        if len(left) < len(names) or left.min() < _DEPENDENT:
            place = int(np.argmin(left)) if len(left) == len(names) else len(left)
            others = ", ".join(names[:place]) or "the rest"
            raise NotEstimableError(
                f"{names[place]}: drivers must not be sums of each other; found that it follows "
                f"from {others}. Leave one of them out."
            )
    if outcome is None:
        return
    for name, column in zip(names, columns, strict=True):
        if set(np.unique(column)) == {0.0, 1.0}:
            for value, words in ((1.0, "with"), (0.0, "without")):
                rows = column == value
                if outcome[rows].sum() == 0:
                    raise NotEstimableError(
                        f"{name}: ends must occur on both sides of a driver; found none in the "
                        f"{int(rows.sum()):,} rows {words} it. Report the counts, or join it with "
                        "another driver."
                    )

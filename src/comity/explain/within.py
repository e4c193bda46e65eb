"""Weighted regression within units: pairs (and years) each with an effect of their own.

    y_it = a_i + g_t + x_it'b + e_it

Pair effects leave by weighted demeaning, years are columns. The covariance is the sandwich over
rows that share a pair, or a state. `Within.residual` clears drivers of all that is held at the cost
of one projection, which is what a permutation test needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError
from comity.explain.clustered import cluster_meat, shared_member_meat
from comity.explain.coefficients import Coefficients
from comity.explain.regression_checks import check_design

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class WithinFit(Coefficients):
    """Coefficients of the drivers, with the covariance over rows that share a pair or a state."""

    n_rows: int
    n_units: int
    kind: ClassVar[str] = "a driver"


@dataclass(frozen=True)
class Within:
    """Rows of a panel, ready to be demeaned; ``weights`` need not sum to anything."""

    unit: Ints  # (row,)
    year: Ints  # (row,)
    members: tuple[Ints, Ints]  # (row,) each
    weights: Floats  # (row,)
    with_units: bool = True  # an effect of each pair, not only of each year
    by_member: bool = True  # rows that share a state depend on each other; else those of one pair

    def rows(self, kept: NDArray[np.bool_]) -> Within:
        """Return some of the rows."""
        one, other = self.members
        return Within(
            self.unit[kept], self.year[kept], (one[kept], other[kept]), self.weights[kept],
            self.with_units, self.by_member,
        )  # fmt: skip

    def demeaned(self, columns: Floats) -> Floats:
        """Return columns less their weighted mean within units, (row, column)."""
        number, total = self._groups
        out = np.empty_like(columns, float)
        for place, column in enumerate(columns.T):
            mean = np.bincount(number, self.weights * column, len(total)) / total
            out[:, place] = column - mean[number]
        return out

    @cached_property
    def _groups(self) -> tuple[Ints, Floats]:
        """Number of each row's unit, and the weight of each unit."""
        group = self.unit if self.with_units else np.zeros_like(self.unit)
        _, number = np.unique(group, return_inverse=True)
        return number.astype(np.int64), np.bincount(number, self.weights).astype(np.float64)

    def years(self) -> Floats:
        """Return a column for each year but the first, (row, year)."""
        return (self.year[:, None] == np.unique(self.year)[None, 1:]).astype(float)

    def projector(self, controls: Floats) -> Floats:
        """Return an orthonormal basis of demeaned, weighted controls and years, (row, column)."""
        root = np.sqrt(self.weights)[:, None]
        base = self.demeaned(np.column_stack([self.years(), controls])) * root
        size = np.sqrt((base**2).sum(axis=0))
        base = base[:, size > 1e-9 * max(float(size.max(initial=0)), 1.0)]
        base /= np.sqrt((base**2).sum(axis=0))
        # Columns are few and rows are many: the products of columns are quicker than a QR.
        values, vectors = np.linalg.eigh(base.T @ base)
        kept = values > 1e-10
        return base @ (vectors[:, kept] / np.sqrt(values[kept]))

    def residual(self, columns: Floats, basis: Floats) -> Floats:
        """Return columns demeaned, weighted and cleared of a basis, (row, column)."""
        z = self.demeaned(columns) * np.sqrt(self.weights)[:, None]
        return z - basis @ (basis.T @ z)


def fit_within(
    panel: Within,
    outcome: Floats,
    drivers: Mapping[str, NDArray[np.generic]],
    controls: Mapping[str, NDArray[np.generic]] | None = None,
) -> WithinFit:
    """Fit the regression.

    Parameters
    ----------
    panel
        Rows, with their units, years, members and weights.
    outcome
        (row,).
    drivers
        Columns whose coefficients are wanted, by name.
    controls
        Columns that are only held constant.

    Raises
    ------
    NotEstimableError
        A driver never varies within units or is the sum of others; or there are too few rows.
    """
    x = np.column_stack([np.asarray(column, float) for column in drivers.values()])
    held = [np.asarray(column, float) for column in (controls or {}).values()]
    check_design({**drivers, **(controls or {})})
    n, n_units = len(outcome), len(np.unique(panel.unit))
    n_free = n - (n_units if panel.with_units else 1) - len(np.unique(panel.year)) - x.shape[1]
    if n_free < 10:
        raise NotEstimableError(
            f"a panel needs more rows than effects; found {n:,} rows for {n_units:,} pairs. "
            "Widen the years, or leave pair effects out and say so."
        )
    basis = panel.projector(np.column_stack(held) if held else np.zeros((n, 0)))
    z, y = panel.residual(x, basis), panel.residual(outcome[:, None], basis)[:, 0]
    size, raw = (z**2).sum(axis=0), (x**2 * panel.weights[:, None]).sum(axis=0)
    for name, left in zip(drivers, size / np.maximum(raw, 1e-300), strict=True):
        if left < 1e-10:
            raise NotEstimableError(
                f"{name}: a driver must vary within pairs beyond the years; found that it does "
                "not. Leave it out, or leave pair effects out and say so."
            )
    gram = z.T @ z
    if np.linalg.cond(gram / np.sqrt(np.outer(size, size))) > 1e10:
        raise NotEstimableError(
            f"{', '.join(drivers)}: drivers must not be sums of each other within pairs; found "
            "that they are. Leave one of them out."
        )
    bread = np.linalg.inv(gram)
    b = bread @ (z.T @ y)
    scores = z * (y - z @ b)[:, None]
    meat = (
        shared_member_meat(scores, *panel.members)
        if panel.by_member
        else cluster_meat(scores, panel.unit)
    )
    return WithinFit(tuple(drivers), b, bread @ meat @ bread, n, n_units)

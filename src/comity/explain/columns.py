"""The shared columns of a regression: drivers, placebos, parts of designs, with their priors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import DriverPanel
from comity.explain.assumptions import Priors
from comity.explain.sums import respond

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """Series by pair and month with the prior of their coefficient.

    A column of ``is_direct`` enters as it stands; any other enters by its response, with the memory
    of the drivers and a lag of one month.
    """

    names: tuple[str, ...]
    values: Floats  # (pair, column, time)
    mean: Floats  # (column,)
    sd: Floats  # (column,)
    is_direct: NDArray[np.bool_]  # (column,)

    def place(self, name: str) -> int:
        """Return the position of a column."""
        return self.names.index(name)

    def plus(
        self,
        names: Sequence[str],
        values: Floats,
        *,
        sd: float,
        mean: float = 0.0,
        is_direct: bool = False,
    ) -> Columns:
        """Return these columns and some more, all of one prior."""
        n = len(names)
        return Columns(
            (*self.names, *names),
            np.concatenate([self.values, values], axis=1),
            np.concatenate([self.mean, np.full(n, mean)]),
            np.concatenate([self.sd, np.full(n, sd)]),
            np.concatenate([self.is_direct, np.full(n, is_direct)]),
        )

    def without(self, name: str) -> Columns:
        """Return these columns but one."""
        kept = [k for k, other in enumerate(self.names) if other != name]
        return Columns(
            tuple(self.names[k] for k in kept), self.values[:, kept], self.mean[kept],
            self.sd[kept], self.is_direct[kept],
        )  # fmt: skip

    def matrix(self, memory: float) -> Floats:
        """Return the design matrix under a memory of the drivers, (pair, column, time)."""
        out = np.ascontiguousarray(respond(self.values, memory))
        out[:, self.is_direct] = self.values[:, self.is_direct]
        return out


def driver_columns(panel: DriverPanel, names: Sequence[str], priors: Priors) -> Columns:
    """Return the columns of some drivers of a panel, in the order of ``names``."""
    chosen = [priors.names.index(name) for name in names]
    shape = (panel.index.n_dyads, 0, len(panel.months))
    parts = [panel.driver(name).values[:, None] for name in names]
    return Columns(
        tuple(names),
        np.concatenate([np.empty(shape), *parts], axis=1),
        priors.mean[chosen],
        priors.sd[chosen],
        np.zeros(len(names), bool),
    )

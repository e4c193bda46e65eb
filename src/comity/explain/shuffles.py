"""Permuted dates: the same series, moved in time, which must not explain anything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import DriverSeries
from comity.core.states import StateIndex
from comity.explain.columns import Columns
from comity.explain.refit import Refit
from comity.explain.thresholds import threshold

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
N_SHUFFLES = 500
AT_ONCE = 25


def shifted_series(
    series: DriverSeries, index: StateIndex, n: int, generator: np.random.Generator
) -> Floats:
    """Return a driver with its dates moved, (dyad, shuffle, time).

    Every pair's series is turned round the record by a number of months of its own, at least the
    convention ``least_shift`` away from where it was. Where the driver is made by the governments
    of the two states, each state's governments are turned as one, in all its pairs alike: lengths,
    order and what the states share stay as they are, dates do not.
    """
    n_times = series.values.shape[1]
    if series.by_state is None:
        turn = turns(n, index.n_dyads, n_times, generator)
        return np.ascontiguousarray(turned(series.values, turn).transpose(1, 0, 2))
    turn = turns(n, len(index), n_times, generator)  # (shuffle, state)
    out = np.zeros((n, *series.values.shape))
    for side in range(2):
        out += turned(series.by_state[:, side], turn[:, index.pairs[:, side]])
    return np.ascontiguousarray(out.transpose(1, 0, 2))


def turns(n: int, n_series: int, n_times: int, generator: np.random.Generator) -> Ints:
    """Return by how many months each series is turned in each shuffle, (shuffle, series)."""
    least = min(int(threshold("least_shift")), n_times // 3)
    return generator.integers(least, n_times - least + 1, (n, n_series))


def turned(values: NDArray, turn: Ints) -> NDArray:
    """Return series turned round the record, (shuffle, series, time)."""
    n_times = values.shape[-1]
    time = (np.arange(n_times) - turn[..., None]) % n_times
    return np.take_along_axis(np.broadcast_to(values, (len(turn), *values.shape)), time, axis=2)


def shuffle_p_value(
    refit: Refit, columns: Columns, name: str, shuffled: Floats
) -> tuple[float, Floats]:
    """Return how often moved dates give an estimate as far from zero, and their z values.

    ``shuffled`` has shape (dyad, shuffle, time). Counted with the real dates among them, so that
    the p-value is never zero.
    """
    observed = z_value(refit, columns, name)
    base = columns.without(name)
    found: list[float] = []
    for first in range(0, shuffled.shape[1], AT_ONCE):
        part = shuffled[:, first : first + AT_ONCE]
        found += shuffled_z(refit, base, part, columns.sd[columns.place(name)])
    z = np.array(found)
    extreme = (np.abs(z) >= abs(observed) - 1e-9).sum()
    return float((extreme + 1) / (len(z) + 1)), z


def z_value(refit: Refit, columns: Columns, name: str) -> float:
    """Return the estimate of a column over its standard error, the prior of it left out."""
    estimate, se = refit.likelihood(columns).alone(name)
    return estimate / se if np.isfinite(se) else 0.0


def shuffled_z(refit: Refit, base: Columns, part: Floats, sd: float) -> list[float]:
    """Return the z value of each shuffled column beside the base columns, one at a time.

    All are gathered at once; each is then looked at without the others.
    """
    names = [f"shuffle {k}" for k in range(part.shape[1])]
    whole = refit.likelihood(base.plus(names, part, sd=sd))
    n = len(base.names)
    out: list[float] = []
    for k in range(len(names)):
        chosen = np.array([*range(n), n + k])
        alone = type(whole)(
            (*base.names, names[k]), whole.information[:, chosen[:, None], chosen],
            whole.score[:, chosen], whole.mean[chosen], whole.sd[chosen], whole.n_factors,
        )  # fmt: skip
        estimate, se = alone.alone(names[k])
        out.append(estimate / se if np.isfinite(se) else 0.0)
    return out

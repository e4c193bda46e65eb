"""The balance of third parties, from the measured relations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import DriverSeries
from comity.core.relations import Relations
from comity.core.states import StateIndex

Floats = NDArray[np.float64]


def balance_series(relations: Relations) -> DriverSeries:
    """Return how far the two states of a pair stand alike toward third ones, (dyad, time).

    ``B_ij = sum over k of tanh(r_ik) tanh(r_jk) / (n - 2)``, the bounded form of the products by
    which structural balance moves relations [1]_: positive where both are friends or both foes of
    the same states. Expected over the posterior draws of the relations, so that doubt about a third
    state's relations draws the series toward what the pool says and not toward an accident of the
    draws.

    References
    ----------
    .. [1] Marvel, Kleinberg, Kleinberg & Strogatz (2011). Continuous-time model of structural
       balance. PNAS 108(5).
    """
    n = len(relations.index)
    missing = (
        ""
        if n > 2
        else f"The case has {n} states, and a third party needs three. Add a state to case.toml."
    )
    return DriverSeries(
        name="balance",
        words="standing alike toward third states",
        unit="-1 to 1",
        source="the measured relations of both states to every third one.",
        values=third_party_balance(relations.index, relations.paths),
        caution="Made of measured relations, so that one event may move a pair and its third "
        "parties at once.",
        missing=missing,
    )


def third_party_balance(index: StateIndex, paths: NDArray[np.float32]) -> Floats:
    """Return the balance of every pair from draws of all relations, (draw, dyad, time)."""
    n = len(index)
    out = np.zeros(paths.shape[1:])
    if n < 3:
        return out
    near = np.tanh(paths.astype(np.float64))
    number = np.full((n, n), -1)
    for dyad, (i, j) in enumerate(index.pairs):
        number[i, j] = number[j, i] = dyad
    for dyad, (i, j) in enumerate(index.pairs):
        for k in range(n):
            if k not in (i, j):
                product = near[:, number[i, k]] * near[:, number[j, k]]
                out[dyad] += product.mean(axis=0) / (n - 2)
    return out

"""Middle of a sandwich covariance: sums of scores over rows that may depend on each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def sums_by(values: Floats, group: Ints) -> Floats:
    """Return the sums of rows by group, (group, column); groups in ascending order."""
    _, number = np.unique(group, return_inverse=True)
    total = np.zeros((int(number.max()) + 1 if len(number) else 0, values.shape[1]))
    np.add.at(total, number, values)
    return total


def cluster_meat(scores: Floats, cluster: Ints) -> Floats:
    """Return the middle of the sandwich where rows of one cluster depend on each other.

    Parameters
    ----------
    scores
        Score contributions, (row, term).
    cluster
        Unit of each row, (row,).
    """
    total = sums_by(scores, cluster)
    return total.T @ total


def shared_member_meat(scores: Floats, first: Ints, second: Ints) -> Floats:
    """Return the middle of the sandwich where rows that share a member depend on each other.

    Every two rows with a common member are counted once: sums by member, less the sums by pair,
    which two rows of the same pair would otherwise enter twice (Aronow, Samii & Assenova 2015).
    What sampling error may make indefinite is cut back to the nearest nonnegative form.
    """
    members = np.concatenate([first, second])
    by_member = sums_by(np.vstack([scores, scores]), members)
    low, high = np.minimum(first, second), np.maximum(first, second)
    pair = low * (int(members.max(initial=0)) + 1) + high
    by_pair = sums_by(scores, pair)
    meat = by_member.T @ by_member - by_pair.T @ by_pair
    values, vectors = np.linalg.eigh((meat + meat.T) / 2)
    return (vectors * np.maximum(values, 0)) @ vectors.T

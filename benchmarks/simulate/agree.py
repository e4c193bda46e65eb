"""Do two simulators say the same? Differences in Monte Carlo errors of both sides together."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from comity.core.outcomes import Outcome
from comity.simulate.block import Plan
from comity.simulate.outcomes import outcome_happened
from comity.simulate.trace import Trace

Floats = NDArray[np.float64]
ONCE_IN = 0.00135
"""How often a normal passes three errors on one side."""


def moments(relation: Floats) -> tuple[Floats, ...]:
    """Return mean, variance, and the squared Monte Carlo error of each."""
    n, mean, variance = relation.shape[2], relation.mean(axis=2), relation.var(axis=2)
    # Tails are heavy (t4 government effects, flares): the fourth moment is measured, not assumed.
    fourth = ((relation - mean[..., None]) ** 4).mean(axis=2)
    return mean, variance, variance / n, (fourth - variance**2) / n


def relation_gaps(ours: Floats, theirs: Floats) -> dict[str, Floats]:
    """Return the gaps of means and variances of relations, each (dyad, month, member)."""
    a, b = moments(ours), moments(theirs)
    return {
        "means": (a[0] - b[0]) / np.sqrt(a[2] + b[2]),
        "variances": (a[1] - b[1]) / np.sqrt(a[3] + b[3]),
    }


def share_gaps(ours: Floats, theirs: Floats, n_ours: int, n_theirs: int) -> Floats:
    """Return the gaps of shares of members."""
    both = (ours * n_ours + theirs * n_theirs) / (n_ours + n_theirs)
    weight = 1 / n_ours + 1 / n_theirs
    return (ours - theirs) / np.sqrt(np.maximum(both * (1 - both), 1e-4) * weight)


def shares(plan: Plan, outcomes: Sequence[Outcome], trace: Trace, chunk: int) -> Floats:
    """Return the share of a chunk in which each outcome happens, (outcome,)."""
    happened = [outcome_happened(plan, item, trace, chunk).mean() for item in outcomes]
    return np.array(happened)


def is_agreed(name: str, gaps: Mapping[str, Floats]) -> bool:
    """Print the largest gaps; return whether all are within the bound for so many of them.

    The bound is what the largest of so many normals passes as often as one passes 3 errors.
    """
    bound = statistics.NormalDist().inv_cdf(1 - ONCE_IN / sum(gap.size for gap in gaps.values()))
    print(f"{name} beside the kernel, in Monte Carlo errors (bound {bound:.2f}):")
    for kind, gap in gaps.items():
        print(f"  {kind}: largest of {gap.size} differences {np.abs(gap).max():.2f}")
    agree = all(np.abs(gap).max() < bound for gap in gaps.values())
    print("  they agree" if agree else "  they DISAGREE")
    return agree

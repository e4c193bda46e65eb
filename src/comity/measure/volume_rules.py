"""Simple rules for next month's number of acts: what the volume model is compared with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Rule = Callable[[Counts, Floats], tuple[Floats, Floats]]


def negative_binomial_log_prob(acts: Counts, mean: Floats, size: Floats | float) -> Floats:
    """Return the log probability; the variance is mean + mean² / size."""
    miss = np.log1p(mean / size)
    return (
        gammaln(acts + size) - gammaln(size) - gammaln(acts + 1)
        - size * miss + acts * (np.log(mean / size) - miss)
    )  # fmt: skip


def persistence(acts: Counts, log_values: Floats) -> tuple[Floats, Floats]:
    """Next month is like this one, shrunk to the mean of the others: (size, weight in months)."""
    size, weight = np.exp(log_values)
    before = np.hstack([np.zeros((len(acts), 1)), acts[:, :-1]])
    pool = before.mean()
    mean = (before + weight * pool) / (1 + weight)
    return np.maximum(mean, 1e-3), np.full(acts.shape, size)


def static(acts: Counts, log_values: Floats) -> tuple[Floats, Floats]:
    """A rate per dyad that never changes, learned as months come: (size, months, pool rate)."""
    size, weight, pool = np.exp(log_values)
    before = np.cumsum(acts, axis=1) - acts
    months = np.arange(acts.shape[1])
    return (before + weight * pool) / (months + weight), np.full(acts.shape, size)


def discounted(acts: Counts, log_values: Floats) -> tuple[Floats, Floats]:
    """Gamma rate whose evidence is discounted each month: Harvey and Fernandes' local level.

    Parameters are the odds of the discount, and rate and months of the prior. The predictive is
    negative binomial with the discounted evidence as its size.
    """
    odds, pool, weight = np.exp(log_values)
    discount = odds / (1 + odds)
    mean, size = np.empty(acts.shape), np.empty(acts.shape)
    shape, months = np.full(len(acts), pool * weight), np.full(len(acts), weight)
    for t in range(acts.shape[1]):
        mean[:, t], size[:, t] = shape / months, shape
        shape = np.maximum(discount * (shape + acts[:, t]), 1e-6)
        months = discount * (months + 1)
    return mean, size


RULES: dict[str, tuple[Rule, tuple[float, ...]]] = {
    "persistence": (persistence, (1.0, 0.1)),
    "static": (static, (1.0, 1.0, 3.0)),
    "discounted": (discounted, (2.0, 3.0, 0.5)),
}


def fit_rule(acts: Counts, name: str, *, first: int = 0) -> Floats:
    """Return a rule's one-step log scores at its best parameters, (directed_dyad, time).

    Parameters maximize the sum of the scores from month ``first`` on.
    """
    rule, start = RULES[name]

    def score(point: Floats) -> Floats:
        mean, size = rule(acts, np.clip(point, -9.0, 9.0))
        return negative_binomial_log_prob(acts, mean, size)

    best = minimize(
        lambda point: -float(score(point)[:, first:].sum()), np.log(start), method="Nelder-Mead",
        options={"maxfev": 400, "xatol": 0.01, "fatol": 0.05},
    )  # fmt: skip
    return score(best.x)

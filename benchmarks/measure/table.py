"""Paired differences with their errors, and the table they are printed in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from contest import Scores
from numpy.typing import NDArray

from comity.core.states import StateIndex

Floats = NDArray[np.float64]


def pair_of(index: StateIndex) -> NDArray[np.int64]:
    """Return the number of the pair that each directed dyad belongs to."""
    out = np.empty(index.n_directed, np.int64)
    out[index.directions] = np.arange(index.n_dyads)[:, None]
    return out


def clustered(difference: Floats, cluster: NDArray[np.int64]) -> tuple[float, float]:
    """Return mean and standard error of a difference, (directed, time), NaN left out.

    Differences of one cluster (a pair: both directions, all periods) may depend on each other.
    """
    kept = np.isfinite(difference)
    mean = float(difference[kept].mean())
    rows = np.broadcast_to(cluster[:, None], difference.shape)[kept]
    sums = np.bincount(rows, weights=difference[kept] - mean)
    n = len(np.unique(rows))
    return mean, float(np.sqrt((sums**2).sum() * n / max(n - 1, 1)) / kept.sum())


def block_bootstrap(
    difference: Floats, months: int, draws: int, generator: np.random.Generator
) -> tuple[float, float]:
    """Return mean and standard error of a difference, resampling blocks of months.

    A block holds all directed dyads of ``months`` months that follow each other.
    """
    kept = np.isfinite(difference)
    block = np.arange(difference.shape[1]) // months
    n = int(block[-1]) + 1
    total = np.bincount(block, weights=np.where(kept, difference, 0).sum(axis=0), minlength=n)
    size = np.bincount(block, weights=kept.sum(axis=0), minlength=n)
    drawn = generator.integers(n, size=(draws, n))
    means = total[drawn].sum(axis=1) / size[drawn].sum(axis=1)
    return float(total.sum() / size.sum()), float(means.std(ddof=1))


def print_table(
    scores: Sequence[Scores], reference: str, errors: dict[str, tuple[float, float]]
) -> None:
    """Print one line per method: score, difference to the reference, its error, the fit."""
    width = max(len(method.name) for method in scores)
    print(f"{'method':<{width}}  {'score':>8}  {'difference':>10}  {'SE':>6}  {'s':>5}  interior")
    for method in scores:
        difference, error = errors[method.name]
        beside = " " * 18 if method.name == reference else f"{difference:>+10.4f}  {error:>6.4f}"
        inside = "own" if method.best is None else "yes"
        if method.not_interior:
            inside = "no: " + ", ".join(method.not_interior)
        print(
            f"{method.name:<{width}}  {np.nanmean(method.values):>8.4f}  {beside}"
            f"  {method.seconds:>5.1f}  {inside}"
        )


def print_fits(scores: Sequence[Scores]) -> None:
    """Print the hyper-parameters of each method's last fit."""
    for method in scores:
        if method.best is not None:
            found = ", ".join(f"{name} {value:.3g}" for name, value in method.best.values.items())
            print(f"  {method.name}: {found}")

"""The beta-binomial likelihood of acts on a grid of theta, worked out once for all cells.

Thousands of cells share a few dozen counts, and every pass over a panel has one intercept and one
concentration a source. So what costs logarithms is tabulated by count, and the loops of
`comity.measure.kernels` only add up.

With p = logistic(c + theta), a = kappa p and b = kappa (1 - p), the probability of C successes and
F failures is

    (C + F)! / (C! F!) * (a)_C (b)_F / (kappa)_(C+F),    (a)_C = Gamma(a + C) / Gamma(a)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from comity.measure import kernels
from comity.measure.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
REACH = 8.0  # nodes reach this many prior sd beyond the furthest prior mean
MOST_NODES = 24 * 16  # to either side; a share this close to 0 or 1 no record can tell from it
SMALL = 24  # up to so many acts beyond the row before, a product is cheaper than two log-gammas

compiled = njit(cache=True, nogil=True, error_model="numpy")


@dataclass(frozen=True)
class LikelihoodTable:
    """Log rising factorials of every count that a panel holds.

    ``rising[s, 0]`` is log (a)_count for source s, ``rising[s, 1]`` log (b)_count. ``constant[s]``
    is log count! - log (kappa)_count, and its last row log count!.
    """

    row: Ints  # (count + 1,)             row of a count; counts that do not occur have row 0
    rising: Floats  # (source, side, row, node)
    constant: Floats  # (source + 1, row)

    @property
    def arrays(self) -> tuple[Ints, Floats, Floats]:
        """The arguments of the kernels, in their order."""
        return self.row, self.rising, self.constant


def likelihood_table(panel: Panel, *vectors: Floats) -> LikelihoodTable:
    """Return the table of a panel's counts.

    ``vectors`` are `comity.measure.model.kernel_vector`, several where they differ in their
    dynamics only.
    """
    counts = panel.counts
    row = np.zeros(counts[-1] + 1, np.int64)
    row[counts] = np.arange(len(counts))
    sources = vectors[0][kernels.SOURCE :].reshape(-1, 2)
    nodes = nodes_for(panel, vectors)
    rising = np.empty((len(sources), 2, len(counts), len(nodes)))
    constant = np.empty((len(sources) + 1, len(counts)))
    fill(counts, sources, nodes, rising, constant)
    return LikelihoodTable(row, rising, constant)


def nodes_for(panel: Panel, vectors: Sequence[Floats]) -> Floats:
    """Return the nodes of theta, (node,), symmetric around 0."""
    span = slice(kernels.VARIANCE, kernels.VARIANCE + kernels.N_LATENT)
    with np.errstate(invalid="ignore"):  # an absurd point may have no finite variance
        sd = np.sqrt(max(vector[span].sum() for vector in vectors))
    furthest = np.abs(panel.start).sum(axis=1).max(initial=0.0)
    n: float = np.ceil((furthest + REACH * sd) / kernels.SPACING) + 2
    n = int(n) if n < MOST_NODES else MOST_NODES
    return kernels.SPACING * np.arange(-n, n + 1, dtype=np.float64)


@compiled
def fill(counts, sources, nodes, rising, constant):
    """Write both tables; ``sources`` holds intercept and concentration of each."""
    share = np.empty(len(nodes))
    for r in range(len(counts)):
        constant[-1, r] = math.lgamma(counts[r] + 1.0)
    for s in range(len(sources)):
        kappa = sources[s, 1]
        for r in range(len(counts)):
            over_kappa = math.lgamma(kappa + counts[r]) - math.lgamma(kappa)
            constant[s, r] = constant[-1, r] - over_kappa
        for side in range(2):
            for j in range(len(nodes)):
                psi = sources[s, 0] + nodes[j]
                share[j] = kappa / (1 + math.exp(-psi if side == 0 else psi))
            for r in range(len(counts)):
                before = counts[r - 1] if r > 0 else 0
                for j in range(len(nodes)):
                    if counts[r] - before <= SMALL:
                        product = 1.0
                        for k in range(before, counts[r]):
                            product *= share[j] + k
                        total = math.log(product)
                        if r > 0:
                            total += rising[s, side, r - 1, j]
                    else:
                        total = math.lgamma(share[j] + counts[r]) - math.lgamma(share[j])
                    rising[s, side, r, j] = total

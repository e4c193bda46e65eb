"""Regressions beside the main one, with the government effects held where it left them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from comity.core.evidence import RelationEvidence
from comity.explain.assumptions import Priors, driver_memory
from comity.explain.columns import Columns
from comity.explain.panel_model import LikelihoodSums, PanelFit, likelihood_sums
from comity.explain.sums import gather

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Refit:
    """Everything a further regression needs; the same evidence, governments, periods and scales."""

    evidence: RelationEvidence
    priors: Priors
    government: Ints | None
    period: Ints | None
    half_lives: Floats
    weight: Floats
    draws: tuple[int, ...]
    n_threads: int = 0

    @staticmethod
    def of(
        fit: PanelFit,
        evidence: RelationEvidence,
        priors: Priors,
        *,
        government: Ints | None,
        period: Ints | None,
        n_draws: int | None = None,
        n_threads: int = 0,
    ) -> Refit:
        """Return what is needed to refit beside ``fit``, on evenly chosen draws of the evidence."""
        n = evidence.n_draws if n_draws is None else min(n_draws, evidence.n_draws)
        chosen = np.linspace(0, evidence.n_draws - 1, n).round().astype(int)
        return Refit(
            evidence, priors, government, period, fit.half_lives, fit.weight,
            tuple(chosen.tolist()), n_threads,
        )  # fmt: skip

    def on(self, evidence: RelationEvidence) -> Refit:
        """Return the same on other evidence."""
        return replace(self, evidence=evidence)

    def likelihood(self, columns: Columns) -> LikelihoodSums:
        """Return what the data alone say of some columns."""
        n_periods = 0 if self.period is None else int(self.period.max()) + 1
        precision = np.full(n_periods, self.priors.period_sd**-2.0)
        all_sums = []
        for draw in self.draws:
            memory = driver_memory(self.half_lives[draw], self.evidence.period_months)
            all_sums.append(
                gather(
                    self.evidence, columns.matrix(memory), draw=draw, memory=memory,
                    period=self.period, government=self.government, n_threads=self.n_threads,
                )
            )  # fmt: skip
        return likelihood_sums(all_sums, columns, self.weight, precision)


def posterior(sums: LikelihoodSums, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Return mean and covariance of some columns' effects, over the draws of the measurement."""
    chosen = [sums.names.index(name) for name in names]
    precision = np.diag(sums.sd**-2.0)
    means, within = [], np.zeros((len(chosen), len(chosen)))
    for whole, pull in zip(sums.information, sums.score, strict=True):
        covariance = np.linalg.inv(whole + precision)
        means.append((covariance @ (pull + precision @ sums.mean))[chosen])
        within += covariance[np.ix_(chosen, chosen)] / len(sums.score)
    centre = np.array(means)
    between = (centre - centre.mean(axis=0)).T @ (centre - centre.mean(axis=0)) / len(means)
    return centre.mean(axis=0), within + between

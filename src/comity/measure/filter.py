"""The filter: where each pair stands in a month, from rows up to that month only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.measure import kernels
from comity.measure.likelihood_table import LikelihoodTable, likelihood_table
from comity.measure.panel import Panel

Floats = NDArray[np.float64]
_NOTHING = (
    np.empty((0, kernels.N_LATENT)),
    np.empty((0, kernels.N_LATENT, kernels.N_LATENT)),
    np.empty((0, kernels.N_CHANNELS, 2)),
    np.empty((0, 2)),
)


@dataclass(frozen=True)
class Filtered:
    """Gaussian beliefs about the latent vector after each step, and what they predicted.

    ``evidence`` is the log predictive density of a step's acts and tones, in nats.
    ``cell_score`` is the log probability of a direction's cooperative acts, joint ones included,
    given their number, as predicted from earlier months only; NaN where there were no acts.
    ``site`` holds precision and precision times mean of the factor by which a channel entered.
    """

    evidence: Floats  # (step,)
    mean: Floats  # (step, latent)
    covariance: Floats  # (step, latent, latent)
    site: Floats  # (step, channel, 2)
    cell_score: Floats  # (step, direction)

    @property
    def score(self) -> float:
        """Sum of ``evidence``: the one-step log score of the panel."""
        return float(self.evidence.sum())


def step_evidence(panel: Panel, parameters: Floats, table: LikelihoodTable | None = None) -> Floats:
    """Return the log predictive density of each step's acts and tones, (step,), in nats."""
    table = table or likelihood_table(panel, parameters)
    evidence = np.empty(panel.n_steps)
    kernels.filter_steps(
        *panel.arrays,
        *table.arrays,
        powers_of(panel, parameters),
        parameters,
        kernels.KEEP_NOTHING,
        *_NOTHING,
        evidence,
    )
    return evidence


def filter_last(
    panel: Panel, parameters: Floats, table: LikelihoodTable
) -> tuple[Floats, Floats, Floats]:
    """Return each step's evidence, and mean and covariance after each pair's last step.

    Shapes (step,), (pair, latent) and (pair, latent, latent); a pair without steps is at its start.
    """
    d = kernels.N_LATENT
    evidence = np.empty(panel.n_steps)
    mean, covariance = np.empty((panel.n_pairs, d)), np.empty((panel.n_pairs, d, d))
    kernels.filter_steps(
        *panel.arrays, *table.arrays, powers_of(panel, parameters), parameters, kernels.KEEP_LAST,
        mean, covariance, *_NOTHING[2:], evidence,
    )  # fmt: skip
    return evidence, mean, covariance


def filter_panel(
    panel: Panel,
    parameters: Floats,
    table: LikelihoodTable | None = None,
    *,
    with_scores: bool = True,
) -> Filtered:
    """Run the assumed-density filter over every step of every pair.

    Parameters
    ----------
    panel
        Visited months; silent months may be left out or in, the beliefs are the same.
    parameters
        `comity.measure.model.kernel_vector`.
    table
        Likelihoods under these intercepts and concentrations, where they are at hand.
    with_scores
        Whether ``cell_score`` is worked out, which takes as long as the rest.
    """
    table = table or likelihood_table(panel, parameters)
    n, d = panel.n_steps, kernels.N_LATENT
    mean, covariance = np.empty((n, d)), np.empty((n, d, d))
    site, cell_score = np.empty((n, kernels.N_CHANNELS, 2)), np.full((n, 2), np.nan)
    evidence = np.empty(n)
    keep = kernels.KEEP_SCORES if with_scores else kernels.KEEP_STEPS
    kernels.filter_steps(
        *panel.arrays,
        *table.arrays,
        powers_of(panel, parameters),
        parameters,
        keep,
        mean,
        covariance,
        site,
        cell_score,
        evidence,
    )
    return Filtered(evidence, mean, covariance, site, cell_score)


def powers_of(panel: Panel, parameters: Floats) -> Floats:
    """Return the memories over 0, 1, 2, ... periods, up to the longest gap, (gap + 1, latent)."""
    memory = parameters[kernels.MEMORY : kernels.MEMORY + kernels.N_LATENT]
    longest = int(panel.gap.max(initial=0))
    return memory ** np.arange(longest + 1)[:, None]

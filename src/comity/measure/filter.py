"""The filter: where each pair stands in a month, from rows up to that month only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.measure import kernels
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


def step_evidence(panel: Panel, parameters: Floats) -> Floats:
    """Return the log predictive density of each step's acts and tones, (step,), in nats."""
    evidence = np.empty(panel.n_steps)
    kernels.filter_steps(*panel.arrays, parameters, False, *_NOTHING, evidence)
    return evidence


def filter_panel(panel: Panel, parameters: Floats) -> Filtered:
    """Run the assumed-density filter over every step of every pair.

    Parameters
    ----------
    panel
        Visited months; silent months may be left out or in, the beliefs are the same.
    parameters
        `comity.measure.model.kernel_vector`.
    """
    n, d = panel.n_steps, kernels.N_LATENT
    mean, covariance = np.empty((n, d)), np.empty((n, d, d))
    site, cell_score = np.empty((n, kernels.N_CHANNELS, 2)), np.full((n, 2), np.nan)
    evidence = np.empty(n)
    kernels.filter_steps(
        *panel.arrays, parameters, True, mean, covariance, site, cell_score, evidence
    )
    return Filtered(evidence, mean, covariance, site, cell_score)

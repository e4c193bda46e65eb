"""The smoother: where each pair stood, from all rows (expectation propagation)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.measure import backward, kernels
from comity.measure.filter import filter_panel, powers_of
from comity.measure.likelihood_table import LikelihoodTable, likelihood_table
from comity.measure.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DAMPING = 0.8  # full steps may oscillate between the two directions of a month
TOLERANCE = 1e-4  # largest move of a mean in a sweep, in posterior sd
MAX_SWEEPS = 12
ACCEPTED = 0.05  # beyond this the sweeps have not settled


@dataclass(frozen=True)
class Smoothed:
    """Gaussian beliefs about the latent vector given all rows.

    ``filtered_mean`` and ``filtered_covariance`` are the forward pass *with the smoother's sites*;
    backward sampling needs them. They have seen later rows through the sites: never report them as
    filtered readings.
    """

    mean: Floats  # (step, latent)
    covariance: Floats  # (step, latent, latent)
    site: Floats  # (step, channel, 2)
    filtered_mean: Floats
    filtered_covariance: Floats
    last_move: float


def smooth_panel(
    panel: Panel, parameters: Floats, table: LikelihoodTable | None = None
) -> Smoothed:
    """Return smoothed beliefs at every step of ``panel``.

    Sites are refined on the months with acts only, then spread over all steps.
    """
    table = table or likelihood_table(panel, parameters)
    spread, move = settled_sites(panel, parameters, table)
    mean, covariance, forward_mean, forward_covariance = smooth_sites(panel, parameters, spread)
    return Smoothed(mean, covariance, spread, forward_mean, forward_covariance, move)


def refined_sites(
    panel: Panel, parameters: Floats, table: LikelihoodTable, *, floor: float
) -> tuple[Floats, float]:
    """Return sites after expectation propagation, and their last move in posterior sd.

    With ``floor`` 0 the joint law stays proper whatever the acts; an outlying tone then cannot
    widen its month.
    """
    site = filter_panel(panel, parameters, table, with_scores=False).site
    site[..., 0] = np.maximum(site[..., 0], floor)
    move = np.inf
    for _ in range(MAX_SWEEPS):
        means, variances = channel_moments(panel, parameters, site)
        move = kernels.refine_sites(
            *_acts(panel), *table.arrays, parameters, means, variances, site, DAMPING, floor
        )
        if move < TOLERANCE or np.isinf(move):
            break
    return site, move


def smooth_channels(
    panel: Panel, parameters: Floats, table: LikelihoodTable
) -> tuple[Floats, Floats]:
    """Return means and variances of theta by channel given all rows, (step, channel) each.

    The same as `smooth_panel` for those who need no more.
    """
    site, _ = settled_sites(panel, parameters, table)
    return channel_moments(panel, parameters, site)


def settled_sites(panel: Panel, parameters: Floats, table: LikelihoodTable) -> tuple[Floats, float]:
    """Return the sites of every step, silent ones zero, and their last move in posterior sd."""
    observed = panel.observed()
    site, move = refined_sites(observed, parameters, table, floor=-np.inf)
    if move > ACCEPTED:  # outlying tones have negative precision; too many of them at once
        site, move = refined_sites(observed, parameters, table, floor=0.0)
    spread = np.zeros((panel.n_steps, kernels.N_CHANNELS, 2))
    spread[panel.is_seen()] = site
    return spread, move


def channel_moments(panel: Panel, parameters: Floats, site: Floats) -> tuple[Floats, Floats]:
    """Return smoothed means and variances of theta under given sites, (step, channel) each."""
    powers = powers_of(panel, parameters)
    mean, covariance, gains, pulls = forward(panel, parameters, site, powers)
    means, variances = np.empty((2, panel.n_steps, kernels.N_CHANNELS))
    backward.smooth_channels(
        panel.offset, panel.gap, powers, site, mean, covariance, gains, pulls, means, variances
    )
    return means, variances


def smooth_sites(
    panel: Panel, parameters: Floats, site: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return smoothed mean and covariance, then filtered ones, for given Gaussian sites."""
    forward_mean, forward_covariance, _, _ = forward(
        panel, parameters, site, powers_of(panel, parameters)
    )
    mean, covariance = np.empty_like(forward_mean), np.empty_like(forward_covariance)
    backward.smooth_backward(
        panel.offset, panel.month, *dynamics(parameters),
        forward_mean, forward_covariance, mean, covariance,
    )  # fmt: skip
    return mean, covariance, forward_mean, forward_covariance


def forward(
    panel: Panel, parameters: Floats, site: Floats, powers: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return filtered mean and covariance under given sites, and what the adjoint pass needs."""
    n, d, c = panel.n_steps, kernels.N_LATENT, kernels.N_CHANNELS
    mean, covariance = np.empty((n, d)), np.empty((n, d, d))
    gains, pulls = np.empty((n, c, d)), np.empty((n, c, 2))
    kernels.forward_sites(
        panel.offset, panel.gap, site, panel.start, powers, parameters, mean, covariance, gains,
        pulls,
    )  # fmt: skip
    return mean, covariance, gains, pulls


def dynamics(parameters: Floats) -> tuple[Floats, Floats]:
    """Return monthly memories and stationary variances of the latent vector."""
    memory = parameters[kernels.MEMORY : kernels.MEMORY + kernels.N_LATENT]
    return memory, parameters[kernels.VARIANCE : kernels.VARIANCE + kernels.N_LATENT]


def _acts(panel: Panel) -> tuple[Ints, Ints, Ints, Floats, Ints]:
    return panel.offset, panel.acts, panel.span, panel.tone, panel.tone_class

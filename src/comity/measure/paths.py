"""Joint posterior draws: past paths of every pair, and where the last month leaves them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.streams import stream_number
from comity.measure import backward
from comity.measure.filter import Filtered
from comity.measure.panel import Panel
from comity.measure.smoother import Smoothed, dynamics

Floats = NDArray[np.float64]
HALF_SUM = (0, 1, 2)  # latent positions of the pair's mean, level and flare


def normals(seed: int, stream: str, draw: int, shape: tuple[int, ...]) -> Floats:
    """Return standard normal numbers that depend on seed, stream name and draw only."""
    return _generator(seed, stream, draw).standard_normal(shape)


def uniforms(seed: int, stream: str, draw: int, shape: tuple[int, ...]) -> Floats:
    """Return uniform numbers that depend on seed, stream name and draw only."""
    return _generator(seed, stream, draw).random(shape)


def _generator(seed: int, stream: str, draw: int) -> np.random.Generator:
    key = np.array([seed, stream_number(stream) << 32 | draw], np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def sample_paths(
    panel: Panel, parameters: Floats, smoothed: Smoothed, noise: Floats
) -> tuple[Floats, Floats]:
    """Draw relation and level paths of every pair, each (draw, step), without intercept.

    ``noise`` is standard normal, (draw, step, latent).
    """
    relation, level = np.empty(noise.shape[:2]), np.empty(noise.shape[:2])
    backward.sample_backward(
        panel.offset, panel.month, *dynamics(parameters),
        smoothed.filtered_mean, smoothed.filtered_covariance, noise, relation, level,
    )  # fmt: skip
    return relation, level


def sample_last(panel: Panel, filtered: Filtered, noise: Floats) -> Floats:
    """Draw mean, level and flare of every pair after its last step, (draw, dyad, 3).

    ``noise`` is standard normal, (draw, dyad, 3).
    """
    last = panel.offset[1:] - 1
    mean = filtered.mean[last][:, HALF_SUM]
    covariance = filtered.covariance[last][:, HALF_SUM, :][:, :, HALF_SUM]
    lower = np.zeros_like(covariance)
    for pair, matrix in enumerate(covariance):
        values, vectors = np.linalg.eigh(matrix)
        lower[pair] = vectors * np.sqrt(np.maximum(values, 0))
    return mean + np.einsum("pij,dpj->dpi", lower, noise)

"""Bias and width of readings: the truth less the posterior mean, in posterior sd.

Run from the repository root: ``python benchmarks/measure --bias``. Pairs are drawn by the model's
own law at hyper-parameters that the reading knows, so that every departure of z from mean 0 and sd
1 is what integrating month by month and expectation propagation cost. Errors are over pairs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.measure import kernels
from comity.measure.mixture import read_relations
from comity.measure.mode import in_threads
from comity.measure.model import (
    NAMES,
    VOLATILITY_NODES,
    VOLATILITY_WEIGHTS,
    kernel_vector,
)
from comity.measure.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NATURAL = {
    "intercept": 0.8, "concentration": 25.0, "level_step_sd": 0.2, "level_half_life": 48.0,
    "flare_step_sd": 0.4, "flare_memory": 0.5, "mean_sd": 1.2, "reciprocity": 0.02,
    "level_correlation": 0.6, "flare_correlation": 0.5, "mean_correlation": 0.7,
    "volatility_spread": 0.4,
    "tone_cooperative": 0.4, "tone_conflictual": -0.4, "tone_loading": 0.2, "tone_noise_sd": 0.3,
}  # fmt: skip
N_MONTHS = 60
N_PAIRS, RUN = 5_000, 500
ACTS_A_MONTH, ACTS_SPREAD, JOINT = 0.7, 1.2, 0.3
FEW = 3
LEVELS = {0.5: 0.674490, 0.8: 1.281552, 0.9: 1.644854, 0.99: 2.575829}
READINGS = ("smoothed pair", "filtered pair", "smoothed direction", "filtered direction")


@dataclass(frozen=True)
class Known:
    """Pairs whose relation is known: what was recorded and what is true."""

    panel: Panel
    directed: Floats  # (step, direction)
    n_acts: Ints  # (step,)


def vectors(natural: Mapping[str, float] = NATURAL) -> tuple[Floats, ...]:
    """Return the kernels' vector of each volatility class."""
    values = [natural[name] for name in NAMES]
    return tuple(kernel_vector(values, tone_tail=4.0, volatility=node) for node in VOLATILITY_NODES)


def draw_pairs(generator: np.random.Generator, n_pairs: int) -> Known:
    """Draw pairs by the model's law; volatilities are those over which readings integrate."""
    shape = (n_pairs, N_MONTHS)
    chosen = generator.choice(len(VOLATILITY_NODES), n_pairs, p=VOLATILITY_WEIGHTS)
    by_class = np.array(vectors())[chosen]  # (pair, value)
    memory = by_class[0, kernels.MEMORY : kernels.MEMORY + kernels.N_LATENT]
    variance = by_class[:, kernels.VARIANCE : kernels.VARIANCE + kernels.N_LATENT]
    step = np.sqrt(variance * np.where(memory == 1, 0, 1 - memory**2))
    latent = np.empty((*shape, 6))
    latent[:, 0] = np.sqrt(variance) * generator.standard_normal((n_pairs, 6))
    for t in range(1, N_MONTHS):
        noise = step * generator.standard_normal((n_pairs, 6))
        latent[:, t] = memory * latent[:, t - 1] + noise
    half_sum, half_difference = latent[..., :3].sum(axis=-1), latent[..., 3:].sum(axis=-1)
    theta = np.stack([half_sum + half_difference, half_sum - half_difference, half_sum], axis=-1)
    psi, kappa = NATURAL["intercept"] + theta, NATURAL["concentration"]
    rates = ACTS_A_MONTH * np.exp(generator.normal(0, ACTS_SPREAD, (n_pairs, 1, 3)))
    volume = generator.poisson(rates * [1, 1, JOINT], psi.shape)
    share = 1 / (1 + np.exp(-psi))
    share = generator.beta(kappa * share, kappa * (1 - share))
    good = generator.binomial(volume, share)
    acts = np.stack([good, volume - good], axis=-1)
    n_steps = n_pairs * N_MONTHS
    months = np.tile(np.arange(N_MONTHS), n_pairs)
    panel = Panel(
        offset=np.arange(n_pairs + 1) * N_MONTHS, month=months,
        acts=acts.reshape(n_steps, 3, 1, 2), span=np.zeros((n_steps, 3, 2), np.int64),
        tone=np.zeros(0), tone_class=np.zeros(0, np.int64), time=months,
        start=np.zeros((n_pairs, 2)),
    )  # fmt: skip
    return Known(panel, psi[..., :2].reshape(-1, 2), volume.sum(axis=-1).ravel())


def standardized(known: Known, parameters: tuple[Floats, ...]) -> Floats:
    """Return z of every reading, (reading, pair, month, direction); a pair's has one direction."""
    reading = read_relations(known.panel, parameters, n_paths=0, seed=1, draw=0)
    pair = known.directed.mean(axis=1, keepdims=True)
    found = (
        (reading.pair, pair), (reading.filtered_pair, pair),
        (reading.directed, known.directed), (reading.filtered_directed, known.directed),
    )  # fmt: skip
    out = np.full((len(READINGS), len(known.directed), 2), np.nan)
    for row, (moments, truth) in enumerate(found):
        out[row, :, : truth.shape[1]] = (truth - moments[0]) / np.sqrt(moments[1])
    return out.reshape(len(READINGS), -1, N_MONTHS, 2)


@dataclass(frozen=True)
class Figures:
    """Mean and sd of z and coverage, each with its Monte Carlo error."""

    mean: tuple[float, float]
    sd: tuple[float, float]
    coverage: dict[float, tuple[float, float]]


def figures(z: Floats, wanted: NDArray[np.bool_]) -> Figures:
    """Return figures of z over the wanted months, errors clustered by pair.

    ``z`` has shape (pair, month, direction), ``wanted`` (pair, month).
    """
    kept = wanted[..., None] & ~np.isnan(z)
    weight = kept.sum(axis=(1, 2))
    values = np.where(kept, z, 0.0)

    def ratio(cells: Floats) -> tuple[float, float]:
        total = np.where(kept, cells, 0.0).sum(axis=(1, 2))
        centre = total.sum() / weight.sum()
        return float(centre), float(np.sqrt(((total - centre * weight) ** 2).sum()) / weight.sum())

    mean = ratio(values)
    square, error = ratio((values - mean[0]) ** 2)
    inside = {level: ratio((np.abs(values) < at).astype(float)) for level, at in LEVELS.items()}
    return Figures(mean, (square**0.5, error / (2 * square**0.5)), inside)


def measured(
    n_pairs: int, *, seed: int = 1, n_threads: int = 0, parameters: tuple[Floats, ...] = ()
) -> Iterator[tuple[str, str, Figures]]:
    """Yield reading, months and figures of so many pairs."""
    parameters = parameters or vectors()

    def run(number: int) -> tuple[Floats, Ints]:
        known = draw_pairs(np.random.default_rng([seed, number]), min(RUN, n_pairs))
        return standardized(known, parameters), known.n_acts.reshape(-1, N_MONTHS)

    runs = in_threads(run, range(max(1, round(n_pairs / RUN))), n_threads or os.cpu_count() or 1)
    z = np.concatenate([one[0] for one in runs], axis=1)
    acts = np.concatenate([one[1] for one in runs])
    for row, name in enumerate(READINGS):
        for months, wanted in (("all months", acts >= 0), (f"under {FEW} acts", acts < FEW)):
            yield name, months, figures(z[row], wanted)


def main(_with_model: bool = True) -> int:
    n_pairs = int(os.environ.get("COMITY_BENCH_PAIRS", N_PAIRS))
    print(f"{n_pairs} pairs x {N_MONTHS} months, hyper-parameters known; errors in parentheses")
    print(f"{'':34}{'mean z':>17}{'sd z':>17}" + "".join(f"{k:>16.0%}" for k in LEVELS))
    for name, months, found in measured(n_pairs):
        inside = "".join(f"{x:>9.2%} ({e:.2%})" for x, e in found.coverage.values())
        print(
            f"{name:<20}{months:<14}{found.mean[0]:>+9.4f} ({found.mean[1]:.4f})"
            f"{found.sd[0]:>8.4f} ({found.sd[1]:.4f}){inside}"
        )
    return 0

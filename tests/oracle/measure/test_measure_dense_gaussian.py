"""Filter, smoother and path draws against the joint Gaussian written out in full."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from comity.core.history import EventCounts
from comity.core.states import StateIndex
from comity.measure import backward, kernels
from comity.measure.filter import filter_panel
from comity.measure.mixture import DIRECTIONS, PAIR
from comity.measure.model import NAMES, kernel_vector, level_memory
from comity.measure.panel import Panel, panel_of
from comity.measure.paths import sample_paths
from comity.measure.smoother import smooth_panel

pytestmark = pytest.mark.oracle

NATURAL = {
    "intercept": 0.3, "concentration": 20.0, "level_step_sd": 0.25, "level_half_life": 24.0,
    "flare_step_sd": 0.4, "flare_memory": 0.5, "mean_sd": 1.1, "reciprocity": 0.03,
    "level_correlation": 0.6, "flare_correlation": 0.4, "mean_correlation": 0.7,
    "volatility_spread": 0.5,
    "tone_cooperative": 0.4, "tone_conflictual": -0.4, "tone_loading": 0.2, "tone_noise_sd": 0.3,
}  # fmt: skip
CHANNELS = np.vstack([DIRECTIONS, PAIR])
N_MONTHS = 14


def parameters(tone_tail: float, **changes: float) -> NDArray[np.float64]:
    return kernel_vector([(NATURAL | changes)[name] for name in NAMES], tone_tail=tone_tail)


def tone_panel(seed: int = 3) -> Panel:
    """Three states; tones only, some months silent, some acts joint."""
    generator = np.random.default_rng(seed)
    index = StateIndex(["AAA", "BBB", "CCC"])
    acts = []
    for row in range(40):
        pair, t = int(generator.integers(3)), int(generator.integers(N_MONTHS))
        channel = int(generator.integers(3))
        tone, kind = float(generator.normal(0, 5)), bool(generator.integers(2))
        both = index.directions[pair]
        acts += [(t, int(d), tone, kind, row) for d in (both if channel == 2 else [both[channel]])]
    t, d, tone, kind, row = (list(column) for column in zip(*sorted(acts), strict=True))
    counts = np.zeros((2, index.n_directed, N_MONTHS), np.int64)
    np.add.at(counts, (1 - np.array(kind, int), d, t), 1)
    panel = panel_of(
        EventCounts(
            index, np.arange(N_MONTHS) + 500, counts[0], counts[1], np.array(tone), np.array(d),
            np.array(t), np.array(kind), np.array(row),
        )
    )  # fmt: skip
    return replace(panel, acts=np.zeros_like(panel.acts))  # the tones alone observe


def dense(
    panel: Panel, pair: int, months: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Mean and covariance of (direction, month) and log evidence from acts in ``months`` months.

    The prior is written from the two-direction recursions of the theory page, not from the rotated
    coordinates of the code.
    """
    v = NATURAL
    rho, g = level_memory(v["level_half_life"]), v["reciprocity"]
    couple = lambda sd, r: sd**2 * np.array([[1, r], [r, 1]])  # noqa: E731
    move = np.array([[rho - g, g], [g, rho - g]])
    step = couple(v["level_step_sd"], v["level_correlation"])
    still = np.linalg.solve(np.eye(4) - np.kron(move, move), step.ravel()).reshape(2, 2)
    flare = couple(v["flare_step_sd"], v["flare_correlation"]) / (1 - v["flare_memory"] ** 2)
    prior = np.empty((2, N_MONTHS, 2, N_MONTHS))
    for s in range(N_MONTHS):
        for t in range(s, N_MONTHS):
            block = np.linalg.matrix_power(move, t - s) @ still
            block = block + v["flare_memory"] ** (t - s) * flare
            block = block + couple(v["mean_sd"], v["mean_correlation"])
            prior[:, t, :, s] = block
            prior[:, s, :, t] = block.T
    prior = prior.reshape(2 * N_MONTHS, 2 * N_MONTHS)
    design, observed = [], []
    for k in range(panel.offset[pair], panel.offset[pair] + months):
        for channel in range(3):
            for a in range(*panel.span[k, channel]):
                row = np.zeros((2, N_MONTHS))
                row[:, panel.time[k]] = [[1, 0], [0, 1], [0.5, 0.5]][channel]
                design.append(v["tone_loading"] * row.ravel())
                kind = "tone_cooperative" if panel.tone_class[a] else "tone_conflictual"
                observed.append(panel.tone[a] - v[kind])
    if not design:
        return np.zeros(2 * N_MONTHS), prior, 0.0
    h, y = np.array(design), np.array(observed)
    cover = h @ prior @ h.T + v["tone_noise_sd"] ** 2 * np.eye(len(y))
    gain = prior @ h.T @ np.linalg.inv(cover)
    _, size = np.linalg.slogdet(2 * np.pi * cover)
    evidence = -0.5 * (size + y @ np.linalg.solve(cover, y))
    return gain @ y, prior - gain @ h @ prior, float(evidence)


def test_filter_equals_the_dense_joint_gaussian() -> None:
    panel = tone_panel()
    filtered = filter_panel(panel, parameters(0.0))
    evidence = 0.0
    for pair in range(3):
        evidence += dense(panel, pair, N_MONTHS)[2]
        for t in range(N_MONTHS):
            k = panel.offset[pair] + t
            mean, cover, _ = dense(panel, pair, t + 1)
            places = [t, N_MONTHS + t]
            covariance = DIRECTIONS @ filtered.covariance[k] @ DIRECTIONS.T
            np.testing.assert_allclose(DIRECTIONS @ filtered.mean[k], mean[places], atol=1e-8)
            np.testing.assert_allclose(covariance, cover[np.ix_(places, places)], atol=1e-8)
    assert filtered.score == pytest.approx(evidence, abs=1e-8)


def test_smoother_equals_the_dense_joint_gaussian() -> None:
    panel = tone_panel()
    smoothed = smooth_panel(panel, parameters(0.0))
    for pair in range(3):
        mean, cover, _ = dense(panel, pair, N_MONTHS)
        for t in range(N_MONTHS):
            k, places = panel.offset[pair] + t, [t, N_MONTHS + t]
            covariance = DIRECTIONS @ smoothed.covariance[k] @ DIRECTIONS.T
            np.testing.assert_allclose(DIRECTIONS @ smoothed.mean[k], mean[places], atol=1e-8)
            np.testing.assert_allclose(covariance, cover[np.ix_(places, places)], atol=1e-8)


def test_dropping_silent_months_changes_nothing() -> None:
    panel = tone_panel()
    full, short = (filter_panel(p, parameters(0.0)) for p in (panel, panel.observed()))
    assert short.score == pytest.approx(full.score, abs=1e-10)
    np.testing.assert_allclose(full.mean[panel.is_seen()], short.mean, atol=1e-10)


def test_a_joint_act_entered_twice_would_be_caught() -> None:
    """Planted bug: joint acts as two entries; the dense Gaussian with one entry disagrees."""
    panel = tone_panel()
    joint = int(np.flatnonzero(np.diff(panel.span[:, 2], axis=1)[:, 0] == 1)[0])
    span = panel.span.copy()
    span[joint, :2] = span[joint, 2]
    span[joint, 2] = 0
    wrong = filter_panel(replace(panel, span=span), parameters(0.0))
    right = filter_panel(panel, parameters(0.0))
    assert np.abs(wrong.mean - right.mean).max() > 1e-3


def test_path_draws_have_the_covariance_of_the_dense_gaussian() -> None:
    panel, p, n = tone_panel(), parameters(0.0), 40_000
    smoothed = smooth_panel(panel, p)
    noise = np.random.default_rng(11).standard_normal((n, panel.n_steps, kernels.N_LATENT))
    draws, _ = sample_paths(panel, p, smoothed, noise)
    for pair in range(3):
        mean, cover, _ = dense(panel, pair, N_MONTHS)
        half = 0.5 * np.hstack([np.eye(N_MONTHS), np.eye(N_MONTHS)])
        mean, cover = half @ mean, half @ cover @ half.T
        found = draws[:, panel.offset[pair] : panel.offset[pair + 1]]
        sd = np.sqrt(np.diag(cover))
        error = (found.mean(axis=0) - mean) / (sd / np.sqrt(n))
        assert np.abs(error).max() < 4.5, f"path means are off by {np.abs(error).max():.1f} SE"
        se = np.sqrt((cover**2 + np.outer(sd, sd) ** 2) / n)
        error = (np.cov(found.T) - cover) / se
        assert np.abs(error).max() < 4.5, f"path covariances off by {np.abs(error).max():.1f} SE"


def test_a_gain_without_the_backward_step_would_be_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Planted bug: smoothed readings that are only filtered ones."""

    def forward_only(offset, month, memory, variance, mean, cov, smooth_mean, smooth_cov):
        smooth_mean[:], smooth_cov[:] = mean, cov

    monkeypatch.setattr(backward, "smooth_backward", forward_only)
    with pytest.raises(AssertionError):
        test_smoother_equals_the_dense_joint_gaussian()

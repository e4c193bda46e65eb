"""Small parts of `comity.measure`: panel, priors, weights, baseline, empty and broken input."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from scipy import integrate, stats

from comity.core.errors import ShapeError
from comity.core.history import EventCounts
from comity.core.settings import Settings
from comity.core.states import StateIndex
from comity.measure import backward, fit_relations, kernels
from comity.measure.baseline import fit_smoothing, score_against_baseline, smoothing_score
from comity.measure.hyper import resample, truncate_weights
from comity.measure.model import NAMES, Transform, default_priors, kernel_vector, level_memory
from comity.measure.panel import panel_of

pytestmark = pytest.mark.unit
INDEX = StateIndex(["AAA", "BBB", "CCC"])
SETTINGS = Settings(n_hyper_draws=4, n_paths=10, n_threads=1)


def empty_counts(n_months: int = 6) -> EventCounts:
    none = np.zeros(0, np.int64)
    zeros = np.zeros((INDEX.n_directed, n_months), np.int64)
    return EventCounts(
        INDEX, np.arange(n_months) + 360, zeros, zeros.copy(),
        np.zeros(0), none, none, none.astype(bool), none,
    )  # fmt: skip


def joint_counts() -> EventCounts:
    """One joint act of AAA and BBB (row 7) and one act of BBB on AAA (row 8), month 2."""
    counts = empty_counts()
    there, back = INDEX.directed_number("AAA", "BBB"), INDEX.directed_number("BBB", "AAA")
    counts.cooperative[[there, back], 2] = 1
    counts.conflictual[back, 2] = 1
    return replace(
        counts,
        tone=np.array([5.0, 5.0, -3.0]),
        tone_directed=np.array([there, back, back]),
        tone_time=np.array([2, 2, 2]),
        tone_cooperative=np.array([True, True, False]),
        act_row=np.array([7, 7, 8]),
    )


def test_a_joint_act_is_one_observation_of_the_pair() -> None:
    panel = panel_of(joint_counts())
    step = panel.offset[INDEX.dyad_number("AAA-BBB")] + 2
    assert panel.acts[step, :, 0].tolist() == [[0, 0], [0, 1], [1, 0]]
    assert np.diff(panel.span[step]).ravel().tolist() == [0, 1, 1]
    assert sorted(panel.tone) == [-0.3, 0.5]
    assert panel.acts.sum() == 2
    assert panel.observed().n_steps == 1


def test_acts_of_different_rows_are_not_joint() -> None:
    counts = replace(joint_counts(), act_row=np.array([6, 7, 8]))
    assert panel_of(counts).acts[:, 2].sum() == 0


def test_wrong_shape_says_what_to_do() -> None:
    counts = replace(empty_counts(), cooperative=np.zeros((5, 6), np.int64))
    with pytest.raises(ShapeError) as caught:
        fit_relations(counts, settings=SETTINGS)
    assert str(caught.value) == (
        "EventCounts.cooperative must have shape (directed_dyad, time) = (6, 6); found (5, 6). "
        "Count the events with the same states and months."
    )


def test_tones_without_counts_are_refused() -> None:
    counts = replace(joint_counts(), cooperative=np.zeros((6, 6), np.int64))
    with pytest.raises(ShapeError, match="every act listed in"):
        panel_of(counts)


def test_a_record_without_acts_gives_the_prior() -> None:
    relations = fit_relations(empty_counts(), settings=SETTINGS)
    assert relations.scores == ()
    assert np.isfinite(relations.mean).all()
    assert (relations.sd > 0.5).all()
    np.testing.assert_allclose(relations.mean, relations.filtered_mean, atol=1e-8)


def test_every_field_has_its_documented_shape() -> None:
    relations = fit_relations(joint_counts(), settings=SETTINGS)
    for name in ("mean", "sd", "filtered_mean", "filtered_sd", "n_events"):
        assert getattr(relations, name).shape == (6, 6)
    for name in ("dyad_mean", "dyad_sd", "level_mean", "level_sd", "dyad_filtered_mean"):
        assert getattr(relations, name).shape == (3, 6)
    assert relations.paths.shape == relations.level_paths.shape == (10, 3, 6)
    assert relations.start.relation.shape == (10, 3)
    assert tuple(relations.hyperparameters) == NAMES
    assert relations.reference_source == joint_counts().source


def test_fewer_paths_than_hyper_draws() -> None:
    relations = fit_relations(joint_counts(), settings=Settings(n_hyper_draws=8, n_paths=3))
    assert relations.paths.shape == (3, 3, 6)
    assert np.isfinite(relations.paths).all()


def test_every_prior_says_who_and_why_and_integrates_to_its_quantiles() -> None:
    priors = default_priors()
    assert set(priors) == {*NAMES, "tone_tail"}
    transform = Transform(priors)
    start = np.array([float(priors[name].quantile(0.5)) for name in NAMES])
    np.testing.assert_allclose(transform.natural(transform.free(start)), start)
    for k, name in enumerate(NAMES):

        def density(x: float, k: int = k) -> float:
            point = transform.free(start)
            base = transform.log_prior(point)
            point[k] = x
            return float(np.exp(transform.log_prior(point) - base))

        cuts = []
        for probability in (1e-9, 0.05, 0.5, 0.95, 1 - 1e-9):
            point = start.copy()
            point[k] = priors[name].quantile(probability)
            cuts.append(transform.free(point)[k])
        mass = [integrate.quad(density, a, b)[0] for a, b in pairwise(cuts)]
        np.testing.assert_allclose(np.array(mass) / sum(mass), [0.05, 0.45, 0.45, 0.05], atol=1e-6)


def test_kernel_vector_is_stationary() -> None:
    priors = default_priors()
    natural = [float(priors[name].quantile(0.5)) for name in NAMES]
    vector = kernel_vector(natural, tone_tail=4.0)
    value = dict(zip(NAMES, natural, strict=True))
    memory, variance = vector[5:11], vector[11:17]
    rho = level_memory(value["level_half_life"])
    assert memory[1] == rho
    assert rho ** value["level_half_life"] == pytest.approx(0.5)
    step = (1 - rho**2) * variance[1]
    expected = value["level_step_sd"] ** 2 * (1 + value["level_correlation"]) / 2
    assert step == pytest.approx(expected)
    assert variance[0] + variance[3] == pytest.approx(value["mean_sd"] ** 2)


@pytest.mark.parametrize("module", [kernels, backward])
def test_compiled_code_calls_only_its_own_file(module: ModuleType) -> None:
    """numba's cache would not notice an edit elsewhere and give yesterday's answer."""
    tree = ast.parse(inspect.getsource(module))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {
        a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names
    }
    assert imported <= {"__future__", "math", "numpy", "numba"}


def test_weights_are_truncated_and_resampled_in_proportion() -> None:
    weight = truncate_weights(np.array([0.0, 0.0, 0.0, 50.0]))
    assert weight[3] == pytest.approx(0.5 / (0.5 + 3e-22), abs=1e-9)
    counts = np.bincount(resample(np.array([0.5, 0.25, 0.25]), 8, 0.3), minlength=3)
    assert counts.tolist() == [4, 2, 2]


def test_baseline_scores_only_from_earlier_months() -> None:
    counts = empty_counts()
    counts.cooperative[0, [1, 3]] = 4, 2
    counts.conflictual[0, 3] = 1
    score = smoothing_score(counts, 12.0, 2.0, 10.0)
    assert score[0] == pytest.approx(stats.betabinom.logpmf(4, 4, 5.0, 5.0))
    keep = 2 ** (-1 / 12)
    past = 4 * keep**2
    pool = (past + 1) / (past + 2)
    share = (past + 2 * pool) / (past + 2)
    expected = stats.betabinom.logpmf(2, 3, 10 * share, 10 * (1 - share))
    assert score[1] == pytest.approx(expected)


def test_baseline_widens_its_grid_until_the_best_point_is_inside() -> None:
    generator = np.random.default_rng(1)
    counts = empty_counts(120)
    walk = np.cumsum(generator.normal(0, 0.5, (6, 120)), axis=1)
    share = 1 / (1 + np.exp(-walk))
    volume = generator.poisson(8, (6, 120))
    counts.cooperative[:] = generator.binomial(
        volume, generator.beta(400 * share, 400 * (1 - share))
    )
    counts.conflictual[:] = volume - counts.cooperative
    fitted = fit_smoothing(counts)
    assert fitted.is_interior
    best = fitted.cell_score.sum()
    for factor in (0.5, 2.0):
        other = smoothing_score(
            counts, fitted.half_life_months * factor, fitted.strength_acts, fitted.concentration
        )
        assert other.sum() < best
    again = score_against_baseline(counts, fitted.cell_score, fitted, generator)
    assert (again.difference, again.difference_low, again.difference_high) == (0.0, 0.0, 0.0)

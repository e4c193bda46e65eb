"""Evidence handed on: with the law of motion it gives back the measured relation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from comity.core.class_counts import ClassCounts
from comity.core.errors import ShapeError
from comity.core.settings import Settings
from comity.core.states import StateIndex
from comity.measure import fit_relations
from comity.measure.class_panel import panel_of_classes
from comity.measure.evidence import panel_evidence, relation_evidence
from comity.measure.panel_fit import fit_panel
from comity.record import count_events, load_case


@pytest.fixture(scope="module")
def measured():
    counts = count_events(load_case("tests/fixtures/small-case"))
    relations = fit_relations(counts, settings=Settings(n_hyper_draws=8, n_paths=32, n_threads=1))
    return counts, relations, relation_evidence(counts, relations, n_draws=8, n_threads=1)


def posterior_mean(evidence, draw: int, pair: int) -> np.ndarray:
    """Mean of the pair's relation without intercept in every month, by one dense Gaussian."""
    steps = slice(evidence.offset[pair], evidence.offset[pair + 1])
    site, time = evidence.site[draw, steps], evidence.time[steps]
    loading = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, -1, -1, -1], [1, 1, 1, 0, 0, 0]], float)
    step, channel = np.nonzero(site[..., 0])
    months = np.arange(len(evidence.months))

    def covariance(first_t, first_c, second_t, second_c):
        lag = np.abs(first_t[:, None] - second_t[None])
        return sum(
            first_c[:, None, k] * second_c[None, :, k] * evidence.variance[draw, pair, k]
            * evidence.memory[draw, k] ** lag for k in range(6)
        )  # fmt: skip

    rows = loading[channel]
    pair_rows = np.tile(loading[2], (len(months), 1))
    seen = covariance(time[step], rows, time[step], rows)
    cross = covariance(months, pair_rows, time[step], rows)
    precision, shift = site[step, channel, 0], site[step, channel, 1]
    assert (evidence.start[pair] == 0).all()
    return cross @ np.linalg.solve(np.eye(len(step)) + precision[:, None] * seen, shift)


def test_evidence_and_the_law_of_motion_give_back_the_measured_relation(measured):
    _, relations, evidence = measured
    names = list(relations.hyperparameters)
    intercept = relations.hyperparameter_draws[:, names.index("intercept")]
    for pair in (0, relations.index.dyad_number("BBB-CCC")):
        found = np.mean(
            [posterior_mean(evidence, draw, pair) + intercept[draw] for draw in range(8)], axis=0
        )
        # volatility classes are drawn here and averaged there, hence the loose end
        error = np.abs(found - relations.dyad_mean[pair])
        assert (error < 0.5 * relations.dyad_sd[pair]).all()
        assert error.mean() < 0.1 * relations.dyad_sd[pair].mean()


def test_only_months_with_acts_are_steps(measured):
    counts, _, evidence = measured
    seen = counts.volume[counts.index.directions].sum(axis=1) > 0
    assert evidence.site.shape[1] == seen.sum()
    np.testing.assert_array_equal(evidence.pair, np.nonzero(seen)[0])
    np.testing.assert_array_equal(evidence.time, np.nonzero(seen)[1])


def test_leaving_steps_out_leaves_their_evidence_out(measured):
    evidence = measured[2]
    late = evidence.time > 60
    without = evidence.without(late)
    assert (without.site[:, late] == 0).all()
    assert (without.site[:, ~late] == evidence.site[:, ~late]).all()
    assert (evidence.site[:, late] != 0).any()


def test_threads_do_not_change_the_evidence(measured):
    counts, relations, evidence = measured
    again = relation_evidence(counts, relations, n_draws=8, n_threads=2)
    assert (again.site == evidence.site).all()
    assert (again.variance == evidence.variance).all()


def test_without_the_only_source_nothing_is_left(measured):
    counts, relations, _ = measured
    none = relation_evidence(counts, relations, only=(), n_draws=2)
    assert len(none.time) == 0


def test_arrays_that_do_not_fit_are_named(measured):
    evidence = measured[2]
    with pytest.raises(ShapeError) as caught:
        replace(evidence, start=np.zeros((3, 2)))
    assert str(caught.value) == (
        "RelationEvidence.start must have shape (10, 2); found (3, 2). Give every draw, pair and "
        "step its own entry."
    )


def made_counts(n_states: int = 14, n_years: int = 6) -> ClassCounts:
    generator = np.random.default_rng(9)
    index = StateIndex([f"A{chr(65 + k)}A" for k in range(n_states)])
    acts = generator.poisson([2.0, 0.5, 1.0, 0.5], (index.n_directed, n_years, 4))
    acts[generator.random((index.n_directed, n_years)) < 0.4] = 0
    directed, time = np.nonzero(acts.sum(axis=2))
    return ClassCounts(
        index, (np.arange(n_years) + 32) * 12, 12, ("made",), directed, time,
        np.zeros(len(directed), np.int64), acts[directed, time],
    )  # fmt: skip


def test_a_panel_of_states_is_handed_on_whatever_the_threads():
    counts = made_counts()
    fit = fit_panel(counts, n_fitted_pairs=40, n_threads=1)
    one, two = (panel_evidence(fit, counts, n_draws=2, n_threads=n) for n in (1, 2))
    np.testing.assert_allclose(one.site, two.site, rtol=1e-9, atol=1e-9)
    assert (one.variance == two.variance).all()
    assert one.period_months == 12
    assert one.n_draws == 2
    panel = panel_of_classes(counts, fit.stick)
    assert (one.offset == panel.offset).all()
    assert (one.time == panel.time).all()
    assert (one.start == fit.effects.start(counts.index)).all()
    assert len(np.unique(one.variance[:, :, 1])) == 3  # every volatility class is drawn somewhere

"""The compiled sums beside one dense Gaussian that is written out in full."""

import numpy as np
import pytest
from tests.fixtures.simulated_panels import made_priors, simulate_world

from comity.core.evidence import RelationEvidence
from comity.core.states import StateIndex
from comity.explain.columns import driver_columns
from comity.explain.panel_model import fit_panel
from comity.explain.sampler import reduced
from comity.explain.sums import gather, respond

N_TIMES = 30
MEMORY = np.array([1.0, 0.95, 0.4, 1.0, 0.9, 0.4])
LOADING = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, -1, -1, -1], [1, 1, 1, 0, 0, 0]], float)


def made(seed: int) -> tuple[RelationEvidence, np.ndarray, np.ndarray, np.ndarray]:
    """Return evidence on all three channels, some silent; columns, periods and governments."""
    generator = np.random.default_rng(seed)
    index = StateIndex(["AAA", "BBB", "CCC"])
    times = [np.sort(generator.choice(N_TIMES, n, replace=False)) for n in (12, 1, 7)]
    offset = np.concatenate([[0], np.cumsum([len(t) for t in times])])
    site = generator.normal(size=(1, offset[-1], 3, 2))
    site[..., 0] = generator.gamma(2.0, 1.0, site.shape[:3])
    site[0, generator.random((offset[-1], 3)) < 0.3] = 0.0
    evidence = RelationEvidence(
        index, np.arange(N_TIMES), 1, offset, np.concatenate(times), site, MEMORY[None],
        generator.gamma(2.0, 0.5, (1, 3, 6)), generator.normal(size=(3, 2)),
    )  # fmt: skip
    columns = generator.normal(size=(3, 2, N_TIMES))
    period = np.arange(N_TIMES) // 12
    government = generator.integers(-1, 3, (3, N_TIMES))
    government[0] = np.sort(government[0])
    return evidence, columns, period, government


def dense(evidence, columns, period, government, memory, pair):
    """Return design matrix, weights and innovations-free normal equations of one pair, in full."""
    time = evidence.time[evidence.offset[pair] : evidence.offset[pair + 1]]
    site = evidence.site[0, evidence.offset[pair] : evidence.offset[pair + 1]]
    step, channel = np.nonzero(site[..., 0])
    apart = np.abs(time[step][:, None] - time[step][None])
    covariance = np.zeros(apart.shape)
    for k in range(6):
        shape = LOADING[channel][:, None, k] * LOADING[channel][None, :, k]
        covariance += shape * evidence.variance[0, pair, k] * evidence.memory[0, k] ** apart
    precision, shift = site[step, channel, 0], site[step, channel, 1]
    whole = covariance + np.diag(1 / precision)
    mean = LOADING[channel][:, [0, 3]] @ evidence.start[pair]
    data = shift / precision - mean
    n_own = government.max(axis=1) + 1
    own = np.array([(government[pair] == g).astype(float) for g in range(n_own[pair])])
    moved = np.zeros_like(own)
    for g in range(len(own)):
        moved[g, 0] = own[g, 0]
        for t in range(1, N_TIMES):
            moved[g, t] = memory * moved[g, t - 1] + (1 - memory) * own[g, t - 1]
    design = np.concatenate(
        [
            columns[pair][:, time[step]],
            (period[time[step]] == np.arange(period.max() + 1)[:, None]).astype(float),
            moved[:, time[step]],
        ]
    ).T
    inverse = np.linalg.inv(whole)
    return design.T @ inverse @ design, design.T @ inverse @ data, len(data), data @ inverse @ data


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_are_those_of_the_dense_gaussian(seed):
    evidence, columns, period, government = made(seed)
    sums = gather(
        evidence, columns, draw=0, memory=0.9, period=period, government=government, by_pair=True
    )
    q = 2 + 3
    total, pull, n, squares = np.zeros((q, q)), np.zeros(q), 0, 0.0
    for pair in range(3):
        whole, score, count, square = dense(evidence, columns, period, government, 0.9, pair)
        total += whole[:q, :q]
        pull += score[:q]
        n, squares = n + count, squares + square
        own = slice(sums.own_offset[pair], sums.own_offset[pair + 1])
        block = sums.own_information[sums.square_offset[pair] : sums.square_offset[pair + 1]]
        np.testing.assert_allclose(block.reshape(whole[q:, q:].shape), whole[q:, q:], atol=1e-9)
        np.testing.assert_allclose(sums.own_shared[own], whole[q:, :q], atol=1e-9)
        np.testing.assert_allclose(sums.own_score[own], score[q:], atol=1e-9)
        np.testing.assert_allclose(sums.by_pair[pair], whole[:q, :q], atol=1e-9)
        np.testing.assert_allclose(sums.by_pair_score[pair], score[:q], atol=1e-9)
    np.testing.assert_allclose(sums.information, total, atol=1e-9)
    np.testing.assert_allclose(sums.score, pull, atol=1e-9)
    assert sums.n_factors == sums.n_proper == n
    assert sums.squares == pytest.approx(squares)


def test_eliminating_the_own_effects_is_the_schur_complement():
    evidence, columns, period, government = made(3)
    sums = gather(evidence, columns, draw=0, memory=0.9, period=period, government=government)
    weight = np.random.default_rng(4).gamma(2.0, 1.0, len(sums.own_score))
    found, pull = reduced(sums, weight, np.empty_like(sums.own_information))
    wanted, wanted_pull = sums.information.copy(), sums.score.copy()
    for pair in range(3):
        whole, score, _, _ = dense(evidence, columns, period, government, 0.9, pair)
        own = slice(sums.own_offset[pair], sums.own_offset[pair + 1])
        block = np.linalg.inv(whole[5:, 5:] + np.diag(weight[own]))
        wanted -= whole[:5, 5:] @ block @ whole[5:, :5]
        wanted_pull -= whole[:5, 5:] @ block @ score[5:]
    np.testing.assert_allclose(found, wanted, atol=1e-9)
    np.testing.assert_allclose(pull, wanted_pull, atol=1e-9)


def test_threads_and_chunks_do_not_change_the_sums():
    world = simulate_world(5, n_states=25, n_times=40)  # more than one chunk of pairs
    one, two = (
        gather(
            world.evidence, np.stack([d.values for d in world.panel.drivers], axis=1), draw=0,
            memory=0.9, period=world.period, government=world.panel.government, n_threads=n,
        )
        for n in (1, 2)
    )  # fmt: skip
    assert (one.information == two.information).all()
    assert (one.score == two.score).all()


def test_without_governments_the_draws_are_those_of_the_closed_form():
    world = simulate_world(6, government_sd=0.0)
    names = world.panel.names
    priors = made_priors(names)
    columns = driver_columns(world.panel, names, priors)
    fit = fit_panel(world.evidence, columns, priors, period=world.period, n_keep=4000)
    sums = gather(
        world.evidence, columns.matrix(2 ** (-1 / 8.5)), draw=0, memory=0.9, period=world.period
    )
    n_periods = world.period.max() + 1
    precision = np.concatenate([columns.sd**-2, np.full(n_periods, priors.period_sd**-2)])
    covariance = np.linalg.inv(sums.information + np.diag(precision))
    mean = covariance @ sums.score
    np.testing.assert_allclose(fit.mean, mean[:2], rtol=1e-8)
    np.testing.assert_allclose(fit.covariance, covariance[:2, :2], rtol=1e-8)
    sd = np.sqrt(np.diag(covariance)[:2])
    assert (np.abs(fit.draws.mean(axis=0) - mean[:2]) < 5 * sd / np.sqrt(4000)).all()
    assert (np.abs(fit.draws.std(axis=0) / sd - 1) < 5 / np.sqrt(8000)).all()


def test_a_response_is_the_recursion_of_the_model():
    values = np.random.default_rng(7).normal(size=(2, 3, 20))
    memory = 0.8
    found = respond(values, memory)
    moved = values - values.mean(axis=-1, keepdims=True)
    wanted = moved[..., 0].copy()
    np.testing.assert_allclose(found[..., 0], wanted)
    for t in range(1, 20):
        wanted = memory * wanted + (1 - memory) * moved[..., t - 1]
        np.testing.assert_allclose(found[..., t], wanted)

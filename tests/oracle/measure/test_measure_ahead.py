"""Shares some months ahead, beside the filter's own scores and beside simulated months."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.errors import ParameterError
from comity.core.history import EventCounts
from comity.core.settings import Settings
from comity.judge.count_scores import count_scores
from comity.measure import kernels
from comity.measure.ahead import forecast_shares
from comity.measure.filter import filter_panel
from comity.measure.fit import fit_relations
from comity.measure.likelihood_table import likelihood_table
from comity.measure.mode import class_vectors
from comity.measure.model import default_priors
from comity.measure.panel import panel_of
from comity.measure.volatility import class_weights
from comity.record import count_events, load_case


@pytest.fixture(scope="module")
def counts() -> EventCounts:
    return count_events(load_case("tests/fixtures/small-case"))


@pytest.fixture(scope="module")
def natural(counts: EventCounts) -> np.ndarray:
    settings = Settings(n_hyper_draws=4, n_paths=8, seed=1, n_threads=1)
    return fit_relations(counts, settings=settings).hyperparameter_draws


def until(counts: EventCounts, n: int) -> EventCounts:
    kept = counts.tone_time < n
    return EventCounts(
        index=counts.index, months=counts.months[:n], cooperative=counts.cooperative[:, :n],
        conflictual=counts.conflictual[:, :n], tone=counts.tone[kept],
        tone_directed=counts.tone_directed[kept], tone_time=counts.tone_time[kept],
        tone_cooperative=counts.tone_cooperative[kept], act_row=counts.act_row[kept],
    )  # fmt: skip


def filter_scores(counts: EventCounts, natural: np.ndarray, time: int) -> np.ndarray:
    """Log scores of a month by the filter itself, mixed over classes and draws, (directed,)."""
    panel = panel_of(counts)
    draws = []
    for point in natural:
        vectors = class_vectors(point, default_priors()["tone_tail"].location, 1)
        table = likelihood_table(panel, *vectors)
        runs = [filter_panel(panel, vector, table) for vector in vectors]
        before, _ = class_weights(panel, np.array([run.evidence for run in runs]))
        score = np.array([run.cell_score for run in runs]) + np.log(before)[..., None]
        with np.errstate(invalid="ignore"):  # NaN where there were no acts
            draws.append(np.logaddexp.reduce(score, axis=0))
    here = panel.time == time
    with np.errstate(invalid="ignore"):
        mixed = np.logaddexp.reduce(draws, axis=0)[here] - np.log(len(natural))
    out = np.full(counts.index.n_directed, np.nan)
    out[counts.index.directions[panel.pair[here]]] = mixed
    return out


def test_one_month_ahead_is_what_the_filter_scores(counts, natural) -> None:
    """A wrong memory, variance, direction or source would part them."""
    seen = 0
    for n in (40, 77, 100, 111):
        (ahead,) = forecast_shares(until(counts, n), natural, [1])
        log, _ = count_scores(ahead, counts.cooperative[:, n], counts.conflictual[:, n])
        theirs = -filter_scores(until(counts, n + 1), natural, n)
        known = ~np.isnan(log)
        assert np.array_equal(known, ~np.isnan(theirs))
        assert np.allclose(log[known], theirs[known], atol=2e-3), (n, log[known] - theirs[known])
        seen += int(known.sum())
    assert seen >= 8


def test_weights_and_leads(counts, natural) -> None:
    near, far = forecast_shares(counts, natural, [1, 600])
    for found in (near, far):
        assert np.allclose(found.weight.sum(axis=0), 1)
        assert found.share.shape == found.weight.shape == found.concentration.shape
    spread = [((f.share - (f.weight * f.share).sum(0)) ** 2 * f.weight).sum(0) for f in (near, far)]
    assert (spread[1] > spread[0]).all()  # more is unknown later
    for bad in ({"leads": [0]}, {"leads": [1], "source": 1}):
        with pytest.raises(ParameterError, match="leads must be 1 or more and source 0 to 0"):
            forecast_shares(counts, natural, **bad)


def test_far_ahead_is_where_simulated_latents_go(counts, natural) -> None:
    """Six months of the autoregression, drawn, against the closed form; 5 standard errors."""
    lead, n = 6, 400_000
    now, ahead = forecast_shares(counts, natural[:1], [1, lead])
    moved = np.abs((now.weight * now.share - ahead.weight * ahead.share).sum(axis=0))
    pair = int(moved[counts.index.directions[:, 0]].argmax())  # the one that moves most
    assert moved.max() > 0.005
    vectors = class_vectors(natural[0], default_priors()["tone_tail"].location, 1)
    panel = panel_of(counts)
    runs = [filter_panel(panel, vector) for vector in vectors]
    _, after = class_weights(panel, np.array([run.evidence for run in runs]))
    generator = np.random.default_rng(7)
    last = panel.offset[pair + 1] - 1
    total, error = np.zeros(2), np.zeros(2)  # of the share and of its square
    for vector, run, weight in zip(vectors, runs, after[:, last], strict=True):
        memory = vector[kernels.MEMORY : kernels.MEMORY + 6]
        step = np.sqrt((1 - memory**2) * vector[kernels.VARIANCE : kernels.VARIANCE + 6])
        x = generator.multivariate_normal(run.mean[last], run.covariance[last], n, method="eigh")
        for _ in range(lead):
            x = memory * x + step * generator.standard_normal((n, 6))
        share = 1 / (1 + np.exp(-(vector[kernels.SOURCE] + x.sum(axis=1))))
        powers = np.stack([share, share**2])
        total += weight * powers.mean(axis=1)
        error += (weight * powers.std(axis=1)) ** 2 / n
    first = counts.index.directions[pair, 0]
    weight, share = ahead.weight[:, first], ahead.share[:, first]
    found = np.array([(weight * share).sum(), (weight * share**2).sum()])
    assert (np.abs(found - total) < 5 * np.sqrt(error) + 1e-4).all(), (found, total, error)

"""Simulation-based calibration: among its posterior draws the truth has no preferred rank.

Hyper-parameters are drawn from their priors, a record from the model's law, then posterior draws as
`fit_relations` takes them. If inference is exact, the rank of the truth is uniform (Talts et al.
2018); the log likelihood is ranked too, because ranks of parameters alone cannot notice that data
are ignored (Modrák et al. 2023). The band is simultaneous (Säilynoja, Bürkner and Vehtari 2022).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from comity.measure import kernels
from comity.measure.filter import filter_panel
from comity.measure.hyper import draw_hyperparameters
from comity.measure.mixture import DIRECTIONS
from comity.measure.mode import Objective
from comity.measure.model import NAMES, default_priors
from comity.measure.panel import Panel, panel_of
from comity.measure.volatility import class_weights

pytestmark = pytest.mark.statistical
Floats = NDArray[np.float64]
Draws = Callable[[Objective, int], Floats]

RANKED = ("level_half_life", "level_step_sd", "concentration", "mean_sd")
QUANTITIES = (*RANKED, "last relation", "log likelihood")
N_DRAWS = 31
FALSE_ALARM = 1e-3  # for each of the six quantities, over seeds
BAND_POINTS = 20


def as_it_is(objective: Objective, seed: int) -> Floats:
    return draw_hyperparameters(objective, n_draws=N_DRAWS, seed=seed).points


def all_at_the_mode(objective: Objective, seed: int) -> Floats:
    """Planted bug: hyper-parameters are estimated, their uncertainty is not."""
    mode = draw_hyperparameters(objective, n_draws=N_DRAWS, seed=seed).mode
    return np.tile(mode.point, (N_DRAWS, 1))


def with_a_tight_prior(objective: Objective, seed: int) -> Floats:
    """Planted bug: the prior enters the objective twice."""
    value = objective.value
    objective.value = lambda point: (  # type: ignore[method-assign]
        value(point) + objective.transform.log_prior(objective.full(point))
    )
    try:
        return as_it_is(objective, seed)
    finally:
        del objective.value


def acts_only(panel: Panel) -> Panel:
    """Leave the tones out: their hyper-parameters would treble the work and are not ranked."""
    return replace(
        panel, span=np.zeros_like(panel.span), tone=np.zeros(0), tone_class=np.zeros(0, np.int64)
    )


def last_relation(
    panel: Panel, objective: Objective, points: Floats, generator: np.random.Generator
) -> Floats:
    """Draw the first direction's relation in the last month, one for each point."""
    out = np.empty(len(points))
    for row, point in enumerate(points):
        vectors = objective.parameters(point)
        runs = [filter_panel(panel, vector) for vector in vectors]
        step = panel.offset[1] - 1
        _, weight = class_weights(panel, np.array([run.evidence for run in runs]))
        one = generator.choice(len(runs), p=weight[:, step])
        direction = DIRECTIONS[0]
        mean = vectors[one][kernels.SOURCE] + direction @ runs[one].mean[step]
        variance = direction @ runs[one].covariance[step] @ direction
        out[row] = mean + np.sqrt(variance) * generator.standard_normal()
    return out


def position(truth: float, draws: Floats, generator: np.random.Generator) -> float:
    """Return the rank of the truth as a number in (0, 1), ties broken and ranks spread evenly."""
    below, equal = (draws < truth).sum(), (draws == truth).sum()
    return float((below + generator.uniform() * (equal + 1)) / (len(draws) + 1))


def positions(simulate: Callable[..., Any], draws: Draws, first: int, last: int) -> Floats:
    """Return where the truth lies among its draws, (replicate, quantity)."""
    out = np.empty((last - first, len(QUANTITIES)))
    for row, replicate in enumerate(range(first, last)):
        generator = np.random.default_rng([31, replicate])
        record = simulate(generator, n_states=2, n_months=24, acts_a_month=0.7)
        panel = acts_only(panel_of(record.counts))
        objective = Objective(panel.observed(), default_priors(), 1)
        truth = objective.transform.free(np.array([record.natural[name] for name in NAMES]))
        points = draws(objective, replicate)

        def log_likelihood(point: Floats, objective: Objective = objective) -> float:
            return objective.value(point) - objective.transform.log_prior(objective.full(point))

        relation = last_relation(panel, objective, points, generator)
        pairs = [(truth[k], points[:, k]) for k in map(NAMES.index, RANKED)]
        pairs.append((record.directed[record.counts.index.directions[0, 0], -1], relation))
        found = np.array([log_likelihood(point) for point in points])
        pairs.append((log_likelihood(truth[: objective.n_free]), found))
        out[row] = [position(value, draw, generator) for value, draw in pairs]
    return out


def least_probability(below: NDArray[np.int64], n: int) -> Floats:
    """Return the smallest two-sided pointwise probability of an empirical distribution."""
    share = np.arange(1, BAND_POINTS) / BAND_POINTS
    lower, upper = binom.cdf(below, n, share), binom.sf(below - 1, n, share)
    return 2 * np.minimum(lower, upper).min(axis=-1)


@cache
def smallest_allowed(n: int) -> float:
    """Return the value that uniform positions undercut in a share `FALSE_ALARM` of samples."""
    even = np.full(BAND_POINTS, 1 / BAND_POINTS)
    counts = np.random.default_rng(7).multinomial(n, even, size=100_000)
    found = least_probability(counts.cumsum(axis=1)[:, :-1], n)
    return float(np.quantile(found, FALSE_ALARM))


def unevenness(table: Floats) -> tuple[dict[str, float], str]:
    """Return by how many powers of ten each quantity leaves the band (> 0), and the figures."""
    n = len(table)
    out, words = {}, []
    for name, column in zip(QUANTITIES, table.T, strict=True):
        counts = np.histogram(column, bins=BAND_POINTS, range=(0, 1))[0]
        found = float(least_probability(counts.cumsum()[:-1], n))
        out[name] = float(np.log10(smallest_allowed(n)) - np.log10(max(found, 1e-300)))
        fifths = " ".join(map(str, counts.reshape(5, -1).sum(axis=1)))
        words.append(
            f"{name}: mean {column.mean():.3f} (expected 0.5, SE {(12 * n) ** -0.5:.3f}), "
            f"by fifths {fifths} (expected {n / 5:.0f}), pointwise {found:.2g}"
        )
    return out, f"{n} records; allowed {smallest_allowed(n):.2g}\n  " + "\n  ".join(words)


def test_ranks_of_the_truth_are_uniform(simulate: Callable[..., Any]) -> None:
    over, words = unevenness(positions(simulate, as_it_is, 0, 30))
    assert max(over.values()) <= 0, words


def test_draws_all_at_the_mode_would_be_caught(simulate: Callable[..., Any]) -> None:
    over, words = unevenness(positions(simulate, all_at_the_mode, 0, 10))
    assert max(over.values()) > 0, f"went unnoticed: {words}"


@pytest.fixture(scope="module")
def many(simulate: Callable[..., Any]) -> tuple[dict[str, float], str]:
    return unevenness(positions(simulate, as_it_is, 0, 1000))


@pytest.mark.nightly
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_ranks_of_the_truth_are_uniform_on_many_records(
    many: tuple[dict[str, float], str], capsys: pytest.CaptureFixture[str], quantity: str
) -> None:
    over, words = many
    if quantity == QUANTITIES[0]:
        with capsys.disabled():
            print(f"\ncalibration: {words}")
    assert over[quantity] <= 0, words


@pytest.mark.nightly
def test_a_prior_entered_twice_would_be_caught(simulate: Callable[..., Any]) -> None:
    over, words = unevenness(positions(simulate, with_a_tight_prior, 0, 300))
    assert max(over.values()) > 0, f"went unnoticed: {words}"

"""Every baseline reads only what was known, and tells how its fit went."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.errors import ConvergenceError, ParameterError, ShapeError
from comity.core.states import StateIndex
from comity.measure.baselines import (
    Baseline,
    Climatology,
    DiscountedCounts,
    ExponentialSmoothing,
    GlobalMean,
    GoldsteinSmoothing,
    MinnesotaRegression,
    Parameter,
    Persistence,
    StaticHierarchy,
    TwoMemories,
)
from comity.measure.baselines.goldstein import class_weights
from comity.measure.baselines.likelihood import beta_binomial_log_prob
from comity.measure.baselines.search import best_point

INDEX = StateIndex(["AAA", "BBB", "CCC", "DDD"])
RULES = (
    "global", "climatology", "persistence", "smoothing", "discounted", "memories", "static",
    "goldstein", "regression",
)  # fmt: skip


def invented_acts(seed: int = 3, n_time: int = 9) -> np.ndarray:
    generator = np.random.default_rng(seed)
    rate = generator.gamma(1.0, 4.0, (INDEX.n_directed, 1, 4)) * [2.0, 1.0, 1.0, 0.5]
    return generator.poisson(np.broadcast_to(rate, (INDEX.n_directed, n_time, 4)))


def rule_of(name: str, acts: np.ndarray):
    return {
        "global": GlobalMean(),
        "climatology": Climatology(),
        "persistence": Persistence(),
        "smoothing": ExponentialSmoothing(),
        "discounted": DiscountedCounts(),
        "memories": TwoMemories(INDEX),
        "static": StaticHierarchy(INDEX),
        "goldstein": GoldsteinSmoothing(acts),
        "regression": MinnesotaRegression(INDEX, acts),
    }[name]


def split(acts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return acts[..., :2].sum(-1), acts[..., 2:].sum(-1)


@pytest.mark.parametrize("lead", [1, 3])
@pytest.mark.parametrize("name", RULES)
def test_a_forecast_does_not_move_when_later_periods_change(name: str, lead: int) -> None:
    acts, time = invented_acts(), 6
    changed = acts.copy()
    changed[:, time - lead + 1 :] = invented_acts(seed=9)[:, time - lead + 1 :] * 5
    found = []
    for record in (acts, changed):
        rule = rule_of(name, record)
        values = [p.start for p in rule.parameters]
        past = [part.astype(float) for part in split(record)]
        found.append(rule.forecast(*past, values, range(lead, time + 1), lead))
    for before, after in zip(*found, strict=True):
        np.testing.assert_array_equal(before, after)


# the global mean knows its two fitted numbers only
@pytest.mark.parametrize("name", [name for name in RULES if name != "global"])
def test_a_forecast_does_move_when_the_last_known_period_changes(name: str) -> None:
    acts = invented_acts()
    changed = acts.copy()
    changed[:, 4] = acts[:, 4, ::-1] * 3 + 1
    shares = []
    for record in (acts, changed):
        rule = rule_of(name, record)
        past = [part.astype(float) for part in split(record)]
        values = [p.start for p in rule.parameters]
        shares.append(rule.forecast(*past, values, range(5, 6), 1)[0])
    assert np.abs(shares[0] - shares[1]).max() > 1e-3


@pytest.mark.parametrize("name", ["climatology", "discounted", "smoothing"])
def test_a_fit_reads_no_period_from_until_on(name: str) -> None:
    acts = invented_acts()
    changed = acts.copy()
    changed[:, 6:] = 50
    best = [Baseline(rule_of(name, a)).fit(*split(a), until=6).best for a in (acts, changed)]
    assert best[0] == best[1]


@pytest.mark.parametrize("name", RULES)
def test_all_forecasts_at_once_equal_each_on_its_own(name: str) -> None:
    acts = invented_acts()
    rule = rule_of(name, acts)
    past = [part.astype(float) for part in split(acts)]
    values = [p.start for p in rule.parameters]
    together = rule.forecast(*past, values, range(2, 8), 2)
    for place, time in enumerate(range(2, 8)):
        alone = rule.forecast(*past, values, range(time, time + 1), 2)
        for a, b in zip(together, alone, strict=True):
            np.testing.assert_allclose(a[:, place], b[:, 0], rtol=1e-6)


def test_discounted_counts_of_one_dyad_by_hand() -> None:
    rule = DiscountedCounts()
    values = [0.8, 0.5, 2.0, 4.0, 1.0]  # pool, keep, strength, cap, damping
    share, total = rule.forecast(
        np.array([[4.0, 0.0]]), np.array([[0.0, 12.0]]), values, range(1, 3), 1
    )
    # 4 acts weigh 4/2 = 2, 12 acts weigh 12/4 = 3; each fades by half a period.
    np.testing.assert_allclose(total[0], [1 + 2, 0.5 + 1.5 + 2])
    np.testing.assert_allclose(share[0], [(1 + 1.6) / 3, (0.5 + 1.6) / 4])


def test_smoothing_of_one_dyad_by_hand() -> None:
    values = [0.5, 0.25, 0.8, 2.0, 9.0]  # pool, gain, first gain, strength, concentration
    share, concentration = ExponentialSmoothing().forecast(
        np.array([[2.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 6.0]]), values, range(1, 4), 1
    )
    first = 0.5 + 0.8 * 0.5 * 0.5
    np.testing.assert_allclose(share[0], [first, first, first - 0.25 * 0.75 * first])
    assert (concentration == 9.0).all()


def test_persistence_looks_back_over_silence() -> None:
    share, _ = Persistence().forecast(
        np.array([[3.0, 0.0]]), np.array([[1.0, 0.0]]), [0.5, 2.0, 9.0], range(1, 3), 1
    )
    np.testing.assert_allclose(share[0], [4 / 6, 4 / 6])


def test_class_weights_run_from_most_conflictual_to_most_cooperative() -> None:
    verbal_good, material_good, verbal_bad, material_bad = class_weights()
    assert -10 <= material_bad < verbal_bad < 0 < verbal_good < material_good <= 8.3


@pytest.mark.parametrize(("share", "concentration"), [(0.3, 0.7), (0.97, 40.0), (0.5, 1e6)])
def test_outcomes_have_probability_one_together(share: float, concentration: float) -> None:
    for n in (0, 1, 7, 60):
        successes = np.arange(n + 1.0)
        log_prob = beta_binomial_log_prob(
            successes, n - successes, np.array(share), np.array(concentration)
        )
        assert np.exp(log_prob).sum() == pytest.approx(1, abs=1e-6)


def test_a_silent_cell_scores_zero() -> None:
    zero = np.zeros(1)
    assert beta_binomial_log_prob(zero, zero, np.array([0.2]), np.array([3.0])) == [0.0]


def test_a_range_is_widened_until_the_best_point_is_inside() -> None:
    best = best_point(
        lambda x: -((np.log(x[0]) - 5) ** 2), [Parameter("strength", "log", 1.0, 0.5, 2.0)]
    )
    assert np.log(best.values["strength"]) == pytest.approx(5, abs=1e-2)
    assert best.is_interior


def test_a_parameter_that_nothing_depends_on_is_not_interior() -> None:
    best = best_point(
        lambda x: -((x[0] - 0.2) ** 2),
        [Parameter("known", "linear", 0.0, -1, 1), Parameter("idle", "log", 1.0, 0.5, 2.0)],
    )
    assert "idle" in best.not_interior


def test_a_score_before_a_fit_says_what_to_do() -> None:
    with pytest.raises(ConvergenceError, match=r"global mean: not fitted\. Call fit first\."):
        Baseline(GlobalMean()).log_score(np.ones((2, 3)), np.ones((2, 3)), 1)


def test_shapes_and_ranges_are_checked() -> None:
    ones = np.ones((2, 3))
    with pytest.raises(ShapeError, match="one shape"):
        Baseline(GlobalMean()).fit(ones, ones[:1], 2)
    with pytest.raises(ParameterError, match=r"until must lie in 2\.\.3.*found 1"):
        Baseline(GlobalMean()).fit(ones, ones, 1)
    with pytest.raises(ParameterError, match="lead must be at least 1"):
        Baseline(GlobalMean(), lead=0)
    with pytest.raises(ConvergenceError, match="nothing to fit"):
        Baseline(GlobalMean()).fit(ones * 0, ones * 0, 3)
    with pytest.raises(ParameterError, match="stick of 1, 2 or 3"):
        MinnesotaRegression(INDEX, invented_acts(), stick=4)

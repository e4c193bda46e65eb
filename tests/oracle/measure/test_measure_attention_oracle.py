"""The volume filter beside enumeration of every path, and the conjugate rule beside its formula."""

from itertools import pairwise, product

import numpy as np
import pytest
from scipy.stats import nbinom

from comity.core.states import StateIndex
from comity.measure import attention as module
from comity.measure.attention import VolumeLaw, fit_attention
from comity.measure.volume_rules import discounted, negative_binomial_log_prob


def test_the_filter_equals_the_sum_over_every_path(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = np.array([-0.6, 0.3, 1.2, 2.1])
    monkeypatch.setattr(module, "log_grid", lambda volume: grid)
    law = VolumeLaw(size=2.0, step_sd=0.5, jump_prob=0.2, start_log_rate=0.5, start_sd=1.0)
    acts = np.array([[3, 0, 9], [0, 0, 1]])
    found = fit_attention(StateIndex(["A", "B"]), np.arange(3), acts, law=law)
    prior = np.exp(-0.5 * (grid - 0.5) ** 2)
    prior /= prior.sum()
    step = module._step_kernel(grid, law)
    p = law.size / (law.size + np.exp(grid))
    for row in range(2):
        joint = {
            path: prior[path[0]]
            * np.prod([step[a, b] for a, b in pairwise(path)])
            * np.prod([nbinom.pmf(acts[row, t], law.size, p[k]) for t, k in enumerate(path)])
            for path in product(range(4), repeat=3)
        }
        evidence = sum(joint.values())
        assert found.log_score[row].sum() == pytest.approx(np.log(evidence), abs=1e-10)
        last = [sum(v for path, v in joint.items() if path[-1] == k) / evidence for k in range(4)]
        assert found.last[row] == pytest.approx(last, abs=1e-12)
        assert found.log_rate_mean[row, -1] == pytest.approx(np.dot(last, grid), abs=1e-12)


def test_the_predictive_distribution_is_the_mixture_of_negative_binomials() -> None:
    law = VolumeLaw(size=3.0, step_sd=0.2, jump_prob=0.0, start_log_rate=1.0, start_sd=0.5)
    acts = np.array([[4, 2], [1, 7]])
    found = fit_attention(StateIndex(["A", "B"]), np.arange(2), acts, law=law)
    grid = found.log_grid
    weight = np.exp(-0.5 * ((grid - 1.0) / 0.5) ** 2)
    weight /= weight.sum()
    p = 3.0 / (3.0 + np.exp(grid))
    assert found.pit[1, 0, 0] == pytest.approx(weight @ nbinom.cdf(4, 3.0, p))
    assert found.pit[0, 0, 0] == pytest.approx(weight @ nbinom.cdf(3, 3.0, p))
    assert found.predictive_sd[0, 0] == pytest.approx(
        np.sqrt(weight @ (nbinom.var(3.0, p) + nbinom.mean(3.0, p) ** 2)
                - (weight @ nbinom.mean(3.0, p)) ** 2)
    )  # fmt: skip


def test_without_discount_the_conjugate_rule_is_the_gamma_poisson() -> None:
    acts = np.array([[2, 5, 0, 1]])
    mean, size = discounted(acts, np.log([1e9, 3.0, 2.0]))
    for t in range(4):
        shape, rate = 6 + acts[0, :t].sum(), 2 + t
        expected = nbinom.logpmf(acts[0, t], shape, rate / (rate + 1))
        found = negative_binomial_log_prob(acts[:, t], mean[:, t], size[:, t])
        assert found[0] == pytest.approx(expected, abs=1e-6)

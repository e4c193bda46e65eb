"""The reference's bisections and case analysis beside the closed forms of the kernel."""

import numpy as np
import pytest

from comity.simulate import closed_forms
from comity.simulate.reference_bargains import Table, solve
from comity.simulate.reference_hub import highest_point


@pytest.mark.parametrize("concept", range(4))
def test_closed_forms_of_bargains_are_what_bisection_finds(concept):
    rng = np.random.default_rng(11 + concept)
    n_deals = n_whole = 0
    for _ in range(300):
        n = int(rng.integers(1, 6))
        gain, cost = rng.uniform(0.05, 1.5, n), rng.uniform(0.05, 1.5, n)
        loss, outside = float(rng.uniform(0.0, 1.5)), float(rng.uniform(-1.0, 1.0))
        power = float(rng.uniform(0.05, 0.95))
        found = solve(Table(tuple(gain), tuple(cost), loss, outside), concept, power)
        assert (found is not None) == bool(closed_forms.has_deal(gain, cost, loss, outside))
        if found is None:
            continue
        n_deals += 1
        m = closed_forms.solution_multiplier(concept, gain, cost, loss, outside, power)
        expected = [closed_forms.concession(h, s, m) for h, s in zip(gain, cost, strict=True)]
        n_whole += max(expected) == 1.0
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-11)
    assert n_deals > 100
    assert n_whole > 20


def test_the_best_alignment_of_the_kernel_is_that_of_nine_cases():
    rng = np.random.default_rng(3)
    corners = 0
    for _ in range(1000):
        security, economy = rng.normal(0, 1.5, 2)
        taste, linkage = rng.uniform(0.2, 3), rng.uniform(0, 3)
        found = highest_point(security, economy, taste, linkage)
        corners += set(found) <= {0.0, 1.0}
        expected = closed_forms.best_alignment(security, economy, taste, linkage)
        assert found == pytest.approx(expected, abs=1e-12)
    assert 100 < corners < 900

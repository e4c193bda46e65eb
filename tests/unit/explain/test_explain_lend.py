"""Which pair lends its driver to which: by hand on a few pairs, by brute force on many."""

from __future__ import annotations

import numpy as np
from tests.fixtures.simulated_panels import simulate_world

from comity.explain.placebos import lend


def test_a_pair_borrows_from_the_nearest_partner_pair_that_shares_a_state():
    panel = simulate_world(8, n_states=7, n_times=20).panel
    generator = np.random.default_rng(8)
    n = panel.index.n_dyads
    is_partner = generator.random(n) < 0.4
    values = generator.normal(size=(n, 20))
    values[generator.random(n) < 0.3] = 1.0  # these do not move and lend nothing
    n_acts = generator.integers(1, 500, n)
    panel = type(panel)(**{**panel.__dict__, "is_partner": is_partner})
    found = lend(values, panel, n_acts)
    pairs = [set(pair) for pair in panel.index.pairs.tolist()]
    for k in range(n):
        lenders = [
            j for j in range(n)
            if is_partner[j] and np.ptp(values[j]) > 0 and len(pairs[j] & pairs[k]) == 1
        ]  # fmt: skip
        if is_partner[k] or not lenders:
            assert (found[k] == 0).all()
            continue
        distance = [abs(np.log1p(n_acts[j]) - np.log1p(n_acts[k])) for j in lenders]
        best = [j for j, d in zip(lenders, distance, strict=True) if d == min(distance)]
        assert any((found[k] == values[j]).all() for j in best)

"""Closed-form bargains are what a numerical optimizer finds, with bounds active or not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize

from comity.simulate import bargains
from comity.simulate.compiled import from_python

concession = from_python(bargains.concession)
frontier = from_python(bargains.frontier)
has_deal = from_python(bargains.has_deal)
kalai_smorodinsky_multiplier = from_python(bargains.kalai_smorodinsky_multiplier)
least_acceptable = from_python(bargains.least_acceptable)
most_acceptable = from_python(bargains.most_acceptable)
nash_multiplier = from_python(bargains.nash_multiplier)

Floats = NDArray[np.float64]
CASES = range(200)


def table(case: int) -> tuple[Floats, Floats, float, float, float]:
    """Return stakes of up to four issues, loss, outside option and power; a deal exists."""
    generator = np.random.default_rng([4, case])
    while True:
        n = generator.integers(1, 5)
        gain, cost = generator.uniform(0.2, 2, n), generator.uniform(0.2, 2, n)
        loss, outside = generator.uniform(0.1, 3), generator.uniform(-1, 1.5)
        if has_deal(gain, cost, loss, outside):
            return gain, cost, loss, outside, generator.uniform(0.05, 0.95)


def shares(gain: Floats, cost: Floats, multiplier: float) -> Floats:
    return np.array([concession(h, s, multiplier) for h, s in zip(gain, cost, strict=True)])


def utilities(gain: Floats, cost: Floats, loss: float, outside: float, y: Floats) -> Floats:
    return np.array([gain @ y - outside, loss - cost @ y**2 / 2])


def log_product(gain, cost, loss, outside, power, y) -> float:
    hub, spoke = utilities(gain, cost, loss, outside, y)
    if hub <= 0 or spoke <= 0:
        return -math.inf
    return power * math.log(hub) + (1 - power) * math.log(spoke)


def best_on_the_frontier(gain, cost, loss, outside, power) -> float:
    """Return the Nash multiplier found by a bounded scalar search and polished by a root."""

    def slope(m: float) -> float:
        hub, spoke = utilities(gain, cost, loss, outside, shares(gain, cost, m))
        return (1 - power) * m * hub - power * spoke

    low = least_acceptable(gain, cost, outside)
    high = (cost / gain).max()
    return high if slope(high) <= 0 else brentq(slope, low, high, xtol=1e-14, rtol=1e-14)


@pytest.mark.parametrize("case", CASES)
def test_nash_is_the_root_of_its_condition(case: int) -> None:
    gain, cost, loss, outside, power = table(case)
    found = shares(gain, cost, nash_multiplier(gain, cost, loss, outside, power))
    searched = shares(gain, cost, best_on_the_frontier(gain, cost, loss, outside, power))
    np.testing.assert_allclose(found, searched, rtol=0, atol=1e-8)


@pytest.mark.parametrize("case", range(40))
def test_nash_beats_every_table_that_an_optimizer_finds(case: int) -> None:
    """The optimizer moves all issues freely: that the frontier has this form is tested, too."""
    gain, cost, loss, outside, power = table(case)
    found = shares(gain, cost, nash_multiplier(gain, cost, loss, outside, power))
    ours = log_product(gain, cost, loss, outside, power, found)

    def objective(y: Floats) -> float:
        value = log_product(gain, cost, loss, outside, power, y)
        return -value if math.isfinite(value) else 1e6

    best = min(
        (
            minimize(objective, start, method="L-BFGS-B", bounds=[(0, 1)] * len(gain),
                     options={"ftol": 1e-15, "gtol": 1e-10})
            for start in (np.clip(found * f, 0, 1) for f in (0.9, 0.97, 1.05))
        ),
        key=lambda result: result.fun,
    )  # fmt: skip
    assert ours >= -best.fun - 1e-12
    np.testing.assert_allclose(best.x, found, atol=2e-5)  # the optimizer's own accuracy


@pytest.mark.parametrize("case", CASES)
def test_kalai_smorodinsky_shares_the_ideals_alike(case: int) -> None:
    gain, cost, loss, outside, _ = table(case)
    low, high = least_acceptable(gain, cost, outside), (cost / gain).max()

    def spoke_at(m: float) -> float:
        return float(utilities(gain, cost, loss, outside, shares(gain, cost, m))[1])

    last = high if spoke_at(high) >= 0 else brentq(spoke_at, 0, high, xtol=1e-15, rtol=1e-14)
    ideal_hub = utilities(gain, cost, loss, outside, shares(gain, cost, last))[0]
    ideal_spoke = spoke_at(low)

    def apart(m: float) -> float:
        hub, spoke = utilities(gain, cost, loss, outside, shares(gain, cost, m))
        return hub * ideal_spoke - spoke * ideal_hub

    searched = last if apart(last) <= 0 else brentq(apart, low, last, xtol=1e-15, rtol=1e-14)
    found = kalai_smorodinsky_multiplier(gain, cost, loss, outside)
    np.testing.assert_allclose(
        shares(gain, cost, found), shares(gain, cost, searched), rtol=0, atol=1e-8
    )


def test_clipping_the_unbounded_kalai_smorodinsky_would_be_caught() -> None:
    """Planted bug: ideals of the frontier without bounds, then concessions cut at one."""
    wrong = 0
    for case in CASES:
        gain, cost, loss, outside, _ = table(case)
        weight = (gain**2 / cost).sum()
        ideal_hub = math.sqrt(2 * loss * weight) - outside
        ideal_spoke = loss - max(outside, 0) ** 2 / weight / 2
        root = np.roots(
            [ideal_hub * weight / 2, ideal_spoke * weight,
             -(outside * ideal_spoke + loss * ideal_hub)]
        ).max()  # fmt: skip
        found = kalai_smorodinsky_multiplier(gain, cost, loss, outside)
        wrong += np.abs(shares(gain, cost, root) - shares(gain, cost, found)).max() > 1e-8
    assert 20 < wrong < 180  # bounds are active in some tables and not in others


def test_acceptable_multipliers_leave_a_side_with_nothing() -> None:
    for case in CASES:
        gain, cost, loss, outside, _ = table(case)
        low, high = least_acceptable(gain, cost, outside), most_acceptable(gain, cost, loss)
        if outside > 0:
            assert frontier(gain, cost, low)[0] == pytest.approx(outside, abs=1e-12)
        if math.isfinite(high):
            assert frontier(gain, cost, high)[1] == pytest.approx(loss, abs=1e-12)
        assert low <= high * (1 + 1e-12)


def test_no_deal_where_the_outside_option_is_out_of_reach() -> None:
    one = np.ones(1)
    assert has_deal(one, one, 0.4, math.sqrt(0.8) - 1e-9)
    assert not has_deal(one, one, 0.4, math.sqrt(0.8) + 1e-9)  # o <= sqrt(2 D A)
    assert not has_deal(one, one, 5.0, 1.0 + 1e-9)  # more than all concessions give


@pytest.mark.parametrize(
    ("substitutability", "joint_loss", "alone", "together"),
    [(0.2, 0.2, 0.343, 0.397), (0.3, 0.5, 0.322, 0.420), (0.0, 0.0, None, None)],
)
def test_answering_together_pays_where_spokes_are_substitutes(
    substitutability: float, joint_loss: float, alone: float | None, together: float | None
) -> None:
    """Two equal spokes with A = 1, D = .6, power .6 and a contribution of .2 each.

    Without substitutability and joint loss they gain nothing; the two gains were derived by hand.
    """
    loss, power, contribution = 0.6, 0.6, 0.2
    one, both = np.ones(1), np.ones(2)
    apart = nash_multiplier(one, one, loss, substitutability - contribution, power)
    joint = nash_multiplier(both, both, 2 * loss, -(2 * contribution + joint_loss), power)
    kept = [loss - frontier(one, one, m)[1] for m in (apart, joint)]
    if alone is None:
        assert kept[0] == pytest.approx(kept[1], abs=1e-12)
    else:
        assert kept == pytest.approx([alone, together], abs=6e-4)

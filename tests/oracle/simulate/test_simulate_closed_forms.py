"""Closed forms of the closing day beside the reference, and beside the futures they foretell."""

import numpy as np
import pytest
from scipy.optimize import brentq
from tests.oracle.simulate.small_world import BASELINE, small_case, small_history, small_start

from comity.core.errors import ConfigError
from comity.core.outcomes import Outcome
from comity.core.scenarios import Clamp, Scenario
from comity.core.settings import Settings
from comity.simulate import merged_parameters, simulate_points
from comity.simulate.closed_forms import ask_closed_form
from comity.simulate.parameters import judged_draws
from comity.simulate.reference_bargains import answer, coordination_cost, hub_weights
from comity.simulate.reference_hub import best_alignment
from comity.simulate.reference_start import start_world

CASE = small_case()
START, HISTORY = small_start(CASE), small_history(CASE)
NUMBERS = merged_parameters(CASE)
SPOKES = CASE.with_role("spoke")
DEMANDS = tuple(row.id for row in CASE.demands)
N_DRAWS = 60
ROWS = np.arange(N_DRAWS) % START.intercept.shape[0]
ROUND = 3
"""Lead of the first round: the record ends in June."""


@pytest.fixture(scope="module")
def points():
    names = [name for name, number in NUMBERS.items() if not number.is_fixed]
    drawn = judged_draws(NUMBERS, names, seed=4, n_draws=N_DRAWS)
    concept = np.arange(N_DRAWS) % 4
    return {**drawn, "bargain.concept": concept.astype(float), "start": ROWS.astype(float)}


@pytest.fixture(scope="module")
def worlds(points):
    """Return the reference's world of every point."""
    central = {name: number.central for name, number in NUMBERS.items()}
    made = []
    for k in range(N_DRAWS):
        own = {name: float(values[k]) for name, values in points.items() if name != "start"}
        row = int(ROWS[k])
        memory = {
            "level_memory": float(START.level_memory[row]),
            "flare_memory": float(START.flare_memory[row]),
        }
        made.append(
            start_world(
                CASE, BASELINE, numbers=central | own, uniform=lambda stream, lead: 0.5,
                start=START, history=HISTORY, row=row, n_months=2, dynamics=memory,
            )
        )  # fmt: skip
    return made


def ask(asks, entity, points, held=None):
    return ask_closed_form(CASE, asks, entity, points, held or {}, start=START, history=HISTORY)


@pytest.mark.parametrize("demand", DEMANDS)
def test_the_gain_is_what_the_reference_finds_by_search(demand, points, worlds):
    expected = []
    for world in worlds:
        weight = hub_weights(world)[demand]
        terms = answer(world, world.issues[demand], weight)
        gains = [
            (terms.together_surplus[state] - terms.alone_surplus[state]) / weight
            for state in world.spokes
        ]
        expected.append(min(gains) - coordination_cost(world))
    found = ask("coordination gain", demand, points)
    assert np.ptp(found) > 0.05
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("state", SPOKES)
def test_the_alignment_is_the_reference_s(state, points, worlds):
    best = [best_alignment(world, state) for world in worlds]
    for domain in ("security", "economy"):
        found = ask(f"{domain} alignment", state, points)
        np.testing.assert_allclose(found, [one[domain] for one in best], atol=1e-9)
    parted = [abs(one["security"] - one["economy"]) for one in best]
    assert max(parted) > 0.05
    np.testing.assert_allclose(ask("split of alignment", state, points), parted, atol=1e-9)


def test_fear_and_tension_are_the_reference_s(points, worlds):
    from comity.simulate.closed_forms import ClosingDay

    day = ClosingDay(CASE, points, {}, start=START, history=HISTORY)
    np.testing.assert_allclose(day.tension(), [world.tension for world in worlds], atol=1e-9)
    for state in SPOKES:
        fears = [world.spokes[state].fear for world in worlds]
        np.testing.assert_allclose(day.fear(state), fears, atol=1e-9)


@pytest.mark.parametrize("state", SPOKES)
def test_inside_the_square_a_split_closes_as_the_formula_says(state):
    """|g_sec - g_eco| / (taste + 2 linkage), solved for the tension at which it is small."""
    small = {
        "commitment.default": 0.2, "alignment.taste": 4.0, "alignment.taste_fall": 0.2,
        "alignment.linkage": 0.5, "alignment.linkage_rise": 1.0,
    }  # fmt: skip
    tension = np.linspace(0, 2, 41)
    points = {name: np.full(41, value) for name, value in small.items() if name in NUMBERS}
    hub = CASE.hub
    found = ask("split of alignment", state, points, {f"tension.{hub}": tension})

    def curvature(x):
        taste = small["alignment.taste"] * np.exp(-small["alignment.taste_fall"] * x)
        return taste + 2 * small["alignment.linkage"] * np.expm1(x)

    inside = (ask("security alignment", state, points, {f"tension.{hub}": tension}) < 1) & (
        ask("economy alignment", state, points, {f"tension.{hub}": tension}) > 0
    )
    assert inside[:20].all()
    pull = found[0] * curvature(0.0)
    np.testing.assert_allclose(found[inside], (pull / curvature(tension))[inside], rtol=1e-9)
    level = pull / curvature(0.7)
    assert brentq(lambda x: pull / curvature(x) - level, 0, 1) == pytest.approx(0.7)


def test_futures_begin_to_coordinate_where_the_closed_form_s_gain_passes_zero():
    """P(begun by the first round) = 1 - e^(-3 h_0 e^(g gain)) above zero, nothing below."""
    demand, pair = DEMANDS[0], "ALF-BET"
    case = small_case(
        spread=0.0,
        outcomes=(
            Outcome(id="together", words="w", kind="coordinates_by", demand=demand,
                    lead_months=ROUND),
        ),
        headline_outcomes=(),
    )  # fmt: skip
    numbers = merged_parameters(case)
    held = {
        "density": {pair: 0.4}, "fear": dict.fromkeys(SPOKES, 0.4),
        "pressure": dict.fromkeys(SPOKES, 0.5),
    }  # fmt: skip
    share = 0.6
    clamps = [
        Clamp(quantity=f"{process}.{entity}", value=value, from_lead=1)
        for process, entities in held.items() for entity, value in entities.items()
    ]  # fmt: skip
    clamps.append(Clamp(quantity=f"relation.{pair}", value=share, from_lead=1))
    substitutes = np.linspace(0, 0.9, 10)
    points = {f"demands.{demand}.substitutability": substitutes}
    fixed = {
        f"{process}.{entity}": np.full(10, value)
        for process, entities in held.items() for entity, value in entities.items()
    }  # fmt: skip
    fixed[f"relation.{pair}"] = np.full(10, np.log(share / (1 - share)))
    gain = ask_closed_form(
        case, "coordination gain", demand, points, fixed, start=START, history=HISTORY
    )
    assert gain[0] < 0 < gain[-1]
    n_worlds = 4000
    found = simulate_points(
        case, Scenario(id="held", title="Held", clamps=tuple(clamps)), points, start=START,
        history=HISTORY, settings=Settings(n_months=ROUND, seed=2, n_threads=1),
        n_worlds=n_worlds, outcomes=("together",),
    ).mean[0]  # fmt: skip
    rate = 3 * numbers["coordination.start_rate"].central
    push = numbers["coordination.gain_effect"].central
    expected = np.where(gain > 0, -np.expm1(-rate * np.exp(push * gain)), 0.0)
    error = 5 * np.sqrt(expected * (1 - expected) / n_worlds)
    np.testing.assert_array_equal(found[gain <= 0], 0.0)
    assert np.all(np.abs(found - expected) <= error + 1e-12), (found, expected)


def test_honesty_is_the_stake_in_the_least_favoured_less_the_risk_of_a_rupture():
    points = {
        "mediator.stake.default": np.array([0.4, 0.5]),
        "mediator.concession": np.array([0.6, 0.6]),
        "mediator.rupture_risk": np.array([0.3, 0.3]),
        "mediator.rupture_cost": np.array([0.8, 0.8]),
    }
    own = {name: points["mediator.stake.default"] for name in NUMBERS if ".stake." in name}
    found = ask("honesty of the mediator", "", points | own)
    np.testing.assert_allclose(found, [0.0, 0.06], atol=1e-12)


def test_what_the_case_has_not_is_refused():
    points = {"bargain.joint_loss": np.array([0.1])}
    with pytest.raises(ConfigError, match=r"Nearest|Allowed"):
        ask("coordination gain", "no-such", points)
    with pytest.raises(ConfigError, match=r'found "bargain\.joint_los"'):
        ask("coordination gain", DEMANDS[0], {"bargain.joint_los": np.array([0.1])})

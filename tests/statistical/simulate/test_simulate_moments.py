"""Long-run moments of the simulated processes against closed forms.

Each tolerance is five Monte Carlo standard errors, and each check is seen to fail when the expected
value comes from a wrong number (the planted bug named in the test).
"""

import dataclasses

import numpy as np
import pytest
from tests.oracle.simulate.small_world import (
    BASELINE,
    CENTRAL,
    STATES,
    judged,
    small_case,
    small_history,
    small_start,
)

from comity.core.ensemble import Ensemble
from comity.core.relations import RelationStart
from comity.core.scenarios import Clamp, Scenario
from comity.core.settings import Settings
from comity.simulate import contrast_scenarios, merged_parameters, simulate_scenario
from comity.simulate.parameters import judged_draws

ERRORS = 5
QUIET = {name: 0.0 for name in CENTRAL if name.startswith(("dispute.rate.", "relation.beta."))} | {
    "relation.government_sd": 0.0,
    "relation.impulse_signed": 0.0,
    "relation.impulse_ended": 0.0,
    "relation.impulse_summit": 0.0,
    "relation.impulse_breakdown": 0.0,
    "track.step_hub": 0.0,
    "track.step_spoke": 0.0,
    "relation.flare_effect": 0.0,
    "relation.flare_remainder": 1.0,
}


def within(found: float, expected: float, error: float, what: str) -> bool:
    """Print the comparison and return whether it holds to five standard errors."""
    print(f"{what}: estimate {found:.5f}, expected {expected:.5f}, SE {error:.5f}, seed 7")
    return abs(found - expected) < ERRORS * error


def quiet_run(**changes: float) -> tuple[Ensemble, RelationStart]:
    """Return an ensemble in which only the level and the flare move."""
    case = small_case(spread=0.0, changes=QUIET | changes)
    start = small_start(case, n_rows=1)
    settings = Settings(n_members=4096, n_months=36, n_draws=1, seed=7)
    return simulate_scenario(
        case, BASELINE, start=start, history=small_history(case), settings=settings, keep_paths=True
    ), start


@pytest.fixture(scope="module")
def quiet() -> tuple[Ensemble, RelationStart]:
    return quiet_run()


def ar1_checks(ensemble: Ensemble, start: RelationStart) -> list[bool]:
    """Compare moments after 36 months with the closed form of two AR(1) parts.

    Mean, variance, and covariance with the month before.
    """
    t, n, pair = 36, ensemble.n_members, 1
    rho, rho_u = start.level_memory[0], start.flare_memory[0]
    mean = start.intercept[0] + start.mean[0, pair]
    mean += rho**t * start.level[0, pair] + rho_u**t * start.flare[0, pair]
    parts = ((rho, start.level_step_sd[0, pair]), (rho_u, start.flare_step_sd[0, pair]))

    def variances(t: int) -> list[float]:
        return [q**2 * (1 - r ** (2 * t)) / (1 - r**2) for r, q in parts]

    variance, before = sum(variances(t)), sum(variances(t - 1))
    both = rho * variances(t - 1)[0] + rho_u * variances(t - 1)[1]
    past, last = ensemble.paths[:, pair, -2:].astype(float).T
    return [
        within(last.mean(), mean, (variance / n) ** 0.5, "mean"),
        within(last.var(), variance, variance * (2 / n) ** 0.5, "variance"),
        within(
            np.mean((past - past.mean()) * (last - last.mean())),
            both,
            ((variance * before + both**2) / n) ** 0.5,
            "covariance with the month before",
        ),
    ]


def test_without_quarrels_and_drivers_relations_are_two_ar1_processes(quiet):
    assert all(ar1_checks(*quiet))


@pytest.mark.parametrize(
    "wrong",
    [{"level_memory": 0.9}, {"flare_memory": 0.5}, {"flare_step_sd": 1.15}, {"level": 0.5}],
    ids=str,
)
def test_a_planted_wrong_memory_step_or_start_is_seen(quiet, wrong):
    ensemble, start = quiet
    planted = {name: getattr(start, name) * factor for name, factor in wrong.items()}
    assert not all(ar1_checks(ensemble, dataclasses.replace(start, **planted)))


def flare_rate_check(branching: float, assumed: float) -> bool:
    """Compare the flares per month of one docket with rate / (1 - branching)."""
    rate, months, burn_in = 0.05, 120, 12
    changes = QUIET | {
        "dispute.rate.isle": rate, "dispute.branching": branching,
        "dispute.orientation_effect": 0.0, "dispute.density_effect": 0.0,
        "dispute.season.02": 1.0, "dispute.season.08": 1.0, "mediator.relapse_effect": 0.0,
    }  # fmt: skip
    case = small_case(spread=0.0, changes=changes)
    settings = Settings(n_members=2048, n_months=months, n_draws=1, seed=7)
    ensemble = simulate_scenario(
        case, BASELINE, start=small_start(case), history=small_history(case), settings=settings,
        keep_paths=True,
    )  # fmt: skip
    isle = [row.id for row in case.disputes].index("isle")
    per_member = ensemble.events["flares"][:, isle, burn_in:].mean(axis=1)
    error = per_member.std() / per_member.size**0.5
    return within(per_member.mean(), rate / (1 - assumed), error, "flares per month")


def test_quarrels_feed_on_themselves_at_the_closed_form_rate():
    """Seen to fail when a flare excites by its branching whatever the memory."""
    assert flare_rate_check(0.3, assumed=0.3)


def test_a_planted_wrong_branching_is_seen():
    assert not flare_rate_check(0.2, assumed=0.3)


def test_parameter_draws_have_the_judged_quantiles():
    numbers = {
        "a": judged(1.0, 0.5), "b": judged(0.2, 0.4, "unit"), "c": judged(3.0, 0.7, "positive"),
    }  # fmt: skip
    n = 20_000
    drawn = judged_draws(numbers, numbers, seed=7, n_draws=n)
    for name, number in numbers.items():
        for level, value in ((0.05, number.low), (0.5, number.central), (0.95, number.high)):
            below = np.mean(drawn[name] <= value)
            assert within(below, level, (level * (1 - level) / n) ** 0.5, f"{name} at {level}")
            planted = np.mean(1.1 * drawn[name] <= value)
            assert not within(planted, level, (level * (1 - level) / n) ** 0.5, "planted")


@pytest.mark.parametrize(
    ("quantity", "dyad", "effect"),
    [("mediation.ALF-BET", "ALF-BET", "mediation"), ("talks.PRO", "HUB-PRO", "talks_hub")],
)
def test_a_driver_arrives_by_half_lives_exactly(quantity, dyad, effect):
    half_life, size, before, months = 8.5, 0.7, 0.25, 30
    changes = {"relation.driver_half_life": half_life, f"relation.beta.{effect}": size}
    case = small_case(spread=0.0, changes=QUIET | changes)
    on, off = (
        Scenario(id=word, title=word, clamps=(Clamp(quantity=quantity, value=value, from_lead=1),))
        for word, value in (("on", 1.0), ("off", before))
    )
    contrast = contrast_scenarios(
        case, on, off, start=small_start(case), history=small_history(case),
        settings=Settings(n_members=512, n_months=months, n_draws=4, seed=7),
    )  # fmt: skip
    t = np.arange(1, months + 1)
    expected = size * (1 - before) * (1 - 2 ** (-t / half_life))
    pair = case.index.dyad_number(dyad)
    single = 2.0**-20  # relations below 16 are kept in single precision
    assert np.allclose(contrast.relation_difference[pair], expected, rtol=0, atol=single)
    assert np.all(contrast.relation_monte_carlo_se[pair] < single)
    wrong = size * (1 - before) * (1 - 2 ** (-t / (half_life + 0.5)))
    assert not np.allclose(contrast.relation_difference[pair], wrong, atol=1e-3)
    others = np.delete(contrast.relation_difference, pair, axis=0)
    assert not others.any()


def test_governments_leave_at_their_hazard():
    states = tuple(
        state.model_copy(update={"scheduled": ()}) if state.code == "ALF" else state
        for state in STATES
    )
    case = small_case(spread=0.0, states=states)
    hazard, months, n = CENTRAL["turnover.exit_hazard.ALF"], 24, 4096
    ensemble = simulate_scenario(
        case, BASELINE, start=small_start(case), history=small_history(case),
        settings=Settings(n_members=n, n_months=months, n_draws=1, seed=7), keep_paths=True,
    )  # fmt: skip
    share = ensemble.events["changed"][:, case.index.number("ALF")].mean()
    expected = 1 - np.exp(-hazard)
    error = (expected * (1 - expected) / (n * months)) ** 0.5
    assert within(share, expected, error, "changes per month")
    assert not within(share, hazard, error, "planted: the rate taken for the probability")


def test_the_package_numbers_are_complete_but_for_the_case():
    """What a case must give itself: orientations and the rate of each docket."""
    case = small_case()
    own = {
        name: number
        for name, number in case.parameters.items()
        if name.startswith(("coalitions.", "dispute.rate."))
    }
    bare = case.model_copy(update={"parameters": own})
    assert set(own) < set(merged_parameters(bare))
    simulate_scenario(
        bare, BASELINE, start=small_start(bare), history=small_history(bare),
        settings=Settings(n_members=10, n_months=2, n_draws=2),
    )  # fmt: skip

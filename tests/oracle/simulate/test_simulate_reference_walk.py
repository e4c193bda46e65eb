"""Whole walks of the reference: where they start, what is held, and what stays still."""

import numpy as np
import pytest
from scipy import stats
from tests.oracle.simulate.small_world import (
    BASELINE,
    CENTRAL,
    EVERYTHING,
    LAST,
    LEVERS,
    later_outcomes,
    small_case,
    small_history,
    small_start,
)

from comity.core.scenarios import Clamp, Scenario
from comity.core.settings import Settings
from comity.core.streams import uniforms
from comity.simulate import reference_start
from comity.simulate.reference import demand_numbers, outcome_happened, simulate_member
from comity.simulate.reference_levers import levers_of


def _member(case, scenario, *, null=False, months=24, member=3, seed=1):
    return simulate_member(
        case, scenario, start=small_start(case), history=small_history(case),
        parameters=case.parameters, settings=Settings(n_months=months, n_draws=4, seed=seed),
        member=member, null=null,
    )  # fmt: skip


def test_a_shorter_horizon_is_the_beginning_of_a_longer_one():
    case = small_case()
    short, long = _member(case, EVERYTHING, months=7), _member(case, EVERYTHING, months=24)
    assert all(long.relation[pair][:7] == values for pair, values in short.relation.items())
    assert all(long.status[pact][:7] == values for pact, values in short.status.items())


def test_the_recorded_start():
    case, history = small_case(), small_history(small_case())
    offices = reference_start._offices(case, history)
    assert offices["ALF"].months_since_support == 39  # since 2002-03, by two leaders
    assert offices["HUB"].months_since_support == 17
    assert offices["RIV"].months_since_support == 125  # both leaders from one coalition
    assert {code: item.coalition for code, item in offices.items()} == {
        "ALF": "old", "BET": "left", "HUB": "left", "PAT": "a", "PRO": "only", "RIV": "only",
    }  # fmt: skip
    assert (offices["HUB"].clock, offices["PAT"].clock) == (6, 4)
    dockets = {item.id: item for item in reference_start._dockets(case)}
    assert (dockets["isle"].flares, dockets["isle"].severity) == (2, 2)
    assert (dockets["memory"].flares, dockets["memory"].severity) == (0, 0)
    assert dockets["isle"].pair == "ALF-BET"
    path = _member(case, BASELINE)
    start = small_start(case)
    assert path.start_relation["ALF-BET"] == pytest.approx(float(start.relation[3, 0]))


def test_with_all_noise_off_and_drivers_at_their_means_nothing_moves():
    quiet = {name: 0.0 for name in CENTRAL if name.startswith(("turnover.exit", "dispute.rate"))}
    quiet |= {name: 0.0 for name in CENTRAL if name.startswith("relation.beta")}
    quiet |= {"agreement.year_risk." + form: 0.0 for form in ("treaty", "executive", "statement")}
    quiet |= {name: 0.0 for name in CENTRAL if name.startswith(("relation.impulse", "track.step"))}
    quiet |= {"relation.government_sd": 0.0}
    case = small_case(changes=quiet, spread=0.0)
    start = small_start(case)
    start.level_step_sd[:] = start.flare_step_sd[:] = start.flare[:] = 0.0
    start.level[:] = 0.0
    path = simulate_member(
        case, BASELINE, start=start, history=small_history(case), parameters=case.parameters,
        settings=Settings(n_months=2, n_draws=4, seed=1), member=3,
    )  # fmt: skip
    assert all(
        path.relation[pair] == pytest.approx([value] * 2)
        for pair, value in path.start_relation.items()
    )
    assert path.status["alliance-a"] == ["in_force"] * 2


def test_the_null_is_a_random_walk_with_turnover():
    case = small_case()
    model, null = _member(case, BASELINE), _member(case, BASELINE, null=True)
    assert model.changed == null.changed
    assert model.coalition == null.coalition
    start, row, pair = small_start(case), 3, "BET-PRO"
    number = case.index.dyad_number(pair)
    months = LAST + 1 + np.arange(24)
    level = float(start.level[row, number])
    flare = float(start.flare[row, number])
    base = float(start.intercept[row] + start.mean[row, number])
    steps = uniforms(1, f"relation/{pair}/level", member=3, month=months, draw=3)
    for lead, uniform in enumerate(steps):
        level += float(start.level_step_sd[row, number]) * stats.norm.ppf(uniform)
        flare *= float(start.flare_memory[row])
        assert null.relation[pair][lead] == pytest.approx(base + level + flare)


def test_windows_of_levers_are_months_from_the_first_new_one():
    case = small_case()
    spans = {}
    for lever in levers_of(case, EVERYTHING, 24).items:
        spans.setdefault((lever.quantity, lever.entity), []).append((lever.first, lever.last))
    assert spans["mediation", "ALF-BET"] == [(3, 24), (9, 12)]
    assert spans["coalition", "PAT"] == [(4, 4)]  # an act without a condition has one month
    assert spans["flare", "memory"][0][1] == 0  # its window has begun: no act
    past = Scenario(
        id="past",
        title="Past",
        clamps=(
            Clamp(quantity="talks.PRO", value=1, end_month="2005-06"),
            Clamp(quantity="flare.isle", value=1, start_month="2005-06", end_month="2005-09"),
            Clamp(
                quantity="flare.isle", value=1, start_month="2005-06", end_month="2005-09",
                while_="load.BET-ALF > 0",
            ),
        ),
    )  # fmt: skip
    found = [(item.first, item.last) for item in levers_of(case, past, 24).items]
    assert found == [(1, 0), (1, 0), (1, 3)]


def test_outcomes_look_at_their_month_or_at_all_months_up_to_it():
    case = small_case(lead=3)
    path = _member(case, BASELINE, months=4)
    path.start_relation["ALF-BET"] = 0.5
    path.start_relation["HUB-PRO"] = 0.5
    path.relation["ALF-BET"][:] = [9.0, 9.0, 0.4, 9.0]  # a share of 0.599
    path.relation["HUB-PRO"][:] = [0.0, 0.0, 0.6, 0.0]
    path.relation["ALF-HUB"][:] = [0.0, 0.0, 1.1, 0.0]  # a share of 0.7503
    path.dispute_open["ALF-BET"][:] = [True, True, False, True]
    path.dispute_open["PAT-PRO"][:] = [False, False, True, False]
    path.flares["border"][:] = [0, 0, 0, 1]
    path.status["three-way"][:] = ["hollow", "hollow", "in_force", "hollow"]
    path.status["talks-frame"][:] = ["in_force", "in_force", "signed", "in_force"]
    path.coalition["ALF"][:] = ["new", "new", "old", "new"]
    path.changed["HUB"][:] = [True, False, False, False]
    path.support_changed["BET"][:] = [False, False, False, True]
    happened = [outcome_happened(path, outcome, case) for outcome in case.outcomes]
    assert happened == [
        False, True, False, True, False, True, True, False, True, False, True, True, False,
    ]  # fmt: skip
    late = case.outcomes[0].model_copy(update={"lead_months": 5})
    with pytest.raises(ValueError, match="must fall into the 4 months simulated; its lead is 5"):
        outcome_happened(path, late, case)


def test_outcomes_of_meetings_mediation_bargains_talks_and_standing():
    case = small_case(lead=3, outcomes=later_outcomes(3))
    path = _member(case, EVERYTHING, months=4)
    nothing = [False] * 4
    path.status["declaration-alf-bet"][:] = path.status["new-declaration"][:] = ["none"] * 4
    path.status["declaration"][:] = ["in_force"] * 4  # of the two, but recorded
    path.summits["ALF-HUB"][:] = [False, False, False, True]
    path.summits["ALF-BET"][:] = [True, False, False, True]
    path.trilateral[:] = [True, False, False, False]
    path.mediated["ALF-BET"][:] = [0.0, 0.3, 0.0, 0.0]
    path.coordination["tariffs"][:] = [True, True, False, True]
    path.coordination["bases"][:] = [True, False, False, False]
    path.stage["PRO"][:] = [2, 1, 0, 0]
    path.alignment_security["BET"][:] = [0.9, 0.9, 0.6, 0.9]
    path.alignment_economy["ALF"][:] = [0.0, 0.0, 0.41, 0.0]
    path.public_good[:] = [0.0, 0.0, 0.31, 0.0]
    happened = [outcome_happened(path, outcome, case) for outcome in case.outcomes]
    assert happened == [
        False, False, True, True, False, True, True, False, True, True, False, True, True,
    ]  # fmt: skip
    path.summits["ALF-BET"][2] = True
    path.mediated["ALF-BET"][1] = 0.0
    path.coordination["tariffs"][:] = path.coordination["bases"][:] = [*nothing[:3], True]
    counted = [outcome_happened(path, outcome, case) for outcome in case.outcomes[6:9]]
    assert counted == [False, True, False]
    path.status["new-declaration"][1] = "in_force"  # of three
    assert not outcome_happened(path, case.outcomes[0], case)
    path.status["declaration-alf-bet"][:] = ["none", "in_force", "hollow", "hollow"]
    assert outcome_happened(path, case.outcomes[0], case)
    path.trilateral[:] = nothing
    assert not outcome_happened(path, case.outcomes[2], case)


def test_demands_are_drawn_like_any_judged_number():
    case = small_case()
    assert demand_numbers(case)["demands.bases.hub_stake"].central == 0.5
    without = {k: v for k, v in case.parameters.items() if not k.startswith("demands.")}
    path = simulate_member(
        case, LEVERS, start=small_start(case), history=small_history(case), parameters=without,
        settings=Settings(n_months=24, n_draws=4, seed=1), member=3,
    )  # fmt: skip
    assert path == _member(case, LEVERS)

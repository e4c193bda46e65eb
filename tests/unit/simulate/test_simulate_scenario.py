"""Scenarios: what is held, composed, refused and said."""

import numpy as np
import pytest
from tests.oracle.simulate.small_world import (
    BASELINE,
    judged,
    small_case,
    small_history,
    small_start,
)

from comity.core.errors import ConfigError, ParameterError
from comity.core.scenarios import Clamp, NewAgreement, Scenario
from comity.core.settings import Settings
from comity.simulate import (
    compose_scenarios,
    scenario_in_words,
    scenario_problems,
    simulate_scenario,
)
from comity.simulate.scenario import held_arrays

CASE = small_case(scenarios=(BASELINE,))
COALITIONS = tuple((row.state, row.id) for row in CASE.coalitions)
SETTINGS = Settings(n_members=10, n_months=3, n_draws=2)


def holding(*clamps: Clamp, agreements: tuple[NewAgreement, ...] = ()) -> Scenario:
    return Scenario(id="s", title="S", clamps=clamps, agreements=agreements)


def run(case=CASE, scenario=BASELINE, settings=SETTINGS):
    return simulate_scenario(
        case, scenario, start=small_start(case), history=small_history(case), settings=settings
    )


def test_the_later_clamp_counts_and_acts_happen_once():
    held = held_arrays(
        CASE,
        holding(
            Clamp(quantity="density.BET-ALF", value=0.9),
            Clamp(quantity="density.ALF-BET", value=0.1, from_lead=3, to_lead=4),
            Clamp(quantity="flare.isle", value=2, from_lead=2),
            Clamp(quantity="coalition.ALF", value="new", start_month="2005-08"),
            Clamp(quantity="flare.memory", value=1, start_month="2005-01", end_month="2005-09"),
        ),
        COALITIONS, (), 6,
    )  # fmt: skip
    pair = CASE.index.dyad_number("ALF-BET")
    assert held.levels["density"][pair].tolist() == [0.9, 0.9, 0.1, 0.1, 0.9, 0.9]
    dockets = [row.id for row in CASE.disputes]
    assert held.flare[dockets.index("isle")].tolist() == [0, 2, 0, 0, 0, 0]
    assert not held.flare[dockets.index("memory")].any()  # its first month is on record
    wanted = COALITIONS.index(("ALF", "new"))
    alf = CASE.index.number("ALF")
    assert held.coalition[alf].tolist() == [-1, wanted, -1, -1, -1, -1]
    assert np.isnan(held.levels["fear"]).all()


def test_composed_scenarios_hold_what_both_hold():
    new = NewAgreement(id="n", name="N", parties=("ALF", "BET"), form="statement", depth=1)

    def part(name: str, quantity: str, value: float, **window: int) -> Scenario:
        clamp = Clamp(quantity=quantity, value=value, **window)
        return Scenario(id=name, title=name.title(), agreements=(new,), clamps=(clamp,))

    one, two = part("one", "fear.ALF", 0.1, to_lead=1), part("two", "fear.ALF", 0.8, from_lead=2)
    both = compose_scenarios(one, two)
    assert (both.id, both.title) == ("one-and-two", "One; Two")
    assert len(both.agreements) == 1
    held = held_arrays(CASE, both, COALITIONS, ("n",), 2)
    assert held.levels["fear"][CASE.index.number("ALF")].tolist() == [0.1, 0.8]
    other = two.model_copy(update={"agreements": (new.model_copy(update={"depth": 2.0}),)})
    with pytest.raises(ConfigError, match='two different agreements "n"; rename one'):
        compose_scenarios(one, other)
    with pytest.raises(ConfigError, match="at least one scenario"):
        compose_scenarios()


def test_scenarios_that_contradict_each_other_are_not_joined():
    def part(name: str, value: float, **window: object) -> Scenario:
        clamp = Clamp.model_validate({"quantity": "fear.ALF", "value": value, **window})
        return Scenario(id=name, title=name, clamps=(clamp,))

    with pytest.raises(ConfigError) as caught:
        compose_scenarios(part("one", 0.1), part("two", 0.8, from_lead=5))
    assert str(caught.value) == (
        'scenarios "one" and "two" cannot be joined: both hold fear.ALF in the same months, at 0.1 '
        "and at 0.8. Join others, or write a scenario that says which counts."
    )
    with pytest.raises(ConfigError, match="cannot be joined"):
        compose_scenarios(part("one", 0.1, start_month="2030-01"), part("two", 0.8, to_lead=3))
    compose_scenarios(part("one", 0.1), part("two", 0.1, from_lead=5))
    compose_scenarios(
        part("one", 0.1, end_month="2030-01"), part("two", 0.8, start_month="2030-02")
    )


def test_every_problem_of_a_scenario_is_said_at_once():
    broken = holding(
        Clamp(quantity="mediaton.ALF-BET", value=1),
        Clamp(quantity="mediation.ALF-BEX", value=1),
        Clamp(quantity="fear.AFL", value=0.5),
        Clamp(quantity="pressure.ALF", value=1.5),
        Clamp(quantity="coalition.ALF", value="od"),
        Clamp(quantity="agreement.declarations", value="in_force"),
        Clamp(quantity="agreement.declaration", value="in-force"),
        Clamp(quantity="flare.isle", value=4),
        Clamp(quantity="talks.ALF", value=1),
        agreements=(
            NewAgreement(id="channel", name="C", parties=("ALF", "XXX"), form="treaty", depth=1),
        ),
    )
    assert scenario_problems(CASE, broken) == (
        '"mediaton.ALF-BET": a scenario cannot hold "mediaton". Nearest: "mediation".',
        '"mediation.ALF-BEX": no state "BEX" in this case. Nearest: "BET".',
        '"fear.AFL": no state "AFL" in this case. Nearest: "ALF".',
        '"pressure.ALF" lies between 0 and 1; found 1.5.',
        '"coalition.ALF" cannot be held at "od". Nearest: "old".',
        '"agreement.declarations": no agreement of two or more of its states "declarations" in '
        'this case. Nearest: "declaration".',
        '"agreement.declaration" cannot be held at "in-force". Nearest: "in_force".',
        '"flare.isle" cannot be held at "4". Allowed: 1, 2, 3.',
        '"talks.ALF": no proliferator "ALF" in this case. Allowed: PRO.',
        'agreement "channel" exists in the case already; choose another id.',
        'agreement "channel": every party must be a state of the case; found "XXX". '
        "Allowed: ALF, BET, HUB, PAT, PRO, RIV.",
    )
    with pytest.raises(ConfigError, match="scenario s: 11 problems"):
        run(scenario=broken)


def test_a_scenario_says_what_it_holds_without_running():
    words = scenario_in_words(
        CASE,
        holding(
            Clamp(quantity="fear.ALF", value=0.5, from_lead=2),
            Clamp(quantity="flare.isle", value=2, start_month="2009-01"),
        ),
        12,
    )
    assert words == (
        "fear.ALF is held at 0.5 from 2005-08 to 2006-06.",
        "flare.isle is not held within 12 months.",
    )
    assert scenario_in_words(CASE, BASELINE, 12) == ("Nothing is held.",)


def test_an_unknown_scenario_is_named_with_the_nearest():
    with pytest.raises(
        ConfigError, match=r'no scenario "base" in case small\. Nearest: "baseline"'
    ):
        run(scenario="base")
    assert run(scenario="baseline").scenario == "baseline"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("n_members", 10**12, r"n_members: a whole number from 1 to 100,000,000; found 1,000,0"),
        ("n_months", 0, r"n_months: a whole number from 1 to 600; found 0"),
        ("n_draws", 0, r"n_draws: a whole number from 1 to 100,000; found 0"),
    ],
)
def test_settings_out_of_range_are_refused_in_a_sentence(name, value, message):
    settings = Settings.model_construct(**(SETTINGS.model_dump() | {name: value}))
    with pytest.raises(ParameterError, match=message):
        run(settings=settings)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("agreement.restore", 1.2, "a share or probability lies between 0 and 1; found 1.2 as"),
        ("density.ALF-BET", -0.4, "a share or probability lies between 0 and 1; found -0.4"),
        ("turnover.exit_hazard.ALF", -0.1, "it must not be below 0; found -0.1"),
    ],
)
def test_a_number_that_means_nothing_is_refused(name, value, message):
    case = CASE.model_copy(update={"parameters": CASE.parameters | {name: judged(value)}})
    with pytest.raises(ParameterError, match=f"parameters.toml, {name}: {message}"):
        run(case=case)


def test_a_missing_number_is_named():
    parameters = {k: v for k, v in CASE.parameters.items() if k != "dispute.rate.isle"}
    case = CASE.model_copy(update={"parameters": parameters})
    with pytest.raises(ConfigError, match=r'"dispute\.rate\.isle" is needed; found none'):
        run(case=case)


def test_an_interrupt_stops_between_blocks():
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        raise KeyboardInterrupt

    settings = SETTINGS.model_copy(update={"n_members": 5000})
    with pytest.raises(KeyboardInterrupt):
        simulate_scenario(
            CASE, BASELINE, start=small_start(CASE), history=small_history(CASE),
            settings=settings, progress=stop,
        )  # fmt: skip
    assert seen == [(256, 5000)]


def test_progress_reaches_the_last_member():
    seen: list[int] = []
    simulate_scenario(
        CASE, BASELINE, start=small_start(CASE), history=small_history(CASE),
        settings=SETTINGS.model_copy(update={"n_members": 600}),
        progress=lambda done, total: seen.append(done),
    )  # fmt: skip
    assert seen == [256, 512, 600]

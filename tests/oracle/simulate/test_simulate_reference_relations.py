"""Disputes and relations of the reference beside numbers worked out by hand."""

import math

import pytest
from tests.oracle.simulate.hand_world import office, world

from comity.simulate.reference_disputes import flare_disputes, mediate_and_settle
from comity.simulate.reference_rules import balance, flare_surprise, long_run, move_relations
from comity.simulate.reference_world import Docket, Track, poisson

# Disputes


def _contest(uniforms=None, held=None, density=0.2, mediation=0.1, **docket):
    item = Docket("isle", "AAA-BBB", **({"excitation": 0.0, "flares": 0, "severity": 0} | docket))
    system = world(
        [office("AAA"), office("BBB")], uniforms=uniforms, held=held, dockets=[item],
        density__default=density, mediation__default=mediation,
    )  # fmt: skip
    return system, item


def test_excitation_follows_its_recursion():
    system, docket = _contest(flares=2, density=0.3)
    expected = []
    e, n = 0.0, 2
    for lead in range(1, 4):
        e = 0.2 * e + 0.3 * 0.8 * n
        flare_disputes(system, lead)
        expected.append(e)
        assert docket.excitation == pytest.approx(e)
        n = docket.flares
        assert n == poisson(e + 0.12, 0.5)  # July, August (1.8 times) and September say the same
    assert expected[0] == pytest.approx(0.48)


def test_the_rate_of_flares_has_season_orientation_and_density():
    # August: 0.12 * 1.8 * exp(-0.8 * 0.25 - 0.5 * 0.6); the first flare at a uniform of exp(-rate)
    rate = 0.12 * 1.8 * math.exp(-0.8 * 0.25 - 0.5 * 0.6)
    for factor, flares in ((0.9999, 0), (1.0001, 1)):
        system, docket = _contest({"dispute/isle/flare": math.exp(-rate) * factor}, density=0.9)
        system.pairs["AAA-BBB"].recorded_orientation = -0.25
        flare_disputes(system, 2)
        assert docket.flares == flares


def test_severity_grows_with_flares_and_a_held_flare_happens():
    system, docket = _contest(
        {"dispute/isle/flare": 0.9999, "dispute/isle/severity": 0.79}, severity=1
    )
    flare_disputes(system, 1)
    assert (docket.drawn_severity, docket.severity) == (2, 2)
    assert docket.flares >= 1
    system, docket = _contest({"dispute/isle/severity": 0.81}, {("flare", "isle"): 1}, severity=2)
    flare_disputes(system, 1)
    assert (docket.flares, docket.drawn_severity, docket.severity) == (1, 1, 2)
    assert system.dispute_load("AAA-BBB") == pytest.approx(2 / 3)


@pytest.mark.parametrize("mediation", [0.0, 1.0])
def test_an_open_docket_settles_at_its_hazard(mediation):
    chance_now = 1 - math.exp(-0.1 * math.exp(1.1 * mediation + 0.6 * 0.2))
    for factor, severity in ((0.999, 0), (1.001, 3)):
        system, docket = _contest(
            {"dispute/isle/settle": chance_now * factor},
            mediation=mediation,
            density=0.5,
            severity=3,
        )
        flare_disputes(system, 1)
        assert docket.severity == 3
        mediate_and_settle(system, 1)
        assert docket.severity == severity


# Relations


def test_drivers_reach_half_their_long_run_effect_at_the_half_life():
    system = world([office("AAA"), office("BBB")], mediation__default=1.0)
    pair = system.pairs["AAA-BBB"]
    recorded = dict.fromkeys(("orientation", "dispute_load", "mediation", "agreement_stock"), 0.0)
    pair.reference = long_run(system, pair, recorded, 0.0)
    for lead in range(1, 25):
        move_relations(system, lead)
        if lead == 12:
            assert pair.relation == pytest.approx(0.4 / 2)
    assert pair.relation == pytest.approx(0.4 * 3 / 4)


def test_level_and_flare_move_by_their_own_memory():
    system, docket = _contest(
        {"relation/AAA-BBB/level": 0.975, "relation/AAA-BBB/flare": 0.025}, flares=2
    )
    docket.drawn_severity = 3
    pair = system.pairs["AAA-BBB"]
    pair.level, pair.flare = 1.0, -1.0
    system.dynamics |= {"level_memory": 0.9, "flare_memory": 0.5}
    pair.level_step_sd, pair.flare_step_sd = 0.1, 0.2
    move_relations(system, 1)
    assert pair.level == pytest.approx(0.9 + 0.1 * 1.959964)
    surprise = 3 * 2 - (0.5 + 2 * 0.3 + 3 * 0.2) * 0.12 / 0.7
    assert flare_surprise(system, "AAA-BBB") == pytest.approx(surprise)
    assert pair.flare == pytest.approx(-0.5 - 0.8 * 0.2 * 1.959964 - 0.2 * surprise)


@pytest.mark.parametrize(
    ("roles", "extra"),
    [
        # fear 0.2 and 0.5; pressure 0.1 and 0.3; leanings 0.7 apart: strain of the larger talks
        ((("spoke",), ("spoke",)), 0.35 * 0.2 - 0.2 * 0.3 + 0.3 * 0.1 - 0.25 * 0.2 - 0.3 * 0.9),
        ((("hub",), ("spoke",)), -0.45 * 0.1),
        ((("spoke",), ("hub",)), -0.45 * 0.3),
        ((("hub",), ("proliferator",)), 0.5 * 0.15),
        ((("spoke",), ("proliferator", "rival")), 0.4 * 0.15 * 0.5),
        ((("patron",), ("spoke",)), 0.0),
    ],
)
def test_the_long_run_pull_of_each_kind_of_pair(roles, extra):
    one = office("ALF", roles[0], lean={"proliferator": 0.5})
    two = office("BET", roles[1], lean={"proliferator": -0.2})
    third = office("PRO", ("proliferator",))
    system = world([one, two, third])
    pair = system.pairs["ALF-BET"]
    pair.government = 0.07
    recorded = {
        "orientation": 0.25, "dispute_load": 2 / 3, "mediation": 0.4, "agreement_stock": 1.5,
    }  # fmt: skip
    common = 0.8 * 0.25 - 0.5 * 2 / 3 + 0.4 * 0.4 + 0.2 * 1.5 + 0.3 * 0.3 + 0.25 * 0.6 + 0.6 * 0.5
    for state, fear in (("ALF", 0.2), ("BET", 0.5)):
        if state in system.spokes:
            system.spokes[state].fear = fear
    system.pressure |= {"ALF": 0.3, "BET": 0.1}
    system.threat |= {"ALF": 0.6, "BET": 0.3}
    system.tracks |= {"PRO": Track(1, 0.9), "BET": Track(1, 0.15)}
    assert long_run(system, pair, recorded, 0.6) == pytest.approx(common + 0.07 + extra)


def test_balance_is_the_mean_likeness_of_third_states():
    system = world([office(code) for code in ("AAA", "BBB", "CCC", "DDD")])
    relations = dict.fromkeys(system.pairs, 0.0) | {
        "AAA-CCC": 1.0, "BBB-CCC": 2.0, "AAA-DDD": -0.5, "BBB-DDD": 0.3, "AAA-BBB": 9.0,
    }  # fmt: skip
    by_hand = (math.tanh(1.0) * math.tanh(2.0) - math.tanh(0.5) * math.tanh(0.3)) / 2
    assert balance(system, system.pairs["AAA-BBB"], relations) == pytest.approx(by_hand)
    two = world([office("AAA"), office("BBB")])
    assert balance(two, two.pairs["AAA-BBB"], {"AAA-BBB": 1.0}) == 0.0


@pytest.mark.parametrize(("support_changed", "share"), [(False, 0.5), (True, 1.0)])
def test_a_new_government_draws_a_new_effect(support_changed, share):
    one = office("AAA", changed=True, support_changed=support_changed)
    system = world([one, office("BBB")], uniforms={"relation/AAA-BBB/government": 0.95})
    move_relations(system, 1)
    assert system.pairs["AAA-BBB"].government == pytest.approx(0.3 * share * 2.131847)


def test_a_relation_out_of_range_is_held_and_counted():
    system = world([office("AAA"), office("BBB")])
    system.pairs["AAA-BBB"].base = 20.0
    move_relations(system, 1)
    assert system.pairs["AAA-BBB"].relation == 12.0
    assert system.is_out_of_range

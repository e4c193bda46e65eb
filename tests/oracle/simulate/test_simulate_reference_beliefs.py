"""Disputes, mediation and beliefs of the reference beside numbers worked out by hand."""

import math

import pytest
from tests.oracle.simulate.hand_world import allies, office, world

from comity.simulate.reference_beliefs import meet, signal
from comity.simulate.reference_disputes import credibility, flare_disputes, mediate_and_settle
from comity.simulate.reference_world import Belief, Docket

# 4 Disputes, 5 Mediation and resolution


def test_what_a_mediator_settled_comes_back_once_mediation_stops():
    # 0.12 a month at the references, times e^(0.9 * 1 * (1 - 0.4)) = e^0.54 = 1.7160069
    docket = Docket("isle", "AAA-BBB", 0.0, 0, 0, settled_by=1.0)
    rate = 0.12 * 1.7160069
    for factor, flares in ((1.0001, 1), (0.9999, 0)):
        docket.flares, docket.settled_by, docket.severity = 0, 1.0, 0
        uniforms = {"dispute/isle/flare": math.exp(-rate) * factor, "dispute/isle/severity": 0.9}
        system = world(allies(), dockets=[docket], uniforms=uniforms, density__default=0.3)
        system.pairs["AAA-BBB"].density = 0.3
        system.pairs["AAA-BBB"].mediation = 0.4
        docket.excitation = 0.0
        flare_disputes(system, 1)
        assert (docket.flares, docket.settled_by) == (flares, 0.0 if flares else 1.0)
        assert system.pairs["AAA-BBB"].is_ruptured == bool(flares)  # severity 3


@pytest.mark.parametrize(
    ("stakes", "weight", "expected"),
    [
        # concession 0.9 times a stake against rupture 0.5 * 0.6 = 0.3; bias up to 0.25
        ((0.34, 0.5), 1.0, 1.0),
        ((0.33, 0.5), 1.0, 0.0),
        ((0.34, 0.58), 0.0, 1.0),
        ((0.34, 0.6), 0.0, 0.0),
        ((0.34, 0.6), 0.3, 0.3),  # told the truth by a biased mediator
        ((0.3, 0.3), 0.3, 0.7),  # an even one who would say anything
    ],
)
def test_credibility_of_the_mediator_by_both_modules(stakes, weight, expected):
    system = world(
        allies(), mediator__stake__AAA=stakes[0], mediator__stake__BBB=stakes[1],
        mediator__kydd_weight=weight,
    )  # fmt: skip
    assert credibility(system, system.pairs["AAA-BBB"]) == pytest.approx(expected)
    assert credibility(system, system.pairs["AAA-HHH"]) == 1.0


def _quarrel(act, settle, severity=2, hub_severity=3, **other):
    dockets = [
        Docket("isle", "AAA-BBB", 0.0, 0, severity), Docket("old", "AAA-BBB", 0.0, 0, 1),
        Docket("trade", "BBB-HHH", 0.0, 1, hub_severity),
    ]  # fmt: skip
    uniforms = {"mediation/AAA-BBB/act": act, "dispute/isle/settle": settle}
    system = world(allies(), dockets=dockets, uniforms=uniforms, density__default=0.3, **other)
    system.pairs["AAA-BBB"].density = 0.3
    system.posture = 0.4
    return system, dockets[0]


def test_the_hub_mediates_by_posture_severity_and_its_own_quarrels():
    # -0.5 + 1.5 * 0.4 + 0.4 * 2 - 0.6 * 1 = 0.3
    will = 1 / (1 + math.exp(-0.3))
    for act, expected in ((will - 1e-9, 1.0), (will + 1e-9, 0.0)):
        system, _ = _quarrel(act, 0.99)
        mediate_and_settle(system, 1)
        assert system.pairs["AAA-BBB"].mediation == expected
        assert system.pairs["AAA-HHH"].mediation == 0.1  # its number stands
    system, _ = _quarrel(0.0, 0.99)
    for docket in system.dockets[:2]:
        docket.severity = 0
    mediate_and_settle(system, 1)
    assert system.pairs["AAA-BBB"].mediation == 0.0  # nothing to mediate


@pytest.mark.parametrize(("act", "mediation"), [(0.01, 1.0), (0.99, 0.0)])
def test_a_credible_mediator_settles(act, mediation):
    # 0.1 * e^(1.1 * 1 * 0.5): told the truth on both sides, but biased: half believed
    stakes = {"mediator__stake__AAA": 0.4, "mediator__stake__BBB": 0.9}
    settles = 1 - math.exp(-0.1 * math.exp(0.55 * mediation))
    for factor, severity in ((0.999, 0), (1.001, 2)):
        system, docket = _quarrel(act, settles * factor, **stakes)
        mediate_and_settle(system, 1)
        assert docket.severity == severity
        assert docket.settled_by == (0.0 if severity else mediation)
    assert system.dockets[2].severity == 3  # flared this month


# 6 Signals and beliefs


def test_allies_meet_at_a_rate_of_relation_orientation_and_load():
    docket = Docket("isle", "AAA-BBB", 0.0, 0, 3)
    leans = {"AAA": {"lean": {"partner": 0.5}}}
    # 0.12 * e^(0.8 tanh(1) + 0.6 * 0.25 - 0.5 * 1)
    held = 1 - math.exp(-0.12 * math.exp(0.8 * 0.76159416 + 0.15 - 0.5))
    for factor, meets in ((0.9999, True), (1.0001, False)):
        uniforms = {"summit/AAA-BBB/held": held * factor}
        system = world(
            allies(**leans), dockets=[docket], uniforms=uniforms,
        )  # fmt: skip
        system.numbers = {**system.numbers, "summit.rate.AAA-BBB": 0.12}
        pair = system.pairs["AAA-BBB"]
        pair.relation, pair.meetings = 1.0, 1.44
        meet(system, 1)
        assert pair.has_met == meets
        assert pair.meetings == pytest.approx(1.32 + meets)
        assert pair.impulse == (0.05 if meets else 0.0)
        assert system.pairs["AAA-HHH"].meetings == pytest.approx(0.96 * 11 / 12)  # 12 * 0.08


def test_a_trilateral_meeting_is_a_meeting_of_every_allied_pair_once():
    # 0.05 * e^(0.7 * 0.5 + 0.5 * (0.3 - 0.1) - 0.4 * 2/3)
    held = 1 - math.exp(-0.05 * math.exp(0.35 + 0.1 - 0.26666667))
    docket = Docket("isle", "AAA-BBB", 0.0, 0, 2)
    leans = {code: {"lean": {"partner": 0.3}} for code in ("AAA", "BBB")}
    for factor, meets in ((0.9999, True), (1.0001, False)):
        uniforms = {"summit/trilateral/held": held * factor, "summit/AAA-HHH/held": 0.001}
        system = world(
            [*allies(**leans), office("PPP", ("proliferator",))], dockets=[docket],
            uniforms=uniforms, held={("summit", "HHH-PPP"): 1.0},
        )  # fmt: skip
        system.pairs["AAA-BBB"].recorded_orientation = 0.1
        system.posture = system.start_posture + 0.5
        meet(system, 1)
        assert system.is_trilateral == meets
        assert [pair.has_met for pair in system.pairs.values()] == [
            meets, True, False, meets, False, True,
        ]  # fmt: skip
        assert system.pairs["AAA-HHH"].impulse == 0.05  # met twice, counts once


def test_a_belief_takes_in_every_signal_with_its_precision():
    # AAA, newly in office, speaks (w = 4 * 0.02/0.32), meets BBB (4 * 0.2/0.5), visits BBB first
    # (4 * 0.5/0.8) and has broken with it (1.5); it leans 0.5 to its partner, 0 to the hub.
    leans = {"AAA": {"lean": {"partner": 0.5}, "changed": True}}
    uniforms = {"summit/AAA-BBB/held": 0.01, "visit/AAA/BBB": 0.01}
    system = world(allies(**leans), uniforms=uniforms)
    system.beliefs["BBB", "AAA"] = Belief(0.2, 0.5)
    system.beliefs["HHH", "AAA"] = Belief(0.2, 0.5)
    system.signals = {("AAA", "BBB"): -1.0}
    signal(system, 1)
    weight = 2 + 0.25 + 1.6 + 2.5 + 1.5
    found = system.beliefs["BBB", "AAA"]
    assert found.variance == pytest.approx(1 / weight)
    total = 2 * 0.2 + (0.25 + 1.6) * 0.5 + 2.5 * 1 - 1.5 * 1
    assert found.mean == pytest.approx(total / weight)
    assert system.beliefs["HHH", "AAA"].variance == pytest.approx(1 / 2.25)
    assert system.beliefs["HHH", "AAA"].mean == pytest.approx(0.4 / 2.25)


def test_only_a_new_government_of_a_spoke_pays_a_first_visit():
    # -1 + 1.2 * 0.5 + 0.8 tanh(0.5) = -0.0303063: a chance of 0.4924240
    for uniform, changed, precise in (
        (0.4924, True, True), (0.4925, True, False), (0.0, False, False),
    ):  # fmt: skip
        leans = {"AAA": {"lean": {"partner": 0.5}, "changed": changed}}
        system = world(allies(**leans), uniforms={"visit/AAA/BBB": uniform})
        system.pairs["AAA-BBB"].relation = 0.5
        signal(system, 1)
        expected = 1 / 0.3 + 0.25 + (2.5 if precise else 0.0)
        assert 1 / system.beliefs["BBB", "AAA"].variance == pytest.approx(expected)

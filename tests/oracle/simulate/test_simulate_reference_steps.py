"""Levers, agreements, disputes and beliefs of the reference beside numbers worked out by hand."""

import math

import pytest
from tests.oracle.simulate.hand_world import office, world
from tests.oracle.simulate.small_world import LAST, small_case

from comity.core.scenarios import Clamp, Scenario
from comity.simulate.reference_agreements import review_agreements
from comity.simulate.reference_beliefs import meet, reset_beliefs, signal
from comity.simulate.reference_disputes import credibility, flare_disputes, mediate_and_settle
from comity.simulate.reference_growth import move_density
from comity.simulate.reference_hub import set_hub_line
from comity.simulate.reference_levers import Lever, Levers, holds, levers_of, parse_condition
from comity.simulate.reference_rules import move_relations
from comity.simulate.reference_world import Belief, Docket, Pact


def allies(**of):
    """Return a hub and two spokes; ``AAA=...`` and so on change one of them."""
    roles = {"AAA": ("spoke",), "BBB": ("spoke",), "HHH": ("hub",)}
    return [office(code, roles[code], **of.get(code, {})) for code in roles]


def levered(*levers, **other):
    system = world(allies(), **other)
    system.levers = Levers(list(levers))
    return system


# 0 Levers


def test_levers_scale_then_add_then_cut_and_the_last_set_goes_before_all():
    system = levered(
        Lever("fear", "AAA", 2.0, "scale"),
        Lever("fear", "AAA", 0.1, "add"),
        Lever("fear", "AAA", 1.5, "scale"),
        Lever("fear", "AAA", 0.05, "add"),
        Lever("posture", "HHH", -0.9, "add"),
        Lever("tension", "HHH", 3.0, "scale"),
        Lever("relation", "AAA-BBB", -20.0, "add"),
        Lever("threat", "AAA", 0.2),
        Lever("threat", "AAA", 0.5, "add"),
        Lever("threat", "AAA", 0.7, last=3),
    )
    system.levers.look(system, 3)
    moved = system.levers.moved
    assert moved("fear", "AAA", 0.2) == pytest.approx(0.2 * 3 + 0.15)
    assert moved("fear", "AAA", 0.4) == 1.0
    assert moved("fear", "BBB", 0.4) == 0.4
    assert moved("posture", "HHH", -0.3) == -1.0
    assert (moved("tension", "HHH", 0.5), moved("tension", "HHH", 0.9)) == (1.5, 2.0)
    assert moved("relation", "AAA-BBB", 3.0) == -12.0
    assert moved("threat", "AAA", 0.4) == 0.7
    system.levers.look(system, 4)
    assert moved("threat", "AAA", 0.4) == 0.2


def test_a_chance_is_read_once_for_all_months_under_its_own_name():
    scenario = Scenario(
        id="s",
        title="S",
        clamps=(
            Clamp(quantity="relation.BET-ALF", value=0.8, chance=0.3),
            Clamp(quantity="relation.ALF-BET", value=1.0, change="add"),
            Clamp(quantity="mediation.ALF-BET", value=0.5, chance=0.3),
            Clamp(quantity="relation.ALF-BET", value=2.0, change="scale", chance=0.4),
        ),
    )
    levers = levers_of(small_case(), scenario, 24)
    assert [lever.stream for lever in levers.items] == [
        "scenario/relation.ALF-BET/chance-1", "", "scenario/mediation.ALF-BET/chance-1",
        "scenario/relation.ALF-BET/chance-2",
    ]  # fmt: skip
    assert levers.items[0].value == pytest.approx(math.log(4))
    asked = []
    system = world(allies())
    system.uniform = lambda stream, lead: asked.append((stream, lead)) or 0.35
    for lead in (1, 7):
        levers.look(system, lead)
        assert [lever.acts for lever in levers.items] == [False, True, False, True]
    assert {lead for _, lead in asked} == {1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("posture.HHH < 0", False),
        ("posture.HHH >= 0.25 and fear.BBB == 0.75", True),
        ("posture.HHH >= 0.25 and fear.BBB != 0.75", False),
        ("relation.BBB-AAA > 0.88", True),  # a logit of 2 is a share of 0.8808
        ("relation.AAA-BBB > 0.89", False),
        ("coalition.HHH == x and agreement.p != in_force", True),
        ("dispute.isle == 2 and load.AAA-BBB <= 0.67 and load.BBB-AAA > 0.66", True),
        ("summit.AAA-HHH == 1", True),
        ("coordination.bases == 0 and public_good < 0.1", True),
        ("mediation.AAA-BBB > 0.1 and density.HHH-AAA <= 0.2", False),
        ("tension.HHH == 0 and commitment.AAA == 0.6 and pressure.BBB > 0.05", True),
        ("alignment_security.AAA > 0.9999", False),
    ],
)
def test_conditions_are_judged_on_the_state_as_it_stands(text, expected):
    pact = Pact("p", ("AAA", "BBB"), "statement", 0.4, "hollow")
    docket = Docket("isle", "AAA-BBB", 0.0, 0, 2)
    system = world(allies(), pacts=[pact], dockets=[docket], demands=("bases",))
    system.posture, system.spokes["BBB"].fear = 0.25, 0.75
    system.pairs["AAA-BBB"].relation = 2.0
    system.pairs["AAA-HHH"].has_met = True
    system.spokes["AAA"].alignment["security"] = 0.9999
    assert all(holds(system, clause) for clause in parse_condition(text)) == expected


def test_an_act_happens_once_where_its_condition_first_holds_other_levers_month_by_month():
    when = parse_condition("posture.HHH > 0")
    system = levered(
        Lever("summit", "AAA-BBB", 1.0, clauses=when, first=2),
        Lever("threat", "AAA", 1.0, clauses=when),
    )
    acts = []
    for lead, posture in enumerate((0.5, -0.5, 0.5, 0.5, -0.5), start=1):
        system.posture = posture
        system.levers.look(system, lead)
        acts.append([lever.acts for lever in system.levers.items])
    assert [act[0] for act in acts] == [False, False, True, False, False]
    assert [act[1] for act in acts] == [True, False, True, True, False]


def test_add_pushes_anew_only_what_has_a_memory():
    # 0.5, 0.49 + 0.1, 0.5782 + 0.1, 0.664636 + 0.1: no growth, decay 0.02
    system = levered(
        Lever("density", "AAA-BBB", 0.1, "add"), Lever("posture", "HHH", 0.1, "add"),
        channels__growth=0.0,
    )  # fmt: skip
    density = 0.5
    system.pairs["AAA-BBB"].density = density
    for lead in (1, 2, 3):
        system.levers.look(system, lead)
        set_hub_line(system)
        move_density(system)
        density = density * 0.98 + 0.1
        assert system.pairs["AAA-BBB"].density == pytest.approx(density)
        assert system.posture == pytest.approx(0.3)
    assert density == pytest.approx(0.764636)


def test_the_next_month_of_a_relation_starts_from_what_a_lever_left():
    system = levered(Lever("relation", "AAA-BBB", 1.0, last=1))
    system.dynamics["level_memory"] = 0.9
    pair = system.pairs["AAA-BBB"]
    pair.reference = 0.0
    system.numbers = system.numbers | {
        name: 0.0 for name in system.numbers if name.startswith("relation.beta")
    }
    for lead, expected in ((1, 1.0), (2, 0.9), (3, 0.81)):
        system.levers.look(system, lead)
        move_relations(system, lead)
        assert pair.relation == pytest.approx(expected)


# The hub's line and 2 Belief reset


def test_the_hub_s_line_is_that_of_its_government():
    system = world(
        allies(), posture__x=0.4, pressure__AAA__x=0.7, pressure__BBB=0.5, pressure__default=0.1,
        threat__AAA=0.9, held={("pressure", "BBB"): 0.2},
    )  # fmt: skip
    assert (system.start_posture, system.pressure["BBB"]) == (0.4, 0.5)  # no levers at the start
    set_hub_line(system)
    assert system.pressure == {"AAA": 0.7, "BBB": 0.2, "HHH": 0.1}
    system.offices["HHH"].coalition = "y"
    set_hub_line(system)
    assert (system.posture, system.pressure["AAA"]) == (0.2, 0.1)
    assert (system.threat["AAA"], system.threat["BBB"]) == (0.9, 0.3)


@pytest.mark.parametrize(
    ("support", "variance", "mean"),
    [
        # understanding 0.5, density 0.2: 0.4 * 0.9 = 0.36 and 0.15 * 0.9 = 0.135; prior 0.3
        (True, 0.3 + 0.36, 0.8 + 0.36 * (0.3 - 0.8)),
        (False, 0.3 + 0.135, 0.8 + 0.135 * (0.3 - 0.8)),
    ],
)
def test_a_new_government_is_believed_less_and_taken_for_its_party(support, variance, mean):
    lean = {"hub": 0.8, "partner": 0.6}
    spoke = {"lean": lean, "changed": True, "support_changed": support}
    system = world(allies(AAA=spoke), belief__reset_support=0.4, density__default=0.2)
    assert system.beliefs["HHH", "AAA"] == Belief(0.8, 0.3)
    assert system.beliefs["BBB", "AAA"] == Belief(0.6, 0.3)
    assert len(system.beliefs) == 6
    reset_beliefs(system)
    assert system.beliefs["HHH", "AAA"].variance == pytest.approx(variance)
    assert system.beliefs["HHH", "AAA"].mean == pytest.approx(mean)
    assert system.beliefs["AAA", "HHH"] == Belief(0.0, 0.3)


# 3 Agreement review


def test_a_statement_lasts_as_long_as_its_endurance_and_is_weighed_anew_in_january_and_july():
    # At the references x is 0: h = -ln(0.7)/12 = 0.0297229. From January (month 7) on density is
    # 1, so that h is e^-0.63 of that, 0.0158303. Endurance -ln(0.6) = 0.5108256: after 6 months
    # 0.3324881 is left, which lasts 21 more months but not 22.
    pact = Pact("p", ("AAA", "HHH"), "statement", 0.5, "in_force")
    system = world(
        allies(), pacts=[pact],
        uniforms={"agreement/p/background": 0.6, "agreement/p/outcome": 0.9},
        density__default=0.3, agreement__reference_gap=0.5,
    )  # fmt: skip
    months = []
    for lead in range(1, 40):
        review_agreements(system, lead)
        system.pairs["AAA-HHH"].density = 1.0  # in July it is read before this
        months += [lead] if pact.status == "in_force" else []
    assert months == list(range(1, 6 + 21 + 1))
    assert pact.status == "terminated"


def test_the_end_of_an_agreement_ruptures_and_a_restored_one_endures_anew():
    pact = Pact("p", ("AAA", "HHH"), "executive", 0.5, "in_force")
    uniforms = {"agreement/p/background": 0.9999, "agreement/p/outcome": 0.1}
    system = world(allies(), pacts=[pact], uniforms=uniforms)
    review_agreements(system, 1)
    assert pact.status == "hollow"
    assert system.pairs["AAA-HHH"].is_ruptured
    assert system.pairs["AAA-HHH"].impulse == -0.35
    uniforms |= {"agreement/p/background": 0.25, "agreement/p/restore-AAA": 0.39}
    system.offices["AAA"].changed = True
    system.offices["AAA"].orientation["hub"] = 0.2  # a gap of 0.4 below 0.45
    review_agreements(system, 2)
    assert (pact.status, pact.came_into_force) == ("in_force", True)
    assert not system.pairs["AAA-HHH"].is_ruptured
    assert pact.endurance == pytest.approx(math.log(4))  # not lowered in its first month


@pytest.mark.parametrize(
    ("kinds", "burden"),
    [
        # shares of democracies 1, 1/2 and 0; support of AAA changed three months ago
        (("prime_minister", "prime_minister"), -0.4 - 0.3 + 1.4),
        (("prime_minister", "monarchy"), -0.2 + 1.4),
        (("monarchy", "monarchy"), 0.34),
    ],
)
def test_democracies_keep_their_treaties(kinds, burden):
    pact = Pact("p", ("AAA", "HHH"), "treaty", 0.5, "signed")
    offices = [
        office("AAA", ("spoke",), kinds[0], months_since_support=3),
        office("HHH", ("hub",), kinds[1]),
    ]
    system = world(offices, pacts=[pact], density__default=0.3, agreement__reference_gap=0.5)
    review_agreements(system, 2)
    assert pact.hazard == 0.0  # August is no month to weigh it
    review_agreements(system, 1)
    assert pact.hazard == pytest.approx(0.0087800429 * math.exp(burden))  # -ln(0.9)/12


def test_spokes_that_fear_hold_on_to_each_other():
    pact = Pact("p", ("AAA", "BBB", "HHH"), "executive", 0.5, "signed")
    system = world(allies(), pacts=[pact], density__default=0.3, agreement__reference_gap=0.5)
    system.spokes["AAA"].fear, system.spokes["BBB"].fear = 0.9, 0.65
    review_agreements(system, 1)
    assert pact.hazard == pytest.approx(-math.log(0.8) / 12 * math.exp(-0.8 * 0.25))


@pytest.mark.parametrize(
    ("review", "background", "held", "form", "expected"),
    [
        (0.99, 0.5, False, "executive", {"BBB": 1.0, "HHH": 1.0}),
        (0.01, 0.5, False, "executive", {"BBB": -1.0, "HHH": -1.0}),
        (0.01, 0.9999, False, "executive", {"BBB": -1.0, "HHH": -1.0}),  # also where it ended
        (0.99, 0.9999, False, "executive", {}),  # neither refused nor kept
        (0.01, 0.5, False, "treaty", {}),
        (0.01, 0.5, True, "executive", {}),
    ],
)
def test_who_upholds_agreements_after_a_change_of_support_is_believed(
    review, background, held, form, expected
):
    pact = Pact("p", ("AAA", "BBB", "HHH", "ZZZ"), form, 0.5, "in_force")
    system = world(
        [*allies(AAA={"changed": True, "support_changed": True}), office("ZZZ", ("patron",))],
        pacts=[pact],
        uniforms={"agreement/p/review-AAA": review, "agreement/p/background": background},
        held={("agreement", "p"): "in_force"} if held else None,
    )
    review_agreements(system, 1)
    assert system.signals == {("AAA", other): value for other, value in expected.items()}


def test_one_broken_agreement_counts_for_more_than_others_upheld():
    pacts = [Pact(name, ("AAA", "BBB"), "executive", 0.5, "in_force") for name in "pqr"]
    uniforms = {"agreement/q/review-AAA": 0.01, "agreement/r/review-AAA": 0.99}
    uniforms["agreement/p/review-AAA"] = 0.99
    system = world(
        allies(AAA={"changed": True, "support_changed": True}), pacts=pacts, uniforms=uniforms
    )
    review_agreements(system, 1)
    assert [pact.is_kept for pact in pacts] == [True, False, True]
    assert system.signals == {("AAA", "BBB"): -1.0}


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


assert LAST % 12 == 5  # June: month 1 is July, month 3 September, month 7 January

"""Levers, governments and agreements of the reference beside numbers worked out by hand."""

import math

import pytest
from tests.oracle.simulate.hand_world import allies, office, world
from tests.oracle.simulate.small_world import LAST, small_case

from comity.core.scenarios import Clamp, Scenario
from comity.simulate.reference_agreements import review_agreements
from comity.simulate.reference_beliefs import reset_beliefs
from comity.simulate.reference_growth import move_density
from comity.simulate.reference_hub import set_hub_line
from comity.simulate.reference_levers import Lever, Levers, holds, levers_of, parse_condition
from comity.simulate.reference_rules import move_relations
from comity.simulate.reference_world import Belief, Docket, Pact


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


assert LAST % 12 == 5  # June: month 1 is July, month 3 September, month 7 January

"""Commitment, bargains, talks, declarations and channels beside numbers worked out by hand."""

import math

import pytest
from tests.oracle.simulate.hand_world import office, world

from comity.simulate.reference_agreements import negotiate
from comity.simulate.reference_bargains import Table, bargain, solve
from comity.simulate.reference_growth import move_density, supply_public_good
from comity.simulate.reference_hub import highest_point, move_spokes, tension
from comity.simulate.reference_rules import long_run
from comity.simulate.reference_track import move_track
from comity.simulate.reference_world import Belief, Docket, Pact

ROLES = {
    "AAA": ("spoke",), "BBB": ("spoke",), "HHH": ("hub",), "PPP": ("proliferator",),
    "QQQ": ("patron",), "RRR": ("rival",),
}  # fmt: skip


def system_of(codes="AAA BBB HHH", leans=None, supported="", **other):
    """Return a system of these states; ``leans`` by state, ``supported`` with new support."""
    offices = [
        office(
            code, ROLES[code], lean=(leans or {}).get(code),
            changed=code in supported, support_changed=code in supported,
        )
        for code in codes.split()
    ]  # fmt: skip
    return world(offices, **other)


# 7 Commitment, fear and alignment


def test_commitment_comes_back_to_that_of_the_hub_s_government():
    system = system_of(
        commitment__x=0.5, commitment__AAA__x=0.3, uniforms={"commitment/AAA/noise": 0.975}
    )
    assert system.spokes["AAA"].commitment == 0.3
    system.spokes["AAA"].commitment = 0.8
    system.spokes["BBB"].commitment = 0.9
    move_spokes(system, 1)
    assert system.spokes["AAA"].commitment == pytest.approx(0.3 + 0.8 * 0.5 + 0.08 * 1.959964)
    assert system.spokes["BBB"].commitment == pytest.approx(0.5 + 0.8 * 0.4)
    system.offices["HHH"].coalition = "y"
    move_spokes(system, 2)
    assert system.spokes["BBB"].commitment == pytest.approx(0.6 + 0.8 * (0.82 - 0.6))


def test_fear_grows_with_threat_and_falls_with_commitment_and_self_reliance():
    system = system_of(threat__AAA=0.9, commitment__AAA__x=0.4, abandonment__self_reliance__AAA=0.2)
    move_spokes(system, 1)
    # -0.6 - 2 * (0.4 - 0.5) + 1.1 * 0.9 * 0.8 = 0.392, and -0.6 - 2 * 0.1 + 1.1 * 0.3 * 0.7
    assert system.spokes["AAA"].fear == pytest.approx(1 / (1 + math.exp(-0.392)))
    assert system.spokes["BBB"].fear == pytest.approx(1 / (1 + math.exp(0.569)))


def test_tension_is_how_far_hub_and_rival_stand_below_their_mean():
    system = system_of("AAA HHH RRR")
    pair = system.pairs["HHH-RRR"]
    system.dynamics["level_memory"] = 0.6  # a stationary spread of 0.4 / 0.8
    pair.level_step_sd, pair.base = 0.4, 0.2
    for relation, expected in ((-0.3, 1.0), (0.7, 0.0), (-1.8, 2.0)):
        pair.relation = relation
        assert tension(system) == pytest.approx(expected)
    pair.level_step_sd = 0.0
    assert tension(system) == 0.0
    pair.level_step_sd, system.dynamics["level_memory"] = 0.4, 1.0
    assert tension(system) == 0.0
    assert tension(system_of()) == 0.0  # without a rival


def test_alignment_goes_a_share_of_the_way_to_its_best_point():
    # Tension 1: taste 2 e^-0.6, linkage 0.8 (e^0.7 - 1); commitment 0.6, rival threat 0.7, hub
    # orientation 0.3, concession 0.4: g_sec = 0.42 + 0.3 + 0.2 - 0.2 = 0.72;
    # g_eco = 0.15 - 0.4 - 0.06 = -0.31.
    system = system_of(
        "AAA HHH RRR", {"AAA": {"hub": 0.3}}, demands=("bases",), held={("tension", "HHH"): 1.0}
    )
    spoke = system.spokes["AAA"]
    assert spoke.alignment["security"] == pytest.approx(0.5 + 0.52 / 2)  # no tension, no linkage
    assert spoke.alignment["economy"] == pytest.approx(0.5 - 0.31 / 2)
    spoke.concession["bases"] = 0.4
    move_spokes(system, 1)
    taste, linkage = 1.0976233, 0.8110022
    total, split = 0.41 / taste, 1.03 / (taste + 2 * linkage)
    best = 0.5 + (total + split) / 2, 0.5 + (total - split) / 2
    assert spoke.alignment["security"] == pytest.approx(0.76 + 0.1 * (best[0] - 0.76), abs=1e-7)
    assert spoke.alignment["economy"] == pytest.approx(0.345 + 0.1 * (best[1] - 0.345), abs=1e-7)


def test_the_highest_point_of_the_square():
    assert highest_point(5.0, 5.0, 1.0, 1.0) == (1.0, 1.0)
    assert highest_point(5.0, -5.0, 1.0, 0.0) == (1.0, 0.0)
    # Security whole: economy at (-0.2 + 1 * 0.5) / (1 + 1) = 0.15
    assert highest_point(3.0, -0.2, 1.0, 1.0) == pytest.approx((1.0, 0.65))
    assert highest_point(0.0, 0.0, 1.0, 3.0) == (0.5, 0.5)


# 8 Bargaining with the hub

EQUAL = {
    # Two equal spokes as on the page of bargaining: A = 1, D = 0.6, power 0.6, loss 0.2
    "demands__bases__hub_stake": 1.0, "demands__bases__spoke_stake": 0.5,
    "demands__bases__constraint": 2.0, "bargain__constraint_effect": 0.5,
    "demands__bases__substitutability": 0.2, "bargain__joint_loss": 0.2,
    "bargain__breakdown_loss": 0.2, "bargain__security_value": 0.0, "pressure__default": 0.3,
    "coordination__cost": 0.1,
}  # fmt: skip
ALONE = math.sqrt(4 * 0.7 * 0.6 * 0.6) / 1.4  # outside option 0
TOGETHER = (-0.4 * 0.6 + math.sqrt(0.16 * 0.36 + 8 * 0.7 * 0.6 * 1.2)) / 2.8  # A = 2, o = -0.6
KEPT = 0.6 - ALONE**2 / 2, 0.6 - TOGETHER**2 / 2
GAIN = KEPT[1] - KEPT[0] - 0.1 * 0.8 * 0.5  # density 0.2, relation 0


def test_the_example_of_the_page_of_bargaining():
    assert pytest.approx((0.343, 0.397), abs=5e-4) == KEPT
    assert pytest.approx(0.01456, abs=1e-5) == GAIN


def _round(uniforms, *, lead=3, coordinated=False, **other):
    system = system_of(demands=("bases",), uniforms=uniforms, **(EQUAL | other))
    system.issues["bases"].is_coordinated = coordinated
    bargain(system, lead)
    return system


def test_between_rounds_everything_stands():
    system = _round({"bargain/AAA/ratify": 0.0}, lead=2)
    assert system.spokes["AAA"].concession == {"bases": 0.0}
    assert not system.issues["bases"].is_coordinated
    assert all(pair.impulse == 0.0 for pair in system.pairs.values())


def test_spokes_answer_together_when_they_gain_and_it_comes_about():
    starts = 1 - math.exp(-3 * 0.1 * math.exp(3 * GAIN))
    for factor, expected in ((0.9999, TOGETHER), (1.0001, ALONE)):
        system = _round({"coordination/bases/change": starts * factor})
        assert system.issues["bases"].is_coordinated == (expected == TOGETHER)
        for spoke in system.spokes.values():
            assert spoke.concession["bases"] == pytest.approx(expected, rel=1e-12)
    costly = _round({"coordination/bases/change": 0.0}, coordination__cost=0.2)
    assert not costly.issues["bases"].is_coordinated


@pytest.mark.parametrize(
    ("patience", "uniform", "lasts"), [(0.66, 0.5, False), (0.67, 0.5, True), (0.67, None, False)]
)
def test_coordination_ends_by_defection_or_by_itself(patience, uniform, lasts):
    # The whole wedge of 2 (0.71714 - 0.63652) = 0.16124 takes a spoke from 0.34286 to 0.50410;
    # together it keeps 0.39742: who is less patient than 0.10668 / 0.16124 takes it.
    whole = 2 * (ALONE - TOGETHER)
    limit = (KEPT[0] + whole - KEPT[1]) / whole
    assert limit == pytest.approx(0.6616, abs=1e-4)
    ends = 1 - math.exp(-3 * 0.05 * math.exp(-3 * (KEPT[1] - KEPT[0])))
    system = _round(
        {"coordination/bases/change": uniform or ends - 1e-9},
        coordinated=True, coordination__cost=0.0, coordination__wedge_share=1.0,
        coordination__patience=patience,
    )  # fmt: skip
    assert system.issues["bases"].is_coordinated == lasts


def test_a_spoke_that_does_not_ratify_breaks_with_the_hub():
    passes = 1 / (1 + math.exp(-1.5 * KEPT[0] / 0.6))
    uniforms = {"bargain/AAA/ratify": passes - 1e-9, "bargain/BBB/ratify": passes + 1e-9}
    system = _round(uniforms | {"coordination/bases/change": 0.99})
    assert system.spokes["AAA"].concession["bases"] == pytest.approx(ALONE)
    assert system.spokes["BBB"].concession["bases"] == 0.0
    pairs = system.pairs
    assert [pairs[name].impulse for name in ("AAA-HHH", "BBB-HHH")] == [0.0, -0.15]
    assert [pairs[name].is_ruptured for name in ("AAA-HHH", "BBB-HHH")] == [False, True]


def test_a_lever_makes_spokes_answer_together_in_any_month():
    held = {("coordination", "bases"): 1.0}
    system = _round({"coordination/bases/change": 0.99}, held=held)
    assert system.issues["bases"].is_coordinated
    assert system.spokes["AAA"].concession["bases"] == pytest.approx(TOGETHER)
    assert _round({}, held=held, lead=1).issues["bases"].is_coordinated


def test_without_pressure_nothing_is_conceded_and_the_ratio_counts_nothing():
    for uniform, ruptured in ((0.49, False), (0.51, True)):
        system = _round({"bargain/AAA/ratify": uniform}, pressure__default=0.0)
        assert system.spokes["AAA"].concession["bases"] == 0.0
        assert system.pairs["AAA-HHH"].is_ruptured == ruptured


def test_solutions_of_one_table_by_hand():
    table = Table((1.0,), (1.0,), 0.6, 0.0)
    # Kalai-Smorodinsky: ideals 1 and 0.6, so 0.6 m = 0.6 - m^2/2
    assert solve(table, 1, 0.6) == pytest.approx([-0.6 + math.sqrt(1.56)], rel=1e-12)
    assert solve(table, 0, 0.6) == pytest.approx([ALONE], rel=1e-12)
    # Shapley: 0.4 m = 0.6 (0.6 - m^2/2)
    assert solve(table, 2, 0.6) == pytest.approx([(math.sqrt(0.592) - 0.4) / 0.6], rel=1e-12)
    # Raiffa with ideals 1 and 0.5: 0.5 .. 0.70711, 0.60355 .. 0.61237, 0.60796 .. 0.60798
    assert solve(Table((1.0,), (1.0,), 0.5, 0.0), 3, 0.6) == pytest.approx([0.60797], abs=1e-4)
    # Much to lose: the whole is conceded
    assert solve(Table((1.0,), (1.0,), 9.0, -1.0), 0, 0.5) == [1.0]
    # No deal: at most m^2/2 = 0.1, which brings the hub 0.44721
    assert solve(Table((1.0,), (1.0,), 0.1, 0.448), 0, 0.5) is None
    assert solve(Table((1.0,), (1.0,), 0.1, 0.447), 0, 0.5) == pytest.approx([0.447], abs=1e-3)


# 9 The staged track


def _talks(v, stage=2, **other):
    leans = {code: {"proliferator": value} for code, value in
             (("HHH", 0.4), ("AAA", 0.6), ("BBB", -0.2))}  # fmt: skip
    system = system_of(
        "AAA BBB HHH PPP QQQ", leans, uniforms={"track/PPP/move": v}, track__start_stage__PPP=stage,
        **other,
    )  # fmt: skip
    system.pairs["PPP-QQQ"].relation = 1.0
    system.pairs["AAA-BBB"].relation = 0.5
    move_track(system, 1)
    return system


def test_the_track_moves_by_what_hub_spokes_and_patron_want():
    # x = 0.7 * 0.4 + 0.5 * 0.2 - 0.4 tanh(1) + 0.3 tanh(0.5) = 0.2139975
    x = 0.28 + 0.1 - 0.4 * 0.76159416 + 0.3 * 0.46211716
    f, b = 0.07 * math.exp(x), 0.05 * math.exp(-x)
    moves = 1 - math.exp(-f - b)
    for v, stage in (
        (moves * f / (f + b) - 1e-9, 3), (moves * f / (f + b) + 1e-9, 0),
        (moves - 1e-9, 0), (moves + 1e-9, 2),
    ):  # fmt: skip
        system = _talks(v)
        assert system.tracks["PPP"].stage == stage
        assert system.tracks["PPP"].talks == float(stage >= 1)


@pytest.mark.parametrize(
    ("v", "stage", "held", "to", "steps"),
    [
        (0.0, 2, {}, 3, 1.0),
        (0.0, 0, {}, 1, 0.0),  # into talks: works through the talks themselves
        (0.99, 4, {("stage", "PPP"): 0.0}, 0, -3 * 1.5),
        (0.99, 4, {("stage", "PPP"): 2.5}, 3, -1 * 1.5),  # halves up
        (0.99, 1, {("talks", "PPP"): 0.3}, 1, 0.0),
    ],
)
def test_steps_spill_over_to_hub_and_spokes(v, stage, held, to, steps):
    system = _talks(v, stage, held=held)
    assert system.tracks["PPP"].stage == to
    assert system.tracks["PPP"].talks == (0.3 if ("talks", "PPP") in held else float(to >= 1))
    assert system.pairs["HHH-PPP"].impulse == pytest.approx(steps * 0.3)
    assert system.pairs["AAA-PPP"].impulse == pytest.approx(steps * 0.2 * 0.6)
    assert system.pairs["BBB-PPP"].impulse == pytest.approx(-steps * 0.2 * 0.2)
    assert system.pairs["PPP-QQQ"].impulse == 0.0


# 10 New agreements


def _prospect(uniform, pact, pacts=(), **other):
    pact.prospect = "AAA-BBB"
    leans = {"AAA": {"partner": 0.2}, "BBB": {"partner": 0.4}}
    dockets = [Docket("isle", "AAA-BBB", 0.0, 0, 2)]
    uniforms = {"prospect/AAA-BBB/advance": uniform, "agreement/d/background": 0.125}
    system = system_of(
        leans=other.pop("leans", leans), pacts=[pact, *pacts], dockets=dockets, uniforms=uniforms,
        **other,
    )  # fmt: skip
    system.pairs["AAA-BBB"].relation = 0.5
    system.beliefs["AAA", "BBB"], system.beliefs["BBB", "AAA"] = Belief(0.5, 1), Belief(0.1, 1)
    return system


def _declaration(status="none", **other):
    return Pact("d", ("AAA", "BBB"), "statement", 0.4, status, is_recorded=False, **other)


def test_negotiation_begins_where_relations_and_ties_with_the_hub_allow():
    both = [
        Pact("a", ("AAA", "HHH"), "treaty", 0.7, "in_force"),
        Pact("b", ("BBB", "HHH"), "treaty", 1.0, "in_force"),
        Pact("c", ("BBB", "HHH"), "treaty", 0.5, "signed"),
    ]
    # 0.08 e^(0.9 tanh(0.5) + 0.6 * 0.3 + 0.5 * 0.7 - 0.4 * 2/3)
    h = 0.08 * math.exp(0.9 * 0.46211716 + 0.18 + 0.35 - 0.26666667)
    for factor, status in ((0.9999, "negotiating"), (1.0001, "terminated")):
        pact = _declaration("terminated", gates=3)
        negotiate(_prospect((1 - math.exp(-h)) * factor, pact, both), 1)
        assert pact.status == status
        assert pact.gates == (0 if status == "negotiating" else 3)


def test_a_declaration_passes_three_gates_and_is_as_deep_as_it_is_worth():
    # Each gate: -0.5 + 1 * 0.1 - 0.3 * 2/3 = -0.6
    passes = 1 / (1 + math.exp(0.6))
    pact = _declaration("negotiating")
    system = _prospect(passes + 1e-9, pact)
    negotiate(system, 1)
    assert pact.gates == 0
    for gates in (1, 2, 3):
        system = _prospect(passes - 1e-9, pact)
        negotiate(system, gates)
        assert pact.gates == gates
        assert pact.status == ("in_force" if gates == 3 else "negotiating")
    # gaps 0.4 and 0.3: (0.8 - 0.6 * 0.35) / 1.2
    assert pact.depth == pytest.approx(0.59 / 1.2)
    assert pact.endurance == pytest.approx(math.log(8))
    assert system.pairs["AAA-BBB"].impulse == 0.25
    assert pact.came_into_force


@pytest.mark.parametrize(("partner", "status"), [(-0.1, "none"), (0.0, "negotiating")])
def test_a_hostile_new_government_breaks_negotiations_off(partner, status):
    leans = {"AAA": {"partner": partner}, "BBB": {"partner": -0.9}}
    pact = _declaration("negotiating", gates=2)
    negotiate(_prospect(0.999, pact, leans=leans, supported="AAA"), 1)
    assert (pact.status, pact.gates) == (status, 0 if status == "none" else 2)


def test_a_held_or_hollow_declaration_is_left_alone():
    for pact in (_declaration("negotiating", is_held=True), _declaration("hollow")):
        before = pact.status
        negotiate(_prospect(0.0, pact), 1)
        assert (pact.status, pact.gates) == (before, 0)


# 11 Density


@pytest.mark.parametrize(
    ("meetings", "severity", "statuses", "rupture", "care"),
    [
        (1.0, 0, ("in_force", "hollow"), 0.0, 0.5 + 1 + 0.5),
        (5.0, 2, ("in_force", "in_force"), 0.0, 1 + 1 + 1),
        (0.0, 3, ("hollow", "hollow"), 1.0, 0.0),
    ],
)
def test_channels_grow_with_meetings_calm_and_agreements(
    meetings, severity, statuses, rupture, care
):
    pacts = [Pact(str(k), ("AAA", "BBB"), "treaty", 1.0, word) for k, word in enumerate(statuses)]
    pacts.append(Pact("new", ("AAA", "BBB", "HHH"), "treaty", 1.0, "none", is_recorded=False))
    dockets = [Docket("isle", "AAA-BBB", 0.0, 0, severity)]
    system = system_of("AAA BBB HHH RRR", pacts=pacts, dockets=dockets)
    pair = system.pairs["AAA-BBB"]
    pair.density, pair.meetings, pair.is_ruptured = 0.6, meetings, bool(rupture)
    move_density(system)
    expected = 0.6 + 0.1 * 0.4 * care / 3 - 0.3 * 0.6 * rupture - 0.02 * 0.6
    assert pair.density == pytest.approx(expected)
    assert system.pairs["AAA-RRR"].density == 0.2  # no allies: it stays
    # Hub and AAA have no recorded agreement: one new one would count whole, none counts nothing
    plain = 0.2 + 0.1 * 0.8 * (0.48 + 1) / 3 - 0.02 * 0.2  # meetings 0.96 of 2
    assert system.pairs["AAA-HHH"].density == pytest.approx(plain)


# 12 Relations: strain over talks is a matter of this month's talks


def test_talks_pull_by_their_own_proliferator_and_strain_spokes_apart():
    system = system_of("AAA BBB HHH PPP", {"AAA": {"proliferator": 0.6}})
    none = dict.fromkeys(("orientation", "dispute_load", "mediation", "agreement_stock"), 0.0)
    before = {name: long_run(system, pair, none, 0.0) for name, pair in system.pairs.items()}
    system.tracks["PPP"].talks = 1.0
    after = {name: long_run(system, pair, none, 0.0) for name, pair in system.pairs.items()}
    rise = {name: after[name] - before[name] for name in after}
    assert rise == pytest.approx({
        "AAA-BBB": -0.3, "AAA-HHH": 0.0, "AAA-PPP": 0.4 * 0.6, "BBB-HHH": 0.0, "BBB-PPP": 0.0,
        "HHH-PPP": 0.5,
    })  # fmt: skip


# 13 Public good


@pytest.mark.parametrize(
    ("weakest", "answered", "expected"),
    [
        # One of two demands: q = 0.5 min(1, 0.3 + 0.4). The measure of the sum is q itself.
        (0.2, 1, 0.35),
        (0.2, 2, 0.7),
        (0.2, 0, 0.0),
        # Efforts 0.5/1.6 .. 0.9/1.6 and 0.4/1 .. 0.9/1: at q = 0.7 AAA gives 0.4875, BBB 0.75;
        # alone the least is 0.3125, joined 0.5625
        (0.5, 2, (0.4875 - 0.3125) / 0.25),
    ],
)
def test_the_public_good_is_supplied_as_far_as_spokes_coordinate(weakest, answered, expected):
    pact = Pact("p", ("AAA", "BBB"), "statement", 0.4, "in_force")
    system = system_of(
        pacts=[pact], demands=("bases", "tariffs"), public_good__weakest_link=weakest,
        public_good__cost__AAA=1.6, public_good__benefit__BBB=0.4,
    )  # fmt: skip
    system.pairs["AAA-BBB"].density = 0.3
    for issue in list(system.issues.values())[:answered]:
        issue.is_coordinated = True
    supply_public_good(system)
    assert system.public_good == pytest.approx(expected)

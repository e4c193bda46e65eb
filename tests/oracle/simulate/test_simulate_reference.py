"""Turnover and agreement review of the reference beside numbers worked out by hand."""

import math

import pytest
from scipy import stats
from tests.oracle.simulate.hand_world import office, world
from tests.oracle.simulate.small_world import CENTRAL

from comity.simulate.reference_agreements import gap, review_agreements
from comity.simulate.reference_rules import turn_over
from comity.simulate.reference_world import Pact, chance, normal, poisson, student_t4

# Quantiles


def test_quantiles_are_those_of_the_named_distributions():
    grid = [1e-9, 0.001, 0.2, 0.4999, 0.5, 0.8, 0.999999]
    for p in grid:
        assert student_t4(p) == pytest.approx(stats.t.ppf(p, 4), rel=1e-6, abs=1e-7)
        assert normal(p) == pytest.approx(stats.norm.ppf(p), rel=1e-9, abs=1e-12)
        for rate in (0.0, 0.05, 0.7, 4.0):
            assert poisson(rate, p) == min(5, stats.poisson.ppf(p, rate))


# Turnover


@pytest.mark.parametrize(("exit_uniform", "changed"), [(0.0182, False), (0.0181, True)])
def test_a_government_leaves_at_its_hazard(exit_uniform, changed):
    # 1 - exp(-0.0183) = 0.018134; support at 0.5 is kept against a share of 0.2
    place = office("AAA")
    system = world(
        [place],
        uniforms={"turnover/AAA/exit": exit_uniform},
        turnover__exit_hazard__monarchy=0.0183,
    )
    turn_over(system, 1)
    assert (place.changed, place.support_changed) == (changed, False)
    assert place.months_in_office == (0 if changed else 6)
    assert place.months_since_support == 51


def test_a_rate_of_the_state_goes_before_that_of_its_office():
    place = office("AAA")
    turn_over(world([place], turnover__exit_hazard__AAA=5.0), 1)
    assert place.changed


def test_lost_support_brings_another_coalition_and_its_orientation():
    place = office("AAA", lean={"rival": 0.9})
    uniforms = {
        "turnover/AAA/exit": 0.001,
        "turnover/AAA/support": 0.1,
        "turnover/AAA/coalition": 0.51,  # y up to 0.5, then z
        "turnover/AAA/orientation-rival": 0.975,
        "turnover/AAA/orientation-hub": 0.9999,
    }
    turn_over(world([place], uniforms=uniforms), 1)
    assert (place.changed, place.support_changed, place.coalition) == (True, True, "z")
    assert place.orientation["partner"] == pytest.approx(0.3)
    assert place.orientation["rival"] == 1.0  # 0.3 + 0.4 * 1.96, cut
    assert place.months_since_support == 0


def test_a_new_leader_alone_moves_orientation_by_a_small_step():
    place = office("AAA", lean={"rival": 0.4})
    uniforms = {"turnover/AAA/exit": 0.001, "turnover/AAA/orientation-rival": 0.025}
    turn_over(world([place], uniforms=uniforms), 1)
    assert place.orientation["rival"] == pytest.approx(0.4 - 0.2 * 1.959964, abs=1e-6)
    assert place.coalition == "x"


def test_a_one_term_president_leaves_at_every_term():
    place = office("AAA", kind="one_term_president", clock=3)
    system = world([place])
    months = []
    for lead in range(1, 101):
        turn_over(system, lead)
        months += [lead] if place.changed else []
    assert months == [3, 51, 99]


def test_a_one_term_president_who_falls_gives_the_next_a_full_term():
    place = office("AAA", kind="one_term_president", clock=3)
    turn_over(world([place], uniforms={"turnover/AAA/exit": 0.001}), 1)
    assert (place.changed, place.clock) == (True, 48)


@pytest.mark.parametrize(
    ("support", "expected"),
    [
        (0.51, [(False, False, 2), (True, False, 1), (False, False, 2)]),  # the party keeps office
        (0.49, [(True, True, 1)] * 3),  # the party loses every time
    ],
)
def test_terms_of_a_two_term_president(support, expected):
    place = office("AAA", kind="two_term_president", clock=1)
    system = world([place], uniforms={"turnover/AAA/support": support})
    found = []
    for lead in range(1, 98):
        turn_over(system, lead)
        if lead in (1, 49, 97):
            found.append((place.changed, place.support_changed, place.terms_served))
            assert place.clock == 48
        else:
            assert not place.changed
    assert found == expected


def test_a_vice_president_follows_and_the_clock_runs_on():
    place = office("AAA", kind="two_term_president", terms_served=2, clock=9)
    uniforms = {"turnover/AAA/exit": 0.001, "turnover/AAA/support": 0.001}
    turn_over(world([place], uniforms=uniforms), 1)
    assert (place.changed, place.support_changed) == (True, False)
    assert (place.terms_served, place.clock) == (1, 8)


@pytest.mark.parametrize(("coalition", "support_changed"), [("x", False), ("y", True)])
def test_a_held_hand_over(coalition, support_changed):
    place = office("AAA", kind="two_term_president", terms_served=2, clock=9)
    turn_over(world([place], held={("coalition", "AAA"): coalition}), 1)
    assert (place.changed, place.support_changed) == (True, support_changed)
    assert (place.coalition, place.clock, place.terms_served) == (coalition, 48, 1)
    assert place.orientation["hub"] == pytest.approx(0.3 if support_changed else 0.0)


# Agreement review


def test_the_gap_of_a_party_looks_at_the_components_toward_the_others():
    spoke = office("AAA", ("spoke",), lean={"hub": 0.6, "partner": -0.2})
    others = [office("BBB", ("spoke",)), office("HHH", ("hub",)), office("ZZZ", ("patron",))]
    pact = Pact("p", ("AAA", "BBB", "HHH", "ZZZ"), "executive", 1.0, "in_force")
    system = world([spoke, *others])
    assert gap(system, pact, "AAA") == pytest.approx(((1 - 0.6) / 2 + (1 + 0.2) / 2) / 2)
    alone = Pact("p", ("AAA", "ZZZ"), "executive", 1.0, "in_force")
    assert gap(system, alone, "AAA") == CENTRAL["agreement.reference_gap"]


def _treaty(background, **first):
    parties = [office("AAA", ("spoke",), "prime_minister", **first), office("HHH", ("hub",))]
    pact = Pact("p", ("AAA", "HHH"), "treaty", 0.5, "in_force")
    system = world(
        parties,
        pacts=[pact],
        uniforms={"agreement/p/background": background},
        density__default=0.3,
        agreement__democracy_effect=0.0,
        agreement__reference_gap=0.5,
        agreement__year_risk__treaty=0.12,
    )
    review_agreements(system, 1)
    return pact.status


@pytest.mark.parametrize(
    ("first", "factor"),
    [
        ({}, 1.0),
        ({"months_since_support": 11}, math.exp(1.4)),
        ({"months_since_support": 12}, 1.0),
        ({"lean": {"hub": -0.4}}, math.exp(1.5 * 0.2 / 2)),
    ],
)
def test_treaties_fail_at_their_yearly_risk(first, factor):
    # Gaps, depth and density at their references: the yearly risk is 0.12 exactly.
    # An endurance of -ln(uniform) lasts the month with the chance of the month.
    monthly = 1 - (1 - 0.12) ** (factor / 12)
    assert _treaty(1 - monthly * 1.001, **first) == "in_force"
    ended = _treaty(1 - monthly * 0.999, **first)
    assert ended == "suspended"  # outcome uniform 0.5, hollow to 0.5


@pytest.mark.parametrize(
    ("uniform", "status"),
    [(0.49, "hollow"), (0.5, "suspended"), (0.79, "suspended"), (0.81, "terminated")],
)
def test_a_refusal_at_review_and_what_becomes_of_the_pact(uniform, status):
    changed = office("AAA", ("spoke",), lean={"partner": -1.0}, support_changed=True)
    pact = Pact("p", ("AAA", "BBB"), "statement", 0.5, "signed")
    # Gap 1 against 0.45, density 0.2 against 0.3: odds 0.3 exp(3 * 0.55 + 0.9 * 0.1)
    odds = 0.3 * math.exp(3 * 0.55 + 0.9 * 0.1)
    refusal = odds / (0.7 + odds)
    for review, expected in ((refusal + 1e-9, "signed"), (refusal - 1e-9, status)):
        pact.status = "signed"
        uniforms = {
            "agreement/p/review-AAA": review,
            "agreement/p/review-BBB": 0.0,
            "agreement/p/outcome": uniform,
        }
        system = world(
            [changed, office("BBB", ("spoke",))],
            pacts=[pact],
            uniforms=uniforms,
            agreement__fear_effect=0.0,
        )
        review_agreements(system, 1)
        assert pact.status == expected
        impulse = 0.0 if expected == "signed" else -0.35
        assert system.pairs["AAA-BBB"].impulse == impulse


@pytest.mark.parametrize(
    ("lean", "changed", "uniform", "status"),
    [
        (0.2, True, 0.39, "in_force"),  # gap 0.4 below 0.45
        (0.0, True, 0.39, "hollow"),  # gap 0.5
        (0.2, False, 0.39, "hollow"),
        (0.2, True, 0.41, "hollow"),
    ],
)
def test_a_willing_new_government_restores(lean, changed, uniform, status):
    party = office("AAA", ("spoke",), lean={"partner": lean}, changed=changed)
    pact = Pact("p", ("AAA", "BBB"), "executive", 0.5, "hollow")
    uniforms = {"agreement/p/restore-AAA": uniform}
    system = world([party, office("BBB", ("spoke",))], pacts=[pact], uniforms=uniforms)
    review_agreements(system, 1)
    assert pact.status == status
    assert system.pairs["AAA-BBB"].impulse == (0.25 if status == "in_force" else 0.0)


def test_a_held_status_gives_the_impulse_once_to_every_pair_of_parties():
    parties = [office(code) for code in ("AAA", "BBB", "CCC")]
    pact = Pact("p", ("AAA", "BBB", "CCC"), "statement", 1 / 3, "none")
    system = world(parties, pacts=[pact], held={("agreement", "p"): "in_force"})
    for expected in (0.25, 0.0):
        review_agreements(system, 1)
        assert [pair.impulse for pair in system.pairs.values()] == [expected] * 3
    assert system.agreement_stock(system.pairs["AAA-CCC"]) == pytest.approx(1 / 3)


def test_chance_of_a_hazard():
    assert chance(0.0) == 0.0
    assert chance(math.log(2)) == pytest.approx(0.5)

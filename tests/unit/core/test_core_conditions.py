"""Conditions of clamps: read, said aloud, and refused with the clause and the nearest match."""

import math

import pytest

from comity.core.conditions import (
    RELATIONS,
    Clause,
    condition_faults,
    condition_in_words,
    parse_condition,
)
from comity.core.errors import ParameterError
from comity.core.quantities import CONDITIONAL
from comity.core.things import Things

THINGS = Things(
    {
        "dyad": {"AAA-BBB", "AAA-CCC", "BBB-CCC"},
        "state": {"AAA", "BBB", "CCC", "PPP"},
        "hub": {"AAA"},
        "spoke": {"BBB", "CCC"},
        "proliferator": {"PPP"},
        "demand": {"tariffs"},
        "docket": {"islets"},
        "agreement": {"A1", "declaration-bbb-ccc"},
    },
    {"AAA": {"left", "right"}, "BBB": {"left"}, "CCC": set(), "PPP": set()},
)
UNKNOWN = Things({}, None)


def test_a_condition_is_read_clause_by_clause_however_it_is_spaced():
    text = "  posture.AAA<-0.5 and agreement.declaration-bbb-ccc == in_force and public_good >=.2 "
    assert parse_condition(text) == (
        Clause("posture", "AAA", "<", "-0.5"),
        Clause("agreement", "declaration-bbb-ccc", "==", "in_force"),
        Clause("public_good", "", ">=", ".2"),
    )
    assert parse_condition("") == parse_condition("  ") == ()


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_relation_is_read_and_said(relation):
    (clause,) = parse_condition(f"fear.BBB {relation} 0.5")
    assert (clause.relation, clause.number) == (relation, 0.5)
    assert condition_in_words(str(clause)) == f"fear.BBB {RELATIONS[relation]} 0.5"


def test_a_word_is_no_number():
    assert math.isnan(Clause("coalition", "AAA", "==", "left").number)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("fear.BBB", "Write it as in"),
        ("fear.BBB is 0.5", "Write it as in"),
        ("fear.BBB = 0.5", 'Nearest: "fear.BBB == 0.5".'),
        ("fear.BBB => 0.5", 'Nearest: "fear.BBB >= 0.5".'),
        ("fear.BBB > 0 && fear.CCC > 0", 'Nearest: "fear.BBB > 0 and fear.CCC > 0".'),
        ("fear.BBB > 0, fear.CCC > 0", 'Nearest: "fear.BBB > 0 and fear.CCC > 0".'),
        ("0 < fear.BBB < 1", "Write it as in"),
        ("and", "Write it as in"),
    ],
)
def test_what_is_no_comparison_is_shown_with_its_form(text, hint):
    with pytest.raises(ParameterError) as caught:
        parse_condition(text)
    message = str(caught.value)
    assert message.startswith("every clause must be written quantity.entity, an operator")
    assert f'found "{text}"' in message
    assert hint in message
    (fault,) = condition_faults(text, THINGS)
    assert (fault.found, fault.fix in message) == (text, True)


@pytest.mark.parametrize("name", CONDITIONAL)
def test_every_quantity_can_be_asked_about(name):
    entity, value = {
        "coalition": ("AAA", "left"), "agreement": ("A1", "hollow"), "public_good": ("", "1"),
        "relation": ("BBB-CCC", "0.5"), "mediation": ("AAA-BBB", "1"), "density": ("AAA-CCC", "0"),
        "summit": ("BBB-CCC", "1"), "load": ("BBB-CCC", "7"), "dispute": ("islets", "3"),
        "coordination": ("tariffs", "1"), "talks": ("PPP", "0"), "stage": ("PPP", "4"),
        "posture": ("AAA", "-1"), "tension": ("AAA", "2"),
    }.get(name, ("BBB", "0.5"))  # fmt: skip
    text = f"{name}.{entity} == {value}" if entity else f"{name} == {value}"
    assert condition_faults(text, THINGS) == []
    assert condition_faults(text, UNKNOWN) == []


@pytest.mark.parametrize(
    ("text", "must", "fix"),
    [
        ("postur.AAA < 0", "ask about a known quantity", 'Nearest: "posture.AAA".'),
        ("postur.AAB < 0", "ask about a known quantity", 'Nearest: "posture.AAA".'),
        ("flare.islets > 0", "ask about a known quantity", 'Nearest: "dispute.islets", its open'),
        ("weather.AAA > 0", "ask about a known quantity", ""),
        ("fear.AAA > 0", "must name what exists: a spoke's fear", "Allowed: BBB, CCC."),
        ("fear.BBC > 0", "must name what exists", 'Nearest: "fear.BBB".'),
        ("fear > 0", "must name what exists", "Allowed: BBB, CCC."),
        ("public_good.AAA > 0", "must name what exists", 'Nearest: "public_good > 0".'),
        ("fear.BBB > 1.5", "a number from 0 to 1", 'Nearest: "fear.BBB > 1".'),
        ("fear.BBB > nan", "a number from 0 to 1", ""),
        ("fear.BBB > high", "a number from 0 to 1", ""),
        ("load.BBB-CCC < -1", "a number of 0 or more", 'Nearest: "load.BBB-CCC < 0".'),
        ("relation.BBB-CCC > 1", "a share above 0 and below 1", ""),
        ("coalition.AAA > left", "with == or !=", 'Nearest: "coalition.AAA == left".'),
        ("coalition.AAA == lefd", "with a coalition of AAA", 'Nearest: "left".'),
        ("agreement.A1 == in-force", "with a status", 'Nearest: "in_force".'),
        ("agreement.A2 == in_force", "must name what exists", 'Nearest: "agreement.A1".'),
    ],
)
def test_nonsense_gets_the_clause_what_must_hold_and_the_nearest(text, must, fix):
    (fault,) = condition_faults(f"fear.BBB > 0 and {text}", THINGS)
    assert fault.found == text
    assert must in fault.must
    assert fault.fix.startswith(fix)
    assert str(fault.under("clamps", 2, "while")).startswith(f"clamps[2].while: {fault.must}; ")

"""Outcomes: what each kind reads of a block's months, and what it must name."""

from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import ValidationError
from tests.oracle.simulate.small_world import small_case

from comity.core.errors import ConfigError
from comity.core.outcomes import OUTCOME_WORDS, Outcome, OutcomeKind
from comity.core.rows import STATUSES
from comity.core.states import StateIndex
from comity.simulate.outcomes import asked_outcomes, outcome_happened

N_MONTHS, MEMBERS = 6, 3
INDEX = StateIndex(("ALF", "BET", "HUB", "PRO"))
PAIR = INDEX.dyad_number("ALF-BET")
LAYOUT = SimpleNamespace(
    index=INDEX,
    start_month=100,
    agreements=("old", "declaration-alf-bet", "wide", "own"),
    agreement_parties=(("ALF", "BET"), ("ALF", "BET"), ("ALF", "BET", "HUB"), ("BET", "ALF")),
    n_recorded=1,
    spokes=("ALF", "BET"),
    proliferators=("PRO",),
    demands=("bases", "tariffs"),
)
PLAN = SimpleNamespace(layout=LAYOUT)


def trace():
    """Months of three members in which nothing happens."""
    rows = {
        "summits": INDEX.n_dyads, "mediated": INDEX.n_dyads, "trilateral": 1, "coordination": 2,
        "stage": 1, "status": 4, "alignment_security": 2, "alignment_economy": 2, "public_good": 1,
    }  # fmt: skip
    real = ("alignment_security", "alignment_economy", "public_good")
    return SimpleNamespace(
        **{
            name: np.zeros((n, N_MONTHS, MEMBERS), np.float64 if name in real else np.uint8)
            for name, n in rows.items()
        }
    )


def happened(found, kind: str, lead: int = 4, **fields) -> list[bool]:
    outcome = Outcome(id="o", words="asked", kind=kind, lead_months=lead, **fields)
    answer = outcome_happened(PLAN, outcome, found, 0)
    assert answer.shape == (MEMBERS,)
    return answer.tolist()


@pytest.mark.parametrize(
    ("kind", "array", "row", "fields"),
    [
        ("summit_by", "summits", PAIR, {"dyad": "BET-ALF"}),
        ("mediated_by", "mediated", PAIR, {"dyad": "ALF-BET"}),
        ("trilateral_by", "trilateral", 0, {}),
        ("coordinates_by", "coordination", 1, {"demand": "tariffs"}),
    ],
)
def test_what_happens_by_a_month_may_happen_in_any_up_to_it(kind, array, row, fields):
    found = trace()
    getattr(found, array)[row, 0, 0] = 1
    getattr(found, array)[row, 3, 1] = 1
    getattr(found, array)[row, 4, 2] = 1
    assert happened(found, kind, **fields) == [True, True, False]
    assert happened(found, kind, lead=5, **fields) == [True, True, True]
    if row:
        getattr(found, array)[:] = 0
        getattr(found, array)[0] = 1  # another entity's
        assert happened(found, kind, **fields) == [row == 0] * 3


def test_an_answer_to_any_demand_counts():
    found = trace()
    found.coordination[0, 3, 0] = 1
    found.coordination[1, 0, 1] = 1
    found.coordination[1, 4, 2] = 1
    assert happened(found, "coordinates_any_by") == [True, True, False]


@pytest.mark.parametrize(
    ("kind", "array"), [("summit_months", "summits"), ("mediated_months", "mediated")]
)
def test_months_are_counted_up_to_the_one_asked_about(kind, array):
    found = trace()
    getattr(found, array)[PAIR, :, 0] = (1, 0, 1, 0, 1, 1)  # two in the first four
    getattr(found, array)[PAIR, :, 1] = (0, 1, 1, 1, 0, 0)
    getattr(found, array)[PAIR - 1] = 1  # another pair's
    assert happened(found, kind, dyad="ALF-BET", at_least=3) == [False, True, False]
    assert happened(found, kind, lead=6, dyad="ALF-BET", at_least=3) == [True, True, False]


def test_joint_answers_count_in_the_month_asked_about():
    found = trace()
    found.coordination[1, :3, 0] = 1
    found.coordination[1, 3, 1] = 1
    assert happened(found, "coordinates", demand="tariffs") == [False, True, False]
    assert happened(found, "coordinates", demand="bases") == [False, False, False]


def test_a_declaration_is_new_of_these_two_alone_and_has_been_in_force():
    found, in_force = trace(), STATUSES.index("in_force")
    found.status[0] = found.status[2] = in_force  # recorded; of three
    assert happened(found, "declaration_by", dyad="ALF-BET") == [False, False, False]
    found.status[1, 1, 0] = in_force  # hollow later
    found.status[1, 2:, 0] = STATUSES.index("hollow")
    found.status[3, 3, 1] = in_force
    found.status[3, 3, 2] = STATUSES.index("signed")
    assert happened(found, "declaration_by", dyad="ALF-BET") == [True, True, False]
    assert happened(found, "declaration_by", dyad="ALF-HUB") == [False, False, False]


def test_a_stage_once_reached_counts():
    found = trace()
    found.stage[0, 1] = (2, 1, 3)
    assert happened(found, "stage_reached", state="PRO", at_least=2) == [True, False, True]
    assert happened(found, "stage_reached", lead=1, state="PRO", at_least=1) == [False] * 3


def test_levels_count_in_the_month_asked_about_and_above():
    found = trace()
    found.alignment_security[1, 3] = (0.6, 0.61, 0.0)
    found.alignment_economy[1, 3] = (0.7, 0.0, 0.0)
    found.public_good[0, 3] = (0.3, 0.25, 0.1)
    ask = {"state": "BET", "share": 0.6}
    assert happened(found, "alignment_above", domain="security", **ask) == [False, True, False]
    assert happened(found, "alignment_above", domain="economy", **ask) == [True, False, False]
    assert happened(found, "public_good_above", share=0.25) == [True, False, False]


def test_every_kind_is_explained():
    assert set(OUTCOME_WORDS) == set(OutcomeKind.__args__)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "declaration_by"}, 'of kind "declaration_by" needs "dyad"'),
        ({"kind": "alignment_above", "state": "ALF", "share": 0.5}, 'needs "domain"'),
        ({"kind": "trilateral_by", "dyad": "ALF-BET"}, 'does not use "dyad"'),
        ({"kind": "coordinates", "demand": "x", "domain": "economy"}, 'does not use "domain"'),
        ({"kind": "stage_reached", "state": "PRO", "at_least": 5}, "a stage of talks, 1 to 4"),
        ({"kind": "summit_months", "dyad": "ALF-BET"}, 'needs "at_least"'),
        (
            {"kind": "dispute_open_months", "dyad": "ALF-BET", "at_least": 4},
            "must not exceed the months up to then, 3; found 4",
        ),
    ],
)
def test_an_outcome_needs_what_its_kind_asks_about(fields, message):
    with pytest.raises(ValidationError, match=message):
        Outcome(id="o", words="asked", lead_months=3, **fields)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"kind": "coordinates", "demand": "tarifs"},
            'outcome "o", demand: must be the id of a demand in demands.toml; found "tarifs". '
            'Nearest: "tariffs".',
        ),
        (
            {"kind": "alignment_above", "state": "RIV", "domain": "economy", "share": 0.5},
            'outcome "o", state: must be the code of a spoke in case.toml; found "RIV". '
            "Allowed: ALF, BET.",
        ),
        (
            {"kind": "stage_reached", "state": "RIV", "at_least": 1},
            'outcome "o", state: must be the code of a proliferator in case.toml; found "RIV". '
            "Allowed: PRO.",
        ),
        (
            {"kind": "agreement_in_force", "agreement": "declaration-alf-bte"},
            'outcome "o", agreement: must be the id of an agreement of the case or of a scenario; '
            'found "declaration-alf-bte". Nearest: "declaration-alf-bet".',
        ),
        (
            {"kind": "coalition_in_office", "state": "ALF", "coalition": "odl"},
            'outcome "o", coalition: must be a coalition of ALF in case.toml; found "odl". '
            'Nearest: "old".',
        ),
    ],
)
def test_what_an_outcome_names_must_exist_before_a_run(fields, message):
    outcome = Outcome(id="o", words="asked", lead_months=3, **fields)
    with pytest.raises(ConfigError) as caught:
        asked_outcomes(small_case(outcomes=(outcome,)), 12)
    assert str(caught.value) == message
    assert asked_outcomes(small_case(outcomes=(outcome,)), 2) == ()  # not due

"""The first bundled case: whole, in its place, and its dockets derived from its events."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import get_args

import pytest
from pydantic import BaseModel

from comity.core.rows import STATUSES, Form
from comity.record import bundled_cases, check_case, load_case
from comity.record.read_case import TABLES
from comity.record.tables import read_table

FLARE_TONE = -2


class FormRow(BaseModel):
    kind: str
    form: Form
    reason: str


@pytest.fixture(scope="module")
def case():
    return load_case("japan-korea-us")


def test_it_holds_everything_it_was_made_from(case) -> None:
    assert check_case("japan-korea-us") == ()
    assert (len(case.events), len(case.governments), len(case.agreements)) == (307, 51, 57)
    assert {row.agreement for row in case.statuses} == {row.id for row in case.agreements}
    assert [row.id for row in case.events][:2] == ["E001", "E002"]
    assert Counter(row.kind for row in case.events)["mediation"] == 16


def test_every_bundled_case_can_be_loaded() -> None:
    for name, folder in bundled_cases().items():
        assert load_case(name).content_hash == load_case(folder).content_hash
        assert load_case(name).id == name


def test_flares_are_the_negative_acts_between_the_two_on_the_issues_of_the_docket(case) -> None:
    for docket in case.disputes:
        days = {
            row.date
            for row in case.events
            if {*row.source, *row.target} == set(docket.parties)
            and row.issue in docket.issues
            and row.tone <= FLARE_TONE
        }
        assert set(docket.flares) == days, docket.id
        assert docket.opened == min(days)


def test_severity_follows_the_worst_tone(case) -> None:
    for docket in case.disputes:
        worst = min(
            row.tone
            for row in case.events
            if row.date in docket.flares
            and row.issue in docket.issues
            and {*row.source, *row.target} == set(docket.parties)
        )
        assert docket.severity == (3 if worst <= -6 else 2 if worst <= -4 else 1), docket.id


def test_every_status_has_its_phrase_and_its_reason(case) -> None:
    assert all(row.phrase and row.reason for row in case.statuses)
    assert {row.status for row in case.statuses} <= set(STATUSES)


@pytest.mark.parametrize(
    ("agreement", "day", "status"),
    [
        ("A12", "2025-09-12", "in_force"),
        ("A18", "2006-01-01", "suspended"),
        ("A18", "2015-01-01", "suspended"),
        ("A26", "2018-01-01", "terminated"),
        ("A31", "2019-01-01", "hollow"),
        ("A31", "2025-09-12", "in_force"),
        ("A33", "2020-01-01", "hollow"),
        ("A33", "2023-03-21", "in_force"),
        ("A39", "2025-09-12", "terminated"),
        ("A56", "2025-09-12", "signed"),
    ],
)
def test_the_status_of_agreements_on_known_days(case, agreement, day, status) -> None:
    assert case.agreement_status(dt.date.fromisoformat(day))[agreement] == status


def test_every_kind_of_agreement_has_a_form_and_a_reason(case) -> None:
    table = read_table(TABLES / "agreement_forms.csv", FormRow)
    assert table.problems == []
    forms = {row.value.kind: row.value.form for row in table.rows}
    assert all(row.value.reason for row in table.rows)
    assert set(forms.values()) == set(get_args(Form))
    assert {row.kind: row.form for row in case.agreements}.items() <= forms.items()


def test_every_kind_of_event_is_placed(case) -> None:
    kinds = {row.kind for row in case.event_classes}
    assert {row.kind for row in case.events} == kinds

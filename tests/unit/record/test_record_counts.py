"""Rows to acts: which pairs a row stands for, on which side it counts, and what it leaves out."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tests.unit.record.conftest import SMALL

from comity.core.case import Case, EventClass
from comity.core.errors import ParameterError
from comity.core.months import month_of, parse_month
from comity.core.rows import Event
from comity.record import count_events, load_case
from comity.record.counts import act_pairs, classify
from comity.record.read_case import TABLES
from comity.record.tables import read_table

CLASSES = tuple(row.value for row in read_table(TABLES / "event_classes.csv", EventClass).rows)


def event(source: str, target: str, *, symmetric=False, kind="summit", tone=5.0) -> Event:
    return Event(
        id="E1", date=dt.date(2015, 5, 1), source=source, target=target, kind=kind,
        issue="general", tone=tone, description="an act", symmetric=symmetric,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "target", "symmetric", "pairs"),
    [
        ("AAA", "BBB", False, "AAA>BBB"),
        ("AAA", "BBB", True, "AAA>BBB BBB>AAA"),
        ("AAA", "BBB;CCC", False, "AAA>BBB AAA>CCC"),
        ("AAA;BBB", "CCC", False, "AAA>CCC BBB>CCC"),
        ("AAA;BBB", "BBB;CCC", False, "AAA>BBB AAA>CCC BBB>CCC"),
        ("AAA", "BBB;CCC", True, "AAA>BBB AAA>CCC BBB>AAA BBB>CCC CCC>AAA CCC>BBB"),
        ("AAA", "BBB;BBB", False, "AAA>BBB"),
        ("AAA", "AAA", False, ""),
        ("AAA", "AAA", True, ""),
    ],
)
def test_the_pairs_of_a_row(source: str, target: str, symmetric: bool, pairs: str) -> None:
    found = [f"{a}>{b}" for a, b in act_pairs(event(source, target, symmetric=symmetric))]
    assert sorted(found) == pairs.split()


@pytest.mark.parametrize(
    ("kind", "tone", "quad"),
    [
        ("summit", 5, "verbal cooperation"),
        ("summit", -1, "verbal conflict"),
        ("visit", -3, "verbal conflict"),
        ("statement", 0, None),
        ("statement", -2, "verbal conflict"),
        ("mediation", 0, "verbal cooperation"),
        ("dispute_flare", -5, "verbal conflict"),
        ("dispute_flare", -7, "material conflict"),
        ("tariff", -5, "material conflict"),
        ("court_ruling", 2, "verbal cooperation"),
        ("domestic_shock", 0, None),
        ("attack", -10, "material conflict"),
        ("institution_created", 10, "material cooperation"),
    ],
)
def test_the_class_of_a_row(kind: str, tone: float, quad: str | None) -> None:
    found = classify(event("AAA", "BBB", kind=kind, tone=tone), CLASSES)
    assert (found.quad if found else None) == quad


def test_every_class_gives_a_reason() -> None:
    assert all(row.reason for row in CLASSES)


def brute_force(case: Case) -> dict[tuple[str, str, int, bool], int]:
    """Count again, row by row and pair by pair, straight from the rule in words."""
    table: dict[tuple[str, str, int, bool], int] = {}
    for row in case.events:
        quad = next(c.quad for c in CLASSES if c.kind == row.kind and c.low <= row.tone < c.high)
        if quad == "none":
            continue
        named = set(row.source) | set(row.target)
        for a in named:
            for b in named - {a}:
                if row.symmetric or (a in row.source and b in row.target):
                    key = (a, b, month_of(row.date), "cooperation" in quad)
                    table[key] = table.get(key, 0) + 1
    return table


@pytest.mark.parametrize("name", [SMALL, "japan-korea-us"], ids=["small", "bundled"])
def test_counts_are_those_of_a_second_count(name) -> None:
    case = load_case(name)
    counts = count_events(case)
    table = brute_force(case)
    assert counts.volume.sum() == sum(table.values()) == len(counts.tone)
    for (source, target, month, cooperative), n in table.items():
        where = (case.index.directed_number(source, target), month - case.first_month)
        assert (counts.cooperative if cooperative else counts.conflictual)[where] == n


def test_tones_are_sorted_by_month_and_belong_to_their_rows() -> None:
    case = load_case(SMALL)
    counts = count_events(case)
    assert (np.diff(counts.tone_time) >= 0).all()
    for row, tone, time in zip(counts.act_row, counts.tone, counts.tone_time, strict=True):
        assert case.events[row].tone == tone
        assert month_of(case.events[row].date) == counts.months[time]


def test_an_earlier_end_is_the_record_cut_there() -> None:
    case = load_case(SMALL)
    month = parse_month("2014-06")
    cut = count_events(case, as_of_month=month)
    whole = count_events(case)
    n = month - case.first_month + 1
    assert cut.months[-1] == month
    np.testing.assert_array_equal(cut.cooperative, whole.cooperative[:, :n])
    np.testing.assert_array_equal(cut.conflictual, whole.conflictual[:, :n])
    np.testing.assert_array_equal(cut.tone, whole.tone[whole.tone_time < n])


def test_an_end_outside_the_case_is_refused() -> None:
    case = load_case(SMALL)
    with pytest.raises(ParameterError, match=r"2010-01 to 2019-12; found 2009-12\.$"):
        count_events(case, as_of_month=case.first_month - 1)


def test_mediation_is_an_act_toward_each_party_and_not_between_them() -> None:
    case = load_case(SMALL)
    rows = [n for n, row in enumerate(case.events) if row.kind == "mediation"]
    counts = count_events(case)
    for row in rows:
        found = counts.tone_directed[counts.act_row == row]
        assert {case.index.directed_dyads[d] for d in found} == {"AAA>BBB", "AAA>CCC"}

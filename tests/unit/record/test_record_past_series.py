"""What the record says of the things that outcomes ask about."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from comity.core.case import Case
from comity.core.months import parse_month
from comity.core.outcomes import OUTCOME_WORDS, Outcome
from comity.record import load_case
from comity.record.past_series import past_series


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("japan-korea-us")


def months_of(case: Case, values: np.ndarray, value: float = 1) -> list[int]:
    return [int(month) for month in case.months[values == value]]


def asked(kind: str, **more) -> Outcome:
    return Outcome(id="x", words="x", kind=kind, lead_months=6, **more)  # pyright: ignore


def test_flares_of_all_dockets_of_the_pair_and_no_other(case: Case) -> None:
    found = past_series(case, asked("flare_by", dyad="CHN-JPN"))
    assert found is not None
    assert months_of(case, found.values) == [parse_month("2010-09"), parse_month("2012-09")]


def test_new_heads_who_are_not_acting(case: Case) -> None:
    usa = past_series(case, asked("government_changed", state="USA"))
    assert usa is not None
    expected = ["2001-01", "2009-01", "2017-01", "2021-01", "2025-01"]
    assert months_of(case, usa.values) == [parse_month(month) for month in expected]
    korea = past_series(case, asked("government_changed", state="KOR"))
    assert korea is not None
    assert parse_month("2024-12") not in months_of(case, korea.values)  # an acting head
    japan = past_series(case, asked("support_changed", state="JPN"))
    assert japan is not None
    changed = ["2009-09", "2012-12"]
    assert months_of(case, japan.values) == [parse_month(month) for month in changed]


def test_who_is_in_office(case: Case) -> None:
    found = past_series(case, asked("coalition_in_office", state="USA", coalition="democratic"))
    assert found is not None
    place = parse_month("2021-01") - case.first_month
    assert found.values[[place - 1, place, place + 47, place + 48]].tolist() == [0, 1, 1, 0]


def test_an_agreement_before_its_first_status_is_not_known(case: Case) -> None:
    found = past_series(case, asked("agreement_in_force", agreement="A33"))
    assert found is not None
    at = {month: found.values[parse_month(month) - case.first_month] for month in
          ("2012-06", "2016-12", "2019-09", "2023-03", "2025-09")}  # fmt: skip
    assert np.isnan(at["2012-06"]) or at["2012-06"] == 0
    assert [at["2016-12"], at["2019-09"], at["2023-03"], at["2025-09"]] == [1, 0, 1, 1]


def test_meetings(case: Case) -> None:
    pair = past_series(case, asked("summit_by", dyad="JPN-KOR"))
    three = past_series(case, asked("trilateral_by"))
    assert pair is not None
    assert three is not None
    assert parse_month("2023-03") in months_of(case, pair.values)
    assert months_of(case, three.values)[-1] >= parse_month("2023-08")
    assert parse_month("2023-08") not in months_of(case, pair.values)  # a meeting of three


def test_what_the_record_does_not_hold(case: Case) -> None:
    for kind, more in (
        ("relation_above_start", {"dyad": "JPN-KOR"}),
        ("coordinates_by", {"demand": case.demands[0].id}),
        ("public_good_above", {"share": 0.2}),
        ("stage_reached", {"state": "PRK", "at_least": 2}),
    ):
        assert past_series(case, asked(kind, **more)) is None
    talks = past_series(case, asked("stage_reached", state="PRK", at_least=1))
    assert talks is not None
    assert parse_month("2018-06") in months_of(case, talks.values)


def test_nothing_after_the_case_closes_is_read(case: Case) -> None:
    from comity.study import cut_case

    early = cut_case(case, dt.date(2015, 6, 30))
    n = len(early.months)
    for kind, more in (
        ("flare_by", {"dyad": "JPN-KOR"}), ("government_changed", {"state": "JPN"}),
        ("agreement_in_force", {"agreement": "A04"}), ("summit_by", {"dyad": "JPN-KOR"}),
        ("coalition_in_office", {"state": "KOR", "coalition": "conservative"}),
        ("mediated_by", {"dyad": "JPN-KOR"}), ("declaration_by", {"dyad": "JPN-KOR"}),
    ):  # fmt: skip
        then, now = (past_series(x, asked(kind, **more)) for x in (early, case))
        assert then is not None
        assert now is not None
        assert len(then.values) == n
        assert np.array_equal(then.values, now.values[:n], equal_nan=True), kind
    assert {"flare_by", "summit_by"} <= set(OUTCOME_WORDS)

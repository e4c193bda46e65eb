"""A case cut on an earlier day knows nothing of later days."""

import datetime as dt

import pytest

from comity.core.case import StateEntry
from comity.core.errors import ConfigError
from comity.core.months import month_text
from comity.core.rows import Government
from comity.record import load_case
from comity.study import cut_case, parse_day
from comity.study.cut import terms_on

CASE = load_case("tests/fixtures/small-case")
BUNDLED = load_case("japan-korea-us")


@pytest.mark.parametrize("day", [dt.date(2012, 3, 4), dt.date(2016, 12, 31), CASE.as_of])
def test_no_row_lies_after_the_day(day):
    cut = cut_case(CASE, day)
    assert cut.as_of == day
    assert all(row.date <= day for row in cut.events)
    assert all(row.date <= day for row in cut.statuses)
    assert all(row.start <= day and (row.end is None or row.end <= day) for row in cut.governments)
    assert all(row.signed is None or row.signed <= day for row in cut.agreements)
    for row in cut.disputes:
        assert row.opened <= day
        assert all(flare <= day for flare in row.flares)
        assert row.settled is None or row.settled <= day
    assert {row.agreement for row in cut.statuses} <= {row.id for row in cut.agreements}


def test_the_incumbent_of_that_day_is_in_office():
    day = dt.date(2014, 6, 1)
    for state in CASE.index:
        then, now = CASE.incumbent(state, day), cut_case(CASE, day).incumbent(state)
        assert (then and then.leader) == (now and now.leader)


def test_cutting_at_the_end_changes_nothing_that_counts():
    assert cut_case(CASE, CASE.as_of).events == CASE.events


def entry(case, code):
    return next(item for item in case.states if item.code == code)


def terms(case, code):
    found = entry(case, code)
    return found.next_term_month and month_text(found.next_term_month), found.terms_served


def test_cut_on_its_last_day_a_case_keeps_what_it_says_of_that_day():
    cut = cut_case(CASE, CASE.as_of)
    assert cut.states == CASE.states
    assert cut.disputes == CASE.disputes
    assert (cut.outcomes, cut.headline_outcomes) == (CASE.outcomes, CASE.headline_outcomes)


@pytest.mark.parametrize("case", [CASE, BUNDLED], ids=["small", "bundled"])
def test_the_rule_for_terms_gives_the_present_ones(case):
    for item in case.states:
        if item.office.endswith("_president"):
            found = terms_on(item, case.governments, case.as_of)
            present = item.next_term_month, item.terms_served
            assert (found["next_term_month"], found["terms_served"]) == present, item.code


@pytest.mark.parametrize(
    ("case", "day", "code", "expected"),
    [
        (CASE, "2012-06", "AAA", ("2013-01", 1)),
        (CASE, "2014-06", "AAA", ("2017-01", 1)),
        (CASE, "2012-06", "CCC", ("2013-05", 1)),
        (CASE, "2015-03", "CCC", ("2018-05", 1)),  # an acting head moves no clock
        (CASE, "2014-06", "BBB", (None, 1)),
        (BUNDLED, "2015-06", "USA", ("2017-01", 2)),  # the second term of one spell
        (BUNDLED, "2018-06", "USA", ("2021-01", 1)),
        (BUNDLED, "2025-06", "USA", ("2029-01", 2)),  # the second of two spells
        (BUNDLED, "2015-06", "KOR", ("2018-02", 1)),  # ended in May 2017, which nobody knew
        (BUNDLED, "2018-06", "KOR", ("2022-05", 1)),
        (BUNDLED, "2013-01-19", "USA", ("2013-02", 1)),  # the term ends tomorrow
        (BUNDLED, "2013-01-20", "USA", ("2017-01", 2)),
        (BUNDLED, "2021-01-19", "USA", ("2021-02", 1)),
        (BUNDLED, "2021-01-20", "USA", ("2025-01", 1)),
    ],
)
def test_terms_are_those_that_were_known(case, day, code, expected):
    assert terms(cut_case(case, parse_day(day)), code) == expected


def test_a_vice_president_serves_out_the_term():
    state = StateEntry(
        code="AAA", name="A", roles=("hub",), office="two_term_president", term_months=48,
        next_term_month="2021-01", terms_served=1,
    )  # fmt: skip
    spell = {"state": "AAA", "office": "president", "coalition": "c"}
    rows = (
        Government(leader="One", start=dt.date(2009, 1, 20), end=dt.date(2011, 8, 9), **spell),
        Government(leader="Two", start=dt.date(2011, 8, 9), end=None, **spell),
    )
    found = terms_on(state, rows, dt.date(2012, 6, 30))
    assert (month_text(found["next_term_month"]), found["terms_served"]) == ("2013-01", 1)
    found = terms_on(state, rows, dt.date(2014, 6, 30))
    assert (month_text(found["next_term_month"]), found["terms_served"]) == ("2017-01", 2)
    found = terms_on(state, (), dt.date(2010, 6, 30))  # nobody is recorded: by the calendar
    assert (month_text(found["next_term_month"]), found["terms_served"]) == ("2013-01", 1)


def test_no_hand_over_is_known_ahead():
    for day in ("2012-06", "2019-11"):
        assert not any(item.scheduled for item in cut_case(CASE, parse_day(day)).states)
    assert any(item.scheduled for item in CASE.states)


@pytest.mark.parametrize(
    ("day", "islets", "textbooks"),
    [
        ("2012-06", True, True),
        ("2015-06-30", True, True),
        ("2016-09", True, False),  # both last flared in 2015: in October and in September
        ("2016-10", False, False),
        ("2019-10", True, False),  # December 2018; May 2018
        ("2019-12-06", False, False),  # twelve months after, and a day before the next flare
    ],
)
def test_a_docket_is_open_by_its_last_flare_and_not_by_the_present_mark(day, islets, textbooks):
    cut = cut_case(CASE, parse_day(day))
    assert {row.id: row.is_active for row in cut.disputes} == {
        "islets": islets, "textbooks": textbooks,
    }  # fmt: skip


def test_a_settled_docket_stays_closed():
    cut = cut_case(CASE, dt.date(2019, 12, 1))
    settled = next(row for row in cut.disputes if row.id == "textbooks")
    assert settled.settled == dt.date(2019, 11, 1)
    assert not settled.is_active


def test_nothing_is_asked_about_agreements_that_did_not_exist():
    cut = cut_case(BUNDLED, dt.date(2014, 6, 30))
    asked = {item.agreement for item in cut.outcomes} - {""}
    assert asked == {"A12"}
    assert set(cut.headline_outcomes) <= {item.id for item in cut.outcomes}
    assert "comfort-women-57" in BUNDLED.headline_outcomes


def test_a_cut_case_is_a_case_that_futures_can_start_from():
    cut = cut_case(BUNDLED, dt.date(2014, 6, 30))
    assert type(cut)(**{name: getattr(cut, name) for name in type(cut).model_fields}) == cut


def test_a_month_means_its_last_day():
    assert parse_day("2016-02") == dt.date(2016, 2, 29)
    assert parse_day("2016-02-03") == dt.date(2016, 2, 3)


@pytest.mark.parametrize("text", ["2016-13", "2016", "yesterday", "2016-02-30", "03/04/16"])
def test_a_day_that_is_none_is_refused(text):
    with pytest.raises(ConfigError) as error:
        parse_day(text)
    assert str(error.value) == (
        "--as-of: a day is written as YYYY-MM-DD or a month as YYYY-MM; "
        f'found "{text}". Write for example 2019-08.'
    )


@pytest.mark.parametrize("day", [dt.date(2009, 1, 1), dt.date(2020, 1, 1)])
def test_a_day_outside_the_record_is_refused(day):
    with pytest.raises(ConfigError) as error:
        cut_case(CASE, day)
    assert str(error.value) == (
        "--as-of: the day must lie at least one month into the record, from 2010-02-01 to "
        f"2019-12-20; found {day}. Choose a day in between."
    )


def test_what_the_whole_case_computed_once_is_not_taken_along():
    case = load_case("tests/fixtures/small-case")
    assert case.months[-1] == case.last_month  # computed and kept
    cut = cut_case(case, dt.date(2016, 12, 31))
    assert cut.months[-1] == cut.last_month < case.last_month

"""A case cut on an earlier day knows nothing of later days."""

import datetime as dt

import pytest

from comity.core.errors import ConfigError
from comity.record import load_case
from comity.study import cut_case, parse_day

CASE = load_case("tests/fixtures/small-case")


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

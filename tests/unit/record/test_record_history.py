"""Drivers month by month: governments, open dockets, mediation, agreements in force."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tests.unit.record.conftest import SMALL

from comity.core.case import Case
from comity.core.months import month_of, month_text, parse_month
from comity.core.rows import Dispute
from comity.record import driver_history, load_case
from comity.record.dockets import QUIET_MONTHS, open_months

MONTHS = np.arange(parse_month("2010-01"), parse_month("2019-12") + 1)


@pytest.fixture(scope="module")
def case():
    return load_case(SMALL)


@pytest.fixture(scope="module")
def history(case):
    return driver_history(case)


def at(case, month: str) -> int:
    return parse_month(month) - case.first_month


def docket(flares: str, settled: str = "", is_active: bool = False) -> Dispute:
    return Dispute(
        id="d", name="d", parties="BBB;CCC", issue="trade", severity=2, opened="2010-01-01",
        flares=flares, settled=settled, is_active=is_active,
    )  # fmt: skip


def open_spells(row: Dispute) -> list[tuple[str, str]]:
    edges = np.flatnonzero(np.diff(np.r_[0, open_months(row, MONTHS).astype(int), 0]))
    texts = [month_text(int(MONTHS[0] + edge)) for edge in edges]
    return list(zip(texts[::2], texts[1::2], strict=True))


@pytest.mark.parametrize(
    ("row", "spells"),
    [
        (docket(""), []),
        (docket("2012-03-05"), [("2012-03", "2013-03")]),
        (docket("2012-03-05;2012-09-05"), [("2012-03", "2013-09")]),
        (docket("2012-03-05;2015-01-01"), [("2012-03", "2013-03"), ("2015-01", "2016-01")]),
        (docket("2012-03-05", "2012-05-20"), [("2012-03", "2012-05")]),
        (docket("2012-03-05", "2016-05-20"), [("2012-03", "2016-05")]),
        (docket("2012-03-05", "2012-03-20"), [("2012-03", "2012-04")]),
        (docket("2012-03-05;2018-01-02"), [("2012-03", "2013-03"), ("2018-01", "2019-01")]),
        (
            docket("2012-03-05;2018-01-02", "2014-01-01"),
            [("2012-03", "2014-01"), ("2018-01", "2019-01")],
        ),
        (
            docket("2012-03-05;2018-01-02", is_active=True),
            [("2012-03", "2013-03"), ("2018-01", "2020-01")],
        ),
        (docket("", is_active=True), [("2010-01", "2020-01")]),
    ],
)  # fmt: skip
def test_when_a_docket_is_open(row: Dispute, spells: list[tuple[str, str]]) -> None:
    assert QUIET_MONTHS == 12
    assert open_spells(row) == spells


def test_dispute_load_sums_thirds_of_severity(case, history) -> None:
    load = history.dispute_load[case.index.dyad_number("BBB-CCC")]
    assert load[at(case, "2011-11")] == pytest.approx(3 / 3 + 2 / 3)
    assert load[-1] == pytest.approx(1.0)  # the islets are active, the textbooks settled
    assert not history.dispute_load[case.index.dyad_number("AAA-BBB")].any()


def test_orientation_follows_governments_overrides_and_acting_heads(case, history) -> None:
    number = case.index.number("CCC")
    partner = history.state_orientation[number, 1]
    assert partner[at(case, "2013-04")] == pytest.approx(0.3)  # right
    assert partner[at(case, "2013-05")] == pytest.approx(0.4)  # left, with its own value
    assert partner[at(case, "2015-01")] == pytest.approx(0.4)
    assert partner[at(case, "2015-02")] == pytest.approx(-0.1)  # stand-in: the coalition's value
    assert partner[at(case, "2015-04")] == pytest.approx(0.4)  # back before the month ended


def test_a_month_takes_the_government_of_its_last_day(case, history) -> None:
    hub = history.state_orientation[case.index.number("BBB"), 0]
    assert hub[at(case, "2012-08")] == pytest.approx(0.8)
    assert hub[at(case, "2012-09")] == pytest.approx(0.5)


def test_a_pair_takes_the_mean_of_the_components_toward_each_other(case, history) -> None:
    states, index = history.state_orientation, case.index
    a, b, e = (index.number(code) for code in ("AAA", "BBB", "EEE"))
    np.testing.assert_allclose(
        history.orientation[index.dyad_number("AAA-BBB")], (states[a, 1] + states[b, 0]) / 2
    )
    np.testing.assert_allclose(
        history.orientation[index.dyad_number("BBB-EEE")], (states[b, 3] + states[e, 1]) / 2
    )


def test_nobody_in_office_is_orientation_nought(case) -> None:
    late = [row for row in case.governments if row.state != "DDD"]
    late += [row.model_copy(update={"start": dt.date(2015, 1, 1)})
             for row in case.governments if row.state == "DDD"]  # fmt: skip
    history = driver_history(case.model_copy(update={"governments": tuple(late)}))
    hub = history.state_orientation[case.index.number("DDD"), 0]
    assert (hub[: at(case, "2015-01")] == 0).all()
    assert (hub[at(case, "2015-01") :] == -0.3).all()


def test_mediation_lasts_its_month_and_two_more(case, history) -> None:
    series = history.mediation[case.index.dyad_number("BBB-CCC")]
    expected = np.zeros(len(case.months))
    for month in ("2014-09", "2015-03", "2016-01", "2019-05"):
        expected[at(case, month) : at(case, month) + 3] = 1
    np.testing.assert_array_equal(series, expected)
    assert history.mediation.sum() == series.sum()


def test_agreement_stock_counts_depth_while_in_force(case, history) -> None:
    stock = history.agreement_stock[case.index.dyad_number("BBB-CCC")]
    assert stock[at(case, "2011-03")] == 0
    assert stock[at(case, "2011-04")] == pytest.approx(1 / 3)
    assert stock[at(case, "2013-10")] == pytest.approx(1 / 3)  # agreed in substance, not in force
    assert stock[at(case, "2013-11")] == pytest.approx(1)
    assert stock[at(case, "2015-09")] == 0  # one hollow, one suspended
    assert stock[-1] == pytest.approx((1 + 2 + 3) / 3)


def test_later_rows_do_not_change_earlier_months(case, history) -> None:
    """A second look: with everything after a month cut away, earlier months stay as they were."""
    end = dt.date(2014, 6, 30)
    cut = Case(
        **{
            **{name: getattr(case, name) for name in Case.model_fields},
            "as_of": end,
            "events": tuple(row for row in case.events if row.date <= end),
            "statuses": tuple(row for row in case.statuses if row.date <= end),
        }
    )
    early = driver_history(cut)
    n = month_of(end) - case.first_month + 1
    np.testing.assert_array_equal(early.mediation, history.mediation[:, :n])
    np.testing.assert_array_equal(early.agreement_stock, history.agreement_stock[:, :n])
    np.testing.assert_array_equal(early.orientation, history.orientation[:, :n])

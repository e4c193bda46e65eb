"""Drivers of a case: what each series says of a row, and what is said where there is none."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from comity.core.case import Case
from comity.core.drivers import NOBODY
from comity.core.judged import JudgedNumber
from comity.record import driver_history, driver_panel, load_case
from comity.record.hostility import remembered_hostility
from comity.record.incumbents import incumbents, pair_governments, scheduled_changes
from comity.simulate import merged_parameters

SMALL = "tests/fixtures/small-case"
JKU = "japan-korea-us"


@pytest.fixture(scope="module")
def small() -> Case:
    return load_case(SMALL)


@pytest.fixture(scope="module")
def first_case() -> Case:
    return load_case(JKU)


def numbers(case: Case) -> dict[str, JudgedNumber]:
    return dict(merged_parameters(case))


def changed(case: Case, **changes: object) -> Case:
    """Return the case with other rows; what was computed once is not taken along."""
    return Case.model_construct(**{**dict(case), **changes})


def at(case: Case, dyad: str, month: str) -> tuple[int, int]:
    year, number = (int(part) for part in month.split("-"))
    time = (year - 1970) * 12 + number - 1 - case.first_month
    return case.index.dyad_number(dyad), time


def test_every_driver_has_words_a_unit_and_a_source(first_case):
    panel = driver_panel(first_case, numbers(first_case))
    assert panel.names == (
        "orientation", "dispute_load", "mediation", "fear_symmetric", "fear_asymmetric",
        "pressure_common", "pressure_unequal", "agreement_stock", "shared_threat", "density",
    )  # fmt: skip
    for item in panel.drivers:
        assert item.missing == ""
        assert item.words
        assert item.unit
        assert item.source.endswith(".")
        assert item.values.shape == (15, 333)
        assert f"relation.beta.{item.name}" in numbers(first_case)


def test_series_of_the_record_are_those_of_the_history(first_case):
    panel, history = driver_panel(first_case, numbers(first_case)), driver_history(first_case)
    for name in ("orientation", "dispute_load", "mediation", "agreement_stock"):
        assert (panel.driver(name).values == getattr(history, name)).all()
    by_state = panel.driver("orientation").by_state
    np.testing.assert_allclose(by_state.sum(axis=1), history.orientation)


def test_hostility_fades_by_half_in_six_months(small):
    test = next(event for event in small.events if event.kind == "missile_test")
    alone = changed(
        small,
        events=(
            test.model_copy(
                update={"date": dt.date(2012, 3, 9), "tone": -8.0, "source": ("EEE",),
                        "target": ("BBB", "CCC"), "symmetric": False}
            ),
        ),
    )  # fmt: skip
    felt = remembered_hostility(alone, ["EEE"])
    state = small.index.number("BBB")
    time = at(small, "BBB-CCC", "2012-03")[1]
    assert felt[state, time - 1] == 0
    assert felt[state, time] == pytest.approx(1 - np.exp(-0.8 / 2))
    assert felt[state, time + 6] == pytest.approx(1 - np.exp(-0.4 / 2))
    assert (felt[small.index.number("AAA")] == 0).all()
    dyad = small.index.dyad_number("BBB-CCC")
    threat = driver_panel(alone, numbers(alone)).driver("shared_threat")
    np.testing.assert_allclose(threat.values[dyad], felt[state])
    assert (threat.values[small.index.dyad_number("AAA-BBB")] == 0).all()
    assert threat.designs[0].n_events == 1
    np.testing.assert_allclose(threat.designs[0].values, threat.values)


def test_fear_is_high_when_commitment_is_low(first_case):
    panel, judged = driver_panel(first_case, numbers(first_case)), numbers(first_case)
    fear = panel.driver("fear_symmetric").values
    dyad, before = at(first_case, "JPN-KOR", "2016-12")
    after = at(first_case, "JPN-KOR", "2017-01")[1]
    assert fear[dyad, after] > fear[dyad, before]
    threat = remembered_hostility(first_case, ["PRK"])
    wanted = []
    for code in ("JPN", "KOR"):
        near = (
            judged["abandonment.threat_effect"].central
            * threat[first_case.index.number(code), after]
            * (1 - judged["abandonment.self_reliance.default"].central)
        )
        drive = judged["abandonment.intercept"].central - judged[
            "abandonment.commitment_effect"
        ].central * (judged["commitment.republican"].central - 0.5)
        wanted.append(1 / (1 + np.exp(-drive - near)))
    assert fear[dyad, after] == pytest.approx(min(wanted))
    unequal = panel.driver("fear_asymmetric").values
    assert unequal[dyad, after] == pytest.approx(abs(wanted[0] - wanted[1]))
    others = np.arange(15) != dyad
    assert (fear[others] == 0).all()


def test_pressure_is_kept_apart_from_fear(first_case):
    panel = driver_panel(first_case, numbers(first_case))
    dyad, time = at(first_case, "JPN-KOR", "2025-04")
    assert panel.driver("pressure_common").values[dyad, time] > 0.3
    assert panel.driver("pressure_common").values[dyad, time - 4] < 0.05
    fear = panel.driver("fear_symmetric").values[dyad]
    assert abs(fear[time] - fear[time - 1]) < 0.01  # tariffs move pressure and not fear


def test_scheduled_changes_are_those_of_fixed_terms(first_case):
    is_scheduled = scheduled_changes(first_case, incumbents(first_case))
    found = {
        (first_case.index.codes[state], int(first_case.months[time]))
        for state, time in np.argwhere(is_scheduled)
    }
    months = {(code, (year - 1970) * 12 + month - 1) for code, year, month in (
        ("KOR", 1998, 2), ("KOR", 2003, 2), ("KOR", 2008, 2), ("KOR", 2013, 2),
        ("KOR", 2022, 5), ("USA", 2001, 1), ("USA", 2009, 1), ("USA", 2017, 1), ("USA", 2021, 1),
        ("USA", 2025, 1),
    )}  # fmt: skip
    assert found == months  # after the removals of 2017 and 2025 nothing was on schedule


def test_a_pair_of_governments_that_meets_again_keeps_its_number(small):
    office = incumbents(small)
    number, names = pair_governments(small, office)
    dyad, before = at(small, "BBB-CCC", "2015-01")
    during = at(small, "BBB-CCC", "2015-03")[1]
    after = at(small, "BBB-CCC", "2015-06")[1]
    assert number[dyad, before] == number[dyad, after] != number[dyad, during]
    assert names[dyad][number[dyad, during]] == "Beech Two and Clove Stand-in"
    gone = changed(small, governments=tuple(row for row in small.governments if row.state != "EEE"))
    panel = driver_panel(gone, numbers(gone))
    assert (panel.government[gone.index.dyad_number("BBB-EEE")] == NOBODY).all()


def test_court_flares_are_the_part_that_rulings_alone_keep_open(first_case):
    series = driver_panel(first_case, numbers(first_case)).driver("dispute_load")
    (part,) = series.designs
    dyad, time = at(first_case, "JPN-KOR", "2012-05")
    # the ruling of May 2012 opened the docket on forced labour, and nothing else did that year
    assert part.values[dyad, time] == pytest.approx(2 / 3)
    assert part.values[dyad, time - 1] == 0
    assert part.n_events == 9
    assert (part.values >= -1e-12).all()
    assert (part.values <= series.values + 1e-12).all()


@pytest.mark.parametrize(
    ("table", "driver", "wanted"),
    [
        ("disputes", "dispute_load", "Add a docket with its flares."),
        ("agreements", "agreement_stock", "Add an agreement with its status."),
    ],
)
def test_an_empty_table_says_which_row_to_add(small, table, driver, wanted):
    empty = changed(small, **{table: (), "statuses": ()})
    assert driver_panel(empty, numbers(empty)).driver(driver).missing == (
        f"{table}.csv has no row that says anything of it. {wanted}"
    )


def test_roles_that_a_driver_needs_are_named(small):
    alone = changed(
        small,
        states=tuple(
            row.model_copy(update={"roles": ("bystander",)})
            if row.code in ("CCC", "EEE") else row
            for row in small.states
        ),
    )  # fmt: skip
    panel = driver_panel(alone, numbers(small))
    for name in ("fear_symmetric", "fear_asymmetric", "pressure_common", "pressure_unequal"):
        assert panel.driver(name).missing == (
            'case.toml has 1 state(s) with the role "spoke", and this driver compares two. Give '
            "the role to a second state."
        )
    assert panel.driver("shared_threat").missing == (
        'case.toml has no state with the role "proliferator". Give one to the common adversary '
        "and list its acts in events.csv."
    )


def test_density_of_channels_grows_with_meetings_and_falls_with_ruptures(first_case):
    density = driver_panel(first_case, numbers(first_case)).driver("density").values
    dyad, torn = at(first_case, "JPN-KOR", "2019-08")
    assert density[dyad, torn] < density[dyad, torn - 1]
    quiet = at(first_case, "JPN-KOR", "2024-06")[1]
    assert density[dyad, quiet] > density[dyad, quiet - 6]
    assert (density >= 0).all()
    assert (density <= 1).all()

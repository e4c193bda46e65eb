"""Deaths in office from a table of leaders: which count, when, and which pairs they touch."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core.errors import NotEstimableError
from comity.core.states import StateIndex
from comity.core.world_tables import Leaders
from comity.explain.leader_occasions import chance_occasions

INDEX = StateIndex(["AAA", "BBB", "CCC"])
MONTHS = np.arange(360, 360 + 48)  # 2000-01 to 2003-12


def table(*rows: tuple[str, str, str, str], source: str = "archigos") -> Leaders:
    state, start, end, how = (np.array(column) for column in zip(*rows, strict=True))
    return Leaders(
        state, np.array(["somebody"] * len(rows)), start.astype("datetime64[D]"),
        end.astype("datetime64[D]"), how == "Still in Office", how, source,
    )  # fmt: skip


QUIET = ("BBB", "1999-01-01", "2004-06-30", "Still in Office")
OTHER = ("CCC", "1999-01-01", "2004-06-30", "Still in Office")


def test_a_death_falls_on_all_pairs_of_the_state_in_its_month():
    found = chance_occasions(
        table(
            ("AAA", "1999-01-01", "2001-03-10", "Natural Death"),
            ("AAA", "2001-03-10", "2004-06-30", "Still in Office"),
            QUIET, OTHER,
        ),
        INDEX, MONTHS,
    )  # fmt: skip
    assert [INDEX.dyads[k] for k in found.pair] == ["AAA-BBB", "AAA-CCC"]
    assert found.time.tolist() == [14, 14]
    assert found.occasion.tolist() == [0, 0]
    assert np.argwhere(found.touched).tolist() == [[0, 14], [1, 14]]


def test_other_ways_of_leaving_touch_and_are_no_occasion():
    found = chance_occasions(
        table(
            ("AAA", "1999-01-01", "2001-03-10", "Irregular"),
            ("AAA", "2001-03-10", "2002-05-05", "Retired Due to Ill Health"),
            ("AAA", "2002-05-05", "2004-06-30", "Still in Office"),
            QUIET, OTHER,
        ),
        INDEX, MONTHS,
    )  # fmt: skip
    assert set(found.time.tolist()) == {28}
    assert np.flatnonzero(found.touched[0]).tolist() == [14, 28]
    assert not found.touched[2].any()


def test_a_stopgap_of_days_is_no_change_and_the_death_before_it_is_one():
    found = chance_occasions(
        table(
            ("AAA", "1999-01-01", "2001-03-10", "Natural Death"),
            ("AAA", "2001-03-10", "2001-03-25", "Regular"),
            ("AAA", "2001-03-25", "2004-06-30", "Still in Office"),
            QUIET, OTHER,
        ),
        INDEX, MONTHS,
    )  # fmt: skip
    assert np.flatnonzero(found.touched[0]).tolist() == [14]
    assert found.time.tolist() == [14, 14]


def test_months_in_which_nobody_is_known_are_no_controls():
    found = chance_occasions(
        table(
            ("AAA", "1999-01-01", "2001-03-10", "Natural Death"),
            ("AAA", "2002-01-10", "2002-12-31", "Regular"),
            QUIET,
        ),
        INDEX, MONTHS,
    )  # fmt: skip
    assert np.flatnonzero(~found.touched[0]).tolist() == [*range(14), *range(25, 35)]
    assert found.touched[1:].all()  # CCC is not in the table


def test_years_are_periods_of_twelve_months():
    found = chance_occasions(
        table(
            ("AAA", "1999-01-01", "2001-03-10", "Natural Death"),
            ("AAA", "2001-03-10", "2004-06-30", "Still in Office"),
            QUIET, OTHER,
        ),
        INDEX, np.arange(360, 408, 12), 12,
    )  # fmt: skip
    assert found.time.tolist() == [1, 1]


def test_a_table_that_does_not_say_how_leaders_left_is_refused():
    with pytest.raises(NotEstimableError) as caught:
        chance_occasions(
            table(("AAA", "1999-01-01", "2001-03-10", ""), source="reign"), INDEX, MONTHS
        )
    assert str(caught.value) == (
        "reign: a table of leaders must say who died or fell ill in office; found none among 1 "
        "spells. Use Archigos, whose column exit does."
    )


def test_a_table_of_other_states_is_refused():
    with pytest.raises(NotEstimableError) as caught:
        chance_occasions(table(("ZZZ", "1999-01-01", "2001-03-10", "Natural Death")), INDEX, MONTHS)
    assert str(caught.value) == (
        "archigos: the table must cover states of the panel; found none of 3. Check that both use "
        "ISO 3166 codes."
    )

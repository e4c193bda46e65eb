"""Whatever stands in the columns, a reader yields one row for each and never raises."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fixtures.raw_events import run_reader

from comity.record.readers import gdelt1, gdelt2, icews, polecat

READERS = (gdelt1.READER, gdelt2.READER, icews.READER, polecat.READER)
LIKELY = (
    "2018-06-01", "20180601", "infinity", "040", "10", "Japan", "X (Japan)", "JPN", "JPN; KOR",
    "Government,Military", "CONSULT", "GOV", "1", "-3.5", "9e999", '"', '""', "(", ")", "()", ";",
    ",", "%", "_", "\\", "None", "NULL", "9223372036854775808",
)  # fmt: skip
TEXT = st.none() | st.sampled_from(LIKELY) | st.text(st.characters(codec="utf-8"), max_size=8)
FIRST, END = datetime.date(1800, 1, 1), datetime.date(2100, 1, 1)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@settings(max_examples=20)
@given(data=st.data())
def test_any_text_gives_one_row_each(reader, data):
    names = sorted({name for layout in reader.layouts for name in layout.columns})
    row = st.dictionaries(st.sampled_from(names), TEXT, max_size=12)
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    found = run_reader(reader, rows)
    assert [row["line"] for row in found] == list(range(len(rows)))
    for row in found:
        assert row["row_key"]
        if row["fault"] is None:
            assert FIRST <= row["event_date"] < END
            assert row["quad_class"] in (1, 2, 3, 4)
            assert row["n_acts"] >= 1

"""Codes become quad classes, dates become days, and what cannot be read says so."""

import datetime

import pytest
from tests.fixtures.raw_events import run_one, run_reader

from comity.record.readers import gdelt1, gdelt2, icews, polecat
from comity.record.readers.reader import CANONICAL
from comity.record.store.shape import find_columns

GOOD = {
    "icews": (icews.READER, {"event_date": "2018-06-01", "cameo_code": "040"}),
    "polecat": (polecat.READER, {"event_date": "2018-06-01", "event_type": "CONSULT"}),
    "gdelt1": (gdelt1.READER, {"Day": "20180601", "EventCode": "040"}),
    "gdelt2": (gdelt2.READER, {"Day": "20180601", "EventCode": "040"}),
}
DATE = {"icews": "event_date", "polecat": "event_date", "gdelt1": "Day", "gdelt2": "Day"}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_row_has_every_column(name):
    reader, columns = GOOD[name]
    row = run_one(reader, **columns)
    assert list(row) == ["line", *CANONICAL]
    assert row["event_date"] == datetime.date(2018, 6, 1)
    assert (row["quad_class"], row["n_acts"], row["period_months"]) == (1, 1, 0)
    assert row["fault"] is None


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("text", ["", "infinity", "0001-01-01", "00010101", "2018-02-30", "x"])
def test_a_row_without_a_usable_date_has_a_fault(name, text):
    reader, columns = GOOD[name]
    assert run_one(reader, **{**columns, DATE[name]: text})["fault"]


def test_faults_are_sentences_for_people():
    reader = icews.READER
    rows = [
        {"cameo_code": "040"},
        {"event_date": "June", "cameo_code": "040"},
        {"event_date": "2100-01-01", "cameo_code": "040"},
        {"event_date": "2018-06-01"},
        {"event_date": "2018-06-01", "cameo_code": "211x"},
        {"event_date": "2018-06-01", "cameo_code": "9999"},
    ]
    assert [row["fault"] for row in run_reader(reader, rows)] == [
        "the event has no date",
        'the date "June" cannot be read',
        'the date "2100-01-01" lies outside 1800-01-01 to 2100-01-01',
        "the event has no CAMEO code",
        '"211x" is no CAMEO code',
        '"9999" is no CAMEO code',
    ]
    assert run_one(gdelt2.READER, Day="19200101", EventCode="040")["fault"] == (
        'the date "19200101" lies before 1979-01-01, where the set begins'
    )


@pytest.mark.parametrize(
    ("text", "code", "quad_class"),
    [
        ("010", "010", 1),
        ("10", "010", 1),
        ("40", "040", 1),
        ("40.0", "040", 1),
        ("211", "0211", 1),
        ("112", "112", 3),
        ("057", "057", 1),
        ("06", "06", 2),
        ("0874", "0874", 2),
        ("138", "138", 3),
        ("14", "014", 1),
        ("141", "141", 4),
        ("2041", "2041", 4),
    ],
)
def test_an_icews_code_gets_its_lost_zero_back(text, code, quad_class):
    row = run_one(icews.READER, event_date="2018-06-01", cameo_code=text)
    assert (row["code"], row["quad_class"]) == (code, quad_class)


@pytest.mark.parametrize(
    ("text", "published", "code", "quad_class"),
    [
        ("10", "3", "10", 3),
        ("10", "1", "010", 1),
        ("40", None, "040", 1),
        ("040", "4", "040", 1),
        ("---", "2", "---", 2),
        ("---", None, "---", None),
    ],
)
def test_a_gdelt_class_follows_the_root_and_the_published_class_without_one(
    text, published, code, quad_class
):
    columns = {"Day": "20180601", "EventCode": text}
    if published:
        columns["QuadClass"] = published
    row = run_one(gdelt2.READER, **columns)
    assert (row["code"], row["quad_class"]) == (code, quad_class)
    assert (row["fault"] is None) == (quad_class is not None)


def test_a_polecat_type_decides_its_class_and_the_mode_joins_the_code():
    row = run_one(
        polecat.READER, event_date="2023-01-02", event_type="SANCTION", event_mode="expel"
    )
    assert (row["code"], row["quad_class"]) == ("SANCTION-expel", 4)
    shifted = run_one(polecat.READER, event_date="2023-01-02", event_type="Japan")
    assert shifted["fault"] == '"Japan" is no PLOVER event type'


def test_quotation_marks_and_empty_words_are_taken_off():
    row = run_one(
        icews.READER,
        event_date='"2018-06-01"',
        cameo_code='"040"',
        source_name='"Citizen (Japan)"',
        source_country="NULL",
        target_name='say "hello"',
    )
    assert (row["source_state"], row["source_name"]) == ("JPN", "Citizen (Japan)")
    assert row["target_name"] == 'say "hello"'


def test_an_intensity_outside_the_scale_is_none():
    found = [
        run_one(icews.READER, event_date="2018-06-01", cameo_code="040", intensity=text)[
            "goldstein"
        ]
        for text in ("-4.4", "99", "nan", "x")
    ]
    assert found == [-4.4, None, None, None]


def test_only_exact_duplicates_share_a_key():
    same = {
        "event_id": "1",
        "event_date": "2018-06-01",
        "cameo_code": "040",
        "source_name": "Japan",
    }
    rows = [same, same, {**same, "event_date": "2018-06-02"}, {**same, "cameo_code": "041"}]
    keys = [row["row_key"] for row in run_reader(icews.READER, rows)]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    acts = [{"Day": "20180601", "EventCode": "040", "GlobalEventID": number} for number in "112"]
    keys = [row["row_key"] for row in run_reader(gdelt2.READER, acts)]
    assert keys[0] == keys[1] != keys[2]


def test_layouts_have_the_published_widths():
    assert [len(layout.columns) for layout in gdelt1.READER.layouts[:3]] == [58, 57, 17]
    assert len(gdelt2.READER.layouts[0].columns) == 61
    assert len(polecat.READER.layouts[0].columns) == 40
    for reader, _ in GOOD.values():
        for layout in reader.layouts:
            assert len(set(layout.columns)) == len(layout.columns)


def test_headers_fit_as_their_publishers_spell_them():
    dataverse = ["Event ID", "Event Date", "Source Name", "Source Country", "CAMEO Code"]
    tabs, commas, daily = icews.READER.layouts
    assert find_columns(tabs, [*dataverse, "Target Name", "Target Country"])
    assert find_columns(commas, ["date", "source_state", "target_state", "cameo_code"]) is None
    assert find_columns(daily, ["date", "source_state", "target_state", "cameo_code"])
    named = polecat.READER.layouts[0]
    header = ["Event Date", "Event Type", "Actor Country", "Recipient Country", "Event Intensity"]
    places = find_columns(named, header)
    assert places is not None
    assert places["intensity"] == 4

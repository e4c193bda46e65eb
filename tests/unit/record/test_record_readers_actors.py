"""Actors become states on the day of the act, and sectors by stated rules."""

import csv
from collections import defaultdict
from importlib.resources import files
from itertools import pairwise

import pytest
from tests.fixtures.raw_events import run_one

from comity.record.readers import gdelt1, gdelt2, icews, polecat
from comity.record.readers.actors import SECTORS

READERS = (gdelt1.READER, gdelt2.READER, icews.READER, polecat.READER)


def table(name):
    path = files("comity.record") / "tables" / f"{name}.csv"
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(("name", "key"), [("state_names", "spelling"), ("state_codes", "code")])
def test_no_spelling_stands_for_two_states_on_one_day(name, key):
    periods = defaultdict(list)
    for row in table(name):
        periods[row[key]].append((row["valid_from"] or "0001", row["valid_to"] or "9999"))
        assert not row["valid_from"] or not row["valid_to"] or row["valid_from"] < row["valid_to"]
        assert row["why"] or not (row["valid_from"] or row["valid_to"]), row
        assert row["iso3"] == "" or (len(row["iso3"]) == 3 and row["iso3"].isupper()), row
    for spelling, found in periods.items():
        found.sort()
        for (_, end), (start, _) in pairwise(found):
            assert end <= start, f"{spelling} has two periods that overlap: {found}"


def test_spellings_are_written_as_they_are_looked_up():
    for row in table("state_names"):
        assert row["spelling"] == row["spelling"].strip().lower(), row
    for name in ("state_codes", "actor_types"):
        assert all(row["code"] == row["code"].upper() for row in table(name))


def test_tables_use_the_known_sectors_and_classes_with_reasons():
    for name in ("icews_sectors", "actor_types"):
        for row in table(name):
            assert row["sector"] in SECTORS, row
            assert row["why"], row
    assert all(row["quad_class"] in "1234" and row["why"] for row in table("plover_classes"))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_every_reader_says_what_is_wrong_with_its_files(reader):
    assert len(reader.defects) > 3
    assert all(line.endswith(".") for line in reader.defects)


@pytest.mark.parametrize(
    ("name", "day", "state"),
    [
        ("Soviet Union", "1991-12-25", "RUS"),
        ("Soviet Union", "1991-12-26", None),
        ("Ukraine", "1991-12-25", None),
        ("Ukraine", "1991-12-26", "UKR"),
        ("South Sudan", "2011-07-08", None),
        ("South Sudan", "2011-07-09", "SSD"),
        ("East Germany", "1990-10-02", "DDR"),
        ("East Germany", "1990-10-03", None),
        ("Germany", "1985-01-01", "DEU"),
        ("Czechoslovakia", "1992-12-31", "CSK"),
        ("Czech Republic", "1993-01-01", "CZE"),
        ("Serbia and Montenegro", "2005-01-01", "SRB"),
        ("Zaire", "1995-01-01", "COD"),
        ("Burma", "2000-01-01", "MMR"),
        ("Swaziland", "2000-01-01", "SWZ"),
        ("North Macedonia", "2020-01-01", "MKD"),
        ("the former Yugoslav Republic of Macedonia", "2000-01-01", "MKD"),
        ("Kosovo", "2010-01-01", "XKX"),
        ("Occupied Palestinian Territory", "2010-01-01", "PSE"),
        ("Taiwan", "2010-01-01", "TWN"),
        ("Hong Kong", "2010-01-01", "HKG"),
        ("Congo", "2010-01-01", "COG"),
        ("Democratic Republic of Congo", "2010-01-01", "COD"),
        ("C\u00f4te d\u2019Ivoire", "2010-01-01", "CIV"),
        ("Europe", "2010-01-01", None),
    ],
)
def test_a_name_is_a_state_on_the_day_of_the_act(name, day, state):
    row = run_one(icews.READER, event_date=day, cameo_code="040", source_country=name)
    assert row["source_state"] == state
    assert row["fault"] is None


@pytest.mark.parametrize(
    ("code", "day", "state"),
    [
        ("ROM", "20180101", "ROU"),
        ("TMP", "20180101", "TLS"),
        ("MTN", "20180101", "MNE"),
        ("WSB", "20180101", "PSE"),
        ("CZE", "19850101", "CSK"),
        ("CZE", "20180101", "CZE"),
        ("SUN", "19850101", "RUS"),
        ("EUR", "20180101", None),
        ("AFR", "20180101", None),
        ("WST", "20180101", None),
    ],
)
def test_a_cameo_country_code_is_a_state_or_none(code, day, state):
    row = run_one(gdelt2.READER, Day=day, EventCode="040", Actor2CountryCode=code)
    assert row["target_state"] == state
    assert row["fault"] is None


@pytest.mark.parametrize(
    ("columns", "sector"),
    [
        ({"source_name": "Japan", "source_country": "Japan"}, "state"),
        ({"source_name": "Russia", "source_country": "Russian Federation"}, "state"),
        ({"source_name": "Japan"}, "state"),
        ({"source_name": "Citizen (Japan)"}, ""),
        ({"source_name": "Tata Motors"}, ""),
        ({"source_sectors": "Legislative / Parliamentary,Executive,Parties"}, "gov"),
        ({"source_sectors": "Military,Government"}, "mil"),
        ({"source_sectors": "Navy Mechanized (Ships, Tanks, Planes)"}, "mil"),
        ({"source_sectors": "Parties,Opposition Major Party (Out Of Government)"}, "opp"),
        ({"source_sectors": "Regional,Regional Diplomatic IGOs"}, "igo"),
        ({"source_sectors": "Human Rights NGOs"}, "nongov"),
        ({"source_sectors": "Insurgents"}, "rebel"),
        ({"source_sectors": "Hindu"}, "other"),
    ],
)
def test_an_icews_actor_has_the_first_sector_in_rank(columns, sector):
    row = run_one(icews.READER, event_date="2018-06-01", cameo_code="040", **columns)
    assert row["source_sector"] == sector


def test_a_name_that_ends_in_a_state_belongs_to_it():
    row = run_one(
        icews.READER,
        event_date="2018-06-01",
        cameo_code="040",
        source_name="High Ranking Military Personnel (Vietnam)",
        target_name="European Union",
    )
    assert (row["source_state"], row["target_state"], row["fault"]) == ("VNM", None, None)


def test_a_polecat_list_of_one_state_is_that_state_and_of_several_is_none():
    row = run_one(
        polecat.READER,
        event_date="2023-01-02",
        event_type="CONSULT",
        actor_country="JPN; JPN; None",
        recipient_country="KOR; USA",
        primary_actor_sector="GOV",
        recipient_name="Seoul; Washington",
    )
    assert (row["source_state"], row["source_sector"]) == ("JPN", "gov")
    assert (row["target_state"], row["target_name"]) == (None, "Seoul; Washington")


def test_a_reduced_actor_code_is_a_state_and_a_type():
    common = {"Date": "19850101", "CAMEOCode": "040", "NumEvents": "3", "QuadClass": "1"}
    row = run_one(gdelt1.READER, **common, Source="ROMGOV", Target="REB")
    assert (row["source_state"], row["source_sector"]) == ("ROU", "gov")
    assert (row["target_state"], row["target_sector"]) == (None, "rebel")
    assert row["n_acts"] == 3
    assert run_one(gdelt1.READER, **common, Source="USA")["source_sector"] == "state"

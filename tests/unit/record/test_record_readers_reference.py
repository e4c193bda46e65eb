"""States and classes agree with public tables, where a data folder is present."""

import csv
import gzip

from tests.fixtures.raw_events import run_reader

from comity.record.readers import gdelt2, icews, polecat


def rows_of(path):
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8")
    return [
        {name: value or None for name, value in row.items()}
        for row in csv.DictReader(text.splitlines())
    ]


def test_the_raw_sample_agrees_with_the_placed_actors(shared_data):
    raw = rows_of(shared_data / "reference" / "icews_raw_sample_2018_06.csv.gz")
    placed = {
        row["icews_name"]: row["state"]
        for row in rows_of(shared_data / "reference" / "icews_actor_map.csv")
    }
    found = run_reader(icews.READER, raw)
    assert all(row["fault"] is None for row in found)
    n_same = n_none = 0
    for row in found:
        for side in ("source", "target"):
            state = placed.get(row[f"{side}_name"])
            if state is None:
                continue
            n_same += state == row[f"{side}_state"]
            n_none += row[f"{side}_state"] is None
            assert row[f"{side}_state"] in (state, None), row[f"{side}_name"]
    # The six are firms and one person whose country the publisher leaves empty.
    assert (n_same, n_none) == (2704, 6)


def test_daily_extracts_keep_their_states_and_classes(shared_data):
    for name in ("icews_events_2005_2015.csv.gz", "icews_events_2018.csv.gz"):
        raw = rows_of(shared_data / name)
        layout = icews.READER.layouts[2]
        names = {old[0]: new for new, old in layout.spellings.items()}
        renamed = [{names.get(key, key): text for key, text in row.items()} for row in raw]
        found = run_reader(icews.READER, renamed)
        wanted = [(row["source_state"], row["target_state"], row["quad_class"]) for row in raw]
        assert wanted == [
            (row["source_state"], row["target_state"], str(row["quad_class"])) for row in found
        ]
        assert len({row["row_key"] for row in found}) == len(raw)


def test_names_of_states_agree_with_the_list_of_numbers(shared_data):
    states = rows_of(shared_data / "reference" / "country_cow_iso3.csv")
    raw = [
        {"event_date": "2018-06-01", "cameo_code": "040", "source_country": row["Countryname"]}
        for row in states
    ]
    found = run_reader(icews.READER, raw)
    differ = {
        row["iso3c"]
        for row, made in zip(states, found, strict=True)
        if row["iso3c"] != made["source_state"]
    }
    # Ended before 2018, or (CIV) a name with a broken character.
    assert differ == {"DDR", "CSK", "YUG", "YAR", "CIV"}


def test_cameo_classes_agree_with_the_public_table(shared_data):
    codes = rows_of(shared_data / "reference" / "cameo_goldstein_quad.csv")
    found = run_reader(gdelt2.READER, [{"Day": "20180601", "EventCode": r["code"]} for r in codes])
    assert [r["quad_class"] for r in codes] == [str(row["quad_class"]) for row in found]
    long = [r for r in codes if len(r["code"]) > 2]
    raw = [{"event_date": "2018-06-01", "cameo_code": r["code"]} for r in long]
    assert [r["quad_class"] for r in long] == [
        str(row["quad_class"]) for row in run_reader(icews.READER, raw)
    ]


def test_plover_classes_agree_with_the_text_of_the_ontology(shared_data):
    modes = rows_of(shared_data / "reference" / "plover_scores.csv")
    raw = [{"event_date": "2023-01-02", "event_type": row["plover_event"]} for row in modes]
    found = run_reader(polecat.READER, raw)
    assert [row["quad_class_section_text"] for row in modes] == [
        str(row["quad_class"]) for row in found
    ]
    differ = {
        row["plover_event"]
        for row, made in zip(modes, found, strict=True)
        if row["quad_class_appendix_table"] != str(made["quad_class"])
    }
    assert differ == {"SANCTION"}

"""Which acts of a store make a world, and what `comity measure` says of it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from tests.contract.cli.conftest import comity, kept_steps  # noqa: F401  fixtures
from tests.unit.judge.conftest import make_relations

import comity.measure as comity_measure
import comity.measure.world as measure_world
from comity.core.world_place import WorldPlaces
from comity.record import load_case
from comity.record.store import count_stored_events, import_events
from comity.study import Study
from comity.study import world as study_world
from comity.study.cache import StepCache
from comity.study.world import world_counts

SMALL = Path("tests/fixtures/small-case")
STATES = ["AAA", "BBB", *(f"X{letter}X" for letter in "ABCDEFGHIJK")]  # the case's CCC is missing


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Every pair of 13 states acts from July to December 2019; no act has AAA as a target."""
    folder = tmp_path_factory.mktemp("world")
    generator = np.random.default_rng(3)
    lines = ["date,source,target,quad_class"]
    for i, source in enumerate(STATES):
        for target in STATES[max(1, i + 1) :]:
            chance = generator.uniform(0.1, 0.9)
            for month in range(7, 13):
                kinds = generator.choice([1, 3], 2, p=[chance, 1 - chance])
                lines += [f"2019-{month:02d}-{d + 1:02d},{source},{target},{kind}"
                          for d, kind in enumerate(kinds)]  # fmt: skip
    (folder / "acts.csv").write_text("\n".join(lines) + "\n", "utf-8")
    path = folder / "events.duckdb"
    import_events(path, "csv", [folder / "acts.csv"])
    return path


def test_few_states_are_no_world(store, monkeypatch):
    case = load_case(SMALL)
    assert len(world_counts(store, case)[0].index) == 13
    monkeypatch.setattr(study_world, "LEAST_STATES", 14)
    assert world_counts(store, case) is None
    assert Study(case, store=store, cache=StepCache(None)).world is None
    assert Study(case, cache=StepCache(None)).world is None


def test_too_many_states_are_cut_to_the_busiest_and_those_of_the_case(store, monkeypatch):
    monkeypatch.setattr(study_world, "MAX_STATES", 12)
    case = load_case(SMALL)
    found = world_counts(store, case)
    assert found is not None
    whole = count_stored_events(store, first=case.first_month, last=case.last_month)
    busiest, n_left_out = study_world._busiest(whole, {"AAA", "BBB", "CCC"}), 1
    acts = dict.fromkeys(STATES, 0)
    for label, n in zip(np.array(whole.index.directed_dyads)[whole.directed], whole.volume,
                        strict=True):  # fmt: skip
        for code in label.split(">"):
            acts[code] += n
    assert busiest[:2] == ["AAA", "BBB"]
    assert sorted(acts[code] for code in busiest) == sorted(acts.values())[n_left_out:]
    assert (set(found[0].index.codes), found[1]) == (set(busiest), n_left_out)


def test_the_places_are_kept_and_asked_anew_when_acts_change(store, tmp_path, monkeypatch):
    case, cache = load_case(SMALL), StepCache(tmp_path)
    asked = []

    def measured(counts, dyads, **_):
        asked.append(len(counts.directed))
        holes = np.full((len(dyads), 2), np.nan)
        return WorldPlaces(counts.months[:2], tuple(dyads), holes, holes, holes,
                           np.zeros(2, np.int64), 13, 0, 9, counts.sources)  # fmt: skip

    monkeypatch.setattr(measure_world, "measure_world", measured)
    first = Study(case, store=store, cache=cache).world
    again = Study(case, store=store, cache=cache)
    for name in (field.name for field in dataclasses.fields(WorldPlaces)):
        np.testing.assert_array_equal(getattr(first, name), getattr(again.world, name))
    assert (len(asked), again.finished) == (1, {"world": "kept"})
    monkeypatch.setattr(study_world, "MAX_STATES", 12)
    assert Study(case, store=store, cache=cache).world is not None
    assert len(asked) == 2


def test_measure_shows_the_column_only_with_a_world(comity, store, monkeypatch):  # noqa: F811
    def fit(counts, **_):
        return make_relations(counts, n_draws=4)

    monkeypatch.setattr(comity_measure, "fit_relations", fit)
    monkeypatch.setattr(measure_world, "N_FITTED_PAIRS", 9)
    said = comity("measure", SMALL, "--store", store, "--json")
    assert (said.code, said.err) == (0, "")
    schema = json.loads(Path("docs/reference/json/measure.schema.json").read_text("utf-8"))
    jsonschema.validate(said.document, schema)
    world = said.document["world"]
    assert (world["n_states"], world["n_fitted_pairs"]) == (13, 9)
    assert world["n_pairs"][-7:] == [0, 78, 78, 78, 78, 78, 78]
    one = world["place"]["AAA-BBB"]
    assert set(one[:-6]) == {None}  # nobody acts before July
    ends = world["place_low"]["AAA-BBB"][-6:], world["place_high"]["AAA-BBB"][-6:]
    assert all(0 < low < place < high < 100
               for low, place, high in zip(ends[0], one[-6:], ends[1], strict=True))  # fmt: skip
    assert set(world["place"]["AAA-CCC"]) == {None}
    table = comity("measure", SMALL, "--store", store)
    assert table.err == ""
    assert "in all   world" in table.out
    words = " ".join(table.out.split())
    assert "levels of different sources are not comparable" in words
    assert "among the 78 pairs of the store's 13 states that have acts in the last month" in words
    plain = comity("measure", SMALL)
    assert "world" not in plain.out.lower()
    assert comity("measure", SMALL, "--json").document["world"] is None

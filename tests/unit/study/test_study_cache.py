"""Steps are kept by what they read: a hit only for the same question, never a stale answer."""

import dataclasses

import numpy as np
import pytest
from tests.unit.judge.conftest import make_contrast, make_ensemble, make_relations

import comity.measure
import comity.simulate
from comity.core.errors import ConfigError
from comity.core.receipt import hash_of, write_receipt
from comity.core.settings import Settings
from comity.record import load_case, new_case
from comity.study import StepCache, Study, clear_cache
from comity.study import cache as cache_module
from comity.study.storage import StoredError, restore, store


@pytest.fixture
def rooms(monkeypatch):
    """Rooms that answer at once and write down that they were asked."""
    asked = []

    def fit(counts, *, settings, others=()):
        asked.append("relations")
        return make_relations(_Shape(counts.index, counts.months), n_draws=4)

    def simulate(case, scenario, **_):
        asked.append(f"futures {scenario.id}")
        return make_ensemble(case)

    def contrast(case, scenario, against, **_):
        asked.append(f"{scenario.id} against {against.id}")
        return make_contrast(case)

    monkeypatch.setattr(comity.measure, "fit_relations", fit)
    monkeypatch.setattr(comity.simulate, "simulate_scenario", simulate)
    monkeypatch.setattr(comity.simulate, "contrast_scenarios", contrast)
    return asked


@dataclasses.dataclass
class _Shape:
    index: object
    months: np.ndarray


@pytest.fixture
def folder(tmp_path):
    return new_case(tmp_path / "case", "tests/fixtures/small-case")


def study(folder, tmp_path, **settings):
    return Study(load_case(folder), Settings(**settings), cache=StepCache(tmp_path / "kept"))


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_step_is_computed_once_and_found_again(rooms, folder, tmp_path):
    first = study(folder, tmp_path)
    one, paired = first.relations, first.contrast("hub-mediates")
    assert rooms == ["relations", "hub-mediates against baseline"]
    again = study(folder, tmp_path)
    other = again.relations
    assert again.contrast("hub-mediates").outcomes == paired.outcomes
    assert rooms == ["relations", "hub-mediates against baseline"]
    assert again.finished == {"relations": "kept", "hub-mediates against baseline": "kept"}
    for name in ("paths", "dyad_mean", "n_events"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert (other.index, other.hyperparameters) == (one.index, one.hyperparameters)


def test_without_a_cache_nothing_is_kept(rooms, folder, tmp_path):
    for _ in range(2):
        _ = Study(load_case(folder), cache=StepCache(None)).relations
    assert rooms == ["relations", "relations"]
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "relations_again"),
    [
        ("events.csv", "BBB;CCC", "BBB", True),
        ("parameters.toml", "central = ", "central = 0.001 #", False),
        ("scenarios/hub-mediates.toml", "value = 1.0", "value = 0.9", False),
        ("case.toml", "terms_served = 1", "terms_served = 2", False),
    ],
)
def test_an_edited_case_is_never_answered_from_before(
    rooms, folder, tmp_path, file, old, new, relations_again
):
    before = study(folder, tmp_path)
    _ = before.relations, before.ensemble("hub-mediates")
    if file == "parameters.toml":
        edit(folder / file, "why = ", 'why = "another reason: " #')
    else:
        edit(folder / file, old, new)
    after = study(folder, tmp_path)
    _ = after.relations, after.ensemble("hub-mediates")
    assert rooms.count("futures hub-mediates") == 2
    assert rooms.count("relations") == 1 + relations_again


@pytest.mark.parametrize("name", ["seed", "n_draws", "n_hyper_draws", "n_paths"])
def test_a_changed_setting_asks_again(rooms, folder, tmp_path, name):
    _ = study(folder, tmp_path).relations
    _ = study(folder, tmp_path, **{name: 77}).relations
    assert rooms == ["relations", "relations"]


@pytest.mark.parametrize("name", ["n_members", "n_months"])
def test_settings_of_the_futures_leave_the_relations_alone(rooms, folder, tmp_path, name):
    for settings in ({}, {name: 77}):
        found = study(folder, tmp_path, **settings)
        _ = found.relations, found.ensemble()
    assert rooms == ["relations", "futures baseline", "futures baseline"]


def test_the_measurement_cannot_see_what_is_not_in_its_key(monkeypatch, folder, tmp_path):
    seen = []

    def fit(counts, *, settings, others=()):
        seen.append(settings)
        return make_relations(_Shape(counts.index, counts.months), n_draws=4)

    monkeypatch.setattr(comity.measure, "fit_relations", fit)
    _ = study(folder, tmp_path, n_members=77, n_months=7).relations
    assert (seen[0].n_members, seen[0].n_months) == (Settings().n_members, Settings().n_months)


def test_an_edited_rule_asks_again(rooms, folder, tmp_path, monkeypatch):
    _ = study(folder, tmp_path).ensemble()
    monkeypatch.setattr(cache_module, "source_hash", lambda room: f"edited {room}")
    _ = study(folder, tmp_path).ensemble()
    assert rooms.count("futures baseline") == 2


def test_a_key_that_forgets_the_case_would_be_seen(rooms, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(Study, "_case_hash", "forgotten")  # the planted bug
    _ = study(folder, tmp_path).ensemble("hub-withdraws")
    edit(folder / "case.toml", "terms_served = 1", "terms_served = 2")
    _ = study(folder, tmp_path).ensemble("hub-withdraws")
    assert rooms.count("futures hub-withdraws") == 1


def test_a_tampered_file_is_computed_anew(rooms, folder, tmp_path):
    _ = study(folder, tmp_path).relations
    (path,) = (tmp_path / "kept").glob("relations-*.npz")
    whole = path.read_bytes()
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    largest = max((name for name in arrays if name[0] == "a"), key=lambda n: arrays[n].size)
    arrays[largest] = arrays[largest] + 1
    np.savez(path, **arrays)
    _ = study(folder, tmp_path).relations
    assert rooms == ["relations", "relations"]
    for damage in (b"", whole[: len(whole) // 2], b"not an archive"):
        path.write_bytes(damage)
        _ = study(folder, tmp_path).relations
    assert len(rooms) == 5


def test_a_file_moved_to_another_key_is_refused(tmp_path):
    store(tmp_path / "one.npz", "key", (1, None, "text", {"a": [1.5, float("inf")]}))
    assert restore(tmp_path / "one.npz", "key") == (1, None, "text", {"a": [1.5, float("inf")]})
    with pytest.raises(StoredError, match="another question"):
        restore(tmp_path / "one.npz", "other")


def test_objects_are_never_stored(tmp_path):
    for value in (np.array([object()]), object(), {1, 2}):
        with pytest.raises(TypeError, match="cannot be stored"):
            store(tmp_path / "one.npz", "key", value)
    assert not list(tmp_path.iterdir())


def test_clearing_removes_only_what_comity_wrote(rooms, folder, tmp_path):
    _ = study(folder, tmp_path).relations
    other = tmp_path / "kept" / "notes.txt"
    other.write_text("mine")
    assert clear_cache(tmp_path / "kept") == 1
    assert clear_cache(tmp_path / "kept") == 0
    assert other.read_text() == "mine"


def test_the_oldest_steps_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr(cache_module, "MAX_BYTES", 40_000)
    cache = StepCache(tmp_path)
    for number in range(5):
        cache.get("step", (), number, lambda: np.zeros(2000))
    assert len(list(tmp_path.glob("*.npz"))) == 2
    assert cache.get("step", (), 4, lambda: np.zeros(2000))[1]


def test_an_unknown_scenario_is_named_with_the_nearest(folder, tmp_path):
    with pytest.raises(ConfigError) as error:
        study(folder, tmp_path).scenario("hub-mediate")
    assert str(error.value) == (
        'scenario: must be one of the case small-case; found "hub-mediate". '
        'Nearest: "hub-mediates".'
    )


def test_scenarios_compose_by_name(rooms, folder, tmp_path):
    found = study(folder, tmp_path)
    both = found.scenario("hub-mediates+islets-flare")
    assert {clamp.process for clamp in both.clamps} == {"mediation", "flare"}
    _ = found.ensemble("hub-mediates+islets-flare")
    assert rooms[-1] == f"futures {both.id}"


def test_the_receipt_is_the_same_bytes_until_something_differs(folder):
    case = load_case(folder)
    one, again = (write_receipt(case, Settings()).as_json() for _ in range(2))
    assert one == again
    assert write_receipt(case, Settings(use_cache=False, n_threads=3)).as_json() == one
    assert write_receipt(case, Settings(seed=2)).as_json() != one
    fewer = case.model_copy(update={"events": case.events[:-1]})
    changed = write_receipt(fewer, Settings())
    assert changed.case_hash != write_receipt(case, Settings()).case_hash
    differing = {
        name
        for name, value in changed.data_hashes.items()
        if value != write_receipt(case, Settings()).data_hashes[name]
    }
    assert differing == {"events"}


def test_hashes_tell_apart_what_looks_alike():
    alike = [1, 1.0, "1", [1], [[1]], (1, 1), [1, 1, 1], {"1": 1}, np.array([1]), np.array([1.0])]
    hashes = [hash_of(value) for value in alike]
    assert len(set(hashes)) == len(hashes)
    assert hash_of({"a": 1, "b": 2}) == hash_of({"b": 2, "a": 1})

"""Long runs from Python: where pieces are kept, what excludes what, when pieces may go."""

import pytest
from tests.unit.judge.conftest import make_ensemble, make_relations

import comity.measure
import comity.simulate
from comity import simulate_ensemble
from comity.core.errors import ConfigError
from comity.study import StepCache, Study, clear_cache
from comity.study import study as study_module

SMALL = "tests/fixtures/small-case"


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Rooms that answer at once; what the simulation was asked, and a cache of its own."""
    calls = []

    def simulate(case, scenario, **given):
        calls.append(given)
        if given["paths_file"] is not None:
            given["paths_file"].write_text("paths")
        if given.get("keep") is not None:
            given["keep"].when_done(lambda: calls.append("removed"))
        return make_ensemble(case)

    monkeypatch.setattr(comity.measure, "fit_relations", lambda counts, **_: make_relations(counts))
    monkeypatch.setattr(comity.simulate, "simulate_scenario", simulate)
    monkeypatch.setattr(study_module, "cache_folder", lambda: tmp_path / "steps")
    return calls


@pytest.mark.parametrize("resume", [False, True])
def test_pieces_lie_beside_the_steps(asked, tmp_path, resume):
    simulate_ensemble(SMALL, resume=resume)
    keep = asked[0]["keep"]
    assert (keep.folder, keep.resume) == (tmp_path / "steps" / "unfinished", resume)


def test_pieces_go_only_once_the_answer_is_a_step(asked, monkeypatch):
    inner = StepCache.get

    def get(self, step, *given, **more):
        found = inner(self, step, *given, **more)
        if step.startswith("futures"):
            asked.append("stored")
        return found

    monkeypatch.setattr(StepCache, "get", get)
    simulate_ensemble(SMALL)
    assert asked[1:] == ["stored", "removed"]


def test_an_answer_that_is_there_is_not_simulated_again_but_for_its_paths(asked, tmp_path):
    first = simulate_ensemble(SMALL)
    again = simulate_ensemble(SMALL, resume=True)
    assert len(asked) == 2
    assert again.relation_mean.tobytes() == first.relation_mean.tobytes()
    out = tmp_path / "paths.parquet"
    simulate_ensemble(SMALL, paths_file=str(out))
    assert asked[2]["paths_file"] == out
    assert out.read_text() == "paths"


def test_a_study_keeps_nothing_unless_it_is_told(asked):
    from comity.record import load_case

    Study(load_case(SMALL)).ensemble()
    assert asked[0]["keep"] is None


def test_nothing_is_kept_without_a_cache(asked):
    simulate_ensemble(SMALL, use_cache=False)
    assert asked[0]["keep"] is None
    with pytest.raises(ConfigError, match=r"^resume: pieces of a stopped run must be kept some"):
        simulate_ensemble(SMALL, use_cache=False, resume=True)


def test_paths_in_memory_cannot_be_resumed(asked, tmp_path):
    with pytest.raises(ConfigError) as error:
        simulate_ensemble(SMALL, keep_paths=True, resume=True)
    assert str(error.value) == (
        "resume: paths that are asked for in memory are not kept; found keep_paths=True. Leave one "
        "of the two out, or name a paths_file."
    )
    simulate_ensemble(SMALL, keep_paths=True, paths_file=tmp_path / "paths.parquet")
    assert asked[0]["keep_paths"]


def test_clearing_the_cache_removes_unfinished_runs(tmp_path):
    piece = tmp_path / "unfinished" / "key" / "sums-000000001.kept"
    piece.parent.mkdir(parents=True)
    piece.write_text("kept")
    assert clear_cache(tmp_path) == 0
    assert not piece.exists()

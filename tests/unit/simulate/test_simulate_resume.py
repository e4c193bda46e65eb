"""A stopped run goes on to the bytes of one that was not, whatever became of its pieces."""

import dataclasses
import errno
import os
import shutil
from pathlib import Path

import pytest
from tests.oracle.simulate.small_world import BASELINE
from tests.unit.simulate.resume_world import (
    CASE,
    N_PIECES,
    SETTINGS,
    WORLD,
    StopError,
    content,
    done,
    files,
    resumed,
    run,
    small_pieces,
    stopped,
    sums,
)

from comity.core import whole_file
from comity.core.errors import ConfigError, KeptWarning
from comity.core.keeping import Keep
from comity.simulate import kept, kept_file, long_run, run_key, summary, tally
from comity.simulate.kept import KeptSums
from comity.simulate.registry import RULES, Rule

NOTHING = "Nothing is kept of this run yet; it begins with the first future."


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    small_pieces(monkeypatch)


@pytest.fixture(scope="module")
def whole():
    """The bytes of a run that nobody stopped and nobody kept."""
    with pytest.MonkeyPatch.context() as patch:
        small_pieces(patch)
        return content(run())


@pytest.mark.parametrize("after", range(1, N_PIECES + 1))
@pytest.mark.parametrize("threads", [(1, 2), (2, 1)])
def test_a_stopped_run_goes_on_to_the_same_bytes(tmp_path, whole, after, threads):
    first, second = (SETTINGS.model_copy(update={"n_threads": n}) for n in threads)
    assert stopped(tmp_path, after, settings=first) == [NOTHING]
    found, said = resumed(tmp_path, settings=second)
    assert said == [f"Going on after {done(after)} of 700 futures, which were kept."]
    assert content(found) == whole
    assert not any(tmp_path.iterdir()), "a run that is done leaves nothing behind"


@pytest.mark.parametrize("blocks_each", [1, 3, 100])
def test_the_size_of_pieces_does_not_matter(tmp_path, monkeypatch, whole, blocks_each):
    small_pieces(monkeypatch, blocks_each)
    if blocks_each < 100:
        stopped(tmp_path, 2)
    found, _ = resumed(tmp_path)
    assert content(found) == whole


def test_a_run_may_be_stopped_again_and_again(tmp_path, whole):
    for number in range(N_PIECES - 1):
        said = stopped(tmp_path, 1)
        words = f"Going on after {done(number)} of 700 futures, which were kept."
        assert said == [words if number else NOTHING]
        assert len(sums(tmp_path)) == min(number + 1, 2)
    found, _ = resumed(tmp_path)
    assert content(found) == whole


@pytest.mark.parametrize(("step", "period"), [("fsync", 5), ("replace", 5), ("write", 23)])
def test_a_stop_at_every_step_of_writing_is_survived(tmp_path, monkeypatch, whole, step, period):
    """Now before, now after the step, and always further on than the call before."""
    n_calls = 0
    inner = {"fsync": os.fsync, "replace": os.replace, "write": kept_file._Hashing.write}[step]

    def stop_at_times(*given, **more):
        nonlocal n_calls
        n_calls += 1
        if n_calls % period == 1:
            raise StopError
        found = inner(*given, **more)
        if n_calls % period == 0:
            raise StopError
        return found

    place = kept_file._Hashing if step == "write" else whole_file.os
    monkeypatch.setattr(place, step, stop_at_times)
    n_stops = 0
    while True:
        try:
            found, _ = resumed(tmp_path)
            break
        except StopError:
            n_stops += 1
            assert n_stops < 100
    assert n_stops >= 3
    assert content(found) == whole


def test_sums_are_kept_only_so_often(tmp_path):
    seen: list[tuple[int, int]] = []
    run(keep=Keep(tmp_path / "kept", kept=lambda *counts: seen.append(counts)))
    assert not seen
    assert not (tmp_path / "kept").exists(), "a short run writes nothing"


def test_keeping_takes_a_small_part_of_the_time(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "COST_SHARE", 1_000_000)
    seen: list[tuple[int, int]] = []
    run(keep=Keep(tmp_path, every_seconds=0, kept=lambda *counts: seen.append(counts)))
    assert seen == [(done(1), 700), (700, 700)], "at once, and when all is done"


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGE = {
    "a bit": flip,
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "empty": lambda path: path.write_bytes(b""),
    "something else": lambda path: path.write_text("not mine\n" * 100),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("which", ["newest", "both"])
def test_a_damaged_piece_is_said_and_computed_again(tmp_path, whole, damage, which):
    stopped(tmp_path, 3)
    held = sums(tmp_path)
    for path in held[-1:] if which == "newest" else held:
        DAMAGE[damage](path)
    found, said = resumed(tmp_path)
    assert said[0] == (
        f'"{held[-1]}": a kept piece must be whole and of this run; found one that is damaged or '
        "belongs to another run. It is removed, and its futures are computed again."
    )
    last = f"Going on after {done(2)} of 700 futures, which were kept."
    assert said[-1] == (last if which == "newest" else NOTHING)
    assert len(said) == (2 if which == "newest" else 3)
    assert content(found) == whole


def test_damage_is_a_warning_where_nobody_listens(tmp_path, whole):
    stopped(tmp_path, 1)
    flip(sums(tmp_path)[0])
    with pytest.warns(KeptWarning, match="a kept piece must be whole and of this run"):
        found = run(keep=Keep(tmp_path, resume=True))
    assert content(found) == whole


def test_a_piece_under_another_name_is_known_for_what_it_is(tmp_path, whole):
    stopped(tmp_path, 2)
    first, second = sums(tmp_path)
    shutil.copy(first, second.with_name("sums-000000012.kept"))
    found, said = resumed(tmp_path)
    assert "sums-000000012.kept" in said[0]
    assert said[1] == f"Going on after {done(2)} of 700 futures, which were kept."
    assert content(found) == whole


def test_a_piece_of_another_run_is_refused(tmp_path, whole):
    stopped(tmp_path / "other", 2, settings=SETTINGS.model_copy(update={"seed": 4}))
    stopped(tmp_path / "ours", 1)
    (ours,) = sums(tmp_path / "ours")
    shutil.copy(sums(tmp_path / "other")[-1], ours.parent)
    found, said = resumed(tmp_path / "ours")
    assert "damaged or belongs to another run" in said[0]
    assert said[1] == f"Going on after {done(1)} of 700 futures, which were kept."
    assert content(found) == whole


def edited_rule(tmp_path: Path) -> tuple[Rule, ...]:
    """Return the rules, one of them read from a file with one more line."""
    source = Path(str(RULES[-1].module.__file__))
    copy = tmp_path / "edited.py"
    copy.write_text(source.read_text("utf-8") + "\n# edited\n", "utf-8")
    module = type(RULES[-1].module)(RULES[-1].module.__name__)
    vars(module).update(vars(RULES[-1].module), __file__=str(copy))
    return (*RULES[:-1], Rule(RULES[-1].name, module))


OTHER = {
    "seed": {"settings": SETTINGS.model_copy(update={"seed": 4})},
    "members": {"settings": SETTINGS.model_copy(update={"n_members": 701})},
    "months": {"settings": SETTINGS.model_copy(update={"n_months": 13})},
    "draws": {"settings": SETTINGS.model_copy(update={"n_draws": 8})},
    "scenario": {"scenario": BASELINE},
    "null": {"null": True},
    "case": {"case": CASE.model_copy(update={"title": "Another title"})},
    "start": {"start": dataclasses.replace(WORLD["start"], mean=WORLD["start"].mean + 1e-12)},
    "history": {
        "history": dataclasses.replace(WORLD["history"], mediation=1 - WORLD["history"].mediation)
    },
}


@pytest.mark.parametrize("name", [*OTHER, "rules", "code", "platform", "processor"])
def test_another_setting_never_picks_up_the_pieces(tmp_path, monkeypatch, whole, name):
    stopped(tmp_path, 3)
    before = {path: path.read_bytes() for path in sums(tmp_path)}
    with monkeypatch.context() as patch:
        if name == "code":
            patch.setattr(run_key, "source_hash", lambda room: f"edited {room}")
        if name == "platform":
            patch.setattr(run_key, "this_platform", lambda: {"numpy": "another"})
        if name == "processor":
            patch.setattr(run_key.llvmlite.binding, "get_host_cpu_name", lambda: "another")
        # Whether the pieces are found shows at once; an edited rule would take long to compile.
        _, said = begun(tmp_path, OTHER.get(name, {}), edited_rule(tmp_path), name == "rules")
    assert said == [NOTHING]
    assert {path: path.read_bytes() for path in before} == before, "the pieces stay for their run"
    found, said = resumed(tmp_path)
    assert said == [f"Going on after {done(3)} of 700 futures, which were kept."]
    assert content(found) == whole


def begun(folder, options, rules, has_edit):
    """Begin a run and stop before its first block; return its key and what was said."""
    keys: list[str] = []

    class Begun(KeptSums):
        def begin(self) -> int:
            keys.append(self.key)
            super().begin()
            raise StopError

    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_run, "KeptSums", Begun)
        given = {"rules": rules} if has_edit else {}
        with pytest.raises(StopError):
            run(keep=Keep(folder, resume=True, say=said.append), **options, **given)
    return keys[0], said


def test_threads_and_the_cache_are_no_part_of_the_key(tmp_path):
    other = SETTINGS.model_copy(update={"n_threads": 2, "use_cache": False})
    assert begun(tmp_path, {}, (), False) == begun(tmp_path, {"settings": other}, (), False)


def test_a_key_that_forgets_the_seed_would_be_seen(tmp_path, monkeypatch, whole):
    monkeypatch.setattr(run_key, "_SETTINGS", ("n_members", "n_months", "n_draws"))
    monkeypatch.setattr(run_key, "case_hash", lambda case: "")
    key = run_key.hash_of
    monkeypatch.setattr(run_key, "hash_of", lambda value: key(value[1][0]))  # the planted bug
    stopped(tmp_path, 3, settings=SETTINGS.model_copy(update={"seed": 4}))
    found, said = resumed(tmp_path)
    assert said[0].startswith("Going on after ")
    assert content(found) != whole


SUMS = ("counts", "steps", "squares", "members", "happened", "is_open")


@pytest.mark.parametrize("name", SUMS)
def test_sums_that_are_forgotten_would_be_seen(tmp_path, monkeypatch, whole, name):
    inner = long_run.arrays_of
    monkeypatch.setattr(
        long_run, "arrays_of",
        lambda sums: {key: value for key, value in inner(sums).items() if key != name},
    )  # fmt: skip
    stopped(tmp_path, 3)
    found, _ = resumed(tmp_path)
    assert content(found) != whole


def test_those_who_wait_for_the_histogram_are_kept_too(tmp_path, monkeypatch, whole):
    with monkeypatch.context() as patch:
        patch.setattr(summary.Summary, "count_waiting", lambda _: None)  # the planted bug
        stopped(tmp_path, 3)
    found, _ = resumed(tmp_path)
    assert content(found) != whole


@pytest.mark.parametrize("room", [40, 100])
def test_how_many_wait_does_not_matter(tmp_path, monkeypatch, whole, room):
    monkeypatch.setattr(tally, "MOST_WAITING", 0)
    monkeypatch.setattr(tally, "LEAST_WAITING", room)  # of blocks of 40
    assert content(run()) == whole
    stopped(tmp_path, 3)
    found, _ = resumed(tmp_path)
    assert content(found) == whole


def test_without_resume_a_run_begins_anew_and_says_what_is_there(tmp_path, whole):
    stopped(tmp_path, 4)
    far = sums(tmp_path)
    said = stopped(tmp_path, 2, resume=False)
    assert said == [
        f"{done(4)} of 700 futures are kept from a call that was stopped. This one begins anew; "
        "--resume (resume=True in Python) would go on with them."
    ]
    assert set(far) < set(sums(tmp_path)), "what was kept further on stays"
    found, said = resumed(tmp_path)
    assert said == [f"Going on after {done(4)} of 700 futures, which were kept."]
    assert content(found) == whole


def test_a_run_that_is_done_but_not_answered_is_only_read(tmp_path, monkeypatch, whole):
    waiting: list = []
    run(keep=Keep(tmp_path, every_seconds=0, when_done=waiting.append))
    assert sums(tmp_path)[-1].name == "sums-000000018.kept"
    monkeypatch.setattr("comity.simulate.ensemble.run_block", None)  # nothing is simulated
    found, said = resumed(tmp_path)
    assert said == ["Going on after 700 of 700 futures, which were kept."]
    assert content(found) == whole
    for remove in waiting:
        remove()
    assert not any(tmp_path.iterdir())


def full_disk(monkeypatch, after=0):
    """Let the disk be full once so many files were written."""
    left = after
    inner = os.fsync

    def fsync(handle):
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        inner(handle)

    monkeypatch.setattr(whole_file.os, "fsync", fsync)


def test_a_full_disk_stops_a_resumable_run_with_a_sentence(tmp_path, monkeypatch, whole):
    with monkeypatch.context() as patch:
        full_disk(patch, after=4)  # a file and its folder, twice
        with pytest.raises(ConfigError) as error:
            resumed(tmp_path)
    folder = sums(tmp_path)[0].parent
    assert str(error.value) == (
        f'"{folder}": a run with --resume must be able to keep its pieces there; found: No space '
        "left on device. What was kept before stays. Make room or change the permissions, and run "
        "the same command again; or leave --resume out."
    )
    assert not [name for name in files(tmp_path) if "writing" in name], "no draft is left"
    found, said = resumed(tmp_path)
    assert said == [f"Going on after {done(2)} of 700 futures, which were kept."]
    assert content(found) == whole


def test_a_full_disk_does_not_cost_another_run_its_answer(tmp_path, monkeypatch, whole):
    said: list[str] = []
    full_disk(monkeypatch)
    found = run(keep=Keep(tmp_path, every_seconds=0, warn=said.append))
    (sentence,) = said
    assert sentence.endswith(
        "pieces of a long run must be writable there; found: No space left on device. The run goes "
        "on, but a stop would cost what it has done since the last kept piece."
    )
    assert content(found) == whole


def test_a_folder_that_is_none_is_refused_before_any_work(tmp_path, monkeypatch):
    place = tmp_path / "kept"
    place.write_text("a file")
    monkeypatch.setattr("comity.simulate.ensemble.run_block", None)
    with pytest.raises(ConfigError, match=r"must be able to keep its pieces there; found: "):
        resumed(place)


def test_runs_that_nobody_went_on_with_are_removed_after_a_month(tmp_path):
    stopped(tmp_path, 1)
    stopped(tmp_path, 1, settings=SETTINGS.model_copy(update={"seed": 4}))
    old, young = sorted({path.parent for path in sums(tmp_path)})
    month = kept.DAYS_KEPT * 86_400
    for path in (old, *old.iterdir()):
        os.utime(path, (0, path.stat().st_mtime - month - 60))
    for path in (young, *young.iterdir()):
        os.utime(path, (0, path.stat().st_mtime - month + 3600))
    stopped(tmp_path, 1, settings=SETTINGS.model_copy(update={"seed": 5}))
    assert not old.exists()
    assert young.exists()


def test_the_run_itself_is_never_too_old(tmp_path, whole):
    stopped(tmp_path, 2)
    folder = sums(tmp_path)[0].parent
    for path in (folder, *folder.iterdir()):
        os.utime(path, (0, 0))
    found, said = resumed(tmp_path)
    assert said[0].startswith("Going on after ")
    assert content(found) == whole

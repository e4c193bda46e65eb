"""Full paths in a file are those in memory, whatever the threads, the pieces and the stops."""

import datetime as dt
import errno
import json
import os
import shutil
import tracemalloc

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.oracle.simulate.small_world import EVERYTHING
from tests.unit.simulate.resume_world import (
    CASE,
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
)

from comity.core import whole_file
from comity.core.errors import ConfigError
from comity.core.keeping import Keep
from comity.core.months import month_text
from comity.core.rows import STATUSES
from comity.simulate import block as block_module
from comity.simulate import path_file, pieces
from comity.simulate.block import new_slot, plan_run, run_block
from comity.simulate.outcomes import asked_outcomes, outcome_happened

TABLES = ("changed", "support_changed", "flares", "dispute_open", "mediated", "summits",
          "coordination", "stage", "alignment_security", "alignment_economy")  # fmt: skip


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    small_pieces(monkeypatch)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A file of paths, and the result of the run that wrote it."""
    path = tmp_path_factory.mktemp("paths") / "paths.parquet"
    with pytest.MonkeyPatch.context() as patch:
        small_pieces(patch)
        found = run(paths_file=path)
    return path, found


@pytest.fixture(scope="module")
def plan():
    return plan_run(CASE, EVERYTHING, settings=SETTINGS, **WORLD)


def column(path, name):
    """Return one column as (member, month), members in order."""
    values = pq.read_table(path, columns=["member", name])
    found = values.column(1)
    if pa.types.is_dictionary(found.type):
        found = found.cast(pa.string())
    by_row = found.to_numpy(zero_copy_only=False).reshape(SETTINGS.n_members, SETTINGS.n_months)
    return by_row[np.argsort(values.column(0).to_numpy()[:: SETTINGS.n_months])]


def test_every_value_is_that_of_the_trace(written, plan):
    """Block by block, straight from what the kernel wrote."""
    path, _ = written
    layout, slot = plan.layout, new_slot(plan)
    pairs, spokes = layout.index.dyads, layout.spokes
    labels = {"relation": pairs, "mediated": pairs, "summits": pairs, "flares": layout.dockets,
              "stage": layout.proliferators, "alignment_security": spokes,
              "alignment_economy": spokes, "coordination": layout.demands,
              "public_good": ("",), "trilateral": ("",)}  # fmt: skip
    n_compared = 0
    for number in range(plan.n_blocks):
        run_block(plan, slot, number)
        n, rows = plan.members(number), plan.rows(number)
        for name, entities in labels.items():
            for k, entity in enumerate(entities):
                found = column(path, f"{name}.{entity}".rstrip("."))[rows]
                trace = getattr(slot.trace, name)[k, :, :n].T
                assert found.dtype in (np.float32, np.int8, bool)
                assert np.array_equal(found, trace.astype(found.dtype)), name
                n_compared += found.size
        for k, code in enumerate(layout.index.codes):
            names = [layout.coalitions[place][1] for place in slot.trace.coalition[k, :, :n].T.flat]
            assert column(path, f"coalition.{code}")[rows].ravel().tolist() == names
            change = slot.trace.change[k, :, :n].T
            assert np.array_equal(column(path, f"changed.{code}")[rows], change > 0)
            found = column(path, f"support_changed.{code}")[rows]
            assert np.array_equal(found, change == 2)
        for k, name in enumerate(layout.agreements):
            words = [STATUSES[place] for place in slot.trace.status[k, :, :n].T.flat]
            assert column(path, f"status.{name}")[rows].ravel().tolist() == words
        for outcome in asked_outcomes(CASE, SETTINGS.n_months):
            happened = outcome_happened(plan, outcome, slot.trace, number)[:n]
            found = column(path, f"outcome.{outcome.id}")[rows]
            assert np.array_equal(found, np.repeat(happened[:, None], SETTINGS.n_months, axis=1))
        held = slot.world.out_of_range[0, :n] > 0
        assert np.array_equal(column(path, "out_of_range")[rows, 0], held)
    assert n_compared > 100_000


def test_the_file_holds_what_memory_would_hold(written):
    path, found = written
    kept = run(keep_paths=True)
    assert content(kept) | {"paths": None, "events": None} == content(found) | {
        "paths": None, "events": None
    }  # fmt: skip
    names = pq.read_schema(path).names
    for table, values in {"relation": kept.paths, **{k: kept.events[k] for k in TABLES}}.items():
        columns = [name for name in names if name.split(".")[0] == table]
        assert len(columns) == values.shape[1] > 0
        for k, name in enumerate(columns):
            assert np.array_equal(column(path, name), values[:, k]), name
    assert np.array_equal(column(path, "public_good"), kept.events["public_good"][:, 0])


def test_rows_are_members_and_months_with_their_draw(written, plan):
    path, _ = written
    members = np.arange(SETTINGS.n_members)
    assert np.array_equal(column(path, "member")[:, 0], members)
    draws = pq.read_table(path, columns=["draw"]).column(0).to_numpy()
    assert np.all(np.diff(draws) >= 0), "draw by draw"
    assert np.array_equal(column(path, "draw")[:, 5], members % SETTINGS.n_draws)
    months = [month_text(int(month)) for month in plan.layout.months]
    assert column(path, "month")[3].tolist() == months
    assert dt.date.fromisoformat(f"{months[0]}-01") == dt.date(2005, 7, 1)


def test_every_column_says_what_it_is_and_the_file_of_what(written):
    path, _ = written
    schema = pq.read_schema(path)
    assert all(field.metadata[b"words"] and not field.nullable for field in schema)
    assert json.loads(schema.metadata[b"comity"]) | {"version": "", "title": ""} == {
        "scenario": EVERYTHING.id, "title": "", "null": False, "members": 700, "months": 12,
        "draws": 9, "seed": 3, "version": "",
    }  # fmt: skip
    assert schema.field("relation.ALF-BET").type == pa.float32()


def test_a_database_reads_it_as_it_lies(written):
    path, found = written
    (row,) = duckdb.sql(
        f"SELECT avg(\"relation.ALF-BET\"), count(*) FROM '{path}' WHERE month = '2006-06'"
    ).fetchall()
    pair = found.index.dyad_number("ALF-BET")
    assert row[1] == SETTINGS.n_members
    assert row[0] == pytest.approx(found.relation_mean[pair, -1], abs=1e-6)
    for item in found.outcomes:
        share = duckdb.sql(f"SELECT avg(\"outcome.{item.outcome.id}\"::INT) FROM '{path}'")
        assert share.fetchall()[0][0] == pytest.approx(item.probability, abs=1e-12)


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_do_not_matter(written, tmp_path, threads):
    run(SETTINGS.model_copy(update={"n_threads": threads}), paths_file=tmp_path / "p.parquet")
    assert (tmp_path / "p.parquet").read_bytes() == written[0].read_bytes()


def test_the_size_of_blocks_does_not_matter(written, tmp_path, monkeypatch):
    monkeypatch.setattr(block_module, "BLOCK", 80)
    run(paths_file=tmp_path / "p.parquet")
    assert pq.read_table(tmp_path / "p.parquet").equals(pq.read_table(written[0]))


@pytest.mark.parametrize("blocks_each", [1, 3, 100])
def test_the_size_of_pieces_changes_no_value(written, tmp_path, monkeypatch, blocks_each):
    small_pieces(monkeypatch, blocks_each)
    run(paths_file=tmp_path / "p.parquet")
    assert pq.read_table(tmp_path / "p.parquet").equals(pq.read_table(written[0]))


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("n_members", [73, 5])
def test_blocks_without_members_leave_no_trace(tmp_path, monkeypatch, n_members, resume):
    """One draw of nine holds a member more than a block has room for, or only five have any."""
    monkeypatch.setattr(block_module, "BLOCK", 8)
    monkeypatch.setattr(pieces, "PIECE_ROWS", 1)
    settings = SETTINGS.model_copy(update={"n_members": n_members})
    few = plan_run(CASE, EVERYTHING, settings=settings, **WORLD)
    assert (n_members == 5) or not all(few.members(number) for number in range(few.n_blocks))
    keep = Keep(tmp_path / "kept", resume=True, every_seconds=0) if resume else None
    found = run(settings, paths_file=tmp_path / "p.parquet", keep=keep)
    expected = run(settings, keep_paths=True)
    table = pq.read_table(tmp_path / "p.parquet", columns=["member", "relation.ALF-BET"])
    pair = found.index.dyad_number("ALF-BET")
    by_member = table.sort_by("member").column(1).to_numpy().reshape(n_members, -1)
    assert np.array_equal(by_member, expected.paths[:, pair])


def test_the_null_simulator_has_paths_too(tmp_path):
    run(paths_file=tmp_path / "p.parquet", null=True)
    about = json.loads(pq.read_schema(tmp_path / "p.parquet").metadata[b"comity"])
    assert about["null"] is True


@pytest.mark.parametrize("after", [1, 3, 6])
def test_a_stopped_run_goes_on_to_the_same_file(written, tmp_path, after):
    out, place = tmp_path / "p.parquet", tmp_path / "kept"
    stopped(place, after, paths_file=out)
    assert not out.exists()
    assert len(list(tmp_path.glob("p.parquet.unfinished-*/piece-*"))) == after
    found, said = resumed(place, paths_file=out)
    assert said[0].startswith("Going on after ")
    assert out.read_bytes() == written[0].read_bytes()
    assert content(found) == content(written[1])
    assert files(tmp_path) == ["p.parquet"], "nothing but the file is left"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_stop_at_every_step_of_writing_is_survived(written, tmp_path, monkeypatch, step):
    out, place, n_calls, inner = tmp_path / "p.parquet", tmp_path / "kept", 0, getattr(os, step)

    def stop_at_times(*given):
        nonlocal n_calls
        n_calls += 1
        if n_calls % 5 == 1:
            raise StopError
        found = inner(*given)
        if n_calls % 5 == 0:
            raise StopError
        return found

    monkeypatch.setattr(whole_file.os, step, stop_at_times)
    n_stops = 0
    while True:
        try:
            found, _ = resumed(place, paths_file=out)
            break
        except StopError:
            n_stops += 1
            assert n_stops < 100
            assert not out.exists() or out.read_bytes() == written[0].read_bytes()
    assert n_stops >= 3
    assert out.read_bytes() == written[0].read_bytes()
    assert content(found) == content(written[1])


def swap(pieces):
    first, second = (piece.read_bytes() for piece in pieces[:2])
    pieces[0].write_bytes(second)
    pieces[1].write_bytes(first)


HARM = {
    "one damaged": (lambda p: p[1].write_bytes(p[1].read_bytes()[:-1]), 1, 0),
    "one gone": (lambda p: p[0].unlink(), 0, 1),
    "two swapped": (swap, 2, 0),
    "all gone": (lambda p: shutil.rmtree(p[0].parent), 0, 3),
}


@pytest.mark.parametrize("name", HARM)
def test_lost_pieces_are_simulated_again_and_said(written, tmp_path, name):
    out, place = tmp_path / "p.parquet", tmp_path / "kept"
    harm, n_bad, n_gone = HARM[name]
    stopped(place, 3, paths_file=out)
    harm(sorted(tmp_path.glob("p.parquet.unfinished-*/piece-*")))
    found, said = resumed(place, paths_file=out)
    assert said[0] == f"Going on after {done(3)} of 700 futures, which were kept."
    bad = [line for line in said if "damaged or belongs to another run" in line]
    assert len(bad) == n_bad
    gone = f"Paths of {n_gone} of 3 pieces were not kept; simulated again."
    assert (gone in said) == bool(n_gone)
    assert out.read_bytes() == written[0].read_bytes()
    assert content(found) == content(written[1])


def test_a_piece_lost_while_the_run_goes_on_is_a_sentence_and_no_file(written, tmp_path):
    out = tmp_path / "p.parquet"

    def lose(n_done, total):
        if n_done == total:
            next(iter(tmp_path.glob("p.parquet.unfinished-*/piece-0000002.kept"))).unlink()

    keep = Keep(tmp_path / "kept", resume=True, every_seconds=0)
    with pytest.raises(ConfigError, match=r"piece-0000002\.kept\": pieces must stay as they are"):
        run(paths_file=out, keep=keep, progress=lose)
    assert not out.exists()
    found, said = resumed(tmp_path / "kept", paths_file=out)
    assert said[:2] == [
        "Going on after 700 of 700 futures, which were kept.",
        "Paths of 1 of 6 pieces were not kept; simulated again.",
    ]
    assert out.read_bytes() == written[0].read_bytes()
    assert content(found) == content(written[1])


def test_sums_kept_without_paths_serve_a_run_with_paths(written, tmp_path):
    stopped(tmp_path / "kept", 3)
    out = tmp_path / "p.parquet"
    found, said = resumed(tmp_path / "kept", paths_file=out)
    assert "Paths of 3 of 3 pieces were not kept; simulated again." in said
    assert out.read_bytes() == written[0].read_bytes()
    assert content(found) == content(written[1])


def test_pieces_of_another_run_are_left_alone(written, tmp_path):
    out, place = tmp_path / "p.parquet", tmp_path / "kept"
    other = SETTINGS.model_copy(update={"seed": 4})
    stopped(place, 2, paths_file=out, settings=other)
    theirs = sorted(tmp_path.glob("p.parquet.unfinished-*/*"))
    resumed(place, paths_file=out)
    assert out.read_bytes() == written[0].read_bytes()
    assert theirs == sorted(tmp_path.glob("p.parquet.unfinished-*/*"))
    _, said = resumed(place, paths_file=out, settings=other)
    assert said[0] == f"Going on after {done(2)} of 700 futures, which were kept."
    assert out.read_bytes() != written[0].read_bytes()


def test_without_resume_nothing_is_kept_of_paths(written, tmp_path):
    seen: list = []
    out = tmp_path / "p.parquet"
    run(paths_file=out, keep=Keep(tmp_path / "kept", every_seconds=0, kept=seen.append))
    assert out.read_bytes() == written[0].read_bytes()
    assert files(tmp_path) == ["p.parquet"]
    assert not seen


@pytest.mark.parametrize("resume", [False, True])
def test_what_stood_there_stays_until_the_file_is_whole(tmp_path, resume):
    out = tmp_path / "p.parquet"
    out.write_text("before")

    def stop(n_done, _):
        if n_done > 300:
            raise StopError

    keep = Keep(tmp_path / "kept", every_seconds=0) if resume else None
    with pytest.raises(StopError):
        run(paths_file=out, progress=stop, keep=keep)
    assert out.read_text() == "before"
    assert files(tmp_path) == ["p.parquet"], "no draft is left"


def test_drafts_of_killed_runs_are_removed_in_the_end(tmp_path):
    out = tmp_path / "p.parquet"
    old, new = (tmp_path / f".p.parquet.writing-{word}" for word in ("old", "new"))
    for draft in (old, new):
        draft.write_text("cut short")
    os.utime(old, (0, old.stat().st_mtime - path_file.SECONDS_UNTOUCHED - 60))
    run(paths_file=out)
    assert files(tmp_path) == [new.name, out.name]


def test_a_new_file_may_be_read_by_whom_the_mask_lets(tmp_path):
    mask = os.umask(0o022)
    try:
        run(paths_file=tmp_path / "p.parquet")
    finally:
        os.umask(mask)
    assert (tmp_path / "p.parquet").stat().st_mode & 0o777 == 0o644


SENTENCE = (
    'full paths must be writable there; found: {}. Make room, change the permissions or name '
    "another file; nothing stands under that name that is not whole."
)  # fmt: skip


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("place", ["folder", "no-such-folder/p.parquet"])
def test_a_place_that_cannot_hold_the_file_is_refused_before_any_work(
    tmp_path, monkeypatch, resume, place
):
    monkeypatch.setattr("comity.simulate.ensemble.run_block", None)
    (tmp_path / "folder").mkdir()
    keep = Keep(tmp_path / "kept", resume=True) if resume else None
    reason = "Is a directory" if place == "folder" else "No such file or directory"
    with pytest.raises(ConfigError) as error:
        run(paths_file=tmp_path / place, keep=keep)
    assert str(error.value) == f'"{tmp_path / place}": {SENTENCE.format(reason)}'


@pytest.mark.parametrize("resume", [False, True])
def test_a_full_disk_is_a_sentence_and_leaves_no_draft(tmp_path, monkeypatch, resume):
    out = tmp_path / "p.parquet"

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(whole_file.os, "fsync", full)
    keep = Keep(tmp_path / "kept", resume=True) if resume else None
    with pytest.raises(ConfigError) as error:
        run(paths_file=out, keep=keep)
    assert str(error.value) == f'"{out}": {SENTENCE.format("No space left on device")}'
    assert not [name for name in files(tmp_path) if "writing" in name or name == "p.parquet"]


def peak(n_members, **options):
    """Return the most that Python held and the most that Arrow held in a run, in bytes."""
    settings = SETTINGS.model_copy(update={"n_members": n_members})
    before, pool = pa.default_memory_pool(), pa.proxy_memory_pool(pa.system_memory_pool())
    pa.set_memory_pool(pool)
    tracemalloc.start()
    try:
        run(settings, **options)
        return tracemalloc.get_traced_memory()[1] + (pool.max_memory() or 0)
    finally:
        tracemalloc.stop()
        pa.set_memory_pool(before)


@pytest.mark.parametrize("resume", [False, True])
def test_memory_does_not_grow_with_the_members(tmp_path, resume):
    def growth(**options):
        return peak(6_000, **options) - peak(1_500, **options)

    keep = Keep(tmp_path / "kept", resume=True) if resume else None
    run(paths_file=tmp_path / "p.parquet")  # loads what is loaded once
    in_memory = growth(keep_paths=True)
    assert in_memory > 4_500 * SETTINGS.n_months * 100, "a future in memory takes its room"
    assert growth(keep=keep) < in_memory / 10
    assert growth(paths_file=tmp_path / "p.parquet", keep=keep) < in_memory / 10

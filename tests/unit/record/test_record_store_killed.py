"""An import that is killed at any moment leaves a valid store, and the next call finishes it."""

from __future__ import annotations

import gzip
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import duckdb
import pytest

from comity.record.store import (
    blocks,
    count_stored_events,
    import_events,
    import_files,
    parquet_blocks,
    stored_files,
)

BLOCK_BYTES, BLOCK_ROWS = 8_000, 300
CHILD = f"""
import sys
from pathlib import Path
from comity.record.store import blocks, import_events, parquet_blocks
blocks.BLOCK_BYTES = {BLOCK_BYTES}
parquet_blocks.BLOCK_ROWS = {BLOCK_ROWS}
files = [Path(name) for name in sys.argv[2:]]
say = lambda name, share: print(name, share, flush=True)
import_events(Path(sys.argv[1]), "csv", files, threads=1, progress=say)
"""


def make_files(folder: Path, n_rows: int = 2_500) -> list[Path]:
    """Rows of which some repeat earlier ones and some are faulty, in every kind of file."""
    rng = random.Random(7)
    states = ("USA", "RUS", "CHN", "JPN", "KOR", "FRA")
    lines = [
        f"2001-{rng.randint(1, 13):02d}-{rng.randint(1, 28):02d},{rng.choice(states)},"
        f"{rng.choice(states)},{rng.randint(1, 4)},{rng.randint(0, 9)}\n"
        for _ in range(n_rows)
    ]
    head = "date,source,target,quad_class,goldstein\n"
    text = head + "".join(lines)
    (folder / "a.csv").write_text(text, "utf-8")
    (folder / "b.csv.gz").write_bytes(gzip.compress(("\n" + text).encode()))
    with zipfile.ZipFile(folder / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("first", text)
        archive.writestr("second", head + "".join(lines[::-1]))
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (FROM read_csv('{folder}/a.csv', all_varchar=true)) TO '{folder}/d.parquet' "
            "(FORMAT parquet, ROW_GROUP_SIZE 1000)"
        )
    return [folder / name for name in ("a.csv", "b.csv.gz", "c.zip", "d.parquet")]


PARTS = ("", "a.csv", "b.csv.gz", "c.zip:second", "d.parquet")
"""Where imports are killed, "" being the birth of the store."""


def content(store: Path) -> list[list[tuple]]:
    with duckdb.connect(str(store), read_only=True) as connection:
        return [
            connection.execute(f"FROM {name} ORDER BY ALL").fetchall()
            for name in ("files", "events", "set_aside")
        ]


def start(store: Path, files: list[Path]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CHILD, str(store), *map(str, files)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def kill_inside(child: subprocess.Popen[bytes], part: str, store: Path, rng: random.Random) -> None:
    """Kill an import at a random moment after its first blocks of a part."""
    assert child.stdout is not None
    while not part and not store.exists() and child.poll() is None:
        time.sleep(0.002)
    if part:
        while (line := child.stdout.readline()) and not line.startswith(part.encode()):
            pass
        for _ in range(rng.randint(0, 2)):
            child.stdout.readline()
    time.sleep(rng.uniform(0.0, 0.03))
    child.send_signal(signal.SIGKILL)
    child.communicate()


def reach(store: Path, files: list[Path], seed: int) -> list[str]:
    """Kill one import after another, then let one finish; return the parts left unfinished."""
    rng = random.Random(seed)
    cut: list[str] = []
    n_kept = 0
    for part in PARTS:
        kill_inside(start(store, files), part, store, rng)
        # A store killed at its very birth may be a file without tables; then nothing was kept.
        try:
            found = stored_files(store)
        except Exception as error:
            assert not part, error  # noqa: PT017
            assert "store is" in str(error)  # noqa: PT017
            continue
        cut += [file.name for file in found if file.state == "unfinished" and file.n_rows]
        events, aside = (len(table) for table in content(store)[1:])
        assert n_kept <= events + aside == sum(file.n_rows for file in found)
        n_kept = events + aside
    child = start(store, files)
    _, said = child.communicate()
    assert child.returncode == 0, said.decode()
    return cut


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.nightly)])
def test_killed_imports_end_in_the_store_of_one_that_was_not(tmp_path, seed):
    files = make_files(tmp_path)
    whole = tmp_path / "whole"
    result = import_events(whole, "csv", files)
    assert all(file.n_set_aside and file.n_duplicates for file in result.files)
    killed = tmp_path / "killed"
    cut = reach(killed, files, seed)
    assert len(set(cut) & set(PARTS)) >= 3, f"too few kills came in the middle: {cut}"
    assert content(killed) == content(whole)
    assert count_stored_events(killed).acts.tolist() == count_stored_events(whole).acts.tolist()


@pytest.mark.parametrize("step", ["_save", "write_block", "progress"])
def test_imports_that_stop_at_every_step_end_in_the_same_store(tmp_path, monkeypatch, step):
    """A position that is committed apart from its rows shows here, whatever the moment."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 3 * BLOCK_BYTES)
    monkeypatch.setattr(parquet_blocks, "BLOCK_ROWS", BLOCK_ROWS)
    files = make_files(tmp_path, 1_200)
    import_events(tmp_path / "whole", "csv", files)
    n_calls = 0

    class StopError(Exception):
        pass

    def stop_at_times(*given, inner=None):
        # Now before, now after the step, and always further on than the call before.
        nonlocal n_calls
        n_calls += 1
        if n_calls % 3 == 1:
            raise StopError
        found = None if inner is None else inner(*given)
        if n_calls % 3 == 0:
            raise StopError
        return found

    progress = stop_at_times if step == "progress" else None
    if step != "progress":
        inner = getattr(import_files, step)
        monkeypatch.setattr(import_files, step, lambda *given: stop_at_times(*given, inner=inner))
    n_stops = 0
    while n_stops < 200:
        try:
            import_events(tmp_path / "stopped", "csv", files, progress=progress)
            break
        except StopError:
            n_stops += 1
    assert n_stops >= len(files)
    assert content(tmp_path / "stopped") == content(tmp_path / "whole")

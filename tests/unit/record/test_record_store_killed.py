"""An import that is killed at any moment leaves a valid store, and the next call finishes it."""

from __future__ import annotations

import gzip
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from comity.record.store import count_stored_events, import_events, stored_files

CHILD = """
import sys
from pathlib import Path
from comity.record.store import blocks, import_events
blocks.BLOCK_BYTES = 20_000
files = [Path(name) for name in sys.argv[2:]]
say = lambda *_: print(flush=True)
import_events(Path(sys.argv[1]), "csv", files, threads=1, progress=say)
"""
N_KILLS = 3


def make_files(folder: Path) -> list[Path]:
    """Rows of which some repeat earlier ones and some are faulty, plain and packed."""
    rng = random.Random(7)
    states = ("USA", "RUS", "CHN", "JPN", "KOR", "FRA")
    lines = [
        f"2001-{rng.randint(1, 13):02d}-{rng.randint(1, 28):02d},{rng.choice(states)},"
        f"{rng.choice(states)},{rng.randint(1, 4)},{rng.randint(0, 30)}\n"
        for _ in range(8_000)
    ]
    text = "date,source,target,quad_class,goldstein\n" + "".join(lines)
    (folder / "a.csv").write_text(text, "utf-8")
    (folder / "b.csv.gz").write_bytes(gzip.compress(("\n" + text).encode()))
    return [folder / "a.csv", folder / "b.csv.gz"]


def content(store: Path) -> list[list[tuple]]:
    with duckdb.connect(str(store), read_only=True) as connection:
        return [
            connection.execute(f"FROM {name} ORDER BY ALL").fetchall()
            for name in ("files", "events", "set_aside")
        ]


def start(store: Path, files: list[Path]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CHILD, str(store), *map(str, files)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def reach(store: Path, files: list[Path], seed: int) -> list[int]:
    """Kill one import after another, then let one finish; return the rows kept each time."""
    rng = random.Random(seed)
    kept: list[int] = []
    for number in range(N_KILLS):
        child = start(store, files)
        assert child.stdout is not None
        # The first one is killed at the birth of the store, the others after some blocks.
        while not number and not store.exists() and child.poll() is None:
            time.sleep(0.002)
        for _ in range(rng.randint(1, 6) if number else 0):
            child.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.03))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        # A store killed at its very birth may be a file without tables; then nothing was kept.
        try:
            kept.append(sum(file.n_rows for file in stored_files(store)))
            events, aside = (len(table) for table in content(store)[1:])
            assert events + aside == kept[-1]
        except Exception as error:
            assert "store is" in str(error)  # noqa: PT017
            kept.append(0)
    child = start(store, files)
    _, said = child.communicate()
    assert child.returncode == 0, said.decode()
    return kept


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.nightly)])
def test_killed_imports_end_in_the_store_of_one_that_was_not(tmp_path, seed):
    files = make_files(tmp_path)
    whole = tmp_path / "whole"
    result = import_events(whole, "csv", files)
    assert all(file.n_set_aside and file.n_duplicates for file in result.files)
    killed = tmp_path / "killed"
    kept = reach(killed, files, seed)
    assert kept == sorted(kept)
    assert any(0 < rows < 16_000 for rows in kept), f"no kill came in the middle: {kept}"
    assert content(killed) == content(whole)
    assert count_stored_events(killed).acts.tolist() == count_stored_events(whole).acts.tolist()

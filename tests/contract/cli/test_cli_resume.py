"""`comity simulate --resume` after real signals: nothing that was said to be kept is lost."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from comity.core import whole_file

SMALL = "tests/fixtures/small-case"
ASKED = ("simulate", SMALL, "hub-mediates", "--members", "3000", "--months", "12", "--json")
BLOCKS_EACH, BLOCK, WORLDS = 64, 8, 6  # 500 draws of 6 members, a block each
PIECE = BLOCKS_EACH * WORLDS  # members
CHILD = f"""
import os, signal, sys, time
from pathlib import Path
from comity.cli.main import main
from comity.core import keeping, whole_file
from comity.simulate import kept, pieces
from comity.study import study

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
steps, sign, place, after = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
sys.argv[1:] = sys.argv[5:]
study.cache_folder = lambda: Path(steps)
keeping.EVERY_SECONDS, kept.COST_SHARE = 0.0, 0
pieces.PIECE_ROWS = {BLOCKS_EACH * BLOCK} * 12

def struck(inner):
    def call(*given, **more):
        call.n += 1
        if place.startswith("before") and call.n == after:
            os.kill(os.getpid(), sign)
        found = inner(*given, **more)
        if place.startswith("slowly"):
            time.sleep(0.2)
        if place.startswith("after") and call.n == after:
            os.kill(os.getpid(), sign)
        return found
    call.n = 0
    return call

if place.endswith("keeping"):
    kept.KeptSums.write = struck(kept.KeptSums.write)
if place.endswith("syncing"):
    os.fsync = struck(os.fsync)
if place.endswith("naming"):
    os.replace = struck(os.replace)
if place.endswith("storing"):
    from comity.study import cache
    cache.store = struck(cache.store)
main()
"""


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """A cache that holds the measured relations, and the answer of a run that nobody stopped."""
    folder = tmp_path_factory.mktemp("steps")
    answer = call(folder, "--no-cache")
    assert (answer.returncode, answer.stderr) == (0, "")
    warmed = call(folder, "--members", "1")
    assert warmed.returncode == 0
    return folder, answer.stdout


def call(folder, *more, sign=0, place="nowhere", after=0, **options):
    child = [sys.executable, "-c", CHILD, str(folder), str(int(sign)), place, str(after)]
    return subprocess.run([*child, *ASKED, *more], capture_output=True, text=True, **options)


def kept_counts(folder):
    return sorted(int(path.stem[5:]) * WORLDS for path in folder.rglob("sums-*.kept"))


def forget_answers(folder):
    for path in folder.glob("futures-*.npz"):
        path.unlink()


def nightly(*values):
    return pytest.param(*values, marks=pytest.mark.nightly)


MOMENTS = [
    nightly("before keeping", 1, 0),
    nightly("after keeping", 1, PIECE),
    ("after keeping", 4, 4 * PIECE),
    ("before syncing", 5, 2 * PIECE),  # a file and its folder each time: the draft of the third
    nightly("before naming", 3, 2 * PIECE),
    nightly("after naming", 3, 3 * PIECE),
    ("before storing", 1, 3000),  # the answer is there, but not yet kept as a step
]


@pytest.mark.parametrize(("place", "after", "n_kept"), MOMENTS)
def test_a_killed_run_goes_on_to_the_same_bytes(steps, place, after, n_kept):
    folder, expected = steps
    forget_answers(folder)
    killed = call(folder, "--resume", sign=signal.SIGKILL, place=place, after=after)
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "")
    again = call(folder, "--resume")
    assert (again.returncode, again.stdout) == (0, expected)
    words = f"Going on after {n_kept:,} of 3,000 futures, which were kept."
    nothing = "Nothing is kept of this run yet; it begins with the first future."
    assert again.stderr.splitlines()[0] == f"comity: {words if n_kept else nothing}"
    assert not any((folder / "unfinished").iterdir())


def test_without_the_word_kept_pieces_are_offered_and_left(steps):
    folder, expected = steps
    forget_answers(folder)
    call(folder, sign=signal.SIGKILL, place="after keeping", after=3)
    again = call(folder)
    assert (again.returncode, again.stdout) == (0, expected)
    assert again.stderr.splitlines()[0] == (
        f"comity: {3 * PIECE:,} of 3,000 futures are kept from a call that was stopped. This one "
        "begins anew; --resume (resume=True in Python) would go on with them."
    )


def test_ctrl_c_says_what_is_kept_and_nothing_of_it_is_lost(steps):
    folder, expected = steps
    forget_answers(folder)
    stopped = call(folder, "--resume", sign=signal.SIGINT, place="after keeping", after=2)
    assert (stopped.returncode, stopped.stdout) == (130, "")
    said = re.search(r"stopped\. ([\d,]+) of 3,000 futures are kept; the same command with "
                     r"--resume goes on after them\.", stopped.stderr)  # fmt: skip
    assert said is not None, stopped.stderr
    n_said = int(said[1].replace(",", ""))
    again = call(folder, "--resume")
    assert (again.returncode, again.stdout) == (0, expected)
    n_found = re.match(r"comity: Going on after ([\d,]+) of 3,000", again.stderr)
    assert n_found is not None
    assert int(n_found[1].replace(",", "")) >= n_said >= 2 * PIECE


def test_a_signal_from_outside_at_any_moment_loses_nothing_that_was_said(steps):
    folder, expected = steps
    forget_answers(folder)
    child = [
        sys.executable,
        "-c",
        CHILD,
        str(folder),
        "0",
        "slowly keeping",
        "0",
        *ASKED,
        "--resume",
    ]
    running = subprocess.Popen(child, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + 120
    while not kept_counts(folder) and running.poll() is None and time.monotonic() < limit:
        time.sleep(0.001)
    n_seen = max(kept_counts(folder), default=0)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()
    assert running.returncode == 130, said
    n_left = min(max(kept_counts(folder), default=0), 3000)
    assert n_left >= min(n_seen, 3000) > 0
    counts = re.findall(r"([\d,]+) of 3,000 futures are kept", said)
    assert all(int(count.replace(",", "")) <= n_left for count in counts)
    again = call(folder, "--resume")
    assert again.stdout == expected
    assert again.stderr.startswith(f"comity: Going on after {n_left:,} of 3,000 futures")


@pytest.mark.parametrize(
    ("place", "after"),
    [nightly("after keeping", 2), nightly("before syncing", 9), ("before naming", 17)],
)
def test_a_killed_run_goes_on_to_the_same_paths(steps, tmp_path, place, after):
    """The last moment lies after all pieces of sums and paths: when the whole file is named."""
    folder, expected = steps
    forget_answers(folder)
    whole, out = tmp_path / "whole.parquet", tmp_path / "paths.parquet"
    first = call(folder, "--paths", str(whole))
    assert (first.returncode, first.stdout, first.stderr) == (0, expected, "")
    asked = ("--resume", "--paths", str(out))
    killed = call(folder, *asked, sign=signal.SIGKILL, place=place, after=after)
    assert (killed.returncode, out.exists()) == (-signal.SIGKILL, False)
    again = call(folder, *asked)
    assert (again.returncode, again.stdout) == (0, expected)
    assert again.stderr.startswith("comity: Going on after ")
    assert out.read_bytes() == whole.read_bytes()
    assert pq.read_metadata(out).num_rows == 3000 * 12
    receipt = json.loads((tmp_path / "paths.receipt.json").read_text("utf-8"))
    assert receipt == json.loads(expected)["receipt"]
    drafts = [path for path in tmp_path.iterdir() if whole_file.DRAFT in path.name]
    assert len(drafts) == (1 if place == "before naming" else 0), "only a kill leaves a draft"
    assert not list(tmp_path.glob("*.unfinished-*"))


def limited_files():
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


@pytest.mark.parametrize("more", [(), ("--resume",)])
def test_paths_that_do_not_fit_are_a_sentence(steps, tmp_path, more):
    """The system itself refuses to let a file grow, as it does on a full disk."""
    folder, _ = steps
    forget_answers(folder)
    out = tmp_path / "paths.parquet"
    failed = call(folder, "--paths", str(out), *more, preexec_fn=limited_files)
    assert (failed.returncode, failed.stdout) == (2, "")
    message = json.loads(failed.stderr[failed.stderr.index("{") :])["message"]
    assert message == (
        f'"{out}": full paths must be writable there; found: File too large. Make room, change the '
        "permissions or name another file; nothing stands under that name that is not whole."
    )
    assert not out.exists()
    assert not [path for path in tmp_path.iterdir() if whole_file.DRAFT in path.name]


def test_pieces_that_do_not_fit_are_a_sentence(steps):
    folder, expected = steps
    forget_answers(folder)
    failed = call(folder, "--resume", preexec_fn=limited_files)
    assert (failed.returncode, failed.stdout) == (2, "")
    message = json.loads(failed.stderr[failed.stderr.index("{") :])["message"]
    assert "must be able to keep its pieces there; found: File too large." in message
    assert call(folder, "--resume").stdout == expected


def test_a_place_that_is_no_folder_is_a_sentence(steps):
    folder, expected = steps
    forget_answers(folder)
    place = folder / "unfinished"
    shutil.rmtree(place, ignore_errors=True)
    place.write_text("a file")
    failed = call(folder, "--resume")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert "must be able to keep its pieces there; found: Not a directory." in failed.stderr
    anew = call(folder)
    assert (anew.returncode, anew.stdout) == (0, expected)
    assert "The run goes on, but a stop would cost what it has done" in anew.stderr
    place.unlink()


def test_what_excludes_each_other_is_said(comity, small):
    said = comity("simulate", small, "--resume", "--no-cache")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "comity: resume: pieces of a stopped run must be kept somewhere; found the cache off. "
        "Leave --no-cache (use_cache=False in Python) or --resume out.\n"
    )


def test_a_missing_folder_of_paths_is_refused_before_any_work(comity, small):
    said = comity("simulate", small, "--paths", "no-such-folder/p.parquet")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        'comity: --paths: the folder of "no-such-folder/p.parquet" must exist; found no folder '
        '"no-such-folder". Create it or choose another one.\n'
    )


def test_people_are_told_where_the_paths_are(comity, small, tmp_path):
    out = tmp_path / "paths.parquet"
    said = comity("simulate", small, "--members", "50", "--months", "2", "--paths", out)
    assert (said.code, said.err) == (0, "")
    assert said.out.rstrip().endswith(f"Paths: {out} ({out.stat().st_size / 1e6:.1f} MB)")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "paths.parquet", "paths.receipt.json",
    ]  # fmt: skip

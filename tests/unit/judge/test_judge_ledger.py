"""The ledger: what is sealed stays as it was sealed, whoever edits, kills or writes at once."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.core.errors import ConfigError, DataError
from comity.core.forecasts import canonical_json, question_hash, sha256_of
from comity.core.questions import Question
from comity.judge import ledger as module
from comity.judge.ledger import GENESIS, append_forecasts, read_ledger

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)


def content(name: str = "q1", probability: float = 0.3) -> dict:
    question = Question(
        id=name, words="Will it happen?", opens=dt.date(2026, 1, 1), closes=dt.date(2026, 12, 31),
        resolves_by="the press", no_outcome_reason="made up",
    )  # fmt: skip
    return {
        "case": "small", "case_hash": "c" * 32, "as_of": "2025-12-31",
        "question": question.model_dump(mode="json", exclude_defaults=True),
        "question_hash": question_hash(question),
        "forecast": {
            "probability": probability, "monte_carlo_se": 0.01, "low": 0.2, "high": 0.5,
            "ignorance_share": 0.1, "relation": None,
        },
        "baselines": {"coin": 0.5},
        "receipt": {"version": "0"},
    }  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of five entries."""
    found = tmp_path / "ledger.jsonl"
    append_forecasts(found, [content(f"q{k}", 0.1 * k) for k in range(1, 6)], now=NOON)
    return found


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def test_what_is_sealed_is_read_again(path: Path) -> None:
    ledger = read_ledger(path)
    assert [entry.question.id for entry in ledger.entries] == ["q1", "q2", "q3", "q4", "q5"]
    assert ledger.entries[0].previous == GENESIS
    assert ledger.entries[0].sealed == NOON
    assert ledger.head == ledger.entries[-1].hash
    before = path.read_bytes()
    later = append_forecasts(
        path, [content("q6")], now=NOON + dt.timedelta(days=1), head=ledger.head
    )
    assert path.read_bytes().startswith(before)
    assert later.entries[5].previous == ledger.head
    assert read_ledger(path, head=ledger.head) == later


def test_the_hash_is_that_of_the_canonical_content(path: Path) -> None:
    entry = json.loads(lines_of(path)[2])
    rest = {name: value for name, value in entry.items() if name != "hash"}
    assert entry["hash"] == sha256_of(rest)
    assert canonical_json(entry) == lines_of(path)[2]


def edited(line: str, **changes: object) -> str:
    return canonical_json({**json.loads(line), **changes})


def resealed(line: str, **changes: object) -> str:
    """Change an entry and give it the hash that fits."""
    entry = {**json.loads(line), **changes}
    entry.pop("hash")
    return canonical_json({**entry, "hash": sha256_of(entry)})


def other_words(line: str) -> dict:
    return {**json.loads(line)["question"], "words": "Will it not happen?"}


def surer(line: str) -> dict:
    return {**json.loads(line)["forecast"], "probability": 0.99}


Tampering = Callable[[list[str]], list[str]]
TAMPERINGS: dict[str, tuple[Tampering, int, str]] = {
    "changed number": (
        lambda x: [x[0], edited(x[1], forecast=surer(x[1])), *x[2:]], 2, "hash of what"),
    "edited question": (
        lambda x: [*x[:3], edited(x[3], question=other_words(x[3])), x[4]], 4, "hash of what"),
    "later time": (
        lambda x: [edited(x[0], sealed="2027-01-01T00:00:00+00:00"), *x[1:]], 1, "hash of what"),
    "re-hashed in the middle": (
        lambda x: [*x[:2], resealed(x[2], forecast=surer(x[2])), *x[3:]], 4,
        "must be the hash of the entry before"),
    "question re-hashed, not its own hash": (
        lambda x: [*x[:4], resealed(x[4], question=other_words(x[4]))], 5, "hash of the question"),
    "reordered": (lambda x: [x[0], x[2], x[1], *x[3:]], 2, "must be entry 2 of the chain"),
    "removed": (lambda x: [*x[:2], *x[3:]], 3, "must be entry 3 of the chain; found entry 4"),
    "first removed": (lambda x: x[1:], 1, "must be entry 1 of the chain; found entry 2"),
    "duplicated": (lambda x: [*x[:2], x[1], *x[2:]], 3, "be entry 3 of the chain; found entry 2"),
    "inserted": (
        lambda x: [*x[:2], resealed(x[2], case="other"), *x[2:]], 4, "be entry 4 of the chain"),
    "wrong previous": (
        lambda x: [*x[:2], resealed(x[2], previous=GENESIS), *x[3:]], 3, "the entry before"),
    "wrong number": (
        lambda x: [*x[:2], resealed(x[2], number=7), *x[3:]], 3, "be entry 3 of the chain"),
    "garbage line": (lambda x: [*x[:2], "this is no entry", *x[2:]], 3, "one entry of a ledger"),
    "empty line": (lambda x: [*x[:2], "", *x[2:]], 3, "found an empty line"),
    "other JSON": (lambda x: [*x[:2], "[1, 2]", *x[2:]], 3, "one entry of a ledger"),
    "cut line": (lambda x: [*x[:2], x[2][:-9], *x[3:]], 3, "one entry of a ledger"),
    "spaces": (lambda x: [*x[:2], x[2].replace('":', '": '), *x[3:]], 3, "as it was sealed"),
    "doubled key": (
        lambda x: [*x[:2], x[2].replace('{"as_of"', '{"as_of":"1999-01-01","as_of"'), *x[3:]], 3,
        "as it was sealed"),
    "not a number": (
        lambda x: [*x[:2], x[2].replace('"low":0.2', '"low":NaN'), *x[3:]], 3, "written as it was"),
    "further key": (lambda x: [*x[:4], resealed(x[4], note="mine")], 5, "found other keys"),
    "dated back": (
        lambda x: [*x[:4], resealed(x[4], sealed="2025-01-02T12:00:00+00:00")], 5, "dated back"),
    "impossible chance": (
        lambda x: [*x[:4], resealed(x[4], forecast={**surer(x[4]), "probability": 1.5})], 5,
        "must be as entries are"),
    "garbage at the end": (lambda x: [*x, "no entry"], 6, "must be one entry of a ledger"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_refused_at_its_line(path: Path, name: str) -> None:
    tamper, line, sentence = TAMPERINGS[name]
    path.write_text("\n".join(tamper(lines_of(path))) + "\n", "utf-8")
    before = path.read_bytes()
    for use in (
        lambda: read_ledger(path),
        lambda: append_forecasts(path, [content()], now=NOON + dt.timedelta(days=1)),
    ):
        with pytest.raises(DataError) as caught:
            use()
        said = str(caught.value)
        assert said.startswith(f"ledger.jsonl, row {line}"), said
        assert sentence in said
        assert "Nothing of this ledger is used" in said
    assert path.read_bytes() == before


def test_only_the_head_tells_that_the_end_was_cut_off_or_all_was_written_anew(path: Path) -> None:
    head = read_ledger(path).head
    older = read_ledger(path).entries[2].hash
    cut = "\n".join(lines_of(path)[:4]) + "\n"
    path.write_text(cut, "utf-8")
    assert len(read_ledger(path).entries) == 4  # the chain of what is left holds
    assert len(read_ledger(path, head=older).entries) == 4
    for use in (
        lambda: read_ledger(path, head=head),
        lambda: append_forecasts(path, [content()], now=NOON, head=head),
    ):
        with pytest.raises(DataError, match="cut off at its end or written anew"):
            use()
    assert path.read_text("utf-8") == cut
    path.unlink()
    append_forecasts(path, [content(f"q{k}", 0.9) for k in range(1, 6)], now=NOON)
    assert read_ledger(path).head != head
    with pytest.raises(DataError, match="found 5 entries without it"):
        read_ledger(path, head=head)


def test_no_such_ledger_and_no_entries(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="ledger that can be read; found no such file"):
        read_ledger(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").touch()
    assert read_ledger(tmp_path / "empty.jsonl").head == GENESIS


def test_a_clock_that_runs_back_seals_nothing(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(DataError, match="so the clock must not be before it"):
        append_forecasts(path, [content()], now=NOON - dt.timedelta(seconds=1))
    assert path.read_bytes() == before


def test_an_unfinished_line_is_left_out_and_taken_away_by_the_next_sealing(path: Path) -> None:
    whole = path.read_bytes()
    kept = whole[: whole.rindex(b"\n", 0, -1) + 1]
    line = whole[len(kept) :]
    for n_bytes in (1, 5, 60, len(line) - 1):
        path.write_bytes(kept + line[:n_bytes])
        ledger = read_ledger(path)
        assert (len(ledger.entries), ledger.n_unfinished_bytes) == (4, n_bytes)
        later = append_forecasts(path, [content("q5", 0.5)], now=NOON)
        assert later.n_unfinished_bytes == 0
        assert path.read_bytes().startswith(kept)
        assert [entry.number for entry in read_ledger(path).entries] == [1, 2, 3, 4, 5]
    path.write_bytes(kept + b"not the beginning of an entry")
    with pytest.raises(DataError, match="row 5: must be one entry of a ledger"):
        read_ledger(path)


def test_it_is_on_disk_before_it_is_said_to_be_sealed(path: Path, monkeypatch) -> None:
    done: list[str] = []
    write, sync = os.write, os.fsync
    monkeypatch.setattr(module.os, "write", lambda *x: (done.append("write"), write(*x))[1])
    monkeypatch.setattr(module.os, "fsync", lambda *x: (done.append("fsync"), sync(*x))[1])
    append_forecasts(path, [content("q6")], now=NOON)
    assert done == ["write", "fsync"]
    append_forecasts(path.with_name("new.jsonl"), [content()], now=NOON)
    assert done[2:] == ["write", "fsync", "fsync"]  # the folder as well


CHILD = textwrap.dedent("""
    import datetime as dt, os, signal, sys
    from pathlib import Path
    sys.path[:0] = sys.argv[1].split(os.pathsep)
    from comity.judge import ledger
    import json
    path, mode, content = Path(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])
    now = dt.datetime(2026, 1, 3, tzinfo=dt.UTC)
    if mode == "half":
        write = os.write
        def half(handle, view):
            write(handle, bytes(view)[: len(view) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        ledger.os.write = half
    print("ready", flush=True)
    for _ in range(int(mode) if mode.isdigit() else 1_000_000):
        ledger.append_forecasts(path, [content], now=now)
""")


def child(path: Path, mode: str) -> subprocess.Popen:
    places = os.pathsep.join([str(Path(module.__file__).parents[2]), *filter(None, sys.path)])
    words = [sys.executable, "-c", CHILD, places, str(path), mode, json.dumps(content("child"))]
    return subprocess.Popen(words, stdout=subprocess.PIPE)


def test_killed_in_the_middle_of_an_entry_it_opens_and_goes_on(path: Path) -> None:
    with child(path, "half") as process:
        assert process.wait(60) == -signal.SIGKILL
    ledger = read_ledger(path)
    assert len(ledger.entries) == 5
    assert ledger.n_unfinished_bytes > 100
    later = append_forecasts(path, [content("q6")], now=NOON + dt.timedelta(days=2))
    assert (len(later.entries), later.n_unfinished_bytes) == (6, 0)


def test_killed_at_any_time_it_opens(path: Path) -> None:
    for moment in (0.0, 0.01, 0.03, 0.05, 0.1):
        with child(path, "endless") as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(moment)
            process.kill()
        entries = read_ledger(path).entries
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert len(read_ledger(path).entries) > 5


def test_two_writers_take_turns(path: Path) -> None:
    with child(path, "25") as one, child(path, "25") as other:
        assert (one.wait(60), other.wait(60)) == (0, 0)
    assert len(read_ledger(path).entries) == 55


def test_a_writer_that_does_not_let_go_is_named(path: Path, monkeypatch) -> None:
    import fcntl

    monkeypatch.setattr(module, "_LOCK_SECONDS", 0.1)
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ConfigError, match="somebody else has been writing"):
            append_forecasts(path, [content()], now=NOON)
    assert len(read_ledger(path).entries) == 5

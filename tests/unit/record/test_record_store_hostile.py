"""Files and stores made to break an import: each is refused in words or costs no good row."""

from __future__ import annotations

import gzip
import io
import os
import struct
import time
import zipfile
import zlib
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comity.cli.main import run
from comity.core.errors import DataError
from comity.record.store import import_events, parquet_blocks, parts
from comity.record.store.open_store import plain_failures

HEAD = "date,source,target,code,goldstein\n"
GOOD = "2001-01-01,USA,RUS,010,1.5\n"
COLUMNS = {"date": "2001-01-01", "source": "USA", "target": "RUS", "code": "010"}


def take(folder: Path, data: bytes | str, name: str = "a.csv"):
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return import_events(folder / "store", "csv", [path]).files[0]


def take_table(folder: Path, n: int = 3, **columns):
    kept = {name: pa.array([value] * n) for name, value in COLUMNS.items()} | columns
    pq.write_table(pa.table(kept), folder / "a.parquet")
    return import_events(folder / "store", "csv", [folder / "a.parquet"]).files[0]


def text_array(*values: bytes) -> pa.Array:
    """Text that is no UTF-8, which pyarrow writes without a word."""
    offsets = np.cumsum([0, *map(len, values)], dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(values), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(values))]
    )


@pytest.mark.parametrize("text", [HEAD + GOOD * 3, "\n" + HEAD + GOOD])
def test_rows_are_not_lost_in_a_header_that_ends_in_a_carriage_return_alone(tmp_path, text):
    """The whole file was taken for a header with many columns: no row, and no word about it."""
    with pytest.raises(DataError, match="found lines that end in a carriage return alone"):
        take(tmp_path, text.replace("\n", "\r"))


def test_a_header_longer_than_the_sample_is_refused(tmp_path):
    """A header cut at a megabyte set every row aside for its width."""
    many = ",".join(f"c{number}" for number in range(200_000))
    with pytest.raises(DataError, match="found a first line of more than 1 MiB"):
        take(tmp_path, HEAD.strip() + "," + many + "\n" + GOOD)


def test_the_word_epoch_is_no_day(tmp_path):
    rows = [GOOD.replace("2001-01-01", day) for day in ("epoch", "EPOCH ", "1970-01-01")]
    found = take(tmp_path, HEAD + "".join(rows))
    assert (found.n_good, found.n_set_aside) == (1, 2)
    assert found.reasons[0].words == "date is not a day written YYYY-MM-DD"


def test_many_empty_streams_cost_time_in_proportion(tmp_path):
    """Every stream copied what was left of a megabyte: 20 bytes each made it quadratic."""
    whole = gzip.compress(b"") * 40_000 + gzip.compress((HEAD + GOOD).encode())
    begun = time.process_time()
    assert take(tmp_path, whole, "a.gz").n_good == 1
    assert time.process_time() - begun < 3  # 0.6 s; 6 s before


def overlapping(n: int) -> bytes:
    """A zip archive of which every member is the same megabyte, stored once."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = machine.compress(HEAD.encode() + b"a" * (1 << 20)) + machine.flush()
    head = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, 0, len(data), 1 << 20)
    local = b"PK\3\4" + head + struct.pack("<HH", 1, 0) + b"a" + data
    central = b"PK\1\2\x14\0" + head + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0) + b"a"
    end = struct.pack("<HHHHIIH", 0, 0, n, n, n * len(central), len(local), 0)
    return local + central * n + b"PK\5\6" + end


def test_members_that_overlap_are_refused(tmp_path):
    with pytest.raises(DataError, match="found some that overlap"):
        take(tmp_path, overlapping(2), "a.zip")
    assert take(tmp_path, overlapping(1), "b.zip").n_set_aside == 1


def test_members_share_what_may_be_unpacked_at_any_ratio(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as archive:
        for number in range(256):
            archive.writestr(f"{number}.csv", HEAD)
    (tmp_path / "a.zip").write_bytes(file.getvalue())
    assert {part.free_bytes for part in parts.parts_of(tmp_path / "a.zip")} == {1 << 20}


def test_names_that_are_no_text_or_steer_a_terminal_are_escaped(tmp_path, capsys):
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff\x1b[2J.csv"))
    odd.write_text(HEAD + GOOD + "\x1b[31m,USA,RUS,010,1\n", "utf-8")
    assert run(["import", "csv", str(odd), "--store", str(tmp_path / "s")]) == 0
    said = capsys.readouterr().out
    assert r"a\xff\x1b[2J.csv" in said
    assert "\x1b" not in said
    (tmp_path / "b.csv").write_text("\x1b[31mday,from\n", "utf-8")
    assert run(["import", "csv", str(tmp_path / "b.csv"), "--store", str(tmp_path / "s")]) == 2
    assert r'"\x1b[31mday"' in capsys.readouterr().err


def test_names_that_the_system_refuses_are_named(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(HEAD + GOOD, "utf-8")
    long, bad = str(tmp_path / ("a" * 300)), os.fsdecode(os.fsencode(tmp_path) + b"/\xff")
    for arguments, words in (
        ((long, "--store", str(tmp_path / "s")), "found no access"),
        ((str(tmp_path / "a.csv"), "--store", long), "the store must open"),
        ((str(tmp_path / "a.csv"), "--store", bad), "found a name that is not UTF-8"),
    ):
        assert run(["import", "csv", *arguments]) == 2
        assert words in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_a_receipt_that_cannot_be_written_is_found_first(tmp_path, capsys, kind):
    (tmp_path / "a.csv").write_text(HEAD + GOOD, "utf-8")
    receipt = tmp_path / "s.receipt.json"
    if kind == "folder":
        receipt.mkdir()
    elif kind == "pipe":
        os.mkfifo(receipt)  # writing to it would wait for a reader for ever
    else:
        receipt.symlink_to(tmp_path / "nowhere")
    assert run(["import", "csv", str(tmp_path / "a.csv"), "--store", str(tmp_path / "s")]) == 2
    assert "must be a file or absent; found something else" in capsys.readouterr().err
    assert not (tmp_path / "s").exists()


def test_a_damaged_store_is_not_said_to_be_open_elsewhere(tmp_path):
    """The word "block" of a checksum's message was read as "lock"."""
    take(tmp_path, HEAD + GOOD)
    store = tmp_path / "store"
    whole = store.read_bytes()
    store.write_bytes(whole[:5000] + b"x" * 100 + whole[5100:])
    with pytest.raises(DataError, match="a store must be whole; found a damaged one"):
        take(tmp_path, HEAD + GOOD * 2)
    store.write_bytes(whole[:20_000])
    with pytest.raises(DataError, match="a store must be whole; found a damaged one"):
        take(tmp_path, HEAD + GOOD * 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE store SET schema_version = 99", "found version 99"),
        ("DROP TABLE events", 'one without "events"'),
        ("ALTER TABLE files DROP note", 'one without "files.note"'),
        ("DROP TABLE set_aside; CREATE VIEW set_aside AS SELECT 1", 'one without "set_aside"'),
    ],
)
def test_a_store_with_other_tables_is_named(tmp_path, change, words):
    take(tmp_path, HEAD + GOOD)
    with duckdb.connect(str(tmp_path / "store")) as connection:
        connection.execute(change)
    with pytest.raises(DataError, match=words):
        take(tmp_path, HEAD + GOOD * 2)


def test_text_of_a_parquet_file_that_is_not_utf8_costs_its_row_alone(tmp_path):
    found = take_table(tmp_path, source=text_array(b"USA", b"U\xffA", b"RUS"))
    assert (found.n_good, found.n_set_aside, found.note) == (2, 1, "")
    days = text_array(b"2001-01-01", b"2001-01-02", b"\xff\xfe")
    found = take_table(tmp_path, date=days)
    assert (found.n_good, found.n_set_aside, found.note) == (2, 1, "")


@pytest.mark.parametrize("kind", [pa.float16(), pa.decimal256(60, 3)])
def test_numbers_of_rare_types_are_read(tmp_path, kind):
    assert take_table(tmp_path, goldstein=pa.array([1, 2, 3]).cast(kind)).n_good == 3


@pytest.mark.parametrize(
    ("kind", "a_day"),
    [
        (pa.date32(), 1),
        (pa.date64(), 86_400_000),
        (pa.timestamp("ms", tz="UTC"), 86_400_000),
        (pa.timestamp("us"), 86_400_000_000),
    ],
    ids=str,
)
def test_days_beyond_any_calendar_are_set_aside(tmp_path, kind, a_day):
    whole = pa.int32() if kind == pa.date32() else pa.int64()
    far = (2 ** (whole.bit_width - 1) - 1) // a_day * a_day
    found = take_table(tmp_path, date=pa.array([11323 * a_day, far, -far], whole).view(kind))
    assert (found.n_good, found.n_set_aside) == (1, 2)


def test_lists_are_no_states(tmp_path):
    found = take_table(tmp_path, source=pa.array([["USA"]] * 3), code=pa.array(["010"] * 3))
    assert (found.n_good, found.n_set_aside) == (0, 3)


def test_faulty_rows_of_a_parquet_file_cost_time_in_proportion(tmp_path):
    """The text of each was looked for in the whole block: 10,000 took a minute."""
    days = pa.array(["2001-01-01", *["01/02/2001"] * 20_000])
    begun = time.process_time()
    found = take_table(tmp_path, 20_001, date=days)
    assert (found.n_good, found.n_set_aside) == (1, 20_000)
    assert time.process_time() - begun < 20
    with duckdb.connect(str(tmp_path / "store")) as connection:
        text = connection.execute("SELECT text FROM set_aside WHERE line = 2").fetchall()
    assert text == [("01/02/2001\tUSA\tRUS\t010",)]


def test_a_long_value_kept_once_for_many_rows_is_unpacked_in_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_blocks, "MAX_BLOCK_BYTES", 1 << 20)
    sizes = []
    whole = parquet_blocks.readable_table
    monkeypatch.setattr(
        parquet_blocks, "readable_table", lambda t: sizes.append(t.num_rows) or whole(t)
    )
    values = pa.array(["RUS", "R" * (300 << 10), "R" * (2 << 20)])
    places = pa.array([1] * 10 + [0] * 5 + [2], pa.int32())
    found = take_table(tmp_path, 16, target=pa.DictionaryArray.from_arrays(places, values))
    assert (found.n_good, found.n_set_aside) == (5, 11)
    assert sizes == [3, 3, 3, 6, 1]


def test_ctrl_c_inside_a_query_stops_the_import(tmp_path):
    """DuckDB makes this error of Ctrl-C; it was reported as a failure of ours."""
    with pytest.raises(KeyboardInterrupt), plain_failures(tmp_path / "s"):
        raise RuntimeError("Query interrupted")
    with pytest.raises(RuntimeError, match="another"), plain_failures(tmp_path / "s"):
        raise RuntimeError("another")

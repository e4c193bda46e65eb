"""What an import keeps of a file, whatever is wrong with it."""

from __future__ import annotations

import bz2
import gzip
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comity.core.errors import ComityError, DataError, ParameterError
from comity.record.readers.registry import find_reader
from comity.record.store import (
    blocks,
    count_event_files,
    count_stored_events,
    import_events,
    parts,
    stored_files,
)

HEAD = "date\tsource\ttarget\tquad_class\tcode\tgoldstein\n"
GOOD = "2001-02-03\tUSA\tRUS\t1\t010\t1.5\n"


def rows(n: int, month: int = 1) -> str:
    states = ("USA", "RUS", "CHN", "JPN", "KOR")
    return "".join(
        f"2001-{month:02d}-{1 + i % 28:02d}\t{states[i % 5]}\t{states[(i // 5) % 5]}\t{1 + i % 4}"
        f"\t0{i % 9}0\t{i}\n"
        for i in range(n)
    )


def write(folder: Path, text: str | bytes, name: str = "events.tsv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def ask(store: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(store), read_only=True) as connection:
        return connection.execute(query).fetchall()


def content(store: Path) -> list[list[tuple]]:
    """Everything that two equal stores share."""
    return [
        ask(store, "SELECT * EXCLUDE (name) FROM files ORDER BY id"),
        ask(store, "SELECT * FROM events ORDER BY ALL"),
        ask(store, "SELECT * FROM set_aside ORDER BY ALL"),
    ]


def take(folder: Path, text: str | bytes, name: str = "events.tsv"):
    store = folder / f"{name}.store"
    return import_events(store, "csv", [write(folder, text, name)]).files[0], store


BAD_ROWS = [
    (b"2001-02-03\tUSA\tRUS\n", "has 3 fields where 6 are needed"),
    (b"2001-02-03\tUSA\tRUS\t1\t010\t1\tx\n", "has 7 fields where 6 are needed"),
    (b"0001-01-01\tUSA\tRUS\t1\t010\t1\n", "date lies outside 1800 to 2199"),
    (b"9999-12-31\tUSA\tRUS\t1\t010\t1\n", "date lies outside 1800 to 2199"),
    (b"infinity\tUSA\tRUS\t1\t010\t1\n", "date lies outside 1800 to 2199"),
    (b"2001-02-30\tUSA\tRUS\t1\t010\t1\n", "date is not a day written YYYY-MM-DD"),
    (b"\tUSA\tRUS\t1\t010\t1\n", "date is empty"),
    (b"2001-02-03\tU\0A\tRUS\t1\t010\t1\n", "holds a NUL byte"),
    (b"2001-02-03\t\xff\xfe\tRUS\t1\t010\t1\n", "holds bytes that are not UTF-8"),
    (b"2001-02-03\tUSA\t\"RUS\t1\t010\t1\n", "a quotation mark is not closed"),
    (b"2001-02-03\tUSA\t\"RUS\"x\t1\t010\t1\n", "text follows a closing quotation mark"),
    (b"USA\t2001-02-03\tRUS\t1\t010\t1\n", "date is not a day written YYYY-MM-DD"),
    (b"2001-02-03\tusa\tRUS\t1\t010\t1\n", "source is not three capital letters"),
    (b"2001-02-03\tUSA\tRUS\t5\t010\t1\n", "quad_class is not 1, 2, 3 or 4"),
    (b"2001-02-03\tUSA\tRUS\t1\t010\tnan\n", "goldstein is not a number"),
    (b"2001-02-03\tUSA\tRUS\t\t\t1\n", "quad_class and code are empty"),
    (b"2001-02-03\tUSA\tRUS\t\t990\t1\n", "code is no CAMEO code"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "reason"), BAD_ROWS)
def test_a_bad_row_is_set_aside_alone_with_its_reason(tmp_path, bad, reason):
    found, store = take(tmp_path, HEAD.encode() + GOOD.encode() + bad + rows(50).encode())
    assert (found.n_rows, found.n_good, found.n_set_aside) == (52, 51, 1)
    assert [(why.words, why.n_rows, why.first_line) for why in found.reasons] == [(reason, 1, 3)]
    assert ask(store, "SELECT line, reason FROM set_aside") == [(3, reason)]
    assert ask(store, "SELECT count(*), count(DISTINCT line) FROM events") == [(51, 51)]
    direct = count_event_files("csv", [tmp_path / "events.tsv"])
    stored = count_stored_events(store, include_duplicates=True)
    assert direct.acts.tolist() == stored.acts.tolist()
    assert direct.directed.tolist() == stored.directed.tolist()


def test_line_ends_a_byte_order_mark_and_empty_lines_are_no_matter(tmp_path):
    plain, first = take(tmp_path, HEAD + rows(20))
    text = "\ufeff" + (HEAD + rows(20)).replace("\n", "\r\n").rstrip() + "\r\n"
    other, second = take(tmp_path, text, "windows.tsv")
    assert (plain.n_good, other.n_good, other.n_set_aside) == (20, 20, 0)
    events = "SELECT * FROM events ORDER BY ALL"
    assert ask(first, events) == ask(second, events)
    gaps, store = take(tmp_path, HEAD + rows(10) + "\n\n" + rows(10, 2).rstrip(), "gaps.tsv")
    assert (gaps.n_rows, gaps.n_good) == (20, 20)
    assert ask(store, "SELECT max(line) FROM events") == [(23,)]


def test_a_quoted_row_may_run_over_lines_and_a_ten_megabyte_field_is_kept(tmp_path):
    long = "x" * 10_000_000
    text = (
        "date,source,target,code\n"
        '2001-02-03,USA,RUS,"01""0\nmore"\n2001-02-03,USA,RUS,010\n'
        f'2001-02-03,USA,RUS,010{long}\n2001-02-03,USA,RUS,"020\n2001-02-03,USA,RUS,030\n'
    )
    found, store = take(tmp_path, text, "quoted.csv")
    assert (found.n_good, found.n_set_aside) == (4, 1)
    assert ask(store, "SELECT line, length(code) FROM events ORDER BY line") == [
        (2, 9), (4, 3), (5, 10_000_003), (7, 3),
    ]  # fmt: skip
    assert ask(store, "SELECT line, length(text) FROM set_aside") == [(6, 23)]


def test_a_line_longer_than_a_block_is_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 5_000)
    for end in ("", "\n", "\n" + rows(5)):
        text = HEAD + rows(300) + "y" * 60_000 + end
        found, store = take(tmp_path, text, f"long{len(end)}.tsv")
        assert (found.n_good, found.n_set_aside) == (300 + (5 if len(end) > 1 else 0), 1)
        assert ask(store, "SELECT line, length(text) FROM set_aside") == [(302, 1000)]


def packed(folder: Path, text: str) -> list[Path]:
    data = text.encode()
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("events.tsv", data)
    with zipfile.ZipFile(folder / "b.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("folder/events.tsv", data)
    return [
        write(folder, gzip.compress(data), "a.gz"),
        write(folder, gzip.compress(data[:700]) + gzip.compress(data[700:]) + b"\0\0", "b.gz"),
        write(folder, bz2.compress(data), "a.bz2"),
        folder / "a.zip",
        folder / "b.zip",
    ]


def test_every_packing_gives_the_rows_of_the_plain_file(tmp_path):
    text = HEAD + rows(200)
    _, plain = take(tmp_path, text)
    events = "SELECT * FROM events ORDER BY ALL"
    for path in packed(tmp_path, text):
        store = tmp_path / f"{path.name}.store"
        found = import_events(store, "csv", [path]).files[0]
        assert (found.n_good, found.note) == (200, "")
        assert ask(store, events) == ask(plain, events)
        assert count_event_files("csv", [path]).acts.sum() == 160


def test_parquet_gives_the_rows_of_the_plain_file_typed_or_not(tmp_path, monkeypatch):
    monkeypatch.setattr("comity.record.store.parquet_blocks.BLOCK_ROWS", 37)
    _, plain = take(tmp_path, HEAD + rows(200))
    with duckdb.connect() as connection:
        for number, read in enumerate(("all_varchar=true", "types={'code': 'VARCHAR'}")):
            path, store = tmp_path / f"{number}.parquet", tmp_path / f"{number}.store"
            connection.execute(
                f"COPY (FROM read_csv('{tmp_path}/events.tsv', {read})) TO '{path}' "
                "(FORMAT parquet, ROW_GROUP_SIZE 100)"
            )
            assert import_events(store, "csv", [path]).files[0].n_good == 200
            events = (
                "SELECT line - (SELECT min(line) FROM events), event_date, source_state, "
                "quad_class, goldstein FROM events ORDER BY ALL"
            )
            assert ask(store, events) == ask(plain, events)
            a, b = count_event_files("csv", [path]), count_stored_events(store)
            assert a.acts.tolist() == b.acts.tolist()
    faulty = pa.table({"date": ["2001-01-01", "x"], "source": ["USA", "USA"],
                       "target": ["RUS", None], "code": ["010", "010"]})  # fmt: skip
    pq.write_table(faulty, tmp_path / "faulty.parquet")
    found = import_events(tmp_path / "f.store", "csv", [tmp_path / "faulty.parquet"]).files[0]
    assert (found.n_good, found.n_set_aside) == (1, 1)
    assert ask(tmp_path / "f.store", "SELECT line, text FROM set_aside") == [(2, "x\tUSA\t\t010")]


def test_a_truncated_file_keeps_the_rows_before_the_cut_and_says_so(tmp_path):
    whole = gzip.compress((HEAD + rows(5000)).encode())
    found, store = take(tmp_path, whole[: len(whole) // 2], "cut.gz")
    assert found.note == "The packed data end too early; the file was probably cut."
    assert 1000 < found.n_good < 5000
    assert found.n_set_aside == 1
    lines = [row[0] for row in ask(store, "SELECT line FROM events ORDER BY line")]
    assert lines == list(range(2, found.n_good + 2))
    with pytest.raises(DataError, match="end too early"):
        count_event_files("csv", [tmp_path / "cut.gz"])
    spoilt = bytearray(whole)
    spoilt[len(whole) // 2] ^= 255
    found, _ = take(tmp_path, bytes(spoilt), "spoilt.gz")
    assert found.note == "The packed data are damaged."
    assert 1000 < found.n_good < 5000


def test_a_bomb_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "FREE_BYTES", 1 << 20)
    for number, data in enumerate((b"\0", b"\n", b"a\n")):
        text = (HEAD + rows(10)).encode() + data * (6_000_000 // len(data))
        found, _ = take(tmp_path, gzip.compress(text), f"bomb{number}.gz")
        assert found.n_good == 10
        assert found.note.startswith(
            ("It unpacks to more than 200 times", "Given up: nearly every")
        )


def test_a_file_that_is_nearly_all_faults_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("comity.record.store.import_files.HOPELESS_ROWS", 1000)
    monkeypatch.setattr("comity.record.store.parse_block.MAX_LINES", 500)
    found, _ = take(tmp_path, HEAD + "x\n" * 5000)
    assert found.note == "Given up: nearly every row so far had to be set aside."
    assert found.n_set_aside == 1500


def test_what_is_no_event_file_is_named(tmp_path):
    store = tmp_path / "store"
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    write(tmp_path, "PK\x03\x04 and no more", "broken.zip")
    write(tmp_path, b"PAR1 and no more PAR1", "broken.parquet")
    write(tmp_path, b"\x1f\x8b\x08", "broken.gz")
    write(tmp_path, (HEAD + GOOD).encode("utf-16"), "wide.tsv")
    write(tmp_path, "day,from,to\n1,2,3\n", "other.csv")
    for name, said in (
        ("folder", "found a folder"),
        ("link", "found a link to nothing"),
        ("missing", "found no such file"),
        ("pipe", "found a device or a pipe"),
        ("broken.zip", "directory cannot be read"),
        ("broken.parquet", "a Parquet file must be whole"),
        ("broken.gz", "must unpack; found the packed data end too early"),
        ("wide.tsv", "found text in UTF-16"),
        ("other.csv", 'found 3 fields in its first line: "day", "from", "to"'),
    ):
        with pytest.raises(ComityError, match=said) as caught:
            import_events(store, "csv", [tmp_path / name])
        assert name in str(caught.value)
    assert not store.exists()
    with pytest.raises(DataError, match="2 problems; nothing was written"):
        import_events(store, "csv", [tmp_path / "folder", tmp_path / "missing"])
    with pytest.raises(ParameterError, match='Nearest: "csv"'):
        import_events(store, "csw", [])


def test_an_empty_file_is_done_and_says_so(tmp_path):
    found, _ = take(tmp_path, "")
    assert (found.n_rows, found.note) == (0, "The file is empty.")


def test_what_is_no_store_is_named(tmp_path):
    path = write(tmp_path, HEAD + GOOD)
    with duckdb.connect(str(tmp_path / "other")) as connection:
        connection.execute("CREATE TABLE x (y INTEGER)")
    for store, said in (
        (tmp_path, "found a folder"),
        (path, "found another kind of file"),
        (tmp_path / "no" / "store", "no folder"),
        (tmp_path / "other", "a DuckDB file with other tables"),
    ):
        with pytest.raises(DataError, match=said):
            import_events(store, "csv", [path])
    with pytest.raises(DataError, match="no such file"):
        count_stored_events(tmp_path / "none")


def test_two_processes_cannot_work_on_one_store(tmp_path):
    found, store = take(tmp_path, HEAD + GOOD)
    code = f"import duckdb; c = duckdb.connect({str(store)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(DataError, match="another one that has it open"):
            import_events(store, "csv", [tmp_path / "events.tsv"])
        other.communicate(b"\n")
    assert found.n_good == 1


def test_the_same_content_adds_nothing_under_any_name(tmp_path):
    _, store = take(tmp_path, HEAD + rows(30))
    before = content(store)
    same = write(tmp_path, HEAD + rows(30), "renamed.txt")
    found = import_events(store, "csv", [tmp_path / "events.tsv", same])
    assert [file.state for file in found.files] == ["already there"] * 2
    assert found.n_new == 0
    assert content(store) == before
    assert [file.name for file in stored_files(store)] == ["events.tsv"]


def test_exact_duplicates_are_marked_across_blocks_and_files(tmp_path, monkeypatch):
    monkeypatch.setattr("comity.record.store.parse_block.MAX_LINES", 7)
    paths = [
        write(tmp_path, HEAD + rows(20) + rows(3), "a.tsv"),
        write(tmp_path, HEAD + GOOD * 3 + rows(25), "b.tsv"),
    ]
    found = import_events(tmp_path / "store", "csv", paths)
    assert [file.n_duplicates for file in found.files] == [3, 2 + 20]
    marked = "SELECT file_id, line FROM events WHERE is_duplicate ORDER BY ALL"
    expected = [(1, line) for line in (22, 23, 24)]
    expected += [(2, line) for line in (3, 4, *range(5, 25))]
    assert ask(tmp_path / "store", marked) == expected


def test_summaries_give_four_counts_a_row(tmp_path):
    head = "source,target,month,verbal_cooperation,material_cooperation,verbal_conflict," \
        "material_conflict\n"  # fmt: skip
    text = head + "USA,RUS,2001-02,3,0,2,1\nUSA,RUS,2001-13,1,1,1,1\nUSA,RUS,2001-03,1,x,1,1\n"
    found, store = take(tmp_path, text, "counts.csv")
    assert (found.n_rows, found.n_good, found.n_set_aside) == (3, 1, 2)
    counts = count_stored_events(store)
    assert counts.acts.tolist() == [[3, 0, 2, 1]]
    assert ask(store, "SELECT line FROM set_aside ORDER BY line") == [(3,), (4,)]
    direct = count_event_files("csv", [tmp_path / "counts.csv"])
    assert direct.acts.tolist() == [[3, 0, 2, 1]]
    yearly, store = take(
        tmp_path, text.replace("month,", "year,").replace("2001-02", "2001"), "y.csv"
    )
    assert yearly.n_good == 1
    assert count_stored_events(store, period_months=12).acts.tolist() == [[3, 0, 2, 1]]
    with pytest.warns(UserWarning, match="summaries of whole years"):
        assert len(count_stored_events(store).acts) == 0


def test_counts_hold_only_what_was_asked_for(tmp_path):
    text = (
        HEAD + "2001-01-31\tUSA\tRUS\t1\t\t\n" * 2 + "2001-02-01\tRUS\tUSA\t4\t\t\n"
        "2001-02-01\tRUS\t\t4\t\t\n2001-02-01\tRUS\tRUS\t4\t\t\n2002-12-31\tCHN\tUSA\t\t190\t\n"
    )
    _, store = take(tmp_path, text)
    found = count_stored_events(store)
    assert found.index.codes == ("CHN", "RUS", "USA")
    assert found.sources == ("csv",)
    assert found.acts.tolist() == [[0, 0, 0, 1], [0, 0, 0, 1], [1, 0, 0, 0]]
    assert [found.index.directed_dyads[i] for i in found.directed] == [
        "CHN>USA", "RUS>USA", "USA>RUS",
    ]  # fmt: skip
    assert found.months[found.time].tolist() == [395, 373, 372]
    assert count_stored_events(store, include_duplicates=True).acts.sum() == 4
    pair = count_stored_events(store, states=["USA", "RUS", "FRA"], first=373, last=380)
    assert pair.index.codes == ("FRA", "RUS", "USA")
    assert (pair.acts.sum(), pair.months.tolist()) == (1, list(range(373, 381)))
    years = count_stored_events(store, period_months=12)
    assert years.months.tolist() == [372, 384]
    assert count_stored_events(store, sectors=["none"]).acts.shape == (0, 4)
    with pytest.raises(ParameterError, match="must be 1 or 12; found 3"):
        count_stored_events(store, period_months=3)


@pytest.mark.parametrize("n_added", [0, 2])
def test_a_header_may_name_columns_that_no_row_has(tmp_path: Path, n_added: int) -> None:
    layout = next(item for item in find_reader("polecat").layouts if not item.has_header)
    values = {
        "event_id": "1", "event_date": "2023-03-16", "event_type": "CONSULT",
        "actor_name": "Japan", "actor_country": "JPN", "recipient_name": "South Korea",
        "recipient_country": "KOR",
    }  # fmt: skip
    head = [*layout.columns, *(f"added {number}" for number in range(n_added))]
    row = [values.get(name, "") for name in layout.columns]
    path = tmp_path / "events.txt"
    lines = ["\t".join(head), "\t".join(row), "\t".join(row)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = import_events(tmp_path / "store.duckdb", "polecat", [path])
    assert (found.files[0].n_rows, found.files[0].n_set_aside) == (2, 0), found.files[0]

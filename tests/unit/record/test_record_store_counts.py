"""Counts straight from a file are those of an import, whatever a row holds."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import numpy as np
import pytest

from comity.core.class_counts import ClassCounts
from comity.record.store import count_event_files, count_stored_events, import_events, packed

HEAD = b"date\tsource\ttarget\tquad_class\tcode\tgoldstein\n"
ROW = (b"2001-02-03", b"USA", b"RUS", b"1", b"040", b"1.5")
ODD = (
    b"", b"x", b" ", b"1", b"2", b"5", b"0", b"-1", b"01", b"+1", b"1.0", b"1 ", b"12", b"4x",
    b"nan", b"inf", b"-inf", b"1e400", b"1e5", b"190", b"19", b"200", b"210", b"\xff\xfe", b"a\0b",
    b'"', b'""', b'"3"', b'"a', b"USA", b"usa", b"US", b"USAR", b"R>S", b"A\xc3\x96B", b"RUS",
    b"2001-02-30", b"1799-12-31", b"1800-01-01", b"2199-12-31", b"2200-01-01", b"infinity",
    b"-infinity", b"epoch", b"2001-2-3", b"20010203", b"2001-02-03 10:00:00", b"0044-03-15 (BC)",
)  # fmt: skip


def as_file(*rows: tuple[bytes, ...]) -> bytes:
    plain = b"".join(
        b"\t".join((b"2001-%02d-03" % (1 + n % 12), b"CHN", b"JPN", b"%d" % (1 + n % 4), *ROW[4:]))
        + b"\n"
        for n in range(30)
    )
    return HEAD + plain + b"".join(b"\t".join(row) + b"\n" for row in rows) + plain


def told(found: ClassCounts) -> list[object]:
    arrays = (found.months, found.directed, found.time, found.source, found.acts)
    assert all(array.dtype == np.int64 for array in arrays)
    return [found.index.codes, found.sources, *(array.tolist() for array in arrays)]


def check(path: Path, **asked) -> ClassCounts:
    """Both ways of counting agree; the file's store is made once."""
    store = path.with_suffix(".store")
    if not store.exists():
        import_events(store, "csv", [path])
    direct = count_event_files("csv", [path], **asked)
    assert told(direct) == told(count_stored_events(store, include_duplicates=True, **asked))
    return direct


@pytest.mark.parametrize("column", range(len(ROW)))
def test_an_odd_cell_changes_neither_way_of_counting(tmp_path: Path, column: int) -> None:
    for number, cell in enumerate(ODD):
        path = tmp_path / f"{number}.tsv"
        path.write_bytes(as_file((*ROW[:column], cell, *ROW[column + 1 :])))
        found = check(path)
        assert found.acts.sum() >= 60, cell


@pytest.mark.parametrize("column", range(len(ROW)))
def test_a_gzip_file_counts_as_an_import_does(tmp_path: Path, column: int) -> None:
    for number, cell in enumerate((b"a\0b", b"\0", b"\xff\xfe", b"1.0")):
        path = tmp_path / f"{number}.tsv.gz"
        path.write_bytes(gzip.compress(as_file((*ROW[:column], cell, *ROW[column + 1 :]))))
        assert check(path).acts.sum() >= 60, cell


ASKED = (
    {"first": 374, "last": 379}, {"states": ["USA", "RUS", "FRA"]}, {"period_months": 12},
    {"states": ["CHN", "JPN"], "first": 372}, {"sectors": [""]}, {"sectors": ["gov"]},
)  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_rows_without_a_class_count_by_their_code(tmp_path: Path, asked: dict) -> None:
    path = tmp_path / "events.tsv"
    empty = [(*ROW[:3], b"", code, b"") for code in (b"010", b"19", b"", b"99")]
    path.write_bytes(as_file(*empty, (b"2001-05-03", b"RUS", b"USA", b"", b"14", b"")))
    assert check(path).acts.sum() == 63
    check(path, **asked)


@pytest.mark.parametrize("bits", [1, 3, 17])
def test_cells_too_large_to_be_packed_are_counted_whole(tmp_path, monkeypatch, bits):
    monkeypatch.setattr(packed, "FIELD_BITS", bits)
    monkeypatch.setattr(packed, "_UNCLASSED", 1 << 3 * bits)
    path = tmp_path / "events.tsv"
    rows = [(*ROW[:3], b"%d" % quad, *ROW[4:]) for quad in (1, 2, 3, 4) for _ in range(5 * quad)]
    path.write_bytes(as_file(*rows))
    found = check(path)
    assert found.acts.max(axis=0).tolist() == [6, 10, 15, 20]
    twice = count_event_files("csv", [path, path])
    assert told(twice)[:-1] == told(found)[:-1]
    assert twice.acts.tolist() == (2 * found.acts).tolist()


KINDS = ("VARCHAR", "TINYINT", "BIGINT", "DOUBLE")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("goldstein", ["DOUBLE", "FLOAT", "VARCHAR", "INTEGER"])
def test_a_parquet_file_counts_alike_whatever_its_types(tmp_path, kind, goldstein):
    path = tmp_path / "events.parquet"
    rows = [
        "('2001-02-03', 'USA', 'RUS', 1, '010', '1')", "('2001-02-03', 'USA', '', 1, '010', '1')",
        "('2001-02-03', 'USA', 'RUS', 4, NULL, NULL)", "(NULL, 'USA', 'RUS', 1, '010', '1')",
        "('1700-02-03', 'USA', 'RUS', 1, '010', '1')", "('2001-02-03', NULL, 'RUS', 1, '010', '1')",
        "('2001-02-03', 'USA', 'rus', 1, '010', '1')", "('2001-02-03', 'USA', 'RUS', 5, '1', '1')",
    ]  # fmt: skip
    infinite = "('2001-02-03', 'USA', 'RUS', 1, '010', 'nan')"
    unclassed = "('2001-02-03', 'USA', 'RUS', NULL, '190', '1')"
    for number, more in enumerate(([], [unclassed], [infinite], ["('infinity'" + rows[0][13:]])):
        if infinite in more and goldstein == "INTEGER":
            continue
        path = tmp_path / f"{number}.parquet"
        values = ", ".join([*rows, *more])
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (SELECT date::DATE AS date, source, target, class::{kind} AS quad_class, "
                f"code, g::{goldstein} AS goldstein FROM (VALUES {values}) "
                f"t(date, source, target, class, code, g)) TO '{path}' (FORMAT parquet)"
            )
        found = check(path)
        expected = 0 if kind == "DOUBLE" else 2
        assert found.acts.sum() == expected + (unclassed in more)


def test_a_word_that_the_database_takes_for_a_day_is_no_day(tmp_path: Path) -> None:
    path = tmp_path / "acts.csv"
    path.write_text("date,source,target,quad_class\n2001-02-03,JPN,KOR,1\nepoch,JPN,KOR,1\n")
    counts = count_event_files("csv", [path])
    assert counts.acts.sum() == 1

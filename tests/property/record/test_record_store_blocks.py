"""Any bytes: every row is good or set aside, as a parser says that takes one line after another."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record.readers.csv import READER
from comity.record.store.blocks import BlockReader
from comity.record.store.parse_block import parse_block
from comity.record.store.parts import Part
from comity.record.store.shape import find_shape
from comity.record.store.split_line import split_line

HEADS = {",": b"date,source,target,code\n", "\t": b"date\tsource\ttarget\tcode\n"}
PIECES = st.sampled_from(
    [b"2001-01-01", b"USA", b"RUS", b"010", b",", b"\t", b"\n", b"\r\n", b"\r", b'"', b'""', b"\0",
     b"\xff", "é".encode(), b"x" * 50, b" ", b"\n2001-01-01,USA,RUS,010\n",
     b"\n2001-01-01\tUSA\tRUS\t010\n", b'\n"a",b,"c","d"\n']
)  # fmt: skip


def parsed(path: Path, block_bytes: int, *, is_fast: bool):
    """Return rows and faults by line, the file cut into blocks of the given size."""
    part = Part(path, "plain", path.stat().st_size)
    shape = find_shape(READER, part)
    reader, line = BlockReader(part, shape.first_offset, block_bytes), shape.first_line
    rows: dict[int, tuple] = {}
    faults: dict[int, str] = {}
    while (block := reader.take()) is not None:
        if block.is_overlong:
            faults[line] = "overlong"
            line += 1
            continue
        found = parse_block(block.data, line, shape, is_last=block.is_last, is_fast=is_fast)
        if found.n_bytes < len(block.data):
            reader.give_back(block.data[found.n_bytes :])
        columns = [found.table[name].to_pylist() for name in ("date", "source", "target", "code")]
        rows |= dict(zip(found.table["line"].to_pylist(), zip(*columns, strict=True), strict=True))
        faults |= dict(found.faults)
        line += found.n_lines
    return rows, faults


def slowly(data: bytes, delimiter: str) -> tuple[dict[int, tuple], set[int]]:
    """Return rows and faulty lines of a file without quotation marks."""
    rows: dict[int, tuple] = {}
    faults: set[int] = set()
    for number, raw in enumerate(data.split(b"\n")[1:], start=2):
        line = raw[:-1] if raw.endswith(b"\r") else raw
        if not line:
            continue
        try:
            fields = line.decode("utf-8").split(delimiter)
        except UnicodeDecodeError:
            fields = []
        if len(fields) == 5 and not fields[-1]:
            fields = fields[:4]
        if b"\0" in line or len(fields) != 4:
            faults.add(number)
        else:
            rows[number] = tuple(field or None for field in fields)
    return rows, faults


@settings(max_examples=150)
@given(st.sampled_from([",", "\t"]), st.lists(PIECES, max_size=60), st.sampled_from([300, 10_000]))
def test_both_ways_to_parse_give_the_same_rows_and_lose_none(delimiter, pieces, block_bytes):
    data = HEADS[delimiter] + b"".join(pieces)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "events"
        path.write_bytes(data)
        fast = parsed(path, block_bytes, is_fast=True)
        assert fast == parsed(path, block_bytes, is_fast=False)
        rows, faults = fast
        assert not set(rows) & set(faults)
        if b'"' not in data and max(map(len, data.split(b"\n"))) < block_bytes:
            assert (rows, set(faults)) == slowly(data, delimiter)
        if b'"' in data and block_bytes == 10_000:
            # A line without a quotation mark that is good by itself is lost only inside a row
            # that a pair of marks holds together.
            for number, row in slowly(data, delimiter)[0].items():
                quoted = any('"' in (field or "") for field in row)
                assert quoted or number in rows or covered(number, rows, data)


def covered(number: int, rows: dict[int, tuple], data: bytes) -> bool:
    before = max((line for line in rows if line < number), default=0)
    return any("\n" in (field or "") for field in rows.get(before, ()))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))
                , min_size=1, max_size=6))  # fmt: skip
def test_a_written_line_is_read_as_it_was(fields):
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(fields)
    assert split_line(text.getvalue(), ",", is_quoted=True) == fields


@pytest.mark.parametrize("cut", range(1, 40, 7))
def test_a_row_over_lines_is_whole_wherever_the_block_ends(tmp_path, cut):
    path = tmp_path / "events"
    row = b'2001-01-01,USA,RUS,"a\nb\nc"\n'
    path.write_bytes(HEADS[","] + row * 100)
    rows, faults = parsed(path, 200 + cut, is_fast=True)
    assert not faults
    assert list(rows) == list(range(2, 302, 3))
    assert {row[-1] for row in rows.values()} == {"a\nb\nc"}

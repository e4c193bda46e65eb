"""`comity import` with whatever bytes, for every reader: no traceback, every row placed."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.cli.main import run
from comity.record.readers.registry import load_readers

READERS = load_readers()
CELLS = st.one_of(
    st.sampled_from(
        ["", "USA", "United States", "RUS", "2001-02-03", "20010203", "0001-01-01", "9999-12-31",
         "010", "1", "4", "-10.0", "nan", "inf", "1e400", "99999999999999999999", "None", '"', '"a',
         "'; DROP TABLE events; --", "\0", "é", "x" * 3000, "{}", "%", "\\N", "NULL"]
    ),
    st.text(max_size=8),
)  # fmt: skip
PACKINGS = ("plain", "gzip", "bzip2", "zip", "cut gzip", "cut zip")


def packed(data: bytes, packing: str) -> bytes:
    if packing == "plain":
        return data
    if packing == "bzip2":
        return bz2.compress(data)
    whole = gzip.compress(data)
    if "zip" in packing and "gzip" not in packing:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("member", data)
        whole = file.getvalue()
    return whole[: max(1, len(whole) * 2 // 3)] if packing.startswith("cut") else whole


def import_bytes(name: str, data: bytes) -> tuple[int, str, str]:
    with TemporaryDirectory() as folder:
        path, store = Path(folder) / "events", Path(folder) / "store"
        path.write_bytes(data)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["import", name, str(path), "--store", str(store), "--json"])
        return code, out.getvalue(), err.getvalue()


def check(name: str, data: bytes) -> dict | None:
    code, out, err = import_bytes(name, data)
    assert code in (0, 2), err
    if code:
        assert json.loads(err)["message"]
        return None
    file = json.loads(out)["files"][0]
    assert file["n_rows"] == file["n_good"] + file["n_set_aside"]
    return file


@pytest.mark.parametrize("name", sorted(READERS))
@settings(max_examples=12)
@given(data=st.data())
def test_rows_of_any_text_are_placed(name, data):
    layout = data.draw(st.sampled_from(READERS[name].layouts))
    width = len(layout.columns)
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width - 1, max_size=width + 1), max_size=6))
    head = [list(layout.columns)] if layout.has_header else []
    blank = [""] * width
    text = "\n".join(layout.delimiter.join(row) for row in [*head, *rows, blank])
    file = check(name, packed(text.encode(), data.draw(st.sampled_from(PACKINGS))))
    assert file is None or file["n_rows"] <= text.count("\n") + 1


@pytest.mark.parametrize("name", sorted(READERS))
@settings(max_examples=8)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_in_words_or_placed(name, data):
    check(name, data)


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_faulty_row_costs_no_other(name):
    """Each kind of fault goes in between rows; the others stay as good as without it."""
    for layout in READERS[name].layouts[:4]:
        head = layout.delimiter.join(layout.columns) + "\n" if layout.has_header else ""
        day = "20010203" if name.startswith("gdelt") else "2001-02-03"
        cells = [day if "da" in column.lower() else "010" for column in layout.columns]
        plain = (layout.delimiter.join(cells) + "\n").encode()
        clean = check(name, head.encode() + plain * 40)
        assert clean is not None
        for bad in (b"x\n", b"\0\n", b"\xff\xfe\n", b'"\n', b"x" * 300_000 + b"\n"):
            found = check(name, head.encode() + plain * 20 + bad + plain * 20)
            assert found is not None
            assert found["n_good"] == clean["n_good"]
            assert found["n_rows"] == clean["n_rows"] + 1

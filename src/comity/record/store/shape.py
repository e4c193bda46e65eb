"""The shape of a part: which layout of its reader it fits and where its columns stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from comity.core.errors import DataError, nearest_match
from comity.record.readers.reader import Layout, Reader
from comity.record.store.blocks import BlockReader
from comity.record.store.parts import Part
from comity.record.store.problems import CutShortError, data_error
from comity.record.store.split_line import split_line

SAMPLE_BYTES = 1 << 20
SAMPLE_LINES = 100
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Shape:
    """How the rows of a part are to be cut into the columns of its reader."""

    layout: Layout
    n_fields: int
    places: dict[str, int]  # column of the layout -> position of its field
    columns: tuple[str, ...]  # every column of every layout of the reader
    first_offset: int  # bytes before the first row
    first_line: int  # its line number
    names: tuple[str, ...] = ()  # of a Parquet file, as it spells them
    is_empty: bool = False


def all_columns(reader: Reader) -> tuple[str, ...]:
    """Return every column of every layout, each once."""
    return tuple(dict.fromkeys(name for layout in reader.layouts for name in layout.columns))


def find_shape(reader: Reader, part: Part) -> Shape:
    """Return the shape of a part.

    Raises
    ------
    DataError
        It fits none of the reader's layouts.
    """
    if part.packing == "parquet":
        return _parquet_shape(reader, part)
    sample = BlockReader(part, block_bytes=SAMPLE_BYTES)
    block = sample.take()
    if block is not None and block.is_overlong:
        return _after_overlong(reader, part, sample)
    if block is None:
        if sample.note:
            raise data_error(
                part.name, "an event file must unpack", sample.note.rstrip(".").lower(),
                "Get it again.",
            )  # fmt: skip
        return Shape(reader.layouts[0], 0, {}, all_columns(reader), 0, 1, is_empty=True)
    mark = len(BYTE_ORDER_MARK) if block.data.startswith(BYTE_ORDER_MARK) else 0
    lines = block.data[mark:].split(b"\n", SAMPLE_LINES)[:SAMPLE_LINES]
    texts = [line.rstrip(b"\r").decode("utf-8", "replace") for line in lines]
    shape = _with_header(reader, texts, mark, lines)
    shape = (
        _without_header(reader, texts, mark) if shape is None else _as_rows(reader, shape, texts)
    )
    if shape is None:
        raise _no_layout(reader, part, block.data, texts)
    return shape


def _after_overlong(reader: Reader, part: Part, sample: BlockReader) -> Shape:
    """Return the shape of a part whose first line is too long for a header."""
    block = sample.take()
    while block is not None and block.is_overlong:
        block = sample.take()
    lines = [] if block is None else block.data.split(b"\n", SAMPLE_LINES)[:SAMPLE_LINES]
    texts = [line.rstrip(b"\r").decode("utf-8", "replace") for line in lines]
    shape = _without_header(reader, texts, 0)
    if shape is None:
        words = f"a first line of more than {SAMPLE_BYTES >> 20} MiB"
        raise _misfit(reader, part, words, ())
    return shape


def find_columns(layout: Layout, found: Sequence[str]) -> dict[str, int] | None:
    """Return where the columns of a layout stand among the found names; None if it does not fit."""
    positions: dict[str, int] = {}
    for number, name in enumerate(found):
        positions.setdefault(_plain(name), number)
    places: dict[str, int] = {}
    for column in layout.columns:
        for spelling in (column, *layout.spellings.get(column, ())):
            if (place := positions.get(_plain(spelling))) is not None:
                places[column] = place
                break
    return places if all(name in places for name in layout.required) else None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _header_cells(line: str, layout: Layout) -> list[str]:
    try:
        return split_line(line, layout.delimiter, is_quoted=True)
    except ValueError:
        return line.split(layout.delimiter)


def _with_header(
    reader: Reader, texts: Sequence[str], mark: int, lines: Sequence[bytes]
) -> Shape | None:
    number = next((i for i, text in enumerate(texts) if text.strip()), 0)
    if "\0" in texts[number] or "\r" in texts[number]:
        return None
    before = mark + sum(len(line) + 1 for line in lines[: number + 1])
    best: Shape | None = None
    for layout in reader.layouts:
        if not layout.has_header:
            continue
        cells = _header_cells(texts[number], layout)
        places = find_columns(layout, cells)
        if places is not None and (best is None or len(places) > len(best.places)):
            best = Shape(layout, len(cells), places, all_columns(reader), before, number + 2)
    return best


def _as_rows(reader: Reader, shape: Shape, texts: Sequence[str]) -> Shape:
    """Return the shape of the rows where the header names columns that no row has.

    Some publishers add names to the header before they add the columns. Where not one sampled row
    is as wide as the header, and most are as wide as a layout without header, that layout's places
    hold from the second line on.
    """
    rows = [text for text in texts[shape.first_line - 1 :] if text.strip()]
    delimiter = shape.layout.delimiter
    widths = Counter(text.count(delimiter) + 1 for text in rows)
    if not rows or widths[shape.n_fields]:
        return shape
    for layout in reader.layouts:
        n = len(layout.columns)
        if not layout.has_header and layout.delimiter == delimiter and 2 * widths[n] > len(rows):
            places = {name: number for number, name in enumerate(layout.columns)}
            return Shape(layout, n, places, shape.columns, shape.first_offset, shape.first_line)
    return shape


def _without_header(reader: Reader, texts: Sequence[str], mark: int) -> Shape | None:
    best: tuple[int, Layout] | None = None
    for layout in reader.layouts:
        if layout.has_header:
            continue
        widths = Counter(text.count(layout.delimiter) + 1 for text in texts if text)
        n_fit = widths[len(layout.columns)]
        if n_fit and (best is None or n_fit > best[0]):
            best = (n_fit, layout)
    if best is None:
        return None
    layout = best[1]
    places = {name: number for number, name in enumerate(layout.columns)}
    return Shape(layout, len(layout.columns), places, all_columns(reader), mark, 1)


def _parquet_shape(reader: Reader, part: Part) -> Shape:
    from comity.record.store.parquet_blocks import parquet_names

    try:
        names = parquet_names(part)
    except CutShortError as error:
        raise data_error(
            part.path, "a Parquet file must be whole", str(error).rstrip("."), "Get it again."
        ) from None
    best: Shape | None = None
    for layout in reader.layouts:
        places = find_columns(layout, names)
        if places is not None and (layout.has_header or len(places) == len(layout.columns)):
            fits = Shape(layout, len(names), places, all_columns(reader), 0, 1, tuple(names))
            if best is None or len(places) > len(best.places):
                best = fits
    if best is None:
        raise _misfit(reader, part, f"columns {_shown(names)}", names)
    return best


def _no_layout(reader: Reader, part: Part, data: bytes, texts: Sequence[str]) -> DataError:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _misfit(reader, part, "text in UTF-16", ())
    for _, kind in ((b"PK\x03\x04", "zip"), (b"\x1f\x8b", "gzip")):
        if data.startswith(_):
            return _misfit(reader, part, f"another {kind} archive inside it", ())
    if b"\0" in data[:SAMPLE_BYTES]:
        return _misfit(reader, part, "bytes that are no text", ())
    line = next((text for text in texts if text.strip()), "")
    if "\r" in line:
        words = "lines that end in a carriage return alone"
        return _misfit(reader, part, words, (), "Save it with line feeds at the ends of lines.")
    delimiter = max((layout.delimiter for layout in reader.layouts), key=line.count)
    cells = line.split(delimiter)
    words = f"{len(cells)} fields in its first line: {_shown(cells)}"
    return _misfit(reader, part, words, cells)


def _misfit(
    reader: Reader, part: Part, found: str, cells: Sequence[str], fix: str = ""
) -> DataError:
    wanted = "; ".join(
        dict.fromkeys(
            f"columns {', '.join(layout.required)}"
            if layout.has_header
            else f"{len(layout.columns)} fields without a header"
            for layout in reader.layouts
        )
    )
    known = {_plain(cell) for cell in cells}
    hints = [
        f'For "{name}", {hint[0].lower()}{hint[1:]}'
        for name in next((item.required for item in reader.layouts if item.has_header), ())
        if _plain(name) not in known and (hint := nearest_match(name, cells)).startswith("Nearest")
    ]
    fix = fix or " ".join(hints[:3]) or "Check that the file comes from this source."
    return data_error(part.name, f'a file of "{reader.name}" must have {wanted}', found, fix)


def _shown(cells: Sequence[str]) -> str:
    shown = ", ".join(f'"{cell[:40]}"' for cell in cells[:6])
    return f"{shown}, ..." if len(cells) > 6 else shown

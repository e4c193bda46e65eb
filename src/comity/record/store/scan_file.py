"""Relations ``raw`` that DuckDB reads from a file itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.record.readers.reader import Reader
from comity.record.store.chunks import read_chunks
from comity.record.store.parts import Part
from comity.record.store.problems import CutShortError
from comity.record.store.raw_rows import missing, quote
from comity.record.store.shape import Shape

if TYPE_CHECKING:
    import duckdb

# Types of a Parquet column whose values mean the same as their text does to a reader.
_SAME = {
    "DATE": ("DATE",),
    "TINYINT": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT"),
    "DOUBLE": ("DOUBLE",),
}

# Types in whose form DuckDB takes from a text file what TRY_CAST takes from a text, and no more.
_SAME_TEXT = ("DATE", "DOUBLE")


@dataclass(frozen=True)
class Scan:
    """One way in which DuckDB may read a part."""

    sql: str
    kinds: dict[str, str]  # of the columns that the part has
    brief_sql: str  # the same for `Reader.brief`; empty where an unread column may be faulty


def find_scans(
    connection: duckdb.DuckDBPyConnection, reader: Reader, part: Part, shape: Shape
) -> list[Scan]:
    """Return ways in which DuckDB may read a part itself, the fastest first."""
    rest = [*missing(shape), "0::BIGINT AS line", f"{quote(shape.layout.name)} AS layout"]
    if part.packing == "parquet":
        return [_parquet_scan(connection, reader, part, shape, rest)]
    if part.packing not in ("plain", "gzip") or len(set(shape.places.values())) < len(shape.places):
        return []
    try:
        has_nul, is_ascii = _bytes_of(part)
    except CutShortError:  # said where the part is read in blocks
        return []
    if has_nul:
        return []
    typed = {name: kind for name, kind in reader.types.items() if kind in _SAME_TEXT}
    scans: list[Scan] = []
    for kinds in [typed, {}] if typed else [{}]:
        sql = _text_sql(part, shape, kinds, rest)
        found = {name: kinds.get(name, "VARCHAR") for name in shape.places}
        scans.append(Scan(sql, found, sql if is_ascii else ""))
    return scans


def _bytes_of(part: Part) -> tuple[bool, bool]:
    """Return whether a part holds NUL bytes, and whether it is all ASCII.

    DuckDB takes a NUL byte for a letter, and passes over the columns that a query leaves out,
    whatever bytes they hold; a row with such bytes is faulty.
    """
    is_ascii = True
    for piece, _ in read_chunks(part):
        if b"\0" in piece:
            return True, False
        is_ascii = is_ascii and piece.isascii()
    return False, is_ascii


def _text_sql(part: Part, shape: Shape, kinds: dict[str, str], rest: list[str]) -> str:
    names = {place: name for name, place in shape.places.items()}
    fields = [names.get(place, f"field {place}") for place in range(shape.n_fields)]
    columns = ", ".join(f"{quote(name)}: {quote(kinds.get(name, 'VARCHAR'))}" for name in fields)
    mark = "'\"'" if shape.layout.is_quoted else "''"
    packed = ", compression='gzip'" if part.packing == "gzip" else ", compression='none'"
    return (
        f"SELECT {', '.join([*shape.places, *rest])} FROM read_csv({quote(str(part.path))}, "
        f"auto_detect=false, header={str(shape.layout.has_header).lower()}, "
        f"delim={quote(shape.layout.delimiter)}, quote={mark}, escape={mark}, "
        f"columns={{{columns}}}, null_padding=false, strict_mode=true, max_line_size=200000"
        f"{packed})"
    )


def _parquet_scan(
    connection: duckdb.DuckDBPyConnection, reader: Reader, part: Part, shape: Shape, rest: list[str]
) -> Scan:
    path = quote(str(part.path))
    found = {
        row[0]: str(row[1])
        for row in connection.execute(f"DESCRIBE FROM read_parquet({path})").fetchall()
    }
    kinds: dict[str, str] = {}
    columns: list[str] = []
    briefly: list[str] = []
    for name, place in shape.places.items():
        spelled = shape.names[place]
        kind, value = found[spelled], '"' + spelled.replace('"', '""') + '"'
        if kind not in ("VARCHAR", *_SAME.get(reader.types.get(name, ""), ())):
            kind, value = "VARCHAR", f"CAST({value} AS VARCHAR)"
        kinds[name] = kind
        # Where every value goes through a function, DuckDB unpacks the dictionary of a column.
        briefly.append(
            f"{value} AS {name}" if name in reader.states else _filled(value, kind, name)
        )
        columns.append(_filled(value, kind, name))
    sqls = [
        f"SELECT {', '.join([*listed, *rest])} FROM read_parquet({path})"
        for listed in (columns, briefly)
    ]
    return Scan(sqls[0], kinds, sqls[1])


def _filled(value: str, kind: str, name: str) -> str:
    return f"nullif({value}, '') AS {name}" if kind == "VARCHAR" else f"{value} AS {name}"

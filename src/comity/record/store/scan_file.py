"""Relations ``raw`` that DuckDB reads from a file itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comity.record.readers.reader import Reader
from comity.record.store.parts import Part
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
    kinds: dict[str, str] = field(default_factory=dict)  # of the columns that the part has
    full: frozenset[str] = frozenset()  # columns known to have no NULL
    is_brief: bool = False  # empty text may stand for NULL


def find_scans(
    connection: duckdb.DuckDBPyConnection, reader: Reader, part: Part, shape: Shape
) -> list[Scan]:
    """Return ways in which DuckDB may read a part itself, the fastest first."""
    rest = [*missing(shape), "0::BIGINT AS line", f"{quote(shape.layout.name)} AS layout"]
    if part.packing == "parquet":
        return _parquet_scans(connection, reader, part, shape, rest)
    if part.packing not in ("plain", "gzip") or len(set(shape.places.values())) < len(shape.places):
        return []
    typed = {name: kind for name, kind in reader.types.items() if kind in _SAME_TEXT}
    scans = [_text_scan(part, shape, kinds, rest) for kinds in ([typed, {}] if typed else [{}])]
    return [Scan(scans[0].sql, scans[0].kinds, is_brief=True), *scans] if reader.brief else scans


def _text_scan(part: Part, shape: Shape, kinds: dict[str, str], rest: list[str]) -> Scan:
    names = {place: name for name, place in shape.places.items()}
    fields = [names.get(place, f"field {place}") for place in range(shape.n_fields)]
    columns = ", ".join(f"{quote(name)}: {quote(kinds.get(name, 'VARCHAR'))}" for name in fields)
    mark = "'\"'" if shape.layout.is_quoted else "''"
    packed = ", compression='gzip'" if part.packing == "gzip" else ", compression='none'"
    return Scan(
        f"SELECT {', '.join([*shape.places, *rest])} FROM read_csv({quote(str(part.path))}, "
        f"auto_detect=false, header={str(shape.layout.has_header).lower()}, "
        f"delim={quote(shape.layout.delimiter)}, quote={mark}, escape={mark}, "
        f"columns={{{columns}}}, null_padding=false, strict_mode=true, max_line_size=200000"
        f"{packed})",
        {name: kinds.get(name, "VARCHAR") for name in shape.places},
    )


def _parquet_scans(
    connection: duckdb.DuckDBPyConnection, reader: Reader, part: Part, shape: Shape, rest: list[str]
) -> list[Scan]:
    path = quote(str(part.path))
    found = {
        row[0]: str(row[1])
        for row in connection.execute(f"DESCRIBE FROM read_parquet({path})").fetchall()
    }
    n_empty = dict(
        connection.execute(
            "SELECT path_in_schema, CASE WHEN count(stats_null_count) = count(*) "
            f"THEN sum(stats_null_count) END FROM parquet_metadata({path}) GROUP BY path_in_schema"
        ).fetchall()
    )
    kinds: dict[str, str] = {}
    plain: list[str] = []
    without_empty: list[str] = []
    for name, place in shape.places.items():
        spelled = shape.names[place]
        quoted = '"' + spelled.replace('"', '""') + '"'
        is_native = found[spelled] in ("VARCHAR", *_SAME.get(reader.types.get(name, ""), ()))
        kinds[name] = found[spelled] if is_native else "VARCHAR"
        value = quoted if is_native else f"CAST({quoted} AS VARCHAR)"
        plain.append(f"{value} AS {name}")
        is_text = kinds[name] == "VARCHAR"
        without_empty.append(f"nullif({value}, '') AS {name}" if is_text else plain[-1])
    full = frozenset(n for n, place in shape.places.items() if n_empty.get(shape.names[place]) == 0)
    scans = [
        Scan(f"SELECT {', '.join([*columns, *rest])} FROM read_parquet({path})", kinds, full, brief)
        for columns, brief in ((plain, True), (without_empty, False))
    ]
    return scans if reader.brief else scans[1:]

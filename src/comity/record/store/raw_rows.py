"""The relation ``raw`` that a reader selects from, and the tables it may look things up in."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from comity.record.readers.reader import Reader
from comity.record.store.shape import Shape

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

FIRST_DAY, LAST_DAY = "1800-01-01", "2199-12-31"
"""Days that an event may have, whatever its reader allows."""

_CHECKED = f"""coalesce(fault, CASE
    WHEN event_date IS NULL THEN 'the day is missing'
    WHEN event_date NOT BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'
    THEN 'the day lies outside {FIRST_DAY[:4]} to {LAST_DAY[:4]}'
    WHEN quad_class IS NULL OR quad_class NOT BETWEEN 1 AND 4 THEN 'the quad class is missing'
    WHEN n_acts IS NULL OR n_acts < 0 THEN 'the number of acts is missing'
    END)"""


def load_tables(connection: duckdb.DuckDBPyConnection, reader: Reader) -> None:
    """Make the look-up tables of a reader."""
    for name in reader.tables:
        with as_file(files("comity.record") / "tables" / f"{name}.csv") as path:
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM read_csv("
                f"{quote(str(path))}, all_varchar=true, header=true, delim=',', quote='\"', "
                "escape='\"')"
            )


def set_raw_table(connection: duckdb.DuckDBPyConnection, table: pa.Table, shape: Shape) -> None:
    """Make ``raw`` of a table whose columns are those of the reader, and ``line``."""
    connection.register("raw_table", table)
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW raw AS "
        f"SELECT *, {quote(shape.layout.name)} AS layout FROM raw_table"
    )


def set_raw_parquet(
    connection: duckdb.DuckDBPyConnection, table: pa.Table, shape: Shape, first_line: int
) -> None:
    """Make ``raw`` of rows of a Parquet file; every value becomes text."""
    import pyarrow as pa

    lines = pa.array(range(first_line, first_line + table.num_rows), pa.int64())
    connection.register("raw_table", table.append_column("line of the row", lines))
    columns = [
        f"nullif(CAST(\"{_escaped(shape.names[place])}\" AS VARCHAR), '') AS {name}"
        for name, place in shape.places.items()
    ]
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW raw AS SELECT {', '.join([*columns, *missing(shape)])}, "
        f'"line of the row" AS line, {quote(shape.layout.name)} AS layout FROM raw_table'
    )


def missing(shape: Shape) -> list[str]:
    """Return the columns that a part lacks, as empty text."""
    return [f"NULL::VARCHAR AS {name}" for name in shape.columns if name not in shape.places]


def checked_select(reader: Reader) -> str:
    """Return the reader's SELECT with what any event must hold checked once more."""
    return f"SELECT * REPLACE ({_CHECKED} AS fault) FROM ({reader.select})"


def good_select(reader: Reader) -> str:
    """Return the reader's SELECT of good rows alone, with the same checks."""
    return (
        f"SELECT * FROM ({reader.select}) WHERE fault IS NULL AND quad_class BETWEEN 1 AND 4 "
        f"AND event_date BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' AND n_acts >= 0"
    )


def quote(text: str) -> str:
    """Return a text as an SQL literal."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _escaped(name: str) -> str:
    return name.replace('"', '""')

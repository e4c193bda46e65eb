"""Counts of acts by directed dyad and period, from a store or straight from files."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from comity.core.class_counts import ClassCounts
from comity.core.errors import DataError, ParameterError, SparseDataWarning
from comity.record.readers.reader import Reader
from comity.record.readers.registry import find_reader, load_readers
from comity.record.store.cells import cells_to_counts, check_period, month_sql
from comity.record.store.import_files import text_steps
from comity.record.store.open_store import MEMORY_LIMIT, open_memory, open_store
from comity.record.store.packed import (
    CLASS_COLUMNS,
    PACKED_COLUMNS,
    has_unclassed,
    is_exact,
    packed_sql,
    unpacked,
)
from comity.record.store.parquet_blocks import read_parquet_blocks
from comity.record.store.parts import Part, parts_of
from comity.record.store.problems import CutShortError, raise_problems
from comity.record.store.raw_rows import (
    good_select,
    load_tables,
    quote,
    set_raw_parquet,
)
from comity.record.store.scan_file import find_scans
from comity.record.store.shape import Shape, find_shape

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MAX_TABLES = 32

SumsOf = Callable[[str, bool], str]
"""Makes the query for the cells of a relation, packed or not."""


def count_stored_events(
    store: Path,
    *,
    states: Sequence[str] | None = None,
    first: int | None = None,
    last: int | None = None,
    period_months: int = 1,
    sectors: Sequence[str] | None = None,
    include_duplicates: bool = False,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = None,
) -> ClassCounts:
    """Count the acts of a store by directed dyad, period and quad class.

    Only rows count whose actors belong to two known, different states. Summaries of a year count
    only where ``period_months`` is 12; a warning says when there are some and they do not.

    Parameters
    ----------
    states
        Both states must be among these; all that occur when absent.
    first, last
        First and last month that count, months since 1970-01; all when absent.
    period_months
        1 or 12.
    sectors
        Both sectors must be among these; all when absent. Files without sectors have "".
    include_duplicates
        Whether rows that repeat an earlier one exactly count too.

    Returns
    -------
    ClassCounts
        One source for each reader, or for each of its epochs.

    Raises
    ------
    DataError
        The store cannot be opened.
    ParameterError
        The period is neither 1 nor 12 months.
    """
    check_period(period_months)
    with open_store(
        store, read_only=True, memory_limit=memory_limit, threads=threads
    ) as connection:
        if (
            period_months == 1
            and connection.execute(
                "SELECT 1 FROM events WHERE period_months = 12 LIMIT 1"
            ).fetchall()
        ):
            warnings.warn(
                "The store holds summaries of whole years, which no month can be given; they are "
                "left out. Count with period_months=12 to have them.",
                SparseDataWarning,
                stacklevel=2,
            )
        of_file = dict(connection.execute("SELECT id, reader FROM files").fetchall())
        relation = "events" if include_duplicates else "(FROM events WHERE NOT is_duplicate)"
        weights = connection.execute(
            "SELECT coalesce(min(n_acts), 1), coalesce(max(n_acts), 1) FROM events"
        ).fetchall()
        label = _label_sql(of_file)
        sums_of = _sums_of(
            label, states, first, last, period_months, sectors, is_weighted=weights != [(1, 1)]
        )
        table = _cells(connection, sums_of, relation)
        assert table is not None
    return cells_to_counts(
        table,
        label=label.strip("'"),
        states=states,
        first=first,
        last=last,
        period_months=period_months,
    )


def count_event_files(
    source: str,
    files: Sequence[Path],
    *,
    states: Sequence[str] | None = None,
    first: int | None = None,
    last: int | None = None,
    period_months: int = 1,
    sectors: Sequence[str] | None = None,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = None,
) -> ClassCounts:
    """Count the acts of event files without a store; duplicates count, faulty rows do not.

    Parameters are those of `count_stored_events` and `import_events`. A file without anything odd
    is read by DuckDB itself, any other in blocks, as an import reads it.

    Raises
    ------
    DataError
        A path or a file cannot be used, or cannot be read to its end.
    """
    check_period(period_months)
    reader = find_reader(source)
    planned: list[tuple[Part, Shape]] = []
    errors: list[DataError] = []
    for path in files:
        try:
            planned += [(part, find_shape(reader, part)) for part in parts_of(path)]
        except DataError as error:
            errors.append(error)
    raise_problems(errors)
    label = _label_of(reader)
    sums_of = {
        is_weighted: _sums_of(
            label, states, first, last, period_months, sectors, is_weighted=is_weighted
        )
        for is_weighted in (False, True)
    }
    connection = open_memory(memory_limit, threads)
    try:
        load_tables(connection, reader)
        tables: list[pa.Table] = []
        for part, shape in planned:
            if not shape.is_empty:
                is_weighted = reader.weights is None or not set(reader.weights).isdisjoint(
                    shape.places
                )
                tables += _count_part(connection, reader, part, shape, sums_of[is_weighted])
                tables = _folded(connection, tables)
        table = _summed(connection, tables)
    except CutShortError as error:
        raise_problems([_unread(error)])
        raise
    finally:
        connection.close()
    return cells_to_counts(
        table,
        label=reader.name,
        states=states,
        first=first,
        last=last,
        period_months=period_months,
    )


def _unread(error: CutShortError) -> DataError:
    from comity.record.store.problems import data_error

    return data_error("event files", "they must be whole", str(error).rstrip("."), "Import them.")


def _count_part(
    connection: duckdb.DuckDBPyConnection, reader: Reader, part: Part, shape: Shape, sums_of: SumsOf
) -> list[pa.Table]:
    for scan in find_scans(connection, reader, part, shape):
        brief = reader.brief(scan.kinds) if reader.brief and scan.brief_sql else ""
        ways = [(scan.brief_sql, brief), (scan.sql, good_select(reader))]
        for raw, select in ways if brief else ways[1:]:
            table = _try(connection, raw, f"({select})", sums_of, is_brief=select == brief)
            if table is not None and not _may_hold_a_word(part, scan.kinds, table):
                return [table]
    return _count_blocks(connection, part, shape, sums_of(f"({good_select(reader)})", False))


def _may_hold_a_word(part: Part, kinds: Mapping[str, str], table: pa.Table) -> bool:
    """Whether a day may be the word "epoch", which DuckDB takes for 1970-01-01 in a text."""
    if part.packing == "parquet" or "DATE" not in kinds.values():
        return False
    return 0 in table["month"].unique().to_pylist()


def _try(
    connection: duckdb.DuckDBPyConnection,
    raw: str,
    relation: str,
    sums_of: SumsOf,
    *,
    is_brief: bool,
) -> pa.Table | None:
    """Return the counts of one way to read a file, None where DuckDB refuses it."""
    import duckdb

    try:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW raw AS {raw}")
        return _cells(connection, sums_of, relation, is_brief=is_brief)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error:
        return None


def _cells(
    connection: duckdb.DuckDBPyConnection, sums_of: SumsOf, relation: str, *, is_brief: bool = False
) -> pa.Table | None:
    """Return the cells of a relation, packed if all of them are small enough.

    None where a brief relation has rows that it cannot tell the class of.
    """
    table = connection.sql(sums_of(relation, True)).to_arrow_table()
    if PACKED_COLUMNS[0] not in table.column_names or not len(table):
        return table
    if is_brief and has_unclassed(table):
        return None
    return table if is_exact(table) else connection.sql(sums_of(relation, False)).to_arrow_table()


def _count_blocks(
    connection: duckdb.DuckDBPyConnection, part: Part, shape: Shape, query: str
) -> list[pa.Table]:
    tables: list[pa.Table] = []
    if part.packing == "parquet":
        columns = list(dict.fromkeys(shape.names[place] for place in shape.places.values()))
        for rows in read_parquet_blocks(part, columns, 0):
            set_raw_parquet(connection, rows, shape, 1)
            tables = _folded(connection, [*tables, connection.sql(query).to_arrow_table()])
        return tables
    for _ in text_steps(connection, part, shape, 0, 1):
        tables = _folded(connection, [*tables, connection.sql(query).to_arrow_table()])
    return tables


def _folded(connection: duckdb.DuckDBPyConnection, tables: list[pa.Table]) -> list[pa.Table]:
    """Return the tables, added up once there are many: memory holds cells, not blocks."""
    return [_summed(connection, tables)] if len(tables) > MAX_TABLES else tables


def _summed(connection: duckdb.DuckDBPyConnection, tables: list[pa.Table]) -> pa.Table:
    import pyarrow as pa

    if len(tables) == 1:
        return tables[0]
    tables = [unpacked(table) for table in tables]
    if not tables:
        kinds = [(name, pa.string()) for name in ("source_state", "target_state")]
        numbers = [(name, pa.int64()) for name in ("month", *CLASS_COLUMNS)]
        return pa.schema([*kinds, *numbers]).empty_table()
    connection.register("partial_counts", pa.concat_tables(tables))
    keys = [name for name in tables[0].column_names if name not in CLASS_COLUMNS]
    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in CLASS_COLUMNS)
    return connection.sql(
        f"SELECT {', '.join(keys)}, {sums} FROM partial_counts GROUP BY ALL"
    ).to_arrow_table()


def _sums_of(
    label: str,
    states: Sequence[str] | None,
    first: int | None,
    last: int | None,
    period_months: int,
    sectors: Sequence[str] | None,
    *,
    is_weighted: bool,
) -> SumsOf:
    wanted = [
        "source_state <> target_state",
        f"period_months <= {int(period_months)}",
        "n_acts > 0",
    ]
    for end in ("source", "target"):
        for kind, allowed in (("state", states), ("sector", sectors)):
            if allowed is not None:
                listed = ", ".join(quote(item) for item in allowed) or "NULL"
                wanted.append(f"{end}_{kind} IN ({listed})")
    if first is not None:
        wanted.append(f"event_date >= DATE '1970-01-01' + INTERVAL {int(first)} MONTH")
    if last is not None:
        wanted.append(f"event_date < DATE '1970-01-01' + INTERVAL {int(last) + 1} MONTH")
    if first is not None and last is not None and last < first:
        raise ParameterError(f"last: must not lie before first; found {last} before {first}.")
    total = "coalesce(sum(n_acts) {0}, 0)::BIGINT" if is_weighted else "count(*) {0}"
    classes = [
        f"{total.format(f'FILTER (WHERE quad_class = {number})')} AS {name}"
        for number, name in enumerate(CLASS_COLUMNS, start=1)
    ]
    # A label that is one text for all rows is no key of the groups.
    label_key = "" if label.startswith("'") else f"{label} AS label, "

    def sums_of(relation: str, is_packed: bool) -> str:
        sums = packed_sql() if is_packed and not is_weighted else ", ".join(classes)
        return (
            f"SELECT source_state, target_state, {month_sql(period_months)} AS month, "
            f"{label_key}{sums} FROM {relation} WHERE {' AND '.join(wanted)} GROUP BY ALL"
        )

    return sums_of


def _label_sql(reader_of_file: dict[int, str]) -> str:
    known = load_readers()
    labels = {
        number: _label_of(known[name]) if name in known else quote(name)
        for number, name in reader_of_file.items()
    }
    if len(set(labels.values())) <= 1:
        return next(iter(labels.values()), "''")
    cases = " ".join(f"WHEN {number} THEN {words}" for number, words in labels.items())
    return f"CASE file_id {cases} END"


def _label_of(reader: Reader) -> str:
    if not reader.epochs:
        return quote(reader.name)
    cases = " ".join(
        f"WHEN event_date >= DATE {quote(day)} THEN {quote(f'{reader.name} {label}')}"
        for label, day in sorted(reader.epochs, key=lambda epoch: epoch[1], reverse=True)
    )
    return f"CASE {cases} ELSE {quote(reader.name)} END"

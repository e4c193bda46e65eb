"""One block of rows goes into the store: good ones, faulty ones, duplicates marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.record.readers.reader import Reader
from comity.record.store.raw_rows import checked_select
from comity.record.store.schema import STORED

if TYPE_CHECKING:
    import duckdb

MAX_REASON = 200


@dataclass(frozen=True)
class Written:
    """Rows of a block by what became of them."""

    n_good: int
    n_set_aside: int
    n_duplicates: int


def write_block(
    connection: duckdb.DuckDBPyConnection,
    reader: Reader,
    file_id: int,
    faults: Sequence[tuple[int, str, str]],
    text_of: Callable[[int], str],
) -> Written:
    """Write the rows of the relation ``raw`` and those set aside before; runs in a transaction.

    Parameters
    ----------
    faults
        Line, reason and text of lines that are no rows.
    text_of
        Returns the text of a line of this block.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE block AS SELECT * EXCLUDE (row_key), "
        f"md5_number(row_key) AS row_hash FROM ({checked_select(reader)})"
    )
    bad = connection.execute(
        f"SELECT line, min(fault)[1:{MAX_REASON}] FROM block WHERE fault IS NOT NULL GROUP BY line"
    ).fetchall()
    rows = [*faults, *((line, reason, text_of(line)) for line, reason in bad)]
    _set_aside(connection, file_id, rows)
    if bad:
        connection.execute(
            "DELETE FROM block WHERE line IN (SELECT line FROM block WHERE fault IS NOT NULL)"
        )
    n_duplicates = _insert_events(connection, file_id)
    n_good = _one(connection, "SELECT count(DISTINCT line) FROM block")
    return Written(n_good, len(rows), n_duplicates)


def _set_aside(
    connection: duckdb.DuckDBPyConnection, file_id: int, rows: Sequence[tuple[int, str, str]]
) -> None:
    if not rows:
        return
    import pyarrow as pa

    lines, reasons, texts = zip(*rows, strict=True)
    connection.register(
        "faulty_rows",
        pa.table(
            {
                "line": pa.array(lines, pa.int64()),
                "reason": pa.array(reasons, pa.string()),
                "text": pa.array(texts, pa.string()),
            }
        ),
    )
    connection.execute(
        f"INSERT INTO set_aside SELECT {file_id}, line, reason, text FROM faulty_rows"
    )
    connection.unregister("faulty_rows")


def _insert_events(connection: duckdb.DuckDBPyConnection, file_id: int) -> int:
    """Insert the block's rows and return how many repeat an earlier one.

    An exact duplicate has the day of its original, so only stored rows of the block's days are
    looked at, and DuckDB passes over the parts of the table that hold other days.
    """
    days = connection.execute("SELECT min(event_date), max(event_date) FROM block").fetchall()[0]
    if days[0] is None:
        return 0
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE repeats AS "
        "SELECT row_hash, min(first_line) AS first_line FROM ("
        "SELECT row_hash, min(line) AS first_line FROM block GROUP BY row_hash HAVING count(*) > 1 "
        "UNION ALL SELECT DISTINCT row_hash, -1::BIGINT FROM events "
        f"WHERE event_date BETWEEN DATE '{days[0]}' AND DATE '{days[1]}' "
        "AND row_hash IN (SELECT row_hash FROM block)) GROUP BY row_hash"
    )
    connection.execute(
        f"INSERT INTO events SELECT {file_id}, line, {', '.join(STORED)}, row_hash, "
        "coalesce(line > first_line, false) FROM block LEFT JOIN repeats USING (row_hash)"
    )
    return _one(
        connection,
        "SELECT count(*) FROM block JOIN repeats USING (row_hash) WHERE line > first_line",
    )


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])

"""Event files to directed dyad-months: comity beside the bare DuckDB query, time and memory.

Run from the repository root: ``python benchmarks/import [--rows N] [--runs N] [--only KIND]``.
Makes synthetic rows as Parquet and TSV in a temporary folder, then measures, each in a process of
its own with DuckDB held to 768 MB and two threads: (a) files to dyad-months without a store, (b) a
full import and the store to dyad-months. Results are checked to be equal before times are compared.
Both sides run in turns and the best run of each counts; CPU seconds are the fairer ones where other
work keeps the cores busy.

``--large`` measures 100 million rows as Parquet alone, once, and fails above the memory allowed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROWS, LARGE_ROWS, PIECE_ROWS = 20_000_000, 100_000_000, 20_000_000
KINDS = ("parquet", "tsv", "store")
MEMORY_LIMIT, THREADS = "768MB", 2
MAX_RATIO, MAX_GB = 1.15, 1.5
COLUMNS = {
    "date": "DATE", "source": "VARCHAR", "target": "VARCHAR", "quad_class": "TINYINT",
    "code": "VARCHAR", "goldstein": "DOUBLE",
}  # fmt: skip


def make_rows(rows: int, first: int = 0, last: int | None = None) -> str:
    """Return a query for thirty years of acts between 200 states, few of them in most acts."""
    letters = "ABCDEFGHIJ"
    codes = [a + b + c for a in letters for b in letters for c in letters][::5]

    def state(seed: int) -> str:
        return f"l[1 + (200 * pow(hash(i * {seed}) % 1000000 / 1e6, 6))::INT % 200]"

    return (
        f"SELECT DATE '1995-01-01' + (i * 10950 // {rows})::INT AS date, {state(3)} AS source, "
        f"{state(7)} AS target, (1 + hash(i * 11) % 4)::TINYINT AS quad_class, "
        "lpad((1 + hash(i * 13) % 20)::VARCHAR, 2, '0') || '0' AS code, "
        "((hash(i * 17) % 200)::DOUBLE - 100) / 10 AS goldstein "
        f"FROM (SELECT range AS i, {codes} AS l FROM range({first}, {last or rows}))"
    )


def connect(path: str = ":memory:", *, read_only: bool = False) -> Any:
    import duckdb

    config = {
        "memory_limit": MEMORY_LIMIT, "threads": THREADS, "preserve_insertion_order": False,
    }  # fmt: skip
    return duckdb.connect(path, read_only=read_only, config=config)


def bare(relation: str, day: str, source: str, target: str, extra: str = "") -> str:
    """Return the query that a person would write for counts by dyad, month and class."""
    counts = ", ".join(f"count(*) FILTER (quad_class = {c}) AS acts_{c}" for c in range(1, 5))
    return (
        f"SELECT {source} AS source, {target} AS target, "
        f"datediff('month', DATE '1970-01-01', {day}) AS month, {counts} "
        f"FROM {relation} WHERE {source} <> {target}{extra} GROUP BY ALL"
    )


def run_bare(kind: str, path: Path) -> Any:
    if kind == "store":
        with connect(str(path), read_only=True) as connection:
            query = bare("events", "event_date", "source_state", "target_state",
                         " AND NOT is_duplicate")  # fmt: skip
            return connection.sql(query).to_arrow_table()
    typed = f"read_csv('{path}', delim='\t', header=true, columns={COLUMNS})"
    relation = typed if kind == "tsv" else f"read_parquet('{path}')"
    with connect() as connection:
        return connection.sql(bare(relation, "date", "source", "target")).to_arrow_table()


def run_ours(kind: str, path: Path) -> Any:
    from comity.record.store import count_event_files, count_stored_events

    limits: Any = {"memory_limit": MEMORY_LIMIT, "threads": THREADS}
    if kind == "store":
        return count_stored_events(path, **limits)
    return count_event_files("csv", [path], **limits)


def digest(who: str, found: Any) -> list[int]:
    """Return sums that two results share only if they hold the same cells."""
    import numpy as np

    if who == "bare":
        source, target = (np.array(found[n].to_pylist(), "U3") for n in ("source", "target"))
        month = found["month"].to_numpy()
        acts = np.stack([found[f"acts_{c}"].to_numpy() for c in range(1, 5)], axis=-1)
    else:
        codes = np.array(found.index.codes, "U3")
        i, j = found.index.directed_pairs[found.directed].T
        source, target, month = codes[i], codes[j], found.months[found.time]
        acts = found.acts
    points = [np.ascontiguousarray(names).view(np.uint32).reshape(-1, 3).astype(np.uint64)
              for names in (source, target)]  # fmt: skip
    parts = [*points[0].T, *points[1].T, month.astype(np.uint64), *acts.T.astype(np.uint64)]
    key = np.zeros(len(month), np.uint64)
    for part in parts:
        key = (key ^ part) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return [len(key), int(acts.sum()), int(key.sum()), int(np.bitwise_xor.reduce(key))]


def child(task: str, kind: str, path: Path, runs: int) -> dict[str, Any]:
    """Return seconds of every run, peak memory and the digest of the result."""
    import duckdb  # noqa: F401
    import pyarrow as pa  # noqa: F401

    import comity.record.store as store_room

    if task == "import":
        limits: Any = {"memory_limit": MEMORY_LIMIT, "threads": THREADS}
        start = time.perf_counter()
        store_room.import_events(path.with_suffix(".store"), "csv", [path], **limits)
        return {"seconds": [time.perf_counter() - start], "gb": peak_gb()}
    seconds: list[float] = []
    cpu: list[float] = []
    found = None
    for _ in range(runs):
        found = None
        start, worked = time.perf_counter(), time.process_time()
        found = (run_bare if task == "bare" else run_ours)(kind, path)
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - worked)
    gb = peak_gb()
    return {"seconds": seconds, "cpu": cpu, "gb": gb, "digest": digest(task, found)}


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def measure(task: str, kind: str, path: Path, runs: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "--child", task, kind, str(path), "--runs", str(runs)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def compare(kind: str, path: Path, rows: int, runs: int) -> float:
    """Print one line: both times, their ratio, both peaks. Return the peak of comity in GB."""
    found: dict[str, list[dict[str, Any]]] = {"bare": [], "ours": []}
    for _ in range(runs):
        for task in found:
            found[task].append(measure(task, kind, path, 1))
    digests = {tuple(item["digest"]) for items in found.values() for item in items}
    if len(digests) != 1:
        raise RuntimeError(f"{kind}: results differ: {digests}")
    seconds = {task: min(item["seconds"][0] for item in items) for task, items in found.items()}
    cpu = {task: min(item["cpu"][0] for item in items) for task, items in found.items()}
    gb = {task: max(item["gb"] for item in items) for task, items in found.items()}
    ratio = seconds["ours"] / seconds["bare"]
    print(
        f"{kind:<8} to dyad-months: comity {seconds['ours']:.2f} s, bare query "
        f"{seconds['bare']:.2f} s, ratio {ratio:.2f} (target {MAX_RATIO}), "
        f"in CPU seconds {cpu['ours']:.2f} to {cpu['bare']:.2f}, "
        f"ratio {cpu['ours'] / cpu['bare']:.2f}; "
        f"peak {gb['ours']:.2f} GB, "
        f"bare {gb['bare']:.2f} GB (target {MAX_GB}); {next(iter(digests))[0]:,} equal cells, "
        f"{rows / seconds['ours'] / 1e6:.1f} million rows a second",
        flush=True,
    )
    return gb["ours"]


def make_parquet(path: Path, rows: int) -> None:
    """Write the rows to one file, made in pieces so that making it takes little memory."""
    import pyarrow.parquet as pq

    with connect() as connection:
        writer = None
        for first in range(0, rows, PIECE_ROWS):
            query = make_rows(rows, first, min(rows, first + PIECE_ROWS))
            for batch in connection.sql(query).to_arrow_reader(122_880):
                writer = writer or pq.ParquetWriter(path, batch.schema)
                writer.write_batch(batch)
        if writer is not None:
            writer.close()


def run_large() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.parquet"
        make_parquet(path, LARGE_ROWS)
        gb = compare("parquet", path, LARGE_ROWS, 1)
    if gb > MAX_GB:
        raise SystemExit(f"{LARGE_ROWS:,} rows took {gb:.2f} GB of {MAX_GB}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=KINDS, action="append")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--child", nargs=3)
    asked = parser.parse_args()
    if asked.child:
        task, kind, path = asked.child
        print(json.dumps(child(task, kind, Path(path), asked.runs)))
        return
    rows, runs = (LARGE_ROWS, 1) if asked.large else (asked.rows, asked.runs)
    print(f"{rows:,} rows, best of {runs}, {os.cpu_count()} cores, {THREADS} threads", flush=True)
    if asked.large:
        run_large()
        return
    wanted = asked.only or KINDS
    with tempfile.TemporaryDirectory() as folder:
        parquet, tsv = Path(folder) / "events.parquet", Path(folder) / "events.tsv"
        with connect() as connection:
            connection.execute(f"COPY ({make_rows(rows)}) TO '{parquet}' (FORMAT parquet)")
            if wanted != ["parquet"]:
                connection.execute(
                    f"COPY (FROM '{parquet}') TO '{tsv}' (FORMAT csv, DELIMITER '\t', HEADER)"
                )
        if "parquet" in wanted:
            compare("parquet", parquet, rows, runs)
        if "tsv" in wanted:
            compare("tsv", tsv, rows, runs)
        if "store" in wanted:
            taken = measure("import", "tsv", tsv, 1)
            store = tsv.with_suffix(".store")
            print(
                f"import of the TSV: {taken['seconds'][0]:.1f} s, "
                f"{rows / taken['seconds'][0]:,.0f} rows a second, peak {taken['gb']:.2f} GB; "
                f"{store.stat().st_size / rows:.1f} bytes a row in the store",
                flush=True,
            )
            compare("store", store, rows, runs)


if __name__ == "__main__":
    main()

"""`comity import`: event files into a store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.options import JsonOption
from comity.cli.session import session_of

if TYPE_CHECKING:
    from comity.record.store import ImportResult

NAME = "import"
EXAMPLE = "comity import icews events.2018.tab --store events.duckdb"


def command(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="icews, polecat, gdelt1, gdelt2 or csv.")
    ],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Plain, gzip, bzip2, zip or Parquet files, or folders of such files.",
        ),
    ],
    store: Annotated[
        Path, typer.Option("--store", metavar="FILE", help="The DuckDB file that holds the events.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Read event files into a store; what cannot be read is set aside with its reason."""
    from comity.cli.import_document import (
        check_receipt_path,
        import_document,
        import_receipt,
        write_import_receipt,
    )
    from comity.cli.output import print_json
    from comity.cli.progress import StepProgress
    from comity.record.store import import_events, stored_files

    session = session_of(ctx)
    session.progress = StepProgress.to_stderr()
    session.kept_words = (
        f"Whole blocks of rows read so far are kept in {store}; "
        "the same command goes on where it stood."
    )
    path = store.with_name(f"{store.name}.receipt.json")
    check_receipt_path(path)
    result = import_events(store, source, expand_folders(files), progress=session.progress)
    session.close()
    receipt = import_receipt(stored_files(store))
    write_import_receipt(path, receipt)
    session.written.append(path)
    if as_json:
        print_json(import_document(result, receipt))
    else:
        _print(result, path)


def expand_folders(paths: list[Path]) -> list[Path]:
    """Return the files, those of a folder in the order of their names; hidden ones left out.

    Raises
    ------
    ConfigError
        A folder holds no file, or may not be read.
    """
    from comity.core.errors import ConfigError

    found: list[Path] = []
    for path in paths:
        if not os.path.isdir(path):  # unlike Path.is_dir it never raises
            found.append(path)
            continue
        try:
            inside = sorted(item for item in path.iterdir() if not item.name.startswith("."))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConfigError(
                f'FILE: a folder must be readable; found "{path}": {reason}. Check its permissions.'
            ) from None
        held = [item for item in inside if not os.path.isdir(item)]
        if not held:
            raise ConfigError(
                f'FILE: a folder must hold event files; found none in "{path}". Name another one.'
            )
        found += held
    return found


def _print(result: ImportResult, receipt: Path) -> None:
    from comity.cli.output import print_heading, print_table, print_text

    print_heading(
        f"Read into {result.store}",
        "Rows of each file: good ones, those set aside, and exact repetitions of an earlier row, "
        "which are kept among the good ones and marked.",
    )
    print_table(
        ("file", "rows", "good", "set aside", "duplicates", "what was done"),
        [
            (
                file.name, f"{file.n_rows:,}", f"{file.n_good:,}", f"{file.n_set_aside:,}",
                f"{file.n_duplicates:,}", file.state,
            )
            for file in result.files
        ],
        right=("rows", "good", "set aside", "duplicates"),
    )  # fmt: skip
    reasons = [
        (file.name, why.words, f"{why.n_rows:,}", f"{why.first_line:,}")
        for file in result.files
        for why in file.reasons
    ]
    if reasons:
        print_heading("Set aside, the most frequent reasons of each file")
        print_table(
            ("file", "reason", "rows", "first line"),
            reasons,
            right=("rows", "first line"),
            words="reason",
        )
    for file in result.files:
        if file.note:
            print_text(f"{file.name}: {file.note}")
    print_text("", f"Receipt: {receipt}")

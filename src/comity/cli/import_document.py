"""The JSON document and the receipt of `comity import`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.cli.documents import ImportDocument, ImportedFilePart, ReasonPart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.record.store import ImportedFile, ImportResult


def import_document(result: ImportResult, receipt: dict[str, Any]) -> ImportDocument:
    """Return what one call of `comity import` did."""
    from comity.core.printable import printable

    return ImportDocument(
        store=printable(str(result.store)),
        source=result.source,
        files=[
            ImportedFilePart(
                name=file.name,
                layout=file.layout,
                state=file.state,
                n_rows=file.n_rows,
                n_new=file.n_new,
                n_good=file.n_good,
                n_set_aside=file.n_set_aside,
                n_duplicates=file.n_duplicates,
                reasons=[
                    ReasonPart(reason=why.words, n_rows=why.n_rows, first_line=why.first_line)
                    for why in file.reasons
                ],
                note=file.note,
                sha256=file.sha256,
            )
            for file in result.files
        ],
        receipt=receipt,
    )


def import_receipt(files: Sequence[ImportedFile]) -> dict[str, Any]:
    """Return what a store holds and from where, without a clock: equal stores, equal bytes."""
    from comity.core.receipt import package_version, this_platform

    counts = ("n_rows", "n_good", "n_set_aside", "n_duplicates")
    return {
        "version": package_version(),
        "platform": this_platform(),
        "files": [
            {
                "name": file.name,
                "sha256": file.sha256,
                "layout": file.layout,
                "note": file.note,
                "is_finished": file.state != "unfinished",
                "counts": {name: getattr(file, name) for name in counts},
                "set_aside": {why.words: why.n_rows for why in file.reasons},
            }
            for file in files
        ],
        "counts": {name: sum(getattr(file, name) for file in files) for name in counts},
    }


def check_receipt_path(path: Path) -> None:
    """Raise ConfigError where a receipt cannot be written: found before anything is read."""
    from comity.core.errors import ConfigError

    if os.path.lexists(path) and not os.path.isfile(path):
        raise ConfigError(
            f'--store: the receipt goes to "{path}", which must be a file or absent; found '
            "something else. Move it away or name another store."
        )


def write_import_receipt(path: Path, receipt: dict[str, Any]) -> None:
    """Write a receipt as text, keys sorted.

    Raises
    ------
    ConfigError
        It cannot be written.
    """
    from comity.core.errors import ConfigError

    text = json.dumps(receipt, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f'--store: the receipt must be writable; found "{path}": {error.strerror}. The rows '
            "are in the store: mend that and run the same command again."
        ) from None

"""Files that a command is asked to write, and the receipts beside them."""

from __future__ import annotations

import os
from pathlib import Path


def check_out(option: str, out: Path) -> None:
    """Refuse a file that could not be written, before any work is done.

    Raises
    ------
    ConfigError
        The folder is missing, or the file, its receipt or the folder is write-protected.
    """
    from comity.core.errors import ConfigError

    folder = out.parent
    if not folder.is_dir():
        raise ConfigError(
            f'{option}: the folder of "{out}" must exist; found no folder "{folder}". '
            "Create it or choose another one."
        )
    for path in (out, receipt_path(out)):
        if path.exists() and not os.access(path, os.W_OK):
            raise ConfigError(
                f'{option}: "{out}" must be writable; found "{path}" write-protected. '
                "Change its permissions or choose another file."
            )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError(
            f'{option}: the folder of "{out}" must be writable; found "{folder}" write-protected. '
            "Change its permissions or choose another one."
        )


def receipt_path(out: Path) -> Path:
    """Return where the receipt of a written file lies."""
    return out.with_name(f"{out.stem}.receipt.json")


def size_words(path: Path) -> str:
    """Return the size of a file in words."""
    return f"{path.stat().st_size / 1e6:.1f} MB"

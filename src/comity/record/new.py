"""A new case folder to start from."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from comity.core.errors import ConfigError
from comity.record.bundled import find_case
from comity.record.folder import case_files

TEMPLATE = Path(__file__).parent / "template"


def new_case(path: str | os.PathLike[str], source: str | os.PathLike[str] | None = None) -> Path:
    """Write a case folder to start from and return where it is.

    Parameters
    ----------
    path
        The new folder; it may exist if it is empty.
    source
        A bundled name or a folder to copy; without it a small fictional case with comments.

    Raises
    ------
    ConfigError
        The path is a file or a folder that holds something; nothing is written.
    CaseError
        There is no such source.
    """
    target = Path(path)
    origin = TEMPLATE if source is None else find_case(source)
    if target.exists() and not target.is_dir():
        raise ConfigError(f"{target}: a new case needs a new folder; found a file. Name another.")
    if target.is_dir() and (entries := sum(1 for _ in target.iterdir())):
        found = "1 entry" if entries == 1 else f"{entries} entries"
        raise ConfigError(
            f"{target}: a new case needs an empty or new folder; found {found} in it. "
            "Name another folder."
        )
    for name in case_files(origin):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin / name, target / name)
    return target

"""The hash of what computes an answer: a room's own source files and tables."""

from __future__ import annotations

import hashlib
from functools import cache as remember
from importlib.resources import files
from pathlib import Path

_SOURCES = (".py", ".toml", ".csv")


@remember
def source_hash(room: str) -> str:
    """Return the hash of a room's source files and tables."""
    digest = hashlib.sha256()
    root = Path(str(files("comity"))) / room
    for path in sorted(root.rglob("*")):
        if path.suffix in _SOURCES and path.is_file():
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()

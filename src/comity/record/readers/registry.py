"""The readers of event files, by the name that `comity import` knows them under."""

from __future__ import annotations

from importlib import import_module

from comity.core.errors import ParameterError, nearest_match
from comity.record.readers.reader import Reader

NAMES = ("csv", "gdelt1", "gdelt2", "icews", "polecat")


def load_readers() -> dict[str, Reader]:
    """Return every reader by its name."""
    found: dict[str, Reader] = {}
    for name in NAMES:
        module = f"comity.record.readers.{name}"
        try:
            found[name] = import_module(module).READER
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
    return found


def find_reader(name: str) -> Reader:
    """Return a reader; ParameterError names the nearest one."""
    readers = load_readers()
    if name not in readers:
        hint = nearest_match(name, readers)
        raise ParameterError(
            f'source: must be a kind of event file that comity reads; found "{name}". '
            f"{hint}".rstrip()
        )
    return readers[name]

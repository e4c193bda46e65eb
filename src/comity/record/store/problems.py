"""Errors about event files and stores, in four parts."""

from __future__ import annotations

from collections.abc import Sequence

from comity.core.errors import CaseError, DataError, Problem
from comity.core.printable import printable

MAX_PROBLEMS = 20
"""Files that one message names at most."""


class CutShortError(Exception):
    """A file that cannot be read to its end; says in a sentence why. Never leaves this room."""


def data_error(where: object, must: str, found: str, fix: str) -> DataError:
    """Return an error about one file: where, what must hold, what was found, what to do."""
    return DataError(
        Problem(file=printable(str(where)), row=0, column="", must=must, found=found, fix=fix)
    )


def raise_problems(errors: Sequence[DataError]) -> None:
    """Raise one error for all of them; nothing where there is none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise CaseError("import", [error.problem for error in errors[:MAX_PROBLEMS]])

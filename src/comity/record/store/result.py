"""What an import did, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reason:
    """Why rows of a file were set aside, how many, and the line of the first."""

    words: str
    n_rows: int
    first_line: int


@dataclass(frozen=True)
class ImportedFile:
    """One part as the store holds it: counts of its rows, over all calls that read it.

    ``n_rows`` is ``n_good`` and ``n_set_aside`` together. ``n_duplicates`` counts stored rows that
    repeat an earlier one exactly; they are among the good ones and marked.
    """

    name: str
    layout: str
    n_rows: int
    n_good: int
    n_set_aside: int
    n_duplicates: int
    n_new: int  # rows that this call read
    state: str  # "imported", "resumed", "already there" or, in a list, "unfinished"
    note: str  # why the file could not be read to its end; empty when it could
    sha256: str
    reasons: tuple[Reason, ...] = ()  # the most frequent first, at most `MAX_REASONS`


@dataclass(frozen=True)
class ImportResult:
    """What one call of `import_events` did."""

    store: Path
    source: str
    files: tuple[ImportedFile, ...]

    @property
    def n_new(self) -> int:
        """Rows that this call read."""
        return sum(file.n_new for file in self.files)

    @property
    def n_set_aside(self) -> int:
        """Rows of these files that are set aside."""
        return sum(file.n_set_aside for file in self.files)


MAX_REASONS = 5

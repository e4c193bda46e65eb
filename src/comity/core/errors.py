"""Everything comity raises or warns about.

```
ComityError
├── DataError            bad rows or files; carries file, row and column
│   └── CaseError        every problem of a case folder, listed at once
├── ConfigError          an unknown or unusable setting, scenario or option
├── ParameterError       a number outside its range           (also a ValueError)
├── ShapeError           arrays that do not fit together      (also a ValueError)
├── ConvergenceError     an optimizer or smoother gave up
├── NotEstimableError    the data cannot carry the figure that was asked for
└── MissingExtraError    an optional dependency is needed
```

A message has four parts, in this order: where, what must hold, what we got, what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class ComityError(Exception):
    """Base of every error that comity raises on purpose."""


class ConfigError(ComityError):
    """A setting, option or scenario that cannot be used as given."""


class ParameterError(ComityError, ValueError):
    """A number outside the range in which the method means anything."""


class ShapeError(ComityError, ValueError):
    """Arrays whose shapes do not fit together."""


class ConvergenceError(ComityError):
    """An iterative method stopped without an answer."""


class NotEstimableError(ComityError):
    """The data cannot carry the figure that was asked for; the sentence says what it would take."""


class MissingExtraError(ComityError, ImportError):
    """An optional dependency is needed for what was asked."""


class KeptWarning(UserWarning):
    """A piece kept of a long run cannot be used, or none can be kept."""


class ConvergenceWarning(UserWarning):
    """An iterative method stopped early; the answer is approximate."""


class SparseDataWarning(UserWarning):
    """The data are too thin for the figure to mean much."""


class ExtrapolationWarning(UserWarning):
    """The figure rests on values outside what was observed."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with an input, and what to do about it.

    Parameters
    ----------
    file
        Path inside the case folder.
    row
        Line number in the file, counted from 1 with the header as line 1; 0 for the whole file.
    column
        Column or key; empty for the whole row.
    must
        What must hold.
    found
        What was found.
    fix
        What to do; the nearest match where there is one.
    """

    file: str
    row: int
    column: str
    must: str
    found: str
    fix: str = ""

    @property
    def where(self) -> str:
        """Where it is, in words."""
        parts = [self.file]
        if self.row:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f'column "{self.column}"')
        return ", ".join(parts)

    def __str__(self) -> str:
        """One line: where, what must hold, what was found, what to do."""
        sentence = f"{self.where}: {self.must}; found {self.found}."
        return f"{sentence} {self.fix}".rstrip()

    def as_dict(self) -> dict[str, str | int]:
        """Return the problem as it appears in JSON output."""
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "must": self.must,
            "found": self.found,
            "fix": self.fix,
        }


class DataError(ComityError):
    """A file or a row that cannot be read as what it claims to be."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class CaseError(DataError):
    """Every problem of a case folder, listed at once."""

    def __init__(self, case: str, problems: Sequence[Problem]) -> None:
        if not problems:
            raise ValueError("CaseError needs at least one problem")
        super().__init__(problems[0])
        self.case = case
        self.problems = tuple(sorted(problems))
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        self.args = (f"{case}: {count} {noun}; nothing was written.\n{lines}",)


def nearest_match(found: str, allowed: Iterable[str]) -> str:
    """Return a hint with the nearest allowed word, or the allowed words when few.

    >>> nearest_match("start_moth", ["start_month", "lead_months"])
    'Nearest: "start_month".'
    """
    choices = [str(choice) for choice in allowed]
    lowered = {choice.lower(): choice for choice in reversed(choices)}
    close = difflib.get_close_matches(found.lower(), list(lowered), n=1, cutoff=0.5)
    if close:
        return f'Nearest: "{lowered[close[0]]}".'
    if 0 < len(choices) <= 12:
        return "Allowed: " + ", ".join(choices) + "."
    return ""

"""What a command prints: tables for people, or one JSON document."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from comity.core.printable import printable

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console


def print_json(document: BaseModel) -> None:
    """Print one JSON document on standard output; a value that is not a number becomes null."""
    sys.stdout.write(document.model_dump_json(by_alias=True, indent=2) + "\n")


def print_text(*paragraphs: str) -> None:
    """Print paragraphs as they are, wrapped to the terminal, with nothing read as markup."""
    console = _console()
    for paragraph in paragraphs:
        console.print(
            printable(paragraph), markup=False, highlight=False, soft_wrap=not console.is_terminal
        )


def print_heading(text: str, note: str = "") -> None:
    """Print a heading and, under it, what is shown, in which unit."""
    from rich.text import Text

    console = _console()
    console.print()
    console.print(Text(printable(text), style="bold"))
    if note:
        console.print(Text(printable(note), style="dim"))


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[str] = (),
    words: str = "",
) -> None:
    """Print a table; columns named in ``right`` are set flush right.

    The column ``words`` (the first when absent) wraps; the numbers beside it are never cut.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        justify = "right" if name in right else "left"
        ratio = 1 if name == (words or columns[0]) else None
        table.add_column(name, justify=justify, no_wrap=name in right, ratio=ratio)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    _console().print(table)


def _console() -> Console:
    from rich.console import Console

    # Piped output is read by programs and by people with wide windows: never cut at 80 columns.
    return Console(width=None if sys.stdout.isatty() else 110)

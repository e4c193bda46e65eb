"""How a long run survives being stopped: where its pieces are kept, and who is told."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from comity.core.errors import KeptWarning

EVERY_SECONDS = 10.0
"""Least time between two pieces that are kept."""


def _warn(sentence: str) -> None:
    warnings.warn(sentence, KeptWarning, stacklevel=3)


def _nothing(*_: object) -> None:
    return


def _at_once(remove: Callable[[], None]) -> None:
    remove()


@dataclass(frozen=True)
class Keep:
    """Where the pieces of unfinished runs are kept, and who is told what.

    Parameters
    ----------
    folder
        Holds one folder for each unfinished run, named by the hash of everything that determines
        its answer; made when first needed.
    resume
        Go on after the pieces of an earlier call, and stop with an error where none can be kept.
        Otherwise the run begins anew, and goes on with a warning where none can be kept.
    every_seconds
        Least time between two pieces.
    say, warn
        Told a sentence about what was found, and about what went wrong.
    kept
        Called as ``kept(members kept, members in all)`` once they are on the disk.
    when_done
        Handed a function that removes the pieces once the answer is there, and calls it; a caller
        that stores the answer first lets that function wait.
    """

    folder: Path
    resume: bool = False
    every_seconds: float = field(default_factory=lambda: EVERY_SECONDS)
    say: Callable[[str], None] = _nothing
    warn: Callable[[str], None] = _warn
    kept: Callable[[int, int], None] = _nothing
    when_done: Callable[[Callable[[], None]], None] = _at_once

"""What one call of the command line carries: its study, its progress, what it has written."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from comity.cli.progress import StepProgress
    from comity.core.case import Case
    from comity.core.settings import Settings
    from comity.study import Study

SECONDS_BETWEEN_LINES = 30.0
"""Between two lines in a log that say how much is kept; a terminal shows it beside the bar."""


@dataclass
class Session:
    """One call of the command line; a fresh one each time."""

    debug: bool = False
    study: Study | None = None
    written: list[Path] = field(default_factory=list)
    progress: StepProgress | None = None
    kept_words: str = ""
    said_at: float = float("-inf")

    def open(self, case: Case, settings: Settings, store: Path | None = None) -> Study:
        """Return a study of a case that reports its progress to standard error.

        Acts of an event store, where one is given, join those of the case.
        """
        from comity.cli.progress import StepProgress
        from comity.study import Study

        self.progress = StepProgress.to_stderr()
        self.study = Study(case, settings, progress=self.progress, store=store)
        return self.study

    def keep(self, *, resume: bool) -> None:
        """Let the study keep how far its simulation has come, and go on with it if ``resume``.

        Raises
        ------
        ConfigError
            It shall go on, and the cache is off.
        """
        if self.study is not None and self.progress is not None:
            self.study.keep = self.study.cache.keep(
                resume=resume, say=self._say, warn=self._say, kept=self._note
            )

    def _note(self, kept: int, total: int) -> None:
        """Take note that so many of all futures are kept on disk, and show it."""
        self.kept_words = (
            f"{kept:,} of {total:,} futures are kept; the same command with --resume goes on "
            "after them."
        )
        if self.progress is None:
            return
        self.progress.note(f"{kept:,} of {total:,} kept")
        if self.progress.is_mute and time.monotonic() >= self.said_at + SECONDS_BETWEEN_LINES:
            self._say(f"{kept:,} of {total:,} futures are kept.")

    def _say(self, sentence: str) -> None:
        if self.progress is not None:
            self.progress.say(sentence)
            self.said_at = time.monotonic()

    def close(self) -> None:
        """Take the progress display away."""
        if self.progress is not None:
            self.progress.close()

    def kept(self) -> str:
        """Return in words what an interrupted call leaves behind."""
        parts = [self.kept_words] if self.kept_words else []
        if self.study is not None and self.study.finished:
            steps = ", ".join(self.study.finished)
            where = "in the cache" if self.study.cache.folder else "nowhere, as the cache is off"
            parts.append(f"Finished steps are kept {where}: {steps}.")
        if self.written:
            parts.append(f"Written: {', '.join(str(path) for path in self.written)}.")
        return " ".join(parts) or "Nothing was kept and nothing was written."


def session_of(ctx: typer.Context) -> Session:
    """Return the session of the running call."""
    return ctx.ensure_object(Session)

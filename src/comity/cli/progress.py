"""Progress with time left, on standard error, for whatever takes longer than two seconds."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from comity.core.printable import printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE_SECONDS = 2.0


class StepProgress:
    """Shows the running step once the call has taken longer than `PATIENCE_SECONDS`.

    A step that does not say how far it is shows a moving bar; one that does shows the time left.
    """

    def __init__(self, display: Progress | None) -> None:
        self._display = display
        self._tasks: dict[str, TaskID] = {}
        self._timer: threading.Timer | None = None
        self._step = ""

    @classmethod
    def to_stderr(cls) -> StepProgress:
        """Return a progress display, or a mute one when standard error is not a terminal."""
        if not sys.stderr.isatty():
            return cls(None)
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        return cls(
            Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TimeRemainingColumn(elapsed_when_finished=True),
                console=Console(stderr=True),
                transient=True,
            )
        )

    def __call__(self, step: str, done: float) -> None:
        """Take note that a step is so far done, 0 to 1."""
        if self._display is None:
            return
        if self._timer is None:
            self._timer = threading.Timer(PATIENCE_SECONDS, self._display.start)
            self._timer.daemon = True
            self._timer.start()
        self._step = step
        if step not in self._tasks:
            self._tasks[step] = self._display.add_task(step, total=None)
        if done > 0:
            self._display.update(self._tasks[step], total=1.0, completed=done)

    def note(self, words: str) -> None:
        """Say something about the running step beside its bar."""
        if self._display is not None and self._step:
            task = self._tasks[self._step]
            self._display.update(task, description=f"{self._step}, {words}")

    def say(self, sentence: str) -> None:
        """Print a sentence on standard error, above the bar where there is one."""
        line = f"comity: {printable(sentence)}"
        if self._display is None:
            print(line, file=sys.stderr, flush=True)
        else:
            self._display.console.print(line, markup=False, highlight=False, soft_wrap=True)

    @property
    def is_mute(self) -> bool:
        """Whether no bar is ever shown, as standard error is no terminal."""
        return self._display is None

    def close(self) -> None:
        """Take the display away."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join(timeout=1.0)
        if self._display is not None:
            self._display.stop()

"""A second process that compiles some of the kernel's units while this one compiles the others.

The compiler holds a lock of its process, so threads do not help. The second process is given the
name of a unit, compiles it into the cache that both share, and asks for the next. Whatever goes
wrong with it (it cannot start, is stopped, dies, finds other rules on disk) goes unsaid: its unit
is not in the cache then, and is compiled here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable
from multiprocessing import parent_process
from typing import Any, NamedTuple, Self

from comity.simulate.pool import thread_count

MODULE = "comity.simulate.compile_aside"
LEAST_PATIENCE = 5.0
"""Seconds that the second process may always take for a unit that it has begun."""


class Order(NamedTuple):
    """What the second process must know: where the cache is, and which rules are in it."""

    folder: str
    hash: str
    rules: tuple[tuple[str, str], ...]  # name and module of each


class SecondProcess:
    """Names of units, taken one by one by this process and by a second one once it is started.

    Leaving the context waits for the unit that the second process has begun, as long as all of this
    process's units have taken, and then ends it.
    """

    def __init__(self, names: Iterable[str], order: Order | None, fields: Any) -> None:
        self._names = deque(names)
        self._order = order if may_start() else None
        self._fields = fields
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._begun = time.monotonic()

    def take(self) -> str | None:
        """Return the next name, None when all are taken."""
        try:
            return self._names.popleft()
        except IndexError:
            return None

    def start(self) -> None:
        """Start the second process, unless it was started, has nothing to do or must not be."""
        if self._order is None or self._thread or len(self._names) < 2:
            return
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # only Windows has windows
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", MODULE],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path}, encoding="utf-8", creationflags=flags,
            )  # fmt: skip
        except OSError:
            self._order = None
            return
        self._thread = threading.Thread(target=self._hand_out, args=(self._process,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._thread is None or self._process is None:
            return
        if error[0] is None:
            self._thread.join(max(LEAST_PATIENCE, time.monotonic() - self._begun))
        if self._thread.is_alive():
            self._process.kill()
        self._thread.join()

    def _hand_out(self, process: subprocess.Popen[str]) -> None:
        """Give the second process a name each time that it asks, until there is none."""
        assert process.stdin is not None
        assert process.stdout is not None
        assert self._order is not None
        message = json.dumps({**self._order._asdict(), "fields": plain(self._fields)})
        try:
            with process:
                print(message, file=process.stdin, flush=True)
                while process.stdout.readline() and (name := self.take()) is not None:
                    print(name, file=process.stdin, flush=True)
        except OSError:
            pass  # it is gone


def may_start() -> bool:
    """Return whether a second process has a core to run on and a Python to run in."""
    is_frozen = getattr(sys, "frozen", False) or not sys.executable
    return thread_count(0) > 1 and not is_frozen and parent_process() is None


def plain(fields: Any) -> list[Any]:
    """Return the fields of a bundle's type as lists that JSON can hold."""
    return [
        [name, plain(kind.fields) if hasattr(kind, "fields") else kind, ndim]
        for name, kind, ndim in fields
    ]

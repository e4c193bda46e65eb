"""Blocks on several threads, handed on in the order of the blocks.

Each thread takes the next block by itself and keeps the arrays that it simulates in, which then
stay in its core's caches. Where a reader needs the arrays of a block, they go to the reader and
come back; no more blocks are under way than there are slots, so memory does not grow with the
number of members.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Generic, TypeVar

Work = TypeVar("Work")
Progress = Callable[[int, int], None]


def thread_count(asked: int) -> int:
    """Return how many threads to use; 0 asks for every core this process may use."""
    if asked:
        return asked
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _never(_: int) -> bool:
    return False


def in_block_order(
    blocks: Sequence[int],
    n_threads: int,
    new_slot: Callable[[], Work],
    work: Callable[[Work, int], object],
    *,
    reads_slots: bool = True,
    rests_after: Callable[[int], bool] = _never,
) -> Iterator[tuple[int, Work]]:
    """Yield (block, slot) in the order given, each once ``work(slot, block)`` is done.

    When the reader stops early, also by an interrupt, the blocks not yet begun are dropped and
    those under way are waited for.

    Parameters
    ----------
    blocks
        The blocks, in the order in which they are begun and handed on.
    n_threads
        How many of them are worked on at a time.
    new_slot
        Returns room for a block; called in any thread.
    work
        Fills a slot with a block; called in any thread.
    reads_slots
        Whether the reader reads the slots. A slot may be read only until the next one is asked
        for; where this is False, not at all, since it may hold another block already.
    rests_after
        Asked before each block is begun. Where True, no later block is begun before the reader has
        that one and asks for the next.
    """
    if n_threads == 1 and blocks:  # no other thread: nothing is handed over, one slot stays warm
        slot = new_slot()
        for block in blocks:
            rests_after(block)
            work(slot, block)
            yield block, slot
        return
    line = _Line(blocks, new_slot, work, rests_after)
    n_workers = min(n_threads, len(blocks))
    for _ in range(n_workers + 1):
        line.free.put(None)
    pool = ThreadPoolExecutor(max_workers=max(n_workers, 1), thread_name_prefix="comity")
    try:
        for _ in range(n_workers):
            pool.submit(line.work_off, reads_slots)
        for place, block in enumerate(blocks):
            slot = line.wait_for(place)
            yield block, slot
            if reads_slots:
                line.free.put(slot)
            line.go_on_after(place)
    finally:
        line.stop(n_workers)
        pool.shutdown(wait=True)


class _Line(Generic[Work]):
    """The blocks still to be begun, from which threads take one after the other."""

    def __init__(
        self,
        blocks: Sequence[int],
        new_slot: Callable[[], Work],
        work: Callable[[Work, int], object],
        rests_after: Callable[[int], bool],
    ) -> None:
        self.free: SimpleQueue[Work | None] = SimpleQueue()  # read; None: not yet made
        self._following = iter(enumerate(blocks))
        self._new_slot, self._work, self._rests_after = new_slot, work, rests_after
        self._done: SimpleQueue[tuple[int, Work] | BaseException] = SimpleQueue()
        self._arrived: dict[int, Work] = {}
        self._may_begin = threading.Condition()
        self._rests_at: int | None = None
        self._has_stopped = False

    def work_off(self, reads_slots: bool) -> None:
        """Work on block after block until none is left; run by each thread."""
        try:
            slot = None
            while True:
                slot = self.free.get() if reads_slots else slot
                following = self._take()
                if following is None:
                    return
                place, block = following
                slot = self._new_slot() if slot is None else slot
                self._work(slot, block)
                self._done.put((place, slot))
        except BaseException as error:
            self._done.put(error)  # for the reader, who raises it

    def _take(self) -> tuple[int, int] | None:
        """Return the next block and its place in line; None where there is none."""
        with self._may_begin:
            self._may_begin.wait_for(lambda: self._rests_at is None or self._has_stopped)
            following = None if self._has_stopped else next(self._following, None)
            if following is not None and self._rests_after(following[1]):
                self._rests_at = following[0]
            return following

    def wait_for(self, place: int) -> Work:
        """Return the slot of a block once it is done; raise what any thread raised."""
        while place not in self._arrived:
            found = self._done.get()
            if isinstance(found, BaseException):
                raise found
            at, slot = found
            self._arrived[at] = slot
        return self._arrived.pop(place)

    def go_on_after(self, place: int) -> None:
        """Let the next block begin if all rest after this one."""
        if self._rests_at == place:
            with self._may_begin:
                self._rests_at = None
                self._may_begin.notify_all()

    def stop(self, n_workers: int) -> None:
        """Let no further block begin, and nobody wait for anything."""
        with self._may_begin:
            self._has_stopped = True
            self._may_begin.notify_all()
        for _ in range(n_workers):
            self.free.put(None)

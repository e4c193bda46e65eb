"""Blocks on several threads, their results handed on in the order of the blocks.

The order makes every sum independent of how many threads there are. No more blocks are under way
than there are slots, so memory does not grow with the number of members.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Work = TypeVar("Work")
Progress = Callable[[int, int], None]


def thread_count(asked: int) -> int:
    """Return how many threads to use; 0 asks for every core this process may use."""
    if asked:
        return asked
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_block_order(
    blocks: Sequence[int],
    n_threads: int,
    new_slot: Callable[[], Work],
    work: Callable[[Work, int], object],
) -> Iterator[tuple[int, Work]]:
    """Yield (block, slot) in the order given, each once ``work(slot, block)`` has filled the slot.

    A slot may be used only until the next one is asked for. When the reader stops early, also by
    an interrupt, the blocks not yet begun are dropped and those under way are waited for.
    """
    if n_threads == 1 and blocks:  # no other thread: nothing is handed over, one slot stays warm
        slot = new_slot()
        for block in blocks:
            work(slot, block)
            yield block, slot
        return
    free = [new_slot() for _ in range(min(len(blocks), n_threads + 1))]
    pending: deque[tuple[int, Work, Future[object]]] = deque()
    following = iter(blocks)
    pool = ThreadPoolExecutor(max_workers=n_threads, thread_name_prefix="comity")
    try:
        while True:
            while free and (block := next(following, None)) is not None:
                slot = free.pop()
                pending.append((block, slot, pool.submit(work, slot, block)))
            if not pending:
                return
            block, slot, done = pending.popleft()
            done.result()
            yield block, slot
            free.append(slot)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)

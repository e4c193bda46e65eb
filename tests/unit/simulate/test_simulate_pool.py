"""Blocks on several threads: their order, their slots, rests, errors and an early stop."""

import threading
import time
from typing import NamedTuple

import numpy as np
import pytest

from comity.simulate.packed import LINE, packed
from comity.simulate.pool import in_block_order


class Room:
    """A slot that knows what it holds and which threads wrote it."""

    def __init__(self) -> None:
        self.block = -1
        self.threads: set[int] = set()


def fill(slot: Room, block: int) -> None:
    time.sleep(0.001 * (block % 3))
    slot.block = block
    slot.threads.add(threading.get_ident())


BLOCKS = [*range(5, 60), 1, 2]


@pytest.mark.parametrize("n_threads", [1, 2, 5, 80])
@pytest.mark.parametrize("reads_slots", [True, False])
def test_blocks_come_in_order_and_slots_are_bounded(n_threads, reads_slots):
    made: list[Room] = []

    def new_slot() -> Room:
        made.append(Room())
        return made[-1]

    found = []
    for block, slot in in_block_order(BLOCKS, n_threads, new_slot, fill, reads_slots=reads_slots):
        found.append(block)
        assert not reads_slots or slot.block == block
    assert found == BLOCKS
    assert len(made) <= n_threads + (reads_slots and n_threads > 1)


def test_each_thread_keeps_its_slot_where_nobody_reads_it():
    made: list[Room] = []

    def new_slot() -> Room:
        made.append(Room())
        return made[-1]

    for _ in in_block_order(range(40), 3, new_slot, fill, reads_slots=False):
        pass
    assert {len(slot.threads) for slot in made} == {1}
    assert len(set.union(*(slot.threads for slot in made))) == len(made)


@pytest.mark.parametrize("reads_slots", [True, False])
def test_no_block_begins_before_the_rest_is_over(reads_slots):
    begun: list[int] = []

    def work(slot: Room, block: int) -> None:
        begun.append(block)
        fill(slot, block)

    for block, _ in in_block_order(
        range(30), 4, Room, work, reads_slots=reads_slots, rests_after=lambda b: b % 7 == 3
    ):
        if block % 7 == 3:
            time.sleep(0.01)
            assert sorted(begun) == list(range(block + 1))
    assert sorted(begun) == list(range(30))


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("place", ["slot", "work", "rest"])
def test_an_error_in_any_thread_reaches_the_reader(n_threads, place):
    def fail(*_: object) -> bool:
        raise ValueError(place)

    def work(_: Room, block: int) -> None:
        if place == "work" and block == 4:
            fail()

    line = in_block_order(
        range(9),
        n_threads,
        fail if place == "slot" else Room,
        work,
        rests_after=lambda block: fail() if place == "rest" and block == 4 else False,
    )
    with pytest.raises(ValueError, match=place):
        list(line)


@pytest.mark.parametrize("reads_slots", [True, False])
def test_a_reader_that_stops_waits_only_for_what_is_under_way(reads_slots):
    begun: list[int] = []

    def work(slot: Room, block: int) -> None:
        begun.append(block)
        fill(slot, block)

    line = in_block_order(range(1000), 3, Room, work, reads_slots=reads_slots)
    next(line)
    line.close()
    n_begun = len(begun)
    time.sleep(0.02)
    assert len(begun) == n_begun < 100


class Some(NamedTuple):
    values: np.ndarray
    words: np.ndarray
    small: np.ndarray
    other: object


def test_packed_arrays_begin_at_lines_and_keep_what_they_hold_and_share():
    values = np.arange(35.0).reshape(5, 7).copy()
    some = packed(Some(values, values.view(np.int64), np.arange(3, dtype=np.uint8), "word"))
    assert [item.ctypes.data % LINE for item in some[:3]] == [0, 0, 0]
    assert np.array_equal(some.values, values)
    assert some.small.tolist() == [0, 1, 2]
    assert some.other == "word"
    some.values[2, 3] = -1.0
    assert some.words[2, 3] == np.float64(-1.0).view(np.int64)
    assert some.small.tolist() == [0, 1, 2]

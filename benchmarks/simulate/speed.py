"""Clocks: members per second, the generator's fill rate, first calls, memory, scaling.

What runs on one thread is timed in CPU seconds, which other work on the machine hardly touches;
what runs on several, and first calls, by the clock on the wall.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from cases import MONTHS, N_DRAWS, Inputs, generated, plan_of, settings

from comity.core.ensemble import Ensemble
from comity.core.keeping import Keep
from comity.simulate import simulate_scenario
from comity.simulate.block import Plan, new_slot, run_block
from comity.simulate.compiled import from_python
from comity.simulate.compose import find_scenario
from comity.simulate.draws import refill

refill = from_python(refill)
HERE = Path(__file__).parent
FIRST_CALL = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from cases import bundled, plan_of
from comity.simulate.block import new_slot, run_block
plan = plan_of(bundled())
begun, busy = time.perf_counter(), time.process_time()
run_block(plan, new_slot(plan), 0)
wall, own, second = time.perf_counter() - begun, time.process_time() - busy, os.times()
print(wall, own, second.children_user + second.children_system)
"""
LARGE = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from cases import bundled
from speed import kernel_run, peak_memory
from comity.core.keeping import Keep
inputs, folder = bundled(), Path(sys.argv[3])
kernel_run(inputs, 256)
before, kept = peak_memory(), []
begun = time.perf_counter()
keep = Keep(folder, resume=True, kept=lambda *_: kept.append(time.perf_counter()))
kernel_run(inputs, int(sys.argv[2]), n_threads=0, keep=keep)
after = peak_memory()
print(time.perf_counter() - begun, before, after, len(kept))
"""


Clock = Callable[[], float]


def seconds(call: Callable[[], object], clock: Clock = time.process_time) -> float:
    """Return how long a call takes."""
    begun = clock()
    call()
    return clock() - begun


def best(call: Callable[[], object], times: int = 3, clock: Clock = time.process_time) -> float:
    """Return the shortest of some calls, since other work on the machine only ever slows."""
    return min(seconds(call, clock) for _ in range(times))


def peak_memory() -> float:
    """Return the most memory that this process has had, in MB.

    Read from Linux itself: what ``getrusage`` says begins with the parent's peak.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def kernel_run(
    inputs: Inputs,
    n: int,
    *,
    n_months: int = MONTHS,
    n_threads: int = 1,
    n_draws: int = N_DRAWS,
    keep_paths: bool = False,
    keep: Keep | None = None,
) -> Ensemble:
    """Return the ensemble of the baseline."""
    case, start, history = inputs
    return simulate_scenario(
        case,
        find_scenario(case, "baseline"),
        start=start,
        history=history,
        settings=settings(n, n_months=n_months, n_threads=n_threads, n_draws=n_draws),
        keep_paths=keep_paths,
        keep=keep,
    )


def kernel_rate(inputs: Inputs, n: int, n_threads: int) -> float:
    """Return members per second, planning and summaries included."""
    clock = time.process_time if n_threads == 1 else time.perf_counter
    return n / best(lambda: kernel_run(inputs, n, n_threads=n_threads), clock=clock)


def numpy_rates(plan: Plan, sizes: Iterable[int]) -> dict[int, float]:
    """Return members per second of vectorized NumPy by size of a chunk, one thread."""
    from numpy_simulator import simulate_chunk

    rates = {}
    for size in sizes:
        chunk = dataclasses.replace(plan, block_size=size)
        rates[size] = size / best(lambda chunk=chunk: simulate_chunk(chunk, 0))
    return rates


def mesa_rate(plan: Plan, n: int = 12) -> float:
    """Return members per second of the Mesa model, one thread."""
    from mesa_simulator import run_members

    return n / best(lambda: run_members(plan, range(n)))


def guard(plan: Plan, n_blocks: int = 4, times: int = 3) -> tuple[float, float]:
    """Return nanoseconds per member and month of the kernel and of filling its dense streams.

    Both on one thread, one after the other, so that a slow machine slows both.
    """
    slot, n_months = new_slot(plan), plan.layout.n_months
    run_block(plan, slot, 0)
    refill(slot.draws, 0)

    def fill() -> None:
        for t in range(n_months):
            refill(slot.draws, t)

    pairs = [(seconds(lambda: run_block(plan, slot, 0)), seconds(fill))
             for _ in range(n_blocks * times)]  # fmt: skip
    each = plan.block_size * n_months
    kernel, filling = (1e9 * min(column) / each for column in zip(*pairs, strict=True))
    return kernel, filling


def first_calls() -> tuple[list[float], list[float]]:
    """Return seconds of the kernel's first call, with an empty cache and from the cache.

    On the wall, of the CPU, and of the CPU in the second process that helps to compile, imports
    included; that is 0 where none was started, and on Windows, which does not say.
    """
    with tempfile.TemporaryDirectory() as folder:
        cold, warm = (_printed(FIRST_CALL, XDG_CACHE_HOME=folder) for _ in range(2))
    return cold, warm


def large(n: int = 1_000_000) -> tuple[float, float, float, int]:
    """Return seconds and peak memory in MB before and after so many members with summaries.

    The sums are kept on disk as the command line keeps them; last, how often.
    """
    with tempfile.TemporaryDirectory() as folder:
        took, before, after, n_kept = _printed(LARGE, str(n), folder)
    return took, before, after, int(n_kept)


def _printed(program: str, *arguments: str, **environment: str) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", program, str(HERE), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(word) for word in done.stdout.split()]


def scaling(inputs: Inputs) -> dict[str, dict[int, float]]:
    """Return seconds by size: of members and months of the case, of states and spokes generated."""
    n = 20_000

    def small(n_states: int, n_spokes: int) -> float:
        plan = plan_of(generated(n_states, n_spokes), 2_560, n_draws=10)
        slot = new_slot(plan)
        return best(lambda: [run_block(plan, slot, k) for k in range(plan.n_blocks)])

    return {
        "members": {
            size: best(lambda size=size: kernel_run(inputs, size), 2)
            for size in (5_000, 20_000, 80_000)
        },
        "months": {
            size: best(lambda size=size: kernel_run(inputs, n, n_months=size), 2)
            for size in (30, 60, 120, 240)
        },
        "states (2 spokes)": {size: small(size, 2) for size in range(3, 9)},
        "spokes (of 7 states)": {size: small(7, size) for size in range(2, 6)},
    }


def slope(costs: dict[int, float]) -> float:
    """Return the slope of log cost on log size."""
    sizes, values = np.log(list(costs)), np.log(list(costs.values()))
    return float(np.polyfit(sizes, values, 1)[0])

"""Members per second: the compiled kernel beside vectorized NumPy and Mesa, in one run.

First all must say the same: means and variances of relations at all months and outcome shares
within three Monte Carlo errors (for the largest of some thousand comparisons: what a normal passes
that often as 3 errors are passed once). Then each is timed on its own, the kernel compiled before;
the best of three, since other work on the machine only ever slows, and in CPU seconds what runs on
one thread. Run from the repository root
with ``python benchmarks/simulate`` or ``make bench``; ``--scaling`` adds cost against size and
``--large`` memory and time of a million members; ``--members`` says in how many NumPy must agree;
``--first-call`` times the first call and nothing else. Mesa is optional: ``pip install mesa``.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy on one thread, as its row says

import numpy as np
from agree import is_agreed, relation_gaps, share_gaps, shares
from cases import MONTHS, Inputs, bundled, plan_of
from numpy_simulator import simulate_chunk
from speed import (
    first_calls,
    guard,
    kernel_rate,
    kernel_run,
    large,
    mesa_rate,
    numpy_rates,
    scaling,
    slope,
)

from comity.core.ensemble import Ensemble
from comity.simulate.outcomes import asked_outcomes
from comity.simulate.pool import thread_count

N_KERNEL, N_MESA, AGREE_DRAWS = 16_000, 300, 16
N_SPEED = 100_000
"""The default run: 200 worlds in each of 500 parameter draws."""
NUMPY_CHUNKS = (500, 1_000, 2_000, 5_000, 10_000)
MESA_MONTHS = (11, 59, 119)
HAS_MESA = importlib.util.find_spec("mesa") is not None


def relations_of(kernel: Ensemble) -> np.ndarray:
    """Return the kernel's relations, (dyad, month, member)."""
    assert kernel.paths is not None
    return np.moveaxis(kernel.paths.astype(float), 0, 2)


def numpy_agrees(inputs: Inputs, n: int) -> bool:
    """Compare NumPy with the kernel in every month of n members, over 16 parameter draws."""
    kernel = kernel_run(inputs, n, n_threads=0, n_draws=AGREE_DRAWS, keep_paths=True)
    plan = plan_of(inputs, n, n_draws=AGREE_DRAWS)
    plan = dataclasses.replace(plan, block_size=n // AGREE_DRAWS)
    outcomes = asked_outcomes(inputs[0], MONTHS)
    relations, happened = [], []
    for chunk in range(plan.n_blocks):
        trace = simulate_chunk(plan, chunk)
        relations.append(trace.relation.astype(float))
        happened.append(shares(plan, outcomes, trace, chunk))
    gaps = relation_gaps(relations_of(kernel), np.concatenate(relations, axis=2))
    ours = np.array([item.probability for item in kernel.outcomes])
    theirs = np.mean(happened, axis=0)
    gaps["outcomes"] = share_gaps(ours, theirs, n, n)
    return is_agreed(f"NumPy ({n:,} members)", gaps)


def mesa_agrees(inputs: Inputs) -> bool:
    """Compare a few hundred members of Mesa with the kernel in three months of one draw."""
    from mesa_simulator import simulate_members

    kernel = kernel_run(inputs, N_KERNEL, n_threads=0, n_draws=1, keep_paths=True)
    plan = dataclasses.replace(plan_of(inputs, N_MESA, n_draws=1), block_size=N_MESA)
    outcomes = asked_outcomes(inputs[0], MONTHS)
    trace = simulate_members(plan, range(N_MESA))
    months = list(MESA_MONTHS)
    gaps = relation_gaps(relations_of(kernel)[:, months], trace.relation[:, months].astype(float))
    del gaps["variances"]  # of so few members, and tails so heavy, they tell nothing
    ours = np.array([item.probability for item in kernel.outcomes])
    theirs = shares(plan, outcomes, trace, 0)
    gaps["outcomes"] = share_gaps(ours, theirs, N_KERNEL, N_MESA)
    return is_agreed(f"Mesa ({N_MESA:,} members)", gaps)


def print_speed(inputs: Inputs) -> None:
    """Time everything that simulates, and print members per second."""
    plan, threads = plan_of(inputs, N_SPEED), thread_count(0)
    by_chunk = numpy_rates(plan, NUMPY_CHUNKS)
    size = max(by_chunk, key=by_chunk.__getitem__)
    rates = {f"NumPy, one thread, chunks of {size:,}": by_chunk[size]}
    if HAS_MESA:
        rates["Mesa, one thread"] = mesa_rate(plan)
    kernel, filling = guard(plan)
    rates["comity's kernel alone, one thread"] = 1e9 / (kernel * MONTHS)
    rates["comity, one thread"] = kernel_rate(inputs, N_SPEED // 2, 1)
    for n_threads in dict.fromkeys((2, threads)):
        if 1 < n_threads <= threads:
            rates[f"comity, {n_threads} threads"] = kernel_rate(inputs, N_SPEED, n_threads)
            rates["the same, 400 members in a draw"] = kernel_rate(inputs, 2 * N_SPEED, n_threads)
    print(f"members of {MONTHS} months per second; NumPy and Mesa without plan and summaries")
    for name, rate in rates.items():
        print(f"  {name:<36}{rate:>11,.1f}{rate / by_chunk[size]:>10.2f} x NumPy", end="")
        print(f"{rate / rates['Mesa, one thread']:>10,.0f} x Mesa" if HAS_MESA else "")
    chunks = ", ".join(f"{size:,}: {rate:,.0f}" for size, rate in by_chunk.items())
    print(f"  NumPy by size of chunk: {chunks}")
    print("nanoseconds per member and month, one thread")
    print(f"  kernel {kernel:,.0f}, filling its {plan.dense.size} dense streams {filling:,.0f}")
    print(f"  guard: kernel / filling = {kernel / filling:.2f}")
    print_first_calls()


def print_first_calls() -> None:
    """Print what the first call takes.

    With two cores to itself it takes as long as the busier of its two processes.
    """
    cold, warm = first_calls()
    print(
        f"first call: {cold[0]:.1f} s with an empty cache (CPU: {cold[1]:.1f} s and, in a "
        f"second process, {cold[2]:.1f} s), {warm[0]:.2f} s from the cache ({warm[1]:.2f} s)"
    )


def print_scaling(inputs: Inputs) -> None:
    """Print cost against size."""
    print("cost against size, one thread, CPU seconds")
    for name, costs in scaling(inputs).items():
        row = "".join(f"{size:>9,}:{cost:>7.3f}" for size, cost in costs.items())
        print(f"  {name:<22}{row}  log-log slope {slope(costs):.2f}")


def main() -> None:
    """Check that all agree, time them, print the table."""
    parser = argparse.ArgumentParser(description="Speed of the simulator beside NumPy and Mesa.")
    parser.add_argument("--scaling", action="store_true", help="cost against size, too")
    parser.add_argument("--large", action="store_true", help="a million members, too")
    parser.add_argument("--members", type=int, default=N_KERNEL, help="in which NumPy must agree")
    parser.add_argument("--first-call", action="store_true", help="seconds of the first call only")
    asked = parser.parse_args()
    if asked.first_call:
        print_first_calls()
        return
    inputs = bundled()
    case, index = inputs[0], inputs[0].index
    plan = plan_of(inputs)
    print(
        f"{case.id}: {MONTHS} months, {len(index)} states, {index.n_dyads} pairs, "
        f"{len(plan.layout.agreements)} agreements, {len(plan.layout.dockets)} dockets"
    )
    agree = numpy_agrees(inputs, asked.members // AGREE_DRAWS * AGREE_DRAWS)
    if HAS_MESA:
        agree = mesa_agrees(inputs) and agree
    else:
        print("Mesa is not installed, so its rows are left out; `pip install mesa` brings them.")
    print_speed(inputs)
    if asked.scaling:
        print_scaling(inputs)
    if asked.large:
        took, before, after, n_kept = large()
        print(
            f"1,000,000 members of {MONTHS} months with summaries: {took:,.0f} s on all threads, "
            f"peak memory {after:,.0f} MB ({before:,.0f} MB before), sums kept {n_kept} times"
        )
    if not agree:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

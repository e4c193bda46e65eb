"""Members per second: the compiled ensemble beside vectorized NumPy, in one run on one machine.

First both must say the same: means and variances of relations and outcome probabilities within
three Monte Carlo errors (for the largest of some thousand comparisons: what a normal passes that
often as 3 errors are passed once). Then each is timed on its own, the kernel compiled before; the
best of three, since other work on the machine only ever slows. Run from the repository root with
``python benchmarks/bench_simulate.py`` or ``make bench``.
"""

from __future__ import annotations

import dataclasses
import statistics
import time

import numpy as np
from numpy_simulator import simulate_chunk

from comity.core.case import Case
from comity.core.history import DriverHistory
from comity.core.relations import RelationStart
from comity.core.settings import Settings
from comity.simulate import simulate_scenario
from comity.simulate.block import plan_run
from comity.simulate.compose import find_scenario
from comity.simulate.outcomes import asked_outcomes, outcome_happened
from comity.simulate.pool import thread_count

MONTHS = 120
NUMPY_CHUNK = 2000  # the fastest of 500, 1000, 2000 and 5000 here
ERRORS = 3
N_DRAWS = 250
SEED = 1


def bundled() -> tuple[Case, RelationStart, DriverHistory]:
    """Return the first bundled case with a random start of the measured size."""
    from comity.record import bundled_cases, driver_history, load_case

    case = load_case(next(iter(bundled_cases())))
    rng, shape = np.random.default_rng(6), (64, case.index.n_dyads)
    start = RelationStart(
        intercept=rng.normal(0.3, 0.1, 64),
        mean=rng.normal(0, 0.8, shape[1]) + np.zeros(shape),
        level=rng.normal(0, 0.4, shape),
        flare=rng.normal(0, 0.3, shape),
        level_memory=rng.uniform(0.95, 0.99, 64),
        level_step_sd=rng.uniform(0.05, 0.15, shape),
        flare_memory=rng.uniform(0.2, 0.7, 64),
        flare_step_sd=rng.uniform(0.1, 0.4, shape),
        month=case.last_month,
    )
    return case, start, driver_history(case)


def numpy_run(plan, outcomes, n_chunks: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Return relations (dyad, month, member), outcome shares, and the best seconds."""
    seconds, relations, happened = [], [], np.zeros(len(outcomes))
    for chunk in range(n_chunks):
        begun = time.perf_counter()
        trace = simulate_chunk(plan, chunk)
        seconds.append(time.perf_counter() - begun)
        relations.append(trace.relation)
        happened += [outcome_happened(plan, item, trace, chunk).sum() for item in outcomes]
    relation = np.concatenate(relations, axis=2)
    return relation, happened / relation.shape[2], min(seconds) * n_chunks


def moments(relation: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return mean, variance, and the squared Monte Carlo error of each."""
    n, mean, variance = relation.shape[2], relation.mean(axis=2), relation.var(axis=2)
    # Tails are heavy (t4 government effects, flares): the fourth moment is measured, not assumed.
    fourth = ((relation - mean[..., None]) ** 4).mean(axis=2)
    return mean, variance, variance / n, (fourth - variance**2) / n


def gaps(kernel, relation: np.ndarray, share: np.ndarray) -> dict[str, np.ndarray]:
    """Return every difference in Monte Carlo errors of both sides together."""
    ours, theirs = moments(np.moveaxis(kernel.paths.astype(float), 0, 2)), moments(relation)
    weight = 1 / kernel.n_members + 1 / relation.shape[2]
    outcomes = [
        (item.probability - p) / np.sqrt(max(p * (1 - p), 1e-4) * weight)
        for item, p in zip(kernel.outcomes, share, strict=True)
    ]
    return {
        "means": (ours[0] - theirs[0]) / np.sqrt(ours[2] + theirs[2]),
        "variances": (ours[1] - theirs[1]) / np.sqrt(ours[3] + theirs[3]),
        "outcomes": np.array(outcomes),
    }


def main() -> None:
    """Check that both agree, time both, print the table."""
    case, start, history = bundled()
    scenario = find_scenario(case, "baseline")
    threads = thread_count(0)

    def run(n: int, n_threads: int, keep_paths: bool = False):
        settings = Settings(
            n_members=n, n_months=MONTHS, n_draws=N_DRAWS, seed=SEED, n_threads=n_threads
        )
        begun = time.perf_counter()
        ensemble = simulate_scenario(
            case, scenario, start=start, history=history, settings=settings, keep_paths=keep_paths
        )
        return ensemble, time.perf_counter() - begun

    run(1, 1)  # compile, or read the kernel from the cache
    settings = Settings(n_members=1, n_months=MONTHS, n_draws=N_DRAWS, seed=SEED)
    plan = plan_run(case, scenario, start=start, history=history, settings=settings)
    plan = dataclasses.replace(plan, block_size=NUMPY_CHUNK)
    outcomes = asked_outcomes(case, MONTHS)
    n_kernel, n_chunks = 16_000, 8
    n_numpy = n_chunks * NUMPY_CHUNK
    relation, share, seconds_numpy = numpy_run(plan, outcomes, n_chunks)
    found = gaps(run(n_kernel, threads, keep_paths=True)[0], relation, share)
    del relation
    seconds_all = min(run(n_kernel, threads)[1] for _ in range(3))
    seconds_one = min(run(n_kernel // 2, 1)[1] for _ in range(3))
    bound = statistics.NormalDist().inv_cdf(1 - 0.00135 / sum(gap.size for gap in found.values()))
    largest = max(float(np.abs(gap).max()) for gap in found.values())
    print(
        f"{case.id}: {MONTHS} months, {case.index.n_dyads} pairs, {len(case.agreements)} agreements"
    )
    for name, gap in found.items():
        print(f"  {name}: largest of {gap.size} differences {np.abs(gap).max():.2f} errors")
    print(f"  bound {bound:.2f}: they {'agree' if largest < bound else 'DISAGREE'}")
    rate_numpy = n_numpy / seconds_numpy
    for name, rate in (
        ("NumPy, one thread", rate_numpy),
        ("comity, one thread", n_kernel // 2 / seconds_one),
        (f"comity, {threads} threads", n_kernel / seconds_all),
    ):
        print(f"{name:<22}{rate:>12,.0f} members/s {rate / rate_numpy:>8.1f} x")
    if largest >= bound:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

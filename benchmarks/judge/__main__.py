"""Screening plus indices of the first case, beside EMA workbench with SALib, in one run.

comity screens everything that is not known and shares out the variance among the strongest dozen:
1,024 base samples, 500 worlds a point, all outcomes that fall due within five years at once. It
must end in under ten minutes on two cores. EMA workbench then runs the same model, comity's kernel
at one point a call, in two processes, on a stated subsample that is extrapolated to as many points;
before that both must say the same at the same points. SALib works out the indices from comity's own
answers, which shows what noise does to an estimator that does not know of it. On a machine with
other work CPU seconds tell more than the clock: both are printed.

Run from the repository root with ``python benchmarks/judge`` or ``make bench``; ``--bases`` and
``--samples`` take fewer points, from which the full design is extrapolated, and ``--write FILE``
keeps what was found as the JSON document of ``comity sensitivity``. EMA workbench and SALib are
optional: ``pip install ema_workbench SALib``.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from ema_peer import ema_points, salib_total, same_answers

from comity.cli.sensitivity_document import sensitivity_document
from comity.core.sensitivity import Indices, Screening, Sensitivity
from comity.core.settings import Settings
from comity.record import load_case
from comity.study.cache import StepCache
from comity.study.factors import factors_of
from comity.study.sensitivity import N_BASE, N_BASES, N_TOP, N_WORLDS, screen, share_out
from comity.study.study import Study

MOST_SECONDS = 600
N_NOISY = 512
"""Base samples of the comparison with SALib."""
N_EMA = 4
"""Base samples that EMA workbench runs; it takes 2 (number of factors + 1) points for each."""
PEERS = ("ema_workbench", "SALib")


def timed(words: str, n_points: int, n_worlds: int, months: int, run: Callable[[], Any]) -> Any:
    """Run once and print how long it took and how much was simulated; return result and times."""
    clock, cpu = time.perf_counter(), time.process_time()
    found = run()
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    futures = n_points * n_worlds
    print(f"  {words:<28} {n_points:>7,} points {clock:>7.0f} s   CPU {cpu:>6.0f} s   "
          f"{n_points / clock:>6,.0f} points/s   {futures / clock:>9,.0f} futures/s   "
          f"{futures * months / cpu / 1e6:.2f} million member-months/CPU s")  # fmt: skip
    return found, clock, cpu


def peers() -> bool:
    """Say what is installed of the peers; return whether all are."""
    missing = [name for name in PEERS if importlib.util.find_spec(name) is None]
    versions = (f"{name} {importlib.metadata.version(name)}" for name in PEERS
                if name not in missing)  # fmt: skip
    print("Peers:", ", ".join(versions) or "none installed")
    if missing:
        print(f"  {' and '.join(missing)} not installed, so this part is left out; "
              f"`pip install {' '.join(missing)}` brings it.")  # fmt: skip
    return not missing


def comity_part(study: Study, n_bases: int, n_base: int) -> tuple[Screening, Indices, float, float]:
    """Screen and share out, printing times; return both with clock and CPU seconds a point."""
    months = study.settings.n_months
    n_factors = len(factors_of(study, ["baseline"], months).items)
    n_outcomes = sum(1 <= item.lead(study.case.last_month) <= months
                     for item in study.case.outcomes)  # fmt: skip
    print(f"comity: {n_factors} factors, {n_outcomes} outcomes, {months} months, {N_WORLDS} worlds "
          f"a point, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    screening, clock, cpu = timed(
        "screening", n_bases * (1 + n_factors), N_WORLDS, months,
        lambda: screen(study, n_bases=n_bases),
    )  # fmt: skip
    names = screening.strongest(N_TOP)
    n_points = n_base * (len(names) + 3)
    indices, clock_2, cpu_2 = timed(
        "indices", n_points, N_WORLDS, months, lambda: share_out(study, names, n_base=n_base)
    )
    more = N_BASES / n_bases, N_BASE / n_base
    both, both_cpu = clock * more[0] + clock_2 * more[1], cpu * more[0] + cpu_2 * more[1]
    word = "together" if more == (1, 1) else "the full design, extrapolated:"
    print(f"  {word} {both:.0f} s by the clock, {both_cpu:.0f} CPU s, {both_cpu / 2:.0f} s on "
          f"two free cores; the limit is {MOST_SECONDS} s")  # fmt: skip
    return screening, indices, clock_2 / n_points, cpu_2 / n_points


def peer_part(study: Study, indices: Indices, clock: float, cpu: float) -> bool:
    """Time EMA workbench on the same points; return whether it says the same."""
    names = [item.name for item in indices.factors if item.kind != "rest"]
    agree = same_answers(study, names)
    print(f"  the same answers at the same points: {agree}")
    n_runs, seconds, cpu_seconds = ema_points(study, names, N_EMA)
    per_run, per_run_cpu = seconds / n_runs, cpu_seconds / n_runs
    n_points = indices.n_base * (len(names) + 3)
    print(f"  EMA workbench, two processes: {n_runs} points in {seconds:.1f} s (CPU "
          f"{cpu_seconds:.1f} s): {1 / per_run:.1f} points/s; {n_points:,} points would take "
          f"{per_run * n_points:,.0f} s (CPU {per_run_cpu * n_points:,.0f} s)")  # fmt: skip
    print(f"  comity: {clock * n_points:,.0f} s (CPU {cpu * n_points:,.0f} s) for the same: "
          f"{per_run / clock:.1f} times as fast by the clock, {per_run_cpu / cpu:.1f} in CPU "
          "seconds")  # fmt: skip
    return agree


def noise_part(study: Study, n_base: int) -> None:
    """Print what SALib makes of noisy answers beside comity, for the noisiest outcomes."""
    print("Total effect of a factor that does nothing, 20 worlds a point (truth 0):")
    for quantity, ours, theirs in salib_total(study, n_base):
        print(f"  {quantity:<28} comity {ours:+.3f}   SALib {theirs:+.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bases", type=int, default=N_BASES)
    parser.add_argument("--samples", type=int, default=N_BASE)
    parser.add_argument("--write", type=Path, metavar="FILE")
    asked = parser.parse_args()
    study = Study(load_case("japan-korea-us"), Settings(use_cache=False), cache=StepCache(None))
    study.relations, study.history  # noqa: B018  measured before the clock runs
    screen(study, n_bases=2, n_worlds=4)  # compiled before the clock runs
    screening, indices, clock, cpu = comity_part(study, asked.bases, asked.samples)
    told = [name for name in indices.quantities if indices.explains(name)]
    print(f"  outcomes with variance to explain: {len(told)} of {len(indices.quantities)}; "
          f"factors that changed nothing: {len(screening.idle)}")  # fmt: skip
    widths = (indices.total_high - indices.total_low)[:, :-1]
    print(f"  median width of the 95% interval of a total effect: {np.nanmedian(widths):.3f}")
    if asked.write is not None:
        found = Sensitivity(study.case.id, "baseline", "", study.settings.n_months, screening,
                            indices)  # fmt: skip
        document = sensitivity_document(study, [found], screening.strongest(N_TOP))
        asked.write.write_text(document.model_dump_json(by_alias=True, indent=1), "utf-8")
    if not peers():
        return
    agree = peer_part(study, indices, clock, cpu)
    noise_part(study, N_NOISY)
    if not agree:
        raise SystemExit("the two do not say the same: the times mean nothing")


if __name__ == "__main__":
    main()

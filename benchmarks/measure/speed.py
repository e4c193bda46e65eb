"""Seconds and memory: six states by month with three sticks, then a world of 200 states.

``COMITY_BENCH_STATES`` chooses a smaller world. Acts are invented.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from invented import invented_counts

from comity.measure.panel_fit import PanelFit, fit_panel
from comity.measure.panel_read import read_panel
from comity.measure.sticks import STICKS

N_MONTHS = 360
ACTS_A_MONTH = 1.0
WORLD_STATES = 200
FITTED = (300, 2000)  # pairs behind the hyper-parameters of the world, and of the check
N_REPEATS = 5


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def peak_gigabytes() -> float:
    unit = 1024**3 if sys.platform == "darwin" else 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def row(words: str, figure: float, unit: str = "s") -> None:
    print(f"{words:<64}{figure:>10.2f} {unit}", flush=True)


def main() -> int:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    six = invented_counts(6, N_MONTHS, 4.0)
    fit_panel(invented_counts(6, 24, 4.0))  # compile
    fits: list[PanelFit] = []
    taken = seconds(lambda: fits.extend(fit_panel(six, stick=stick) for stick in STICKS))
    row(f"six states x {N_MONTHS} months, three sticks: hyper-parameters", taken)
    read = [
        seconds(lambda: [read_panel(fit, six, smooth=True) for fit in fits])
        for _ in range(N_REPEATS)
    ]
    row("the same: filter and smoother, every pair and stick", statistics.median(read))
    world = invented_counts(int(os.environ.get("COMITY_BENCH_STATES", WORLD_STATES)), N_MONTHS,
                            ACTS_A_MONTH)  # fmt: skip
    n_pairs = world.index.n_dyads
    heard = len(np.unique(world.index.n_directed * world.time + world.directed))
    print(
        f"{n_pairs} pairs x {N_MONTHS} months; {heard / N_MONTHS / 2 / n_pairs:.0%} of cells heard"
    )
    found: list[PanelFit] = []
    row(
        f"world, one stick: hyper-parameters from {FITTED[0]} pairs, effects from all",
        seconds(lambda: found.append(fit_panel(world, n_fitted_pairs=FITTED[0]))),
    )
    row("world, one stick: one pass over all pairs", seconds(lambda: read_panel(found[0], world)))
    row("peak memory", peak_gigabytes(), "GB")
    row(
        f"check: hyper-parameters from {FITTED[1]} pairs, begun at the first",
        seconds(lambda: found.append(fit_panel(world, n_fitted_pairs=FITTED[1], begin=found[0]))),
    )
    few, many = found
    moved = np.abs(few.mode.point - many.mode.point) * np.sqrt(np.diag(-few.mode.hessian))
    row("largest difference of a hyper-parameter, in sd given the others", moved.max(), "sd")
    readings = [read_panel(fit, world) for fit in found]
    mean = [reading.dyad_filtered_mean.astype(float) for reading in readings]
    sd = [reading.dyad_filtered_sd.astype(float) for reading in readings]
    apart = (mean[0] - mean[1]) / sd[1]
    row("readings of all pairs apart, in their sd: root mean square", (apart**2).mean() ** 0.5, "")
    row("the same: 99th percentile", float(np.quantile(np.abs(apart), 0.99)), "")
    row("sds of the readings, few over many: mean", (sd[0] / sd[1]).mean(), "")
    print(f"  few:  {words_of(few)}\n  many: {words_of(many)}")
    return 0


def words_of(fit: PanelFit) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in fit.hyperparameters.items())

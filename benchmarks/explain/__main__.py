"""The driver model on a world panel: seconds, memory, errors; and a plain mixed model beside it.

Run from the repository root: ``python benchmarks/explain``. Relations, drivers and acts are
invented, so that every effect is known. ``COMITY_BENCH_STATES`` chooses a smaller world.

statsmodels' mixed model gets the same responses of drivers and the years, with an effect of each
pair, on growing numbers of pairs for as long as it takes under two minutes. It has no governments
and no memory of relations: what that does to its intervals is printed.
"""

from __future__ import annotations

import os
import platform
import resource
import sys
import time

# Before numpy is loaded: many small linear systems, which threads only slow down.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from invented import EFFECTS, HALF_LIFE, World, invented_world

from comity.explain.assumptions import driver_memory
from comity.explain.panel_model import PanelFit, fit_panel

N_MONTHS = 360
WORLD_STATES = 200
N_KEEP = 400
N_DRAWS = 2
MIXED_PAIRS = (50, 200, 800, 3200)
MIXED_SECONDS = 120.0


def peak_gigabytes() -> float:
    unit = 1024**3 if sys.platform == "darwin" else 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def fitted(world: World) -> tuple[PanelFit, float]:
    begun = time.perf_counter()
    fit = fit_panel(
        world.evidence, world.columns, world.priors, government=world.government,
        period=world.period, n_keep=N_KEEP,
    )  # fmt: skip
    return fit, time.perf_counter() - begun


def print_errors(words: str, estimate: np.ndarray, se: np.ndarray) -> None:
    error = estimate - EFFECTS
    inside = np.abs(error) <= 1.2816 * se
    print(
        f"  {words}: root mean squared error {np.sqrt((error**2).mean()):.4f}, stated standard "
        f"error {np.sqrt((se**2).mean()):.4f}, 80% intervals hold {inside.sum()} of {len(inside)}",
        flush=True,
    )


def print_world(n_states: int, n_months: int, heard: float, words: str) -> None:
    world = invented_world(n_states, n_months, heard=heard, n_draws=N_DRAWS)
    n_own = int(world.government.max(axis=1).sum()) + len(world.government)
    fit, seconds = fitted(world)
    print(
        f"{words}: {world.evidence.index.n_dyads:,} pairs x {n_months} months, "
        f"{len(world.evidence.time):,} pair-months heard, {n_own:,} government effects, {N_DRAWS} "
        f"draws of the measurement, {N_KEEP} posterior draws: {seconds:.0f} s, peak "
        f"{peak_gigabytes():.1f} GB",
        flush=True,
    )
    print_errors("comity", fit.mean, np.sqrt(np.diag(fit.covariance)))


def mixed_model(world: World) -> tuple[np.ndarray, np.ndarray, float]:
    """Return estimates, standard errors and seconds of statsmodels' mixed model."""
    import statsmodels.api as sm

    responses = world.columns.matrix(driver_memory(HALF_LIFE))
    pair, when = np.nonzero(np.isfinite(world.readings))
    years = (world.period[when][:, None] == np.arange(world.period[-1] + 1)).astype(float)
    design = np.column_stack([responses[pair, :, when], years])
    begun = time.perf_counter()
    model = sm.MixedLM(world.readings[pair, when], design, groups=pair)
    fit = model.fit(reml=True)
    n = len(EFFECTS)
    return fit.params[:n], fit.bse[:n], time.perf_counter() - begun


def of_pairs(world: World, n_pairs: int) -> World:
    """Return the world with all but the first pairs silent."""
    readings = world.readings.copy()
    readings[n_pairs:] = np.nan
    return world._replace(readings=readings)


def print_mixed(n_states: int) -> None:
    world = invented_world(n_states, N_MONTHS, heard=0.3, seed=2)
    print("A plain mixed model of the same responses (statsmodels MixedLM)")
    n_pairs = 0
    for n_pairs in [n for n in MIXED_PAIRS if n <= len(world.readings)]:
        estimate, se, seconds = mixed_model(of_pairs(world, n_pairs))
        print(f"  {n_pairs} pairs: {seconds:.1f} s, peak {peak_gigabytes():.1f} GB")
        print_errors("mixed model", estimate, se)
        if seconds > MIXED_SECONDS / 4:
            break
    evidence = world.evidence
    kept = evidence.without(evidence.pair >= n_pairs)
    fit, seconds = fitted(world._replace(evidence=kept))
    print(f"  comity on the same {n_pairs} pairs: {seconds:.1f} s")
    print_errors("comity", fit.mean, np.sqrt(np.diag(fit.covariance)))


def main() -> int:
    n_states = int(os.environ.get("COMITY_BENCH_STATES", WORLD_STATES))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    fitted(invented_world(6, 36, heard=0.5))  # compile
    print_mixed(min(n_states, 81))
    print_world(n_states, N_MONTHS, 0.2, "A world with a fifth of its months heard")
    print_world(n_states, N_MONTHS, 1.0, "A world with every month heard")
    return 0


if __name__ == "__main__":
    sys.exit(main())

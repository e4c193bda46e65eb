"""How often intervals hold what they say, and how often what cannot be asked is refused.

Run from the repository root: ``python benchmarks/explain/coverage.py``. Every panel is simulated
with known effects; shares are printed with their Monte Carlo error. ``COMITY_PANELS`` sets the
number of panels, 1,500 by default; designs and refusals take a tenth of it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.special import ndtri

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.fixtures.confounded_panels import TRUTH, confounded
from tests.fixtures.simulated_panels import (
    World,
    judged_effects,
    made_priors,
    simulate_world,
)
from tests.fixtures.turnover_panels import ALL_TOUCHED, FEW_TOUCHED, studied

from comity.core.effects import DriverEffect
from comity.explain.calendar import calendar_part
from comity.explain.columns import driver_columns
from comity.explain.explain import estimate_effects
from comity.explain.panel_model import fit_panel
from comity.explain.thresholds import threshold

NAMES, PRIOR_SD = ("driver_0", "driver_1"), 0.4
LEVELS = (0.8, 0.95)


def share(hits: Sequence[bool] | np.ndarray) -> str:
    """Return a share in percent with its Monte Carlo error."""
    p, n = float(np.mean(hits)), len(hits)
    return f"{100 * p:5.1f}% ({100 * np.sqrt(p * (1 - p) / n):.1f}) of {n:,}"


def told(words: str, *shares: str) -> None:
    print(f"  {words}: " + "; ".join(shares), flush=True)


def print_effects(n: int) -> None:
    """Print coverage of effects and of the scale of governments, all drawn from the prior."""
    print(f"Effects and scale of governments drawn from the prior, {n:,} panels of 10 pairs x 96")
    generator = np.random.default_rng(50_000)
    inside: dict[float, list[bool]] = {level: [] for level in LEVELS}
    scales: dict[float, list[bool]] = {level: [] for level in LEVELS}
    z: list[float] = []
    for number in range(n):
        effects = PRIOR_SD * generator.standard_normal(2)
        scale = 0.5 * abs(float(generator.standard_normal()))
        world = simulate_world(
            50_001 + number, n_states=5, n_times=96, effects=effects, government_sd=scale
        )
        priors = made_priors(NAMES, sd=PRIOR_SD)
        fit = fit_panel(
            world.evidence, driver_columns(world.panel, NAMES, priors), priors,
            government=world.panel.government, period=world.period, n_keep=200, seed=number,
            n_threads=1,
        )  # fmt: skip
        for level in LEVELS:
            ends = (0.5 - level / 2, 0.5 + level / 2)
            for name, effect in zip(NAMES, effects, strict=True):
                low, high = fit.quantiles(name, ends)
                inside[level].append(bool(low <= effect <= high))
            low, high = np.quantile(fit.government_sd, ends)
            scales[level].append(bool(low <= scale <= high))
        z += ((effects - fit.mean) / np.sqrt(np.diag(fit.covariance))).tolist()
    told("effects, 80% and 95%", *(share(inside[level]) for level in LEVELS))
    told("scale of governments", *(share(scales[level]) for level in LEVELS))
    print(f"  errors have {np.std(z):.3f} times the stated standard deviation")


def print_event_studies(n: int) -> None:
    print(f"Event studies of a jump of 2, {n:,} panels of 28 pairs x 240")
    for words, tries in (
        ("all pairs touched", ALL_TOUCHED), ("about ten pairs touched", FEW_TOUCHED),
    ):  # fmt: skip
        found = studied(range(60_000, 60_000 + n), tries)
        half = [ndtri(0.5 + level / 2) for level in LEVELS]
        told(
            f"{words}, mean after, 80% and 95%",
            *(share(found.is_covered(level)) for level in LEVELS),
        )
        told(
            "  the same by normal intervals",
            *(share(np.abs(found.error) <= h * found.se) for h in half),
        )
        told("  leads reject at 5%", share(found.lead_p < 0.05))


def row_of(world: World, prior_sd: float) -> DriverEffect:
    volume = np.random.default_rng(1).poisson(2.0, world.relation.shape)
    found = estimate_effects(
        world.evidence, world.panel, judged_effects(world.panel.names, sd=prior_sd), volume=volume,
        n_keep=60, n_shuffles=99, n_threads=1,
    )  # fmt: skip
    return found.rows[0]


def print_designs(n: int) -> None:
    """Print what designs and the plain association cover where the driver follows the relation."""
    print(
        f"A driver that partly follows the relation, effect {TRUTH}, {n:,} panels of 28 pairs x 180"
    )
    for kind in ("dates", "calendar"):
        rows = [row_of(confounded(seed, kind), 0.8) for seed in range(70_000, 70_000 + n)]
        for words, pick in (
            ("the design", lambda row: row.designs[0]),
            ("association", lambda r: r),
        ):
            found = [pick(row) for row in rows]
            z = [abs(one.data_estimate - TRUTH) / one.data_se for one in found]
            told(
                f"{kind}, {words}, 80% and 95%",
                *(share(np.array(z) <= ndtri(0.5 + level / 2)) for level in LEVELS),
            )
        told(f"{kind}, tier A", share([row.tier == "A" for row in rows]))


def once(seed: int) -> bool:
    """Return whether quarrels that broke out once each are refused a calendar."""
    generator = np.random.default_rng(seed)
    values = np.zeros((60, 180))
    for pair, begin in enumerate(generator.integers(20, 150, 60)):
        values[pair, begin : begin + 6] = 1.0
    _, first_stage = calendar_part(values, np.arange(360, 540))
    return first_stage < threshold("weak_first_stage")


def print_refusals(n: int) -> None:
    print(f"Refused where there is nothing to go on, {n:,} panels each")
    rows = [
        row_of(simulate_world(80_000 + k, n_states=8, n_times=180, effects=(0.8, 0.0)), 0.8)
        for k in range(n)
    ]
    told("a strong effect, no design: not A or B", share([row.tier not in "AB" for row in rows]))
    thin = [
        row_of(simulate_world(81_000 + k, n_states=5, n_times=60, heard=0.3, noise_sd=6.0), 0.2)
        for k in range(n)
    ]
    told(
        "a record that says nothing: prior-driven",
        share([row.tier == "prior-driven" for row in thin]),
    )
    told(
        "quarrels without a calendar: first stage refused",
        share([once(82_000 + k) for k in range(n)]),
    )


def main() -> int:
    n = int(os.environ.get("COMITY_PANELS", "1500"))
    begun = time.process_time()
    print_effects(n)
    print_event_studies(n)
    print_designs(max(n // 10, 10))
    print_refusals(max(n // 10, 10))
    print(f"{time.process_time() - begun:.0f} s of processor time")
    return 0


if __name__ == "__main__":
    sys.exit(main())

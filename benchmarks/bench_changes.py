"""Flares and turning points of the fast measurement beside the grid, where the truth is known.

Run from the repository root: ``python benchmarks/bench_changes.py``. Fifteen pairs a world are
drawn by the grid's law (heavy-tailed flares), both directions with one relation, and measured as
the product does: hyper-parameters fitted to those pairs, flares taken for Gaussian. The grid reads
the same pairs at the hyper-parameters that drew them: the best that any reading could do. In a
world without change every flag is false. Standard errors are clustered by pair.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from comity.core.changes import Changes
from comity.core.history import EventCounts
from comity.core.quarrels import PairQuarrels
from comity.core.settings import Settings
from comity.core.states import StateIndex
from comity.measure import fit_relations
from comity.measure.quarrels import QuarrelFit, pair_acts, read_quarrels
from comity.measure.quarrels.model import NAMES
from comity.measure.quarrels.turning import level_changes

Floats = NDArray[np.float64]
FLARE, TURN = 0.7, 0.4
N_MONTHS = 96
STATES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")


@dataclass(frozen=True)
class World:
    """A law of records: acts a month and pair, sizes of level and flare steps."""

    name: str
    acts: float
    level_step: float
    flare_step: float
    has_tones: bool

    @property
    def natural(self) -> Floats:
        """Hyper-parameters in the order of the grid's."""
        value = {
            "intercept": 1.5, "concentration": 60.0, "level_step_sd": self.level_step,
            "level_half_life": 30.0, "flare_step_sd": self.flare_step, "flare_memory": 0.55,
            "mean_sd": 1.0, "flare_tail": 3.0, "tone_cooperative": 0.45,
            "tone_conflictual": -0.3, "tone_loading": 0.08, "tone_noise_sd": 0.1,
        }  # fmt: skip
        return np.array([value[name] for name in NAMES])


WORLDS = (
    World("busy, heavy-tailed flares", 40.0, 0.19, 0.28, False),
    World("thin, heavy-tailed flares", 0.7, 0.3, 0.4, True),
    World("busy, nothing happens", 40.0, 0.0, 0.0, False),
    World("thin, nothing happens", 0.7, 0.0, 0.0, True),
)


def draw_world(world: World, seed: int) -> tuple[EventCounts, Floats, Floats]:
    """Return a record of fifteen pairs, and the level and flare that drew it, (pair, time)."""
    rng, index = np.random.default_rng(seed), StateIndex(list(STATES))
    value = dict(zip(NAMES, world.natural.tolist(), strict=True))
    n, rho = index.n_dyads, 2.0 ** (-1 / value["level_half_life"])
    level, flare = np.zeros((n, N_MONTHS)), np.zeros((n, N_MONTHS + 50))
    level[:, 0] = world.level_step / np.sqrt(1 - rho**2) * rng.standard_normal(n)
    for t in range(1, N_MONTHS):
        level[:, t] = rho * level[:, t - 1] + world.level_step * rng.standard_normal(n)
    for t in range(1, N_MONTHS + 50):
        step = np.clip(world.flare_step * rng.standard_t(3, n), -6, 6)
        flare[:, t] = value["flare_memory"] * flare[:, t - 1] + step
    flare = flare[:, 50:]
    level += value["intercept"] + value["mean_sd"] * rng.standard_normal((n, 1))
    share = 1 / (1 + np.exp(-(level + flare)))
    good, bad = (np.zeros((index.n_directed, N_MONTHS), np.int64) for _ in range(2))
    acts: list[tuple[int, int, bool, float]] = []  # month, directed dyad, class, tone
    kappa = value["concentration"]
    for pair in range(n):
        for way in index.directions[pair]:
            volume = rng.poisson(world.acts / 2, N_MONTHS)
            chance = rng.beta(kappa * share[pair], kappa * (1 - share[pair]))
            good[way] = rng.binomial(volume, np.clip(chance, 0, 1))
            bad[way] = volume - good[way]
            for t in range(N_MONTHS if world.has_tones else 0):
                for k in range(volume[t]):
                    kind = bool(k < good[way, t])
                    centre = value["tone_cooperative" if kind else "tone_conflictual"]
                    theta = level[pair, t] + flare[pair, t] - value["intercept"]
                    noise = value["tone_noise_sd"] * rng.standard_t(4)
                    tone = 10 * (centre + value["tone_loading"] * theta + noise)
                    acts.append((t, int(way), kind, tone))
    acts.sort(key=lambda act: act[0])
    when, way, kind, tone = zip(*acts, strict=True) if acts else ((), (), (), ())
    counts = EventCounts(
        index, np.arange(480, 480 + N_MONTHS), good, bad, np.array(tone, float),
        np.array(way, np.int64), np.array(when, np.int64), np.array(kind, bool),
        np.arange(len(acts)),
    )  # fmt: skip
    return counts, level, flare


def read_grid(counts: EventCounts, world: World) -> list[PairQuarrels]:
    """Read every pair on the grid at the hyper-parameters that drew it."""
    natural = world.natural
    fit = QuarrelFit(
        natural[None], natural, 0.0, 0.0, 1.0, 1, "level and flare", 4.0, counts.index.dyads
    )
    return list(read_quarrels(pair_acts(counts), fit, n_paths=400, n_threads=2, coarsest=0.2).pairs)


def clustered(values: Floats) -> str:
    """Return a mean over months with its standard error over pairs, per 100."""
    by_pair = np.nanmean(values, axis=1)
    return f"{100 * by_pair.mean():6.2f} ({100 * by_pair.std(ddof=1) / np.sqrt(len(by_pair)):.2f})"


def print_reading(name: str, probability: Floats, truth: NDArray[np.bool_]) -> None:
    """Print how probabilities of one kind of event stand to what happened."""
    known = ~np.isnan(probability)
    flag = np.where(known, probability > 0.5, np.nan)
    score = np.where(known, (probability - truth) ** 2, np.nan)
    print(
        f"  {name:<26} mean probability {clustered(probability)}  happened "
        f"{clustered(np.where(known, truth, np.nan))}  flagged {clustered(flag)}  falsely "
        f"{clustered(np.where(known, flag * ~truth, np.nan))}  Brier {clustered(score)}"
    )
    edges = (0.0, 0.1, 0.3, 0.5, 0.7, 1.01)
    parts: list[str] = []
    for low, high in pairwise(edges):
        inside = known & (probability >= low) & (probability < high)
        if inside.sum() >= 10:
            said, found = probability[inside].mean(), truth[inside].mean()
            parts.append(f"{said:.2f} -> {found:.2f} (n {inside.sum()})")
    print(f"  {'':<26} said -> happened: {'; '.join(parts)}")


def stacked(changes: Changes, grid: list[PairQuarrels]) -> dict[str, tuple[Floats, Floats]]:
    """Return the probabilities by event, fast and on the grid, (pair, time) each."""
    names = ("flare_down", "turning_down", "turning_up")
    return {
        name: (getattr(changes, name), np.array([getattr(pair, name) for pair in grid]))
        for name in names
    }


def main() -> None:
    """Print every figure."""
    for world in WORLDS:
        counts, level, flare = draw_world(world, 1)
        begun = time.perf_counter()
        settings = Settings(n_hyper_draws=16, n_paths=512, n_threads=2)
        relations = fit_relations(counts, settings=settings)
        fitted = time.perf_counter() - begun
        grid = read_grid(counts, world) if world.level_step else []
        change = np.array([level_changes(path[None], 6)[0] for path in level])
        truth = {
            "flare_down": flare < -FLARE,
            "turning_down": change < -TURN,
            "turning_up": change > TURN,
        }
        print(f"{world.name}: {counts.volume.sum()} acts, fast fit {fitted:.0f} s")
        usual = relations.changes.usual
        print(f"  usual: flare {usual['flare_down']:.2f}, turn {usual['turning_down']:.2f}")
        if not grid:
            changes = relations.changes
            for name in truth:
                print_reading(f"{name}, fast", getattr(changes, name), truth[name])
            continue
        for name, (fast, exact) in stacked(relations.changes, grid).items():
            print_reading(f"{name}, fast", fast, truth[name])
            print_reading(f"{name}, grid", exact, truth[name])
            apart = np.abs(fast - exact)
            print(f"  {'':<26} apart: mean {np.nanmean(apart):.3f}, largest {np.nanmax(apart):.2f}")


if __name__ == "__main__":
    main()

"""Fast chances of flares and turning points against what drew the record, at known parameters.

Bugs it can catch, each seen to fail here: down taken for up, the level's moments in place of the
flare's, a standard deviation in place of a variance, a threshold missed by a quarter, and turning
points counted over paths that hold the flare. A turn told two months late it cannot see.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from comity.core.history import EventCounts
from comity.core.states import StateIndex
from comity.measure import changes, mixture
from comity.measure.mixture import Reading, read_relations
from comity.measure.model import NAMES, kernel_vector
from comity.measure.panel import panel_of
from comity.measure.quarrels.turning import level_changes, share_beyond

pytestmark = pytest.mark.statistical
Floats = NDArray[np.float64]
SEED, N_RECORDS, N_MONTHS, ACTS = 5, 8, 72, 12.0
VALUE = {
    "intercept": 1.0, "concentration": 60.0, "level_step_sd": 0.22, "level_half_life": 30.0,
    "flare_step_sd": 0.6, "flare_memory": 0.55, "mean_sd": 1.0, "reciprocity": 1e-6,
    "level_correlation": 1 - 1e-4, "flare_correlation": 1 - 1e-4, "mean_correlation": 1 - 1e-4,
    "volatility_spread": 1e-6, "tone_cooperative": 0.4, "tone_conflictual": -0.4,
    "tone_loading": 0.0, "tone_noise_sd": 0.2,
}  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """One record, and the level and flare that drew it, (pair, time)."""

    counts: EventCounts
    level: Floats
    flare: Floats


def autoregression(rng: np.random.Generator, n: int, memory: float, step: float) -> Floats:
    out = np.empty((n, N_MONTHS))
    out[:, 0] = step / np.sqrt(1 - memory**2) * rng.standard_normal(n)
    for t in range(1, N_MONTHS):
        out[:, t] = memory * out[:, t - 1] + step * rng.standard_normal(n)
    return out


def draw(seed: int) -> Truth:
    rng, index = np.random.default_rng(seed), StateIndex(["AAA", "BBB", "CCC", "DDD", "EEE"])
    rho = 2.0 ** (-1 / VALUE["level_half_life"])
    level = autoregression(rng, index.n_dyads, rho, VALUE["level_step_sd"])
    level += VALUE["intercept"] + VALUE["mean_sd"] * rng.standard_normal((index.n_dyads, 1))
    flare = autoregression(rng, index.n_dyads, VALUE["flare_memory"], VALUE["flare_step_sd"])
    share = 1 / (1 + np.exp(-(level + flare)))
    good, bad = (np.zeros((index.n_directed, N_MONTHS), np.int64) for _ in range(2))
    kappa = VALUE["concentration"]
    for pair, ways in enumerate(index.directions):
        for way in ways:
            volume = rng.poisson(ACTS / 2, N_MONTHS)
            chance = rng.beta(kappa * share[pair], kappa * (1 - share[pair]))
            good[way] = rng.binomial(volume, chance)
            bad[way] = volume - good[way]
    nothing = np.empty(0, np.int64)
    counts = EventCounts(
        index, np.arange(480, 480 + N_MONTHS), good, bad, np.empty(0), nothing, nothing,
        np.empty(0, bool), nothing,
    )  # fmt: skip
    return Truth(counts, level, flare)


@pytest.fixture(scope="module")
def truths() -> list[Truth]:
    return [draw(100 * SEED + k) for k in range(N_RECORDS)]


def read(truth: Truth) -> Reading:
    vector = kernel_vector([VALUE[name] for name in NAMES], tone_tail=4.0)
    return read_relations(panel_of(truth.counts), [vector] * 3, n_paths=400, seed=SEED, draw=0)


def scores(truths: list[Truth], *, paths: str = "level_paths", sign: int = 1) -> dict[str, float]:
    """Return by event the mean of what happened less its chance, and its slope, in errors."""
    gaps: dict[str, list[Floats]] = {}
    for truth in truths:
        reading, shape = read(truth), truth.level.shape
        turned = level_changes(truth.level, 6)
        flares = reading.flare.reshape(2, *shape)
        drawn = getattr(reading, paths).reshape(-1, *shape)
        turns = np.array(
            [share_beyond(level_changes(drawn[:, k], 6), 0.4) for k in range(shape[0])]
        )
        happened = {
            "flare down": (flares[0], truth.flare < -0.7),
            "flare up": (flares[1], truth.flare > 0.7),
            "turn down": (turns[:, 0], sign * turned < -0.4),
            "turn up": (turns[:, 1], sign * turned > 0.4),
        }
        for name, (chance, event) in happened.items():
            gap = np.where(np.isnan(chance), 0.0, event - np.nan_to_num(chance))
            gaps.setdefault(name, []).append(gap.sum(axis=1))
            slope = gap * (np.nan_to_num(chance) - np.nanmean(chance))
            gaps.setdefault(f"{name}, slope", []).append(slope.sum(axis=1))
    whole = {name: np.concatenate(parts) for name, parts in gaps.items()}
    return {name: v.mean() / (v.std(ddof=1) / np.sqrt(len(v))) for name, v in whole.items()}


def test_chances_are_calibrated_at_known_parameters(truths: list[Truth]) -> None:
    found = scores(truths)
    print(f"seed {SEED}:", {name: round(value, 2) for name, value in found.items()})
    wrong = {name: value for name, value in found.items() if abs(value) > 4}
    assert not wrong, f"seed {SEED}: errors off zero, beyond 4: {wrong}"


def exchanged(mean: Floats, variance: Floats, threshold: float) -> Floats:
    return changes.flare_tails(mean, variance, threshold)[::-1]


def widened(mean: Floats, variance: Floats, threshold: float) -> Floats:
    return changes.flare_tails(mean, np.sqrt(variance), threshold)


def loosened(mean: Floats, variance: Floats, threshold: float) -> Floats:
    return changes.flare_tails(mean, variance, 0.75 * threshold)


@pytest.mark.parametrize("bug", [exchanged, widened, loosened])
def test_a_wrong_tail_is_seen(truths: list[Truth], monkeypatch, bug) -> None:
    monkeypatch.setattr(mixture, "flare_tails", bug)
    found = scores(truths)
    assert max(abs(value) for name, value in found.items() if "flare" in name) > 4, found


def test_the_wrong_component_is_seen(truths: list[Truth], monkeypatch) -> None:
    monkeypatch.setattr(mixture, "FLARE", 1)
    found = scores(truths)
    assert max(abs(value) for name, value in found.items() if "flare" in name) > 4, found


@pytest.mark.parametrize("bug", [{"paths": "pair_paths"}, {"sign": -1}])
def test_a_wrong_turn_is_seen(truths: list[Truth], bug) -> None:
    found = scores(truths, **bug)
    assert max(abs(value) for name, value in found.items() if "turn" in name) > 4, found

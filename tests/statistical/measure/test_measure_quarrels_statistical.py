"""Coverage of level, relation and flares on records drawn by the model's own law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from comity.core.quarrels import PairActs, PairQuarrels
from comity.measure.quarrels import QuarrelFit, fit_quarrels, read_quarrels
from comity.measure.quarrels import read as reader
from comity.measure.quarrels.model import NAMES, quarrel_priors

pytestmark = pytest.mark.statistical
Floats = NDArray[np.float64]
CENTRAL = np.array([1.5, 60.0, 0.15, 40.0, 0.3, 0.5, 0.8, 3.0, 0.4, -0.4, 0.1, 0.2])
SEED, N_RECORDS, N_MONTHS = 11, 48, 48


@dataclass(frozen=True)
class Truth:
    acts: PairActs
    level: Floats  # (time,)
    flare: Floats  # (time,)


def simulate(
    generator: np.random.Generator, natural: Floats, *, n_months: int, acts_a_month: float
) -> Truth:
    """Draw a pair's level, flares and acts month by month."""
    value = dict(zip(NAMES, natural.tolist(), strict=True))
    rho, q = 2 ** (-1 / value["level_half_life"]), value["level_step_sd"]
    mean = generator.normal(value["intercept"], value["mean_sd"])
    level, flare = np.empty(n_months), np.empty(n_months)
    now, spark = generator.normal(0, q / np.sqrt(1 - rho**2)), 0.0
    for t in range(-200, n_months):
        while True:  # the law of flares ends at 6 logits
            step = value["flare_step_sd"] * generator.standard_t(value["flare_tail"])
            if abs(value["flare_memory"] * spark + step) <= 6:
                break
        spark = value["flare_memory"] * spark + step
        if t > 0:
            now = rho * now + generator.normal(0, q)
        if t >= 0:
            level[t], flare[t] = mean + now, spark
    volume = generator.poisson(acts_a_month * np.exp(generator.normal(0, 0.7)), n_months)
    share, kappa = 1 / (1 + np.exp(-level - flare)), value["concentration"]
    share = generator.beta(np.maximum(kappa * share, 1e-9), np.maximum(kappa * (1 - share), 1e-9))
    acts = PairActs(
        "AAA-BBB", np.arange(480, 480 + n_months), generator.binomial(volume, share), volume
    )
    return Truth(acts, level, flare)


def fit_at(natural: Floats) -> QuarrelFit:
    return QuarrelFit(
        natural[None], natural, 0.0, 0.0, 1.0, 1, "level and flare", 4.0, ("AAA-BBB",)
    )


def z_scores(truths: list[Truth], readings: list[PairQuarrels]) -> dict[str, tuple[float, ...]]:
    """Return coverage, expected coverage, its clustered SE by name of the check."""
    shares: dict[str, list[float]] = {}
    for truth, pair in zip(truths, readings, strict=True):
        relation = truth.level + truth.flare
        for name, true in (
            ("level", truth.level), ("relation", relation), ("filtered_relation", relation),
        ):  # fmt: skip
            low5, low, middle, high, high95 = getattr(pair, f"{name}_quantiles")
            shares.setdefault(f"{name} 80%", []).append(((low < true) & (true < high)).mean())
            shares.setdefault(f"{name} 90%", []).append(((low5 < true) & (true < high95)).mean())
            shares.setdefault(f"{name} 50%", []).append((true < middle).mean())
        down = (truth.flare < -0.7).mean()
        shares.setdefault("flare down 0%", []).append(down - pair.flare_down.mean())
        down -= pair.filtered_flare_down.mean()
        shares.setdefault("filtered flare down 0%", []).append(down)
    out = {}
    for name, values in shares.items():
        expected = float(name.split()[-1].rstrip("%")) / 100
        error = np.std(values, ddof=1) / np.sqrt(len(values))
        out[name] = (float(np.mean(values)), expected, float(error))
    return out


def worst(found: dict[str, tuple[float, ...]], slack: float) -> float:
    return max((abs(mean - expected) - slack) / error for mean, expected, error in found.values())


def told(found: dict[str, tuple[float, ...]]) -> str:
    return "; ".join(f"{k}: {m:.3f}, expected {e}, SE {s:.3f}" for k, (m, e, s) in found.items())


@pytest.fixture(scope="module")
def truths() -> list[Truth]:
    generator = np.random.default_rng(SEED)
    return [
        simulate(generator, CENTRAL, n_months=N_MONTHS, acts_a_month=30.0) for _ in range(N_RECORDS)
    ]


def read_all(truths: list[Truth], natural: Floats) -> list[PairQuarrels]:
    acts = [replace(truth.acts, dyad=f"AAA-{k:03}") for k, truth in enumerate(truths)]
    return list(read_quarrels(acts, fit_at(natural), n_paths=4).pairs)


def test_intervals_cover_at_known_hyperparameters(truths: list[Truth]) -> None:
    found = z_scores(truths, read_all(truths, CENTRAL))
    assert worst(found, 0.005) < 4.5, f"seed {SEED}: {told(found)}"


def changed(**natural: float) -> Floats:
    out = CENTRAL.copy()
    for name, value in natural.items():
        out[NAMES.index(name)] = value
    return out


@pytest.mark.parametrize(
    "natural",
    [
        changed(flare_tail=200.0),
        pytest.param(changed(flare_memory=0.9), marks=pytest.mark.nightly),
        pytest.param(changed(level_step_sd=0.05), marks=pytest.mark.nightly),
        pytest.param(changed(concentration=2000.0), marks=pytest.mark.nightly),
    ],
    ids=["Gaussian tails", "flares that stay", "level too stiff", "no reporting noise"],
)
def test_a_wrong_model_is_seen(truths: list[Truth], natural: Floats) -> None:
    found = z_scores(truths, read_all(truths, natural))
    assert worst(found, 0.005) > 4.5, f"seed {SEED}: not seen: {told(found)}"


def test_a_missing_backward_pass_is_seen(
    truths: list[Truth], monkeypatch: pytest.MonkeyPatch
) -> None:
    # the filter's intervals are honest too, only wider: what betrays it is its error
    honest = read_all(truths, CENTRAL)
    backward: Callable[..., Floats] = lambda lattice, rows, filtered: filtered  # noqa: E731
    monkeypatch.setattr(reader, "backward", backward)
    lazy = read_all(truths, CENTRAL)

    def error(pairs: list[PairQuarrels]) -> Floats:
        return np.array(
            [
                ((p.relation_mean - t.level - t.flare) ** 2).mean()
                for p, t in zip(pairs, truths, strict=True)
            ]
        )

    loss = error(lazy) - error(honest)
    spread = loss.std(ddof=1) / np.sqrt(len(loss))
    assert loss.mean() > 3 * spread, f"loss {loss.mean():.4f}, SE {spread:.4f}, seed {SEED}"


def test_paths_and_marginals_tell_the_same(truths: list[Truth]) -> None:
    n = 1000
    pair = read_quarrels([truths[0].acts], fit_at(CENTRAL), n_paths=n).pairs[0]
    error = pair.level_sd / np.sqrt(n)
    z = (pair.level_paths.mean(axis=0) - pair.level_mean) / error
    assert np.abs(z).max() < 5, f"largest z {np.abs(z).max():.1f}, seed 1"
    z = (pair.flare_paths.mean(axis=0) - pair.flare_mean) / (pair.flare_sd / np.sqrt(n))
    assert np.abs(z).max() < 5, f"largest z {np.abs(z).max():.1f}, seed 1"


@pytest.mark.nightly
def test_intervals_cover_at_unknown_hyperparameters() -> None:
    generator, priors = np.random.default_rng(5), quarrel_priors()
    truths, readings = [], []
    for k in range(40):
        natural = np.array([float(priors[name].quantile(generator.uniform())) for name in NAMES])
        natural[NAMES.index("flare_memory")] = min(natural[NAMES.index("flare_memory")], 0.85)
        sets = [simulate(generator, natural, n_months=48, acts_a_month=20.0) for _ in range(3)]
        pairs = [replace(truth.acts, dyad=f"{k:03}-{i:03}") for i, truth in enumerate(sets)]
        fit = fit_quarrels(pairs, n_draws=16, seed=k)
        truths += sets[:1]  # one pair a record: records are the clusters
        readings += read_quarrels(pairs[:1], fit, n_paths=4).pairs
    found = z_scores(truths, readings)
    print(told(found))
    assert worst(found, 0.02) < 4.5, f"seed 5: {told(found)}"

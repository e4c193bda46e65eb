"""The lattice filter against a dense Gaussian, a particle filter and brute-force enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import betabinom, multivariate_normal

from comity.core.quarrels import PairActs
from comity.measure.quarrels.evidence import (
    PairRecord,
    filter_pair,
    likelihood_rows,
    pair_evidence,
    pair_lattice,
)
from comity.measure.quarrels.lattice import Lattice, build_lattice, mean_nodes
from comity.measure.quarrels.passes import backward, forward, sample_paths

pytestmark = pytest.mark.oracle
Floats = NDArray[np.float64]
VALUE = {
    "intercept": 1.5, "concentration": 40.0, "level_step_sd": 0.2, "level_half_life": 40.0,
    "flare_step_sd": 0.3, "flare_memory": 0.5, "mean_sd": 0.8, "flare_tail": 3.0,
}  # fmt: skip


def simulated_acts(seed: int, n_months: int = 60, mean_volume: float = 15.0) -> PairActs:
    generator = np.random.default_rng(seed)
    flare = np.zeros(n_months)
    for t in range(1, n_months):
        flare[t] = 0.5 * flare[t - 1] + 0.3 * generator.standard_t(3)
    volume = generator.poisson(mean_volume, n_months)
    volume[10:13] = 0
    theta = 1.5 + np.cumsum(generator.normal(0, 0.15, n_months)) + flare
    cooperative = generator.binomial(volume, 1 / (1 + np.exp(-theta)))
    return PairActs("AAA-BBB", np.arange(400, 400 + n_months), cooperative, volume)


def test_gaussian_limit_is_the_joint_gaussian_written_out() -> None:
    n, noise = 30, 0.4
    value = VALUE | {"flare_tail": np.inf}
    generator = np.random.default_rng(4)
    y = 1.5 + np.cumsum(generator.normal(0, 0.3, n)) + generator.normal(0, 0.5, n)
    seen = np.ones(n, bool)
    seen[[3, 4, 5, 17]] = False
    nodes = mean_nodes(value, float(y[seen].mean()), n, 12)
    lattice = build_lattice(value, (-7.0, 10.0), nodes, coarsest=0.1)
    rows = -0.5 * ((y[:, None] - lattice.theta) / noise) ** 2 - np.log(noise * np.sqrt(2 * np.pi))
    rows[~seen] = 0
    done = forward(lattice, rows, keep=True)
    smoothed = backward(lattice, rows, done.filtered)

    gap = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    rho = 2 ** (-1 / value["level_half_life"])
    level = value["mean_sd"] ** 2 + value["level_step_sd"] ** 2 / (1 - rho**2) * rho**gap
    flare = value["flare_step_sd"] ** 2 / (1 - 0.25) * 0.5**gap
    observed = (level + flare)[np.ix_(seen, seen)] + noise**2 * np.eye(seen.sum())
    exact = multivariate_normal(np.full(seen.sum(), value["intercept"]), observed).logpdf(y[seen])
    assert done.log_evidence == pytest.approx(exact, abs=2e-3)
    for prior, centre, law, node in (
        (level, value["intercept"], smoothed.sum(axis=(1, 3)), lattice.level),
        (flare, 0.0, smoothed.sum(axis=(1, 2)), lattice.flare),
    ):
        gain = prior[:, seen] @ np.linalg.inv(observed)
        mean = centre + gain @ (y[seen] - value["intercept"])
        variance = np.diag(prior - gain @ prior[seen])
        found = law @ node
        np.testing.assert_allclose(found, mean, atol=2e-3)
        np.testing.assert_allclose(law @ node**2 - found**2, variance, atol=2e-3)


def particle_filter(
    acts: PairActs, generator: np.random.Generator, n: int
) -> tuple[float, Floats, Floats]:
    """Bootstrap filter with Student-t flares: log evidence, filtered mean of level and of flare."""
    rho = 2 ** (-1 / VALUE["level_half_life"])
    mu = generator.normal(VALUE["intercept"], VALUE["mean_sd"], n)
    level = generator.normal(0, VALUE["level_step_sd"] / np.sqrt(1 - rho**2), n)
    flare = np.zeros(n)
    for _ in range(20):  # to stationarity
        flare = VALUE["flare_memory"] * flare + VALUE["flare_step_sd"] * generator.standard_t(3, n)
    total, means = 0.0, np.empty((2, len(acts.months)))
    for t, (c, m) in enumerate(zip(acts.cooperative, acts.volume, strict=True)):
        if t:
            level = rho * level + generator.normal(0, VALUE["level_step_sd"], n)
            flare = VALUE["flare_memory"] * flare
            flare = flare + VALUE["flare_step_sd"] * generator.standard_t(3, n)
        weight = np.ones(n)
        if m:
            share = 1 / (1 + np.exp(-(mu + level + flare)))
            share = np.clip(share, 1e-12, 1 - 1e-12)
            kappa = VALUE["concentration"]
            weight = betabinom.pmf(c, m, kappa * share, kappa * (1 - share))
        total += np.log(weight.mean())
        weight = weight / weight.sum()
        means[:, t] = weight @ (mu + level), weight @ flare
        place = np.searchsorted(np.cumsum(weight), (np.arange(n) + generator.random()) / n)
        place = np.minimum(place, n - 1)
        mu, level, flare = mu[place], level[place], flare[place]
    return total, means[0], means[1]


def test_heavy_tailed_filter_agrees_with_particles() -> None:
    acts = simulated_acts(3, n_months=36)
    record = PairRecord(acts)
    lattice = pair_lattice(record, VALUE, coarsest=0.1, for_filter=True, n_nodes=9)
    done = forward(lattice, likelihood_rows(acts, VALUE, lattice.theta), keep=True)
    generator = np.random.default_rng(1)
    runs = [particle_filter(acts, generator, 6000) for _ in range(12)]
    evidence = np.array([run[0] for run in runs])
    estimate = np.log(np.exp(evidence - evidence[0]).mean()) + evidence[0]
    error = evidence.std(ddof=1) / np.sqrt(len(runs))
    assert abs(done.log_evidence - estimate) < 5 * error + 0.005, (
        f"lattice {done.log_evidence:.4f}, particles {estimate:.4f}, SE {error:.4f}, seed 1"
    )
    for k, found in (
        (1, done.filtered.sum(axis=(1, 3)) @ lattice.level),
        (2, done.filtered.sum(axis=(1, 2)) @ lattice.flare),
    ):
        means = np.array([run[k] for run in runs])
        spread = means.std(axis=0, ddof=1) / np.sqrt(len(runs))
        z = (found - means.mean(axis=0)) / np.sqrt(spread**2 + 0.002**2)
        assert np.abs(z).max() < 6, f"largest z {np.abs(z).max():.1f} (t, 11 df), seed 1"


def tiny() -> tuple[Lattice, Floats]:
    value = VALUE | {"level_step_sd": 0.4, "flare_step_sd": 0.5}
    lattice = build_lattice(value, (0.0, 0.6), mean_nodes(value, 1.0, 4, 2))
    middle = len(lattice.flare) // 2
    keep = slice(middle - 2, middle + 3)  # five flares of 0.2
    first = lattice.place[0, keep.start]
    small = Lattice(
        lattice.level, lattice.flare[keep], lattice.theta[first : first + 8],
        lattice.place[:, keep] - first, lattice.start[:, :, keep], lattice.level_step,
        lattice.flare_step[keep, keep],
    )  # fmt: skip
    rows = np.random.default_rng(5).normal(0, 2, (4, 8))
    rows[2] = 0
    return small, rows


def test_smoother_and_paths_agree_with_enumeration() -> None:
    lattice, rows = tiny()
    n_mean, n_level, n_flare = lattice.start.shape
    cells = list(product(range(n_level), range(n_flare)))
    joint: dict[tuple[tuple[int, int], ...], float] = {}
    for mean in range(n_mean):
        for path in product(cells, repeat=4):
            weight = lattice.start[mean][path[0]]
            for t, (i, j) in enumerate(path):
                weight *= np.exp(rows[t, lattice.place[i, j]])
                if t:
                    weight *= lattice.level_step[mean, path[t - 1][0], i]
                    weight *= lattice.flare_step[path[t - 1][1], j]
            joint[path] = joint.get(path, 0.0) + weight
    total = sum(joint.values())
    marginal = np.zeros((4, n_level, n_flare))
    for path, weight in joint.items():
        for t, cell in enumerate(path):
            marginal[t][cell] += weight / total
    done = forward(lattice, rows, keep=True)
    assert done.log_evidence == pytest.approx(np.log(total), abs=1e-10)
    smoothed = backward(lattice, rows, done.filtered).sum(axis=1)
    np.testing.assert_allclose(smoothed, marginal, atol=1e-10)

    n = 40_000
    level, flare = sample_paths(lattice, done, np.random.default_rng(2).random((n, 4, 2)))
    # a joint quantity: the first and last cell together
    for first, last in product([(0, 1), (2, 3), (3, 2)], [(1, 2), (3, 4), (2, 1)]):
        exact = sum(w for p, w in joint.items() if p[0] == first and p[3] == last) / total
        hits = (level[:, 0] == first[0]) & (flare[:, 0] == first[1])
        hits &= (level[:, 3] == last[0]) & (flare[:, 3] == last[1])
        error = np.sqrt(exact * (1 - exact) / n)
        assert abs(hits.mean() - exact) < 5 * error + 1e-4, (
            f"cells {first}, {last}: {hits.mean():.4f}, expected {exact:.4f}, SE {error:.4f}"
        )


@pytest.mark.parametrize(
    "changes",
    [{}, {"level_step_sd": 0.09}, {"flare_step_sd": 0.12}, {"flare_tail": 1.6},
     {"level_step_sd": 0.4, "flare_memory": 0.75}, {"flare_tail": np.inf}],
)  # fmt: skip
def test_halving_the_spacing_changes_nothing(changes: dict[str, float]) -> None:
    record, value = PairRecord(simulated_acts(6)), VALUE | changes
    coarse = filter_pair(record, value).log_evidence
    fine = filter_pair(record, value, finer=2).log_evidence
    assert abs(coarse - fine) < 0.01


def test_few_nodes_of_the_lasting_mean_are_enough() -> None:
    record = PairRecord(simulated_acts(7))
    for changes in ({}, {"level_half_life": 8.0}, {"mean_sd": 3.0}, {"mean_sd": 0.2}):
        few = filter_pair(record, VALUE | changes).log_evidence
        many = filter_pair(record, VALUE | changes, n_nodes=25).log_evidence
        assert abs(few - many) < 0.01, f"{changes}: {few:.4f} and {many:.4f}"


def thin_acts(seed: int) -> PairActs:
    """An act every other month or so, in a relation that moves a good deal."""
    generator, n = np.random.default_rng(seed), 120
    theta = 1.0 + np.cumsum(generator.normal(0, 0.2, n)) + 0.5 * generator.standard_t(3, n)
    volume = generator.poisson(0.6, n)
    return PairActs(
        "AAA-BBB", np.arange(400, 400 + n), generator.binomial(volume, 1 / (1 + np.exp(-theta))),
        volume,
    )  # fmt: skip


@pytest.mark.parametrize("acts", [simulated_acts(3), thin_acts(3)], ids=["busy", "thin"])
def test_silence_leapt_over_is_silence_walked_through(acts: PairActs) -> None:
    record = PairRecord(acts)
    walked = filter_pair(record, VALUE).log_evidence
    assert pair_evidence(record, VALUE) == pytest.approx(walked, abs=1e-4)
    assert pair_evidence(record, VALUE, dtype=np.float32) == pytest.approx(walked, abs=1e-3)
    silent = PairActs("AAA-BBB", acts.months, acts.volume * 0, acts.volume * 0)
    assert pair_evidence(PairRecord(silent), VALUE) == 0.0


@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize(
    "changes",
    [{}, {"level_step_sd": 0.4, "level_half_life": 14.0}, {"level_step_sd": 0.06}],
    ids=["usual", "restless", "still"],
)
def test_coarse_steps_do_on_thin_records(changes: dict[str, float], seed: int) -> None:
    record, value = PairRecord(thin_acts(seed)), VALUE | changes
    coarse = pair_evidence(record, value, finest_step=0.1)
    # a step of 0.06 is read as one of 0.1: that costs more than the lattice does
    allowed = 0.3 if value["level_step_sd"] < 0.1 else 0.01
    assert coarse == pytest.approx(filter_pair(record, value, finer=2).log_evidence, abs=allowed)

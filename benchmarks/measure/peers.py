"""One small record fitted by comity, by NUTS and by a Gaussian state-space model: quality, time.

NUTS (NumPyro) samples the same model with the same priors; only the log volatility of a pair is
normal there, not on three nodes. statsmodels fits an autoregression around a lasting mean to the
empirical logits of each direction alone. ``COMITY_PEER_RECORDS`` sets how many records are drawn.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from comity.core.history import EventCounts
from comity.core.settings import Settings
from comity.core.states import StateIndex
from comity.measure import fit_relations
from comity.measure.model import N_WITHOUT_TONE, NAMES, default_priors

Floats = NDArray[np.float64]
N_STATES, N_MONTHS, ACTS_A_MONTH = 3, 60, 1.5
N_WARM, N_KEPT, N_CHAINS = 300, 300, 2
Z90 = 1.6449
TYPICAL = {
    "intercept": 0.3, "concentration": 30.0, "level_step_sd": 0.2, "level_half_life": 36.0,
    "flare_step_sd": 0.35, "flare_memory": 0.5, "mean_sd": 1.0, "reciprocity": 0.02,
    "level_correlation": 0.6, "flare_correlation": 0.5, "mean_correlation": 0.7,
    "volatility_spread": 0.3,
}  # fmt: skip
Fit = Callable[[EventCounts], tuple[Floats, Floats]]


def relations(v: Any, parts: Any, volatility: Any, np_like: Any) -> Any:
    """Both directions' relation from standard normal ``parts``, (pair, month, direction).

    ``parts`` has shape (pair, 2, 2 * month + 1): half-sum and half-difference, then the lasting
    mean, the level's steps and the flare's. ``np_like`` is NumPy or its JAX twin.
    """
    months = np.arange(N_MONTHS)
    lag = np.maximum(months[:, None] - months, 0)
    lower = np.tril(np.ones((N_MONTHS, N_MONTHS)))
    rho = 2.0 ** (-1.0 / v["level_half_life"])
    wild = np_like.exp(v["volatility_spread"] * volatility)[:, None]
    halves = []
    for side, sign in ((0, 1.0), (1, -1.0)):
        total = v["mean_sd"] * np_like.sqrt((1 + sign * v["mean_correlation"]) / 2)
        total = total * parts[:, side, :1]
        for memory, sd, r, at in (
            (rho - 2 * v["reciprocity"] * side, v["level_step_sd"], v["level_correlation"], 1),
            (v["flare_memory"], v["flare_step_sd"], v["flare_correlation"], 1 + N_MONTHS),
        ):
            start = np_like.where(months == 0, 1 / np_like.sqrt(1 - memory**2), 1.0)
            steps = parts[:, side, at : at + N_MONTHS] * start
            scale = wild * sd * np_like.sqrt((1 + sign * r) / 2)
            total = total + scale * (steps @ (lower * memory**lag).T)
        halves.append(total)
    both = np_like.stack([halves[0] + halves[1], halves[0] - halves[1]], axis=-1)
    return v["intercept"] + both


def record(seed: int) -> tuple[EventCounts, Floats]:
    """Counts without tones, and the true relation of every directed dyad and month."""
    generator = np.random.default_rng([61, seed])
    index = StateIndex([chr(65 + k) * 3 for k in range(N_STATES)])
    parts = generator.standard_normal((index.n_dyads, 2, 2 * N_MONTHS + 1))
    drawn = relations(TYPICAL, parts, generator.standard_normal(index.n_dyads), np)
    truth = np.empty((index.n_directed, N_MONTHS))
    truth[index.directions] = drawn.transpose(0, 2, 1)
    share, kappa = expit(truth), TYPICAL["concentration"]
    rate = ACTS_A_MONTH * np.exp(generator.normal(0, 0.7, (index.n_directed, 1)))
    volume = generator.poisson(rate, truth.shape)
    good = generator.binomial(volume, generator.beta(kappa * share, kappa * (1 - share)))
    none = np.zeros(0, np.int64)
    counts = EventCounts(
        index=index, months=400 + np.arange(N_MONTHS), cooperative=good,
        conflictual=volume - good, tone=np.zeros(0), tone_directed=none, tone_time=none,
        tone_cooperative=np.zeros(0, bool), act_row=none,
    )  # fmt: skip
    return counts, truth


def by_comity(counts: EventCounts) -> tuple[Floats, Floats]:
    found = fit_relations(counts, settings=Settings(n_hyper_draws=64, n_paths=256, seed=1))
    return found.mean, found.sd


def by_nuts(counts: EventCounts) -> tuple[Floats, Floats]:
    """The same model, each hyper-parameter a quantile of its prior."""
    import jax
    import jax.numpy as jnp
    import numpyro
    from numpyro import distributions as laws
    from numpyro.infer import MCMC, NUTS

    numpyro.enable_x64()
    priors, n_dyads = default_priors(), counts.index.n_dyads
    good = counts.cooperative[counts.index.directions].transpose(0, 2, 1)
    bad = counts.conflictual[counts.index.directions].transpose(0, 2, 1)
    seen = good + bad > 0

    def model() -> None:
        v = {name: sampled(name) for name in NAMES[:N_WITHOUT_TONE]}
        shape = (n_dyads, 2, 2 * N_MONTHS + 1)
        parts = numpyro.sample("parts", laws.Normal(0, 1).expand(shape).to_event(3))
        wild = numpyro.sample("wild", laws.Normal(0, 1).expand((n_dyads,)).to_event(1))
        psi = numpyro.deterministic("psi", relations(v, parts, wild, jnp))[seen]
        a, b = v["concentration"] * jax.nn.sigmoid(psi), v["concentration"] * jax.nn.sigmoid(-psi)
        numpyro.sample("good", laws.BetaBinomial(a, b, (good + bad)[seen]), obs=good[seen])

    def sampled(name: str) -> Any:
        prior = priors[name]
        if prior.family == "halfnormal":
            return numpyro.sample(name, laws.HalfNormal(prior.scale))
        if prior.family == "uniform":
            return numpyro.sample(name, laws.Uniform(0, 1))
        z = numpyro.sample(name, laws.Normal(0, 1)) * prior.scale
        if prior.family == "lognormal":
            return prior.location * jnp.exp(z)
        if prior.family == "logitnormal":
            return jax.nn.sigmoid(logit(prior.location) + z)
        return prior.location + z

    run = MCMC(
        NUTS(model), num_warmup=N_WARM, num_samples=N_KEPT, num_chains=N_CHAINS,
        chain_method="sequential", progress_bar=False,
    )  # fmt: skip
    run.run(jax.random.PRNGKey(1))
    psi = np.asarray(run.get_samples()["psi"])
    mean, sd = np.empty((2, counts.index.n_directed, N_MONTHS))
    mean[counts.index.directions] = psi.mean(axis=0).transpose(0, 2, 1)
    sd[counts.index.directions] = psi.std(axis=0).transpose(0, 2, 1)
    return mean, sd


def by_statsmodels(counts: EventCounts) -> tuple[Floats, Floats]:
    """Empirical logits of each direction alone; silent months are missing."""
    import warnings

    from statsmodels.tsa.statespace.structural import UnobservedComponents

    seen = counts.volume > 0
    shown = np.where(seen, np.log((counts.cooperative + 0.5) / (counts.conflictual + 0.5)), np.nan)
    mean, sd = np.empty((2, *shown.shape))
    for row, series in enumerate(shown):
        if np.isfinite(series).sum() < 5:
            mean[row], sd[row] = np.nanmean(shown), np.nanstd(shown)
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # searches that end at a bound say so at length
            found = UnobservedComponents(
                series, level="deterministic constant", irregular=True, autoregressive=1
            ).fit(disp=False)
        states, cover = found.states.smoothed, found.states.smoothed_cov
        mean[row] = np.asarray(states).sum(axis=1)
        cover = np.asarray(cover).reshape(N_MONTHS, states.shape[1], -1)
        sd[row] = np.sqrt(np.maximum(cover.sum(axis=(1, 2)), 0))
    return mean, sd


PEERS: dict[str, Fit] = {
    "comity": by_comity, "NUTS (NumPyro)": by_nuts, "Gaussian (statsmodels)": by_statsmodels,
}  # fmt: skip


def main(*_: object) -> int:
    n_records = int(os.environ.get("COMITY_PEER_RECORDS", "3"))
    by_comity(record(0)[0])  # compiled loops are loaded before the clock starts
    square, inside, seconds = (np.zeros((len(PEERS), n_records)) for _ in range(3))
    for k in range(n_records):
        counts, truth = record(k)
        for row, method in enumerate(PEERS.values()):
            start = time.perf_counter()
            mean, sd = method(counts)
            seconds[row, k] = time.perf_counter() - start
            square[row, k] = ((mean - truth) ** 2).mean()
            inside[row, k] = (np.abs(mean - truth) < Z90 * sd).mean()
    error = np.sqrt(square.mean(axis=1))
    print(f"{n_records} records of {N_STATES * (N_STATES - 1) // 2} dyads x {N_MONTHS} months")
    print(f"{'method':24s}{'RMSE':>8s}{'/ NUTS':>8s}{'90% covers':>12s}{'seconds':>9s}{'x':>8s}")
    for row, name in enumerate(PEERS):
        print(
            f"{name:24s}{error[row]:8.3f}{error[row] / error[1]:8.3f}{inside[row].mean():12.3f}"
            f"{seconds[row].mean():9.2f}{seconds[row].mean() / seconds[0].mean():8.1f}"
        )
    apart = abs(error[0] / error[1] - 1)
    points = 100 * abs(inside[0].mean() - inside[1].mean())
    print(
        f"comity and NUTS: RMSE {100 * apart:.1f}% apart (wanted: 3), coverage {points:.1f} points "
        "apart (wanted: 2). NUTS's time includes its compilation."
    )
    return 0

"""One pair on the grid, with hyper-parameters from the fast measurement of all pairs.

A fit on the grid asks for hundreds of evaluations of every pair. The fast measurement has already
fitted what pairs have in common, with Gaussian flares. Its draws are taken over, each with a tail
and a scale of the flare from their priors, and weighted by what the grid makes of this pair's acts
over what the fast filter made of them:

    w = p_grid(acts of the pair | h, tail, ratio, v) / p_fast(acts of the pair | h).

So the other pairs speak through the fast filter, and this one through the grid, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ParameterError
from comity.core.history import EventCounts
from comity.core.quarrels import QuarrelReading
from comity.core.relations import Relations
from comity.core.streams import stream_number
from comity.measure.filter import step_evidence
from comity.measure.hyper import resample, truncate_weights
from comity.measure.mode import in_threads
from comity.measure.model import (
    NAMES as FAST_NAMES,
)
from comity.measure.model import (
    VOLATILITY_NODES,
    VOLATILITY_WEIGHTS,
    default_priors,
    kernel_vector,
)
from comity.measure.panel import Panel, panel_of
from comity.measure.quarrels.evidence import WIDEST, PairRecord, pair_evidence
from comity.measure.quarrels.fit import QuarrelFit, filter_values
from comity.measure.quarrels.model import NAMES, quarrel_priors
from comity.measure.quarrels.read import read_quarrels
from comity.measure.quarrels.series import pair_acts

Floats = NDArray[np.float64]
N_CANDIDATES = 96
N_DRAWS = 16
SPACING = 0.2  # thin records: no month tells half a spacing apart
FINEST_STEP = 0.1  # logit a month; a level that moves less in a month moves 0.35 in a year
MARGIN = 1.0  # of the level's window beyond every fast path of the level, logit
TAKEN_OVER = (
    "intercept", "concentration", "level_half_life", "flare_memory", "tone_cooperative",
    "tone_conflictual", "tone_loading", "tone_noise_sd",
)  # fmt: skip


def read_focal(
    counts: EventCounts,
    relations: Relations,
    dyad: str,
    *,
    n_paths: int = 512,
    n_candidates: int = N_CANDIDATES,
    n_draws: int = N_DRAWS,
    seed: int = 1,
    n_threads: int = 1,
) -> QuarrelReading:
    """Tell quarrels from turning points of one pair on the grid, with heavy-tailed flares.

    Parameters
    ----------
    counts
        The acts on which ``relations`` were measured.
    relations
        The fast measurement, whose draws of the hyper-parameters are taken over.
    dyad
        The pair to read.
    n_paths
        Joint draws of level and flare.
    n_candidates
        Hyper-parameter draws that are weighted by the grid's evidence.
    n_draws
        Draws of these that are read.
    seed, n_threads
        Results depend on the seed only.

    Raises
    ------
    ParameterError
        The relations rest on several sources of events; the grid knows one.
    """
    if tuple(relations.hyperparameters) != FAST_NAMES:
        raise ParameterError(
            f"the grid reading of {dyad} must rest on the case's own acts; the relations rest on "
            "several sources of events. Leave the event store out."
        )
    number = counts.index.dyad_number(dyad)
    paths = relations.level_paths[:, number]
    acts = pair_acts(counts)[number]
    middle = PairRecord(acts).share_logit
    window = (
        max(float(paths.min()) - MARGIN, middle - WIDEST),
        min(float(paths.max()) + MARGIN, middle + WIDEST),
    )
    record = PairRecord(acts, window)
    key = np.array([seed, stream_number(f"measure/{dyad}/quarrel-hyper")], np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key))
    used = np.arange(n_candidates) % len(relations.hyperparameter_draws)
    spoken = relations.hyperparameter_draws[used]
    uniform = (np.arange(n_candidates) + generator.random()) / n_candidates
    uniform = np.column_stack([generator.permutation(uniform) for _ in range(3)])
    volatility = np.searchsorted(np.cumsum(VOLATILITY_WEIGHTS)[:-1], uniform[:, 0])
    priors = quarrel_priors()
    tail = priors["flare_tail"].quantile(uniform[:, 1])
    ratio = priors["flare_scale_ratio"].quantile(uniform[:, 2])
    natural = np.array(
        [
            grid_values(dict(zip(FAST_NAMES, row.tolist(), strict=True)), wild, nu, share)
            for row, wild, nu, share in zip(
                spoken, np.array(VOLATILITY_NODES)[volatility], tail, ratio, strict=True
            )
        ]
    )
    tone_tail = default_priors()["tone_tail"].location
    values = [filter_values(row, "level and flare", tone_tail) for row in natural]
    on_grid = np.array(
        in_threads(
            lambda value: pair_evidence(record, value, finest_step=FINEST_STEP, dtype=np.float32),
            values,
            n_threads,
        )
    )
    known = fast_evidence(one_pair(panel_of(counts).observed(), number), spoken, tone_tail)
    weight = truncate_weights(on_grid - known)
    chosen = resample(weight, n_draws, float(generator.random()))
    fit = QuarrelFit(
        draws=natural[chosen],
        mode=natural[int(np.argmax(weight))],
        log_posterior_at_mode=float("nan"),
        largest_gradient_at_mode=float("nan"),
        effective=float(1 / (weight**2).sum()),
        n_candidates=n_candidates,
        variant="level and flare",
        tone_tail=tone_tail,
        dyads=counts.index.dyads,
    )
    reading = read_quarrels(
        [record.acts], fit, n_paths=n_paths, n_hyper_draws=n_draws, seed=seed,
        n_threads=n_threads, coarsest=SPACING, finest_step=FINEST_STEP,
    )  # fmt: skip
    return replace(
        reading,
        notes=(
            "Hyper-parameters are those of the fast measurement of all pairs, weighted by what the "
            f"grid makes of this pair: {fit.effective:.0f} effective of {n_candidates} candidates.",
        ),
        settings=reading.settings | {"effective": fit.effective, "n_candidates": n_candidates},
    )


def grid_values(
    value: Mapping[str, float], volatility: float, tail: float, scale_ratio: float
) -> Floats:
    """Return the grid's hyper-parameters, order of `NAMES`, of a pair under the fast model's.

    The grid's relation is the half-sum of the two directions: steps of two directions with sd q and
    correlation c give it a step of sd q sqrt((1 + c) / 2).
    """

    def half_sum(name: str) -> float:
        return float(np.sqrt((1 + value[f"{name}_correlation"]) / 2))

    wild = float(np.exp(volatility * value["volatility_spread"]))
    own = {name: value[name] for name in TAKEN_OVER} | {
        "level_step_sd": wild * value["level_step_sd"] * half_sum("level"),
        "flare_step_sd": scale_ratio * wild * value["flare_step_sd"] * half_sum("flare"),
        "mean_sd": value["mean_sd"] * half_sum("mean"),
        "flare_tail": tail,
    }
    return np.array([own[name] for name in NAMES])


def one_pair(panel: Panel, number: int) -> Panel:
    """Return the panel of one pair; spans of tones still point into all of them."""
    steps = slice(int(panel.offset[number]), int(panel.offset[number + 1]))
    return replace(
        panel,
        offset=np.array([0, steps.stop - steps.start], np.int64),
        month=panel.month[steps],
        acts=panel.acts[steps],
        span=panel.span[steps],
        time=panel.time[steps],
        start=panel.start[number : number + 1],
    )


def fast_evidence(panel: Panel, natural: Floats, tone_tail: float) -> Floats:
    """Return the fast filter's log evidence of a panel under each row of hyper-parameters."""
    by_class = [
        [
            step_evidence(panel, kernel_vector(row, tone_tail=tone_tail, volatility=node)).sum()
            for node in VOLATILITY_NODES
        ]
        for row in natural
    ]
    return np.logaddexp.reduce(np.array(by_class) + np.log(VOLATILITY_WEIGHTS), axis=1)

"""A panel of many states: hyper-parameters from some pairs, state effects from all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from comity.core.class_counts import ClassCounts
from comity.core.states import StateIndex
from comity.core.streams import stream_number
from comity.measure import kernels
from comity.measure.ascent import climb
from comity.measure.class_panel import panel_of_classes, stratified_pairs
from comity.measure.filter import filter_last, filter_panel
from comity.measure.likelihood_table import likelihood_table
from comity.measure.mode import LOG_WEIGHTS, Mode, Objective, in_threads
from comity.measure.model import Prior, names_of, panel_priors
from comity.measure.panel import Panel
from comity.measure.state_effects import StateEffects, fit_effects
from comity.measure.sticks import STICKS, Stick
from comity.measure.volatility import class_weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
N_FITTED_PAIRS = 600
LEAST_STATES = 12  # with fewer, a state's effects cannot be told from its pairs' own means
N_ROUNDS = 2
N_EFFECT_PASSES = 2
FIRST_SHARE = 4  # before state effects are known, one in so many of the fitted pairs will do
PAIRS_A_CHUNK = 400
LASTING = (0, kernels.N_LATENT // 2)  # latent positions of the lasting half-sum, half-difference


@dataclass(frozen=True)
class PanelFit:
    """What was learned from a panel: hyper-parameters and state effects of one stick."""

    stick: Stick
    natural: Floats  # (hyper-parameter,)          in the order of `names_of`
    vectors: tuple[Floats, ...]  # the kernels' vector of each volatility class
    effects: StateEffects
    mode: Mode  # unconstrained; curvature by outer products, on the fitted pairs
    objective: Objective
    n_fitted_pairs: int

    @property
    def hyperparameters(self) -> dict[str, float]:
        """Hyper-parameters by name."""
        names = names_of(self.objective.panel.n_sources)[: self.objective.n_free]
        return dict(zip(names, self.natural.tolist(), strict=False))


def fit_panel(
    counts: ClassCounts,
    *,
    stick: Stick = STICKS[0],
    n_fitted_pairs: int = N_FITTED_PAIRS,
    seed: int = 1,
    n_threads: int = 0,
    priors: Mapping[str, Prior] | None = None,
    begin: PanelFit | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> PanelFit:
    """Fit one stick of a panel of states.

    Parameters
    ----------
    counts
        Acts by class; periods of a month or a year.
    stick
        Which split of the acts.
    n_fitted_pairs
        Hyper-parameters come from so many pairs, drawn evenly over the ranks of volume.
    seed
        Of the draw of pairs.
    n_threads
        0 uses every core; results do not depend on it.
    priors
        By hyper-parameter; the package's judged ones by default.
    begin
        An earlier fit to start the search from.
    progress
        Called with a step's name and the share of its passes done.
    """
    panel = panel_of_classes(counts, stick)
    threads = n_threads or os.cpu_count() or 1
    priors = priors or panel_priors(counts.period_months, is_material=stick is not STICKS[0])
    key = np.array([seed, stream_number("measure/panel/pairs")], np.uint64)
    chosen = stratified_pairs(panel, n_fitted_pairs, np.random.Generator(np.random.Philox(key=key)))
    index = counts.index
    has_effects = len(index) >= LEAST_STATES
    effects = begin.effects if begin is not None else StateEffects.none(len(index))

    def objective_now(pairs: Ints) -> Objective:
        shifted = replace(panel, start=effects.start(index))
        return Objective(shifted.of_pairs(pairs), priors, threads)

    objective = objective_now(chosen[:: FIRST_SHARE if has_effects else 1])
    point = begin.mode.point if begin is not None else objective.start[: objective.n_free]
    told = progress or (lambda step, done: None)
    n_rounds = N_ROUNDS if has_effects else 0
    told("fitting the panel", 0.0)
    mode = climb(objective, point)
    for done in range(n_rounds):
        told("fitting the panel", (done + 1) / (n_rounds + 2))
        vectors = objective.parameters(mode.point)
        for _ in range(N_EFFECT_PASSES):
            effects = effects_pass(panel, index, effects, vectors, threads)
        n_before, objective = objective.panel.n_pairs, objective_now(chosen)
        bend = -mode.hessian if n_before == objective.panel.n_pairs else None
        mode = climb(objective, mode.point, bend)
    told("fitting the panel", 1.0)
    return PanelFit(
        stick, objective.natural(mode.point), objective.parameters(mode.point), effects, mode,
        objective, len(chosen),
    )  # fmt: skip


def effects_pass(
    panel: Panel,
    index: StateIndex,
    effects: StateEffects,
    vectors: tuple[Floats, ...],
    n_threads: int,
) -> StateEffects:
    """Return state effects after one pass of the filter over all pairs."""
    whole = replace(panel, start=effects.start(index))
    prior = vectors[0][[kernels.VARIANCE + place for place in LASTING]]
    mean, variance = whole.start.copy(), np.tile(prior, (panel.n_pairs, 1))

    def moments(pairs: Ints) -> None:
        part = whole.of_pairs(pairs)
        heard = np.flatnonzero(np.diff(part.offset) > 0)
        table = likelihood_table(part, *vectors)
        runs = [filter_last(part, vector, table) for vector in vectors]
        evidence = np.array([part.by_pair(run[0]) for run in runs])  # (class, pair)
        weight = softmax(evidence + LOG_WEIGHTS[:, None], axis=0)[:, heard, None]
        means = np.array([run[1][heard][:, LASTING] for run in runs])
        spread = np.array([run[2][heard][:, LASTING, LASTING] for run in runs])
        centre = (weight * means).sum(axis=0)
        mean[pairs[heard]] = centre
        variance[pairs[heard]] = (weight * (spread + (means - centre) ** 2)).sum(axis=0)

    in_threads(moments, chunks(panel.n_pairs, n_threads), n_threads)
    return fit_effects(index, effects, mean, variance, prior)


def chunks(n_pairs: int, n_threads: int) -> list[Ints]:
    """Return the pairs in runs that fit into a modest memory and keep every thread busy."""
    size = max(1, min(PAIRS_A_CHUNK, -(-n_pairs // n_threads)))
    return [np.arange(low, min(low + size, n_pairs)) for low in range(0, n_pairs, size)]


def one_step_scores(fit: PanelFit, counts: ClassCounts, time: int) -> Floats:
    """Return log scores of successes given trials in one period, from earlier ones, (directed,).

    NaN where the stick has no trials. ``fit`` must not have seen that period.
    """
    panel = panel_of_classes(counts, fit.stick)
    panel = replace(panel, start=fit.effects.start(counts.index))
    table = likelihood_table(panel, *fit.vectors)
    runs = [filter_panel(panel, vector, table) for vector in fit.vectors]
    weight, _ = class_weights(panel, np.array([run.evidence for run in runs]))
    with np.errstate(divide="ignore"):  # a class may have lost all its weight
        score = np.array([run.cell_score for run in runs]) + np.log(weight)[..., None]
    here = panel.time == time
    out = np.full(counts.index.n_directed, np.nan)
    with np.errstate(invalid="ignore"):
        mixed = np.logaddexp.reduce(score[:, here], axis=0)
    out[counts.index.directions[panel.pair[here]]] = mixed
    return out

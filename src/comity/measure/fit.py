"""From event counts to relations: the whole measurement in one call."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from comity.core.class_counts import ClassCounts
from comity.core.history import EventCounts
from comity.core.relations import PredictiveScore, Relations, RelationStart
from comity.core.settings import Settings
from comity.core.streams import stream_number
from comity.measure.baseline import Smoothing, fit_smoothing, score_against_baseline
from comity.measure.changes import find_changes, usual_rates
from comity.measure.hyper import HyperDraws, draw_hyperparameters
from comity.measure.mixture import Reading, mixture_moments, read_relations
from comity.measure.mode import Objective, in_threads
from comity.measure.model import Prior, default_priors, level_memory, names_of
from comity.measure.panel import Panel, panel_of

Floats = NDArray[np.float64]


def fit_relations(
    counts: EventCounts,
    *,
    settings: Settings,
    priors: Mapping[str, Prior] | None = None,
    others: Sequence[ClassCounts] = (),
) -> Relations:
    """Measure the relation of every pair, month by month, with its uncertainty.

    The model is that of ``docs/theory/measurement.md``: the mix of cooperative and conflictual acts
    given their number, and the judged tone of each act given its class, observe a lasting mean, a
    slow level and a fast flare in each direction. Months without acts observe nothing.

    Parameters
    ----------
    counts
        Directed acts by month. Cut it at a month to get readings that no later row has touched.
    settings
        ``n_hyper_draws``, ``n_paths``, ``seed`` and ``n_threads`` are read. Results depend on the
        first three only.
    priors
        Priors by hyper-parameter; the package's judged ones by default.
    others
        Further sources of events by month, one source each, with an intercept and a concentration
        of their own. The relation shown keeps the intercept of ``counts``.

    Returns
    -------
    relations
        In logits of the expected share of cooperative acts, larger is warmer. Filtered readings
        use rows up to their month and hyper-parameters from all rows given.

    Raises
    ------
    ShapeError
        The arrays of ``counts`` do not fit together.
    """
    panel = panel_of(counts, others)
    n_threads = settings.n_threads or os.cpu_count() or 1
    objective = Objective(panel.observed(), priors or default_priors(), n_threads)
    draws = draw_hyperparameters(objective, n_draws=settings.n_hyper_draws, seed=settings.seed)
    n_draws = len(draws.points)
    parameters = [objective.parameters(point) for point in draws.points]
    readings = in_threads(
        lambda draw: read_relations(
            panel,
            parameters[draw],
            n_paths=len(range(draw, settings.n_paths, n_draws)),
            seed=settings.seed,
            draw=draw,
        ),
        range(n_draws),
        n_threads,
    )
    natural = np.array([objective.natural(point) for point in draws.points])
    return _assemble(counts, panel, settings, draws, natural, readings, usual_rates(parameters))


def _assemble(
    counts: EventCounts,
    panel: Panel,
    settings: Settings,
    draws: HyperDraws,
    natural: Floats,
    readings: list[Reading],
    usual: dict[str, float],
) -> Relations:
    index, n_times = counts.index, len(counts.months)

    def moments(name: str) -> tuple[Floats, Floats]:
        mean, sd = mixture_moments([getattr(reading, name) for reading in readings])
        mean, sd = (x.reshape(index.n_dyads, n_times, -1) for x in (mean, sd))
        if mean.shape[2] == 1:
            return mean[..., 0], sd[..., 0]
        directed = np.empty((2, index.n_directed, n_times))
        directed[:, index.directions] = np.stack([mean, sd]).transpose(0, 1, 3, 2)
        return directed[0], directed[1]

    def interleaved(name: str) -> Floats:
        """Put draw k of hyper-parameter draw h at k * n + h, so that any head is balanced."""
        first = getattr(readings[0], name)
        out = np.empty((settings.n_paths, *first.shape[1:]))
        for h, reading in enumerate(readings):
            out[h :: len(readings)] = getattr(reading, name)
        return out

    def path(name: str) -> NDArray[np.float32]:
        return interleaved(name).reshape(-1, index.n_dyads, n_times).astype(np.float32)

    mean, sd = moments("directed")
    filtered_mean, filtered_sd = moments("filtered_directed")
    dyad_mean, dyad_sd = moments("pair")
    level_mean, level_sd = moments("level")
    dyad_filtered_mean, dyad_filtered_sd = moments("filtered_pair")
    scores, smoothing = _scores(counts, readings, settings.seed)
    levels = np.quantile(natural, [0.05, 0.5, 0.95], axis=0)
    paths, level_paths = path("pair_paths"), path("level_paths")
    flare = np.mean([reading.flare for reading in readings], axis=0)
    flare = flare.reshape(2, index.n_dyads, n_times)
    return Relations(
        index=index,
        months=counts.months,
        mean=mean,
        sd=sd,
        filtered_mean=filtered_mean,
        filtered_sd=filtered_sd,
        dyad_mean=dyad_mean,
        dyad_sd=dyad_sd,
        level_mean=level_mean,
        level_sd=level_sd,
        dyad_filtered_mean=dyad_filtered_mean,
        dyad_filtered_sd=dyad_filtered_sd,
        paths=paths,
        level_paths=level_paths,
        n_events=counts.volume,
        changes=find_changes(index, counts.months, flare, paths, level_paths, usual),
        start=_start(
            natural,
            panel.n_sources,
            interleaved("last"),
            interleaved("last_volatility"),
            int(counts.months[-1]),
        ),
        reference_source=counts.source,
        hyperparameters={
            name: (float(low), float(middle), float(high))
            for name, low, middle, high in zip(names_of(panel.n_sources), *levels, strict=True)
        },
        hyperparameter_draws=natural,
        scores=scores,
        notes=_notes(panel, draws, smoothing),
        settings={
            "n_hyper_draws": len(readings),
            "n_paths": settings.n_paths,
            "seed": settings.seed,
            "log_posterior_at_mode": draws.mode.value,
            "largest_gradient_at_mode": draws.mode.largest_gradient,
            "n_modes": draws.n_modes,
            "n_candidates": draws.n_candidates,
            "effective_candidates": draws.effective,
            "smoother_last_move": max(reading.last_move for reading in readings),
        },
    )


def _start(
    natural: Floats, n_sources: int, last: Floats, volatility: Floats, month: int
) -> RelationStart:
    """Return the joint filtered draws of the last month; ``last`` is (draw, dyad, 3)."""
    rows = natural[np.arange(len(last)) % len(natural)].T
    value = dict(zip(names_of(n_sources), rows, strict=True))
    wild = np.exp(volatility * value["volatility_spread"][:, None])  # (draw, dyad)
    level_step = value["level_step_sd"] * np.sqrt((1 + value["level_correlation"]) / 2)
    flare_step = value["flare_step_sd"] * np.sqrt((1 + value["flare_correlation"]) / 2)
    return RelationStart(
        intercept=value["intercept"],
        mean=last[..., 0],
        level=last[..., 1],
        flare=last[..., 2],
        level_memory=np.array([level_memory(h) for h in value["level_half_life"]]),
        level_step_sd=level_step[:, None] * wild,
        flare_memory=value["flare_memory"],
        flare_step_sd=flare_step[:, None] * wild,
        month=month,
    )


def _scores(
    counts: EventCounts, readings: list[Reading], seed: int
) -> tuple[tuple[PredictiveScore, ...], Smoothing | None]:
    if not counts.volume.any():
        return (), None
    shape = (len(readings), counts.index.n_dyads, len(counts.months), 2)
    by_draw = np.array([reading.cell_score for reading in readings]).reshape(shape)
    directed = np.empty((len(readings), *counts.volume.shape))
    directed[:, counts.index.directions] = by_draw.transpose(0, 1, 3, 2)
    cell = directed[:, *np.nonzero(counts.volume)]  # (draw, cell)
    model = np.logaddexp.reduce(cell, axis=0) - np.log(len(readings))
    smoothing = fit_smoothing(counts)
    key = np.array([seed, stream_number("measure/score/bootstrap")], np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key))
    return (score_against_baseline(counts, model, smoothing, generator),), smoothing


def _notes(panel: Panel, draws: HyperDraws, smoothing: Smoothing | None) -> tuple[str, ...]:
    notes = [
        "Filtered readings use rows up to their month, and hyper-parameters from all rows given; "
        "measure as of an earlier month for a reading that no later row has touched.",
        "A joint act is one observation of the pair, not one in each direction.",
    ]
    if smoothing is not None:
        notes.append(
            "Model and baseline are both fitted on the cells on which they are scored. "
            "The baseline remembers half of an act for "
            f"{smoothing.half_life_months:.3g} months, is shrunk to the pool with a weight "
            f"(in acts) of {smoothing.strength_acts:.3g}, and has concentration "
            f"{smoothing.concentration:.3g}."
        )
        if not smoothing.is_interior:
            notes.append(
                "The baseline's best point lies at a limit of its grid: beyond it nothing changes."
            )
    if draws.effective < len(draws.points) / 2:
        notes.append(
            f"Only {draws.effective:.0f} effective hyper-parameter candidates out of "
            f"{draws.n_candidates}: intervals of hyper-parameters are rough. Raise n_hyper_draws."
        )
    silent = 1 - panel.is_seen().mean()
    notes.append(
        f"{100 * silent:.0f}% of pair-months have no act; there the reading rests on the months "
        "around them and on the pool."
    )
    return tuple(notes)

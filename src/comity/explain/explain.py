"""From evidence and drivers to effects: the whole explanation in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import NOBODY, DriverPanel, DriverSeries
from comity.core.effects import GOVERNMENT, DriverEffect, Effects, Placebo
from comity.core.evidence import RelationEvidence
from comity.core.history import EventCounts
from comity.core.judged import JudgedNumber
from comity.core.relations import Relations
from comity.explain.assumptions import HALF_LIFE, priors_for
from comity.explain.balance import balance_series
from comity.explain.columns import driver_columns
from comity.explain.designs import estimate_designs
from comity.explain.event_study import event_study
from comity.explain.government_effect import government_effect
from comity.explain.governments import government_rows, one_pair_sentence
from comity.explain.panel_model import N_KEEP, PanelFit, fit_panel, years_of
from comity.explain.placebos import Suite, another_source
from comity.explain.refit import Refit
from comity.explain.refusals import (
    collinear_drivers,
    collinear_words,
    driver_refusals,
    kept_columns,
    record_refusal,
)
from comity.explain.robustness import robustness_value
from comity.explain.shuffles import N_SHUFFLES
from comity.explain.tiers import effect_sentence, refusal_sentence, tier_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
N_PLACEBO_DRAWS = 4
"""Draws of the measurement that placebos look at, out of those that the estimate uses."""


def explain_drivers(
    evidence: RelationEvidence,
    panel: DriverPanel,
    relations: Relations,
    numbers: Mapping[str, JudgedNumber],
    *,
    counts: EventCounts | None = None,
    by_source: Sequence[RelationEvidence] = (),
    focal: Sequence[str] = (),
    words: Callable[[str], str] = str,
    n_keep: int = N_KEEP,
    n_shuffles: int = N_SHUFFLES,
    seed: int = 1,
    n_threads: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> Effects:
    """Estimate what moves relations, with the strength of the evidence beside every number.

    Parameters
    ----------
    evidence
        What the acts say of every pair, month by month.
    panel
        Drivers from the record; the balance of third parties is added from ``relations``.
    relations
        The measurement behind ``evidence``.
    numbers
        Judged numbers: ``relation.beta.<driver>`` are the priors.
    counts
        Acts by kind, to see whether a switch parts them completely.
    by_source
        The evidence of each source of events alone, where there are two.
    focal
        Pairs of states whose relation is shown by pair of governments.
    words
        Name of a pair of states for people.
    n_keep, n_shuffles
        Posterior draws, and shifts of dates behind each permutation.
    seed
        Of every random draw.
    n_threads
        0 uses every core; results do not depend on it.
    progress
        Called with a step's name and the share done.

    Returns
    -------
    effects
        One row for every driver. Where the data cannot be asked, the row has a sentence that says
        what to do and no number.
    """
    panel = panel.with_driver(balance_series(relations))
    found = estimate_effects(
        evidence,
        panel,
        numbers,
        volume=relations.n_events[relations.index.directions].sum(axis=1),
        counts=counts,
        by_source=by_source,
        n_keep=n_keep,
        n_shuffles=n_shuffles,
        seed=seed,
        n_threads=n_threads,
        progress=progress,
    )
    draws = np.linspace(0, evidence.n_draws - 1, min(N_PLACEBO_DRAWS, evidence.n_draws))
    chosen = draws.round().astype(int).tolist()
    fit, label = found.fit, focal[0] if focal else panel.index.dyads[0]
    return Effects(
        drivers=found.rows,
        governments=government_rows(relations, panel, evidence, fit, focal),
        one_pair=one_pair_sentence(evidence, panel.index.dyad_number(label), words(label)),
        draw_names=() if fit is None else (*fit.names, GOVERNMENT),
        draws=np.empty((0, 0)) if fit is None else np.column_stack([fit.draws, fit.government_sd]),
        n_pairs=int((np.diff(evidence.offset) > 0).sum()),
        n_factors=0 if fit is None else fit.likelihood.n_factors,
        half_life=(numbers[HALF_LIFE].low, numbers[HALF_LIFE].central, numbers[HALF_LIFE].high),
        event_studies=tuple(
            event_study(evidence, item, draws=chosen, seed=seed, n_threads=n_threads)
            for item in panel.occasions
        ),
        notes=_notes(evidence, panel, fit),
        settings={"n_keep": n_keep, "n_shuffles": n_shuffles, "seed": seed},
    )


class Estimated(NamedTuple):
    """Rows of the table, and the fit behind them where there is one."""

    rows: tuple[DriverEffect, ...]
    fit: PanelFit | None


def estimate_effects(
    evidence: RelationEvidence,
    panel: DriverPanel,
    numbers: Mapping[str, JudgedNumber],
    *,
    volume: Ints,
    counts: EventCounts | None = None,
    by_source: Sequence[RelationEvidence] = (),
    n_keep: int = N_KEEP,
    n_shuffles: int = N_SHUFFLES,
    seed: int = 1,
    n_threads: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> Estimated:
    """Estimate every driver of a panel, with placebos, designs, tier and sentence.

    As `explain_drivers`, for panels that come without a measurement of a case; ``volume`` holds
    acts of any kind by pair and month.
    """
    told = progress or (lambda step, done: None)
    refused = driver_refusals(panel, evidence, *pair_counts(counts))
    names = [name for name in panel.names if name not in refused]
    period = years_of(panel.months)
    shared = {"government": panel.government, "period": period, "n_threads": n_threads}
    fit: PanelFit | None = None
    effects: dict[str, DriverEffect] = {}
    suite: Suite | None = None
    if not record_refusal(evidence):
        priors = priors_for(panel.names, numbers)
        columns = driver_columns(panel, names, priors)
        first = fit_panel(evidence, columns, priors, n_keep=n_keep, seed=seed, **shared)
        alike = collinear_drivers(first.likelihood)
        for name, partner in alike.items():
            refused[name] = collinear_words(panel.driver(partner).words)
        kept = kept_columns(columns, set(alike))
        fit = first if not alike else fit_panel(
            evidence, kept, priors, n_keep=n_keep, seed=seed, **shared
        )  # fmt: skip
        refit = Refit.of(fit, evidence, priors, n_draws=N_PLACEBO_DRAWS, **shared)
        suite = Suite(refit, kept, panel, volume, seed, n_shuffles)
        for row, name in enumerate(kept.names):
            told("placebos", row / len(kept.names))
            effects[name] = _effect(panel.driver(name), fit, suite, by_source)
        told("placebos", 1.0)
    rows = tuple(
        effects.get(name) or _refused(panel.driver(name), refused[name]) for name in panel.names
    )
    government = government_effect(panel, fit, suite, record_refusal(evidence))
    return Estimated((*rows, government), fit)


def pair_counts(counts: EventCounts | None) -> tuple[Ints | None, Ints | None]:
    """Return cooperative and conflictual acts by pair and month, both directions."""
    if counts is None:
        return None, None
    both = counts.index.directions
    return counts.cooperative[both].sum(axis=1), counts.conflictual[both].sum(axis=1)


def _effect(
    series: DriverSeries, fit: PanelFit, suite: Suite, by_source: Sequence[RelationEvidence]
) -> DriverEffect:
    place = fit.columns.place(series.name)
    estimate, sd = float(fit.mean[place]), float(np.sqrt(fit.covariance[place, place]))
    low95, low, high, high95 = fit.quantiles(series.name, (0.025, 0.1, 0.9, 0.975)).tolist()
    data_estimate, data_se = fit.likelihood.alone(series.name)
    z = data_estimate / data_se if np.isfinite(data_se) else 0.0
    degrees = fit.likelihood.n_factors - len(fit.names)
    placebos = (
        *suite.run(series.name),
        _second_source(series.name, suite, by_source),
    )
    designs = estimate_designs(suite, series)
    contracted = fit.contraction(series.name)
    tier, design = tier_of(contracted, placebos, designs)
    robustness = robustness_value(z, degrees)
    told = robustness
    if design is not None:
        told = robustness_value(design.data_estimate / design.data_se, degrees)
    return DriverEffect(
        name=series.name,
        words=series.words,
        unit=series.unit,
        source=series.source,
        tier=tier,
        sentence=effect_sentence(
            tier, series.words, series.unit, (estimate, low, high), design=design, z=z,
            robustness=told, placebos=placebos,
        ),
        estimate=estimate,
        sd=sd,
        low=low,
        high=high,
        low95=low95,
        high95=high95,
        prior_mean=float(fit.columns.mean[place]),
        prior_sd=float(fit.columns.sd[place]),
        contraction=contracted,
        data_estimate=data_estimate,
        data_se=data_se,
        robustness=robustness,
        placebos=placebos,
        designs=designs,
        caution=series.caution,
    )  # fmt: skip


def _second_source(name: str, suite: Suite, by_source: Sequence[RelationEvidence]) -> Placebo:
    if len(by_source) != 2:
        return another_source(None, None)
    first, second = (
        suite.refit.on(evidence).likelihood(suite.columns).alone(name) for evidence in by_source
    )
    return another_source(first, second)


def _refused(series: DriverSeries, why: str) -> DriverEffect:
    return DriverEffect(
        name=series.name,
        words=series.words,
        unit=series.unit,
        source=series.source,
        tier="not estimable",
        sentence=refusal_sentence(series.words, why),
        caution=series.caution,
    )


def _notes(evidence: RelationEvidence, panel: DriverPanel, fit: PanelFit | None) -> tuple[str, ...]:
    notes = [
        "Effects are what a lasting unit of a driver moves the mean relation of a pair in the end, "
        "in logits; larger is warmer.",
        "The measurement is left as it is: what explains relations is not fed back into them.",
    ]
    unknown = float((panel.government == NOBODY).mean())
    if unknown:
        notes.append(
            f"In {100 * unknown:.0f}% of pair-months one of the two states has no government "
            "recorded; they have no government effect."
        )
    if fit is not None:
        heard = len(evidence.time) / (panel.index.n_dyads * len(panel.months))
        notes.append(
            f"Acts are recorded in {100 * heard:.0f}% of pair-months; only these say anything."
        )
    return tuple(notes)

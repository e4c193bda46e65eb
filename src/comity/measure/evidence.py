"""The evidence of every month with acts, as Gaussian factors, for those who explain relations."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from comity.core.class_counts import ClassCounts
from comity.core.evidence import RelationEvidence
from comity.core.history import EventCounts
from comity.core.relations import Relations
from comity.measure import kernels
from comity.measure.class_panel import panel_of_classes
from comity.measure.filter import filter_panel
from comity.measure.likelihood_table import likelihood_table
from comity.measure.mode import class_vectors, in_threads
from comity.measure.model import Prior, default_priors
from comity.measure.panel import Panel, panel_of
from comity.measure.panel_fit import PanelFit, chunks
from comity.measure.paths import uniforms
from comity.measure.smoother import settled_sites
from comity.measure.volatility import class_weights

Floats = NDArray[np.float64]
N_DRAWS = 20


def relation_evidence(
    counts: EventCounts,
    relations: Relations,
    *,
    others: Sequence[ClassCounts] = (),
    n_draws: int = N_DRAWS,
    seed: int = 1,
    n_threads: int = 0,
    priors: Mapping[str, Prior] | None = None,
    only: Collection[int] | None = None,
) -> RelationEvidence:
    """Return what the acts of a case say of every pair's relation, month by month.

    Parameters
    ----------
    counts, others
        The acts that ``relations`` were measured from.
    relations
        The measurement; its draws of the hyper-parameters are read.
    n_draws
        Draws of the hyper-parameters to hand on, evenly chosen among those of ``relations``.
    seed
        Of the draw of each pair's volatility.
    n_threads
        0 uses every core; results do not depend on it.
    priors
        Those of the measurement; the package's judged ones by default.
    only
        Sources to read, 0 for ``counts`` and its tones, 1 for the first of ``others`` and so on;
        all of them by default.

    Returns
    -------
    evidence
        One Gaussian factor a channel and month, as expectation propagation settled them under each
        draw. Combined with the law of motion they give back the measured relation; combined with a
        law that knows drivers they give what the drivers add.

    Notes
    -----
    Nothing that explains is fed back: factors and hyper-parameters stay as measured.
    """
    panel = _of_sources(panel_of(counts, others), only).observed()
    natural = relations.hyperparameter_draws
    n_used = min(n_draws, len(natural))
    used = np.linspace(0, len(natural) - 1, n_used).round().astype(int)
    tail = (priors or default_priors())["tone_tail"].location
    vectors = [class_vectors(natural[row], tail, panel.n_sources) for row in used]
    threads = n_threads or os.cpu_count() or 1
    found = in_threads(
        lambda k: draw_evidence(panel, vectors[k], seed=seed, draw=int(used[k])),
        range(n_used),
        threads,
    )
    return RelationEvidence(
        index=counts.index,
        months=np.asarray(counts.months, np.int64),
        period_months=1,
        offset=panel.offset,
        time=panel.time,
        site=np.array([site for site, _, _ in found]),
        memory=np.array([memory for _, memory, _ in found]),
        variance=np.array([variance for _, _, variance in found]),
        start=panel.start,
    )


def panel_evidence(
    fit: PanelFit, counts: ClassCounts, *, n_draws: int = 1, seed: int = 1, n_threads: int = 0
) -> RelationEvidence:
    """Return what the acts of a panel of many states say of every pair, period by period.

    Parameters
    ----------
    fit
        Hyper-parameters and state effects, of the same states, stick and sources. They are taken as
        known: hundreds of pairs pin them down.
    counts
        Acts by class.
    n_draws
        Draws of each pair's volatility class, the only doubt that is left.
    seed
        Of these draws.
    n_threads
        0 uses every core; results do not depend on it.
    """
    panel = panel_of_classes(counts, fit.stick)
    panel = replace(panel, start=fit.effects.start(counts.index))
    runs = chunks(counts.index.n_dyads, n_threads or os.cpu_count() or 1)
    parts = [panel.of_pairs(pairs) for pairs in runs]

    def one(item: tuple[int, int]) -> tuple[Floats, Floats, Floats]:
        draw, run = item
        # the address of a draw must not depend on how pairs are shared out
        return draw_evidence(parts[run], fit.vectors, seed=seed, draw=draw, first=int(runs[run][0]))

    items = [(draw, run) for draw in range(n_draws) for run in range(len(runs))]
    found = in_threads(one, items, n_threads or os.cpu_count() or 1)
    by_draw = [found[draw * len(runs) : (draw + 1) * len(runs)] for draw in range(n_draws)]
    return RelationEvidence(
        index=counts.index,
        months=np.asarray(counts.months, np.int64),
        period_months=counts.period_months,
        offset=panel.offset,
        time=panel.time,
        site=np.array([np.concatenate([part[0] for part in parts]) for parts in by_draw]),
        memory=np.array([parts[0][1] for parts in by_draw]),
        variance=np.array([np.concatenate([part[2] for part in parts]) for parts in by_draw]),
        start=panel.start,
    )


def _of_sources(panel: Panel, only: Collection[int] | None) -> Panel:
    """Return the panel without the acts of other sources."""
    if only is None:
        return panel
    acts = panel.acts.copy()
    acts[:, :, [source for source in range(panel.n_sources) if source not in only]] = 0
    return replace(panel, acts=acts, span=panel.span if 0 in only else np.zeros_like(panel.span))


def draw_evidence(
    panel: Panel, vectors: Sequence[Floats], *, seed: int, draw: int, first: int = 0
) -> tuple[Floats, Floats, Floats]:
    """Return sites, memories and variances under one draw, each pair in a drawn volatility class.

    Shapes (step, channel, 2), (latent,) and (pair, latent). ``panel`` holds months with acts only;
    ``first`` is the number of its first pair where it is a part of a larger one.
    """
    table = likelihood_table(panel, *vectors)
    runs = [filter_panel(panel, vector, table, with_scores=False).evidence for vector in vectors]
    heard = np.flatnonzero(np.diff(panel.offset) > 0)
    total = np.zeros((len(vectors), panel.n_pairs))
    _, after = class_weights(panel, np.array(runs))
    total[:, heard] = after[:, panel.offset[heard + 1] - 1]
    total[len(vectors) // 2, np.diff(panel.offset) == 0] = 1.0  # nothing heard: nothing matters
    uniform = uniforms(seed, "measure/evidence/class", draw, (first + panel.n_pairs,))[first:]
    chosen = (uniform > np.cumsum(total, axis=0)[:-1]).sum(axis=0)  # (pair,)
    sites = np.array([settled_sites(panel, vector, table)[0] for vector in vectors])
    site = np.take_along_axis(sites, chosen[panel.pair][None, :, None, None], axis=0)[0]
    span = slice(kernels.VARIANCE, kernels.VARIANCE + kernels.N_LATENT)
    variance = np.array([vector[span] for vector in vectors])[chosen]
    memory = vectors[0][kernels.MEMORY : kernels.MEMORY + kernels.N_LATENT]
    return site, memory, variance

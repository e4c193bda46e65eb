"""Relations by pair of governments, and how little one pair of states can show of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import DriverPanel
from comity.core.effects import GovernmentRow
from comity.core.evidence import RelationEvidence
from comity.core.relations import Relations
from comity.explain.panel_model import PanelFit
from comity.explain.persistence import government_mean_sd

Floats = NDArray[np.float64]
TERM_MONTHS = 60
LEVEL_AND_FLARE = slice(1, 3)


def government_rows(
    relations: Relations,
    panel: DriverPanel,
    evidence: RelationEvidence,
    fit: PanelFit | None,
    dyads: Sequence[str],
) -> tuple[GovernmentRow, ...]:
    """Return the mean relation of some pairs of states under every pair of governments.

    From the posterior draws of the measured relation, with the standard deviation that such a mean
    has from persistence alone.
    """
    rows: list[GovernmentRow] = []
    for label in dyads:
        dyad = panel.index.dyad_number(label)
        paths = relations.paths[:, dyad].astype(np.float64)
        for number, names in enumerate(panel.government_names[dyad]):
            held = panel.government[dyad] == number
            mean = paths[:, held].mean(axis=1)
            low, high = np.quantile(mean, [0.1, 0.9])
            place = None if fit is None else int(fit.own_offset[dyad]) + number
            rows.append(
                GovernmentRow(
                    dyad=panel.index.dyads[dyad],
                    governments=names,
                    first_month=int(panel.months[int(np.argmax(held))]),
                    n_months=int(held.sum()),
                    relation=float(mean.mean()),
                    low=float(low),
                    high=float(high),
                    mean_sd=persistence_sd(evidence, dyad, int(held.sum())),
                    effect=float("nan")
                    if fit is None or place is None
                    else float(fit.own_mean[place]),
                    effect_sd=float("nan")
                    if fit is None or place is None
                    else float(fit.own_sd[place]),
                )
            )
    return tuple(rows)


def persistence_sd(evidence: RelationEvidence, dyad: int, n_months: int) -> float:
    """Return the standard deviation of a mean relation over some months from persistence alone.

    In stationary standard deviations of the pair's level and flare; averaged over the draws of the
    measurement.
    """
    parts = [
        government_mean_sd(
            memory[LEVEL_AND_FLARE], variance[dyad][LEVEL_AND_FLARE], max(n_months, 1)
        )
        for memory, variance in zip(evidence.memory, evidence.variance, strict=True)
    ]
    return float(np.mean(parts))


def one_pair_sentence(evidence: RelationEvidence, dyad: int, words: str) -> str:
    """Return how little the governments of one pair of states can show, with its number."""
    term = persistence_sd(evidence, dyad, TERM_MONTHS)
    return (
        f"One pair of states cannot show what its governments do: from persistence alone the mean "
        f"relation of {words} over {TERM_MONTHS} months of one government has a standard error of "
        f"{term:.2f} of the relation's own standard deviations, so that two governments differ "
        f"visibly only beyond about {2 * np.sqrt(2) * term:.1f} of them."
    )

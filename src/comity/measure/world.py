"""The world as one panel: where some pairs stand among all that acted in a month."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from comity.core.class_counts import ClassCounts
from comity.core.panel_readings import PanelReadings
from comity.core.world_place import WorldPlaces
from comity.measure.panel_fit import fit_panel
from comity.measure.panel_read import read_panel

Floats = NDArray[np.float64]
N_FITTED_PAIRS = 150
"""Pairs behind the hyper-parameters: enough for a rank, in a quarter of the time of a full fit."""

LEAST_PAIRS = 20
"""Other pairs that must have acted in a month before a percentage of them is given; ASSUMED."""

TAIL = float(ndtri(0.9))  # ends of an 80% interval, in sd


def measure_world(
    counts: ClassCounts,
    dyads: Sequence[str],
    *,
    n_left_out: int = 0,
    seed: int = 1,
    n_threads: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> WorldPlaces:
    """Measure all pairs of a panel and return where some of them stand among the others.

    Parameters
    ----------
    counts
        Acts of all states of an event store, by month.
    dyads
        Pairs to place; one with a state that the store lacks has no place.
    n_left_out
        States of the store that ``counts`` leaves out; handed on.
    seed
        Of the draw of pairs that the hyper-parameters are fitted on.
    n_threads
        0 uses every core; results do not depend on it.
    progress
        Called with a step's name and the share done.
    """
    fit = fit_panel(
        counts, n_fitted_pairs=N_FITTED_PAIRS, seed=seed, n_threads=n_threads, progress=progress
    )
    readings = read_panel(fit, counts, n_threads=n_threads, progress=progress)
    return place_in_world(readings, dyads, sources=counts.sources, n_left_out=n_left_out)


def place_in_world(
    readings: PanelReadings,
    dyads: Sequence[str],
    *,
    sources: tuple[str, ...] = (),
    n_left_out: int = 0,
) -> WorldPlaces:
    r"""Return where pairs stand among all other pairs with acts in the month.

    Parameters
    ----------
    readings
        A whole panel, of which the filtered readings are used.
    dyads
        Pairs to place, sorted codes.

    Notes
    -----
    With :math:`N(m, s^2)` the pair's filtered relation and :math:`N(m_j, s_j^2)` those of the other
    pairs, the place is the mean over :math:`j` of :math:`\Phi((m - m_j)/\sqrt{s^2 + s_j^2})`: the
    expected share of pairs that stand lower, not the rank of a mean among means, in which pairs
    with few acts crowd in the middle. Doubt of different pairs is taken as independent. The ends of
    the 80% interval are the mean of :math:`\Phi((x - m_j)/s_j)` at the pair's own 10% and 90%
    quantiles.
    """
    index, directions = readings.index, readings.index.directions
    acts = readings.n_trials[directions].sum(axis=1)  # (dyad, time)
    mean = readings.dyad_filtered_mean.astype(np.float64)
    sd = readings.dyad_filtered_sd.astype(np.float64)
    place, low, high = np.full((3, len(dyads), len(readings.months)), np.nan)
    for row, label in enumerate(dyads):
        if not set(label.split("-")) <= set(index.codes):
            continue
        own = index.dyad_number(label)
        is_known = acts[own].cumsum() > 0
        others = acts > 0
        others[own] = False
        for time in np.flatnonzero(is_known & (others.sum(axis=0) >= LEAST_PAIRS)):
            their, spread = mean[others[:, time], time], sd[others[:, time], time]
            m, s = mean[own, time], sd[own, time]
            place[row, time] = ndtr((m - their) / np.hypot(s, spread)).mean()
            ends = np.array([m - TAIL * s, m + TAIL * s])
            low[row, time], high[row, time] = ndtr((ends[:, None] - their) / spread).mean(axis=1)
    return WorldPlaces(
        months=readings.months,
        dyads=tuple(dyads),
        place=100 * place,
        low=100 * low,
        high=100 * high,
        n_pairs=(acts > 0).sum(axis=0),
        n_states=len(index),
        n_left_out=n_left_out,
        n_fitted_pairs=readings.n_fitted_pairs,
        sources=sources,
    )

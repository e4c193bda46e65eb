"""comity's own model, one step ahead: the line that the baselines are compared with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.class_counts import ClassCounts
from comity.core.states import StateIndex
from comity.measure.panel_fit import PanelFit, fit_panel
from comity.measure.panel_fit import one_step_scores as scores_of
from comity.measure.sticks import STICKS

Ints = NDArray[np.int64]
_LAST_FIT: dict[tuple[int, int, int], PanelFit] = {}  # where the next origin's search begins


def one_step_scores(
    successes: Ints,
    failures: Ints,
    states: StateIndex,
    origin: int,
    *,
    stick: int = 1,
    period_months: int = 12,
) -> NDArray[np.float64]:
    """Return log scores of period ``origin + 1`` from periods up to ``origin``, (directed,).

    Acts are (directed_dyad, time). Hyper-parameters and state effects are fitted on periods up to
    ``origin``.
    """
    known = class_counts(successes, failures, states, origin + 1, period_months, stick)
    key = (len(states), period_months, stick)
    fit = fit_panel(known, stick=STICKS[stick - 1], begin=_LAST_FIT.get(key))
    _LAST_FIT[key] = fit
    ahead = class_counts(successes, failures, states, origin + 2, period_months, stick)
    return scores_of(fit, ahead, origin + 1)


def class_counts(
    successes: Ints,
    failures: Ints,
    states: StateIndex,
    n_times: int,
    period_months: int,
    stick: int = 1,
) -> ClassCounts:
    """Return counts whose stick splits into these successes and failures."""
    directed, time = np.nonzero((successes + failures)[:, :n_times])
    acts = np.zeros((len(directed), 4), np.int64)
    acts[:, STICKS[stick - 1].successes[0]] = successes[directed, time]
    acts[:, STICKS[stick - 1].failures[0]] = failures[directed, time]
    return ClassCounts(
        index=states,
        months=np.arange(n_times) * period_months,
        period_months=period_months,
        sources=("events",),
        directed=directed,
        time=time,
        source=np.zeros(len(directed), np.int64),
        acts=acts,
    )

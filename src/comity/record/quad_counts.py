"""Acts of a case by quad class, for the baselines that read classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.class_counts import QUAD_CLASSES
from comity.core.months import month_of
from comity.record.counts import act_pairs, classify


def count_quads(case: Case) -> NDArray[np.int64]:
    """Return the acts of every directed dyad by month and class, (directed_dyad, time, quad_class).

    The same acts as `comity.record.count_events`; classes in the order of `QUAD_CLASSES`.
    """
    acts = np.zeros((case.index.n_directed, len(case.months), len(QUAD_CLASSES)), np.int64)
    for event in case.events:
        if (found := classify(event, case.event_classes)) is not None:
            place = month_of(event.date) - case.first_month
            number = QUAD_CLASSES.index(found.quad)
            for pair in act_pairs(event):
                acts[case.index.directed_number(*pair), place, number] += 1
    return acts

"""From counted events to the acts of a pair, both directions pooled."""

from __future__ import annotations

import numpy as np

from comity.core.history import EventCounts
from comity.core.quarrels import PairActs
from comity.measure.panel import panel_of
from comity.measure.quarrels.likelihood import TONE_UNIT


def pair_acts(counts: EventCounts) -> tuple[PairActs, ...]:
    """Return the acts of every pair, both directions pooled, a joint act once.

    Sources often enter a two-sided act once in each direction, so that directions are not
    independent; pooled, they observe one relation. Raises what `measure.panel.panel_of` raises.
    """
    panel = panel_of(counts)
    out: list[PairActs] = []
    for pair, dyad in enumerate(counts.index.dyads):
        steps = slice(int(panel.offset[pair]), int(panel.offset[pair + 1]))
        acts = panel.acts[steps]
        acts = acts.reshape(len(acts), -1, 2).sum(axis=1)  # (time, class)
        spans = panel.span[steps]
        times, kept = [], []
        for t, channels in enumerate(spans):
            for begin, end in channels:
                kept.extend(range(begin, end))
                times.extend([t] * (end - begin))
        place = np.array(kept, np.int64)
        out.append(
            PairActs(
                dyad=dyad,
                months=np.asarray(counts.months, np.int64),
                cooperative=acts[:, 0],
                volume=acts.sum(axis=1),
                tone=panel.tone[place] * TONE_UNIT,
                tone_time=np.array(times, np.int64),
                tone_cooperative=panel.tone_class[place].astype(bool),
            )
        )
    return tuple(out)

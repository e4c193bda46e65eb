"""How probable each volatility class of a pair is, step by step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from comity.measure.model import VOLATILITY_WEIGHTS
from comity.measure.panel import Panel

Floats = NDArray[np.float64]


def class_weights(panel: Panel, evidence: Floats) -> tuple[Floats, Floats]:
    """Return the probability of each volatility class before and after each step.

    ``evidence`` and both answers have shape (class, step). Only a pair's own steps count.
    """
    total = np.cumsum(evidence, axis=1)
    base = np.concatenate([np.zeros((len(evidence), 1)), total], axis=1)[:, panel.offset[:-1]]
    after = total - base[:, panel.pair]
    before = after - evidence
    log_weight = np.log(VOLATILITY_WEIGHTS)[:, None]
    return softmax(before + log_weight, axis=0), softmax(after + log_weight, axis=0)

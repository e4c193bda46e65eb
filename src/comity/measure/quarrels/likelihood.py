"""Log-likelihood rows: what each month's acts say about the relation, on a grid of relations.

Notation: theta -- relation, logit of the expected cooperative share, larger is warmer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from comity.core.quarrels import PairActs

Floats = NDArray[np.float64]
TONE_UNIT = 10.0  # tones run from -10 to 10; priors are in tenths of that scale


def count_rows(acts: PairActs, concentration: float, theta: Floats) -> Floats:
    """Return the log probability of each month's cooperative acts given its volume, (time, theta).

    Beta-binomial; a month without acts has a row of zeros: it observes nothing.
    """
    out = np.zeros((len(acts.months), len(theta)))
    kinds, place = np.unique(np.stack([acts.cooperative, acts.volume]), axis=1, return_inverse=True)
    c, n = kinds[:, :, None].astype(float)
    a = np.maximum(concentration / (1 + np.exp(-theta)), 1e-12)
    b = np.maximum(concentration / (1 + np.exp(theta)), 1e-12)
    rows = gammaln(n + 1) - gammaln(c + 1) - gammaln(n - c + 1)
    rows = rows + gammaln(a + c) - gammaln(a) + gammaln(b + n - c) - gammaln(b)
    rows += gammaln(concentration) - gammaln(concentration + n)
    out[:] = rows[place.reshape(-1)]
    out[acts.volume == 0] = 0.0
    return out


def tone_rows(
    acts: PairActs,
    theta: Floats,
    *,
    intercept: float,
    class_mean: tuple[float, float],
    loading: float,
    noise_sd: float,
    tail: float,
) -> Floats:
    """Return the log density of each month's tones given their classes, (time, theta).

    Student-t around the class's mean (conflictual, cooperative) plus loading times the relation
    less the source's intercept; tones in tenths of their scale.
    """
    out = np.zeros((len(acts.months), len(theta)))
    if len(acts.tone) == 0:
        return out
    centre = np.asarray(class_mean)[acts.tone_cooperative.astype(int)]
    z = (acts.tone / TONE_UNIT - centre)[:, None] - loading * (theta - intercept)
    constant = gammaln((tail + 1) / 2) - gammaln(tail / 2) - 0.5 * np.log(np.pi * tail)
    density = constant - np.log(noise_sd) - (tail + 1) / 2 * np.log1p((z / noise_sd) ** 2 / tail)
    np.add.at(out, acts.tone_time, density)
    return out

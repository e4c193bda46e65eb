"""Ignorance and chance: variance between parameter draws against variance within them.

With n members in each of P draws the mean of a draw is its own expectation plus noise of variance
s² / n, where s² is the variance within draws. So

    between = Var(means of draws) - mean(s² / n), not below 0,
    ignorance share = between / (between + s²).

Intervals over draws take the same noise out: each draw's mean is pulled toward the grand mean by
sqrt(between / Var(means)), after which the spread of the means is the spread of expectations. Where
noise is most of what is seen, the difference of two nearly equal variances may fall far below the
truth by chance and an interval shrink to nothing. So the interval uses the upper 90% bound of the
variance between draws (the relative error of a variance of P means is sqrt(2 / (P - 1))): too wide
rather than falsely narrow, and never wider than the means themselves. Where noise is more than half
of what is seen, the shape of the means is that of the noise too (a rare outcome is 0 in most
draws), and the interval is the normal one of that bound around the mean.
Where no draw has two members nothing can be told apart, and share and interval are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ROWS = 64
"""Quantities that are split at a time, so that what is in work stays small."""
UPPER = 1.2816
"""Standard errors to the upper 90% bound, and from the mean to the ends of an 80% interval."""


@dataclass(frozen=True)
class Split:
    """A mean over members and where its variance comes from; arrays without the draw axis."""

    mean: Floats
    between: Floats  # variance between draws, sampling noise taken out
    within: Floats  # variance within draws
    monte_carlo_se: Floats
    low: Floats  # 10% over draws
    high: Floats  # 90%

    @property
    def ignorance_share(self) -> Floats:
        """Part of the variance that lies between draws, 0 where nothing varies."""
        total = self.between + self.within
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(total > 0, self.between / total, np.where(np.isnan(total), total, 0.0))


def split_variance(sums: Floats, squares: Floats, members: NDArray[np.int64]) -> Split:
    """Return the split of a quantity given its sums.

    Parameters
    ----------
    sums
        Sum over the members of each draw, (..., draw).
    squares
        Sum of squares over all members, (...).
    members
        Members of each draw, (draw,); draws without members are left out.
    """
    used, shape = members > 0, np.shape(squares)
    n = members[used].astype(float)
    sums, squares = sums.reshape(-1, members.size), np.reshape(squares, -1)
    parts = [
        _split(sums[first : first + _ROWS][:, used], squares[first : first + _ROWS], n)
        for first in range(0, max(len(sums), 1), _ROWS)
    ]
    columns = (np.concatenate([getattr(one, item.name) for one in parts]) for item in fields(Split))
    return Split(*(column.reshape(shape) for column in columns))


def _split(sums: Floats, squares: Floats, n: Floats) -> Split:
    """Return the split of some quantities, sums (row, draw)."""
    total, draws = n.sum(), n.size
    means = sums / n
    mean = sums.sum(axis=-1) / total
    if total <= draws:
        nan = np.full(mean.shape, np.nan)
        variance = np.maximum(squares / total - mean**2, 0.0) * total / max(total - 1, 1)
        return Split(mean, nan, nan, np.sqrt(variance / total), nan, nan)
    rest = squares - np.einsum("rd,rd,d->r", means, means, n)
    # Cancellation leaves a few units in the last place where nothing varies.
    rest = np.where(rest > 1e-12 * np.abs(squares), rest, 0.0)
    within = rest / (total - draws)
    noise = within * np.mean(1 / n)
    spread = _variance(means)
    between = np.maximum(spread - noise, 0.0)
    se = np.sqrt(between / draws + within / total)
    slack = UPPER * np.sqrt(2 / max(draws - 1, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = np.where(spread > 0, 1 + slack - noise / spread, 0.0)
    pull = np.sqrt(np.clip(kept, 0.0, 1.0))
    low, high = (mean + pull * (end - mean) for end in _quantiles(means, (0.1, 0.9)))
    buried = noise > 0.5 * spread
    reach = UPPER * pull * np.sqrt(spread)
    low, high = np.where(buried, mean - reach, low), np.where(buried, mean + reach, high)
    return Split(mean, between, within, se, low, high)


def _variance(means: Floats) -> Floats:
    """Return the variance over the last axis, 0 of a single number."""
    apart = means - means.mean(axis=-1, keepdims=True)
    return np.einsum("rd,rd->r", apart, apart) / max(means.shape[-1] - 1, 1)


def _quantiles(values: Floats, levels: tuple[float, ...]) -> list[Floats]:
    """Return quantiles over the last axis, as `numpy.quantile` has them; sorting is faster."""
    ordered, last = np.sort(values, axis=-1), values.shape[-1] - 1
    found: list[Floats] = []
    for level in levels:
        below = int(level * last)
        above = min(below + 1, last)
        share = level * last - below
        found.append(ordered[..., below] * (1 - share) + ordered[..., above] * share)
    return found

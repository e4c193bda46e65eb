"""Whether the fitted model produces records like the one it was fitted on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.attention import Attention
from comity.core.errors import ParameterError, ShapeError
from comity.core.history import EventCounts
from comity.core.relations import Relations, share

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
PREDICTIVE_LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class PredictiveCheck:
    """One statistic of the record beside its distribution over replicated records.

    ``tail_prob`` is the two-sided posterior predictive probability: twice the smaller of the shares
    of replicates at most and at least as large as observed, ties counted half. Near zero: the model
    does not produce records like this. NaN: the statistic is undefined here.
    """

    dyad: str
    statistic: str
    observed: float
    quantiles: tuple[float, float, float]  # levels `PREDICTIVE_LEVELS`
    tail_prob: float


def check_mix(
    counts: EventCounts,
    relations: Relations,
    dyad: str,
    *,
    generator: np.random.Generator,
    n_replicates: int = 200,
) -> tuple[PredictiveCheck, ...]:
    """Check the mix of cooperative and conflictual acts of a pair, given their number.

    Replicates keep the number of acts of each direction and month. The relation comes from the
    joint draws of the pair; the difference of the directions has its posterior mean and one draw of
    its deviation for the whole record; the concentration is its posterior median.

    Returns
    -------
    checks
        Longest conflict run (months with acts in a row with more conflict than cooperation),
        autocorrelation of the cooperative share at lags 1 and 12, and the asymmetry of the two
        directions (share of first toward second minus share back).
    """
    number = relations.index.dyad_number(dyad)
    both = relations.index.directions[number]
    volume, good = counts.volume[both], counts.cooperative[both]
    draws = np.arange(n_replicates) % len(relations.paths)
    pair = relations.paths[draws, number, :].astype(np.float64)
    half = (relations.mean[both[0]] - relations.mean[both[1]]) / 2
    spread = (relations.sd[both] ** 2).sum(axis=0) / 2 - relations.dyad_sd[number] ** 2
    move = generator.standard_normal((n_replicates, 1)) * np.sqrt(np.maximum(spread, 0))
    logits = np.stack([pair + half + move, pair - half - move], axis=1)
    concentration = relations.hyperparameters["concentration"][1]
    replicates = replicate_mix(volume, logits, concentration, generator)
    return compare(relations.index.dyads[number], good, replicates, volume, MIX_STATISTICS)


def check_volume(
    attention: Attention,
    source: str,
    target: str,
    *,
    generator: np.random.Generator,
    n_replicates: int = 200,
) -> tuple[PredictiveCheck, ...]:
    """Check the number of acts of a directed dyad: share of silent months, variance over mean.

    Each month is replicated from its one-step predictive distribution, given the months that came
    before it; a negative binomial with that mean and variance stands for it.
    """
    row = attention.index.directed_number(source, target)
    mean, variance = attention.predictive_mean[row], attention.predictive_sd[row] ** 2
    size = mean**2 / np.maximum(variance - mean, 1e-9 * (1 + mean))
    rate = generator.gamma(size, mean / size, (n_replicates, len(mean)))
    replicates = generator.poisson(rate)[:, None, :]
    observed = attention.n_acts[row][None, :]
    name = attention.index.directed_dyads[row]
    return compare(name, observed, replicates, observed, VOLUME_STATISTICS)


def replicate_mix(
    volume: Counts, logits: Floats, concentration: float, generator: np.random.Generator
) -> Counts:
    """Return cooperative acts drawn given their number, shaped like ``logits``.

    Beta-binomial with the shares of ``logits``, (draw, direction, time).
    """
    if logits.shape[1:] != volume.shape:
        raise ShapeError(
            f"replicate_mix: logits must have shape (draw, {volume.shape[0]}, {volume.shape[1]}), "
            f"a draw of every cell of volume; found {logits.shape}."
        )
    if not (np.isfinite(concentration) and concentration > 0):
        raise ParameterError(
            f"replicate_mix: concentration must be positive and finite; found {concentration}."
        )
    p = np.clip(share(logits), 1e-9, 1 - 1e-9)
    return generator.binomial(volume, generator.beta(concentration * p, concentration * (1 - p)))


def compare(
    name: str,
    observed: Counts,
    replicates: Counts,
    volume: Counts,
    statistics: dict[str, Callable[[Counts, Counts], float]],
) -> tuple[PredictiveCheck, ...]:
    """Return each statistic of the record beside its distribution over the replicates."""
    out: list[PredictiveCheck] = []
    for label, statistic in statistics.items():
        found = statistic(observed, volume)
        ahead = np.array([statistic(one, volume) for one in replicates])
        ahead = ahead[np.isfinite(ahead)]
        if len(ahead) == 0 or not np.isfinite(found):
            nothing = (float("nan"), float("nan"), float("nan"))
            out.append(PredictiveCheck(name, label, float(found), nothing, float("nan")))
            continue
        below = (ahead < found).mean() + 0.5 * (ahead == found).mean()
        low, middle, high = (float(x) for x in np.quantile(ahead, PREDICTIVE_LEVELS))
        tail = float(min(1.0, 2 * min(below, 1 - below)))
        out.append(PredictiveCheck(name, label, float(found), (low, middle, high), tail))
    return tuple(out)


def longest_conflict_run(good: Counts, volume: Counts) -> float:
    """Return the most months with acts in a row in which conflict outweighs cooperation."""
    total = volume.sum(axis=0)
    is_conflict = (2 * good.sum(axis=0) < total)[total > 0]
    longest = run = 0
    for one in is_conflict:
        run = run + 1 if one else 0
        longest = max(longest, run)
    return float(longest)


def share_autocorrelation(good: Counts, volume: Counts, lag: int) -> float:
    """Return the autocorrelation of the cooperative share over months that both have acts."""
    total = volume.sum(axis=0)
    rate = np.where(total > 0, good.sum(axis=0) / np.maximum(total, 1), np.nan)
    one, two = rate[:-lag], rate[lag:]
    kept = np.isfinite(one) & np.isfinite(two)
    if kept.sum() < 3 or one[kept].std() == 0 or two[kept].std() == 0:
        return float("nan")
    return float(np.corrcoef(one[kept], two[kept])[0, 1])


def share_asymmetry(good: Counts, volume: Counts) -> float:
    """Return the cooperative share of the first direction minus that of the second."""
    total = volume.sum(axis=1)
    if (total == 0).any():
        return float("nan")
    first, second = good.sum(axis=1) / total
    return float(first - second)


def zero_share(acts: Counts, volume: Counts) -> float:
    """Return the share of months without acts; ``volume`` is not read."""
    return float((acts == 0).mean())


def variance_over_mean(acts: Counts, volume: Counts) -> float:
    """Return the variance of the monthly number of acts over its mean; NaN without acts."""
    mean = acts.mean()
    return float(acts.var() / mean) if mean > 0 else float("nan")


MIX_STATISTICS: dict[str, Callable[[Counts, Counts], float]] = {
    "longest conflict run": longest_conflict_run,
    "autocorrelation at lag 1": lambda good, volume: share_autocorrelation(good, volume, 1),
    "autocorrelation at lag 12": lambda good, volume: share_autocorrelation(good, volume, 12),
    "asymmetry": share_asymmetry,
}
VOLUME_STATISTICS: dict[str, Callable[[Counts, Counts], float]] = {
    "share of silent months": zero_share,
    "variance over mean": variance_over_mean,
}

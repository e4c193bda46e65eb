"""Event studies: what relations do around dated occasions, beside pairs on which none falls.

Occasions fall on different pairs at different times, and what they do may grow or fade. One
regression with pair and month effects then compares occasions with earlier ones as if these were
untouched. Stacking avoids it: every occasion gets its own window with its own controls, pairs on
which nothing falls in that window, and its own effects of pair and month [1]_ [2]_.

References
----------
.. [1] Callaway & Sant'Anna (2021). Difference-in-differences with multiple time periods. Journal of
   Econometrics 225(2).
.. [2] Cengiz, Dube, Lindner & Zipperer (2019). The effect of minimum wages on low-wage jobs.
   Quarterly Journal of Economics 134(3).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc, stdtr

from comity.core.drivers import Occasions
from comity.core.effects import EventBin, EventStudy
from comity.core.evidence import RelationEvidence
from comity.explain.panel_model import named_generator
from comity.explain.sums import gather
from comity.explain.thresholds import threshold

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BEFORE, AFTER, WIDTH = 12, 24, 3
"""Months before and after an occasion that are looked at, and months put together."""
N_CONTROLS = 40
LEAST_CONTROLS = 2
WIDE = 100.0  # prior variance of a pair's own effect: as good as none
FLAT = 1e-4  # prior precision of month effects: as good as none


def event_study(
    evidence: RelationEvidence,
    occasions: Occasions,
    *,
    draws: Sequence[int] | None = None,
    seed: int = 1,
    n_threads: int = 0,
) -> EventStudy:
    """Return the mean course of relations from 12 months before to 24 months after occasions.

    Parameters
    ----------
    evidence
        What the acts say of every pair.
    occasions
        When and on which pairs they fall.
    draws
        Draws of the evidence to look at; all by default.
    seed
        Of the draw of controls, where there are more than are needed.
    n_threads
        0 uses every core; results do not depend on it.

    Returns
    -------
    study
        Differences from the last three months before the occasion, in logits, with standard errors
        that allow for pairs that serve in several windows (clustered by pair). Where too few
        occasions have controls the study says so and has no number.

    Notes
    -----
    A window ends where the next occasion falls on the pair, and begins after the one before. The
    mean course hides occasions that move relations up and others that move them down; that is what
    the scale of government effects is for.
    """
    bins = [(low, low + WIDTH - 1) for low in range(-BEFORE, AFTER, WIDTH)]
    bins[-1] = (bins[-1][0], AFTER)  # a month without a bin would count as before the occasion
    free = [k for k, (low, _) in enumerate(bins) if low != -WIDTH]
    windows = _windows(evidence, occasions, named_generator(seed, "explain/event-study/controls"))
    n_occasions = len({int(occasions.occasion[row]) for row, _, _ in windows})
    least = int(threshold("least_events"))
    study = EventStudy(occasions.name, occasions.words, n_occasions, len(windows))
    if n_occasions < least:
        return study.refused(
            f"{n_occasions} occasions have a pair to compare with, and {least} are needed. Import "
            "events of more states, or add governments of more states to the case."
        )
    information, score, by_pair = _normal_equations(
        evidence, occasions, windows, bins, free, draws or range(evidence.n_draws), n_threads
    )
    seen = np.diag(information) > 1e-9
    if not seen[[k for k, b in enumerate(free) if bins[b][0] >= 0]].any():
        return study.refused("No acts are recorded after the occasions. Lengthen the record.")
    inverse = np.linalg.inv(information[np.ix_(seen, seen)])
    estimate = inverse @ score[seen]
    residual = by_pair(estimate, seen)
    n = len(residual)
    covariance = inverse @ (residual.T @ residual) @ inverse * n / max(n - 1, 1)
    return _result(study, [bins[k] for k, is_seen in zip(free, seen, strict=True) if is_seen],
                   estimate, covariance, n - 1)  # fmt: skip


def _result(
    study: EventStudy,
    bins: list[tuple[int, int]],
    estimate: Floats,
    covariance: Floats,
    degrees: int,
) -> EventStudy:
    """Put estimates together; clusters less one are the degrees of freedom of every test."""
    se = np.sqrt(np.diag(covariance))
    after = np.array([low >= 0 for low, _ in bins], float)
    weight = after / after.sum()
    mean, mean_se = float(weight @ estimate), float(np.sqrt(weight @ covariance @ weight))
    p_mean = float(2 * stdtr(degrees, -abs(mean / mean_se)))
    before = after == 0
    p = float("nan")
    if before.any():
        part = estimate[before]
        wald = float(part @ np.linalg.solve(covariance[np.ix_(before, before)], part))
        n_leads = int(before.sum())
        p = float(fdtrc(n_leads, degrees, wald / n_leads))
    rows = tuple(
        EventBin(low, high, float(value), float(error))
        for (low, high), value, error in zip(bins, estimate, se, strict=True)
    )
    return study.estimated(rows, mean, mean_se, p_mean, p)


Window = tuple[int, Ints, tuple[int, int]]


def _windows(
    evidence: RelationEvidence, occasions: Occasions, generator: np.random.Generator
) -> list[Window]:
    """Return for every usable fall its row, its controls, and the months of its pair."""
    n_pairs, n_times = occasions.touched.shape
    heard = np.diff(evidence.offset) > 0
    out: list[Window] = []
    for row, (pair, time) in enumerate(zip(occasions.pair, occasions.time, strict=True)):
        low, high = max(0, time - BEFORE), min(n_times - 1, time + AFTER)
        others = np.flatnonzero(occasions.touched[pair, low : high + 1]) + low
        begin = max([low, *(others[others < time] + 1).tolist()])
        end = min([high, *(others[others > time] - 1).tolist()])
        if time - begin < WIDTH or end - time < WIDTH:
            continue
        free = heard & ~occasions.touched[:, low : high + 1].any(axis=1)
        free[pair] = False
        controls = np.flatnonzero(free)
        if len(controls) < LEAST_CONTROLS:
            continue
        if len(controls) > N_CONTROLS:
            controls = np.sort(generator.choice(controls, N_CONTROLS, replace=False))
        out.append((row, controls, (int(begin), int(end))))
    assert n_pairs == evidence.index.n_dyads
    return out


def _normal_equations(
    evidence: RelationEvidence,
    occasions: Occasions,
    windows: Sequence[Window],
    bins: Sequence[tuple[int, int]],
    free: Sequence[int],
    draws: Sequence[int],
    n_threads: int,
) -> tuple[Floats, Floats, Callable[[Floats, NDArray[np.bool_]], Floats]]:
    """Sum the windows' equations, months taken out; also return what gives the pairs' scores."""
    n = len(free)
    information, score = np.zeros((n, n)), np.zeros(n)
    parts: list[tuple[Floats, Floats, NDArray, Ints]] = []
    for row, controls, (begin, end) in windows:
        pair, time = int(occasions.pair[row]), int(occasions.time[row])
        window, columns = _window(evidence, pair, time, controls, (begin, end), bins, free)
        period = np.arange(columns.shape[2])
        for draw in draws:
            sums = gather(
                window, columns, draw=draw, memory=0.0, period=period, by_pair=True,
                n_threads=n_threads,
            )  # fmt: skip
            months = sums.information[n:, n:] + FLAT * np.eye(len(period))
            cross = np.linalg.solve(months, sums.information[n:, :n])
            left = sums.information[:n, :n] - cross.T @ sums.information[n:, :n]
            information += left / len(draws)
            score += (sums.score[:n] - cross.T @ sums.score[n:]) / len(draws)
            used = np.array([pair, *controls])
            parts.append((sums.by_pair[used], sums.by_pair_score[used], cross, used))
    n_pairs = evidence.index.n_dyads

    def by_pair(estimate: Floats, seen: NDArray[np.bool_]) -> Floats:
        """Return each pair's score at the estimate, months taken out, (pair, bin)."""
        whole = np.zeros(n)
        whole[seen] = estimate
        total = np.zeros((n_pairs, n))
        for blocks, pulls, cross, used in parts:
            joint, pull = blocks.sum(axis=0), pulls.sum(axis=0)
            months = np.linalg.solve(
                joint[n:, n:] + FLAT * np.eye(joint.shape[0] - n), pull[n:] - joint[n:, :n] @ whole
            )
            at = np.concatenate([whole, months])
            residual = pulls - blocks @ at
            total[used] += (residual[:, :n] - residual[:, n:] @ cross) / len(draws)
        return total[np.abs(total).sum(axis=1) > 0][:, seen]

    return information, score, by_pair


def _window(
    evidence: RelationEvidence,
    pair: int,
    time: int,
    controls: Ints,
    months: tuple[int, int],
    bins: Sequence[tuple[int, int]],
    free: Sequence[int],
) -> tuple[RelationEvidence, Floats]:
    """Return the evidence inside one window and its columns, which are zero but for the pair."""
    low, high = max(0, time - BEFORE), min(len(evidence.months) - 1, time + AFTER)
    owner = evidence.pair
    inside = (evidence.time >= low) & (evidence.time <= high) & np.isin(owner, controls)
    begin, end = months
    inside |= (owner == pair) & (evidence.time >= begin) & (evidence.time <= end)
    count = np.bincount(owner[inside], minlength=evidence.index.n_dyads)
    variance = evidence.variance.copy()
    variance[..., 0] = WIDE  # a pair's own effect in each window; levels are not compared
    window = RelationEvidence(
        evidence.index, evidence.months[low : high + 1], evidence.period_months,
        np.concatenate([[0], np.cumsum(count)]), evidence.time[inside] - low,
        evidence.site[:, inside], evidence.memory, variance, evidence.start,
    )  # fmt: skip
    columns = np.zeros((evidence.index.n_dyads, len(free), high - low + 1))
    for column, number in enumerate(free):
        first, last = (min(max(time + lead - low, 0), high - low + 1) for lead in bins[number])
        columns[pair, column, first : last + 1] = 1.0
    return window, columns

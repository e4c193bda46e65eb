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

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from comity.core.drivers import Occasions
from comity.core.effects import EventBin, EventStudy
from comity.core.evidence import RelationEvidence
from comity.explain.panel_model import named_generator
from comity.explain.small_sample import Jackknifed
from comity.explain.stack import Stack
from comity.explain.thresholds import threshold

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BEFORE, AFTER, WIDTH = 12, 24, 3
"""Months before and after an occasion that are looked at, and months put together."""
N_CONTROLS = 40
LEAST_CONTROLS = 2
WIDE = 100.0  # prior variance of a pair's own effect: as good as none


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
        that allow for pairs that serve in several windows: each pair is left out of all of them in
        turn. Where too few occasions have controls the study says so and has no number.

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
    stack = Stack.empty(evidence.index.n_dyads, len(free))
    for row, controls, months in windows:
        pair, time = int(occasions.pair[row]), int(occasions.time[row])
        window, columns = _window(evidence, pair, time, controls, months, bins, free)
        stack.add(window, columns, pair, controls, draws or range(evidence.n_draws), n_threads)
    # Months that one pair alone has acts in cannot be told from that pair.
    carried = stack.carried()
    if not carried[[k for k, b in enumerate(free) if bins[b][0] >= 0]].any():
        return study.refused(
            "Fewer than two pairs have acts after the occasions. Lengthen the record."
        )
    kept = [bins[k] for k, is_carried in zip(free, carried, strict=True) if is_carried]
    return _result(study, kept, stack.solved().of(np.eye(len(free))[carried]))


def _result(study: EventStudy, bins: list[tuple[int, int]], found: Jackknifed) -> EventStudy:
    """Put estimates together, with tests for the few pairs that carry them."""
    each = np.eye(len(bins))
    is_after = np.array([low >= 0 for low, _ in bins])
    after = found.of((is_after / is_after.sum())[None])
    mean, mean_se = float(after.estimate[0]), float(np.sqrt(after.covariance()[0, 0]))
    rows = tuple(
        EventBin(low, high, float(value), float(np.sqrt(found.of(one[None]).covariance()[0, 0])))
        for (low, high), value, one in zip(bins, found.estimate, each, strict=True)
    )
    lead_p = float("nan") if is_after.all() else found.of(each[~is_after]).joint_p()
    p_mean = float(2 * stdtr(after.degrees(), -abs(mean / mean_se)))
    return study.estimated(rows, mean, mean_se, after.degrees(), p_mean, lead_p)


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

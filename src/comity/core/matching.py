"""What judged numbers alone imply, beside the record; and the draws that the record rules out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """One figure of a history as long as the record.

    ``recorded`` holds the record's own values, (reading,): one, or one for each posterior draw of
    what was measured; empty where the record does not hold it. ``without`` holds the values that
    the record would give without one of its dockets each, (docket,), where the figure counts them.
    """

    name: str
    words: str
    unit: str
    recorded: Floats
    without: Floats
    missing: str = ""


@dataclass(frozen=True)
class PriorFigure:
    """A figure of the record among those of futures of the same length.

    Quantiles are over futures: parameter draws and worlds together. ``percentile`` is the share of
    futures below the record's value, ties counted half, averaged over its readings; ``tail`` is
    the two-sided tail probability. NaN where the record does not hold the figure.
    ``ignorance_share`` is the part of the variance that lies between parameter draws;
    ``n_undefined`` counts futures in which the figure has no value.
    """

    figure: Figure
    low: float  # 5%
    middle: float
    high: float  # 95%
    ignorance_share: float
    record: float
    record_sd: float
    percentile: float
    tail: float
    n_undefined: int


@dataclass(frozen=True)
class Target:
    """One thing that draws are matched on.

    All standard deviations are in the figure's unit: ``observed_sd`` of the recorded value,
    ``discrepancy_sd`` of what a model right in its numbers may still be off by, judged.
    """

    figure: str
    words: str
    unit: str
    observed: float
    observed_sd: float
    observed_from: str
    discrepancy_sd: float
    n_rejected: int
    n_rejected_alone: int


@dataclass(frozen=True)
class Shift:
    """How far the kept draws of a judged number lie from all of them, in its own sd."""

    name: str
    mean: float
    kept_mean: float
    shift: float


@dataclass(frozen=True)
class Matching:
    """History matching: which parameter draws the record rules out.

    Attributes
    ----------
    targets
        What is matched; empty where the record holds none of it.
    cutoff
        Implausibility above which a draw is rejected.
    implausibility
        (target, draw).
    kept
        (draw,).
    shifts
        Judged numbers whose kept draws differ from all by more than leaving out as many at random
        would make them, largest first.
    """

    targets: tuple[Target, ...]
    cutoff: float
    implausibility: Floats
    kept: NDArray[np.bool_]
    shifts: tuple[Shift, ...]

    @property
    def n_rejected(self) -> int:
        """How many draws the record rules out."""
        return int(np.count_nonzero(~self.kept))

    @property
    def rejection_rate(self) -> float:
        """Share of the draws that the record rules out."""
        return self.n_rejected / self.kept.size

    def rate_at(self, cutoff: float) -> float:
        """Return the share of draws that another cut-off would rule out."""
        if not self.targets:
            return 0.0
        return float((self.implausibility > cutoff).any(axis=0).mean())


@dataclass(frozen=True)
class MatchedVerdict:
    """A verdict with every draw, and with rejected draws left out.

    ``answer`` is the model's chance or difference of chances, NaN where the model is not asked.
    """

    claim: int
    word: str
    word_kept: str
    answer: float
    answer_kept: float
    low: float
    high: float
    low_kept: float
    high_kept: float
    monte_carlo_se: float


@dataclass(frozen=True)
class PriorPage:
    """The prior predictive: every figure, and what is matched on three of them."""

    n_months: int
    n_members: int
    n_draws: int
    figures: tuple[PriorFigure, ...]
    matching: Matching

"""What moves relations, and how far the data can say so: what explain hands on.

====================  ==================================================================
tier                  what stands behind the number
====================  ==================================================================
A                     a design sets the driver's timing apart; its placebos hold
B                     a design does so if one named assumption holds; its placebos hold
C                     an association, and the prior
prior-driven          the prior: the data took less than a tenth of its variance away
not identified        a placebo finds the same where no effect can be
not estimable         no number; the sentence says what to do
====================  ==================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from comity.core.drivers import driver_named

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
TIERS = ("A", "B", "C", "prior-driven", "not identified", "not estimable")
CARRIED = ("A", "B", "C")
"""Tiers whose number rests on data: it may be told without brackets and handed on."""
GOVERNMENT = "government_sd"
"""Name of the row of government effects; its number is their scale, not a slope."""
NAN = float("nan")


@dataclass(frozen=True)
class Placebo:
    """One check that should find nothing.

    ``fired`` is True where it found something, None where it could not be run, and then ``words``
    says why.
    """

    name: str
    words: str
    value: float = NAN
    p_value: float = NAN
    fired: bool | None = None


@dataclass(frozen=True)
class DesignEstimate:
    """What the part of a driver that a design sets apart says, on the driver's own scale."""

    name: str
    words: str
    grade: str  # tier it can reach
    assumption: str
    n_events: int
    estimate: float = NAN
    sd: float = NAN
    data_estimate: float = NAN  # without the prior
    data_se: float = NAN
    contraction: float = NAN
    placebos: tuple[Placebo, ...] = ()
    refusal: str = ""  # why it carries nothing, empty where it does

    @property
    def carries(self) -> bool:
        """Whether an estimate may rest on the design."""
        return not self.refusal and not any(item.fired for item in self.placebos)


@dataclass(frozen=True)
class DriverEffect:
    """The long-run effect of one driver on the mean relation of a pair, in logits a unit.

    Positive is warmer. ``data_estimate`` and its standard error are what the data say without the
    prior, the other drivers keeping theirs. NaN everywhere where the tier is "not estimable".
    """

    name: str
    words: str
    unit: str
    source: str
    tier: str
    sentence: str
    estimate: float = NAN
    sd: float = NAN
    low: float = NAN  # 80% interval
    high: float = NAN
    low95: float = NAN
    high95: float = NAN
    prior_mean: float = NAN
    prior_sd: float = NAN
    contraction: float = NAN
    data_estimate: float = NAN
    data_se: float = NAN
    robustness: float = NAN  # share of remaining variance a confounder would need on both sides
    placebos: tuple[Placebo, ...] = ()
    designs: tuple[DesignEstimate, ...] = ()
    caution: str = ""

    def __post_init__(self) -> None:
        if self.tier not in TIERS:
            raise ValueError(f'"{self.tier}" is not a tier')

    @property
    def is_estimated(self) -> bool:
        """Whether there is a number."""
        return self.tier != "not estimable"


@dataclass(frozen=True)
class GovernmentRow:
    """One pair of governments of a pair of states, while both were in office.

    ``mean_sd`` is the standard deviation that the mean over these months has from persistence
    alone, in standard deviations of the relation: two governments differ visibly only beyond about
    twice the larger.
    """

    dyad: str
    governments: str
    first_month: int
    n_months: int
    relation: float  # mean over the months, logit
    low: float  # 80% interval
    high: float
    mean_sd: float
    effect: float  # government effect beyond the measured drivers, logit
    effect_sd: float


@dataclass(frozen=True)
class EventBin:
    """Some months around an occasion: how far relations differ from just before it, logit."""

    first_month: int  # of the occasion's month, which is 0
    last_month: int
    estimate: float
    se: float


@dataclass(frozen=True)
class EventStudy:
    """The mean course of relations around dated occasions, beside pairs on which none falls.

    Differences are from the last three months before. ``lead_p`` is the chance of leads as large
    where there are none; a small one says that relations moved first.
    """

    name: str
    words: str
    n_occasions: int
    n_windows: int  # pairs on which an occasion falls and that can be compared
    bins: tuple[EventBin, ...] = ()
    mean: float = NAN  # over all months after
    mean_se: float = NAN
    p_value: float = NAN  # of no mean difference after
    lead_p: float = NAN
    refusal: str = ""

    def refused(self, why: str) -> EventStudy:
        """Return the study without a number."""
        return replace(self, refusal=why)

    def estimated(
        self, bins: tuple[EventBin, ...], mean: float, mean_se: float, p_value: float, lead_p: float
    ) -> EventStudy:
        """Return the study with its numbers."""
        return replace(self, bins=bins, mean=mean, mean_se=mean_se, p_value=p_value, lead_p=lead_p)


@dataclass(frozen=True)
class Effects:
    """What moves relations: one row a driver, one a pair of governments, and the draws behind them.

    ``draws`` are equally weighted posterior draws of the effects of the estimated drivers and of
    the scale of government effects, in the order of ``draw_names``; a simulation that takes them
    in place of judged numbers carries what was learned and what was not.
    """

    drivers: tuple[DriverEffect, ...]
    governments: tuple[GovernmentRow, ...]
    one_pair: str  # how little one pair can show, a sentence with its number
    draw_names: tuple[str, ...]
    draws: Floats  # (draw, name)
    n_pairs: int
    n_factors: int  # pieces of evidence: channels and months with acts
    half_life: tuple[float, float, float]  # of a driver's effect, months: 5%, 50%, 95%
    event_studies: tuple[EventStudy, ...] = ()
    notes: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)

    def driver(self, name: str) -> DriverEffect:
        """Return a driver's row.

        Raises
        ------
        ParameterError
            There is no such driver; the message names the nearest one.
        """
        return driver_named(name, self.drivers)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per driver: estimate, intervals, tier, placebos, contraction, sentence."""
        import pandas as pd

        rows = [
            {
                "driver": item.name,
                "tier": item.tier,
                "estimate": item.estimate,
                "low": item.low,
                "high": item.high,
                "low95": item.low95,
                "high95": item.high95,
                "contraction": item.contraction,
                "prior_mean": item.prior_mean,
                "prior_sd": item.prior_sd,
                "data_estimate": item.data_estimate,
                "data_se": item.data_se,
                "robustness": item.robustness,
                "placebos_fired": ", ".join(one.name for one in item.placebos if one.fired),
                "sentence": item.sentence,
            }
            for item in self.drivers
        ]
        return pd.DataFrame(rows)

    def governments_frame(self) -> pd.DataFrame:
        """Return one row per pair of governments."""
        import pandas as pd

        return pd.DataFrame([item.__dict__ for item in self.governments])

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False)

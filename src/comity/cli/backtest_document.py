"""The JSON document of `comity backtest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from comity.cli.documents import Document, Number

if TYPE_CHECKING:
    from comity.core.backtest import Backtest, Calibration, MethodGain
    from comity.core.receipt import Receipt


class GainPart(Document):
    """What comity's own method gains over another, so many months ahead.

    Scores are means over the `n` cases that both answered, smaller is better; `gain` is above 0
    where comity is better. Low and high hold 95% (blocks of months resampled) and are null with
    fewer than five blocks. `detectable` is the smallest true gain that so much data would tell from
    zero four times out of five.
    """

    target: str
    score: str
    lead_months: int
    ours: str
    method: str
    n: int
    our_mean: Number
    mean: Number
    gain: Number
    low: Number
    high: Number
    detectable: Number


class ShownPart(Document):
    """A chance that was said, how often it came out yes, and the 90% band of honest chances."""

    forecast: Number
    n: int
    happened: Number
    low: Number
    high: Number


class PartsPart(Document):
    """The mean Brier score taken apart: miscalibration - discrimination + uncertainty.

    `points` are comity's own; other methods have none.
    """

    miscalibration: Number
    discrimination: Number
    uncertainty: Number
    points: list[ShownPart]


class PitPart(Document):
    """Share of cases in one bin of the probability integral transform; 90% band if honest."""

    share: Number
    low: Number
    high: Number


class CalibrationPart(Document):
    """Whether a method's forecasts of a target meant what they said, so many months ahead.

    Chances of yes or no have `reliability`; whole distributions have `pit`, a histogram over ten
    equal bins from 0 to 1 of where what came lay in the forecast (for counts averaged over the
    random number of a randomized transform), and a `sharpness`: the mean standard deviation of the
    forecasts, in `unit`.
    """

    target: str
    lead_months: int
    method: str
    n: int
    reliability: PartsPart | None
    pit: list[PitPart] | None
    sharpness: Number
    unit: str


class BacktestDocument(Document):
    """`comity backtest`: forecasts of earlier months, scored beside their baselines."""

    schema_name: Literal["comity.backtest/1"] = Field(default="comity.backtest/1", alias="schema")
    case: str
    origins: list[str]
    leads: list[int]
    gains: list[GainPart]
    calibration: list[CalibrationPart]
    receipt: dict[str, Any]


def backtest_document(
    found: Backtest,
    gains: tuple[MethodGain, ...],
    calibration: tuple[Calibration, ...],
    receipt: Receipt,
) -> BacktestDocument:
    """Return the document of a backtest."""
    from comity.core.months import month_text

    return BacktestDocument(
        case=found.case,
        origins=[month_text(int(month)) for month in found.origins],
        leads=list(found.leads),
        gains=[
            GainPart(
                target=item.target, score=item.score, lead_months=item.lead, ours=item.ours,
                method=item.method, n=item.n, our_mean=item.our_mean, mean=item.mean,
                gain=item.gain, low=item.low, high=item.high, detectable=item.detectable,
            )
            for item in gains
        ],
        calibration=[_calibration(item) for item in calibration],
        receipt=receipt.as_dict(),
    )  # fmt: skip


def _calibration(item: Calibration) -> CalibrationPart:
    found = item.reliability
    parts = None
    if found is not None:
        parts = PartsPart(
            miscalibration=found.miscalibration,
            discrimination=found.discrimination,
            uncertainty=found.uncertainty,
            points=[
                ShownPart(
                    forecast=point.forecast, n=point.n, happened=point.happened,
                    low=point.low, high=point.high,
                )
                for point in found.points
            ],
        )  # fmt: skip
    bins = [PitPart(share=one.share, low=one.low, high=one.high) for one in item.pit]
    return CalibrationPart(
        target=item.target, lead_months=item.lead, method=item.method, n=item.n,
        reliability=parts, pit=bins or None, sharpness=item.sharpness, unit=item.unit,
    )  # fmt: skip

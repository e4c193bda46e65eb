"""The JSON document of `comity backtest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from comity.cli.documents import Document, Number

if TYPE_CHECKING:
    from comity.core.backtest import Backtest, MethodGain
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


class BacktestDocument(Document):
    """`comity backtest`: forecasts of earlier months, scored beside their baselines."""

    schema_name: Literal["comity.backtest/1"] = Field(default="comity.backtest/1", alias="schema")
    case: str
    origins: list[str]
    leads: list[int]
    gains: list[GainPart]
    receipt: dict[str, Any]


def backtest_document(
    found: Backtest, gains: tuple[MethodGain, ...], receipt: Receipt
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
        receipt=receipt.as_dict(),
    )  # fmt: skip

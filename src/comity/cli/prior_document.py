"""The JSON document of `comity prior`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from comity.cli.document import Document, Number

if TYPE_CHECKING:
    from comity.core.matching import MatchedVerdict, PriorPage
    from comity.study import Study


class FigurePart(Document):
    """One figure of the record among futures of its length; low and high hold 90% of them.

    ``place`` is the share of futures below the record's value and ``tail`` the two-sided tail
    probability; both are null, with the reason, where the record does not hold the figure.
    """

    name: str
    words: str
    unit: str
    low: Number
    median: Number
    high: Number
    ignorance_share: Number
    record: Number
    record_sd: Number
    place: Number
    tail: Number
    n_undefined: int
    missing: str


class TargetPart(Document):
    """One target of history matching; standard deviations in its unit."""

    figure: str
    unit: str
    record: Number
    record_sd: Number
    record_from: str
    discrepancy_sd: Number
    n_rejected: int
    n_rejected_alone: int


class ShiftPart(Document):
    """A judged number whose kept draws differ from all draws, in its own standard deviation."""

    number: str
    mean: Number
    mean_of_kept: Number
    shift: Number


class MatchedPart(Document):
    """A verdict with every draw and with the kept draws; chances or differences of chances."""

    claim: int
    verdict: str
    verdict_of_kept: str
    answer: Number
    low: Number
    high: Number
    answer_of_kept: Number
    low_of_kept: Number
    high_of_kept: Number
    monte_carlo_se: Number


class PriorDocument(Document):
    """`comity prior`: what the judged numbers imply, the record, and draws it rules out."""

    schema_name: Literal["comity.prior/1"] = Field(default="comity.prior/1", alias="schema")
    case: str
    n_months: int
    n_members: int
    n_draws: int
    figures: list[FigurePart]
    targets: list[TargetPart]
    cutoff: Number
    rejected_draws: list[int]
    rejection_rate: Number
    shifts: list[ShiftPart]
    claims: list[MatchedPart]
    receipt: dict[str, Any]


def prior_document(
    study: Study, page: PriorPage, matched: Sequence[MatchedVerdict]
) -> PriorDocument:
    """Return the document of a page and, where they were asked for, of verdicts."""
    found = page.matching
    return PriorDocument(
        case=study.case.id,
        n_months=page.n_months,
        n_members=page.n_members,
        n_draws=page.n_draws,
        figures=[
            FigurePart(
                name=item.figure.name,
                words=item.figure.words,
                unit=item.figure.unit,
                low=item.low,
                median=item.middle,
                high=item.high,
                ignorance_share=item.ignorance_share,
                record=item.record,
                record_sd=item.record_sd,
                place=item.percentile,
                tail=item.tail,
                n_undefined=item.n_undefined,
                missing=item.figure.missing,
            )
            for item in page.figures
        ],
        targets=[
            TargetPart(
                figure=item.figure,
                unit=item.unit,
                record=item.observed,
                record_sd=item.observed_sd,
                record_from=item.observed_from,
                discrepancy_sd=item.discrepancy_sd,
                n_rejected=item.n_rejected,
                n_rejected_alone=item.n_rejected_alone,
            )
            for item in found.targets
        ],
        cutoff=found.cutoff,
        rejected_draws=[row for row, kept in enumerate(found.kept.tolist()) if not kept],
        rejection_rate=found.rejection_rate,
        shifts=[
            ShiftPart(
                number=item.name, mean=item.mean, mean_of_kept=item.kept_mean, shift=item.shift
            )
            for item in found.shifts
        ],
        claims=[
            MatchedPart(
                claim=item.claim,
                verdict=item.word,
                verdict_of_kept=item.word_kept,
                answer=item.answer,
                low=item.low,
                high=item.high,
                answer_of_kept=item.answer_kept,
                low_of_kept=item.low_kept,
                high_of_kept=item.high_kept,
                monte_carlo_se=item.monte_carlo_se,
            )
            for item in matched
        ],
        receipt=study.receipt().as_dict(),
    )

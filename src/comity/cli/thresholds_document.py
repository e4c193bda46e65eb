"""The JSON document of `comity thresholds`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from comity.cli.document import Document, Number

if TYPE_CHECKING:
    from comity.core.claims import Claim
    from comity.core.receipt import Receipt
    from comity.core.thresholds import (
        CurveReading,
        Moved,
        Spread,
        ThresholdFound,
        ThresholdMap,
    )
    from comity.study.thresholds import ThresholdAnswer


class MovedPart(Document):
    """A number that moves, and over which values; judged is low, central, high or empty."""

    name: str
    meaning: str
    unit: str
    judged: list[Number]
    values: list[Number]


class CrossingPart(Document):
    """Where a curve crosses the level; low and high hold 80% of what sampling worlds makes of it.

    `rises` says whether the curve is above the level beyond.
    """

    value: Number
    low: Number
    high: Number
    se: Number
    rises: bool


class StandingPart(Document):
    """How a curve stands to the level: it crosses, stays above or below, or cannot be told."""

    standing: Literal["crosses", "above", "below", "unresolved"]
    crossings: list[CrossingPart]
    n_unresolved: int


class SpreadPart(Document):
    """Thresholds over draws of the other judged numbers.

    Low, middle and high are the 10%, 50% and 90% quantiles among the draws that have one; shares
    are of all draws.
    """

    n_draws: int
    low: Number
    middle: Number
    high: Number
    share_found: Number
    share_never: Number
    share_throughout: Number
    share_unresolved: Number
    share_several: Number
    ignorance_sd: Number
    chance_sd: Number


class LinePart(Document):
    """Thresholds in one number: the curve with every other number central, and over draws."""

    moved: MovedPart
    mean: list[Number]
    se: list[Number]
    share_holding: list[Number]
    central: StandingPart
    spread: SpreadPart
    n_worlds: int
    n_draw_worlds: int
    sentences: list[str]


class MapPart(Document):
    """Two numbers at once; a row for every value of the second, a column for each of the first.

    `rows` and `spreads` are the thresholds in the first number at each value of the second.
    """

    first: MovedPart
    second: MovedPart
    mean: list[list[Number]]
    se: list[list[Number]]
    share_holding: list[list[Number]]
    rows: list[StandingPart]
    spreads: list[SpreadPart]
    n_worlds: int
    n_draw_worlds: int
    sentence: str


class ThresholdPart(Document):
    """What holds beyond the threshold, how that is asked, and what was found."""

    words: str
    asks: str
    entity: str
    outcome: str
    scenario: str
    against: str
    side: Literal["above", "below"]
    level: Number
    lines: list[LinePart]
    map: MapPart | None


class ThresholdsDocument(Document):
    """`comity thresholds`: from which value of a number on the answer to a claim changes."""

    schema_name: Literal["comity.thresholds/1"] = Field(
        default="comity.thresholds/1", alias="schema"
    )
    case: str
    claim: int
    words: str
    thresholds: list[ThresholdPart]
    receipt: dict[str, Any]


def thresholds_document(
    case: str, claim: Claim, answers: tuple[ThresholdAnswer, ...], receipt: Receipt
) -> ThresholdsDocument:
    """Return the document of the thresholds of a claim."""
    return ThresholdsDocument(
        case=case,
        claim=claim.number,
        words=claim.words,
        thresholds=[_threshold(answer) for answer in answers],
        receipt=receipt.as_dict(),
    )


def _threshold(answer: ThresholdAnswer) -> ThresholdPart:
    asked = answer.asked
    names = ("words", "asks", "entity", "outcome", "scenario", "against", "side", "level")
    return ThresholdPart(
        **{name: getattr(asked, name) for name in names},
        lines=[_line(item) for item in answer.lines],
        map=None if answer.map is None else _map(answer.map),
    )


def _line(found: ThresholdFound) -> LinePart:
    from comity.judge.threshold_words import threshold_sentences

    return LinePart(
        moved=_moved(found.moved), mean=found.mean.tolist(), se=found.se.tolist(),
        share_holding=found.share_holding.tolist(), central=_standing(found.central),
        spread=_spread(found.spread), n_worlds=found.n_worlds, n_draw_worlds=found.n_draw_worlds,
        sentences=list(threshold_sentences(found)),
    )  # fmt: skip


def _map(found: ThresholdMap) -> MapPart:
    from comity.judge.threshold_words import map_sentence

    return MapPart(
        first=_moved(found.first), second=_moved(found.second), mean=found.mean.tolist(),
        se=found.se.tolist(), share_holding=found.share_holding.tolist(),
        rows=[_standing(row) for row in found.rows], spreads=[_spread(s) for s in found.spreads],
        n_worlds=found.n_worlds, n_draw_worlds=found.n_draw_worlds, sentence=map_sentence(found),
    )  # fmt: skip


def _moved(moved: Moved) -> MovedPart:
    return MovedPart(
        name=moved.name, meaning=moved.meaning, unit=moved.unit, judged=list(moved.judged),
        values=moved.values.tolist(),
    )  # fmt: skip


def _standing(reading: CurveReading) -> StandingPart:
    return StandingPart(
        standing=reading.standing,
        crossings=[
            CrossingPart(value=c.value, low=c.low, high=c.high, se=c.se, rises=c.rises)
            for c in reading.crossings
        ],
        n_unresolved=reading.n_unresolved,
    )


def _spread(spread: Spread) -> SpreadPart:
    return SpreadPart(**vars(spread))

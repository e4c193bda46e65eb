"""The JSON document of `comity explain`: what moves relations, and how far the data can say so."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from comity.cli.document import Document, Number


class PlaceboPart(Document):
    """A check that should find nothing; ``fired`` is null where it could not be run."""

    name: str
    words: str
    value: Number
    p_value: Number
    fired: bool | None


class DesignPartPart(Document):
    """What the part of a driver that a design sets apart says; logits a unit of the driver."""

    name: str
    words: str
    grade: str
    assumption: str
    n_events: int
    estimate: Number
    sd: Number
    data_estimate: Number
    data_se: Number
    contraction: Number
    refusal: str
    placebos: list[PlaceboPart]


class DriverPart(Document):
    """One driver: its long-run effect on the mean relation of a pair, in logits a unit.

    Numbers are null where nothing can be estimated, and the sentence says what to do. The estimate
    is the posterior mean; ``data_estimate`` leaves the driver's prior out.
    """

    name: str
    words: str
    unit: str
    source: str
    caution: str
    tier: Literal["A", "B", "C", "prior-driven", "not identified", "not estimable"]
    sentence: str
    estimate: Number
    sd: Number
    interval80: tuple[Number, Number]
    interval95: tuple[Number, Number]
    prior_mean: Number
    prior_sd: Number
    contraction: Number
    data_estimate: Number
    data_se: Number
    robustness: Number
    placebos: list[PlaceboPart]
    designs: list[DesignPartPart]


class GovernmentPart(Document):
    """One pair of governments: mean relation while both were in office, and what it is worth.

    ``mean_sd`` is the standard deviation of such a mean from persistence alone, in standard
    deviations of the relation; ``effect`` what the two do beyond the measured drivers.
    """

    dyad: str
    governments: str
    first_month: str
    n_months: int
    relation: Number
    interval80: tuple[Number, Number]
    mean_sd: Number
    effect: Number
    effect_sd: Number


class EventBinPart(Document):
    """Some months around an occasion, counted from its month: difference from just before it."""

    first_month: int
    last_month: int
    estimate: Number
    se: Number


class EventStudyPart(Document):
    """The mean course of relations around occasions; no number where ``refusal`` says why."""

    name: str
    words: str
    n_occasions: int
    n_windows: int
    bins: list[EventBinPart]
    mean: Number
    mean_se: Number
    degrees: Number
    p_value: Number
    lead_p: Number
    refusal: str


class ExplainDocument(Document):
    """`comity explain`: what moves relations, with tiers and placebos."""

    schema_name: Literal["comity.explain/1"] = Field(default="comity.explain/1", alias="schema")
    case: str
    as_of: str
    drivers: list[DriverPart]
    governments: list[GovernmentPart]
    event_studies: list[EventStudyPart]
    one_pair: str
    n_pairs: int
    n_factors: int
    half_life_months: list[Number]
    notes: list[str]
    receipt: dict[str, Any]

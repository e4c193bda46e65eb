"""The JSON document of `comity sensitivity`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from comity.cli.document import Document, Number

if TYPE_CHECKING:
    from comity.core.sensitivity import Factor, Indices, Screening, Sensitivity
    from comity.study import Study


class EffectPart(Document):
    """How far one factor moves an answer, in units of the answer for a whole distribution.

    `mu` is null for a choice between forms, which has no direction; low and high hold 95%; `noise`
    is what `mu_star` would show of a factor that changes no chance; `is_felt` says whether moving
    it changed any future.
    """

    factor: str
    kind: Literal["number", "choice", "start", "rest"]
    words: str
    levels: list[str]
    mu: Number
    mu_star: Number
    mu_star_low: Number
    mu_star_high: Number
    sigma: Number
    noise: Number
    is_felt: bool


class SharePart(Document):
    """Shares of the variance that ignorance leaves: alone, and with all a factor takes part in.

    Low and high hold 95%; the last part is all factors that have no shares of their own.
    """

    factor: str
    kind: Literal["number", "choice", "start", "rest"]
    words: str
    first: Number
    first_low: Number
    first_high: Number
    total: Number
    total_low: Number
    total_high: Number


class VariancePart(Document):
    """The variance of an answer over what is not known, and between worlds, and who has it."""

    n_base: int
    n_worlds: int
    mean: Number
    variance: Number
    variance_low: Number
    variance_high: Number
    chance: Number
    chance_share: Number
    explained: str
    shares: list[SharePart]


class MovedPart(Document):
    """One outcome, what moves it, strongest first, and, where asked for, who has its variance.

    The answer is the chance under `scenario`, less that under `against` where it is not empty;
    `claims` holds the numbers of the claims that ask for it.
    """

    outcome: str
    words: str
    scenario: str
    against: str
    claims: list[int]
    n_bases: int
    n_worlds: int
    effects: list[EffectPart]
    variance: VariancePart | None


class SensitivityDocument(Document):
    """`comity sensitivity`: which judged numbers and choices matter for an answer."""

    schema_name: Literal["comity.sensitivity/1"] = Field(
        default="comity.sensitivity/1", alias="schema"
    )
    case: str
    answers: list[MovedPart]
    strongest: list[str]
    receipt: dict[str, Any]


def sensitivity_document(
    study: Study, found: Sequence[Sensitivity], strongest: Sequence[str]
) -> SensitivityDocument:
    """Return the document of screenings and, where they were computed, indices."""
    return SensitivityDocument(
        case=study.case.id,
        answers=[
            _answer(study, item, quantity)
            for item in found
            for quantity in item.screening.quantities
        ],
        strongest=list(strongest),
        receipt=study.receipt().as_dict(),
    )


def _answer(study: Study, item: Sensitivity, quantity: str) -> MovedPart:
    outcome = study.case.outcome(quantity)
    screening = item.screening
    return MovedPart(
        outcome=quantity,
        words="" if outcome is None else outcome.words,
        scenario=item.scenario,
        against=item.against,
        claims=[number for number, asked in item.claims if asked == quantity],
        n_bases=screening.n_bases,
        n_worlds=screening.n_worlds,
        effects=[_effect(screening, quantity, int(k)) for k in screening.order(quantity)],
        variance=None if item.indices is None else _variance(item.indices, quantity),
    )


def _names(factor: Factor) -> dict[str, Any]:
    return {"factor": factor.name, "kind": factor.kind, "words": factor.words}


def _effect(screening: Screening, quantity: str, place: int) -> EffectPart:
    row, factor = screening.quantities.index(quantity), screening.factors[place]
    values: dict[str, Any] = {
        name: float(getattr(screening, name)[row, place])
        for name in ("mu", "mu_star", "mu_star_low", "mu_star_high", "sigma", "noise")
    }
    is_felt = bool(screening.is_felt[row, place])
    return EffectPart(**_names(factor), levels=list(factor.levels), **values, is_felt=is_felt)


def _variance(indices: Indices, quantity: str) -> VariancePart:
    from comity.core.sensitivity_words import explained_words

    row = indices.quantities.index(quantity)
    shares = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    whole = ("mean", "variance", "variance_low", "variance_high", "chance", "chance_share")
    parts: list[SharePart] = []
    for place in map(int, indices.order(quantity)):
        values: dict[str, Any] = {
            name: float(getattr(indices, name)[row, place]) for name in shares
        }
        parts.append(SharePart(**_names(indices.factors[place]), **values))
    return VariancePart(
        n_base=indices.n_base,
        n_worlds=indices.n_worlds,
        **{name: float(getattr(indices, name)[row]) for name in whole},
        explained=explained_words(indices, quantity),
        shares=parts,
    )

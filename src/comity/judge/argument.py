"""The argument, claim by claim: one verdict each, with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from comity.core.case import Case
from comity.core.claims import Claim
from comity.core.ensemble import Contrast, Ensemble
from comity.core.history import DriverHistory, EventCounts
from comity.core.judged import JudgedNumber
from comity.core.relations import Relations
from comity.core.verdicts import Verdict
from comity.core.wording import (
    difference_interval,
    frequency,
    frequency_difference,
    frequency_interval,
)
from comity.judge.answers import answer_of, favoured_sentence
from comity.judge.association import check_wording, tier_of, tier_sentence
from comity.judge.data_reading import read_data
from comity.judge.reading import DataReading, ModelReading
from comity.judge.rules import Rule, choose_rule, two_signed
from comity.judge.simulation_reading import Futures, read_simulation


def judge_claims(
    case: Case,
    *,
    relations: Relations,
    counts: EventCounts,
    history: DriverHistory,
    ensemble: Callable[[str], Ensemble],
    null: Callable[[], Ensemble],
    contrast: Callable[[str, str], Contrast],
    parameters: Mapping[str, JudgedNumber] | None = None,
) -> tuple[Verdict, ...]:
    """Return one verdict per claim, in the order of the case.

    Parameters
    ----------
    case
        The case with its claims and its record.
    relations
        Measured relations; data estimands read their joint posterior draws, in logit units.
    counts, history
        The rest of the record. No rule of this version reads them; they belong to the contract so
        that rules on volume or drivers can be added without changing a caller.
    ensemble, null, contrast
        Give the futures of a scenario, of the null simulator, and the paired difference of two
        scenarios. Called only for claims that ask for them.
    parameters
        Judged numbers behind the futures, package defaults included; the case's own when absent.

    Returns
    -------
    tuple of Verdict
        Empty when the case makes no claim. The word of each follows from ``judge.rules`` alone.

    Raises
    ------
    ConfigError
        A claim asks for an outcome or a statistic that does not exist.

    Notes
    -----
    Sentences never claim more than their evidence: see `comity.judge.association`. The rules and
    thresholds are on the page ``docs/theory/verdicts.md``.
    """
    numbers = case.parameters if parameters is None else parameters
    titles = {scenario.id: scenario.title for scenario in case.scenarios}
    futures = Futures(titles, ensemble, null, contrast)
    return tuple(
        _with_answers(
            case,
            relations,
            futures,
            _judge(
                claim,
                read_data(case, claim, relations),
                read_simulation(claim, futures),
                numbers,
            ),
        )
        for claim in case.claims
    )


def _with_answers(case: Case, relations: Relations, futures: Futures, verdict: Verdict) -> Verdict:
    """Return the verdict with what stands beside it; its word stays."""
    claim = verdict.claim
    beside = [answer_of(case, claim, item, relations, futures) for item in claim.beside]
    channels = [answer_of(case, claim, item, relations, futures) for item in claim.channels]
    every = [*beside, *channels]
    rival = tuple(item.answer for item in channels)
    for found in every:
        for sentence in found.answer.sentences:
            check_wording(sentence, "C")
    rows = (row for found in every for row in found.rows)
    parameters = (name for found in every for name in found.parameters)
    return replace(
        verdict,
        beside=tuple(item.answer for item in beside),
        channels=rival,
        favoured=check_wording(favoured_sentence(rival), "C"),
        rows=tuple(dict.fromkeys((*verdict.rows, *rows))),
        parameters=tuple(dict.fromkeys((*verdict.parameters, *parameters))),
    )


def _judge(
    claim: Claim,
    data: DataReading,
    model: ModelReading,
    parameters: Mapping[str, JudgedNumber],
) -> Verdict:
    rule = choose_rule(claim, data, model, parameters)
    tier = tier_of(claim, data)
    data_sentence = data.sentence
    if claim.claim_class == "causal":
        data_sentence = f"{data.sentence} {tier_sentence(tier, claim, data.leaning)}".strip()
    because = f"{_because(rule, claim, model, parameters)} {_found(claim, data, model)}".strip()
    for sentence in (data_sentence, model.sentence, rule.because):
        check_wording(sentence, tier)
    recorded = claim.record.rows if claim.record else ()
    named = (("data_" + name, value) for name, value in data.numbers)
    simulated = (("model_" + name, value) for name, value in model.numbers)
    return Verdict(
        claim=claim,
        word=rule.word or (claim.record.word if claim.record else ""),
        because=because,
        data_sentence=data_sentence,
        simulation_sentence=model.sentence,
        rows=tuple(dict.fromkeys((*recorded, *data.rows))),
        parameters=model.parameters,
        rule=rule.name,
        numbers=(*named, *simulated),
    )


def _found(claim: Claim, data: DataReading, model: ModelReading) -> str:
    """Return the figures that the verdict rests on, short enough for a table."""
    if claim.claim_class == "fact":
        return ""
    parts: list[str] = []
    if data.leaning != "silent":
        chance = frequency(data.probability)
        parts.append(f"In the record the expected direction has a probability of {chance}.")
    numbers = dict(model.numbers)
    if "difference" in numbers:
        se = numbers["monte_carlo_se"]
        parts.append(
            f"In the model: {frequency_difference(numbers['difference'], se)} "
            f"[{difference_interval(numbers['low'], numbers['high'], se)}]."
        )
    elif "probability" in numbers:
        se = numbers["monte_carlo_se"]
        parts.append(
            f"In the model: {frequency(numbers['probability'], se)} "
            f"[{frequency_interval(numbers['low'], numbers['high'], se)}]."
        )
    return " ".join(parts)


def _because(
    rule: Rule, claim: Claim, model: ModelReading, parameters: Mapping[str, JudgedNumber]
) -> str:
    if rule.name == "depends on a sign":
        found = ", ".join(
            f"{name} = 0 (judged {parameters[name].low:g} to {parameters[name].high:g})"
            for name in two_signed(model.parameters, parameters)
        )
        return rule.because.format(found=found)
    return rule.because.format(found=claim.record.why if claim.record else "")

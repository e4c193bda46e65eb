"""Every rule of a verdict is reached, none says more than its evidence, the page lists them."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from comity.core.claims import (
    VERDICTS,
    Channel,
    Claim,
    DataEstimand,
    RecordEstimand,
    SimulationEstimand,
)
from comity.core.errors import ConfigError
from comity.judge import RULES, judge_claims, lines
from comity.judge import rules as rules_module
from comity.judge.association import causal_words, check_wording, tier_of
from comity.judge.reading import DataReading

PAGE = Path(__file__).parents[3] / "docs" / "theory" / "verdicts.md"


def data(expect="lower", *, identified=False):
    return DataEstimand.model_validate({
        "series": "relation", "statistic": "mean", "dyad": "AAA-BBB", "expect": expect,
        "window": ("2015-01", "2019-12"), "contrast": ("2010-01", "2014-12"),
        "identified": identified, "assumption": "nothing else made a difference",
        "rejects_if": "it is not",
    })  # fmt: skip


def simulation(**changes):
    values = {
        "outcome": "warmer", "scenario": "hub-mediates", "against": "baseline", "expect": "higher",
        "rests_on": ("beta.plus",), "rejects_if": "it is not",
    }  # fmt: skip
    return SimulationEstimand.model_validate(values | changes)


def record(word):
    return RecordEstimand(word=word, rows=("events:E01",), why="it is in the record")


def claim(claim_class, **parts):
    reasons = {}
    if claim_class in ("causal", "forecast"):
        reasons = {"against": "a"}
        if "data" not in parts:
            reasons["no_data_reason"] = "r"
        if not ("simulation" in parts or "missing_mechanism" in parts):
            reasons["no_simulation_reason"] = "r"
    return Claim(number=1, claim_class=claim_class, words="words", **reasons, **parts)


def judge(synthetic, asked, *, after=-1.0, contrast=None, probability=0.4, null=0.35):
    case = synthetic.case(claims=(asked,))
    return judge_claims(
        case,
        relations=synthetic.relations(case, after=after),
        counts=None,
        history=None,
        ensemble=lambda _: synthetic.ensemble(case, probability),
        null=lambda: synthetic.ensemble(case, null),
        contrast=lambda *_: synthetic.contrast(case, **(contrast or {})),
    )[0]


FLIPS = {"difference": 0.01, "low": -0.05, "high": 0.07}
SITUATIONS = {
    "record": (claim("fact", record=record("corrected")), {}, "corrected"),
    "record, verified": (claim("fact", record=record("recorded")), {}, "recorded"),
    "record, unverified": (claim("structure", record=record("unverified")), {}, "unverified"),
    "definition": (claim("structure", record=record("definition")), {}, "definition"),
    "structure for": (
        claim("structure", record=record("recorded"), data=data()), {}, "supported"),
    "structure against": (
        claim("structure", record=record("recorded"), data=data()), {"after": 1.0}, "contradicted"),
    "structure unclear": (
        claim("structure", record=record("recorded"), data=data()), {"after": 0.0}, "mixed"),
    "association for": (claim("causal", data=data()), {}, "not identified"),
    "association against": (claim("causal", data=data()), {"after": 1.0}, "mixed"),
    "association unclear": (claim("causal", data=data()), {"after": 0.0}, "not identified"),
    "identified for": (claim("causal", data=data(identified=True)), {}, "supported"),
    "identified against": (
        claim("causal", data=data(identified=True)), {"after": 1.0}, "contradicted"),
    "identified unclear": (claim("causal", data=data(identified=True)), {"after": 0.0}, "mixed"),
    "depends on a sign": (
        claim("causal", simulation=simulation(rests_on=("beta.sign",))), {"contrast": FLIPS},
        "depends"),
    "prior": (claim("causal", simulation=simulation()), {}, "only the prior"),
    "prior, flips without a two-signed number": (
        claim("causal", simulation=simulation()), {"contrast": FLIPS}, "only the prior"),
    "no mechanism": (
        claim("causal", missing_mechanism="bargaining"), {}, "no such mechanism yet"),
    "no mechanism, forecast": (
        claim("forecast", missing_mechanism="bargaining"), {}, "no such mechanism yet"),
    "nothing speaks": (claim("causal"), {}, "not identified"),
    "forecast with futures": (
        claim("forecast", simulation=simulation(statistic="probability", against="")), {},
        "not yet knowable"),
    "forecast without futures": (claim("forecast"), {}, "not yet knowable"),
    "recommended, simulated": (
        claim("recommendation", simulation=simulation()), {}, "recommendation"),
    "recommended, not simulated": (
        claim("recommendation", missing_mechanism="bargaining"), {}, "recommendation"),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_situation_gets_its_word_by_its_rule(synthetic, situation):
    asked, world, word = SITUATIONS[situation]
    verdict = judge(synthetic, asked, **world)
    assert verdict.word == word
    names = [name for name in RULES if situation == name or situation.startswith(f"{name}, ")]
    assert verdict.rule == max(names, key=len)
    assert verdict.because


def test_every_word_and_every_rule_is_reached(synthetic):
    found = [judge(synthetic, asked, **world) for asked, world, _ in SITUATIONS.values()]
    assert {verdict.word for verdict in found} == set(VERDICTS)
    assert {verdict.rule for verdict in found} == set(RULES)


@pytest.mark.parametrize("after", [-3.0, -1.0, 0.0, 1.0])
@pytest.mark.parametrize("difference", [-0.4, 0.0, 0.4])
@pytest.mark.parametrize("expect", ["higher", "lower", "different", "none"])
def test_an_association_is_never_called_support_of_a_cause(synthetic, after, difference, expect):
    asked = claim("causal", data=data(expect), simulation=simulation(expect=expect))
    paired = {"difference": difference, "low": difference - 0.01, "high": difference + 0.01}
    verdict = judge(synthetic, asked, after=after, contrast=paired)
    assert verdict.word in ("mixed", "not identified")
    assert re.search("associated|No association", verdict.data_sentence)


def test_a_planted_rule_would_be_seen(synthetic, monkeypatch):
    monkeypatch.setitem(
        rules_module.RULES, "association for", RULES["identified for"]
    )  # the bug: not asking whether the data are identified
    asked = claim("causal", data=data(), simulation=simulation())
    assert judge(synthetic, asked).word not in ("mixed", "not identified")


def test_no_sentence_uses_a_causal_verb_below_tier_a(synthetic):
    for asked, world, _ in SITUATIONS.values():
        verdict = judge(synthetic, asked, **world)
        for sentence in (verdict.data_sentence, verdict.simulation_sentence):
            assert not causal_words(sentence), sentence
        if asked.claim_class not in ("fact", "structure"):
            assert not causal_words(verdict.because), verdict.because
    assert all(not causal_words(rule.because) for rule in RULES.values())


@pytest.mark.parametrize(
    "sentence",
    ["The fall was caused by pressure.", "It fell because of the curbs.", "Pressure led to talks.",
     "It was moved by pressure.", "Mediation improves relations.", "This drives the two apart."],
)  # fmt: skip
def test_the_guard_sees_a_causal_verb(sentence):
    with pytest.raises(AssertionError, match="a sentence of tier C says"):
        check_wording(sentence, "C")
    assert check_wording(sentence, "A") == sentence
    assert check_wording("The claim reads “it was caused by it”.", "C")


def test_tiers_follow_from_what_the_claim_states():
    spoke = DataReading("for", 0.95, "s")
    assert tier_of(claim("causal", data=data()), spoke) == "C"
    assert tier_of(claim("causal", data=data(identified=True)), spoke) == "B"
    assert tier_of(claim("causal", data=data()), DataReading("silent", 0.5, "s")) == "D"
    assert tier_of(claim("causal"), spoke) == "D"


def test_sentences_carry_sign_interval_unit_and_what_they_rest_on(synthetic):
    verdict = judge(synthetic, claim("causal", data=data(), simulation=simulation()))
    assert re.fullmatch(
        r"The measured relation of Alda and Birna in Jan 2015 to Dec 2019 differs from Jan 2010 to "
        r"Dec 2014 by −1\.\d\d logit \(80% interval −1\.\d\d to −0\.\d\d\); as an expected share "
        r"of cooperative acts by −2\d points \(80% interval −2\d to −2\d\)\. It is cooler, as "
        r"expected, in all posterior draws\. The two are associated; reading an effect into it "
        r"would need: “nothing else made a difference”\.",
        verdict.data_sentence,
    )
    assert verdict.simulation_sentence == (
        "Under “The hub mediates”, “The two stand closer” in 45 of 100 futures, against 40 in 100 "
        "under “Nothing is held”: +5 in 100 (80% interval over the judged numbers +2 to +9 in 100; "
        "Monte Carlo standard error 0.3 in 100). It rests on judged numbers: beta.plus."
    )
    assert verdict.parameters == ("beta.plus",)
    assert dict(verdict.numbers)["model_difference"] == pytest.approx(0.05)


def test_a_chance_stands_beside_that_of_the_null_simulator(synthetic):
    asked = claim("forecast", simulation=simulation(statistic="probability", against=""))
    apart = judge(synthetic, asked, probability=0.4, null=0.35)
    assert "no driver moves them, gives 35 in 100. It rests on" in apart.simulation_sentence
    same = judge(synthetic, asked, probability=0.4, null=0.405)
    assert "so that what moves relations in the model adds nothing" in same.simulation_sentence


@pytest.mark.parametrize(("after", "consistent"), [(-1.0, True), (0.0, False), (1.0, False)])
def test_only_a_reading_that_runs_the_claims_way_is_consistent_with_it(
    synthetic, after, consistent
):
    verdict = judge(synthetic, claim("causal", data=data(identified=True)), after=after)
    assert ("consistent with an effect" in verdict.data_sentence) == consistent


def test_dependence_names_its_threshold(synthetic):
    asked = claim("causal", simulation=simulation(rests_on=("beta.sign",)))
    verdict = judge(synthetic, asked, contrast=FLIPS)
    assert verdict.because.startswith(
        "The model's answer changes sign with judged numbers; threshold: beta.sign = 0 "
        "(judged -0.3 to 0.4)."
    )


@pytest.mark.parametrize(("low", "word"), [(-0.021, "depends"), (-0.02, "only the prior")])
def test_a_flip_must_be_more_than_two_in_a_hundred_either_way(synthetic, low, word):
    asked = claim("causal", simulation=simulation(rests_on=("beta.sign",)))
    assert judge(synthetic, asked, contrast={**FLIPS, "low": low}).word == word


def test_an_unknown_outcome_is_named_with_the_nearest(synthetic):
    with pytest.raises(ConfigError) as error:
        judge(synthetic, claim("causal", simulation=simulation(outcome="warmr")))
    assert str(error.value) == (
        'claims.toml, claim 1, column "simulation.outcome": must be an outcome of the case; '
        'found "warmr". Nearest: "warmer".'
    )


def test_a_case_without_claims_has_no_verdicts(synthetic):
    case = synthetic.case()
    nothing = dict.fromkeys(("counts", "history", "ensemble", "null", "contrast"))
    assert judge_claims(case, relations=synthetic.relations(case), **nothing) == ()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"against": ""}, 'a difference needs "against"'),
        ({"statistic": "probability"}, 'a probability does not use "against"'),
        ({"against": "hub-mediates"}, "differs by nothing; found"),
    ],
)
def test_a_question_that_futures_cannot_answer_is_refused(fields, message):
    with pytest.raises(ValidationError, match=message):
        simulation(**fields)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"data": data(), "no_data_reason": "r"}, "must not have a no_data_reason"),
        ({"simulation": simulation(), "missing_mechanism": "m"}, "or a missing_mechanism"),
        ({"simulation": simulation(), "no_simulation_reason": "r"}, "a no_simulation_reason"),
        ({"channels": ({"words": "w", "data": (data(),), "simulation": simulation()},)},
         "a channel needs a rival"),
        ({"channels": ({"words": "w", "simulation": simulation()},) * 2}, "channels.0.data"),
        ({"beside": ({"words": "w"},)}, "needs data or a simulation"),
    ],
)  # fmt: skip
def test_a_claim_that_contradicts_itself_is_refused(parts, message):
    with pytest.raises(ValidationError, match=message):
        claim("causal", **parts)


def test_what_is_recorded_names_its_rows():
    with pytest.raises(ValidationError, match='what is "corrected" must name rows'):
        RecordEstimand(word="corrected", why="y")


def channel(words, *expected, **changes):
    return Channel(words=words, data=tuple(map(data, expected)), simulation=simulation(**changes))


@pytest.mark.parametrize(
    ("after", "first", "second", "favoured"),
    [
        (-1.0, ("lower",), ("higher",), "favours “it strains”, as an association only"),
        (1.0, ("lower",), ("higher",), "favours “it eases”, as an association only"),
        (0.0, ("lower",), ("higher",), "favours none"),
        # One comparison of two is not enough.
        (-1.0, ("lower", "higher"), ("higher",), "(“it strains”: 1 of 2; “it eases”: 0 of 1)"),
        (-1.0, ("lower",), ("different",), "does not tell them apart"),
    ],
)
def test_the_record_favours_the_channel_that_has_every_comparison_on_its_side(
    synthetic, after, first, second, favoured
):
    rivals = (channel("it strains", *first), channel("it eases", *second))
    verdict = judge(
        synthetic, claim("causal", simulation=simulation(), channels=rivals), after=after
    )
    assert favoured in verdict.favoured
    assert [item.words for item in verdict.channels] == ["it strains", "it eases"]
    assert verdict.word == "only the prior"  # a channel never sets the word


def test_what_stands_beside_a_claim_is_shown_and_sets_no_word(synthetic):
    asked = {
        "words": "the same of the record and of chances",
        "data": (data(),),
        "simulation": simulation(statistic="probability", against="", rests_on=("beta.sign",)),
    }
    alone = judge(synthetic, claim("causal", simulation=simulation()))
    verdict = judge(synthetic, claim("causal", simulation=simulation(), beside=(asked,)))
    assert (verdict.word, verdict.rule) == (alone.word, alone.rule)
    (answer,) = verdict.beside
    assert answer.sentences[0].endswith(
        "Reading an effect into it would need: “nothing else made a difference”."
    )
    assert "“The two stand closer” in 40 of 100 futures" in answer.sentences[1]
    assert set(verdict.rows) > set(alone.rows)
    assert verdict.parameters == ("beta.plus", "beta.sign")
    assert dict(answer.numbers)["data_probability"] == 1.0
    for answered in (answer, *verdict.channels):
        assert not any(causal_words(sentence) for sentence in answered.sentences)


def test_the_page_lists_every_rule_and_threshold():
    page = PAGE.read_text(encoding="utf-8")
    for rule in RULES.values():
        assert f"| {rule.name} | {rule.word or 'the word of the record'} |" in page, rule.name
        assert rule.when in page, rule.name
    for name in (item for item in vars(lines) if item.isupper()):
        assert f"`{name}`" in page, name

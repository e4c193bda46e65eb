"""The rules of a verdict: which readings give which word, and the sentence that goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from comity.core.claims import Claim
from comity.core.judged import JudgedNumber
from comity.judge.reading import DataReading, ModelReading


@dataclass(frozen=True)
class Rule:
    """One rule: its name, the word it gives, when it holds, and the sentence it says.

    An empty word is filled from the record estimand; ``{found}`` in the sentence from the case.
    """

    name: str
    word: str
    when: str
    because: str


_RULES = (
    Rule("record", "", "a fact; or a structure that the record alone can speak of", "{found}"),
    Rule(
        "definition", "definition",
        "the record calls the claim true by construction, and no data are asked", "{found}",
    ),
    Rule(
        "structure for", "supported",
        "a structure; the expected direction has probability 0.9 or more",
        "The record runs as the description says.",
    ),
    Rule(
        "structure against", "contradicted",
        "a structure; the expected direction has probability 0.1 or less",
        "The record runs against the description.",
    ),
    Rule(
        "structure unclear", "mixed",
        "a structure; the probability lies between",
        "The record leans neither way clearly enough.",
    ),
    Rule(
        "association for", "not identified",
        "causal; data not identified; the expected direction has probability 0.9 or more",
        "The record runs the claim's way, but only as an association: nothing in it sets the "
        "claimed influence apart from what came with it.",
    ),
    Rule(
        "association against", "mixed",
        "causal; data not identified; the expected direction has probability 0.1 or less",
        "The association in the record runs against the claim; as it is not identified, it "
        "does not refute the claim either.",
    ),
    Rule(
        "association unclear", "not identified",
        "causal; data not identified; the probability lies between",
        "The record shows no clear association, and could not set the claimed influence apart "
        "if it did.",
    ),
    Rule(
        "identified for", "supported",
        "causal; data identified; the expected direction has probability 0.9 or more",
        "The record runs the claim's way, and the claim's assumption would set it apart.",
    ),
    Rule(
        "identified against", "contradicted",
        "causal; data identified; the expected direction has probability 0.1 or less",
        "The record runs against the claim, and the claim's assumption would set it apart.",
    ),
    Rule(
        "identified unclear", "mixed",
        "causal; data identified; the probability lies between",
        "The record leans neither way clearly enough.",
    ),
    Rule(
        "depends on a sign", "depends",
        "causal; data silent; the model's difference changes sign within the judged numbers by "
        "more than 2 in 100 either way, and a number named by the claim is judged on both sides "
        "of zero",
        "The model's answer changes sign with judged numbers; threshold: {found}.",
    ),
    Rule(
        "prior", "only the prior",
        "causal; data silent; the model answers otherwise",
        "The record cannot speak; what the model says follows from judged numbers.",
    ),
    Rule(
        "no mechanism", "no such mechanism yet",
        "causal or forecast; data silent; the claim needs a mechanism that is not simulated",
        "The model cannot say: the claim is not put to the mechanism it needs yet.",
    ),
    Rule(
        "nothing speaks", "not identified",
        "causal; neither the record nor the model is asked",
        "Neither the record nor the model can speak of it.",
    ),
    Rule(
        "forecast with futures", "not yet knowable",
        "forecast; the model gives a chance",
        "It lies after the closing date; the chance given is the model's and rests on judged "
        "numbers.",
    ),
    Rule(
        "forecast without futures", "not yet knowable",
        "forecast; the model is not asked",
        "It lies after the closing date, and the model gives no chance.",
    ),
    Rule(
        "recommended, simulated", "recommendation",
        "recommendation; the model gives a difference",
        "Whether to do it is not for a model to say; what it would change in the model stands "
        "beside it and rests on judged numbers.",
    ),
    Rule(
        "recommended, not simulated", "recommendation",
        "recommendation; the model gives no difference",
        "Whether to do it is not for a model to say, and the model cannot say what it would "
        "change.",
    ),
)  # fmt: skip
RULES: dict[str, Rule] = {rule.name: rule for rule in _RULES}
"""Every rule by name, in the order of the page on verdicts."""


def choose_rule(
    claim: Claim,
    data: DataReading,
    model: ModelReading,
    parameters: Mapping[str, JudgedNumber],
) -> Rule:
    """Return the rule that holds for a claim and its two readings. Exactly one does."""
    record = claim.record.word if claim.record else ""
    if claim.claim_class == "fact":
        return RULES["record"]
    if record == "definition" and data.leaning == "silent":
        return RULES["definition"]
    if claim.claim_class == "structure":
        # What the record corrects or cannot check is not rescued by a count.
        silent = data.leaning == "silent" or record in ("corrected", "unverified")
        return RULES["record"] if silent else RULES[f"structure {data.leaning}"]
    if claim.claim_class == "causal":
        return _causal_rule(claim, data, model, parameters)
    if claim.claim_class == "forecast":
        if model.leaning == "missing":
            return RULES["no mechanism"]
        return RULES[f"forecast {'without' if model.leaning == 'silent' else 'with'} futures"]
    speaks = model.leaning not in ("silent", "missing")
    return RULES["recommended, simulated" if speaks else "recommended, not simulated"]


def _causal_rule(
    claim: Claim,
    data: DataReading,
    model: ModelReading,
    parameters: Mapping[str, JudgedNumber],
) -> Rule:
    if data.leaning != "silent":
        assert claim.data is not None
        kind = "identified" if claim.data.identified else "association"
        return RULES[f"{kind} {data.leaning}"]
    if model.leaning == "missing":
        return RULES["no mechanism"]
    if model.leaning == "silent":
        return RULES["nothing speaks"]
    if model.leaning == "flips" and two_signed(model.parameters, parameters):
        return RULES["depends on a sign"]
    return RULES["prior"]


def two_signed(names: tuple[str, ...], parameters: Mapping[str, JudgedNumber]) -> tuple[str, ...]:
    """Return the named numbers that are judged on both sides of zero."""
    return tuple(name for name in names if name in parameters and _straddles(parameters[name]))


def _straddles(number: JudgedNumber) -> bool:
    return number.low < 0 < number.high

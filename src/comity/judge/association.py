"""What may be said at which strength of evidence: the wording rule.

====  ==========================================  ==========================================
tier  evidence                                    wording
====  ==========================================  ==========================================
A     a design that sets the influence apart      "moved by, under <design>"
B     identified under a stated assumption        "is consistent with an effect, if <assumption>"
C     an association in the record                "is associated with"
D     judged numbers only                         "the number is the prior"
====  ==========================================  ==========================================

No estimate of tier A exists in this version, so nothing that comity writes may use a causal verb.
"""

from __future__ import annotations

import re
from typing import Literal

from comity.core.claims import Claim
from comity.judge.reading import DataReading, quoted

Tier = Literal["A", "B", "C", "D"]
_CAUSAL = re.compile(
    r"\b(caus(?:e|es|ed|ing|al|ally)|because of|due to|owing to|thanks to|led to|leads? to|"
    r"moved by|makes?|made|drives?|drove|driven by|brings? about|brought about|results? in|"
    r"resulted in|triggers?|triggered|produces?|produced|improves?|improved|worsens?|worsened)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile("“[^”]*”")


def tier_of(claim: Claim, reading: DataReading) -> Tier:
    """Return the strength of the evidence that the record offers on a claim."""
    if claim.data is None or reading.leaning == "silent":
        return "D"
    return "B" if claim.data.identified else "C"


def tier_sentence(tier: Tier, claim: Claim, leaning: str) -> str:
    """Return the sentence that says how far a reading of the record carries a causal claim."""
    if tier == "D" or claim.data is None:
        return ""
    assumption = quoted(claim.data.assumption)
    if tier == "B" and leaning != "for":
        return f"What it says of an effect rests on this: {assumption}."
    if tier == "B":
        return f"It is consistent with an effect, if {assumption}."
    if leaning == "unclear":
        return f"No association is clear; reading an effect into one would need: {assumption}."
    return f"The two are associated; reading an effect into it would need: {assumption}."


def causal_words(sentence: str) -> tuple[str, ...]:
    """Return the causal verbs in a sentence, words quoted from the case left out.

    >>> causal_words("The first was moved by the second."), causal_words("It says “A made B”.")
    (('moved by',), ())
    """
    return tuple(match.lower() for match in _CAUSAL.findall(_QUOTED.sub("", sentence)))


def check_wording(sentence: str, tier: Tier) -> str:
    """Return the sentence if its evidence can carry its words.

    Raises
    ------
    AssertionError
        comity wrote a causal verb below tier A: a fault of the program, never of the input.
    """
    found = causal_words(sentence)
    if found and tier != "A":
        raise AssertionError(f"a sentence of tier {tier} says {', '.join(found)}: {sentence}")
    return sentence

"""Verdicts: what the judge room says of each claim."""

from __future__ import annotations

from dataclasses import dataclass

from comity.core.claims import VERDICTS, Claim


@dataclass(frozen=True)
class Answer:
    """What was found for a question that stands beside a claim, or for one of rival channels.

    ``n_for`` of its ``data_sentences`` speak for it; a channel is favoured when all of them do.
    """

    words: str
    data_sentences: tuple[str, ...] = ()
    simulation_sentence: str = ""
    numbers: tuple[tuple[str, float], ...] = ()
    n_for: int = 0

    @property
    def is_favoured(self) -> bool:
        """Whether every reading of the record speaks for it."""
        return 0 < self.n_for == len(self.data_sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, the record first."""
        return tuple(text for text in (*self.data_sentences, self.simulation_sentence) if text)


@dataclass(frozen=True)
class Verdict:
    """One claim beside what the record, the data and the model say.

    ``word`` is one of `comity.core.claims.VERDICTS`. The sentences say what was found, in which
    unit, with its interval, and whether the evidence can carry the claim at all. Answers ``beside``
    the claim and rival ``channels`` do not bear on the word; ``favoured`` says which channel the
    record favours. Rows and parameters are those of all of them.
    """

    claim: Claim
    word: str
    because: str
    data_sentence: str = ""
    simulation_sentence: str = ""
    rows: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    rule: str = ""
    numbers: tuple[tuple[str, float], ...] = ()
    beside: tuple[Answer, ...] = ()
    channels: tuple[Answer, ...] = ()
    favoured: str = ""

    def __post_init__(self) -> None:
        if self.word not in VERDICTS:
            raise ValueError(f'"{self.word}" is not a verdict word')

    @property
    def sign(self) -> str:
        """The verdict's sign."""
        return VERDICTS[self.word]

"""Verdicts: what the judge room says of each claim."""

from __future__ import annotations

from dataclasses import dataclass

from comity.core.claims import VERDICTS, Claim


@dataclass(frozen=True)
class Verdict:
    """One claim beside what the record, the data and the model say.

    ``word`` is one of `comity.core.claims.VERDICTS`. The sentences say what was found, in which
    unit, with its interval, and whether the evidence can carry the claim at all.
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

    def __post_init__(self) -> None:
        if self.word not in VERDICTS:
            raise ValueError(f'"{self.word}" is not a verdict word')

    @property
    def sign(self) -> str:
        """The verdict's sign."""
        return VERDICTS[self.word]

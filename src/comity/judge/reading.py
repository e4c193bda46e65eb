"""What the record, or the model, says of one claim before a verdict is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from comity.judge.lines import SPEAKS

Leaning = Literal["for", "against", "unclear", "silent"]
ModelLeaning = Literal["for", "against", "flips", "unclear", "silent", "missing"]
Numbers = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class DataReading:
    """What the record says: which way, how surely, in words, and from which rows.

    ``probability`` is that of the direction the claim expects; NaN when the record is silent.
    """

    leaning: Leaning
    probability: float
    sentence: str
    rows: tuple[str, ...] = ()
    numbers: Numbers = ()


@dataclass(frozen=True)
class ModelReading:
    """What the futures say: which way, in words, and on which judged numbers it rests."""

    leaning: ModelLeaning
    sentence: str
    parameters: tuple[str, ...] = ()
    numbers: Numbers = ()


def leaning_of(probability: float) -> Leaning:
    """Return which way a probability of the expected direction leans.

    >>> leaning_of(0.9), leaning_of(0.1), leaning_of(0.5)
    ('for', 'against', 'unclear')
    """
    if probability >= SPEAKS:
        return "for"
    # Rounded, so that 1 - 0.9 is the 0.1 that it means.
    if probability <= round(1 - SPEAKS, 12):
        return "against"
    return "unclear"


def silent(sentence: str) -> DataReading:
    """Return the reading of a record that says nothing."""
    return DataReading("silent", float("nan"), sentence)


def quoted(text: str) -> str:
    """Return words of the case in quotation marks, so that they are never taken for ours."""
    return "“" + text.replace("“", "‘").replace("”", "’").rstrip(".") + "”"

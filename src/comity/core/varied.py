"""Verdicts with one judged number held: what moved, and what changed its word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from comity.core.ensemble import OutcomeContrast
from comity.core.judged import JudgedNumber

Side = Literal["low", "high"]


@dataclass(frozen=True, order=True)
class Held:
    """A judged number held at one end of its range."""

    name: str
    side: Side
    value: float


@dataclass(frozen=True)
class HeldAnswer:
    """A difference of two scenarios with one judged number held, beside the same one as judged.

    Attributes
    ----------
    held
        The number and where it is held.
    n_draws
        Parameter draws that were simulated with it; 0 when no rule of the two scenarios reads it.
    moved
        By how much the difference of the two chances moved, the same futures compared.
    moved_se
        Its standard error: those draws stand for all that could have been drawn.
    spread
        Standard deviation between draws of how much it moved, sampling noise taken out.
    estimate
        The whole answer, from every draw; None where fewer were simulated.
    """

    held: Held
    n_draws: int
    moved: float
    moved_se: float
    spread: float
    estimate: OutcomeContrast | None = None

    @property
    def reach(self) -> float:
        """How far any part of the answer may have moved: mean, two spreads, three errors."""
        return abs(self.moved) + 2 * self.spread + 3 * self.moved_se


class HeldFutures(Protocol):
    """The difference that one claim asks about, with any judged number held."""

    def base(self) -> OutcomeContrast:
        """Return the answer with every number as judged."""
        ...

    def held(self, moves: Sequence[Held], n_draws: int | None) -> tuple[HeldAnswer, ...]:
        """Return the answers with each number held; over the first draws, or over all."""
        ...


@dataclass(frozen=True)
class VariedVerdict:
    """A verdict, or what the model says of a claim, with one judged number held.

    ``reading`` is what the model says: for, against, flips, unclear. ``answer`` is the difference
    of chances. ``before`` is with every number as judged.
    """

    claim: int
    held: Held
    word_before: str
    word_after: str
    reading_before: str
    reading_after: str
    answer_before: float
    answer_after: float
    moved_se: float

    @property
    def changes_word(self) -> bool:
        """Whether the word is another one."""
        return self.word_after != self.word_before

    @property
    def moved(self) -> float:
        """By how much the answer moved."""
        return self.answer_after - self.answer_before


@dataclass(frozen=True)
class VariedClaim:
    """One claim whose word the model can change, put to every judged number at its two ends.

    Attributes
    ----------
    number, scenario, against, outcome
        The claim and what it asks of the futures.
    n_moves
        Judged numbers times two ends.
    n_unread
        Of these, moves of numbers that no rule of the two scenarios reads.
    n_screen_draws, n_whole_draws
        Draws of a first look, and of a whole answer.
    word, answer, low, high
        Its verdict, and the difference of chances with its 80% interval, with all as judged.
    screened
        How much every read number moved the answer in the first look, largest first.
    whole
        Verdicts of the moves whose first look could change the word; those that do come first.
    """

    number: int
    scenario: str
    against: str
    outcome: str
    n_moves: int
    n_unread: int
    n_screen_draws: int
    n_whole_draws: int
    word: str
    answer: float
    low: float
    high: float
    screened: tuple[HeldAnswer, ...]
    whole: tuple[VariedVerdict, ...]

    @property
    def changes(self) -> tuple[VariedVerdict, ...]:
        """Moves that change the word."""
        return tuple(item for item in self.whole if item.changes_word)


@dataclass(frozen=True)
class Variation:
    """Every claim whose word judged numbers could change, and the numbers of those they cannot."""

    claims: tuple[VariedClaim, ...]
    fixed: tuple[int, ...]

    @property
    def changes(self) -> tuple[VariedVerdict, ...]:
        """All moves that change a word, claim by claim."""
        return tuple(item for claim in self.claims for item in claim.changes)


def hold(number: JudgedNumber, value: float) -> JudgedNumber:
    """Return the judged number held at one value: every draw has it."""
    same = {"low": value, "central": value, "high": value}
    return number.model_copy(update=same)


def shifted(estimate: OutcomeContrast, low: float, middle: float, high: float) -> OutcomeContrast:
    """Return the estimate with its interval's ends and its middle moved."""
    return replace(
        estimate,
        difference=estimate.difference + middle,
        low=estimate.low + low,
        high=estimate.high + high,
    )

"""Which verdicts change their word when one judged number is held at an end of its range.

The same rule is applied to the same claim; only the answer of the futures is another one: with the
number held at its low or its high in every draw, and every other number drawn as before. Each
number is looked at in the first draws. Where what is seen there could change the word, the whole
answer is computed and judged; elsewhere it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from comity.core.case import Case
from comity.core.claims import Claim, SimulationEstimand
from comity.core.ensemble import OutcomeContrast
from comity.core.judged import JudgedNumber
from comity.core.relations import Relations
from comity.core.varied import (
    Held,
    HeldAnswer,
    HeldFutures,
    VariedClaim,
    VariedVerdict,
    hold,
    shifted,
)
from comity.judge.data_reading import read_data
from comity.judge.reading import DataReading, ModelLeaning, ModelReading
from comity.judge.rules import choose_rule
from comity.judge.simulation_reading import difference_leaning

SCREEN_DRAWS = 25
"""Parameter draws of the first look at a number."""

_LEANINGS: tuple[ModelLeaning, ...] = ("for", "against", "flips", "unclear")
_SHIFTS = (-1.0, -0.5, 0.0, 0.5, 1.0)


def claims_that_can_change(
    case: Case, relations: Relations, parameters: Mapping[str, JudgedNumber]
) -> tuple[tuple[Claim, DataReading], ...]:
    """Return the claims whose word depends on which way the model's difference leans.

    Found by asking the rules themselves; of every other claim the word stays whatever the futures
    say.
    """
    found: list[tuple[Claim, DataReading]] = []
    for claim in case.claims:
        if claim.simulation is None or claim.simulation.statistic != "difference":
            continue
        data = read_data(case, claim, relations)
        words = {_word(claim, claim.simulation, data, item, parameters) for item in _LEANINGS}
        if len(words) > 1:
            found.append((claim, data))
    return tuple(found)


def ends_of(parameters: Mapping[str, JudgedNumber]) -> Iterator[Held]:
    """Yield every judged number at its low and at its high; fixed numbers have no ends."""
    for name, number in parameters.items():
        if not number.is_fixed:
            yield Held(name, "low", number.low)
            yield Held(name, "high", number.high)


def vary_claim(
    claim: Claim,
    data: DataReading,
    parameters: Mapping[str, JudgedNumber],
    futures: HeldFutures,
    *,
    n_draws: int,
    n_screen_draws: int = SCREEN_DRAWS,
) -> VariedClaim:
    """Return what each judged number at its low and its high does to one verdict.

    Parameters
    ----------
    claim, data
        A claim of `claims_that_can_change` and what the record says of it.
    parameters
        Judged numbers behind the futures.
    futures
        Give the claim's difference with any number held.
    n_draws
        Parameter draws of a whole answer.
    n_screen_draws
        Parameter draws of the first look.
    """
    asked = claim.simulation
    assert asked is not None
    before = futures.base()
    judge = _Judge(claim, asked, data, parameters, before)
    moves = tuple(ends_of(parameters))
    screened = futures.held(moves, n_screen_draws)
    near = tuple(item.held for item in screened if judge.could_change(item))
    found = [judge.verdict(item) for item in futures.held(near, None)]
    found.sort(key=lambda item: (not item.changes_word, -abs(item.moved), item.held))
    read = [item for item in screened if item.n_draws]
    read.sort(key=lambda item: (-abs(item.moved), item.held))
    return VariedClaim(
        number=claim.number,
        scenario=asked.scenario,
        against=asked.against,
        outcome=asked.outcome,
        n_moves=len(moves),
        n_unread=len(moves) - len(read),
        n_screen_draws=min(n_screen_draws, n_draws),
        n_whole_draws=n_draws,
        word=judge.word,
        answer=before.difference,
        low=before.low,
        high=before.high,
        screened=tuple(read),
        whole=tuple(found),
    )


class _Judge:
    """One claim before and after a number is held."""

    def __init__(
        self,
        claim: Claim,
        asked: SimulationEstimand,
        data: DataReading,
        parameters: Mapping[str, JudgedNumber],
        before: OutcomeContrast,
    ) -> None:
        self.claim, self.asked, self.data = claim, asked, data
        self.parameters, self.before = parameters, before
        self.reading, self.word = self._judged(before, parameters)

    def could_change(self, item: HeldAnswer) -> bool:
        """Whether what a number was seen to move could change the word."""
        held = self._held(item.held)
        shifts = {item.reach * part for part in _SHIFTS}
        return any(
            self._judged(shifted(self.before, *ends), held)[1] != self.word
            for ends in product(shifts, repeat=3)
        )

    def verdict(self, item: HeldAnswer) -> VariedVerdict:
        """Return the verdict from a whole answer."""
        assert item.estimate is not None
        reading, word = self._judged(item.estimate, self._held(item.held))
        return VariedVerdict(
            claim=self.claim.number,
            held=item.held,
            word_before=self.word,
            word_after=word,
            reading_before=self.reading,
            reading_after=reading,
            answer_before=self.before.difference,
            answer_after=item.estimate.difference,
            moved_se=item.moved_se,
        )

    def _held(self, held: Held) -> dict[str, JudgedNumber]:
        return {**self.parameters, held.name: hold(self.parameters[held.name], held.value)}

    def _judged(
        self, answer: OutcomeContrast, parameters: Mapping[str, JudgedNumber]
    ) -> tuple[ModelLeaning, str]:
        reading = difference_leaning(answer, self.asked.expect)
        return reading, _word(self.claim, self.asked, self.data, reading, parameters)


def _word(
    claim: Claim,
    asked: SimulationEstimand,
    data: DataReading,
    leaning: ModelLeaning,
    parameters: Mapping[str, JudgedNumber],
) -> str:
    model = ModelReading(leaning, "", asked.rests_on)
    rule = choose_rule(claim, data, model, parameters)
    return rule.word or (claim.record.word if claim.record else "")

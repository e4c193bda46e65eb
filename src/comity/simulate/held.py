"""A difference of two scenarios with one judged number held at a value, the rest drawn as usual.

The number is the same in every draw; all other numbers keep their draws and every world its random
numbers, since each has a stream of its own. So two answers differ only by what the held number
does, and the first draws of a long run are the run of few draws, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.ensemble import OutcomeContrast
from comity.core.errors import ConfigError, ParameterError, nearest_match
from comity.core.history import DriverHistory
from comity.core.outcomes import Outcome
from comity.core.relations import RelationStart
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.core.varied import Held, HeldAnswer, hold
from comity.simulate.block import Plan, Slot, new_slot, plan_run, run_block
from comity.simulate.compose import find_scenario
from comity.simulate.contrast import contrast_of_answers
from comity.simulate.outcomes import asked_outcomes, found_in, watched
from comity.simulate.parameters import merged_parameters
from comity.simulate.pool import in_block_order, thread_count

Told = Callable[[float, bool], None]
Answers = NDArray[np.int8]  # (side, draw, world), 1 happened, 0 not


class HeldRuns:
    """The futures behind one difference, again and again with another number held.

    Parameters
    ----------
    case, scenario, against
        As for `comity.simulate.contrast_scenarios`.
    outcome
        Id of the outcome whose difference is asked for.
    start, history, settings
        As there. Every draw needs the same count of members, two or more.
    progress
        Told the part that is done of what was last asked for, and whether whole answers are.

    Raises
    ------
    ConfigError
        The outcome is unknown or falls due too late.
    ParameterError
        The draws do not have the same count of members, two or more.
    """

    def __init__(
        self,
        case: Case,
        scenario: Scenario | str,
        against: Scenario | str,
        outcome: str,
        *,
        start: RelationStart,
        history: DriverHistory,
        settings: Settings,
        progress: Told | None = None,
    ) -> None:
        if settings.n_members % settings.n_draws or settings.n_members < 2 * settings.n_draws:
            raise ParameterError(
                "held numbers: every parameter draw needs the same number of futures, two or more; "
                f"found {settings.n_members:,} futures of {settings.n_draws:,} draws. Ask for a "
                "multiple of the draws."
            )
        due = {item.id: item for item in asked_outcomes(case, settings.n_months)}
        if outcome not in due:
            raise ConfigError(
                f"outcome: must be one of the case that falls due within {settings.n_months} "
                f'months; found "{outcome}". {nearest_match(outcome, due)}'.rstrip()
            )
        self._case = case
        self._scenarios = find_scenario(case, scenario), find_scenario(case, against)
        self._outcome: Outcome = due[outcome]
        self._start, self._history, self._settings = start, history, settings
        self._numbers = merged_parameters(case)
        self._told = progress or (lambda done, is_whole: None)
        self._plans = self._planned(case)
        self._slots: list[tuple[Slot, Slot]] = []
        self._answers: Answers | None = None

    def base(self) -> OutcomeContrast:
        """Return the difference with every number as judged."""
        return contrast_of_answers(self._outcome, *self._base().astype(float))

    def held(self, moves: Sequence[Held], n_draws: int | None) -> tuple[HeldAnswer, ...]:
        """Return the difference with each number held, one number at a time.

        Parameters
        ----------
        moves
            Numbers and values.
        n_draws
            How many of the draws to look at, the first ones; all where absent.
        """
        base = self._base()
        n_all = self._settings.n_draws
        n = n_all if n_draws is None else min(n_draws, n_all)
        found: list[HeldAnswer] = []
        for done, move in enumerate(moves, 1):
            plans = self._planned(self._with(move))
            if all(_same(old, new) for old, new in zip(self._plans, plans, strict=True)):
                whole = self.base() if n == n_all else None
                found.append(HeldAnswer(move, 0, 0.0, 0.0, 0.0, whole))
            else:
                answers = self._run(plans, n)
                found.append(_answer(move, self._outcome, base[:, :n], answers, n == n_all))
            self._told(done / len(moves), n == n_all)
        return tuple(found)

    def _base(self) -> Answers:
        if self._answers is None:
            self._answers = self._run(self._plans, self._settings.n_draws)
        return self._answers

    def _with(self, move: Held) -> Case:
        if move.name not in self._numbers:
            raise ConfigError(
                f'held numbers: must be judged numbers of the case; found "{move.name}". '
                f"{nearest_match(move.name, self._numbers)}".rstrip()
            )
        number = hold(self._numbers[move.name], move.value)
        parameters = {**self._case.parameters, move.name: number}
        return self._case.model_copy(update={"parameters": parameters})

    def _planned(self, case: Case) -> tuple[Plan, Plan]:
        first, second = (
            plan_run(case, item, start=self._start, history=self._history, settings=self._settings)
            for item in self._scenarios
        )
        return first, second

    def _run(self, plans: tuple[Plan, Plan], n_draws: int) -> Answers:
        first = plans[0]
        worlds = self._settings.n_members // self._settings.n_draws
        answers = np.empty((2, n_draws, worlds), np.int8)

        def pair() -> tuple[Slot, Slot]:
            one, other = (
                new_slot(plan, remembered=(), watch=watched(plan.layout, (self._outcome,)))
                for plan in plans
            )
            return one, other

        def run(slots: tuple[Slot, Slot], block: int) -> None:
            for plan, slot in zip(plans, slots, strict=True):
                run_block(plan, slot, block)

        for block, slots in in_block_order(
            range(n_draws * first.blocks_per_draw),
            thread_count(self._settings.n_threads),
            pair,
            run,
        ):
            at = block % first.blocks_per_draw * first.block_size
            n = first.members(block)
            for side, slot in enumerate(slots):
                answers[side, first.draw_of(block), at : at + n] = found_in(slot.watch, n)[0]
        return answers


def _same(one: Plan, other: Plan) -> bool:
    """Return whether two plans give the same futures."""
    return np.array_equal(one.matrix, other.matrix) and np.array_equal(
        one.start_relation, other.start_relation
    )


def _answer(
    move: Held, outcome: Outcome, base: Answers, answers: Answers, is_whole: bool
) -> HeldAnswer:
    before, after = (item[0].astype(float) - item[1] for item in (base, answers))
    moved = after - before  # (draw, world)
    means = moved.mean(axis=1)
    n_draws, n_worlds = moved.shape
    several = n_draws > 1
    variance = float(means.var(ddof=1)) if several else 0.0
    noise = float(moved.var(axis=1, ddof=1).mean()) / n_worlds
    return HeldAnswer(
        move,
        n_draws,
        float(means.mean()),
        float(np.sqrt((variance if several else noise) / n_draws)),
        float(np.sqrt(max(variance - noise, 0.0))),
        contrast_of_answers(outcome, *answers.astype(float)) if is_whole else None,
    )

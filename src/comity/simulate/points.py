"""Futures at chosen points: judged numbers at given values instead of drawn ones.

A point takes the place of a parameter draw: its worlds form blocks of their own, and every judged
number that the point does not name stays at its central value. The worlds of all points may be the
same ones (the same random numbers at every point), so that two points differ only in what they
were given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.core.case import Case
from comity.core.errors import ConfigError, ParameterError, nearest_match
from comity.core.history import DriverHistory
from comity.core.judged import JudgedNumber
from comity.core.outcomes import Outcome
from comity.core.points import Floats, PointAnswers, RelationAsked
from comity.core.relations import RelationStart
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.simulate.block import Plan, Slot, new_slot, plan_run, run_block
from comity.simulate.compose import find_scenario
from comity.simulate.outcomes import asked_outcomes, found_in, watched
from comity.simulate.parameters import merged_parameters, start_draws
from comity.simulate.pool import Progress, in_block_order, thread_count

START = "start"
"""Name under which a point chooses its row of the posterior draws of the starting relations."""


def simulate_points(
    case: Case,
    scenario: Scenario | str,
    points: Mapping[str, ArrayLike],
    *,
    start: RelationStart,
    history: DriverHistory,
    settings: Settings,
    n_worlds: int,
    against: Scenario | str | None = None,
    outcomes: Sequence[str] | None = None,
    relations: Sequence[RelationAsked] = (),
    shared_worlds: bool = True,
    n_batches: int = 0,
    progress: Progress | None = None,
) -> PointAnswers:
    """Return what the futures answer at every point.

    Parameters
    ----------
    case, scenario, start, history
        As for `comity.simulate.simulate_scenario`.
    points
        Values of judged numbers by name, (point,) each, all of one length. ``"start"`` holds row
        numbers of the posterior draws of the starting relations; without it every point starts
        from their mean.
    settings
        Seed, months and threads are read; members and draws follow from the points.
    n_worlds
        Worlds of every point.
    against
        Another scenario; the answers are then the differences to it, world by world.
    outcomes
        Ids of outcomes to ask about; all that fall due within the months where absent.
    relations
        Relations to ask about.
    shared_worlds
        Whether every point lives through the same worlds.
    n_batches
        Equal parts of the worlds whose means are kept beside the whole; none where 0.
    progress
        Called as ``progress(points done, points in all)``.

    Raises
    ------
    ConfigError
        A name is no judged number of the case, or an outcome is unknown or falls due too late.
    ParameterError
        The points do not have one length, a value means nothing, or too few worlds are asked for.
    """
    numbers = merged_parameters(case)
    given = _checked(points, numbers)
    n_points = next(iter(given.values())).size
    if n_worlds < 2:
        raise ParameterError(
            f"worlds: two or more of each point are needed to tell chance from the rest; found "
            f"{n_worlds}."
        )
    if n_batches and (n_batches < 2 or n_worlds % n_batches):
        raise ParameterError(
            f"batches: two or more equal parts of {n_worlds} worlds; found {n_batches}."
        )
    run = settings.model_copy(update={"n_draws": n_points, "n_members": n_points * n_worlds})
    values = _values(given, numbers, start, case, n_points)
    plans = tuple(
        replace(
            plan_run(case, find_scenario(case, item), start=start, history=history, settings=run,
                     values=values),
            shared_worlds=shared_worlds,
        )
        for item in ((scenario,) if against is None else (scenario, against))
    )  # fmt: skip
    asked = _asked(case, outcomes, settings.n_months)
    for relation in relations:
        _check_relation(relation, case, settings.n_months)
    n_quantities = len(asked) + len(relations)
    sums, squares = np.zeros((2, n_quantities, n_points))
    parts = np.zeros((n_quantities, n_batches, n_points))

    def run_all(slots: tuple[Slot, ...], block: int) -> None:
        for plan, slot in zip(plans, slots, strict=True):
            run_block(plan, slot, block)

    first = plans[0]
    for block, slots in in_block_order(
        range(first.n_blocks),
        thread_count(settings.n_threads),
        lambda: tuple(
            new_slot(plan, remembered=("relation",), watch=watched(plan.layout, asked))
            for plan in plans
        ),
        run_all,
    ):
        found = [_answers(p, s, block, asked, relations) for p, s in zip(plans, slots, strict=True)]
        answer = found[0] if len(found) == 1 else found[0] - found[1]
        point = first.draw_of(block)
        sums[:, point] += answer.sum(axis=1)
        squares[:, point] += (answer * answer).sum(axis=1)
        if n_batches:
            world = first.numbers(block)[: answer.shape[1]] // n_points
            for row, one in enumerate(answer):
                parts[row, :, point] += np.bincount(
                    world * n_batches // n_worlds, weights=one, minlength=n_batches
                )
        if progress is not None and first.ends_draw(block):
            progress(point + 1, n_points)
    mean = sums / n_worlds
    variance = np.maximum(squares / n_worlds - mean**2, 0) * n_worlds / (n_worlds - 1)
    names = (*(item.id for item in asked), *(item.name for item in relations))
    batches = parts * (n_batches / n_worlds) if n_batches else None
    return PointAnswers(names, mean, variance, n_worlds, shared_worlds, batches)


def _checked(
    points: Mapping[str, ArrayLike], numbers: Mapping[str, JudgedNumber]
) -> dict[str, Floats]:
    given = {name: np.asarray(values, float) for name, values in points.items()}
    if not given:
        raise ParameterError("points: at least one judged number must be given values; found none.")
    for name in given:
        if name not in numbers and name != START:
            raise ConfigError(
                f'points: must name judged numbers of the case; found "{name}". '
                f"{nearest_match(name, numbers)}".rstrip()
            )
    shapes = {values.shape for values in given.values()}
    if len(shapes) > 1 or len(shape := next(iter(shapes))) != 1 or shape == (0,):
        raise ParameterError(
            f"points: every number needs the same count of values, one or more; found "
            f"{', '.join(f'{name} {values.shape}' for name, values in given.items())}."
        )
    return given


def _values(
    given: Mapping[str, Floats],
    numbers: Mapping[str, JudgedNumber],
    start: RelationStart,
    case: Case,
    n_points: int,
) -> dict[str, Floats]:
    n_rows = start.intercept.shape[0]
    starts = start_draws(start, case.index, n_rows)
    rows = given.get(START)
    if rows is not None and (np.any(rows < 0) or np.any(rows >= n_rows) or np.any(rows % 1)):
        raise ParameterError(f"points, {START}: whole numbers from 0 to {n_rows - 1} choose a row "
                             "of the posterior draws.")  # fmt: skip
    return {
        **{name: np.full(n_points, number.central) for name, number in numbers.items()},
        **{
            name: np.full(n_points, values.mean()) if rows is None else values[rows.astype(int)]
            for name, values in starts.items()
        },
        **{name: values for name, values in given.items() if name != START},
    }


def _asked(case: Case, ids: Sequence[str] | None, n_months: int) -> tuple[Outcome, ...]:
    due = asked_outcomes(case, n_months)
    if ids is None:
        return due
    by_id = {item.id: item for item in due}
    for name in ids:
        if name not in by_id:
            raise ConfigError(
                f"outcomes: must be those of the case that fall due within {n_months} months; "
                f'found "{name}". {nearest_match(name, by_id)}'.rstrip()
            )
    return tuple(by_id[name] for name in ids)


def _check_relation(asked: RelationAsked, case: Case, n_months: int) -> None:
    if asked.dyad not in case.index.dyads:
        raise ConfigError(
            f'relations: must name a pair of the case; found "{asked.dyad}". '
            f"{nearest_match(asked.dyad, case.index.dyads)}".rstrip()
        )
    if not 1 <= asked.lead <= n_months:
        raise ParameterError(
            f"relations: a month from 1 to {n_months} after the start; found {asked.lead}."
        )


def _answers(
    plan: Plan,
    slot: Slot,
    block: int,
    asked: Sequence[Outcome],
    relations: Sequence[RelationAsked],
) -> NDArray[np.float64]:
    """Return what one block answers, (quantity, member)."""
    n, trace = plan.members(block), slot.trace
    found = np.empty((len(asked) + len(relations), n))
    found[: len(asked)] = found_in(slot.watch, n)
    for row, item in enumerate(relations, start=len(asked)):
        found[row] = trace.relation[plan.layout.index.dyad_number(item.dyad), item.lead - 1, :n]
    return found

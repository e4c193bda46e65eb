"""Puts a grid of values of one or two numbers to the futures, or to a closed form.

Twice: with every other judged number central, and in draws of all of them. All points live through
the same worlds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from comity.core.points import Floats
from comity.core.scenarios import Clamp, Scenario
from comity.core.thresholds import GridAnswers, Moved, ThresholdAsked

if TYPE_CHECKING:
    from comity.study.study import Study

BATCHES = 10
"""Equal parts of the worlds, from which the sampling error of a threshold follows."""


@dataclass(frozen=True)
class Effort:
    """How much is spent on a threshold.

    Attributes
    ----------
    n_points
        Values of each number.
    n_draws
        Draws of the other judged numbers.
    n_worlds, n_draw_worlds
        Worlds of each point, other numbers central or drawn; multiples of ten.
    """

    n_points: int
    n_draws: int
    n_worlds: int
    n_draw_worlds: int


def central_answers(
    study: Study, asked: ThresholdAsked, moved: tuple[Moved, ...], effort: Effort
) -> GridAnswers:
    """Return the answers with every other number central, (value,) or (second, first)."""
    values, shape = _grid(moved)
    numbers, held = _split(asked, values)
    return _ask(study, asked, numbers, held, shape, effort.n_worlds)


def draw_answers(
    study: Study, asked: ThresholdAsked, moved: tuple[Moved, ...], effort: Effort
) -> GridAnswers:
    """Return the answers in draws of all other judged numbers, (draw, value) or more."""
    from comity.simulate.parameters import judged_draws
    from comity.simulate.points import START

    values, shape = _grid(moved)
    n = int(np.prod(shape))
    names = [name for name, number in study.parameters.items() if not number.is_fixed]
    drawn = judged_draws(study.parameters, names, seed=study.settings.seed, n_draws=effort.n_draws)
    rows = np.arange(effort.n_draws) % study.relations.start.intercept.shape[0]
    numbers, held = _split(asked, np.tile(values, effort.n_draws))
    points = {name: np.repeat(one, n) for name, one in drawn.items()}
    points |= {START: np.repeat(rows.astype(float), n), **numbers}
    return _ask(study, asked, points, held, (effort.n_draws, *shape), effort.n_draw_worlds)


def _grid(moved: tuple[Moved, ...]) -> tuple[Floats, tuple[int, ...]]:
    """Return every combination of values, (number, point), and the shape of the grid."""
    axes = [item.values for item in moved]
    if len(axes) == 1:
        return axes[0][None, :], (axes[0].size,)
    second, first = np.meshgrid(axes[1], axes[0], indexing="ij")
    return np.array([first.ravel(), second.ravel()]), second.shape


def _split(asked: ThresholdAsked, values: Floats) -> tuple[dict[str, Floats], dict[str, Floats]]:
    n = len(asked.numbers)
    numbers = dict(zip(asked.numbers, values[:n], strict=True))
    return numbers, dict(zip(asked.held, values[n:], strict=True))


def _ask(
    study: Study,
    asked: ThresholdAsked,
    numbers: Mapping[str, Floats],
    held: Mapping[str, Floats],
    shape: tuple[int, ...],
    n_worlds: int,
) -> GridAnswers:
    if asked.is_closed_form:
        return _closed_form(study, asked, numbers, held, shape)
    if not numbers:  # a point has to name something; this one says what holds anyhow
        name, number = next(iter(study.parameters.items()))
        numbers = {name: np.full(len(next(iter(held.values()))), number.central)}
    n = len(next(iter(numbers.values())))
    mean, variance, batches = np.empty(n), np.empty(n), np.empty((BATCHES, n))
    values = np.array([*held.values()]).reshape(len(held), n)
    kinds, group = np.unique(values, axis=1, return_inverse=True)
    group = np.ravel(group)
    for k in range(kinds.shape[1]):
        own = np.flatnonzero(group == k)
        scenario = with_held(
            study.scenario(asked.scenario), dict(zip(held, kinds[:, k], strict=True))
        )
        points = {name: one[own] for name, one in numbers.items()}
        done = int(np.count_nonzero(group < k))
        mean[own], variance[own], batches[:, own] = _futures(
            study, asked, scenario, points, n_worlds, (done, n)
        )
    parts = np.moveaxis(batches.reshape(BATCHES, *shape), 0, -2)
    return GridAnswers(mean.reshape(shape), np.sqrt(variance / n_worlds).reshape(shape), parts)


def _futures(
    study: Study,
    asked: ThresholdAsked,
    scenario: Scenario,
    points: Mapping[str, Floats],
    n_worlds: int,
    progress: tuple[int, int],
) -> tuple[Floats, Floats, Floats]:
    from comity.simulate import simulate_points

    outcome = study.case.outcome(asked.outcome)
    assert outcome is not None
    months = outcome.lead(study.case.last_month)
    done, total = progress
    found = simulate_points(
        study.case,
        scenario,
        points,
        start=study.relations.start,
        history=study.history,
        settings=study.settings.model_copy(update={"n_months": months}),
        n_worlds=n_worlds,
        against=study.scenario(asked.against) if asked.against else None,
        outcomes=(asked.outcome,),
        n_batches=BATCHES,
        progress=lambda so_far, _all: study.told("thresholds", (done + so_far) / total),
    )
    assert found.batches is not None
    return found.mean[0], found.variance[0], found.batches[0]


def _closed_form(
    study: Study,
    asked: ThresholdAsked,
    numbers: Mapping[str, Floats],
    held: Mapping[str, Floats],
    shape: tuple[int, ...],
) -> GridAnswers:
    from comity.simulate.closed_forms import ask_closed_form

    found = ask_closed_form(
        study.case, asked.asks, asked.entity, numbers, held,
        start=study.relations.start, history=study.history,
    )  # fmt: skip
    return GridAnswers(found.reshape(shape), np.zeros(shape), None)


def with_held(scenario: Scenario, held: Mapping[str, float]) -> Scenario:
    """Return the scenario with quantities held from the first month on, in place of its own."""
    if not held:
        return scenario
    kept = tuple(clamp for clamp in scenario.clamps if clamp.quantity not in held)
    clamps = (
        Clamp(quantity=name, value=float(value), from_lead=1, why="moved to find a threshold")
        for name, value in held.items()
    )
    return scenario.model_copy(update={"clamps": (*kept, *clamps)})

"""Puts chosen values of judged numbers to the futures of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from comity.core.points import AskPoints, Floats, PointAnswers, RelationAsked
from comity.study.study import BASELINE

if TYPE_CHECKING:
    from comity.study.study import Study


def ask_points(
    study: Study,
    scenario_id: str = BASELINE.id,
    against: str = "",
    *,
    n_worlds: int,
    n_months: int | None = None,
    outcomes: Sequence[str] | None = None,
    relations: Sequence[RelationAsked] = (),
    shared_worlds: bool = True,
    n_batches: int = 0,
    seed: int | None = None,
    step: str = "points",
) -> AskPoints:
    """Return what puts points to the futures of a scenario, or to its difference from another.

    Parameters are those of `comity.simulate.points.simulate_points`; ``n_months`` is the study's
    own horizon, and ``seed`` its own seed, where absent. ``step`` is what progress is told under.
    """
    given = {"n_months": n_months, "seed": seed}
    settings = study.settings.model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    scenario = study.scenario(scenario_id)
    other = study.scenario(against) if against else None

    def ask(points: Mapping[str, Floats], /) -> PointAnswers:
        from comity.simulate import simulate_points

        return simulate_points(
            study.case,
            scenario,
            points,
            start=study.relations.start,
            history=study.history,
            settings=settings,
            n_worlds=n_worlds,
            against=other,
            outcomes=outcomes,
            relations=relations,
            shared_worlds=shared_worlds,
            n_batches=n_batches,
            progress=lambda done, total: study.told(step, done / total),
        )

    return ask

"""The same model through EMA workbench, and the same answers through SALib."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from comity.core.sensitivity import Factor
from comity.judge.sobol import sobol_design, sobol_indices
from comity.simulate import simulate_points
from comity.study.factors import Factors, factors_of
from comity.study.points import ask_points
from comity.study.sensitivity import N_WORLDS
from comity.study.study import Study

LEVER = "x{}"


def model_run(study: Study, factors: Factors, names: Sequence[str], **units: float) -> dict:
    """Return the chance of every outcome at one point, as EMA workbench calls it.

    Factors that are not named stay at their median; of choices, at the first form.
    """
    rows = np.full((1, len(factors.items)), 0.5)
    for number, name in enumerate(names):
        rows[0, factors.names.index(name)] = units[LEVER.format(number)]
    found = simulate_points(
        study.case, study.scenario("baseline"), factors.points(rows), start=study.relations.start,
        history=study.history, settings=study.settings.model_copy(update={"n_threads": 1}),
        n_worlds=N_WORLDS,
    )  # fmt: skip
    return dict(zip(found.quantities, found.mean[:, 0].tolist(), strict=True))


def same_answers(study: Study, names: Sequence[str], n_points: int = 6) -> bool:
    """Return whether one point a call and all at once give the same chances in the same worlds."""
    factors = factors_of(study, ["baseline"], study.settings.n_months)
    rows = np.full((n_points, len(factors.items)), 0.5)
    rng = np.random.default_rng(1)
    columns = [factors.names.index(name) for name in names]
    rows[:, columns] = rng.random((n_points, len(columns)))
    together = ask_points(study, n_worlds=N_WORLDS)(factors.points(rows))
    for point in range(n_points):
        units = {LEVER.format(k): float(rows[point, c]) for k, c in enumerate(columns)}
        alone = model_run(study, factors, names, **units)
        if not np.array_equal(together.mean[:, point], list(alone.values())):
            return False
    return True


def ema_points(study: Study, names: Sequence[str], n_base: int) -> tuple[int, float, float]:
    """Return how many points EMA workbench ran in two processes, seconds and CPU seconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench import (
            Model,
            MultiprocessingEvaluator,
            RealParameter,
            Samplers,
            ScalarOutcome,
        )

    factors = factors_of(study, ["baseline"], study.settings.n_months)
    run = partial(model_run, study, factors, names)
    units = {LEVER.format(k): 0.5 for k in range(len(names))}
    model = Model("comity", function=run)
    model.uncertainties = [RealParameter(name, 0.001, 0.999) for name in units]
    model.outcomes = [ScalarOutcome(name) for name in run(**units)]
    asked: dict[str, Any] = {"uncertainty_sampling": Samplers.SOBOL}
    with MultiprocessingEvaluator(model, n_processes=2) as evaluator:
        evaluator.perform_experiments(scenarios=1, **asked)  # both processes are up
        before = _cpu_of_children()
        clock = time.perf_counter()
        experiments, _ = evaluator.perform_experiments(scenarios=n_base, **asked)
        clock = time.perf_counter() - clock
        cpu = _cpu_of_children() - before
    return len(experiments), clock, cpu


def _cpu_of_children() -> float:
    import psutil

    here = psutil.Process(os.getpid())
    times = [one.cpu_times() for one in (here, *here.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def salib_total(
    study: Study, n_base: int, n_worlds: int = 20
) -> Iterator[tuple[str, float, float]]:
    """Yield outcome and total effect of an added factor that does nothing: comity's and SALib's.

    The three outcomes of which chance has the largest share, of those with variance to explain.
    """
    from SALib.analyze import sobol

    factors = factors_of(study, ["baseline"], study.settings.n_months)
    k = len(factors.items)
    design = sobol_design([0] * k + [1], n_base, 1)  # the last column is read by nobody
    found = ask_points(study, n_worlds=n_worlds, shared_worlds=False)(
        factors.points(design.rows[:, :k])
    )
    shown = (Factor("all", "rest", "all"), Factor("nothing", "number", "nothing"))
    ours = sobol_indices(
        found.mean, found.variance / n_worlds, n_base=n_base, quantities=found.quantities,
        factors=shown, n_worlds=n_worlds, seed=1,
    )  # fmt: skip
    told = [row for row, name in enumerate(ours.quantities) if ours.explains(name)]
    for row in sorted(told, key=lambda row: -ours.chance_share[row])[:3]:
        a, b, *mixed = found.mean[row].reshape(4, n_base)
        theirs = sobol.analyze(
            {"num_vars": 2, "names": ["all", "nothing"], "bounds": [[0, 1]] * 2},
            np.stack([a, *mixed, b]).T.ravel(), calc_second_order=False, num_resamples=20, seed=1,
        )  # fmt: skip
        yield ours.quantities[row], float(ours.total[row, 1]), float(theirs["ST"][1])

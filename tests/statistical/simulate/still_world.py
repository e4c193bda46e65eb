"""The small world with every number held at the package's central value, or as a test says."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

import numpy as np
from tests.oracle.simulate.small_world import (
    BASELINE,
    STATES,
    judged,
    small_case,
    small_history,
    small_start,
)

from comity.core.case import Case, StateEntry
from comity.core.ensemble import Ensemble
from comity.core.relations import RelationStart
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.simulate import merged_parameters, simulate_scenario

ERRORS = 4
SEED = 7
NO_TURNOVER = {"turnover.exit_hazard.*": 0.0}
UNTERMED = tuple(
    StateEntry(code=entry.code, name=entry.name, roles=entry.roles, office="prime_minister")
    for entry in STATES
)
"""The same states with nothing scheduled and no terms; without a hazard nobody ever leaves."""


def within(found: float, expected: float, error: float, what: str) -> bool:
    """Print the comparison and return whether it holds to four standard errors."""
    print(f"{what}: estimate {found:.5f}, expected {expected:.5f}, SE {error:.5f}, seed {SEED}")
    return abs(found - expected) < ERRORS * error


def still_case(
    changes: Mapping[str, float], *, free: tuple[str, ...] = (), **fields: object
) -> Case:
    """Return the small case with its numbers fixed at the package's central values.

    ``changes`` gives other values by pattern, the first that fits; names that fit ``free`` keep
    their distribution.
    """
    case = small_case(spread=0.0, **fields)
    own = {k: v for k, v in case.parameters.items() if k.startswith(("coalitions.", "dispute.r"))}
    numbers = merged_parameters(case.model_copy(update={"parameters": own}))
    exact = {name: judged(value) for name, value in changes.items() if "*" not in name}
    for name, number in numbers.items():
        if not any(fnmatchcase(name, pattern) for pattern in free):
            fitting = (value for pattern, value in changes.items() if fnmatchcase(name, pattern))
            exact[name] = judged(next(fitting, number.central))
    return case.model_copy(update={"parameters": own | exact})


def run_still(
    case: Case,
    *,
    n_members: int,
    n_months: int,
    n_draws: int = 1,
    scenario: Scenario = BASELINE,
    start: RelationStart | None = None,
) -> Ensemble:
    """Return an ensemble with its paths."""
    return simulate_scenario(
        case, scenario, start=small_start(case) if start is None else start,
        history=small_history(case), keep_paths=True,
        settings=Settings(n_members=n_members, n_months=n_months, n_draws=n_draws, seed=SEED),
    )  # fmt: skip


def mean_and_error(values: np.ndarray) -> tuple[float, float]:
    """Return the mean over members and its standard error."""
    return float(values.mean()), float(values.std(ddof=1) / values.size**0.5)

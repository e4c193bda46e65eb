"""What a scenario holds, by entity and month: read by the layout until it reads levers.

Knows neither conditions nor chances nor quantities that rules move: replaced by `Levers`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.rows import STATUSES
from comity.core.scenarios import Scenario

PAIR_QUANTITIES = ("mediation", "density")
STATE_QUANTITIES = ("fear", "pressure", "threat", "talks")
HELD_QUANTITIES = PAIR_QUANTITIES + STATE_QUANTITIES


@dataclass(frozen=True)
class HeldArrays:
    """What a scenario holds, by entity and month; NaN or -1 (flare: 0) where nothing is held."""

    levels: dict[str, NDArray[np.float64]]  # quantity -> (entity, month)
    coalition: NDArray[np.int64]  # (state, month)         coalition numbered over all states
    agreement: NDArray[np.int64]  # (agreement, month)     position in STATUSES
    flare: NDArray[np.int64]  # (docket, month)            severity


def held_arrays(
    case: Case,
    scenario: Scenario,
    coalitions: tuple[tuple[str, str], ...],
    agreements: tuple[str, ...],
    n_months: int,
) -> HeldArrays:
    """Return what the scenario holds, laid out by entity and month.

    Raises
    ------
    ConfigError
        Every problem of the scenario, one per line.
    """
    from comity.simulate.scenario import check_scenario

    check_scenario(case, scenario)
    n, pairs = len(case.index), case.index.n_dyads
    levels = {
        name: np.full((pairs if name in PAIR_QUANTITIES else n, n_months), np.nan)
        for name in HELD_QUANTITIES
    }
    coalition = np.full((n, n_months), -1, np.int64)
    agreement = np.full((len(agreements), n_months), -1, np.int64)
    dockets = [row.id for row in case.disputes]
    flare = np.zeros((len(dockets), n_months), np.int64)
    for clamp in scenario.clamps:
        first, last = clamp.acting_leads(case.last_month, n_months)
        when = slice(first - 1, max(first - 1, last))
        if clamp.process in PAIR_QUANTITIES:
            levels[clamp.process][case.index.dyad_number(clamp.entity), when] = float(clamp.value)
        elif clamp.process in STATE_QUANTITIES:
            levels[clamp.process][case.index.number(clamp.entity), when] = float(clamp.value)
        elif clamp.process == "coalition":
            number = coalitions.index((clamp.entity, str(clamp.value)))
            coalition[case.index.number(clamp.entity), when] = number
        elif clamp.process == "agreement":
            row = agreements.index(clamp.entity)
            agreement[row, when] = STATUSES.index(str(clamp.value))
        elif clamp.process == "flare":
            flare[dockets.index(clamp.entity), when] = int(clamp.value)
    return HeldArrays(levels, coalition, agreement, flare)

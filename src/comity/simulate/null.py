"""The null simulator: the same futures with everything taken out that an argument could rest on.

Relations walk at random with the level's step while the present flare fades; governments change as
before; disputes flare and settle at their base rates; agreements fall under background risk only.
An answer that does not differ from this one adds nothing to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

ZERO = (
    "relation.beta.*",
    "relation.government_sd",
    "relation.impulse_*",
    "relation.flare_effect",
    "dispute.branching",
    "dispute.orientation_effect",
    "dispute.density_effect",
    "dispute.settle_density_effect",
    "dispute.settle_orientation_effect",
    "dispute.mediation_effect",
    "mediator.relapse_effect",
    "track.effect.*",
    "track.step_hub",
    "track.step_spoke",
    "summit.*_effect",
    "trilateral.*_effect",
    "prospect.*_effect",
    "agreement.fear_effect",
    "agreement.gap_effect.*",
    "agreement.depth_effect",
    "agreement.density_effect",
    "agreement.support_change.*",
    "agreement.restore",
    "agreement.refusal.*",
    "start.flare_step_sd.*",
)
ONE = ("dispute.season.*", "start.level_memory")


def null_draws(values: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Return the parameter draws of the null simulator: the same ones, mechanisms switched off."""
    return {name: _null_value(name, drawn) for name, drawn in values.items()}


def _null_value(name: str, drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    if any(fnmatchcase(name, pattern) for pattern in ZERO):
        return np.zeros_like(drawn)
    if any(fnmatchcase(name, pattern) for pattern in ONE):
        return np.ones_like(drawn)
    return drawn

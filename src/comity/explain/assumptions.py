"""What the driver model assumes: priors of the effects and the package's own judged numbers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from comity.core.errors import ParameterError
from comity.core.judged import JudgedNumber

Floats = NDArray[np.float64]
HALF_LIFE = "relation.driver_half_life"
EFFECT = "relation.beta."
_TAIL = float(ndtri(0.95))
_HALF_NORMAL_MEDIAN = float(ndtri(0.75))


@cache
def model_numbers() -> Mapping[str, JudgedNumber]:
    """Return the judged numbers of the driver model that no case has."""
    text = resources.files("comity.explain").joinpath("priors.toml").read_text(encoding="utf-8")
    return {name: JudgedNumber(**entry) for name, entry in tomllib.loads(text).items()}


@dataclass(frozen=True)
class Priors:
    """Normal priors of the drivers' long-run effects, in logits, and scales of all else."""

    names: tuple[str, ...]
    mean: Floats  # (driver,)
    sd: Floats  # (driver,)
    half_life: JudgedNumber  # of a driver's effect, months
    government_sd: float  # scale of the half-normal
    dyad_spread: float
    tail: float
    period_sd: float
    placebo_sd: float


def priors_for(names: Sequence[str], numbers: Mapping[str, JudgedNumber]) -> Priors:
    """Return the priors of some drivers from a case's judged numbers.

    The prior of a driver is a normal distribution with the 5%, 50% and 95% quantiles of
    ``relation.beta.<name>``, so that what is estimated here and what the simulator assumes where
    nothing was estimated are one and the same.

    Raises
    ------
    ParameterError
        A driver has no judged effect, or one that is fixed.
    """
    mean, sd = np.empty(len(names)), np.empty(len(names))
    for k, name in enumerate(names):
        number = numbers.get(EFFECT + name)
        if number is None or number.is_fixed:
            found = "none" if number is None else f"one fixed at {number.central:g}"
            raise ParameterError(
                f"parameters.toml: driver {name} needs a judged effect {EFFECT}{name} that admits "
                f"more than one value; found {found}. Give low, central and high."
            )
        mean[k], sd[k] = number.central, (number.high - number.low) / (2 * _TAIL)
    own = model_numbers()
    return Priors(
        names=tuple(names),
        mean=mean,
        sd=sd,
        half_life=numbers[HALF_LIFE],
        government_sd=own["government_sd"].central / _HALF_NORMAL_MEDIAN,
        dyad_spread=own["dyad_spread"].central,
        tail=own["tail"].central,
        period_sd=own["period_sd"].central,
        placebo_sd=own["placebo_sd"].central,
    )


def driver_memory(half_life: float, period_months: int = 1) -> float:
    """Return the part of a driver's past effect that lasts a period; ``half_life`` is in months.

    >>> driver_memory(12.0, 12)
    0.5
    """
    return float(2.0 ** (-period_months / half_life))

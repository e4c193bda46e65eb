"""Sensitivity: which judged numbers and choices move an answer, and how much of it is chance.

Screening ranks every factor; indices share out the variance that ignorance leaves in the answer
among the few that matter and all the others together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FactorKind = Literal["number", "choice", "start", "rest"]
STEP = 0.5
"""How far screening moves a number: half of its judged distribution, in probability."""
REST = "everything else"
"""Name of the group of all factors that got no index of their own."""


@dataclass(frozen=True)
class Factor:
    """Something that is not known and that an answer may depend on.

    ``number`` is a judged number over its whole distribution, ``choice`` a choice between rival
    forms of the model (``levels`` names them, each as likely as the others), ``start`` the
    posterior draw of where relations stand, ``rest`` a group of others.
    """

    name: str
    kind: FactorKind
    words: str
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Screening:
    """Elementary effects of every factor on every quantity.

    An elementary effect is the change of the answer when one factor alone moves, divided by the
    step: a number by `STEP` of its distribution (whichever way there is room), a choice to another
    of its levels. Arrays are (quantity, factor), in units of the answer.

    Attributes
    ----------
    mu
        Mean effect, a number moving up; NaN for a choice, which has no direction.
    mu_star, mu_star_low, mu_star_high
        Mean of absolute effects with its 95% interval (base points resampled).
    sigma
        Standard deviation of effects over base points: interactions and curvature; NaN for a
        choice.
    noise
        What ``mu_star`` would show on average of a factor that changes single futures but no
        chance: the part of it that the worlds' number is to blame for.
    is_felt
        Whether moving the factor changed any answer at all.
    n_bases
        Base points, each of which every factor was moved from.
    n_worlds
        Worlds behind an answer, the same at all points.
    """

    quantities: tuple[str, ...]
    factors: tuple[Factor, ...]
    mu: Floats
    mu_star: Floats
    mu_star_low: Floats
    mu_star_high: Floats
    sigma: Floats
    noise: Floats
    is_felt: NDArray[np.bool_]
    n_bases: int
    n_worlds: int

    def order(self, quantity: str) -> NDArray[np.int64]:
        """Return places of the factors, the one that moves the quantity most first."""
        row = self.quantities.index(quantity)
        return np.argsort(-self.mu_star[row], kind="stable")

    def ranking(self, quantity: str) -> tuple[str, ...]:
        """Return names of the factors that moved a quantity, the strongest first."""
        felt = self.is_felt[self.quantities.index(quantity)]
        return tuple(self.factors[place].name for place in self.order(quantity) if felt[place])

    def strongest(self, n_factors: int) -> tuple[str, ...]:
        """Return names of the factors that move the quantities most, as `strongest_of` has it."""
        return strongest_of((self,), n_factors)

    @property
    def idle(self) -> tuple[str, ...]:
        """Names of the factors that changed no answer to any of the quantities."""
        never = np.asarray(~self.is_felt.any(axis=0))
        return tuple(item.name for item, is_idle in zip(self.factors, never, strict=True)
                     if is_idle)  # fmt: skip


def strongest_of(screenings: Iterable[Screening], n_factors: int) -> tuple[str, ...]:
    """Return names of the factors that move the quantities most, the strongest first.

    Squared effects of a quantity, noise taken out, are divided by their sum, so that each quantity
    has the same say.
    """
    say: dict[str, float] = {}
    for item in screenings:
        square = np.maximum(item.mu_star**2 - item.noise**2, 0)
        total = square.sum(axis=1, keepdims=True)
        part = np.divide(square, total, out=np.zeros_like(square), where=total > 0).sum(axis=0)
        for factor, value in zip(item.factors, part.tolist(), strict=True):
            say[factor.name] = say.get(factor.name, 0.0) + value
    order = sorted(say, key=lambda name: -say[name])
    return tuple(name for name in order[:n_factors] if say[name] > 0)


@dataclass(frozen=True)
class Indices:
    """Shares of an answer's variance over what is not known, by factor.

    Arrays are (quantity, factor) or (quantity,); intervals hold 95%. A quantity whose variance is
    not above 0 has NaN shares: there is nothing to explain.

    Attributes
    ----------
    first, first_low, first_high
        First order: the part of the variance that would go if the factor alone were known.
    total, total_low, total_high
        Total effect: the part that would remain if everything but the factor were known.
    mean
        Mean answer.
    variance, variance_low, variance_high
        Variance of the answer over all factors, sampling of worlds taken out.
    chance
        Mean variance between the worlds of a point.
    n_base
        Base samples.
    n_worlds
        Worlds of each point, other ones at every point.
    """

    quantities: tuple[str, ...]
    factors: tuple[Factor, ...]
    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    mean: Floats
    variance: Floats
    variance_low: Floats
    variance_high: Floats
    chance: Floats
    n_base: int
    n_worlds: int

    @property
    def chance_share(self) -> Floats:
        """Part of the variance of one future that is chance, (quantity,); 1 less is ignorance."""
        whole = np.maximum(self.variance, 0) + self.chance
        return np.divide(self.chance, whole, out=np.full(whole.shape, np.nan), where=whole > 0)

    def explains(self, quantity: str) -> bool:
        """Return whether the quantity has variance to explain that can be told from noise."""
        return bool(self.variance_low[self.quantities.index(quantity)] > 0)

    def order(self, quantity: str) -> NDArray[np.int64]:
        """Return places of the factors by total effect, the largest first, the rest last."""
        row = self.quantities.index(quantity)
        is_rest = np.array([item.kind == "rest" for item in self.factors])
        return np.lexsort((-np.nan_to_num(self.total[row]), is_rest))


@dataclass(frozen=True)
class Sensitivity:
    """What moves the answers of one scenario, or its difference from another.

    ``indices`` is None where only a screening was made. ``claims`` holds the numbers of the claims
    that ask for these answers, each with its outcome.
    """

    case: str
    scenario: str
    against: str
    n_months: int
    screening: Screening
    indices: Indices | None
    claims: tuple[tuple[int, str], ...] = ()

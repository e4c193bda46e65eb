"""Posterior draws of numbers of the simulator: how what was learned reaches the futures.

A figure with an interval (`comity.core.estimates`) replaces one number at a time. What was learned
together is handed on together: draws of several numbers, whose dependence is kept. `driver_draws`
takes them from the effects of drivers; only those that the data carry are handed on, and the others
stay as they were judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from comity.core.effects import CARRIED, GOVERNMENT, Effects
from comity.core.errors import ParameterError, ShapeError
from comity.core.estimates import WHO
from comity.core.judged import JudgedNumber

Floats = NDArray[np.float64]
_NORMAL = NormalDist()


@dataclass(frozen=True)
class PosteriorDraws:
    """Equally weighted joint posterior draws of some of the simulator's numbers."""

    names: tuple[str, ...]
    draws: Floats  # (draw, name)
    why: tuple[str, ...]  # what stands behind each, a sentence

    def __post_init__(self) -> None:
        wanted = (len(self.draws), len(self.names))
        if self.draws.shape != wanted or len(self.why) != len(self.names):
            raise ShapeError(
                f"PosteriorDraws: a column of draws and a sentence for each name must be given; "
                f"found draws of shape {self.draws.shape} and {len(self.why)} sentences for "
                f"{len(self.names)} names. Give every name its own."
            )
        if len(set(self.names)) != len(self.names):
            raise ParameterError(
                f"PosteriorDraws: names must differ; found {', '.join(self.names)}. Keep one each."
            )
        if self.names and (len(self.draws) < 2 or not np.isfinite(self.draws).all()):
            raise ParameterError(
                f"PosteriorDraws: two or more draws are needed, all of them finite; found "
                f"{len(self.draws)}, {int((~np.isfinite(self.draws)).sum())} values not finite. "
                "Draw anew."
            )

    def at(self, uniforms: Floats) -> Floats:
        r"""Return the numbers at given uniforms, (name, n), in the same shape.

        The uniform of a number is the one that its judged distribution would have been read at, so
        that futures with judged numbers and with learned ones stay paired: where nothing was
        learned, nothing moves. Normal scores :math:`z` become :math:`R^{1/2} z`, with :math:`R` the
        correlation of the draws' normal scores and the symmetric root, which moves each number
        least; then each is read off the quantiles of its own draws. Marginal distributions are
        those of the draws; their dependence is kept as far as a Gaussian copula can.
        """
        if uniforms.ndim != 2 or len(uniforms) != len(self.names):
            raise ShapeError(
                f"PosteriorDraws.at: one row of uniforms for each of {len(self.names)} names is "
                f"needed; found shape {uniforms.shape}. Give shape (name, n)."
            )
        if not self.names:
            return uniforms.copy()
        z = _apply(_NORMAL.inv_cdf, uniforms)
        moved = _apply(_NORMAL.cdf, self._root() @ z)
        return np.stack([np.quantile(self.draws[:, k], moved[k]) for k in range(len(self.names))])

    def _root(self) -> Floats:
        rank = self.draws.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
        score = _apply(_NORMAL.inv_cdf, (rank + 0.5) / len(self.draws))
        correlation = np.atleast_2d(np.corrcoef(score, rowvar=False))
        value, vector = np.linalg.eigh(correlation)
        return (vector * np.sqrt(np.maximum(value, 0.0))) @ vector.T

    def as_judged(self, before: Mapping[str, JudgedNumber]) -> dict[str, JudgedNumber]:
        """Return each number by its quantiles, in the form of the number that it replaces."""
        found: dict[str, JudgedNumber] = {}
        for k, name in enumerate(self.names):
            low, central, high = np.quantile(self.draws[:, k], [0.05, 0.5, 0.95]).tolist()
            old = before[name]
            found[name] = JudgedNumber(
                low=low, central=central, high=high, scale=old.scale, meaning=old.meaning,
                unit=old.unit, tag="R", who=WHO, why=self.why[k],
            )  # fmt: skip
        return found


def driver_draws(effects: Effects) -> PosteriorDraws:
    """Return the draws of every effect that the data carry, under the simulator's names.

    The effect of a driver is ``relation.beta.<driver>``, the scale of what pairs of governments do
    ``relation.government_sd``. Handed on are effects of tier A, B and C. A number that is only the
    prior, one whose placebo finds the same where no effect can be, and one that could not be
    estimated keep their judged distribution.
    """
    tiers = {item.name: item.tier for item in effects.drivers}
    kept = [k for k, name in enumerate(effects.draw_names) if tiers.get(name) in CARRIED]
    names = [effects.draw_names[k] for k in kept]
    return PosteriorDraws(
        names=tuple(parameter_of(name) for name in names),
        draws=effects.draws[:, kept] if kept else np.empty((0, 0)),
        why=tuple(
            f"Tier {tiers[name]}; the data took {100 * effects.driver(name).contraction:.0f}% of "
            f"the judged variance away. {effects.driver(name).sentence}"
            for name in names
        ),
    )


def parameter_of(driver: str) -> str:
    """Return the name that the simulator has for the effect of a driver.

    >>> parameter_of("dispute_load"), parameter_of("government_sd")
    ('relation.beta.dispute_load', 'relation.government_sd')
    """
    return f"relation.{driver}" if driver == GOVERNMENT else f"relation.beta.{driver}"


def _apply(function: Callable[[float], float], values: Floats) -> Floats:
    return np.vectorize(function, otypes=[float])(values)

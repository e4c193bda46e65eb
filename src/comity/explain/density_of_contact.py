"""Does density of contact dampen the shock of a change of government? Asked of many pairs.

    |Δtone| = a_pair + g_year + b C + d C K + e E|noise| + held + error

C says that a member's source of leader support changed, K is density (`density_rows`), E|noise|
what noise alone would give: few acts make |Δtone| large without any change. b is the shock where
there is no density, b + d where there is full density; dampening is d < 0. Density and changes in
the years before and after, alone and times density, are held, the last year's as far as known. Rows
weigh by the variance that their noise leaves; intervals leave each state out in turn.

Every estimate stands beside its placebos: changes moved two years ahead, which tone cannot feel
yet; changes moved to other years of the same state; and the change of log acts, an outcome that
density is not said to move: more news after a change makes tone look calmer. `reading` says what
follows by stated rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import NotEstimableError
from comity.explain.coefficients import Interval
from comity.explain.density_rows import LEAD, DensityRows
from comity.explain.jackknife import JackknifeFit, fit_jackknife
from comity.explain.within import Within

Floats = NDArray[np.float64]

SHOCK, DAMPENING = "change", "change × density"
REGIMES = ("any", "democracy", "nondemocracy")
POWER = 0.8
N_PERMUTATIONS = 500
LEAST_CHANGES = 5
"""Changes of support, counted by state and year, below which nothing is fitted; ASSUMED."""

WORTH_SEEING = 0.1
"""Shock, in logits, whose dampening would matter where none was measured; ASSUMED: about that of
signing an agreement in the simulator."""

_SIZE = 0.05


@dataclass(frozen=True)
class DensityEffect:
    """The shock of a change of government and what density does to it, with its placebos.

    Intervals hold 95% and leave each state out in turn. Units are logits of tone,
    but of log acts for ``volume``.
    """

    regime: str
    n_rows: int
    n_pairs: int
    n_changes: int  # changes of support, by state and year, that some row sees
    base: float  # mean |change of tone| of rows without a change
    shock_thin: Interval  # b
    shock_dense: Interval  # b + d
    dampening: Interval  # d; below 0: dampens
    dampening_se: float
    n_carrying: float  # degrees of freedom: about how many states carry the dampening
    lead: Interval  # d of changes two years later
    volume: Interval  # d on |change of log acts|
    permutation_p: float  # share of permuted dates with |d| as large
    permutation_sd: float  # spread of d under permuted dates
    n_permutations: int

    @property
    def least_detectable(self) -> float:
        """Dampening that would be told from none with 80% power at the 5% level."""
        half = (self.dampening.high - self.dampening.low) / 2
        return half + NormalDist().inv_cdf(POWER) * self.dampening_se

    @property
    def changes_needed(self) -> float:
        """Changes with which full dampening could be told from none.

        Of the measured shock where it can be told from none, else of one of `WORTH_SEEING`. The
        error falls with the root of the number of changes: more pairs of the same states do little.
        """
        shock = self.shock_thin.value if self.shock_thin.low > 0 else WORTH_SEEING
        return self.n_changes * (self.least_detectable / shock) ** 2

    @property
    def fired(self) -> tuple[str, ...]:
        """Placebos that show an effect where none can be."""
        placebos = (("lead", self.lead), ("volume", self.volume))
        return tuple(name for name, found in placebos if _excludes_zero(found))

    @property
    def is_estimable(self) -> bool:
        """Whether there is a shock, the power to see it dampened, and no placebo that fires."""
        has_shock = self.shock_thin.low > 0
        return has_shock and self.least_detectable <= self.shock_thin.value and not self.fired

    @property
    def reading(self) -> str:
        """What follows, in a sentence or two."""
        if self.is_estimable:
            if self.dampening.high < 0 and self.permutation_p < _SIZE:
                return "A change of government moves dense pairs less than thin ones."
            return "No dampening by density can be told from none, though it could have been."
        reasons: list[str] = []
        if self.shock_thin.low <= 0:
            reasons.append(
                "a change of government moves pairs without dense treaties by "
                f"{self.shock_thin.value:.2f} logits ({self.shock_thin.low:.2f} to "
                f"{self.shock_thin.high:.2f}), which cannot be told from no shock to dampen"
            )
        if self.least_detectable > max(self.shock_thin.value, 0):
            reasons.append(
                f"{self.n_changes} changes of government can only tell a dampening of "
                f"{self.least_detectable:.2f} logits from none"
            )
        reasons += [_FIRED[name] for name in self.fired]
        needed = self.changes_needed
        take = ""
        if needed > self.n_changes:
            shock = self.shock_thin.value if self.shock_thin.low > 0 else WORTH_SEEING
            take = (
                f" To tell full dampening of a shock of {shock:.2f} logits from none would take "
                f"about {_rounded(needed):,} changes of government in states reported on as much"
                + (", and events whose number does not move with them." if self.fired else ".")
            )
        return f"Not estimable here: {'; '.join(reasons)}.{take}"


_FIRED = {
    "lead": "changes two years ahead show the same, so that it is no effect of the change",
    "volume": "density also goes with how much the volume of news moves, so that the tone of dense "
    "pairs is measured otherwise after a change",
}


def density_effect(
    rows: DensityRows,
    *,
    regime: str = "any",
    seed: int = 1,
    n_permutations: int = N_PERMUTATIONS,
) -> DensityEffect:
    """Estimate the shock of a change of government and its dampening by density.

    Parameters
    ----------
    rows
        From `density_rows`.
    regime
        Whose changes count: "any", "democracy" or "nondemocracy". Rows in which only the other
        regime changed are left out, so that every row without a change is free of any.
    seed
        Of the permutations.
    n_permutations
        How often the changes are moved to other years of their state.

    Raises
    ------
    NotEstimableError
        Density or changes never vary, or fewer than `LEAST_CHANGES` changes are seen.
    """
    own = _selected(rows, regime)
    table = _table(own, regime)
    change = own.changed_in("", states=table)
    n_changes = _n_changes(own, table)
    if n_changes < LEAST_CHANGES:
        raise NotEstimableError(
            f"density of contact, {regime}: {LEAST_CHANGES} changes of support are needed; found "
            f"{n_changes}. Use events of more years."
        )
    panel, held = _panel(own), _held(own, table)
    fit = fit_jackknife(panel, own.moved, _drivers(own, change), held)
    spread, p = _permuted(own, table, panel, fit, seed, n_permutations)
    return DensityEffect(
        regime=regime, n_rows=fit.n_rows, n_pairs=fit.n_units, n_changes=n_changes,
        base=float(own.moved[change == 0].mean()),
        shock_thin=fit.coefficient(SHOCK), shock_dense=fit.line({SHOCK: 1.0, DAMPENING: 1.0}),
        dampening=fit.coefficient(DAMPENING), dampening_se=fit.se(DAMPENING),
        n_carrying=fit.degrees(DAMPENING),
        lead=_lead(own, table), volume=_volume(own, panel, change, table),
        permutation_p=p, permutation_sd=spread, n_permutations=n_permutations,
    )  # fmt: skip


def _selected(rows: DensityRows, regime: str) -> DensityRows:
    if regime == "any":
        return rows
    other = "democracy" if regime == "nondemocracy" else "nondemocracy"
    return rows.rows((rows.changed_in(other) == 0) | (rows.changed_in(regime) > 0))


def _table(rows: DensityRows, regime: str) -> NDArray[np.bool_]:
    if regime == "any":
        return rows.changed["democracy"] | rows.changed["nondemocracy"]
    return rows.changed[regime]


def _n_changes(rows: DensityRows, table: NDArray[np.bool_]) -> int:
    seen = np.zeros_like(table)
    for member in rows.members:
        seen[member, rows.when] = True
    return int((table & seen).sum())


def _panel(rows: DensityRows) -> Within:
    true = max(float((rows.moved**2 - rows.noise_variance).mean()), 0.0)
    return Within(rows.unit, rows.year, rows.members, 1 / (rows.noise_variance + true))


def _drivers(rows: DensityRows, change: Floats) -> dict[str, Floats]:
    return {SHOCK: change, DAMPENING: change * rows.density}


def _held(rows: DensityRows, table: NDArray[np.bool_]) -> dict[str, Floats]:
    """Return what is held constant: noise, density, and changes one year before and after."""
    held = {"noise": rows.noise, "density": rows.density}
    for name, lead in (("before", -1), ("after", 1)):
        near = rows.changed_in("", lead=lead, states=table)
        held |= {name: near, f"{name} × density": near * rows.density}
    return held


def _lead(rows: DensityRows, table: NDArray[np.bool_]) -> Interval:
    """Return the dampening of changes that come two years later, where none comes before."""
    last = int(np.flatnonzero(table.any(axis=0)).max())
    near = rows.changed_in("", states=table) + rows.changed_in("", lead=1, states=table)
    own = rows.rows((rows.when + LEAD <= last) & (near == 0))
    change = own.changed_in("", lead=LEAD, states=table)
    fit = fit_jackknife(_panel(own), own.moved, _drivers(own, change), _held(own, table))
    return fit.coefficient(DAMPENING)


def _volume(rows: DensityRows, panel: Within, change: Floats, table: NDArray[np.bool_]) -> Interval:
    even = Within(panel.unit, panel.year, panel.members, np.ones(len(rows.unit)))
    held = {name: column for name, column in _held(rows, table).items() if name != "noise"}
    return fit_jackknife(even, rows.volume, _drivers(rows, change), held).coefficient(DAMPENING)


def _permuted(
    rows: DensityRows, table: NDArray[np.bool_], panel: Within, fit: JackknifeFit, seed: int, n: int
) -> tuple[float, float]:
    """Return the spread of the dampening, and its p, when changes move to other years."""
    generator = np.random.default_rng(seed)
    seen = np.unique(rows.when)
    basis = panel.projector(np.column_stack(list(_held(rows, table).values())))
    y = panel.residual(rows.moved[:, None], basis)[:, 0]
    found = np.empty(n)
    for draw in range(n):
        moved = table.copy()
        moved[:, seen] = generator.permuted(table[:, seen], axis=1)
        change = rows.changed_in("", states=moved)
        z = panel.residual(np.column_stack([change, change * rows.density]), basis)
        found[draw] = np.linalg.lstsq(z, y, rcond=None)[0][1]
    actual = fit.coefficients[fit.names.index(DAMPENING)]
    p = (1 + int((np.abs(found) >= abs(actual)).sum())) / (n + 1)
    return float(found.std(ddof=1)), p


def _excludes_zero(found: Interval) -> bool:
    return found.low > 0 or found.high < 0


def _rounded(number: float) -> int:
    """Return a count to two significant digits: no more is known."""
    return int(float(f"{number:.2g}"))

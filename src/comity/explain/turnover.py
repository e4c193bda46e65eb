"""How often leaders and their sources of support change, by regime, pooled over states.

    k_s ~ Poisson(λ_s T_s),     λ_s ~ Gamma(shape a, mean m)       changes of leader in T_s years
    c_s ~ Binomial(k_s, φ_s),   φ_s ~ Beta(mean m, precision a)    that change the support

Maximum likelihood of (m, a) with λ and φ summed out. The interval of a rate or share is that of a
state that is not in the table: states differ by more than counting error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ConfigError, NotEstimableError, nearest_match
from comity.core.world_tables import KINDS, SupportYears
from comity.explain.clustered import sums_by
from comity.explain.coefficients import Interval

Floats = NDArray[np.float64]

DEMOCRACY, NONDEMOCRACY = "democracy", "nondemocracy"
SINCE = 1946
LEAST_STATES = 8
"""Fewest states over which a spread between states is fitted; ASSUMED."""

_MOST_EVEN = 1e4
"""Shape or precision beyond which states are taken to be alike."""


@dataclass(frozen=True)
class RegimeCounts:
    """Changes by state under a regime."""

    regime: str
    ccode: NDArray[np.int64]  # (state,)
    years: Floats  # (state,)
    leader_changes: Floats  # (state,)
    support_changes: Floats  # (state,)

    @property
    def leader_rate(self) -> Interval:
        """Changes of leader a year, 95% interval by state clusters."""
        return _ratio(self.leader_changes, self.years)

    @property
    def support_rate(self) -> Interval:
        """Changes of the source of support a year, 95% interval by state clusters."""
        return _ratio(self.support_changes, self.years)

    @property
    def support_share(self) -> Interval:
        """Changes of support over changes of leader, 95% interval by state clusters."""
        return _ratio(self.support_changes, self.leader_changes)


@dataclass(frozen=True)
class Spread:
    """How a rate or share spreads over states: its mean, and how alike states are."""

    mean: float
    evenness: float  # shape of the Gamma, precision of the Beta
    quantiles: Interval  # median and the ends of a state's interval
    level: float
    n_states: int


def regime_counts(
    support: SupportYears, regime: str, *, first: int = SINCE, last: int | None = None
) -> RegimeCounts:
    """Return changes by state in the years under a regime.

    ``regime`` is "democracy", "nondemocracy" or one of KINDS; a hybrid counts under each kind that
    it mixes.

    Raises
    ------
    ConfigError
        No such regime.
    NotEstimableError
        No state-year of it lies in these years.
    """
    known = (DEMOCRACY, NONDEMOCRACY, *KINDS)
    if regime not in known:
        hint = nearest_match(regime, known)
        raise ConfigError(f'regime: must be one that is told apart; found "{regime}". {hint}')
    if regime in KINDS:
        own = support.kinds[regime].copy()
    else:
        own = support.is_democracy == (regime == DEMOCRACY)
    own &= support.year >= first
    if last is not None:
        own &= support.year <= last
    if not own.any():
        raise NotEstimableError(
            f"{regime}: some state-year must be of this regime since {first}; found none. "
            "Widen the years, or use another release."
        )
    counts = np.column_stack(
        [np.ones(own.sum()), support.n_leader_changes[own], support.n_support_changes[own]]
    ).astype(np.float64)
    total = sums_by(counts, support.ccode[own])
    return RegimeCounts(regime, np.unique(support.ccode[own]), *total.T)


def _ratio(part: Floats, whole: Floats, level: float = 0.95) -> Interval:
    """Return a ratio of sums with its interval, on the logarithm, states being clusters."""
    if part.sum() == 0:
        raise NotEstimableError(
            "a rate needs changes; found none. Report the years without a change."
        )
    rate, n = part.sum() / whole.sum(), len(part)
    se = np.sqrt(np.sum((part - rate * whole) ** 2) * n / max(n - 1, 1)) / part.sum()
    z = NormalDist().inv_cdf(0.5 + level / 2)
    return Interval(float(rate), float(rate * np.exp(-z * se)), float(rate * np.exp(z * se)))


def rate_spread(events: Floats, exposure: Floats, *, level: float = 0.9) -> Spread:
    """Fit how a rate spreads over states, as a Gamma.

    Raises
    ------
    NotEstimableError
        Too few states, or none with an event.
    """
    from scipy.special import gammaincinv, gammaln

    _check_states(len(events), float(events.sum()))

    def loss(x: Floats) -> float:
        m, a = np.exp(x[0]), np.exp(x[1])
        size = m * exposure
        terms = gammaln(events + a) - gammaln(a) + a * np.log(a / (a + size))
        return -float(np.sum(terms + events * np.log(size / (a + size))))

    m, a = _least(loss, float(events.sum() / exposure.sum()))
    tail = (1 - level) / 2
    ends = gammaincinv(a, [0.5, tail, 1 - tail]) * m / a
    return Spread(m, a, Interval(*ends.tolist()), level, len(events))


def share_spread(events: Floats, trials: Floats, *, level: float = 0.9) -> Spread:
    """Fit how a share spreads over states, as a Beta; states without trials say nothing.

    Raises
    ------
    NotEstimableError
        Too few states, or all or none of the trials succeed.
    """
    from scipy.special import betaincinv, betaln

    used = trials > 0
    k, n = events[used], trials[used]
    _check_states(len(k), min(float(k.sum()), float((n - k).sum())))

    def loss(x: Floats) -> float:
        m, a = 1 / (1 + np.exp(-x[0])), np.exp(x[1])
        return -float(np.sum(betaln(k + m * a, n - k + (1 - m) * a) - betaln(m * a, (1 - m) * a)))

    share = float(k.sum() / n.sum())
    m, a = _least(loss, share, is_share=True)
    tail = (1 - level) / 2
    ends = betaincinv(m * a, (1 - m) * a, [0.5, tail, 1 - tail])
    return Spread(m, a, Interval(*ends.tolist()), level, len(k))


def _least(
    loss: Callable[[Floats], float], start: float, *, is_share: bool = False
) -> tuple[float, float]:
    from scipy.optimize import minimize

    first = np.log(start / (1 - start)) if is_share else np.log(start)
    bounds = [(None, None), (np.log(0.05), np.log(_MOST_EVEN))]
    found = min(
        (
            minimize(loss, np.array([first, np.log(a)]), method="L-BFGS-B", bounds=bounds)
            for a in (1.0, 10.0)
        ),
        key=lambda one: one.fun,
    )
    m = 1 / (1 + np.exp(-found.x[0])) if is_share else np.exp(found.x[0])
    return float(m), float(np.exp(found.x[1]))


def _check_states(n_states: int, n_events: float) -> None:
    if n_states < LEAST_STATES or n_events == 0:
        raise NotEstimableError(
            f"a spread over states needs {LEAST_STATES} states and changes of both outcomes; found "
            f"{n_states} states and {n_events:g} changes. Widen the years or the regimes."
        )


def count_leaders(support: SupportYears) -> tuple[int, int]:
    """Return the number of countries and of leader spells that the state-years tell apart.

    A spell begins where the name differs from the one before it in the same country. Two leaders
    who are written alike and follow each other count once.
    """
    order = np.lexsort((support.year, support.ccode))
    spells, last = 0, (-1, "")
    for row in order:
        for name in support.leaders[row]:
            key = int(support.ccode[row]), name
            spells += key != last
            last = key
    return len(np.unique(support.ccode)), spells

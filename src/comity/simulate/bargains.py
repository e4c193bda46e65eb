"""Closed forms of a bargain over several issues between one that demands and one that concedes.

Concession y_k of issue k lies in [0, 1]. The demanding side gains sum h_k y_k - o, with o what it
has without a deal; the conceding side keeps D - sum s_k y_k^2 / 2, with D what it loses without
one. On the efficient frontier y_k = min(1, m h_k / s_k) with one multiplier m for all issues, so
that a solution is a number: each function here finds it by solving a quadratic for the issues that
are not yet conceded whole, and again without those that the answer concedes whole. Taking issues
out only ever raises m, so that no issue comes back and the last answer is exact.

Two tables at once (spokes that answer together) are one table with the issues of both.

References
----------
.. [1] Nash (1950). The bargaining problem. Econometrica 18(2), 155-162.
.. [2] Kalai and Smorodinsky (1975). Other solutions to Nash's bargaining problem.
   Econometrica 43(3), 513-518.
"""

from __future__ import annotations

import math

from comity.simulate.compiled import part

_LEFT_OPEN = 2.0**-44  # of the gain of the demanding side


@part()
def frontier(gain, cost, multiplier):
    """Return what all concessions give and cost at a multiplier.

    Parameters
    ----------
    gain, cost
        h and s of every issue, (issue,), above zero.
    multiplier
        m, zero or more; infinity concedes everything.
    """
    given, paid = 0.0, 0.0
    for k in range(gain.shape[0]):
        share = concession(gain[k], cost[k], multiplier)
        given += gain[k] * share
        paid += cost[k] * share * share / 2.0
    return given, paid


@part()
def concession(gain, cost, multiplier):
    """Return the concession on one issue at a multiplier."""
    return 1.0 if multiplier * gain >= cost else multiplier * gain / cost


@part()
def _open(gain, cost, multiplier):
    """Return of the issues not conceded whole the sum h²/s, and of the others sums of h and s/2."""
    weight, given, paid = 0.0, 0.0, 0.0
    for k in range(gain.shape[0]):
        if multiplier * gain[k] >= cost[k]:
            given += gain[k]
            paid += cost[k] / 2.0
        else:
            weight += gain[k] * gain[k] / cost[k]
    return weight, given, paid


@part()
def least_acceptable(gain, cost, outside):
    """Return the least multiplier that gives the demanding side ``outside``; infinity if none."""
    multiplier = 0.0
    for _ in range(gain.shape[0] + 1):
        weight, given, _ = _open(gain, cost, multiplier)
        if weight == 0.0:
            return math.inf
        found = max(outside - given, 0.0) / weight
        if found <= multiplier:
            break
        multiplier = found
    return multiplier


@part()
def most_acceptable(gain, cost, loss):
    """Return the largest multiplier that costs the conceding side no more than ``loss``."""
    multiplier = 0.0
    for _ in range(gain.shape[0] + 1):
        weight, _, paid = _open(gain, cost, multiplier)
        if weight == 0.0:
            return math.inf
        found = math.sqrt(2.0 * max(loss - paid, 0.0) / weight)
        if found <= multiplier:
            break
        multiplier = found
    return multiplier


@part()
def has_deal(gain, cost, loss, outside):
    """Return whether some concessions leave neither side worse off than no deal."""
    given, paid = frontier(gain, cost, least_acceptable(gain, cost, outside))
    return paid <= loss and given >= outside * (1.0 - 1e-12)


@part()
def nash_multiplier(gain, cost, loss, outside, power):
    """Return m of the asymmetric Nash solution, which maximizes U_hub^power U_spoke^(1 - power).

    Parameters
    ----------
    gain, cost
        h and s of every issue, (issue,), above zero.
    loss
        D, what the conceding side loses without a deal.
    outside
        o, what the demanding side has without a deal; may be negative.
    power
        Share of bargaining power of the demanding side, between 0 and 1.

    Notes
    -----
    Only of meaning where `has_deal` holds. The condition of the maximum is
    (1 - power) m U_hub = power U_spoke.
    """
    multiplier = 0.0
    for _ in range(gain.shape[0] + 1):
        weight, given, paid = _open(gain, cost, multiplier)
        if weight == 0.0:
            return math.inf
        rest = (1.0 - power) * (outside - given)
        square = weight * (1.0 - power / 2.0)
        inside = rest * rest + 4.0 * square * power * (loss - paid)
        found = (rest + math.sqrt(max(inside, 0.0))) / (2.0 * square)
        if found <= multiplier:
            break
        multiplier = found
    return multiplier


@part()
def kalai_smorodinsky_multiplier(gain, cost, loss, outside):
    """Return m of the Kalai-Smorodinsky solution: equal shares of what each could have at most.

    Parameters are those of `nash_multiplier`. Ideals are taken on the frontier with its bounds, so
    that it is right where an issue is conceded whole, too.
    """
    given, _ = frontier(gain, cost, most_acceptable(gain, cost, loss))
    _, paid = frontier(gain, cost, least_acceptable(gain, cost, outside))
    ideal_hub, ideal_spoke = given - outside, loss - paid
    multiplier = 0.0
    for _ in range(gain.shape[0] + 1):
        weight, given, paid = _open(gain, cost, multiplier)
        if weight == 0.0:
            return math.inf
        square, linear = ideal_hub * weight / 2.0, ideal_spoke * weight
        constant = ideal_spoke * (given - outside) - ideal_hub * (loss - paid)
        found = _positive_root(square, linear, constant)
        if found <= multiplier:
            break
        multiplier = found
    return multiplier


@part()
def _positive_root(square, linear, constant):
    """Return the root of a rising quadratic that is not negative, without cancellation."""
    if constant >= 0.0:
        return 0.0
    return -2.0 * constant / (linear + math.sqrt(linear * linear - 4.0 * square * constant))


@part()
def shapley_multiplier(gain, cost, loss, outside, power):
    """Return m at which both sides gain alike, weighted by power.

    With utility that can be handed over, the Shapley value of a bargain of two splits its gain in
    halves; without side payments it is the point of the frontier where the gains over no deal stand
    as power to 1 - power.

    Parameters are those of `nash_multiplier`.

    References
    ----------
    .. [1] Shapley (1953). A value for n-person games. Contributions to the Theory of Games 2.
    """
    multiplier = 0.0
    for _ in range(gain.shape[0] + 1):
        weight, given, paid = _open(gain, cost, multiplier)
        if weight == 0.0:
            return math.inf
        square, linear = power * weight / 2.0, (1.0 - power) * weight
        constant = (1.0 - power) * (given - outside) - power * (loss - paid)
        found = _positive_root(square, linear, constant)
        if found <= multiplier:
            break
        multiplier = found
    return multiplier


@part()
def raiffa_multiplier(gain, cost, loss, outside):
    """Return m of Raiffa's solution: half-way from no deal to both ideals, over and over.

    Parameters are those of `nash_multiplier`. Less than 1e-12 of the demanding side's gain is left
    open. Where the frontier bends the gap shrinks with its square; at the corner where all is
    conceded it halves, forty times at most.

    References
    ----------
    .. [1] Raiffa (1953). Arbitration schemes for generalized two-person games. Contributions to the
       Theory of Games 2.
    """
    hub, spoke = outside, 0.0  # what each side has at the present point
    low, first = 0.0, math.inf
    for step in range(40):
        low = least_acceptable(gain, cost, hub)
        high = most_acceptable(gain, cost, loss - spoke)
        given, _ = frontier(gain, cost, high)
        if step == 0:
            first = given - hub
        if given - hub <= _LEFT_OPEN * first:
            break
        _, paid = frontier(gain, cost, low)
        hub, spoke = (hub + given) / 2.0, (spoke + loss - paid) / 2.0
    return low


@part()
def solution_multiplier(concept, gain, cost, loss, outside, power):
    """Return m of a solution: 0 Nash, 1 Kalai-Smorodinsky, 2 Shapley, 3 Raiffa."""
    if concept == 0:
        return nash_multiplier(gain, cost, loss, outside, power)
    if concept == 1:
        return kalai_smorodinsky_multiplier(gain, cost, loss, outside)
    if concept == 2:
        return shapley_multiplier(gain, cost, loss, outside, power)
    return raiffa_multiplier(gain, cost, loss, outside)

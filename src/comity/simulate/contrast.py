"""Contrasts: one scenario against another, future by future on the same random numbers.

Member g of both scenarios has the same parameter draw and the same uniforms at the same addresses,
so their difference holds only what the scenarios do differently. Shared numbers are a variance
tool; they are no knowledge of what would have happened to this world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.ensemble import Contrast, OutcomeContrast
from comity.core.history import DriverHistory
from comity.core.outcomes import Outcome
from comity.core.posterior import PosteriorDraws
from comity.core.relations import RelationStart
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.simulate.block import Plan, Slot, kept_blocks, new_slot, plan_run, run_block
from comity.simulate.compose import find_scenario
from comity.simulate.outcomes import asked_outcomes, found_in, watched
from comity.simulate.pool import Progress, in_block_order, thread_count
from comity.simulate.split import Floats, split_variance

Pair = tuple[Slot, Slot]


@njit(nogil=True)
def add_differences(first, second, draw, members, center, differences, moments):
    """Add a block's paired differences of relations; all its members live in one draw.

    ``differences`` is (dyad, month, draw); ``moments`` (5, dyad, month) holds the squares of the
    difference and sum and squares of both sides less ``center``, (dyad,).
    """
    for k in range(first.shape[0]):
        for t in range(first.shape[1]):
            total = differences[k, t, draw]
            s0, s1, s2 = moments[0, k, t], moments[1, k, t], moments[2, k, t]
            s3, s4 = moments[3, k, t], moments[4, k, t]
            for b in range(members):
                one = np.float64(first[k, t, b]) - center[k]
                two = np.float64(second[k, t, b]) - center[k]
                gap = one - two
                total += gap
                s0 += gap * gap
                s1 += one
                s2 += one * one
                s3 += two
                s4 += two * two
            differences[k, t, draw] = total
            moments[0, k, t], moments[1, k, t], moments[2, k, t] = s0, s1, s2
            moments[3, k, t], moments[4, k, t] = s3, s4


@dataclass(frozen=True)
class PairedSums:
    """Running sums of two scenarios on the same numbers."""

    outcomes: tuple[Outcome, ...]
    center: Floats  # (dyad,)
    members: NDArray[np.int64]  # (draw,)
    differences: Floats  # (dyad, month, draw)
    moments: Floats  # (5, dyad, month)
    outcome_differences: Floats  # (outcome, draw)
    outcome_counts: NDArray[np.int64]  # (3, outcome)       either side, and how often they differ

    def add(self, plan: Plan, slots: Pair, block: int) -> None:
        """Add one block of both; blocks must come in order."""
        n, draw = plan.members(block), plan.draw_of(block)
        first, second = (slot.trace for slot in slots)
        self.members[draw] += n
        add_differences(
            first.relation, second.relation, draw, n, self.center, self.differences, self.moments
        )
        yes, other = (found_in(slot.watch, n) for slot in slots)
        sides = yes.sum(axis=1), other.sum(axis=1)
        self.outcome_differences[:, draw] += sides[0] - sides[1]
        self.outcome_counts[...] += *sides, (yes != other).sum(axis=1)


def contrast_scenarios(
    case: Case,
    scenario: Scenario | str,
    against: Scenario | str = "baseline",
    *,
    start: RelationStart,
    history: DriverHistory,
    settings: Settings,
    learned: PosteriorDraws | None = None,
    draws: NDArray[np.bool_] | None = None,
    progress: Progress | None = None,
) -> Contrast:
    """Return the paired differences of a scenario against another on the same random numbers.

    Parameters are those of `comity.simulate.simulate_scenario`. ``variance_reduction`` is
    (Var a + Var b) / Var(a - b): infinite where the difference is the same in every member though
    either side varies, 1 where nothing varies.
    """
    chosen = find_scenario(case, scenario), find_scenario(case, against)
    plans = tuple(
        plan_run(case, item, start=start, history=history, settings=settings, learned=learned)
        for item in chosen
    )
    first, second = plans
    sums = _empty_sums(first, asked_outcomes(case, settings.n_months))

    def pair() -> Pair:
        one, other = (
            new_slot(plan, remembered=("relation",), watch=watched(plan.layout, sums.outcomes))
            for plan in plans
        )
        return one, other

    def run(slots: Pair, block: int) -> None:
        run_block(first, slots[0], block)
        run_block(second, slots[1], block)

    n_done = 0
    for block, slots in in_block_order(
        kept_blocks(first, range(first.n_blocks), draws),
        thread_count(settings.n_threads),
        pair,
        run,
    ):
        sums.add(first, slots, block)
        n_done += first.members(block)
        if progress is not None:
            progress(n_done, settings.n_members)
    return _contrast(first, second, sums)


def _empty_sums(plan: Plan, outcomes: tuple[Outcome, ...]) -> PairedSums:
    pairs, months, draws = plan.layout.index.n_dyads, plan.layout.n_months, plan.n_draws
    return PairedSums(
        outcomes=outcomes,
        center=plan.start_relation.mean(axis=1),
        members=np.zeros(draws, np.int64),
        differences=np.zeros((pairs, months, draws)),
        moments=np.zeros((5, pairs, months)),
        outcome_differences=np.zeros((len(outcomes), draws)),
        outcome_counts=np.zeros((3, len(outcomes)), np.int64),
    )


def _contrast(first: Plan, second: Plan, sums: PairedSums) -> Contrast:
    n = int(sums.members.sum())
    split = split_variance(sums.differences, sums.moments[0], sums.members)
    var_first, var_second = (
        np.maximum(sums.moments[q] / n - (sums.moments[m] / n) ** 2, 0) for m, q in ((1, 2), (3, 4))
    )
    paired = np.maximum(sums.moments[0] / n - split.mean**2, 0)
    return Contrast(
        scenario=first.scenario.id,
        against=second.scenario.id,
        title=f"{first.scenario.title} against {second.scenario.title}",
        n_members=n,
        n_draws=first.n_draws,
        seed=first.settings.seed,
        index=first.layout.index,
        months=first.layout.months,
        outcomes=_outcome_contrasts(
            sums.outcomes, sums.outcome_differences, sums.outcome_counts, sums.members
        ),
        relation_difference=split.mean,
        relation_monte_carlo_se=split.monte_carlo_se,
        relation_low=split.low,
        relation_high=split.high,
        relation_spread=np.sqrt(var_second),
        relation_variance_reduction=_reduction(var_first + var_second, paired),
        settings=first.settings.model_dump(),
    )


def contrast_of_answers(outcome: Outcome, first: Floats, second: Floats) -> OutcomeContrast:
    """Return the paired difference of one outcome from yes (1) and no (0), (draw, world) each."""
    counts = np.array([[first.sum()], [second.sum()], [np.count_nonzero(first != second)]])
    members = np.full(first.shape[0], first.shape[1], np.int64)
    differences = (first - second).sum(axis=1)[None]
    return _outcome_contrasts((outcome,), differences, counts, members)[0]


def _outcome_contrasts(
    outcomes: tuple[Outcome, ...],
    differences: Floats,
    counts: NDArray[np.float64] | NDArray[np.int64],
    members: NDArray[np.int64],
) -> tuple[OutcomeContrast, ...]:
    n = members.sum()
    yes, other, differ = counts / n
    split = split_variance(differences, differ * n, members)
    apart = yes * (1 - yes) + other * (1 - other)
    reduction = _reduction(apart, np.maximum(differ - split.mean**2, 0))
    share = np.clip(split.ignorance_share, 0, 1)
    return tuple(
        OutcomeContrast(
            outcome=outcome,
            probability=float(yes[row]),
            against_probability=float(other[row]),
            difference=float(split.mean[row]),
            monte_carlo_se=float(split.monte_carlo_se[row]),
            low=float(np.clip(split.low[row], -1, 1)),
            high=float(np.clip(split.high[row], -1, 1)),
            ignorance_share=float(share[row]),
            variance_reduction=float(reduction[row]),
        )
        for row, outcome in enumerate(outcomes)
    )


def _reduction(apart: Floats, paired: Floats) -> Floats:
    """Return how many times fewer members the pairing needs."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(paired > 0, apart / paired, np.where(apart > 0, np.inf, 1.0))

"""Ensembles: many futures of one scenario, summarized while they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.ensemble import Ensemble, OutcomeEstimate
from comity.core.history import DriverHistory
from comity.core.relations import QUANTILE_LEVELS, RelationStart
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.simulate.block import Plan, Slot, new_slot, plan_run, run_block
from comity.simulate.compose import find_scenario
from comity.simulate.outcomes import asked_outcomes, outcome_happened
from comity.simulate.pool import Progress, in_block_order, thread_count
from comity.simulate.registry import RULES, Rule
from comity.simulate.rules.turnover import SUPPORT
from comity.simulate.split import split_variance
from comity.simulate.summary import Summary, new_summary


def simulate_scenario(
    case: Case,
    scenario: Scenario | str,
    *,
    start: RelationStart,
    history: DriverHistory,
    settings: Settings,
    null: bool = False,
    keep_paths: bool = False,
    progress: Progress | None = None,
    rules: Sequence[Rule] = RULES,
) -> Ensemble:
    """Return summaries of many futures of a case under a scenario.

    The same inputs give the same bytes on one platform for any number of threads; more members
    leave the earlier ones as they were.

    Parameters
    ----------
    case
        The case; its outcomes that fall due within the horizon are estimated, in order.
    scenario
        What is held, or the id of one of the case's scenarios.
    start
        Joint posterior draws of the starting relations; draw d uses row d modulo the rows.
    history
        Recorded drivers; their means are what the starting relations already contain.
    settings
        Members, months, parameter draws, seed and threads.
    null
        Run the null simulator instead: turnover and a random walk.
    keep_paths
        Also return every member's relations, in float32 (member, dyad, time), and in ``events``
        the tables "changed", "support_changed", "coalition" (numbered within the state), "status"
        (position in STATUSES), "flares", "dispute_open", "mediated", "summits", "trilateral",
        "coordination", "stage", "alignment_security", "alignment_economy", "public_good" as
        (member, entity, time), and "outcomes" (member, outcome). Memory then grows with the
        members.
    progress
        Called as ``progress(members done, members in all)`` after every block.
    rules
        What a month passes through, in order; the registered rules, or those with one more.

    Raises
    ------
    ConfigError
        The scenario does not fit the case, or a judged number is missing.
    ParameterError
        A setting or a number is outside its range.
    """
    plan = plan_run(
        case,
        find_scenario(case, scenario),
        start=start,
        history=history,
        settings=settings,
        null=null,
        rules=rules,
    )
    summary = new_summary(plan, asked_outcomes(case, settings.n_months))
    tables = _empty_tables(plan, summary) if keep_paths else {}
    n_done = 0
    for block, slot in in_block_order(
        plan.n_blocks,
        thread_count(settings.n_threads),
        lambda: new_slot(plan),
        lambda slot, block: run_block(plan, slot, block),
    ):
        summary.add(slot, block)
        if keep_paths:
            _keep(tables, plan, summary, slot, block)
        n_done += plan.members(block)
        if progress is not None:
            progress(n_done, settings.n_members)
    return _ensemble(summary, tables, null)


def _ensemble(summary: Summary, tables: dict[str, NDArray[Any]], null: bool) -> Ensemble:
    plan = summary.plan
    n = plan.settings.n_members
    relation = split_variance(summary.sums, summary.squares, summary.members)
    variance = summary.squares / n - relation.mean**2
    variance = np.where(variance > 1e-12 * summary.squares / n, variance, 0.0)
    return Ensemble(
        scenario=plan.scenario.id,
        title=plan.scenario.title,
        n_members=n,
        n_draws=plan.n_draws,
        seed=plan.settings.seed,
        index=plan.layout.index,
        months=plan.layout.months,
        quantile_levels=QUANTILE_LEVELS,
        relation_quantiles=summary.relation_quantiles(QUANTILE_LEVELS),
        relation_mean=relation.mean + summary.center[:, None],
        relation_sd=np.sqrt(variance * n / max(n - 1, 1)),
        relation_ignorance_share=relation.ignorance_share,
        dispute_open=summary.is_open / n,
        outcomes=outcome_estimates(summary),
        n_out_of_range=int(summary.out_of_range[0]),
        paths=tables.pop("paths", None),
        events=tables,
        settings={**plan.settings.model_dump(), "null": null},
    )


def outcome_estimates(summary: Summary) -> tuple[OutcomeEstimate, ...]:
    """Return the estimate of every outcome of a run."""
    happened = summary.happened.astype(float)
    # A yes or no is its own square.
    split = split_variance(happened, happened.sum(axis=1), summary.members)
    share = np.clip(split.ignorance_share, 0, 1)
    return tuple(
        OutcomeEstimate(
            outcome=outcome,
            probability=float(split.mean[row]),
            monte_carlo_se=float(split.monte_carlo_se[row]),
            low=float(np.clip(split.low[row], 0, 1)),
            high=float(np.clip(split.high[row], 0, 1)),
            ignorance_share=float(share[row]),
        )
        for row, outcome in enumerate(summary.outcomes)
    )


def _empty_tables(plan: Plan, summary: Summary) -> dict[str, NDArray[Any]]:
    n, months, index = plan.settings.n_members, plan.layout.n_months, plan.layout.index
    states, pairs, spokes = len(index), index.n_dyads, len(plan.layout.spokes)
    rows: dict[str, tuple[int, Any]] = {
        "paths": (pairs, np.float32),
        "changed": (states, bool),
        "support_changed": (states, bool),
        "coalition": (states, np.int8),
        "status": (len(plan.layout.agreements), np.int8),
        "flares": (len(plan.layout.dockets), np.int8),
        "dispute_open": (pairs, bool),
        "mediated": (pairs, bool),
        "summits": (pairs, bool),
        "trilateral": (1, bool),
        "coordination": (len(plan.layout.demands), bool),
        "stage": (len(plan.layout.proliferators), np.int8),
        "alignment_security": (spokes, np.float32),
        "alignment_economy": (spokes, np.float32),
        "public_good": (1, np.float32),
    }
    tables: dict[str, NDArray[Any]] = {
        name: np.empty((n, count, months), kind) for name, (count, kind) in rows.items()
    }
    return {**tables, "outcomes": np.empty((n, len(summary.outcomes)), bool)}


def _keep(
    tables: dict[str, NDArray[Any]], plan: Plan, summary: Summary, slot: Slot, block: int
) -> None:
    n, trace = plan.members(block), slot.trace
    rows = plan.rows(block)
    own_number = trace.coalition - plan.layout.constants.first_coalition[:-1, None, None]
    found = {
        "paths": trace.relation,
        "changed": trace.change > 0,
        "support_changed": trace.change >= SUPPORT,
        "coalition": own_number,
        "status": trace.status,
        "flares": trace.flares,
        "dispute_open": trace.is_open > 0,
        "mediated": trace.mediated > 0,
        "summits": trace.summits > 0,
        "trilateral": trace.trilateral > 0,
        "coordination": trace.coordination > 0,
        "stage": trace.stage,
        "alignment_security": trace.alignment_security,
        "alignment_economy": trace.alignment_economy,
        "public_good": trace.public_good,
    }
    for name, values in found.items():
        tables[name][rows] = np.moveaxis(values[:, :, :n], 2, 0)
    for k, outcome in enumerate(summary.outcomes):
        tables["outcomes"][rows, k] = outcome_happened(plan, outcome, trace, block)[:n]

"""Ensembles: many futures of one scenario, summarized while they run."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.ensemble import Ensemble, OutcomeEstimate
from comity.core.history import DriverHistory
from comity.core.keeping import Keep
from comity.core.posterior import PosteriorDraws
from comity.core.relations import QUANTILE_LEVELS, RelationStart
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.simulate.block import Slot, kept_blocks, new_slot, plan_run, run_block
from comity.simulate.compose import find_scenario
from comity.simulate.long_run import long_run
from comity.simulate.outcomes import asked_outcomes, watched
from comity.simulate.pieces import members_before
from comity.simulate.pool import Progress, in_block_order, thread_count
from comity.simulate.registry import RULES, Rule
from comity.simulate.run_key import run_key
from comity.simulate.split import split_variance
from comity.simulate.summary import Summary, new_summary
from comity.simulate.tables import Tables, empty_tables, fill_tables
from comity.simulate.tally import waiting_each
from comity.simulate.trace import EVERYTHING


def simulate_scenario(
    case: Case,
    scenario: Scenario | str,
    *,
    start: RelationStart,
    history: DriverHistory,
    settings: Settings,
    learned: PosteriorDraws | None = None,
    null: bool = False,
    keep_paths: bool = False,
    paths_file: Path | None = None,
    keep: Keep | None = None,
    draws: NDArray[np.bool_] | None = None,
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
    learned
        Posterior draws of numbers, in place of their judged distributions; none where absent.
    null
        Run the null simulator instead: turnover and a random walk.
    keep_paths
        Also return every member's relations, in float32 (member, dyad, time), and in ``events``
        the tables "changed", "support_changed", "coalition" (numbered within the state), "status"
        (position in STATUSES), "flares", "dispute_open", "mediated", "summits", "trilateral",
        "coordination", "stage", "alignment_security", "alignment_economy", "public_good" as
        (member, entity, time), "outcomes" (member, outcome) and "out_of_range" (member,). Memory
        then grows with the members, and nothing is kept on disk.
    paths_file
        Write the same tables to this Parquet file, a row for each member and month, with words for
        coalitions and statuses. Memory does not grow; the file appears when it is whole.
    keep
        Where a run that takes long keeps how far it has come, and whether it goes on with what was
        kept; nothing is kept where absent.
    draws
        Which parameter draws to keep, (draw,); the futures of the others are left out, those of the
        kept ones are the same. Not with ``keep_paths``, ``paths_file`` or ``keep``.
    progress
        Called as ``progress(members done, members in all)`` after every block.
    rules
        What a month passes through, in order; the registered rules, or those with one more.

    Raises
    ------
    ConfigError
        The scenario does not fit the case, a judged number is missing, or a file cannot be written.
    ParameterError
        A setting or a number is outside its range.
    """
    plan = plan_run(
        case,
        find_scenario(case, scenario),
        start=start,
        history=history,
        settings=settings,
        learned=learned,
        null=null,
        rules=rules,
    )
    outcomes = asked_outcomes(case, settings.n_months)
    summary, watch = new_summary(plan, outcomes), watched(plan.layout, outcomes)
    n_threads = thread_count(settings.n_threads)
    reads_slots = keep_paths or paths_file is not None
    waiting = waiting_each(n_threads + reads_slots, plan.block_size)
    remembered = EVERYTHING if reads_slots else ()
    tables = empty_tables(plan, outcomes, settings.n_members) if keep_paths else {}
    with long_run(
        summary,
        null=null,
        keep=None if keep_paths else keep,
        key=lambda: run_key(case, plan, outcomes, start=start, history=history, null=null),
        paths_file=paths_file,
    ) as run:

        def work(slot: Slot, block: int) -> None:
            run_block(plan, slot, block)
            if block >= run.first:
                summary.add(slot, block)

        for block, slot in in_block_order(
            kept_blocks(plan, run.blocks, draws),
            n_threads,
            lambda: new_slot(plan, remembered=remembered, watch=watch, waiting=waiting),
            work,
            reads_slots=reads_slots,
            rests_after=run.keeps_after,
        ):
            if keep_paths:
                fill_tables(tables, plan, outcomes, slot, block, plan.rows(block))
            run.take(slot, block)
            if progress is not None:
                progress(members_before(plan, max(block + 1, run.first)), settings.n_members)
    ensemble = _ensemble(summary, tables, null, n_threads)
    if keep is not None:
        keep.when_done(run.remove)
    return ensemble


def _ensemble(summary: Summary, tables: Tables, null: bool, n_threads: int) -> Ensemble:
    plan = summary.plan
    n = int(summary.members.sum())
    with ThreadPoolExecutor(1) as aside:
        ask = partial(summary.relation_quantiles, QUANTILE_LEVELS)
        asked = aside.submit(ask) if n_threads > 1 else None
        moments = summary.moments()
        relation = split_variance(moments.sums, moments.squares, summary.members)
        quantiles = ask() if asked is None else asked.result()
    variance = moments.squares / n - relation.mean**2
    variance = np.where(variance > 1e-12 * moments.squares / n, variance, 0.0)
    return Ensemble(
        scenario=plan.scenario.id,
        title=plan.scenario.title,
        n_members=n,
        n_draws=plan.n_draws,
        seed=plan.settings.seed,
        index=plan.layout.index,
        months=plan.layout.months,
        quantile_levels=QUANTILE_LEVELS,
        relation_quantiles=quantiles,
        relation_mean=relation.mean + moments.center,
        relation_sd=np.sqrt(variance * n / max(n - 1, 1)),
        relation_ignorance_share=relation.ignorance_share,
        dispute_open=summary.is_open.T / n,
        outcomes=outcome_estimates(summary),
        n_out_of_range=int(summary.out_of_range[0]),
        paths=tables.pop("paths", None),
        events=tables,
        settings={**plan.settings.model_dump(), "null": null},
    )


def outcome_estimates(summary: Summary) -> tuple[OutcomeEstimate, ...]:
    """Return the estimate of every outcome of a run."""
    happened = summary.happened.T.astype(float)
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

"""Futures as long as the record, each read as one history: what judged numbers alone imply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.errors import ParameterError
from comity.core.history import DriverHistory
from comity.core.relations import RelationStart
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.simulate.block import Slot, new_slot, plan_run, run_block
from comity.simulate.compose import find_scenario
from comity.simulate.pool import Progress, in_block_order, thread_count
from comity.simulate.tables import empty_tables, entities, fill_tables

Tables = Mapping[str, Mapping[str, NDArray[Any]]]
"""Monthly series by table and entity, (member, time) each."""


def simulate_histories(
    case: Case,
    scenario: Scenario | str,
    read: Callable[[Tables], NDArray[np.float64]],
    *,
    start: RelationStart,
    history: DriverHistory,
    settings: Settings,
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """Return figures of every future, (figure, draw, world).

    Parameters
    ----------
    case, scenario, start, history, settings
        As for `comity.simulate.simulate_scenario`; every draw needs the same count of members.
    read
        Given the months of some members as tables (those of ``keep_paths``), returns their
        figures, (figure, member).
    progress
        Called as ``progress(members done, members in all)`` after every block.

    Raises
    ------
    ParameterError
        The draws do not have the same count of members.
    """
    if settings.n_members % settings.n_draws:
        raise ParameterError(
            "histories: every parameter draw needs the same number of futures; found "
            f"{settings.n_members:,} futures of {settings.n_draws:,} draws. Ask for a multiple of "
            "the draws."
        )
    plan = plan_run(
        case, find_scenario(case, scenario), start=start, history=history, settings=settings
    )
    names = entities(plan)
    figures: NDArray[np.float64] | None = None

    def run(slot: Slot, block: int) -> Slot:
        return run_block(plan, slot, block)

    for block, slot in in_block_order(
        range(plan.n_blocks), thread_count(settings.n_threads), lambda: new_slot(plan), run
    ):
        n = plan.members(block)
        tables = empty_tables(plan, (), n)
        fill_tables(tables, plan, (), slot, block, slice(0, n))
        found = read(
            {
                table: {entity: tables[table][:, row] for row, entity in enumerate(rows)}
                for table, rows in names.items()
            }
        )
        if figures is None:
            worlds = settings.n_members // settings.n_draws
            figures = np.empty((len(found), settings.n_draws, worlds))
        at = block % plan.blocks_per_draw * plan.block_size
        figures[:, plan.draw_of(block), at : at + n] = found
        if progress is not None:
            progress(min((block + 1) * plan.block_size, settings.n_members), settings.n_members)
    assert figures is not None
    return figures

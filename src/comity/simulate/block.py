"""Blocks of members: what one thread needs to simulate one, and how it is filled.

A plan holds what all blocks share (layout, parameter draws, stream addresses); a slot holds the
arrays that one block writes and is used again for the next. Member g lives in parameter draw
g mod P, and all members of a block live in the same draw, so that a parameter is one number to
compiled code and not one per member. Blocks come draw by draw, the members of a draw in order; a
block is padded to a multiple of the widest vector with members that nobody counts.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core.case import Case
from comity.core.errors import ParameterError
from comity.core.history import DriverHistory
from comity.core.posterior import PosteriorDraws
from comity.core.relations import RelationStart
from comity.core.scenarios import Scenario
from comity.core.settings import Settings
from comity.core.streams import seed_key, stream_number, stream_numbers
from comity.simulate.bundle import Bundle, as_bundle
from comity.simulate.draws import Draws
from comity.simulate.kernel import kernel_of
from comity.simulate.layout import Layout, build_layout
from comity.simulate.null import null_draws
from comity.simulate.packed import packed
from comity.simulate.parameters import (
    check_numbers,
    chosen_name,
    judged_draws,
    learned_draws,
    merged_parameters,
    parameter_matrix,
    start_draws,
)
from comity.simulate.reads import Read, Stream
from comity.simulate.registry import RULES, Rule
from comity.simulate.rules.relations import BOUND
from comity.simulate.tally import empty_tally
from comity.simulate.trace import EVERYTHING, Trace, as_read, as_written, empty_trace
from comity.simulate.watch import NOTHING, Watch
from comity.simulate.world import BLOCK, LANES, empty_world


@dataclass(frozen=True)
class Plan:
    """Everything about a run of one scenario that all its blocks share."""

    scenario: Scenario
    layout: Layout
    settings: Settings
    matrix: NDArray[np.float64]  # (read, draw)
    fields: tuple[tuple[str, str, int, int], ...]  # rule, field, first row and end in the matrix
    streams: dict[str, dict[str, NDArray[np.int64]]]  # rule -> field -> dense row or address
    dense: NDArray[np.int64]  # (dense stream,)              addresses
    is_normal: NDArray[np.int8]  # (dense stream,)           1 where the rules read normals
    start_relation: NDArray[np.float64]  # (dyad, draw)      logit
    n_draws: int
    block_size: int
    rules: tuple[Rule, ...] = RULES
    shared_worlds: bool = False  # whether all draws live through the same worlds

    @property
    def n_used(self) -> int:
        """Number of parameter draws that have members."""
        return min(self.n_draws, self.settings.n_members)

    @property
    def blocks_per_draw(self) -> int:
        """Number of blocks that hold the members of one draw."""
        return -(-_most_worlds(self.settings) // self.block_size)

    @property
    def n_blocks(self) -> int:
        """Number of blocks."""
        return self.n_used * self.blocks_per_draw

    def draw_of(self, block: int) -> int:
        """Parameter draw in which all members of a block live."""
        return block // self.blocks_per_draw

    def ends_draw(self, block: int) -> bool:
        """Return whether the block is the last one of its draw."""
        return (block + 1) % self.blocks_per_draw == 0

    def numbers(self, block: int) -> NDArray[np.int64]:
        """Number of every member of a block, padding included, (block_size,)."""
        first = block % self.blocks_per_draw * self.block_size
        return self.draw_of(block) + self.n_draws * np.arange(first, first + self.block_size)

    def address(self, block: int) -> tuple[NDArray[np.int64], int]:
        """Where a block's random numbers stand: member numbers, (block_size,), and draw."""
        if not self.shared_worlds:
            return self.numbers(block), self.draw_of(block)
        return self.numbers(block) // self.n_draws, 0

    def members(self, block: int) -> int:
        """Number of members of a block that count; they are its first."""
        draw, within = divmod(block, self.blocks_per_draw)
        in_draw = -(-(self.settings.n_members - draw) // self.n_draws)
        return min(max(in_draw - within * self.block_size, 0), self.block_size)

    def rows(self, block: int) -> slice:
        """Places of a block's members among all members."""
        n = self.members(block)
        if not n:
            return slice(0, 0)
        first = int(self.numbers(block)[0])
        return slice(first, first + (n - 1) * self.n_draws + 1, self.n_draws)


def _most_worlds(settings: Settings) -> int:
    """Return how many members the fullest draw has."""
    return math.ceil(settings.n_members / settings.n_draws)


def block_size_of(settings: Settings) -> int:
    """Return how many members a block holds: those of a draw in equal parts, at most BLOCK."""
    worlds = _most_worlds(settings)
    parts = math.ceil(worlds / BLOCK)
    return math.ceil(worlds / parts / LANES) * LANES


@dataclass(frozen=True)
class Slot:
    """Arrays of one block in work."""

    world: Any  # a World as a bundle
    trace: Trace  # what is remembered, (entity, month, member)
    tally: Any  # a Tally as a bundle
    watch: Any  # a Watch as a bundle
    parameters: NDArray[np.float64]  # (read,)
    draws: Any  # Draws as a bundle
    frame: Bundle  # all that the kernel reads and writes


def plan_run(
    case: Case,
    scenario: Scenario,
    *,
    start: RelationStart,
    history: DriverHistory,
    settings: Settings,
    learned: PosteriorDraws | None = None,
    null: bool = False,
    rules: Sequence[Rule] = RULES,
    values: Mapping[str, NDArray[np.float64]] | None = None,
) -> Plan:
    """Return the plan of a run: arrays, parameter draws and stream addresses.

    ``learned`` stand in place of the judged numbers that they name. ``values``, (draw,) by name,
    stand in place of all draws, of judged numbers and starting relations; they must name them all.

    Raises
    ------
    ConfigError
        The scenario or a parameter name does not fit the case, or two streams share an address.
    ParameterError
        A setting or a judged number is outside its range, or the start does not fit the case.
    """
    _check(case, start, history, settings)
    layout = build_layout(case, scenario, history, n_months=settings.n_months)
    reads, fields = asked_reads(layout, rules)
    if values is None:
        values = _values(case, layout, reads, start, settings, learned)
    relation = np.array(
        [
            values["start.intercept"] + sum(values[f"start.{x}.{k}"] for x in _PARTS)
            for k in layout.index.dyads
        ]
    )
    drawn = null_draws(dict(values)) if null else values
    streams, dense, is_normal = _streams(layout, rules)
    return Plan(
        scenario=scenario,
        layout=layout,
        settings=settings,
        # The numbers of a draw in one piece: that is how blocks read them.
        matrix=np.asfortranarray(parameter_matrix(reads, drawn, settings.n_draws)),
        fields=fields,
        streams=streams,
        dense=dense,
        is_normal=is_normal,
        start_relation=relation,
        n_draws=settings.n_draws,
        block_size=block_size_of(settings),
        rules=tuple(rules),
    )


_PARTS = ("mean", "level", "flare")


def asked_reads(
    layout: Layout, rules: Sequence[Rule] = RULES
) -> tuple[list[Read], tuple[tuple[str, str, int, int], ...]]:
    """Return every read of the rules, and which rows of them are whose field."""
    reads: list[Read] = []
    fields: list[tuple[str, str, int, int]] = []
    for rule in rules:
        asked = rule.module.parameters(layout)
        for field in rule.module.Parameters._fields:
            rows = asked[field]
            fields.append((rule.name, field, len(reads), len(reads) + len(rows)))
            reads += rows
    return reads, tuple(fields)


def _values(
    case: Case,
    layout: Layout,
    reads: list[Read],
    start: RelationStart,
    settings: Settings,
    learned: PosteriorDraws | None,
) -> dict[str, NDArray[np.float64]]:
    numbers = merged_parameters(case)
    check_numbers(reads, numbers)
    known = set(numbers)
    names = dict.fromkeys(name for read in reads if (name := chosen_name(read, known)))
    shared = {"seed": settings.seed, "n_draws": settings.n_draws}
    return {
        **judged_draws(numbers, names, **shared),
        **learned_draws(learned, names, **shared),
        **start_draws(start, layout.index, settings.n_draws),
    }


def _streams(
    layout: Layout, rules: Sequence[Rule]
) -> tuple[dict[str, dict[str, NDArray[np.int64]]], NDArray[np.int64], NDArray[np.int8]]:
    asked: dict[str, dict[str, list[Stream]]] = {
        rule.name: rule.module.streams(layout) for rule in rules
    }
    everyone = [s for rows in asked.values() for field in rows.values() for s in field]
    stream_numbers(stream.name for stream in everyone if not stream.shared)
    dense = [stream for stream in everyone if stream.dense]
    dense_row = {stream.name: row for row, stream in enumerate(dense)}
    streams = {
        rule: {
            field: np.array(
                [dense_row[s.name] if s.dense else stream_number(s.name) for s in rows], np.int64
            )
            for field, rows in by_field.items()
        }
        for rule, by_field in asked.items()
    }
    addresses = np.array([stream_number(name) for name in dense_row], np.int64)
    return streams, addresses, np.array([stream.normal for stream in dense], np.int8)


def _check(case: Case, start: RelationStart, history: DriverHistory, settings: Settings) -> None:
    limits = {name: field.metadata for name, field in Settings.model_fields.items()}
    for name in ("n_members", "n_months", "n_draws"):
        value = getattr(settings, name)
        low = next(m.ge for m in limits[name] if hasattr(m, "ge"))
        high = next(m.le for m in limits[name] if hasattr(m, "le"))
        if not low <= value <= high:
            raise ParameterError(
                f"settings.{name}: a whole number from {low:,} to {high:,}; found {value:,}."
            )
    pairs = case.index.n_dyads
    if start.mean.shape[1] != pairs:
        raise ParameterError(
            f"the starting relations must cover the case's {pairs} pairs; found "
            f"{start.mean.shape[1]}. Measure this case first."
        )
    if history.orientation.shape[0] != pairs:
        raise ParameterError(
            f"the recorded drivers must cover the case's {pairs} pairs; found "
            f"{history.orientation.shape[0]}."
        )


def kept_blocks(
    plan: Plan, blocks: Sequence[int], draws: NDArray[np.bool_] | None
) -> Sequence[int]:
    """Return the blocks whose parameter draw is kept; all where no draws are told, (draw,)."""
    if draws is None:
        return blocks
    if draws.shape != (plan.n_draws,) or not draws.any():
        raise ParameterError(
            f"draws: yes or no for each of the {plan.n_draws} parameter draws, yes for one at "
            f"least; found shape {draws.shape} with {int(draws.sum())} yes."
        )
    return [block for block in blocks if draws[plan.draw_of(block)]]


def new_slot(
    plan: Plan,
    *,
    remembered: Collection[str] = EVERYTHING,
    watch: Watch = NOTHING,
    waiting: int = 0,
) -> Slot:
    """Return room for one block of a plan.

    Parameters
    ----------
    plan
        The plan.
    remembered
        Which arrays of the trace are written; the others have no entities.
    watch
        Outcomes that are found while the block is simulated, as `outcomes.watched` gives them.
    waiting
        How many members may wait for the histogram of relations; nothing is summed where 0.
    """
    constants, n_months, size = plan.layout.constants, plan.layout.n_months, plan.block_size
    world = as_bundle(packed(empty_world(constants, plan.layout.levers, size)))
    trace = empty_trace(constants, n_months, size, remembered)
    parameters, members = np.empty(plan.matrix.shape[0]), np.zeros(1, np.int64)
    words = np.zeros((plan.dense.size, 4, size), np.uint32)
    draws = as_bundle(packed(Draws(
        words=words,
        normals=words.view(np.float32),
        is_normal=plan.is_normal,
        streams=plan.dense,
        member=np.zeros(size, np.uint64),
        draw=np.zeros(1, np.uint64),
        key=seed_key(plan.settings.seed).astype(np.uint64),
        some=np.zeros(size, np.uint64),
        first_month=np.array([plan.layout.start_month + 1], np.int64),
    )))  # fmt: skip
    tally = empty_tally(BOUND, n_months, len(constants.pairs) if waiting else 0, waiting)
    watch = watch._replace(
        start=np.zeros(len(constants.pairs)),
        held=np.zeros((watch.at_least.size, size), np.uint16),
        happened=np.zeros(watch.at_least.size, np.int64),
    )
    frame = {
        "w": world, "x": as_bundle(plan.layout.levers), "c": as_bundle(constants),
        "draws": draws, "now": as_read(world), "trace": as_written(trace),
        "tally": as_bundle(tally._replace(members=members)),
        "watch": as_bundle(watch._replace(members=members)),
    }  # fmt: skip
    for rule in plan.rules:
        views = {
            field: parameters[first:end]
            for name, field, first, end in plan.fields
            if name == rule.name
        }
        frame[f"p_{rule.name}"] = Bundle(views)
        frame[f"u_{rule.name}"] = Bundle({"draws": draws, **plan.streams[rule.name]})
    return Slot(world, trace, frame["tally"], frame["watch"], parameters, draws, Bundle(frame))


def run_block(plan: Plan, slot: Slot, block: int) -> Slot:
    """Simulate one block into a slot and return the slot."""
    draw = plan.draw_of(block)
    slot.parameters[...] = plan.matrix[:, draw]
    slot.watch.start[...] = plan.start_relation[:, draw]
    slot.tally.members[0] = plan.members(block)
    slot.draws.member[...], slot.draws.draw[0] = plan.address(block)
    kernel_of(plan.rules)(slot.frame, plan.layout.n_months)
    return slot


def count_waiting(plan: Plan, tally: Any, pair: int, counts: NDArray[np.uint32]) -> None:
    """Add the relations of a pair that wait to the histogram, (dyad, month, bin)."""
    kernel_of(plan.rules).module.count_waiting(tally, pair, counts)

"""What is found while a block is simulated: the same as from all its months afterwards."""

import ctypes
import itertools
from collections import Counter

import numpy as np
import pytest
from tests.oracle.simulate.small_world import EVERYTHING, small_case, small_history, small_start

from comity.core.outcomes import Outcome, OutcomeKind
from comity.core.relations import QUANTILE_LEVELS
from comity.core.rows import STATUSES
from comity.core.settings import Settings
from comity.simulate.block import Plan, Slot, new_slot, plan_run, run_block
from comity.simulate.kernel import standard_kernel
from comity.simulate.outcomes import asked_outcomes, outcome_happened, watched
from comity.simulate.rules.relations import BOUND
from comity.simulate.summary import STEP, Summary, new_summary
from comity.simulate.tally import N_BINS, SQUARE_BITS

N_MONTHS, N_DRAWS, N_MEMBERS = 7, 3, 111  # 37 members count of the 40 of a block
CASE = small_case(lead=5)
WORLD = {"start": small_start(CASE), "history": small_history(CASE)}
SETTINGS = Settings(n_members=N_MEMBERS, n_months=N_MONTHS, n_draws=N_DRAWS, seed=3, n_threads=1)
LEADS = (1, 4, 7)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_run(CASE, EVERYTHING, settings=SETTINGS, **WORLD)


def outcomes(plan: Plan) -> tuple[Outcome, ...]:
    """Return outcomes of every kind about everything in the small world."""
    layout = plan.layout
    values = {
        "dyad": layout.index.dyads, "agreement": (*layout.agreements, "of another scenario"),
        "demand": layout.demands, "domain": ("security", "economy"), "share": (0.3, 0.6),
        "at_least": (1, 2, 4),
    }  # fmt: skip
    needs = {
        "relation_above_start": "dyad", "relation_share_above": "dyad share",
        "dispute_open": "dyad", "dispute_open_months": "dyad at_least", "flare_by": "dyad",
        "agreement_in_force": "agreement", "coalition_in_office": "state coalition",
        "government_changed": "state", "support_changed": "state", "declaration_by": "dyad",
        "summit_by": "dyad", "summit_months": "dyad at_least", "trilateral_by": "",
        "mediated_by": "dyad", "mediated_months": "dyad at_least", "coordinates": "demand",
        "coordinates_by": "demand", "coordinates_any_by": "", "stage_reached": "state at_least",
        "alignment_above": "state domain share", "public_good_above": "share",
    }  # fmt: skip
    assert set(needs) == set(OutcomeKind.__args__)
    states = {"stage_reached": layout.proliferators, "alignment_above": layout.spokes}
    found = []
    for (kind, need), lead in itertools.product(needs.items(), LEADS):
        names = need.split()
        if kind == "coalition_in_office":
            rows = [{"state": state, "coalition": name} for state, name in layout.coalitions]
        else:
            own = values | {"state": states.get(kind, layout.index.codes)}
            asked = itertools.product(*(own[name] for name in names))
            rows = [dict(zip(names, row, strict=True)) for row in asked]
        found += [
            Outcome(id="o", words="asked", kind=kind, lead_months=lead, **row)
            for row in rows
            if row.get("at_least", 1) <= lead
        ]
    return tuple(found)


def live_at_random(slot: Slot, plan: Plan, rng: np.random.Generator) -> None:
    """Let a block live through months of random worlds, as the last unit of a month sees them."""
    run_block(plan, slot, 0)
    unit = standard_kernel().units[slot.frame.numba_type][-1]
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(unit.address)
    world, constants = slot.world, plan.layout.constants
    rare = {"load": 1.0, "mediation": 1.0, "flares": 3, "summit": 2, "trilateral": 2,
            "coordination": 2, "government_changed": 3, "stage": 5}  # fmt: skip
    start = plan.start_relation[:, :1]
    for t in range(-1, N_MONTHS):
        for name, end in rare.items():
            values = getattr(world, name)
            values[...] = rng.random(values.shape) * end * (rng.random(values.shape) < 0.15)
        world.load[rng.random(world.load.shape) < 0.02] = 1e-300  # nothing to single precision
        world.status[...] = rng.integers(len(STATUSES), size=world.status.shape)
        for i, (first, end) in enumerate(itertools.pairwise(constants.first_coalition)):
            world.coalition[i] = rng.integers(first, end, world.coalition.shape[1])
        near = rng.choice([0.0, 1e-9, -1e-9, 1e-6, -1e-6, 0.4, -0.4], world.relation.shape)
        world.relation[...] = start + near
        for name in ("alignment_security", "alignment_economy", "public_good"):
            values = getattr(world, name)
            values[...] = rng.choice([0.3, 0.6, 0.6 + 1e-9, 0.6 + 1e-6, 0.1, 0.9], values.shape)
        call(slot.frame.bundle_address, t)


def test_outcomes_of_every_kind_are_those_of_the_trace(plan):
    asked = outcomes(plan)
    slot = new_slot(plan, watch=watched(plan.layout, asked))
    n_yes, n_no = Counter[str](), Counter[str]()
    for seed in range(4):
        live_at_random(slot, plan, np.random.default_rng(seed))
        n = plan.members(0)
        assert n < plan.block_size
        found = slot.watch.held >= slot.watch.at_least[:, None]
        for row, outcome in enumerate(asked):
            expected = outcome_happened(plan, outcome, slot.trace, 0)
            assert np.array_equal(found[row], expected), outcome
            assert slot.watch.happened[row] == np.count_nonzero(expected[:n])
            n_yes[outcome.kind] += int(expected.sum())
            n_no[outcome.kind] += int((~expected).sum())
    for kind in OutcomeKind.__args__:
        assert min(n_yes[kind], n_no[kind]) > 0, f"{kind} happens and does not"


def test_a_slot_forgets_the_block_before_and_writes_only_what_is_asked(plan):
    asked = asked_outcomes(CASE, N_MONTHS)
    lean = new_slot(
        plan, remembered=("relation",), watch=watched(plan.layout, asked), waiting=plan.block_size
    )
    full = new_slot(plan)
    for block in range(plan.n_blocks):
        run_block(plan, lean, block)
        run_block(plan, full, block)
        assert np.array_equal(lean.trace.relation, full.trace.relation)
        assert lean.trace.status.size == 0
        expected = [
            np.count_nonzero(outcome_happened(plan, item, full.trace, block)[: plan.members(block)])
            for item in asked
        ]
        assert lean.watch.happened.tolist() == expected


def summed(plan: Plan, relation: np.ndarray) -> tuple[Summary, Slot]:
    """Return what is summed of a block whose months all have these relations, (dyad, member)."""
    slot = new_slot(plan, waiting=plan.block_size)
    run_block(plan, slot, 0)
    unit = standard_kernel().units[slot.frame.numba_type][-1]
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(unit.address)
    slot.world.relation[...] = relation
    for t in range(N_MONTHS):
        call(slot.frame.bundle_address, t)
    summary = new_summary(plan, ())
    summary.add(slot, 0)
    return summary, slot


def test_sums_are_those_of_whole_steps(plan):
    rng, n = np.random.default_rng(1), plan.members(0)
    shape = (plan.layout.index.n_dyads, plan.block_size)
    relation = np.clip(rng.normal(0, 6, shape), -BOUND, BOUND).astype(np.float32).astype(float)
    relation[0, :2] = -BOUND, BOUND
    summary, slot = summed(plan, relation)
    steps = [[round((x + BOUND) / STEP) for x in row[:n].tolist()] for row in relation]
    assert summary.steps[0, 0].tolist() == [sum(row) for row in steps]
    low, high = summary.squares.astype(object)[:, 0]
    most = [sum(x * x // 2**SQUARE_BITS for x in row) for row in steps]
    below = [n_most - found for n_most, found in zip(most, low + 2**32 * high, strict=True)]
    assert min(below) >= 0
    assert max(below) <= n
    moments = summary.moments()
    whole = moments.sums[:, 0, 0] + n * moments.center[:, 0]
    np.testing.assert_allclose(whole / n, relation[:, :n].mean(axis=1), rtol=0, atol=STEP)
    spread = moments.squares[:, 0] / n - (moments.sums[:, 0, 0] / n) ** 2
    np.testing.assert_allclose(spread, relation[:, :n].var(axis=1), rtol=1e-8)
    edges = np.linspace(-BOUND, BOUND, N_BINS + 1)
    away = np.abs(relation[:, :n, None] - edges).min(axis=2) > STEP  # from an edge between bins
    bins = np.minimum(((relation[:, :n] + BOUND) / (2 * BOUND) * N_BINS).astype(int), N_BINS - 1)
    assert np.array_equal(slot.tally.bins[0, :, :n][away], bins[away])
    assert slot.tally.bins[0, 0, :2].tolist() == [0, N_BINS - 1]
    assert summary.is_open[0].tolist() == (slot.world.load[:, :n] > 0).sum(axis=1).tolist()


def test_the_same_relation_everywhere_has_no_spread_at_all(plan):
    summary, _ = summed(plan, np.full((plan.layout.index.n_dyads, plan.block_size), 0.1))
    moments = summary.moments()
    assert not moments.squares.any()
    assert not moments.sums.any()


def test_quantiles_are_read_off_the_histogram_by_interpolation(plan):
    summary = new_summary(plan, ())
    rng = np.random.default_rng(2)
    summary.counts[...] = rng.integers(0, 4, summary.counts.shape)
    summary.counts[1] = 0
    summary.counts[1, :, 1200] = 10
    levels = (0.0, *QUANTILE_LEVELS, 1.0)
    found = summary.relation_quantiles(levels)
    edges = np.linspace(-BOUND, BOUND, N_BINS + 1)
    for k, t in ((0, 0), (0, N_MONTHS - 1), (2, 3)):
        reached = np.concatenate(([0], np.cumsum(summary.counts[k, t])))
        expected = np.interp(np.array(levels[1:-1]) * reached[-1], reached, edges)
        np.testing.assert_allclose(found[1:-1, k, t], expected, atol=1e-9)
    assert found[0, 1, 2] == -BOUND
    one_bin = 2 * BOUND / N_BINS * np.array(levels)
    np.testing.assert_allclose(found[1:, 1, 2], one_bin[1:], atol=1e-9)
